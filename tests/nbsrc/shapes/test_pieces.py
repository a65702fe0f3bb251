"""Pieces along a segment: against dense grids, regions and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.networks.network import Network, forward, new_network
from nbsrc.neurons.activations import IDENTITY, RELU
from nbsrc.shapes.folding import tent_network
from nbsrc.shapes.pieces import kinks, pieces
from nbsrc.shapes.polygons import rectangle
from nbsrc.shapes.regions import linear_regions
from tests.nbsrc.shapes.problems import coarse_networks, patterns_at, relu_network

SHAPES = [(1, 6, 1), (2, 5, 5, 1), (7, 6, 5, 4, 3)]


def on_segment(start: np.ndarray, end: np.ndarray, t: np.ndarray) -> np.ndarray:
    return start + np.asarray(t)[:, None] * (end - start)


@given(sizes=st.sampled_from(SHAPES), seed=st.integers(0, 10**6))
def test_units_switch_at_the_kinks_and_nowhere_else(sizes: tuple, seed: int) -> None:
    network = relu_network(sizes, seed)
    start, end = np.random.default_rng(seed).normal(size=(2, sizes[0])) * 2
    found = pieces(network, start, end)
    assert (np.diff(found.ends) > 0).all()
    for share in (0.01, 0.5, 0.99):
        t = found.ends[:-1] + share * np.diff(found.ends)
        passed = forward(network, on_segment(start, end, t))
        outputs = found.slopes * t[:, None] + found.offsets
        assert np.allclose(outputs, passed.pre_activations[-1], rtol=1e-9, atol=1e-9)
        if np.diff(found.ends).min() > 1e-7:
            active = patterns_at(network, on_segment(start, end, t))
            assert (active == found.patterns).all()
    changed = (found.patterns[1:] != found.patterns[:-1]).any(axis=1)
    assert changed.all()


@given(network=coarse_networks(3))
def test_in_no_general_position_a_dense_grid_finds_no_kink_more(network: Network) -> None:
    start, end = np.array([-2.0, 1, 0.5]), np.array([1.0, -1, 2])
    t = np.linspace(0, 1, 4001)
    seen = forward(network, on_segment(start, end, t)).pre_activations[-1]
    found = pieces(network, start, end)
    at = np.searchsorted(found.kinks, t)
    assert np.allclose(seen, found.slopes[at] * t[:, None] + found.offsets[at], atol=1e-9)
    bends = np.flatnonzero(np.abs(np.diff(seen[:, 0], 2)) > 1e-7)
    for place in t[bends + 1]:
        assert np.abs(found.bends - place).min() < 1.01 / 4000


@given(seed=st.integers(0, 10**6))
def test_a_segment_crosses_the_edges_of_the_regions_at_its_kinks(seed: int) -> None:
    network = relu_network((2, 6, 6, 1), seed)
    start, end = np.random.default_rng(seed).uniform(-1, 1, (2, 2))
    found = pieces(network, start, end)
    middles = (found.ends[1:] + found.ends[:-1]) / 2
    regions = linear_regions(network, rectangle())
    at = regions.containing(on_segment(start, end, middles))
    clear = np.diff(found.ends) > 1e-6
    assert (regions.patterns[at] == found.patterns)[clear].all()
    assert (np.diff(at) != 0).all() or not clear.all()


@pytest.mark.parametrize("n_folds", [1, 2, 7, 12])
def test_a_tent_of_k_layers_has_equal_pieces(n_folds: int) -> None:
    found = pieces(tent_network(n_folds), 0, 1)
    assert np.allclose(found.ends, np.arange(2**n_folds + 1) / 2**n_folds, atol=1e-12)
    assert found.n_linear == 2**n_folds


def test_only_visible_kinks_bend_the_output() -> None:
    # max(0, x) − max(0, −x) = x, and max(0, x − 1/2) bends.
    flat = np.array([1.0, -1, 1, 1, -1, 1, 0, 0, -0.5, 0])
    network = Network((1, 3, 1), (RELU, IDENTITY), flat)
    assert kinks(network, -1, 1).tolist() == [0.5, 0.75]
    assert kinks(network, -1, 1, visible=True).tolist() == [0.75]
    assert pieces(network, -1, 1).n_linear == 2


def test_a_unit_that_rounding_alone_lifts_above_zero_is_inactive() -> None:
    # Layer 2 reads 0.1 a + 0.2 a − 0.3 a = 0 with a = max(0, x).
    weights = [np.ones(3), np.array([0.1, 0.2, -0.3]), np.ones(1)]
    flat = np.concatenate([*weights, np.zeros(5)])
    network = Network((1, 3, 1, 1), (RELU, RELU, IDENTITY), flat)
    found = pieces(network, -1, 1)
    assert found.kinks.tolist() == [0.5]
    assert not found.patterns[:, 3].any()


def test_kinks_run_the_other_way_from_the_other_end() -> None:
    network = relu_network((3, 8, 8, 1), 4)
    start, end = np.ones(3), -np.ones(3)
    assert np.allclose(kinks(network, start, end), 1 - kinks(network, end, start)[::-1])


def test_kinks_at_the_ends_do_not_count_and_coincident_ones_count_once() -> None:
    flat = np.array([1.0, 1, 2, 1, 1, 1, 1, 1, 0, -1, -1, -0.5, 0])
    network = Network((1, 4, 1), (RELU, IDENTITY), flat)
    assert kinks(network, 0, 1).tolist() == [0.5]


def test_what_is_no_segment_is_refused() -> None:
    network = relu_network((2, 3, 1))
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="start has shape"):
        pieces(network, [0, 0, 0], [1, 1])
    with pytest.raises(ValueError, match="end contains NaN"):
        pieces(network, [0, 0], [1, np.nan])
    with pytest.raises(ValueError, match="same input"):
        kinks(network, [0, 1], [0, 1])
    with pytest.raises(ValueError, match="hidden layer 1 is tanh"):
        kinks(new_network([2, 2, 1], rng), [0, 1], [0, 2])
    with pytest.raises(ValueError, match="ensemble"):
        kinks(new_network([2, 2, 1], [rng, rng], hidden=RELU), [0, 1], [0, 2])
