"""Certificates about a disk and a ring: against angle sums, known curves and known networks."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.networks.network import Network, forward, input_jacobian, new_network
from nbsrc.neurons.activations import IDENTITY, RELU, SIGMOID, TANH
from nbsrc.shapes.topology.certify import (
    DISK,
    RING,
    enclosure,
    escape_paths,
    exact_output,
    image_winding,
    output,
    polar,
    pulled_back,
    separation,
    winding_number,
    witness,
)

SEEDS = st.integers(0, 10**6)
TOWARDS = np.pi / 2 + 2 * np.pi * np.arange(3) / 3


def propeller(slope: float = 4.0, far: float = 0.375) -> Network:
    """Three cuts around the disk, 120° apart: it fires in the middle."""
    into = -slope * np.concatenate([np.cos(TOWARDS), np.sin(TOWARDS)])
    return Network(
        (2, 3, 1),
        (TANH, SIGMOID),
        np.concatenate([into, np.ones(3), np.full(3, slope * far), [-1.7]]),
    )


def narrow(seed: int, depth: int, hidden: Any = TANH, scale: float = 1.5) -> Network:
    drawn = new_network(
        [2, *[2] * depth, 1], np.random.default_rng(seed), hidden=hidden, output=SIGMOID
    )
    rng = np.random.default_rng(seed + 1)
    return drawn.with_parameters(
        scale * drawn.parameters + 0.2 * rng.normal(size=drawn.parameters.size)
    )


def angle_sum(curve: np.ndarray, point: np.ndarray) -> float:
    arrows = (curve - point) @ np.array([1, 1j])
    return float(np.angle(np.roll(arrows, -1) / arrows).sum() / (2 * np.pi))


# ---- winding numbers ----


@pytest.mark.parametrize("turns", [-3, -1, 1, 2, 5])
def test_a_circle_run_through_several_times_winds_so_often(turns: int) -> None:
    t = turns * 2 * np.pi * np.arange(400) / 400
    circle = np.column_stack([np.cos(t), np.sin(t)])
    assert winding_number(circle, [0.3, -0.2]) == turns
    assert winding_number(circle, [1.2, 0]) == 0


def test_a_figure_of_eight_winds_both_ways() -> None:
    t = 2 * np.pi * np.arange(200) / 200
    eight = np.column_stack([np.sin(t), np.sin(2 * t)])
    assert winding_number(eight, [0.5, 0]) == -winding_number(eight, [-0.5, 0]) != 0


@given(seed=SEEDS)
def test_it_is_the_sum_of_the_angles(seed: int) -> None:
    rng = np.random.default_rng(seed)
    curve, point = rng.normal(size=(int(rng.integers(3, 30)), 2)), rng.normal(size=2)
    assert winding_number(curve, point) == round(angle_sum(curve, point))


@given(degree=st.integers(1, 5), seed=SEEDS)
def test_the_argument_principle(degree: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    roots = rng.uniform(0, 2, degree) * np.exp(1j * rng.uniform(0, 2 * np.pi, degree))
    if np.abs(np.abs(roots) - 1).min() < 0.05:
        return
    z = np.exp(2j * np.pi * np.arange(4000) / 4000)
    values = np.prod([z - root for root in roots], axis=0)
    curve = np.column_stack([values.real, values.imag])
    assert winding_number(curve, [0, 0]) == (np.abs(roots) < 1).sum()


@given(place=st.sampled_from([(0, 0), (0.5, 0.5), (1, 0), (0.5, 0)]))
def test_a_curve_that_meets_the_point_is_refused(place: tuple) -> None:
    with pytest.raises(ValueError, match="meets the point"):
        winding_number([[0, 0], [1, 0], [0, 1]], place)


def test_a_point_beside_the_edge_by_less_than_rounding_is_decided_exactly() -> None:
    a = 0.1
    corners = np.array([[0, 0], [3 * a, 3 * a], [0, 1]])
    beside = np.array([a, np.nextafter(a, 1)])
    assert winding_number(corners, beside) == 1
    assert winding_number(corners, [a, np.nextafter(a, 0)]) == 0


@pytest.mark.parametrize("curve", [[[0, 0], [1, 1]], [[0, np.nan], [1, 0], [0, 1]], [1, 2, 3]])
def test_what_is_no_curve_is_refused(curve: list) -> None:
    with pytest.raises(ValueError):
        winding_number(curve, [0.1, 0.1])


@settings(max_examples=15)
@given(seed=SEEDS, depth=st.integers(1, 3))
def test_the_image_of_a_circle_winds_as_the_determinants_say(seed: int, depth: int) -> None:
    network = narrow(seed, depth, scale=0.8)
    if min(abs(np.linalg.det(w)) for w in network.weights[:-1]) < 0.05:
        return
    sign = np.prod([np.sign(np.linalg.det(w)) for w in network.weights[:-1]])
    assert image_winding(network, 1.0, depth) == sign
    assert image_winding(network, 0.3, depth, [0.9, 0.0]) == 0


# ---- bounds, witnesses, separations ----


@given(seed=SEEDS, radius=st.floats(0, 0.5), hidden=st.sampled_from([TANH, RELU, SIGMOID]))
def test_the_bounds_hold_for_points_of_the_cell(seed: int, radius: float, hidden: Any) -> None:
    network, rng = narrow(seed, 2, hidden), np.random.default_rng(seed)
    centre, t = rng.uniform(-1, 1, 2), rng.uniform(0, 2 * np.pi, 50)
    inside = centre + radius * np.sqrt(rng.uniform(size=(50, 1))) * np.column_stack(
        [np.cos(t), np.sin(t)]
    )
    low, high = enclosure(network, [centre], [radius])
    said = output(network, inside)
    assert (low[0, 0] <= said).all() and (said <= high[0, 0]).all()


@given(seed=SEEDS, depth=st.integers(1, 4), hidden=st.sampled_from([TANH, RELU, SIGMOID]))
@settings(max_examples=40, deadline=None)
def test_narrow_networks_have_a_witness(seed: int, depth: int, hidden: Any) -> None:
    network = narrow(seed, depth, hidden)
    found = witness(network)
    if found is None:  # a network so flat that rounding hides the order
        assert np.ptp(output(network, polar(0, 1, 9, 60))) < 1e-3
        return
    assert np.hypot(*found.inside) <= DISK + 1e-12
    for place in (found.above, found.below):
        assert RING[0] - 1e-12 <= np.hypot(*place) <= RING[1] + 1e-12
    at, high, low = output(network, [found.inside, found.above, found.below])
    assert low <= at <= high or hidden is RELU
    assert separation(network) is None


def test_three_units_that_separate_have_no_witness_but_a_certificate() -> None:
    found = separation(propeller())
    assert witness(propeller()) is None
    assert found is not None and found.disk_above and found.margin > 0.1
    disk, ring = (output(propeller(), polar(*ends, 40, 500)) for ends in ((0.0, DISK), RING))
    assert disk.min() >= found.disk_bound and ring.max() <= found.ring_bound


@given(seed=SEEDS, scale=st.floats(1, 6))
@settings(max_examples=30, deadline=None)
def test_no_network_has_a_witness_and_a_certificate(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    network = propeller()
    shaken = network.with_parameters(network.parameters + scale / 6 * rng.normal(size=13))
    found, bounds = witness(shaken), separation(shaken)
    assert found is None or bounds is None
    disk, ring = (output(shaken, polar(*ends, 12, 200)) for ends in ((0.0, DISK), RING))
    if bounds is None:
        return
    assert (disk.min() > ring.max()) if bounds.disk_above else (disk.max() < ring.min())


def test_exact_outputs_are_those_of_the_forward_pass() -> None:
    network = narrow(3, 3, RELU)
    for place in ([0.25, -0.5], [0.125, 0.75]):
        exact = exact_output(network, place)
        assert isinstance(exact, Fraction)
        assert float(exact) == pytest.approx(output(network, [place])[0], abs=1e-12)
    with pytest.raises(ValueError, match="ReLU"):
        exact_output(narrow(3, 1), [0, 0])


# ---- ways out ----


@settings(max_examples=12, deadline=None)
@given(seed=SEEDS, depth=st.integers(1, 3), up=st.booleans())
def test_ways_out_reach_the_circle_and_never_turn_back(seed: int, depth: int, up: bool) -> None:
    network = narrow(seed, depth, scale=0.9)
    if min(abs(np.linalg.det(w)) for w in network.weights[:-1]) < 0.05:
        return
    starts = np.array([[0.0, 0.0], [0.2, -0.1]])
    ways = escape_paths(network, starts, up=up)
    assert ways.shape == (2, 41, 2) and (ways[:, 0] == starts).all()
    assert np.hypot(*ways[:, -1].T) == pytest.approx(1, abs=1e-3)
    for way in ways:
        said = output(network, way)
        assert (np.diff(said if up else -said) > -1e-9).all()
        # in the last hidden layer the way is a straight line along the output's weights
        image = forward(network, way).activations[-2] - forward(network, way[:1]).activations[-2]
        v = network.weights[-1][:, 0]
        aside = image @ np.array([-v[1], v[0]]) / np.linalg.norm(v)
        assert np.abs(aside).max() < 2e-3


@settings(max_examples=20)
@given(seed=SEEDS, hidden=st.sampled_from([TANH, SIGMOID]))
def test_pulling_back_undoes_the_layers(seed: int, hidden: Any) -> None:
    network, points = narrow(seed, 2, hidden, 0.8), polar(0.1, 0.9, 3, 7)
    if min(abs(np.linalg.det(w)) for w in network.weights[:-1]) < 0.05:
        return
    image = forward(network, points).activations[-2]
    assert np.abs(pulled_back(network, image) - points).max() < 1e-6
    assert np.isnan(pulled_back(network, [[3.0, 0.0]])).all()


def test_the_slope_at_the_start_of_a_way_is_the_jacobians() -> None:
    network = narrow(11, 2, scale=0.9)
    way = escape_paths(network, [[0.1, 0.1]], n=201)[0]
    rise = input_jacobian(network, way[:1])[0, 0] @ (way[1] - way[0])
    assert rise > 0


# ---- bad input ----


def test_networks_of_other_shapes_are_refused() -> None:
    rng = np.random.default_rng(0)
    wrong = new_network([3, 2, 1], rng, output=IDENTITY)
    for call in (witness, separation):
        with pytest.raises(ValueError, match="two numbers to one"):
            call(wrong)
    with pytest.raises(ValueError, match="inside the ring's hole"):
        witness(propeller(), disk=0.8)
    with pytest.raises(ValueError, match="two tanh or sigmoid"):
        escape_paths(propeller(), [[0.0, 0.0]])
    with pytest.raises(ValueError, match="inside the circle"):
        escape_paths(narrow(1, 1), [[2.0, 0.0]])
    flat = Network((2, 2, 1), (TANH, SIGMOID), np.array([1.0, 2.0, 2.0, 4.0, 1, 1, 0, 0, 0]))
    with pytest.raises(ValueError, match="singular"):
        escape_paths(flat, [[0.0, 0.0]])
    with pytest.raises(ValueError, match="no plane"):
        image_winding(propeller(), 1.0, 1)
