"""Linear regions: against arrangements, grids of points, and the forward pass."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.networks.network import Network, forward, new_network
from nbsrc.neurons.activations import IDENTITY, RELU, TANH
from nbsrc.shapes.counting import shallow_maximum, upper_bound
from nbsrc.shapes.polygons import rectangle
from nbsrc.shapes.regions import Regions, linear_regions
from tests.nbsrc.shapes.problems import coarse_networks, lines, patterns_at, relu_network

SQUARE = rectangle()
HEXAGON = np.stack([np.cos(np.arange(6) * np.pi / 3), np.sin(np.arange(6) * np.pi / 3)], axis=1)
SIZES = [(2, 5, 1), (2, 4, 4, 1), (2, 6, 5, 4, 2)]


def grid(n: int) -> np.ndarray:
    """Return the middles of n × n cells of the square, off every line with few whole numbers."""
    at = (2 * np.arange(n) + 1) / n - 1
    places = np.meshgrid(at + 1e-4 * np.sqrt(2), at + 1e-4 * np.sqrt(3))
    return np.stack(places, axis=-1).reshape(-1, 2)


def check(network: Network, found: Regions, area: float) -> None:
    """Assert what holds for all regions: they tile, none twice, and their maps are right."""
    assert found.areas.min() > 0
    assert found.areas.sum() == pytest.approx(area, rel=1e-9)
    assert len(np.unique(found.patterns, axis=0)) == len(found)
    assert found.n_linear <= found.n_activation == len(found)
    places = (found.centres + 3 * found.corners[found.starts[:-1]]) / 4
    mapped = np.einsum("rox,rx->ro", found.slopes, places) + found.offsets
    outputs = forward(network, places).pre_activations[-1]
    assert np.allclose(mapped, outputs, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("seed", range(6))
def test_random_networks_are_counted_as_a_grid_sees_them(sizes: tuple, seed: int) -> None:
    network = relu_network(sizes, seed)
    found = linear_regions(network, SQUARE)
    check(network, found, 4)
    seen = patterns_at(network, grid(150))
    kinds = {row.tobytes() for row in seen}
    regions = {row.tobytes() for row in found.patterns}
    assert kinds <= regions
    wide = found.areas > 4 * 60 / 150**2  # sixty cells: thin regions can still slip through
    assert {row.tobytes() for row in found.patterns[wide]} <= kinds


@pytest.mark.parametrize("seed", range(4))
def test_each_point_lies_in_the_region_of_its_pattern(seed: int) -> None:
    network = relu_network((2, 6, 6, 1), seed)
    found = linear_regions(network, HEXAGON)
    check(network, found, 1.5 * 3**0.5)
    points = np.random.default_rng(seed).uniform(-0.6, 0.6, (400, 2))
    at = found.containing(points)
    assert (at >= 0).all()
    assert (found.patterns[at] == patterns_at(network, points)).all()


@given(network=coarse_networks())
def test_in_no_general_position_regions_are_the_patterns_of_a_fine_grid(network: Network) -> None:
    found = linear_regions(network, SQUARE)
    check(network, found, 4)
    seen = {row.tobytes() for row in patterns_at(network, grid(100))}
    regions = {row.tobytes() for row in found.patterns}
    assert seen <= regions
    if found.areas.min() > 1e-2:
        assert seen == regions


@pytest.mark.parametrize("n_lines", [1, 2, 3, 5, 8, 13])
@pytest.mark.parametrize("seed", range(3))
def test_lines_in_general_position_attain_the_maximum(n_lines: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    angles, away = rng.uniform(0, np.pi, n_lines), rng.normal(size=n_lines)
    rows = zip(np.cos(angles), np.sin(angles), away, strict=True)
    found = linear_regions(lines(*rows), 1e5 * SQUARE)
    assert len(found) == found.n_linear == shallow_maximum(n_lines, 2)


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([(1, 0, 0)], 2),
        ([(1, 0, 0), (1, 0, 0.5), (2, 0, 0.2)], 4),  # parallel
        ([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, -1, 0)], 8),  # through one point
        ([(1, 0, 0.3), (1, 0, 0.3), (3, 0, 0.9)], 2),  # one line three times
        ([(1, 0, 0.3), (-2, 0, -0.6)], 2),  # the same line from both sides
        ([(1, 0, 0), (0, 1, 0), (1, 1, 0.5)], 7),
        ([(1, -1, 0)], 2),  # through two corners
        ([(1, 1, 2)], 1),  # touches one corner
        ([(2, 1, 3)], 1),  # touches one corner, aslant
        ([(1, 0, 1)], 1),  # along an edge
        ([(1, 0, -1), (0, 1, 0)], 2),  # along an edge, and across
        ([(1, 0, 5)], 1),  # outside
        ([(0, 0, 1), (1, 0, 0)], 2),  # no weights, always active
        ([(0, 0, -1), (1, 0, 0)], 2),  # dead
        ([(0, 0, 0), (1, 0, 0)], 2),  # nothing at all
        ([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 2, 0), (0, 1, 0.5)], 11),
        ([(1, 0, 1 / 3), (1, 0, -1 / 3), (0, 1, 1 / 3), (0, 1, -1 / 3), (1, 1, 0)], 12),
    ],
)
@pytest.mark.parametrize("shift", [0.0, 1e3])
def test_degenerate_arrangements_are_counted_exactly(rows: list, count: int, shift: float) -> None:
    moved = [(u, v, w - shift * (u + v)) for u, v, w in rows]
    found = linear_regions(lines(*moved), SQUARE + shift)
    assert len(found) == count
    assert found.areas.sum() == pytest.approx(4, rel=1e-9)


def test_a_line_along_an_edge_that_an_earlier_layer_made_cuts_nothing() -> None:
    # Layer 2 bends where layer 1 already did: a = max(0, x), z = a and z = −a.
    weights = [np.array([[1.0], [0]]), np.array([[1.0, -1.0]]), np.array([[1.0], [1.0]])]
    biases = [np.zeros(1), np.zeros(2), np.zeros(1)]
    flat = np.concatenate([a.ravel() for a in (*weights, *biases)])
    found = linear_regions(Network((2, 1, 2, 1), (RELU, RELU, IDENTITY), flat), SQUARE)
    assert found.areas.tolist() == [2, 2]
    assert sorted(map(tuple, found.patterns.tolist())) == [(False,) * 3, (True, True, False)]


def test_neighbours_with_one_map_are_one_linear_region() -> None:
    # max(0, x) − max(0, −x) = x bends nowhere; the third unit does.
    plain = np.array([1.0, -1, 0, 0, 0, 1, 1, -1, 1, 0, 0, 0, 0])
    network = Network((2, 3, 1), (RELU, IDENTITY), plain)
    found = linear_regions(network, SQUARE)
    assert (found.n_activation, found.n_linear) == (4, 2)


def test_maps_that_differ_by_rounding_alone_are_the_same() -> None:
    # 0.1 max(0, x) + 0.2 max(0, x) − 0.3 max(0, x) is 0, but not in floating point.
    flat = np.concatenate([[1.0, 1, 1, 0], [0, 0, 0, 1], [0.1, 0.2, -0.3, 1], np.zeros(5)])
    assert 0.1 + 0.2 - 0.3 != 0
    found = linear_regions(Network((2, 4, 1), (RELU, IDENTITY), flat), SQUARE)
    assert (found.n_activation, found.n_linear) == (4, 2)


def test_regions_of_one_map_that_do_not_touch_are_two() -> None:
    hat = np.array([1.0, 1, 1, 0, 0, 0, 1, -2, 1, 0.5, 0, -0.5, 0])  # 0 left and right of a hat
    found = linear_regions(Network((2, 3, 1), (RELU, IDENTITY), hat), SQUARE)
    assert (found.n_activation, found.n_linear) == (4, 4)


@given(sizes=st.sampled_from(SIZES), seed=st.integers(0, 10**6), layers=st.integers(0, 3))
def test_layers_below_are_coarser_and_their_maps_are_activations(
    sizes: tuple, seed: int, layers: int
) -> None:
    network = relu_network(sizes, seed)
    layers = min(layers, len(sizes) - 2)
    found = linear_regions(network, SQUARE, layers)
    whole = linear_regions(network, SQUARE)
    assert len(found) <= len(whole) <= upper_bound(sizes[1:-1], 2)
    assert found.patterns.shape[1] == sum(sizes[1 : layers + 1])
    inside = np.einsum("rux,rx->ru", found.slopes, found.centres) + found.offsets
    assert np.allclose(inside, forward(network, found.centres).activations[layers], atol=1e-9)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_counts_do_not_depend_on_units_of_length(scale: float) -> None:
    network = relu_network((2, 6, 6, 1), 5)
    flat = network.parameters.copy()
    flat[: 2 * 6] /= scale
    assert len(linear_regions(network, SQUARE)) == len(
        linear_regions(network.with_parameters(flat), scale * SQUARE)
    )


def test_the_output_activation_is_left_out_of_account() -> None:
    linear = relu_network((2, 5, 1), 1)
    bent = Network(linear.sizes, (RELU, TANH), linear.parameters)
    assert np.array_equal(
        linear_regions(bent, SQUARE).slopes, linear_regions(linear, SQUARE).slopes
    )


def test_what_has_no_such_regions_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="3 inputs"):
        linear_regions(relu_network((3, 2, 1)), SQUARE)
    with pytest.raises(ValueError, match="hidden layer 1 is tanh"):
        linear_regions(new_network([2, 2, 1], rng), SQUARE)
    with pytest.raises(ValueError, match="ensemble"):
        linear_regions(new_network([2, 2, 1], [rng, rng], hidden=RELU), SQUARE)
    with pytest.raises(ValueError, match="layers is 2"):
        linear_regions(relu_network((2, 2, 1)), SQUARE, 2)
    with pytest.raises(ValueError, match="not convex"):
        linear_regions(relu_network((2, 2, 1)), np.array([[0, 0], [2, 0], [1, 0.5], [0, 2]]))
    with pytest.raises(ValueError, match="NaN"):
        linear_regions(relu_network((2, 2, 1)), np.array([[0, 0], [2, 0], [np.nan, 0.5]]))
