"""Suprema against brute force, closed forms and each other; bounds from below and from above."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.networks import Network, count_parameters, new_network, predict
from nbsrc.neurons.activations import IDENTITY, RELU, SIGMOID, SOFTMAX, STEP, TANH
from nbsrc.shapes.bumps import interpolated, polyline, relu_network, staircase
from nbsrc.shapes.errors import (
    Between,
    grid_maximum,
    interpolation_error,
    lipschitz_bound,
    modulus_of_continuity,
    relu_kinks,
    relu_steepest,
    staircase_distance,
    staircase_error,
    sup_between,
)

heights = st.lists(st.floats(-2, 2), min_size=2, max_size=8)
pieces = st.integers(1, 50)
FINE = np.linspace(0, 1, 40_001)


def knots_of(tops: Any) -> list[float]:
    """Evenly spread knots of a polyline."""
    return (np.arange(len(tops)) / (len(tops) - 1)).tolist()


@given(rate=st.floats(0.1, 20), turn=st.floats(0, 6), n=st.integers(1, 60))
def test_the_supremum_lies_between_the_bounds(rate: float, turn: float, n: int) -> None:
    """A swapped pair, or a slack of the wrong sign, fails here."""
    wave = lambda x: np.sin(rate * x + turn)  # noqa: E731
    least, most = sup_between(wave, 0.0, 1.0, rate, n)
    truth = np.abs(wave(FINE)).max()
    assert least <= truth + rate / 80_000 and truth <= most + 1e-12
    assert most - least == pytest.approx(rate / (2 * n))


def test_the_bounds_are_least_first() -> None:
    assert Between._fields == ("least", "most")
    found = sup_between(lambda x: x, 0.0, 1.0, 1.0, 10)
    assert found.least == pytest.approx(0.95) and found.most == pytest.approx(1.0)


def test_half_a_cells_diagonal_is_needed_in_the_plane() -> None:
    """The distance to a corner of the box, whose supremum half a side would miss."""
    corner = lambda p: np.linalg.norm(p, axis=1)  # noqa: E731
    least, most = sup_between(corner, np.zeros(2), np.ones(2), 1.0, 8)
    assert least < np.sqrt(2) and most == pytest.approx(np.sqrt(2))
    assert least + 1 / 16 < np.sqrt(2)


def test_a_modulus_of_continuity_serves_where_no_lipschitz_constant_does() -> None:
    least, most = sup_between(lambda x: np.sqrt(x) - 1, 0.0, 1.0, np.sqrt, 50)
    assert least < 1 <= most


def test_many_cells_are_gone_through_in_parts_and_none_is_missed() -> None:
    peak = lambda p: (p > 0.999).all(axis=1).astype(float)  # noqa: E731
    assert grid_maximum(peak, np.zeros(2), np.ones(2), 700) == 1.0


@pytest.mark.parametrize("shape", [[1, 6, 1], [2, 5, 4, 1], [3, 4, 2]])
@pytest.mark.parametrize("hidden", [RELU, TANH, SIGMOID])
def test_no_pair_of_points_is_steeper_than_the_lipschitz_bound(shape: Any, hidden: Any) -> None:
    rng = np.random.default_rng(3)
    network = new_network(shape, rng, hidden=hidden, output=IDENTITY)
    one, other = rng.normal(size=(2, 500, shape[0]))
    change = np.linalg.norm(predict(network, one) - predict(network, other), axis=1)
    assert (change <= lipschitz_bound(network) * np.linalg.norm(one - other, axis=1) + 1e-12).all()


def test_the_lipschitz_bound_is_met_by_a_straight_network() -> None:
    line = Network((2, 1), (IDENTITY,), np.array([3.0, 4.0, 1.0]))
    assert lipschitz_bound(line) == pytest.approx(5.0)


@pytest.mark.parametrize("activation", [STEP, SOFTMAX])
def test_what_has_no_steepest_slope_is_refused(activation: Any) -> None:
    with pytest.raises(ValueError, match="slope"):
        lipschitz_bound(Network((1, 1), (activation,), np.ones(2)))


@given(seed=st.integers(0, 200), n_layers=st.integers(1, 3))
def test_a_relu_network_is_straight_between_its_kinks(seed: int, n_layers: int) -> None:
    rng = np.random.default_rng(seed)
    sizes, bends = (1, *[4] * n_layers, 1), (*[RELU] * n_layers, IDENTITY)
    network = Network(sizes, bends, rng.normal(size=count_parameters(sizes)))
    kinks = relu_kinks(network, -2.0, 2.0)
    value = lambda x: predict(network, np.asarray(x)[:, None])[:, 0]  # noqa: E731
    middles = value((kinks[1:] + kinks[:-1]) / 2)
    assert np.abs(middles - (value(kinks[1:]) + value(kinks[:-1])) / 2).max() < 1e-9
    x = np.linspace(-2, 2, 4001)
    steepest = np.abs(np.diff(value(x)) / np.diff(x)).max()
    assert steepest <= relu_steepest(network, -2.0, 2.0) + 1e-9 <= lipschitz_bound(network) + 1e-6


@settings(deadline=None)
@given(tops=heights, n=pieces)
def test_errors_of_staircase_and_interpolation_are_exact(tops: list[float], n: int) -> None:
    """Against a grid that leaves out nothing but jumps, which both sides of are added."""
    f = lambda x: polyline(x, tops)  # noqa: E731
    edges: Any = np.arange(n + 1) / n
    places = np.unique(np.concatenate([FINE, edges[1:] - 1e-12, edges[:-1] + 1e-12, [0.0, 1.0]]))
    for formula, error in ((staircase, staircase_error), (interpolated, interpolation_error)):
        seen = np.abs(f(places) - formula(places, f, n)).max()
        assert float(error(f, knots_of(tops), n)) == pytest.approx(seen, abs=28 / 40_000)
        assert float(error(f, knots_of(tops), n)) >= seen - 1e-9


@given(tops=heights, n=pieces)
def test_two_ways_to_the_staircases_error_agree(tops: list[float], n: int) -> None:
    f = lambda x: polyline(x, tops)  # noqa: E731
    edges: Any = np.arange(n + 1) / n
    other = staircase_distance(f, edges, f((edges[1:] + edges[:-1]) / 2), knots_of(tops))
    assert float(staircase_error(f, knots_of(tops), n)) == pytest.approx(other, abs=1e-9)


@given(tops=heights, n=pieces)
def test_the_errors_stay_below_the_modulus_of_continuity(tops: list[float], n: int) -> None:
    f, knots = (lambda x: polyline(x, tops)), knots_of(tops)
    half, whole = (float(modulus_of_continuity(f, knots, d)) for d in (0.5 / n, 1 / n))
    assert float(staircase_error(f, knots, n)) <= half + 1e-9
    assert float(interpolation_error(f, knots, n)) <= whole + 1e-9


@given(tops=heights, distance=st.floats(0.001, 1))
def test_the_modulus_of_continuity_is_that_of_all_pairs(tops: list[float], distance: float) -> None:
    x = np.linspace(0, 1, 401)
    y: Any = np.interp(x, knots_of(tops), tops)
    near = np.abs(x[:, None] - x) <= distance
    pairs = np.where(near, np.abs(y[:, None] - y), 0).max()
    f = lambda x: np.interp(x, knots_of(tops), tops)  # noqa: E731
    found = float(modulus_of_continuity(f, knots_of(tops), distance))
    assert pairs - 1e-9 <= found <= pairs + 28 * 2 / 400


def test_the_modulus_of_continuity_looks_both_ways_from_a_knot() -> None:
    """From 0.4 to 1 the polyline 0, 0.1, 1 rises by 0.92, and from 0 to 0.6 as much mirrored."""
    for tops in ([0.0, 0.1, 1.0], [1.0, 0.1, 0.0]):
        f = lambda x, tops=tops: np.interp(x, [0, 0.5, 1], tops)  # noqa: E731
        assert float(modulus_of_continuity(f, [0.0, 0.5, 1.0], 0.6)) == pytest.approx(0.92)


def test_a_staircase_of_a_parabola_has_the_error_of_the_closed_form() -> None:
    """On [0, 1], x² turns nowhere: the last stair is off most, by 1 − (1 − 1/2n)²."""
    for n in (1, 4, 33):
        edges: Any = np.arange(n + 1) / n
        found = staircase_distance(np.square, edges, np.square((edges[1:] + edges[:-1]) / 2))
        assert found == pytest.approx(1 - (1 - 1 / (2 * n)) ** 2)


def test_a_turn_inside_a_stair_counts() -> None:
    assert staircase_distance(np.sin, [0.0, np.pi], [0.0], [np.pi / 2]) == pytest.approx(1.0)
    assert staircase_distance(np.sin, [0.0, np.pi], [0.0]) < 1e-12


def test_an_interpolated_parabola_has_the_error_of_the_closed_form() -> None:
    """The rule h²/8 · max |f″|, with equality for a parabola."""
    knots = np.linspace(0, 1, 11)
    network = relu_network(knots, knots**2)
    apart = lambda x: predict(network, x[:, None])[:, 0] - x**2  # noqa: E731
    least, most = sup_between(apart, 0.0, 1.0, 4.0, 20_000)
    assert least <= 0.1**2 / 4 <= most and most - least < 2e-4


@pytest.mark.parametrize(
    "low, high, n",
    [(0.0, 0.0, 4), (1.0, 0.0, 4), (0.0, np.nan, 4), (0.0, np.inf, 4), (0.0, 1.0, 0)],
)
def test_boxes_that_are_none_are_refused(low: Any, high: Any, n: int) -> None:
    with pytest.raises(ValueError):
        grid_maximum(np.sin, low, high, n)
    with pytest.raises(ValueError):
        sup_between(np.sin, low, high, 1.0, n)


def test_differences_that_are_not_finite_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="finite number"):
        grid_maximum(lambda x: x * np.nan, 0.0, 1.0, 4)
    with pytest.raises(ValueError, match="finite number"):
        grid_maximum(lambda p: p, np.zeros(2), np.ones(2), 4)
    with pytest.raises(ValueError, match="bound"):
        sup_between(np.sin, 0.0, 1.0, -1.0, 4)
    with pytest.raises(ValueError, match="bound"):
        sup_between(np.sin, 0.0, 1.0, np.nan, 4)


def test_other_input_that_makes_no_sense_is_refused() -> None:
    for call in (modulus_of_continuity, staircase_error, interpolation_error):
        with pytest.raises(ValueError, match="rise"):
            call(np.sin, [0.0, 0.0], 0.5)
    with pytest.raises(ValueError, match="edges"):
        staircase_distance(np.sin, [0.0, 1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="finite"):
        staircase_distance(np.sin, [0.0, 1.0], [np.nan])
    ensemble = new_network([1, 2, 1], [np.random.default_rng(i) for i in range(2)], output=IDENTITY)
    for refused in (lipschitz_bound, lambda n: relu_kinks(n, 0.0, 1.0)):
        with pytest.raises(ValueError):
            refused(ensemble)
