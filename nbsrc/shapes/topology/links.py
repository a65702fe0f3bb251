"""Closed polygons in space: crossings, linking numbers, and how close two of them come.

A closed polygon has its corners as rows, shape ``(n, 3)``; the last corner is joined to the first.
Whatever is counted is counted from signs of determinants, and a sign is used only where its
rounding error cannot change it: a view that leaves a sign open is given up for another one. The
counts are therefore exact integers of the polygons given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array

VIEWS = np.array(
    [[9, 5, 64], [-23, 64, 11], [64, -13, 29], [31, 37, -64], [-64, 41, 7], [17, -64, 43]], float
)
"""Directions to look along, tried in this order; small whole numbers, so that they are exact."""

SAFE = 16 * np.finfo(float).eps
"""A determinant of three rows of differences is off by less than this share of its permanent."""


@dataclass(frozen=True, eq=False)
class Crossings:
    """Where the shadow of one polygon crosses that of another, seen along ``view``.

    ``first`` and ``second`` number the sides that cross; ``along`` says how far along each the
    crossing is, from 0 to 1, shape ``(n, 2)``; ``signs`` are +1 and −1; ``second_above`` says if
    the second polygon is the one farther along ``view``.
    """

    view: Array
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    along: Array
    signs: NDArray[np.int64]
    second_above: NDArray[np.bool_]


def crossings(a: ArrayLike, b: ArrayLike) -> Crossings:
    """Return the crossings of two closed polygons in the first view of :data:`VIEWS` that is safe.

    Raises ``ValueError`` for fewer than three corners, NaN or infinity, and where no view is safe:
    the polygons touch, or nearly so.

    >>> ring = np.array([[1.0, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0]])
    >>> crossings(ring, ring[:, [0, 2, 1]] + [1, 0, 0]).signs.sum()
    np.int64(-2)
    """
    first, second = closed_polygon(a), closed_polygon(b)
    for view in VIEWS:
        found = _seen_along(view, first, second)
        if found is not None:
            return found
    raise ValueError("the curves touch, or come so close that no view tells them apart")


def linking_number(a: ArrayLike, b: ArrayLike) -> int:
    """Return how often one closed polygon winds around another: half the sum of the signs.

    An exact integer. It changes sign where one of the two is run through backwards, and in a
    mirror. Raises ``ValueError`` as :func:`crossings` does.

    >>> linking_number(*hopf(40)), linking_number(*torus_link(3, 120)), linking_number(*unlink(40))
    (1, 3, 0)
    """
    try:
        total = int(crossings(a, b).signs.sum())
    except ValueError:
        # sides on one line look alike from everywhere; a nudge of less than half the distance
        # brings no contact, and so changes no linking number
        first, second = closed_polygon(a), closed_polygon(b)
        reach = least_distance(first, second) / 4
        if reach < 1e-12 * max(np.abs(first).max(), np.abs(second).max()):
            raise
        total = int(crossings(_nudged(first, reach), _nudged(second, -reach)).signs.sum())
    if total % 2:
        raise AssertionError("two closed curves cross an even number of times")
    return total // 2


def gauss_linking(a: ArrayLike, b: ArrayLike) -> float:
    """Return Gauss's double integral over two closed polygons: the linking number, as a decimal.

    Each pair of sides gives the solid angle of the parallelogram of their differences, in two
    triangles (van Oosterom & Strackee 1983); the sum is divided by 4π (Banchoff 1976). Raises
    ``ValueError`` for fewer than three corners, for NaN or infinity, and for curves that touch.

    >>> round(gauss_linking(*hopf(40)), 9)
    1.0
    """
    first, second = closed_polygon(a), closed_polygon(b)
    if least_distance(first, second) == 0:
        raise ValueError("the curves touch; Gauss's integral needs them apart")
    corner = second[None, :, :] - first[:, None, :]
    next_a, next_b = np.roll(corner, -1, axis=0), np.roll(corner, -1, axis=1)
    both = np.roll(next_a, -1, axis=1)
    solid = _solid_angle(corner, next_a, both) + _solid_angle(corner, both, next_b)
    return float(solid.sum() / (4 * np.pi))


def least_distance(a: ArrayLike, b: ArrayLike) -> float:
    """Return the least distance between two closed polygons, in a space of any dimension.

    Raises ``ValueError`` for fewer than three corners, unequal dimensions, NaN or infinity.

    >>> square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    >>> least_distance(square, square + [3, 0.5])
    2.0
    """
    return float(side_distances(a, b).min())


def side_distances(a: ArrayLike, b: ArrayLike) -> Array:
    """Return the distance of each side of one closed polygon to each of another, ``(n_a, n_b)``.

    Raises ``ValueError`` as :func:`least_distance` does.
    """
    first, second = closed_polygon(a, None), closed_polygon(b, None)
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"the curves live in {first.shape[1]} and {second.shape[1]} dimensions; give them one"
        )
    from_a, from_b = _corner_to_side(first, second), _corner_to_side(second, first).T
    least = np.minimum(from_a, np.roll(from_a, -1, axis=0))
    least = np.minimum(least, np.minimum(from_b, np.roll(from_b, -1, axis=1)))
    found: Array = np.sqrt(np.minimum(least, _inside_to_inside(first, second)))
    return found


def colouring_determinant(curves: Sequence[ArrayLike]) -> int:
    """Return the determinant of a link of closed polygons, an exact integer from its crossings.

    It is that of the equations 2 · over = under + under, one for each crossing, with one row and
    one column left out (Fox). It does not change as the curves move without contact; several
    curves that can be pulled apart have 0, and a single unknotted one has 1. Raises ``ValueError``
    as :func:`crossings` does.

    >>> [colouring_determinant(link(48)) for link in (unlink, hopf, whitehead, borromean)]
    [0, 2, 8, 16]
    """
    polygons = [closed_polygon(curve) for curve in curves]
    for view in VIEWS:
        marks = _all_crossings(view, polygons)
        if marks is not None:
            return _determinant_of(marks, [len(polygon) for polygon in polygons])
    raise ValueError("the curves touch, or come so close that no view tells them apart")


# ---- links by name ----


def hopf(n: int) -> tuple[Array, Array]:
    """Return two linked unit circles of n corners each, linking number 1."""
    t = _angles(n)
    zero = np.zeros(n)
    flat = np.column_stack([np.cos(t), np.sin(t), zero])
    return flat, np.column_stack([1 + np.cos(t), zero, -np.sin(t)])


def unlink(n: int) -> tuple[Array, Array]:
    """Return two circles side by side, not linked."""
    flat, upright = hopf(n)
    return flat, upright + np.array([1.5, 0, 0])


def torus_link(k: int, n: int) -> tuple[Array, Array]:
    """Return the torus link (2, 2k): two curves that wind k times around each other."""
    t = _angles(n)
    return _on_torus(t, k * t), _on_torus(t, k * t + np.pi)


def whitehead(n: int) -> tuple[Array, Array]:
    """Return the Whitehead link: a ring around the crossing of a figure of eight.

    Linking number 0, and yet it cannot be pulled apart: its determinant is not 0.
    """
    t = _angles(n)
    clasped = np.column_stack([2.4 * np.sin(t), np.sin(2 * t), 0.7 * np.cos(3 * t)])
    return np.column_stack([2 * np.cos(t), 2 * np.sin(t), np.zeros(n)]), clasped


def borromean(n: int) -> tuple[Array, Array, Array]:
    """Return the Borromean rings: three ellipses, no two linked, all three inseparable."""
    t = _angles(n)
    ellipse = np.column_stack([2 * np.cos(t), np.sin(t), np.zeros(n)])
    return ellipse, ellipse[:, [2, 0, 1]], ellipse[:, [1, 2, 0]]


# ---- how it is done ----


def closed_polygon(curve: ArrayLike, dimensions: int | None = 3) -> Array:
    """Return a closed polygon as an array, checked: three corners at least, numbers all of them.

    >>> closed_polygon([[0, 0, 0], [1, 0, 0]])
    Traceback (most recent call last):
    ...
    ValueError: a closed curve needs three corners at least; got 2
    """
    corners = np.asarray(curve, dtype=float)
    if corners.ndim != 2 or (dimensions is not None and corners.shape[1] != dimensions):
        wanted = "(n, d)" if dimensions is None else f"(n, {dimensions})"
        raise ValueError(f"a curve has shape {corners.shape}; its corners are rows, {wanted}")
    if len(corners) < 3:
        raise ValueError(f"a closed curve needs three corners at least; got {len(corners)}")
    if not np.isfinite(corners).all():
        raise ValueError("a curve contains NaN or infinity")
    return corners


def _angles(n: int) -> Array:
    if n < 3:
        raise ValueError(f"a closed curve needs three corners at least; got {n}")
    return 2 * np.pi * np.arange(n) / n


def _on_torus(around: Array, about: Array) -> Array:
    radius = 1 + 0.4 * np.cos(about)
    return np.column_stack([radius * np.cos(around), radius * np.sin(around), -0.4 * np.sin(about)])


def _determinants(u: Array, v: Array, w: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return determinants with rows u, v, w and their signs: 0 where rounding leaves them open.

    Rows are given numbers, or differences of such, rounded once.
    """
    value: Array = np.zeros(np.broadcast_shapes(u.shape[:-1], v.shape[:-1], w.shape[:-1]))
    size = value.copy()
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        plus, minus = u[..., i] * v[..., j], u[..., j] * v[..., i]
        value = value + (plus - minus) * w[..., k]
        size = size + (np.abs(plus) + np.abs(minus)) * np.abs(w[..., k])
    return value, np.where(np.abs(value) > SAFE * size, np.sign(value), 0).astype(np.int64)


def _seen_along(
    view: Array, a: Array, b: Array, skip: NDArray[np.bool_] | None = None
) -> Crossings | None:
    """Return the crossings seen along ``view``; None where a sign that counts is open.

    ``skip`` ``(n_a, n_b)``: pairs of sides that are left out.
    """
    between = b[None, :, :] - a[:, None, :]
    u, v = np.roll(a, -1, axis=0) - a, np.roll(b, -1, axis=0) - b
    # on which side of a's side i the corner j of b lies, and the other way round
    beside_a, side_a = _determinants(u[:, None, :], between, view)
    beside_b, side_b = _determinants(v[None, :, :], -between, view)
    apart = np.maximum(side_a * np.roll(side_a, -1, axis=1), side_b * np.roll(side_b, -1, axis=0))
    if skip is not None:
        apart[skip] = 1  # two ends on one side: the sides do not cross
    apart[~u.any(axis=1)], apart[:, ~v.any(axis=1)] = 1, 1  # corners that coincide: no side
    if (apart == 0).any():
        return None
    i, j = np.nonzero(apart < 0)
    _, turn = _determinants(u[i], v[j], view)
    _, height = _determinants(u[i], v[j], between[i, j])
    if (turn * height == 0).any():
        return None
    ends_a, ends_b = beside_b[i, j], beside_b[(i + 1) % len(a), j]
    ends_c, ends_d = beside_a[i, j], beside_a[i, (j + 1) % len(b)]
    along = np.column_stack([ends_a / (ends_a - ends_b), ends_c / (ends_c - ends_d)])
    return Crossings(view, i, j, along, -height, height * turn > 0)


def _nudged(polygon: Array, reach: float) -> Array:
    """Return the polygon with every corner moved by less than ``reach``, each another way."""
    ways = np.sin(np.outer(np.arange(1, len(polygon) + 1), [1.3, 2.1, 3.7]))
    nudged: Array = polygon + reach * ways / np.sqrt(3)
    return nudged


def _solid_angle(a: Array, b: Array, c: Array) -> Array:
    """Return the signed solid angles of triangles with corners a, b, c, seen from the origin."""
    la, lb, lc = (np.linalg.norm(side, axis=-1) for side in (a, b, c))
    triple = (a * np.cross(b, c)).sum(axis=-1)
    ab, bc, ca = ((x * y).sum(axis=-1) for x, y in ((a, b), (b, c), (c, a)))
    angle: Array = 2 * np.arctan2(triple, la * lb * lc + ab * lc + bc * la + ca * lb)
    return angle


def _corner_to_side(a: Array, b: Array) -> Array:
    """Return the squared distance of each corner of a to each side of b."""
    side = np.roll(b, -1, axis=0) - b
    way = a[:, None, :] - b[None, :, :]
    length = np.maximum((side * side).sum(axis=1), np.finfo(float).tiny)
    along = np.clip((way * side).sum(axis=-1) / length, 0, 1)
    gap = way - along[..., None] * side
    distance: Array = (gap * gap).sum(axis=-1)
    return distance


def _inside_to_inside(a: Array, b: Array) -> Array:
    """Return the squared distance of two sides where it lies within both; infinity elsewhere."""
    u, v = np.roll(a, -1, axis=0) - a, np.roll(b, -1, axis=0) - b
    way = a[:, None, :] - b[None, :, :]
    uu, vv, uv = (u * u).sum(1)[:, None], (v * v).sum(1)[None, :], u @ v.T
    uw, vw = (way * u[:, None, :]).sum(-1), (way * v[None, :, :]).sum(-1)
    area = uu * vv - uv * uv
    slanted = area > 1e-14 * uu * vv
    area = np.where(slanted, area, 1)
    s, t = (uv * vw - vv * uw) / area, (uu * vw - uv * uw) / area
    inside = slanted & (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
    gap = way + s[..., None] * u[:, None, :] - t[..., None] * v[None, :, :]
    return np.where(inside, (gap * gap).sum(axis=-1), np.inf)


Mark = tuple[int, float, int, float]
"""A crossing: the upper curve and how far along it, and the lower curve and how far along it."""


def _all_crossings(view: Array, polygons: Sequence[Array]) -> list[Mark] | None:
    """Return every crossing of the link, a curve with itself included; None for an unsafe view."""
    marks: list[Mark] = []
    for first, a in enumerate(polygons):
        for second in range(first, len(polygons)):
            b, skip = polygons[second], None
            if first == second:
                places = np.arange(len(a))
                ahead = (places[None, :] - places[:, None]) % len(a)
                skip = (ahead <= 1) | (ahead == len(a) - 1) | (places[None, :] < places[:, None])
            found = _seen_along(view, a, b, skip)
            if found is None:
                return None
            for i, j, (s, t), above in zip(
                found.first, found.second, found.along, found.second_above, strict=True
            ):
                ends = (first, i + s), (second, j + t)
                over, under = (ends[1], ends[0]) if above else ends
                marks.append((over[0], float(over[1]), under[0], float(under[1])))
    return marks


def _determinant_of(marks: Sequence[Mark], lengths: Sequence[int]) -> int:
    """Return the determinant of a link diagram: arcs end where their curve passes under."""
    cuts = [sorted(m[3] for m in marks if m[2] == c) for c in range(len(lengths))]
    starts = np.cumsum([0, *(max(len(cut), 1) for cut in cuts)])

    def arc(curve: int, place: float) -> int:
        """Return the arc that a place is on, the one that begins at it included."""
        passed = int(np.searchsorted(cuts[curve], place, side="right"))
        return int(starts[curve]) + (passed - 1) % max(len(cuts[curve]), 1)

    n = int(starts[-1])
    rows = [[0] * n for _ in marks]
    for row, (over, at, under, below) in zip(rows, marks, strict=True):
        after = arc(under, below)
        count = max(len(cuts[under]), 1)
        before = int(starts[under]) + (after - int(starts[under]) - 1) % count
        for place, value in ((arc(over, at), 2), (after, -1), (before, -1)):
            row[place] += value
    rows += [[0] * n for _ in range(n - len(rows))]  # a curve that never passes under
    return abs(_exact_determinant([row[:-1] for row in rows[:-1]]))


def _exact_determinant(rows: list[list[int]]) -> int:
    """Return the determinant of whole numbers, by elimination with fractions."""
    matrix = [[Fraction(value) for value in row] for row in rows]
    made = Fraction(1)
    for k in range(len(matrix)):
        best = next((i for i in range(k, len(matrix)) if matrix[i][k] != 0), None)
        if best is None:
            return 0
        if best != k:
            matrix[k], matrix[best], made = matrix[best], matrix[k], -made
        made *= matrix[k][k]
        for i in range(k + 1, len(matrix)):
            share = matrix[i][k] / matrix[k][k]
            matrix[i] = [x - share * y for x, y in zip(matrix[i], matrix[k], strict=True)]
    return int(made)


__all__ = [
    "VIEWS",
    "Crossings",
    "borromean",
    "closed_polygon",
    "colouring_determinant",
    "crossings",
    "gauss_linking",
    "hopf",
    "least_distance",
    "linking_number",
    "side_distances",
    "torus_link",
    "unlink",
    "whitehead",
]
