"""A curve sent through tanh layers, followed by a polygon that knows how far off it is.

The image of a straight side under a layer is curved. Between two corners it stays within a bound of
the straight line that joins their images; the bounds add up from layer to layer. Where two polygons
keep farther apart than their bounds, the curves that they follow can be moved into them without
contact, and have their linking number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.shapes.topology.links import closed_polygon, side_distances

MOST_BENT = 4 / (3 * np.sqrt(3))
"""The largest |tanh″|."""


@dataclass(frozen=True, eq=False)
class FollowedCurve:
    """A closed polygon ``(n, d)``, and how far the curve may be from each side, ``(n, d)``.

    The curve and the side are compared at equal times, one coordinate at a time.
    """

    corners: Array
    off: Array

    @property
    def reach(self) -> Array:
        """How far the curve may be from each side, ``(n,)``."""
        return np.asarray(np.linalg.norm(self.off, axis=1))


def circle(corners: ArrayLike) -> FollowedCurve:
    """Return a circle followed by a regular polygon whose corners are on it.

    >>> angle = 2 * np.pi * np.arange(40) / 40
    >>> float(circle(np.column_stack([np.cos(angle), np.sin(angle)])).off.max().round(4))
    0.0031
    """
    polygon = closed_polygon(corners, None)
    radius = float(np.linalg.norm(polygon - polygon.mean(axis=0), axis=1).max())
    step = np.pi / len(polygon)
    # a coordinate r cos(s), on a stretch of length 2·step, is at most r·step²/2 off its chord
    return FollowedCurve(polygon, np.full(polygon.shape, radius * step**2 / 2))


def through_tanh(
    curve: FollowedCurve, weights: Sequence[Array], biases: Sequence[Array]
) -> Iterator[FollowedCurve]:
    """Yield the curve after each tanh layer a = tanh(a W + b).

    A coordinate z of a side, which runs over a stretch dz, is bent by tanh at most max|tanh″| dz²/8
    off its chord; what the curve was off before grows by |W| and shrinks by the slope of tanh.
    """
    for w, b in zip(weights, biases, strict=True):
        z = curve.corners @ w + b
        following = np.roll(z, -1, axis=0)
        off = curve.off @ np.abs(w)
        low, high = np.minimum(z, following) - off, np.maximum(z, following) + off
        flattest = np.where(low * high < 0, 0, np.minimum(np.abs(low), np.abs(high)))
        bent = MOST_BENT / 8 * (following - z) ** 2
        curve = FollowedCurve(np.tanh(z), off / np.cosh(flattest) ** 2 + bent)
        yield curve


def keep_apart(a: FollowedCurve, b: FollowedCurve, distances: Array | None = None) -> bool:
    """Say if the two curves can be straightened into their polygons without any contact.

    Then curves and polygons have one linking number. False means: not known. ``distances``: those
    of :func:`~nbsrc.shapes.topology.links.side_distances`, where they are known already.
    """
    known = side_distances(a.corners, b.corners) if distances is None else distances
    return bool((known > (a.reach[:, None] + b.reach[None, :]) * (1 + 1e-9) + 1e-12).all())


__all__ = ["MOST_BENT", "FollowedCurve", "circle", "keep_apart", "through_tanh"]
