"""Information of tables: closed forms, SciPy's entropy, identities, and refusals."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from nbsrc.arrays import Array
from nbsrc.charts.live import Live, parameter
from nbsrc.formulas import evaluate
from nbsrc.information.discrete import (
    checked_table,
    conditional_entropy,
    cross_entropy,
    entropy,
    kl_divergence,
    mutual_information,
)

WEIGHTS = st.one_of(st.just(0.0), st.floats(1e-6, 1))


@st.composite
def joints(draw: st.DrawFn, tables: int = 0) -> Array:
    """Draw joint tables, cells of probability 0 among them."""
    shape = (draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    weights = draw(arrays(float, (*([tables] if tables else []), *shape), elements=WEIGHTS))
    weights[..., 0, 0] += 1e-3
    joint: Array = weights / weights.sum(axis=(-1, -2), keepdims=True)
    return joint


def by_hand(joint: Array) -> float:
    """Return H(X | Y) as the average over y of the entropy of a column, in plain loops."""
    total = 0.0
    for column in joint.T:
        if column.sum():
            total += column.sum() * stats.entropy(column / column.sum(), base=2)
    return total


@pytest.mark.parametrize(
    ("p", "bits"),
    [([1.0], 0), ([1, 0, 0], 0), ([0.5, 0.5], 1), ([1 / 16] * 16, 4), ([0.25, 0, 0.75], 0.811278)],
)
def test_entropy_in_bits(p: list[float], bits: float) -> None:
    assert entropy(p) == pytest.approx(bits, abs=1e-6)


def test_a_table_of_two_variables_by_hand() -> None:
    joint = np.array([[4, 2, 1, 1], [2, 4, 1, 1], [2, 2, 2, 2], [8, 0, 0, 0]]) / 32
    assert entropy(joint.sum(0)) == pytest.approx(7 / 4)
    assert entropy(joint.sum(1)) == pytest.approx(2)
    assert entropy(joint.ravel()) == pytest.approx(27 / 8)
    assert conditional_entropy(joint) == pytest.approx(13 / 8)  # rows, given the columns
    assert conditional_entropy(joint.T) == pytest.approx(11 / 8)  # columns, given the rows
    assert mutual_information(joint) == pytest.approx(3 / 8)


def test_known_divergences() -> None:
    assert cross_entropy([0.5, 0.5], [0.25, 0.75]) == pytest.approx(0.5 * (2 + np.log2(4 / 3)))
    assert kl_divergence([1, 0], [0.5, 0.5]) == 1
    assert kl_divergence([0.5, 0.5], [1, 0]) == np.inf
    assert cross_entropy([1, 0], [1, 0]) == 0


@given(joint=joints())
def test_the_pieces_fit(joint: Array) -> None:
    both, of_x, of_y = entropy(joint.ravel()), entropy(joint.sum(1)), entropy(joint.sum(0))
    assert both == pytest.approx(of_y + conditional_entropy(joint), abs=1e-9)
    assert both == pytest.approx(of_x + conditional_entropy(joint.T), abs=1e-9)
    assert conditional_entropy(joint) == pytest.approx(by_hand(joint), abs=1e-9)
    information = mutual_information(joint)
    assert information == pytest.approx(of_x - conditional_entropy(joint), abs=1e-9)
    assert 0 <= information <= min(of_x, of_y) + 1e-9
    assert information == pytest.approx(mutual_information(joint.T), abs=1e-12)


@given(joint=joints())
def test_information_is_the_divergence_from_the_product(joint: Array) -> None:
    product = np.outer(joint.sum(1), joint.sum(0))
    apart = kl_divergence(joint.ravel(), product.ravel())
    assert mutual_information(joint) == pytest.approx(apart, abs=1e-9)
    assert mutual_information(product) == pytest.approx(0, abs=1e-12)


@given(joint=joints(), seed=st.integers(0, 99))
def test_new_names_change_nothing(joint: Array, seed: int) -> None:
    rng = np.random.default_rng(seed)
    renamed = rng.permutation(rng.permutation(joint, axis=0), axis=1)
    for measure in (conditional_entropy, mutual_information):
        assert measure(renamed) == pytest.approx(measure(joint), abs=1e-9)
    assert entropy(renamed.ravel()) == pytest.approx(entropy(joint.ravel()), abs=1e-9)


@given(joint=joints())
def test_divergence_as_scipy(joint: Array) -> None:
    p, q = joint.ravel(), np.roll(joint.ravel(), 1)
    theirs = stats.entropy(p, q, base=2)
    assert kl_divergence(p, q) == pytest.approx(theirs, abs=1e-9)
    assert cross_entropy(p, q) == pytest.approx(entropy(p) + theirs, abs=1e-9)


@given(tables=joints(tables=3))
def test_many_tables_at_once(tables: Array) -> None:
    flat = tables.reshape(3, -1)
    for measure, many in ((entropy, flat), (conditional_entropy, tables)):
        assert np.array_equal(measure(many), [measure(one) for one in many])
    assert np.array_equal(mutual_information(tables), [mutual_information(t) for t in tables])
    assert kl_divergence(flat[None], flat[:, None]).shape == (3, 3)
    assert cross_entropy(flat[0], flat).shape == (3,)


def test_live_tables_are_formulas_of_the_same_numbers() -> None:
    for share in (0.0, 0.3, 1.0):
        live = Live(parameter("share"))
        for measure in (mutual_information, conditional_entropy):
            drawn: Any = measure(np.stack([np.stack([live / 2, (1 - live) / 2]), [0.1, 0.4]]))
            known = measure([[share / 2, (1 - share) / 2], [0.1, 0.4]])
            shown = evaluate(drawn.cells.item(), {}, {"share": share})
            assert shown == pytest.approx(known, abs=1e-12)


@pytest.mark.parametrize("measure", [entropy, lambda p: mutual_information([p, p])])
@pytest.mark.parametrize(
    ("table", "why"),
    [
        ([], "empty"),
        ([-0.1, 1.1], "not negative"),
        ([0.5, 0.5 + 1e-6], "sum to 1"),
        ([np.nan, 1.0], "NaN"),
        ([np.inf, 0.0], "infinity"),
    ],
)
def test_what_is_no_table(
    measure: Callable[[list[float]], Array], table: list[float], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        measure(table)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="2 axes"):
        mutual_information([0.5, 0.5])
    with pytest.raises(ValueError, match="needs 1 axes"):
        entropy(1.0)
    with pytest.raises(ValueError, match="2 and 3 entries"):
        cross_entropy([0.5, 0.5], [0.2, 0.3, 0.5])
    with pytest.raises(ValueError, match="sum to 1"):
        checked_table([[0.5, 0.5], [0.5, 0.4]])
    assert checked_table([0.5, 0.5 + 1e-10]).shape == (2,)
