"""Networks of steps, bumps and hats against the functions they were built for."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.networks import Network, predict
from nbsrc.neurons.activations import IDENTITY, SIGMOID
from nbsrc.shapes.bumps import (
    hat,
    interpolated,
    polyline,
    relu_network,
    soft_step,
    staircase,
    step_network,
)

heights = st.lists(st.floats(-3, 3), min_size=2, max_size=9)
INSIDE = np.linspace(0.001, 0.999, 97)


def rising(count: int, seed: int) -> Any:
    """Places that rise strictly, unevenly spread."""
    return np.cumsum(np.random.default_rng(seed).uniform(0.05, 1.0, count))


def test_a_soft_step_is_the_unit_whose_bias_is_minus_weight_times_place() -> None:
    unit = Network((1, 1), (SIGMOID,), np.array([50.0, -20.0]))
    x = np.linspace(-1, 2, 61)
    assert np.abs(predict(unit, x[:, None])[:, 0] - soft_step(x, 0.4, 50.0)).max() < 1e-12


def test_doubling_the_weight_alone_moves_the_step() -> None:
    unit = Network((1, 1), (SIGMOID,), np.array([100.0, -20.0]))
    assert predict(unit, [[0.2]])[0, 0] == pytest.approx(0.5)


@given(left=st.floats(0.1, 0.4), width=st.floats(0.2, 0.5), height=st.floats(0.1, 3))
def test_a_bump_rises_and_falls_back(left: float, width: float, height: float) -> None:
    """Its sign: a bump of the other sign, or one that stays up, is seen at once."""
    at = np.array([left - 0.1, left + width / 2, left + width + 0.1])
    bump = step_network([left, left + width], [height], 1000.0)
    low, top, low_again = predict(bump, at[:, None])[:, 0]
    assert abs(low) < 1e-9 and top == pytest.approx(height) and abs(low_again) < 1e-9


@settings(deadline=None)
@given(heights=heights, seed=st.integers(0, 99))
def test_a_step_network_has_its_heights_between_its_edges_and_nothing_outside(
    heights: list[float], seed: int
) -> None:
    edges = rising(len(heights) + 1, seed)
    middles = (edges[1:] + edges[:-1]) / 2
    network = step_network(edges, heights)
    assert network.sizes == (1, len(edges), 1)
    at = np.concatenate([[edges[0] - 1], middles, [edges[-1] + 1]])
    wanted = np.concatenate([[0], heights, [0]])
    assert np.abs(predict(network, at[:, None])[:, 0] - wanted).max() < 1e-12


def test_steep_sigmoids_do_what_jumps_do_away_from_the_edges() -> None:
    edges, tops = np.linspace(0, 1, 6), [1.0, -2.0, 0.5, 0.0, 3.0]
    x = (np.arange(5)[:, None] / 5 + np.linspace(0.05, 0.15, 9)).reshape(-1, 1)
    jumps, soft = (predict(step_network(edges, tops, w), x) for w in (None, 1000.0))
    assert np.abs(jumps - soft).max() < 1e-12


def test_a_step_network_is_the_sum_of_its_bumps() -> None:
    edges, tops = np.array([0.0, 0.2, 0.7, 1.0]), [0.5, -1.0, 2.0]
    x = np.linspace(-0.5, 1.5, 81)
    bumps = sum(
        top * (soft_step(x, left, 60.0) - soft_step(x, right, 60.0))
        for left, right, top in zip(edges[:-1], edges[1:], tops, strict=True)
    )
    units = predict(step_network(edges, tops, 60.0), x[:, None])[:, 0]
    assert np.abs(units - bumps).max() < 1e-12


@settings(deadline=None)
@given(heights=heights, seed=st.integers(0, 99))
def test_a_relu_network_interpolates(heights: list[float], seed: int) -> None:
    knots = rising(len(heights), seed)
    x = np.linspace(knots[0], knots[-1], 203)
    network = relu_network(knots, heights)
    assert network.sizes == (1, len(knots) - 1, 1)
    wanted = np.interp(x, knots, heights)
    assert np.abs(predict(network, x[:, None])[:, 0] - wanted).max() < 1e-9


@given(heights=heights)
def test_a_polyline_is_a_sum_of_hats(heights: list[float]) -> None:
    wanted = np.interp(INSIDE, np.linspace(0, 1, len(heights)), heights)
    assert np.abs(polyline(INSIDE, heights) - wanted).max() < 1e-9


@pytest.mark.parametrize("pieces", [1, 2, 7, 50])
def test_staircase_and_interpolation_are_what_the_networks_compute(pieces: int) -> None:
    f = np.cos
    edges = np.arange(pieces + 1) / pieces
    steps = step_network(edges, f((edges[1:] + edges[:-1]) / 2))
    hats = relu_network(edges, f(edges))
    for network, formula in ((steps, staircase), (hats, interpolated)):
        x = INSIDE + 1e-5  # away from the edges, where a jump may be on either side
        assert np.abs(predict(network, x[:, None])[:, 0] - formula(x, f, pieces)).max() < 1e-12


def test_a_hat_is_three_relu_units() -> None:
    units = relu_network([0.2, 0.5, 0.8, 1.8], [0.0, 1.0, 0.0, 0.0])
    assert np.abs(predict(units, INSIDE[:, None])[:, 0] - hat(INSIDE, 0.5, 0.3)).max() < 1e-12


@pytest.mark.parametrize(
    "edges, tops",
    [
        ([0.0, 1.0], [1.0, 2.0]),
        ([0.0], []),
        ([0.0, 0.0, 1.0], [1.0, 2.0]),
        ([1.0, 0.0], [1.0]),
        ([0.0, np.nan], [1.0]),
        ([0.0, 1.0], [np.nan]),
        ([[0.0, 1.0]], [1.0]),
    ],
)
def test_what_makes_no_staircase_is_refused(edges: Any, tops: Any) -> None:
    with pytest.raises(ValueError, match="places"):
        step_network(edges, tops)


def test_what_makes_no_polyline_is_refused() -> None:
    for knots, tops in (([0.0, 1.0], [1.0]), ([0.0, 0.0], [1.0, 2.0]), ([0.0, 1.0], [1.0, np.inf])):
        with pytest.raises(ValueError, match="places"):
            relu_network(knots, tops)
    with pytest.raises(ValueError, match="steepness"):
        step_network([0.0, 1.0], [1.0], steepness=-1.0)
    with pytest.raises(ValueError, match="at least 2"):
        polyline(0.5, [1.0])


def test_the_output_is_linear() -> None:
    assert step_network([0.0, 1.0], [1.0]).activations[-1] is IDENTITY
