"""Formulas for numbers of regions: against recursions, small cases, and each other."""

from itertools import product
from math import comb, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.shapes.counting import (
    folding_lower_bound,
    folds,
    maxout_lower_bound,
    product_upper_bound,
    shallow_maximum,
    upper_bound,
)

WIDTHS = st.lists(st.integers(1, 6), min_size=1, max_size=4)


@given(n=st.integers(1, 30), d=st.integers(2, 6))
def test_a_new_hyperplane_adds_what_the_others_cut_it_into(n: int, d: int) -> None:
    added = shallow_maximum(n, d) - shallow_maximum(n - 1, d)
    assert added == shallow_maximum(n - 1, d - 1)


@given(n=st.integers(0, 20))
def test_small_dimensions_have_closed_forms(n: int) -> None:
    assert shallow_maximum(n, 1) == n + 1
    assert shallow_maximum(n, 2) == 1 + n + n * (n - 1) // 2
    assert shallow_maximum(n, n + 1) == 2**n


@given(widths=WIDTHS, n_inputs=st.integers(1, 3))
def test_the_upper_bound_is_the_sum_that_its_theorem_writes(
    widths: list[int], n_inputs: int
) -> None:
    total = 0
    for js in product(*(range(width + 1) for width in widths)):
        rooms = [n_inputs, *(n - j for n, j in zip(widths, js, strict=True))]
        fits = (j <= min(*rooms[: layer + 1], widths[layer]) for layer, j in enumerate(js))
        if all(fits):
            total += prod(comb(n, j) for n, j in zip(widths, js, strict=True))
    assert upper_bound(widths, n_inputs) == total


@given(widths=WIDTHS, n_inputs=st.integers(1, 3))
def test_bounds_come_in_their_order(widths: list[int], n_inputs: int) -> None:
    above = upper_bound(widths, n_inputs)
    assert above <= product_upper_bound(widths, n_inputs) <= 2 ** sum(widths)
    if min(widths) >= n_inputs:
        assert folding_lower_bound(widths, n_inputs) <= above


@given(n=st.integers(2, 20), n_layers=st.integers(1, 5))
def test_folds_are_no_more_than_the_lower_bound(n: int, n_layers: int) -> None:
    assert folds(n, n_layers) == (n // 2) ** (2 * n_layers)
    assert folds(n, n_layers) <= folding_lower_bound([n] * n_layers, 2)


def test_values_worked_by_hand() -> None:
    assert folding_lower_bound([4, 4, 4], 2) == 4 * 4 * 11
    assert folding_lower_bound([6, 5], 2) == 9 * 16
    assert folding_lower_bound([3, 3], 1) == 3 * 4
    assert maxout_lower_bound(3, 2, 2) == 27
    assert upper_bound([3], 2) == product_upper_bound([3], 2) == 7


def test_counts_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="whole number"):
        shallow_maximum(2.5, 2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must be 0 or more"):
        shallow_maximum(-1, 2)
    with pytest.raises(ValueError, match="n_inputs is 0"):
        shallow_maximum(3, 0)
    with pytest.raises(ValueError, match="must be 2 or more"):
        folding_lower_bound([4, 1], 2)
    with pytest.raises(ValueError, match="no hidden layers"):
        upper_bound([], 2)
    with pytest.raises(ValueError, match="must be 1 or more"):
        maxout_lower_bound(2, 0, 2)
