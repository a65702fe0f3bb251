"""Networks built to have many regions: what they compute, and how many they have."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.networks.network import forward, predict
from nbsrc.shapes.counting import folding_lower_bound, maxout_lower_bound, upper_bound
from nbsrc.shapes.folding import crossing_lines, folding_network, tent_network, zigzag
from nbsrc.shapes.maxout import MaxoutNetwork, folding_maxout, maxout_regions
from nbsrc.shapes.polygons import rectangle
from nbsrc.shapes.regions import linear_regions
from tests.nbsrc.shapes.problems import relu_network

UNIT = rectangle((0, 1), (0, 1))
SQUARE = rectangle()


def zigzagged(x: np.ndarray, n: int) -> np.ndarray:
    """Return the distance of n x from the nearest even number."""
    return np.abs(n * x - 2 * np.round(n * x / 2))


@given(n=st.integers(1, 9))
def test_a_zigzag_folds_the_interval(n: int) -> None:
    x = np.linspace(0, 1, 101)
    slopes, biases, out = zigzag(n)
    assert np.allclose(np.maximum(0, np.outer(x, slopes) + biases) @ out, zigzagged(x, n))


@pytest.mark.parametrize("n_folds", [1, 3, 6])
def test_a_tent_is_folded_in_half_again_and_again(n_folds: int) -> None:
    x = np.linspace(0, 1, 1001)
    assert np.allclose(predict(tent_network(n_folds), x[:, None])[:, 0], zigzagged(x, 2**n_folds))


@pytest.mark.parametrize("n", [3, 4, 7, 12])
def test_the_last_layers_lines_are_in_general_position_inside_the_square(n: int) -> None:
    weights, biases, out = crossing_lines(n)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    crossings = np.array([np.linalg.solve(weights[:, [i, j]].T, -biases[[i, j]]) for i, j in pairs])
    assert crossings.min() > 0.1 and crossings.max() < 0.9
    apart = np.linalg.norm(crossings[:, None] - crossings, axis=2)[np.triu_indices(len(pairs), 1)]
    assert apart.min(initial=1) > 1e-4
    assert (weights * out > 0).all()


@pytest.mark.parametrize(("n", "n_layers"), [(4, 1), (4, 2), (4, 4), (6, 3), (8, 2), (10, 2)])
def test_folding_attains_montufars_bound(n: int, n_layers: int) -> None:
    found = linear_regions(folding_network(n, n_layers), UNIT)
    assert found.n_linear == len(found) == folding_lower_bound([n] * n_layers, 2)
    assert found.areas.sum() == pytest.approx(1, rel=1e-9)
    assert len(found) <= upper_bound([n] * n_layers, 2)


def test_folding_repeats_every_cell() -> None:
    network = folding_network(6, 2)
    cells = linear_regions(network, UNIT, 1)
    assert len(cells) == 9
    assert np.allclose(cells.areas, 1 / 9)
    x = np.random.default_rng(0).random((50, 2))
    hidden = forward(network, x).activations[1]
    out = zigzag(3)[2]
    assert np.allclose(hidden[:, :3] @ out, zigzagged(x[:, 0], 3))
    assert np.allclose(hidden[:, 3:] @ out, zigzagged(x[:, 1], 3))


@pytest.mark.parametrize("rank", [2, 4, 6])
@pytest.mark.parametrize("n_layers", [1, 2, 3])
def test_folding_maxout_attains_the_bound_of_theorem_8(rank: int, n_layers: int) -> None:
    network = folding_maxout(rank, n_layers)
    found = maxout_regions(network, SQUARE)
    assert found.n_linear == maxout_lower_bound(rank, n_layers, 2)
    assert found.areas.sum() == pytest.approx(4, rel=1e-9)
    mapped = np.einsum("rox,rx->ro", found.slopes, found.centres) + found.offsets
    assert np.allclose(mapped, network(found.centres), rtol=1e-9, atol=1e-9)
    assert len(np.unique(found.patterns, axis=0)) == found.n_linear


@given(seed=st.integers(0, 10**6))
def test_a_maxout_network_of_rank_two_with_zeros_is_a_relu_network(seed: int) -> None:
    network = relu_network((2, 5, 4, 1), seed)
    pairs = zip(network.weights[:-1], network.biases[:-1], strict=True)
    padded = [(np.stack([w, 0 * w]), np.stack([b, 0 * b])) for w, b in pairs]
    weights, biases = zip(*padded, strict=True)
    twin = MaxoutNetwork(weights, biases, network.weights[-1])
    one, other = linear_regions(network, SQUARE), maxout_regions(twin, SQUARE)
    assert len(one) == len(other)
    assert np.allclose(np.sort(one.areas), np.sort(other.areas))
    assert one.n_linear == other.n_linear


@given(seed=st.integers(0, 10**6), rank=st.integers(2, 5))
def test_regions_of_maxout_networks_are_those_that_points_see(seed: int, rank: int) -> None:
    rng = np.random.default_rng(seed)
    weights = (rng.normal(size=(rank, 2, 3)), rng.normal(size=(rank, 3, 2)))
    biases = (rng.normal(size=(rank, 3)), rng.normal(size=(rank, 2)))
    network = MaxoutNetwork(weights, biases, rng.normal(size=(2, 1)))
    found = maxout_regions(network, SQUARE)
    points = rng.uniform(-1, 1, (300, 2))
    at = found.containing(points)
    mapped = np.einsum("rox,rx->ro", found.slopes[at], points) + found.offsets[at]
    assert np.allclose(mapped, network(points), atol=1e-9)
    patterns = len(np.unique(found.patterns, axis=0))
    assert found.n_linear <= patterns <= len(found)


def test_what_cannot_be_built_is_refused() -> None:
    for n, n_layers in ((3, 1), (2, 1), (4, 0)):
        with pytest.raises(ValueError, match="give"):
            folding_network(n, n_layers)
    for rank, n_layers in ((3, 1), (0, 1), (4, 0)):
        with pytest.raises(ValueError, match="give"):
            folding_maxout(rank, n_layers)
    for build in (tent_network, zigzag, crossing_lines):
        with pytest.raises(ValueError, match="give"):
            build(0)
    with pytest.raises(ValueError, match="layer 0"):
        MaxoutNetwork((np.ones((2, 2, 2)),), (np.ones((2, 3)),), np.ones((2, 1)))
    with pytest.raises(ValueError, match="NaN"):
        MaxoutNetwork((np.full((2, 2, 2), np.nan),), (np.ones((2, 2)),), np.ones((2, 1)))
    with pytest.raises(ValueError, match="3 inputs"):
        network = MaxoutNetwork((np.ones((2, 3, 2)),), (np.ones((2, 2)),), np.ones((2, 1)))
        maxout_regions(network, SQUARE)
