"""The pieces of zero lines are where units are zero, and all of where they are zero."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.arrays import Array
from nbsrc.networks.network import Network, count_parameters, forward
from nbsrc.neurons.activations import IDENTITY, RELU, TANH
from nbsrc.shapes.polygons import rectangle
from nbsrc.shapes.regions import linear_regions
from nbsrc.shapes.zero_lines import zero_lines


def network_of(widths: tuple[int, ...], seed: int) -> Network:
    """Return a network with random weights and biases."""
    sizes = (2, *widths, 1)
    parameters = np.random.default_rng(seed).normal(size=count_parameters(sizes))
    return Network(sizes, (RELU,) * len(widths) + (IDENTITY,), parameters)


def lengths(pieces: Array) -> Array:
    """Return the length of each piece."""
    made: Array = np.linalg.norm(pieces[:, 1] - pieces[:, 0], axis=1)
    return made


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(3,), (4, 3), (3, 2, 3)]))
def test_some_unit_of_the_layer_is_zero_all_along_a_piece(
    seed: int, widths: tuple[int, ...]
) -> None:
    network = network_of(widths, seed)
    for layer, pieces in enumerate(zero_lines(network, rectangle())):
        for share in (0.0, 0.3, 0.5, 1.0):
            if len(pieces):
                places = (1 - share) * pieces[:, 0] + share * pieces[:, 1]
                sums = forward(network, places).pre_activations[layer]
                assert np.abs(sums).min(axis=1).max() < 1e-8
        assert np.abs(pieces).max(initial=0) <= 1 + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(4,), (4, 3)]))
def test_every_sign_change_along_a_path_is_a_piece_that_the_path_meets(
    seed: int, widths: tuple[int, ...]
) -> None:
    network = network_of(widths, seed)
    start, end = np.array([-1.0, -0.913]), np.array([1.0, 0.877])
    along = np.linspace(0, 1, 20_001)[:, None]
    sums = forward(network, start + along * (end - start)).pre_activations
    normal = np.array([-(end - start)[1], (end - start)[0]])
    for z, pieces in zip(sums, zero_lines(network, rectangle()), strict=True):
        sides = (pieces - start) @ normal
        met = int((sides[:, 0] * sides[:, 1] < 0).sum())
        assert met == int(((z[1:] > 0) != (z[:-1] > 0)).sum())


def test_one_layer_has_whole_lines_each_once() -> None:
    network = network_of((9,), 4)
    creases, border = zero_lines(network, rectangle((-50, 50), (-50, 50)))
    assert len(creases) == 9
    assert len(border) > 1
    on_the_rim = np.abs(np.abs(creases).max(axis=2) - 50) < 1e-6
    assert on_the_rim.all()


def test_pieces_end_at_creases_of_earlier_layers_or_at_the_rim() -> None:
    network = network_of((4, 4), 11)
    _, second, _ = zero_lines(network, rectangle())
    ends = second.reshape(-1, 2)
    first_sums = np.abs(forward(network, ends).pre_activations[0]).min(axis=1)
    assert (np.minimum(first_sums, 1 - np.abs(ends).max(axis=1)) < 1e-8).all()


def test_lengths_sum_to_the_edges_between_regions() -> None:
    """Neighbouring regions differ across a crease: their shared edges are all creases, once."""
    network = network_of((5, 4), 3)
    regions = linear_regions(network, rectangle())
    perimeters = sum(
        float(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1).sum())
        for corners in regions
    )
    creases = zero_lines(network, rectangle())[:-1]
    total = sum(float(lengths(pieces).sum()) for pieces in creases)
    assert abs((perimeters - 8) / 2 - total) < 1e-8


def test_a_line_through_corners_and_one_along_the_rim_count_once_and_not_at_all() -> None:
    diagonal = Network((2, 1, 1), (RELU, IDENTITY), np.array([1.0, -1, 1, 0, 1]))
    creases, border = zero_lines(diagonal, rectangle())
    assert np.sort(creases[0], axis=0).tolist() == [[-1, -1], [1, 1]]
    assert len(border) == 0
    rim = Network((2, 1, 1), (RELU, IDENTITY), np.array([1.0, 0, 1, -1, 1]))
    assert len(zero_lines(rim, rectangle())[0]) == 0


def test_a_unit_that_is_zero_all_over_a_region_has_no_line_there() -> None:
    silent = Network((2, 1, 1, 1), (RELU, RELU, IDENTITY), np.array([1.0, 0, 1, 1, 0, 0, 0]))
    first, second, border = zero_lines(silent, rectangle())
    assert (len(first), len(second), len(border)) == (1, 0, 0)


def test_networks_without_regions_are_refused() -> None:
    curved = Network((2, 1, 1), (TANH, IDENTITY), np.zeros(5))
    with pytest.raises(ValueError, match="ReLU"):
        zero_lines(curved, rectangle())
    with pytest.raises(ValueError, match="NaN"):
        zero_lines(network_of((2,), 0), [[0.0, 0.0], [1.0, 0.0], [np.nan, 1.0]])
