"""Layers as motions, and bounds without gaps, against differences, products and searches."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.linalg import polar
from scipy.optimize import linprog

from nbsrc.networks.network import Network, forward, input_jacobian, new_network
from nbsrc.neurons.activations import RELU, SIGMOID, TANH
from nbsrc.shapes.topology.motion import (
    exact_determinant,
    least_log_determinant,
    least_log_stretch,
    log_determinants,
    on_the_way,
    rotation,
    stage,
    straight_cuts,
    turn_and_stretch,
)

entries = st.floats(-4, 4, allow_nan=False).map(lambda v: round(v, 3))
matrices = arrays(float, (2, 2), elements=entries)
seeds = st.integers(0, 2**32 - 1)
FLIP = np.diag([1.0, -1.0])


def network_of(seed: int, sizes: tuple[int, ...], scale: float = 1.5) -> Network:
    rng = np.random.default_rng(seed)
    drawn = new_network(sizes, rng, output=SIGMOID)
    return drawn.with_parameters(scale * rng.normal(size=drawn.parameters.shape))


def hidden_answer(network: Network, points: np.ndarray) -> np.ndarray:
    return forward(network, points).activations[-2]


@given(weights=matrices)
def test_parts_multiply_to_the_weights(weights: np.ndarray) -> None:
    flips, angle, stretch = turn_and_stretch(weights)
    turned = rotation(angle) @ stretch
    assert np.allclose(FLIP @ turned if flips else turned, weights, atol=1e-9)
    assert np.allclose(stretch, stretch.T, atol=1e-9)
    assert np.linalg.eigvalsh(stretch).min() > -1e-9
    if abs(np.linalg.det(weights)) > 1e-2:
        assert np.allclose(polar(turned)[0], rotation(angle), atol=1e-6)


@given(weights=matrices, time=st.floats(0, 1))
def test_way_stays_invertible(weights: np.ndarray, time: float) -> None:
    assume(np.linalg.det(weights) > 1e-2)
    assert np.linalg.det(on_the_way(weights, time)) > 0
    assert np.allclose(on_the_way(weights, 0.0), np.eye(2))
    assert np.allclose(on_the_way(weights, 1.0), weights, atol=1e-9)


@given(weights=matrices)
def test_turning_over_has_a_line_for_its_shadow(weights: np.ndarray) -> None:
    assume(np.linalg.det(weights) < -1e-2)
    assert abs(np.linalg.det(on_the_way(weights, 0.5))) < 1e-9
    assert np.allclose(on_the_way(weights, 1.0), weights, atol=1e-9)


@given(weights=matrices, bias=arrays(float, 2, elements=entries), seed=seeds)
def test_stages_end_in_the_layer(weights: np.ndarray, bias: np.ndarray, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(5, 2))
    assert np.allclose(stage(points, weights, bias, 0.0), points)
    assert np.allclose(stage(points, weights, bias, 1.0), points @ weights)
    assert np.allclose(stage(points, weights, bias, 2.0), points @ weights + bias)
    assert np.allclose(stage(points, weights, bias, 3.0), np.tanh(points @ weights + bias))
    rectified = stage(points, weights, bias, 3.0, lambda z: np.maximum(0, z))
    assert np.allclose(rectified, np.maximum(0, points @ weights + bias))


@given(
    matrix=arrays(
        float,
        st.integers(1, 4).map(lambda n: (n, n)),
        elements=st.integers(-6, 6).map(float),
    )
)
def test_exact_determinant(matrix: np.ndarray) -> None:
    assert exact_determinant(matrix) == round(np.linalg.det(matrix))
    doubled = np.vstack([matrix, matrix[:1]])[:, :1].repeat(len(matrix) + 1, axis=1)
    assert exact_determinant(doubled) == 0


def test_exact_where_floats_are_not() -> None:
    tiny = np.array([[1.0, 1.0], [1.0, 1.0 + 2.0**-52]])
    assert exact_determinant(tiny) == Fraction(1, 2**52)


@given(seed=seeds)
@settings(max_examples=30)
def test_determinants_against_central_differences(seed: int) -> None:
    network = network_of(seed, (2, 2, 2, 1), 0.8)
    point = np.random.default_rng(seed).uniform(-1, 1, size=2)
    h = 1e-5
    moved = (
        np.array([point + h * e for e in np.eye(2)]),
        np.array([point - h * e for e in np.eye(2)]),
    )
    slopes = (hidden_answer(network, moved[0]) - hidden_answer(network, moved[1])) / (2 * h)
    product = log_determinants(network, point[None]).sum()
    assume(product > -4)
    assert 10**product == pytest.approx(abs(np.linalg.det(slopes)), rel=1e-3)


@given(seed=seeds, scale=st.floats(0.2, 3))
@settings(max_examples=40)
def test_no_point_is_below_the_least_determinant(seed: int, scale: float) -> None:
    network = network_of(seed, (2, 2, 2, 2, 1), scale)
    low, high = np.sort(np.random.default_rng(seed).uniform(-2, 2, size=(2, 2)), axis=0)
    points = np.random.default_rng(seed + 1).uniform(low, high, size=(200, 2))
    points = np.vstack([points, low, high])
    least = least_log_determinant(network, low, high)
    assert log_determinants(network, points).sum(axis=0).min() >= least
    corner = least_log_determinant(network, low, low)
    assert corner == pytest.approx(log_determinants(network, [low]).sum(), abs=1e-6)


@given(seed=seeds, middle=st.sampled_from([(2, 2), (3, 3), (2, 4), (5, 5)]))
@settings(max_examples=40)
def test_no_two_points_come_closer_than_told(seed: int, middle: tuple[int, int]) -> None:
    network = network_of(seed, (2, *middle, 1), 0.7)
    rng = np.random.default_rng(seed)
    first, second = rng.uniform(-1, 1, size=(2, 300, 2))
    second[:150] = first[:150] + 1e-3 * (second[:150] - first[:150])
    before = np.linalg.norm(first - second, axis=1)
    after = np.linalg.norm(hidden_answer(network, first) - hidden_answer(network, second), axis=1)
    assert (after / before).min() >= 10 ** least_log_stretch(network, [-1, -1], [1, 1]) - 1e-11


def test_bound_is_met_by_a_line() -> None:
    line = Network((1, 1, 1), (TANH, TANH), np.array([3.0, 1.0, 0.5, 0.0]))
    slope = input_jacobian(line, [[1.0]])[0, 0, 0] / (1 - np.tanh(np.tanh(3.5)) ** 2)
    assert 10 ** least_log_stretch(line, [-1], [1]) == pytest.approx(slope, rel=1e-9)


def test_singular_layers_have_no_bound() -> None:
    flat = Network((2, 2, 1), (TANH, TANH), np.array([1.0, 2.0, 2.0, 4.0, 1, 1, 0, 0, 0]))
    assert least_log_determinant(flat, [-1, -1], [1, 1]) == -np.inf
    assert least_log_stretch(flat, [-1, -1], [1, 1]) == -np.inf


@given(seed=seeds, apart=st.floats(-0.5, 3))
@settings(max_examples=40)
def test_straight_cuts_against_a_linear_programme(seed: int, apart: float) -> None:
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi)
    inside = rng.normal(0, 0.3, size=(12, 2))
    outside = rng.normal(0, 0.3, size=(9, 2)) + apart * np.array([np.cos(angle), np.sin(angle)])
    gaps, levels, angles = straight_cuts(inside, outside, 48)
    gap, level, turned = (found[gaps.argmax()] for found in (gaps, levels, angles))
    normal = np.array([np.cos(turned), np.sin(turned)])
    assert (inside @ normal).max() == pytest.approx(level - gap / 2)
    assert (outside @ normal).min() == pytest.approx(level + gap / 2)
    rows = np.vstack(
        [np.column_stack([inside, np.ones(12)]), -np.column_stack([outside, np.ones(9)])]
    )
    able = linprog(np.zeros(3), rows, -np.ones(21), bounds=[(None, None)] * 3).success
    assert able or gap <= 1e-9


def test_what_the_bounds_do_not_cover_is_refused() -> None:
    box = [-1, -1], [1, 1]
    rng = np.random.default_rng(0)
    rectified = new_network((2, 2, 1), rng, hidden=RELU, output=SIGMOID)
    for bound in (least_log_determinant, least_log_stretch):
        with pytest.raises(ValueError, match="tanh"):
            bound(rectified, *box)
        with pytest.raises(ValueError, match="ensemble"):
            bound(new_network((2, 2, 1), [rng, rng]), *box)
        with pytest.raises(ValueError, match="finite"):
            bound(network_of(0, (2, 2, 1)), [-1], [1])
        with pytest.raises(ValueError, match="finite"):
            bound(network_of(0, (2, 2, 1)), [-1, float("nan")], [1, 1])
        with pytest.raises(ValueError, match="above"):
            bound(network_of(0, (2, 2, 1)), [1, 1], [-1, -1])
    with pytest.raises(ValueError, match="square layers"):
        least_log_determinant(network_of(0, (2, 3, 1)), *box)
    with pytest.raises(ValueError, match="loses a direction"):
        least_log_stretch(network_of(0, (2, 3, 2, 1)), *box)
    for matrix in ([[1, 2]], [[1, float("nan")], [0, 1]]):
        with pytest.raises(ValueError, match="matrix"):
            exact_determinant(np.array(matrix, float))
