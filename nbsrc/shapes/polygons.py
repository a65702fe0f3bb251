"""Convex polygons in the plane, many at a time, cut by straight lines.

Many polygons are flat arrays: all their corners one after another, counter-clockwise, and where
each polygon starts. A cut keeps every bit of area: what a line splits off goes to the new polygon,
and a line that comes no further into a polygon than a tolerance does not split it at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array

TOLERANCE = 1e-10
"""How far into a polygon a line has to reach to cut it, in diameters of the domain."""


def rectangle(x: tuple[float, float] = (-1.0, 1.0), y: tuple[float, float] = (-1.0, 1.0)) -> Array:
    """Return the corners (4, 2) of an upright rectangle, counter-clockwise.

    >>> rectangle((0, 2), (0, 1)).tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]]
    """
    (left, right), (low, high) = x, y
    return np.array([[left, low], [right, low], [right, high], [left, high]], float)


def checked_domain(domain: ArrayLike) -> Array:
    """Return a convex polygon's corners counter-clockwise, without idle ones (repeated, straight).

    ``domain``: corners (n_corners, 2) in order, either way round. Raises ``ValueError`` for any
    other shape, for NaN or infinity, for no area, and where the polygon is not convex.

    >>> checked_domain([[0, 0], [0, 1], [1, 1], [1, 0.5], [1, 0]]).tolist()
    [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
    """
    corners = np.array(domain, float)
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3:
        raise ValueError(
            f"the domain has shape {corners.shape}; give three or more corners, (n_corners, 2)"
        )
    if not np.isfinite(corners).all():
        raise ValueError("the domain contains NaN or infinity; give finite corners")
    size = np.linalg.norm(np.ptp(corners, axis=0))
    area = float(polygon_areas(corners, np.array([0, len(corners)]))[0])
    if abs(area) <= TOLERANCE * size**2:
        raise ValueError(f"the domain has no area ({abs(area):.3g}); give corners not on one line")
    if area < 0:
        corners = corners[::-1]
    edges = np.roll(corners, -1, axis=0) - corners
    corners = corners[np.hypot(edges[:, 0], edges[:, 1]) > TOLERANCE * size]
    ahead, behind = np.roll(corners, -1, axis=0) - corners, corners - np.roll(corners, 1, axis=0)
    turns = behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0]
    angles = np.arctan2(turns, (behind * ahead).sum(axis=1))
    bent = np.abs(turns) > TOLERANCE * np.hypot(*ahead.T) * np.hypot(*behind.T)
    if (angles[bent] < 0).any() or abs(angles.sum() - 2 * np.pi) > 1e-6:
        raise ValueError("the domain is not convex; give the corners of a convex polygon in order")
    idle: NDArray[np.bool_] = ~bent
    return np.delete(corners, idle, axis=0)


def polygon_areas(corners: Array, starts: NDArray[np.intp]) -> Array:
    """Return the area of each polygon, positive where its corners run counter-clockwise."""
    first = np.repeat(corners[starts[:-1]], np.diff(starts), axis=0)
    a = corners - first  # near the polygon, so that small ones lose no digits
    b = a[following(starts)]
    twice: Array = np.add.reduceat(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], starts[:-1])
    return twice / 2


def following(starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each corner the place of the next one of its polygon."""
    after = np.arange(1, starts[-1] + 1)
    after[starts[1:] - 1] = starts[:-1]
    return after


@dataclass
class Cutting:
    """Convex polygons that tile a domain, on the way to being cut further.

    ``corners`` (n_corners, 2) of all polygons, ``starts`` (n_polygons + 1,) where each begins.
    ``labels`` (n_corners,) tell the cut that made the edge from a corner to the next: its number
    from 1, positive on one side and negative on the other, 0 along the domain's border.
    ``cuts`` are the ends of all cuts so far, (n, 2, 2) each time that :meth:`cut` was called.
    """

    corners: Array
    starts: NDArray[np.intp]
    labels: NDArray[np.intp]
    cuts: list[Array] = field(default_factory=list)
    n_cuts: int = 0

    @classmethod
    def of(cls, domain: Array) -> Cutting:
        """Return a domain in one piece."""
        return cls(domain, np.array([0, len(domain)]), np.zeros(len(domain), np.intp))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def cut(
        self, slopes: Array, offsets: Array, tolerance: Array
    ) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Cut each polygon where its own affine function, slopes · x + offsets, is 0.

        ``slopes`` (n, 2), ``offsets`` (n,); values up to ``tolerance`` (n,) count as 0. Returns
        which polygon each of the new ones comes from, and on which the function is positive. The
        function counts as not positive where it is 0 all over.
        """
        sizes = np.diff(self.starts)
        owner = np.repeat(np.arange(len(self)), sizes)
        tilt, place = slopes[owner].T, self.corners.T
        values = tilt[0] * place[0] + tilt[1] * place[1] + offsets[owner]
        values[np.abs(values) <= tolerance[owner]] = 0
        least = np.minimum.reduceat(values, self.starts[:-1])
        most = np.maximum.reduceat(values, self.starts[:-1])
        crossed = (least < 0) & (most > 0)
        if not crossed.any():
            return np.arange(len(self)), most > 0
        of_crossed = crossed[owner]
        halves = self._halves(of_crossed, sizes[crossed], values[of_crossed])
        whole = (self.corners[~of_crossed], self.labels[~of_crossed], sizes[~crossed])
        parts = (whole, *halves)
        self.corners = np.concatenate([part[0] for part in parts])
        self.labels = np.concatenate([part[1] for part in parts])
        self.starts = np.concatenate([[0], np.cumsum(np.concatenate([part[2] for part in parts]))])
        kept, cut = np.flatnonzero(~crossed), np.flatnonzero(crossed)
        positive = np.concatenate(
            [most[kept] > 0, np.ones(len(cut), bool), np.zeros(len(cut), bool)]
        )
        return np.concatenate([kept, cut, cut]), positive

    def _halves(
        self, chosen: NDArray[np.bool_], sizes: NDArray[np.intp], values: Array
    ) -> list[tuple[Array, NDArray[np.intp], NDArray[np.intp]]]:
        """Return the positive and the negative halves of the chosen polygons, all crossed."""
        corners, labels = self.corners[chosen], self.labels[chosen]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        after = following(starts)
        values = _one_zero_in_a_row(values, after)
        ahead = values[after]
        passes = values * ahead < 0
        share = np.divide(values, values - ahead, out=np.zeros_like(values), where=passes)
        points = corners + share[:, None] * (corners[after] - corners)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        new = self.n_cuts + 1 + owner
        both = np.stack([corners, points], axis=1).reshape(-1, 2)
        made = []
        for sign in (1, -1):
            inside, beyond = sign * values >= 0, sign * ahead < 0
            keep = np.stack([inside, passes], axis=1).ravel()
            at_corner = np.where((values == 0) & beyond, sign * new, labels)
            at_point = np.where(beyond, sign * new, labels)
            edges = np.stack([at_corner, at_point], axis=1).ravel()
            counts = np.bincount(owner[inside], minlength=len(sizes))
            counts += np.bincount(owner[passes], minlength=len(sizes))
            made.append((both[keep], edges[keep], counts))
        ends = np.flatnonzero((values == 0) | passes)  # two in each polygon, in its order
        self.cuts.append(
            np.where(passes[ends, None], points[ends], corners[ends]).reshape(-1, 2, 2)
        )
        self.n_cuts += len(sizes)
        return made

    def neighbours(self) -> NDArray[np.intp]:
        """Return the pairs (n_pairs, 2) of polygons that share a stretch of an edge."""
        if not self.cuts:
            return np.empty((0, 2), np.intp)
        owner = np.repeat(np.arange(len(self)), np.diff(self.starts))
        inner = np.flatnonzero(self.labels)
        cut = np.abs(self.labels[inner]) - 1
        ends = np.concatenate(self.cuts)[cut]
        along = ends[:, 1] - ends[:, 0]
        along /= (along**2).sum(axis=1, keepdims=True)
        places = np.stack(
            [
                ((self.corners[at] - ends[:, 0]) * along).sum(axis=1)
                for at in (inner, following(self.starts)[inner])
            ]
        ).clip(0, 1)
        low, high = cut + places.min(axis=0) / 2, cut + places.max(axis=0) / 2
        one, other = self.labels[inner] > 0, self.labels[inner] < 0
        order = np.flatnonzero(other)[np.argsort(low[other], kind="stable")]
        first = np.searchsorted(high[order], low[one] + 1e-9, "right")
        last = np.searchsorted(low[order], high[one] - 1e-9, "left")
        counts = np.maximum(last - first, 0)
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        found = order[np.repeat(first, counts) + steps]
        return np.stack([np.repeat(owner[inner][one], counts), owner[inner][found]], axis=1)


def _one_zero_in_a_row(values: Array, after: NDArray[np.intp]) -> Array:
    """Return values where a zero that follows a zero has the sign of what comes next.

    It happens where a line runs through an edge shorter than the tolerance: without this, both
    halves would get the same sliver.
    """
    values = values.copy()
    while True:
        doubled = after[(values == 0) & (values[after] == 0)]
        if not len(doubled):
            return values
        ahead = values[after[doubled]]
        settled = doubled[ahead != 0]
        values[settled] = np.sign(ahead[ahead != 0]) * np.finfo(float).tiny
        if not len(settled):
            return values
