"""Where the units of a ReLU network with two inputs are exactly zero: creases and borders.

A hidden unit bends the network along its zero line; the output's zero line is the border between
two classes. In a region of the layers beneath it a unit is affine, so that its zero line is
straight there: the pieces below are exact, not traced.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array
from nbsrc.networks.network import Network
from nbsrc.shapes.polygons import TOLERANCE, following
from nbsrc.shapes.regions import linear_regions, through_layer


def zero_lines(network: Network, domain: ArrayLike) -> list[Array]:
    """Return the straight pieces of where each layer's units are zero, the output layer's last.

    ``domain`` is a convex polygon, as for :func:`nbsrc.shapes.regions.linear_regions`. Entry l
    holds the two ends of each piece, (n_pieces, 2, 2). A piece ends at a crease of an earlier
    layer or at the domain's rim; units of one layer cross without cutting each other. There is no
    piece where a unit is zero all over a region, and none where it is zero along an earlier crease
    or the rim: a piece has the unit positive on one side of it, in the same region, and negative on
    the other. Raises ``ValueError`` like that function.

    >>> from nbsrc.neurons.activations import IDENTITY, RELU
    >>> from nbsrc.shapes.polygons import rectangle
    >>> fold = Network((2, 1, 1), (RELU, IDENTITY), np.array([2.0, 0, 1, -1, -0.5]))
    >>> [np.sort(pieces, axis=1).tolist() for pieces in zero_lines(fold, rectangle())]
    [[[[0.5, -1.0], [0.5, 1.0]]], [[[0.75, -1.0], [0.75, 1.0]]]]
    """
    found = []
    for layer in range(len(network.weights)):
        regions = linear_regions(network, domain, layers=layer)
        slopes, offsets = through_layer(network, layer, regions.slopes, regions.offsets)
        sizes = np.diff(regions.starts)
        region = np.repeat(np.arange(len(sizes)), sizes)
        values = np.einsum("cui,ci->cu", slopes[region], regions.corners) + offsets[region]
        size = np.abs(values).max(initial=1)
        values[np.abs(values) < TOLERANCE * size] = 0
        highest = np.maximum.reduceat(values, regions.starts[:-1])
        lowest = np.minimum.reduceat(values, regions.starts[:-1])
        cuts = (highest > 0) & (lowest < 0)
        values = np.where(cuts[region], values, 1)  # no sign change where it does not cut
        found.append(_pieces(regions.corners, region, following(regions.starts), values))
    return found


def _pieces(
    corners: Array, region: NDArray[np.intp], after: NDArray[np.intp], values: Array
) -> Array:
    """Return the ends (n, 2, 2) of each unit's zero line in each region.

    ``values`` (n_corners, n_units) are the units' at the corners; ``after`` is the next corner of
    the same region. A zero counts as positive, so that a line through a corner meets one side.
    """
    over = values >= 0
    corner, unit = np.nonzero(over != over[after])
    here, there = values[corner, unit], values[after[corner], unit]
    share = (here / (here - there))[:, None]
    places = (1 - share) * corners[corner] + share * corners[after[corner]]
    order = np.lexsort((unit, region[corner]))
    return places[order].reshape(-1, 2, 2)
