"""The affine pieces of a ReLU network along a straight segment, exactly, for any number of inputs.

Along x(t) = start + t (end − start), 0 ≤ t ≤ 1, every unit's pre-activation is affine in t between
the kinks of the layers beneath it. Layer by layer, the places where it passes 0 are computed from
two numbers, its slope and its offset: nothing is sampled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array
from nbsrc.networks.network import Network
from nbsrc.shapes.polygons import TOLERANCE
from nbsrc.shapes.regions import ROUNDING, checked_relu, layer_terms, slopes_differ, through_layer


@dataclass(frozen=True, eq=False)
class Pieces:
    """What a network does along a segment: one affine function of t for each piece.

    ``ends`` (n_pieces + 1,) are 0, the kinks in order, and 1. ``patterns`` (n_pieces, n_units) tell
    which hidden units are active. On piece p the outputs are ``slopes[p] * t + offsets[p]``, both
    of shape (n_pieces, n_outputs); slopes are per unit of t, not per unit of length.
    """

    ends: Array
    patterns: NDArray[np.bool_]
    slopes: Array
    offsets: Array

    def __len__(self) -> int:
        return len(self.slopes)

    @property
    def kinks(self) -> Array:
        """The places t between 0 and 1 where some unit switches."""
        return self.ends[1:-1]

    @property
    def bends(self) -> Array:
        """Those kinks at which the slope of an output changes."""
        before = np.arange(len(self) - 1)
        visible: Array = self.kinks[slopes_differ(self.slopes, before, before + 1)]
        return visible

    @property
    def n_linear(self) -> int:
        """The number of pieces when neighbours with the same slope are counted as one."""
        return len(self.bends) + 1


def pieces(network: Network, start: ArrayLike, end: ArrayLike, layers: int | None = None) -> Pieces:
    """Return the affine pieces of a ReLU network on the segment between two inputs.

    ``start`` and ``end`` have shape (n_inputs,), or are numbers where there is one input. The
    outputs are the last layer's pre-activations, or with ``layers`` the activations of that hidden
    layer, as in :func:`nbsrc.shapes.regions.linear_regions`. Kinks closer together than
    ``TOLERANCE`` are one, and a unit that is 0 all along a piece is inactive there.

    Raises ``ValueError`` for an ensemble, a hidden activation other than ReLU, ``layers`` that the
    network does not have, and two inputs that are of another shape, not finite, or the same.

    >>> from nbsrc.neurons.activations import IDENTITY, RELU
    >>> hinge = Network((1, 1, 1), (RELU, IDENTITY), np.array([2.0, 1.0, -1.0, 0.0]))
    >>> found = pieces(hinge, 0, 2)
    >>> found.kinks.tolist(), found.slopes[:, 0].tolist()
    ([0.25], [0.0, 4.0])
    """
    depth = checked_relu(network, layers)
    first, last = (_checked_end(network, name, x) for name, x in (("start", start), ("end", end)))
    if np.array_equal(first, last):
        raise ValueError("start and end are the same input; give two different ones")
    slopes: Array = (last - first)[None, :, None]
    offsets: Array = first[None]
    ends: Array = np.array([0.0, 1.0])
    patterns = np.empty((1, 0), bool)
    for layer in range(depth):
        rounding = ROUNDING * layer_terms(network, layer, slopes, offsets, np.ones(1))
        slopes, offsets = through_layer(network, layer, slopes, offsets)
        tolerance = np.maximum(rounding, TOLERANCE * np.abs(slopes[..., 0]))
        roots = _roots(ends, slopes[..., 0], offsets, tolerance)
        old = np.searchsorted(ends, roots)
        fresh = roots[np.minimum(roots - ends[old - 1], ends[old] - roots) > TOLERANCE]
        finer = np.sort(np.concatenate([ends, fresh[np.diff(fresh, prepend=-1) > TOLERANCE]]))
        middles = (finer[1:] + finer[:-1]) / 2
        origin = np.searchsorted(ends, middles) - 1
        slopes, offsets = slopes[origin], offsets[origin]
        active = slopes[..., 0] * middles[:, None] + offsets > rounding[origin]
        patterns = np.concatenate([patterns[origin], active], axis=1)
        slopes, offsets, ends = slopes * active[..., None], offsets * active, finer
    if layers is None:
        slopes, offsets = through_layer(network, depth, slopes, offsets)
    return Pieces(ends, patterns, slopes[..., 0], offsets)


def kinks(network: Network, start: ArrayLike, end: ArrayLike, *, visible: bool = False) -> Array:
    """Return the places t, 0 < t < 1 and sorted, where a hidden unit switches along a segment.

    With ``visible`` only those where an output changes its slope. Raises like :func:`pieces`.
    """
    found = pieces(network, start, end)
    return found.bends if visible else found.kinks


def _roots(ends: Array, slopes: Array, offsets: Array, tolerance: Array) -> Array:
    """Return where units pass 0 inside of pieces, sorted; (n_pieces, n_units) each."""
    low, high = slopes * ends[:-1, None] + offsets, slopes * ends[1:, None] + offsets
    passes = (np.minimum(low, high) < -tolerance) & (np.maximum(low, high) > tolerance)
    return np.sort(-offsets[passes] / slopes[passes])


def _checked_end(network: Network, name: str, x: ArrayLike) -> Array:
    place = np.atleast_1d(np.asarray(x, float))
    if place.shape != (network.sizes[0],):
        raise ValueError(
            f"{name} has shape {place.shape}; this network needs ({network.sizes[0]},)"
        )
    if not np.isfinite(place).all():
        raise ValueError(f"{name} contains NaN or infinity; give a finite input")
    return place
