"""The inner function keeps grid points apart, as Köppen's recursion says."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.shapes.superposition import digit_place, inner, inner_values, places_on_line, weight


@given(st.lists(st.integers(0, 8), min_size=1, max_size=4))
def test_digits_below_nine_move_to_their_places(digits: list[int]) -> None:
    number = int("".join(map(str, digits)))
    spread = sum(Fraction(d, 10 ** digit_place(r)) for r, d in enumerate(digits, 1))
    assert inner(number, len(digits)) == spread


@given(st.integers(0, 10**4 - 2))
def test_the_inner_function_increases(number: int) -> None:
    assert inner(number, 4) < inner(number + 1, 4)


@given(st.integers(0, 999))
def test_a_zero_at_the_end_changes_nothing(number: int) -> None:
    assert inner(10 * number, 4) == inner(number, 3)


@given(st.integers(0, 99))
def test_a_last_nine_is_half_way(first: int) -> None:
    half = (inner(10 * first + 8, 3) + inner(first + 1, 2)) / 2
    assert inner(10 * first + 9, 3) == half


@pytest.mark.parametrize(("k", "base"), [(1, 10), (2, 10), (1, 6), (2, 6), (3, 6)])
def test_every_grid_point_has_a_place_of_its_own(k: int, base: int) -> None:
    places, unit = places_on_line(k, base)
    gaps = np.diff(np.sort(places.ravel()))
    assert 2 * gaps.min() > unit / base ** (2 * digit_place(k))


@given(st.integers(0, 99), st.integers(0, 99))
def test_places_are_the_weighted_sum(i: int, j: int) -> None:
    places, unit = places_on_line(2)
    assert Fraction(int(places[i, j]), unit) == inner(i, 2) + weight(2, 3) * inner(j, 2)


def test_equal_weights_let_points_collide() -> None:
    values = np.array([float(v) for v in inner_values(1)])
    assert len(np.unique((values[:, None] + values).round(9))) == 19


@pytest.mark.parametrize(
    "call",
    [
        lambda: inner(11, 1),
        lambda: inner(-1, 2),
        lambda: inner_values(0),
        lambda: inner_values(1, base=5),
        lambda: weight(3, 2),
        lambda: digit_place(0),
        lambda: places_on_line(4),
    ],
)
def test_what_makes_no_sense_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        call()  # type: ignore[operator]
