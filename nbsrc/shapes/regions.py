"""The linear regions of ReLU networks with two inputs, exactly: polygons, not samples.

Inside a region every hidden unit is either active, z > 0, or not, so that the network is one
affine map there. Each unit bends along a line in every region of the layers beneath it; the plane
is cut along these lines, unit by unit and layer by layer.

What is counted. *Activation regions* are the convex sets of inputs, with an area, that share one
pattern of active and inactive units (Hanin and Rolnick 2019). *Linear regions* are the largest
connected sets on which the network is one affine map (Pascanu et al. 2013, Montúfar et al. 2014):
neighbouring activation regions with the same map are one linear region. There are never more linear
regions than activation regions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nbsrc.arrays import Array
from nbsrc.networks.network import Network
from nbsrc.neurons.activations import RELU
from nbsrc.shapes.polygons import TOLERANCE, Cutting, checked_domain, polygon_areas

ROUNDING = 64 * float(np.finfo(float).eps)
"""Values up to this many times the terms that they are summed from count as 0."""
SAME_MAP = 1e-9
"""Slopes that differ by no more than this, relatively, are those of one affine map."""


@dataclass(frozen=True, eq=False)
class Regions:
    """The activation regions of a network in a domain, and its affine map on each.

    ``corners`` (n_corners, 2) are those of all regions, one after another, counter-clockwise;
    region r has ``corners[starts[r]:starts[r + 1]]``. ``patterns`` (n_regions, n_units) tell which
    hidden units are active, layer by layer. In region r the outputs are ``slopes[r] @ x +
    offsets[r]``, of shapes (n_regions, n_outputs, 2) and (n_regions, n_outputs). ``neighbours``
    (n_pairs, 2) are the pairs of regions that share a stretch of an edge.
    """

    corners: Array
    starts: NDArray[np.intp]
    patterns: NDArray[np.bool_] | NDArray[np.intp]
    slopes: Array
    offsets: Array
    neighbours: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[Array]:
        """Yield the corners (n_corners, 2) of one region after another."""
        return iter(np.split(self.corners, self.starts[1:-1]))

    @cached_property
    def areas(self) -> Array:
        """The area of each region, (n_regions,)."""
        return polygon_areas(self.corners, self.starts)

    @cached_property
    def centres(self) -> Array:
        """The mean of each region's corners, a point inside it, (n_regions, 2)."""
        sums = np.add.reduceat(self.corners, self.starts[:-1], axis=0)
        return sums / np.diff(self.starts)[:, None]

    @property
    def n_activation(self) -> int:
        """The number of activation regions."""
        return len(self)

    @property
    def n_linear(self) -> int:
        """The number of linear regions: neighbours with one affine map are one."""
        return int(self.linear.max()) + 1

    @cached_property
    def linear(self) -> NDArray[np.intp]:
        """Which linear region each activation region belongs to, from 0, (n_regions,)."""
        one, other = self.neighbours.T
        flat = self.slopes.reshape(len(self), -1)
        same = ~slopes_differ(flat, one, other)
        links = coo_array((np.ones(same.sum()), (one[same], other[same])), (len(self), len(self)))
        return np.asarray(connected_components(links, directed=False)[1], np.intp)

    def containing(self, points: ArrayLike) -> NDArray[np.intp]:
        """Return the region in which each of the points (n_points, 2) lies, −1 outside all.

        A point on an edge belongs to one of the regions that share it.
        """
        places = np.asarray(points, float)
        found = np.full(len(places), -1)
        for region, corners in enumerate(self):
            ahead = np.roll(corners, -1, axis=0) - corners
            away = places[:, None] - corners
            left = ahead[:, 0] * away[..., 1] - ahead[:, 1] * away[..., 0]
            found[(left >= 0).all(axis=1)] = region
        return found


def linear_regions(network: Network, domain: ArrayLike, layers: int | None = None) -> Regions:
    """Return the regions into which a ReLU network with two inputs cuts a convex domain.

    ``domain``: the corners (n_corners, 2) of a convex polygon, in order. The maps are those of the
    output layer's pre-activations: its own activation is left out of account. With ``layers`` the
    cutting stops after so many hidden layers, and the maps are those of that layer's activations.

    General position is not assumed. A unit is inactive where its pre-activation is 0 all over; a
    line that reaches into a polygon by less than ``TOLERANCE`` diameters of the domain does not cut
    it, so that no sliver counts and no area is lost: the areas sum to the domain's.

    Raises ``ValueError`` for an ensemble, other than two inputs, a hidden activation other than
    ReLU, ``layers`` that the network does not have, and a domain that is no convex polygon.

    >>> from nbsrc.neurons.activations import IDENTITY
    >>> from nbsrc.shapes.polygons import rectangle
    >>> one_fold = Network((2, 1, 1), (RELU, IDENTITY), np.array([1.0, 1.0, 1.0, 0.0, 0.0]))
    >>> found = linear_regions(one_fold, rectangle())
    >>> len(found), found.areas.tolist(), found.slopes[:, 0].tolist()
    (2, [2.0, 2.0], [[1.0, 1.0], [0.0, 0.0]])
    """
    depth = checked_relu(network, layers)
    if network.sizes[0] != 2:
        raise ValueError(f"the network has {network.sizes[0]} inputs; regions need exactly 2")
    cutting = Cutting.of(checked_domain(domain))
    size = float(np.linalg.norm(np.ptp(cutting.corners, axis=0)))
    reach = np.abs(cutting.corners).max(axis=0)
    slopes: Array = np.eye(2)[None]
    offsets: Array = np.zeros((1, 2))
    patterns = np.empty((1, 0), bool)
    for layer in range(depth):
        rounding = ROUNDING * layer_terms(network, layer, slopes, offsets, reach)
        slopes, offsets = through_layer(network, layer, slopes, offsets)
        tolerance = np.maximum(rounding, TOLERANCE * size * np.linalg.norm(slopes, axis=2))
        origin, active = cut_units(cutting, slopes, offsets, tolerance)
        patterns = np.concatenate([patterns[origin], active], axis=1)
        slopes, offsets = slopes[origin] * active[..., None], offsets[origin] * active
    if layers is None:
        slopes, offsets = through_layer(network, depth, slopes, offsets)
    neighbours = cutting.neighbours()
    return Regions(cutting.corners, cutting.starts, patterns, slopes, offsets, neighbours)


def checked_relu(network: Network, layers: int | None = None) -> int:
    """Return how many hidden layers to go through, or raise ``ValueError``: see linear_regions."""
    if network.n_networks is not None:
        raise ValueError("this is an ensemble; take one network of it, network.member(index)")
    n_hidden = len(network.weights) - 1
    depth = n_hidden if layers is None else layers
    if not 0 <= depth <= n_hidden:
        raise ValueError(f"layers is {layers}; the network has {n_hidden} hidden layers")
    for index, activation in enumerate(network.activations[:depth]):
        if activation is not RELU:
            raise ValueError(
                f"hidden layer {index + 1} is {activation.name}; only ReLU has linear regions here"
            )
    return depth


def through_layer(
    network: Network, layer: int, slopes: Array, offsets: Array
) -> tuple[Array, Array]:
    """Return the affine maps of a layer's pre-activations, from those of what enters it.

    ``slopes`` (n_maps, n_units, n_inputs) and ``offsets`` (n_maps, n_units).
    """
    weights = network.weights[layer].astype(float)
    return weights.T @ slopes, offsets @ weights + network.biases[layer].astype(float)


def layer_terms(network: Network, layer: int, slopes: Array, offsets: Array, reach: Array) -> Array:
    """Return a bound of the terms that a layer's pre-activations are summed from.

    ``reach`` (n_inputs,): how large the inputs get. The shape is (n_maps, n_units).
    """
    entering = np.abs(slopes) @ reach + np.abs(offsets)
    weights, biases = network.weights[layer].astype(float), network.biases[layer].astype(float)
    bound: Array = entering @ np.abs(weights) + np.abs(biases)
    return bound


def slopes_differ(
    slopes: Array, one: NDArray[np.intp], other: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return for pairs of pieces whether their slopes (n_pieces, n) differ by more than rounding.

    Neighbouring pieces with the same slopes have the same affine map: they agree along an edge.
    """
    size = np.abs(slopes).max(axis=1, initial=0)
    apart = np.abs(slopes[one] - slopes[other]).max(axis=1, initial=0)
    near = np.maximum(SAME_MAP * np.maximum(size[one], size[other]), ROUNDING * size.max(initial=0))
    return np.asarray(apart > near)


def cut_units(
    cutting: Cutting, slopes: Array, offsets: Array, tolerance: Array
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Cut polygons along all units of a layer, one after another.

    ``slopes`` (n_polygons, n_units, 2), ``offsets`` and ``tolerance`` (n_polygons, n_units).
    Returns which polygon each of the new ones comes from, and which units are active there.
    """
    origin = np.arange(len(cutting))
    active = np.empty((len(cutting), 0), bool)
    for unit in range(offsets.shape[1]):
        parents, positive = cutting.cut(
            slopes[origin, unit], offsets[origin, unit], tolerance[origin, unit]
        )
        origin = origin[parents]
        active = np.concatenate([active[parents], positive[:, None]], axis=1)
    return origin, active
