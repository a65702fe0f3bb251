"""Folded paper: a strip folded in the middle, and a sheet folded along straight creases.

A fold is what one layer of ReLU units does. The formulas are traced live by the book's figures:
they take arrays of row numbers and of places alike, and look at no number.

A *strip* is the interval from 0 to 1; each fold lays its upper half over its lower half and
stretches the result to full length. A *sheet* is the square −1 ≤ x, y ≤ 1. Fold i has a crease
whose normal u stands at ``angles[i]`` (radians) and which lies at ``places[i]`` from the middle;
what lies beyond it comes over: p ↦ p − 2 max(0, u·p − place) u. A *branch* says for each fold
whether a face of the sheet came over (its bit, fold 0 first, is 1) or stayed. Montúfar et al.
(2014) count the regions of deep networks by such folds.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

MOST_STRIP_FOLDS = 7
"""How many folds of a strip the live formulas write out."""
MOST_SHEET_FOLDS = 4
"""How many folds of a sheet the live formulas write out."""
EDGES = MOST_SHEET_FOLDS + 4
"""How many edges a face can have: one for each fold and each side of the sheet."""
TOLERANCE = 1e-9
"""What is shorter than this is no edge."""


def fold_strip(x: Any) -> Any:
    """Return where a place of the strip comes to lie, by two ReLU units.

    >>> fold_strip(np.array([0.0, 0.25, 0.5, 0.75, 1.0]))
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    return 2 * np.maximum(0, x) - 4 * np.maximum(0, x - 0.5)


def folded_strip(x: Any, folds: Any) -> Any:
    """Return where places ``x`` of the strip lie after so many folds, at most seven.

    >>> folded_strip(np.array([0.1, 0.2, 0.9]), 2).round(12)
    array([0.4, 0.8, 0.4])
    """
    for i in range(MOST_STRIP_FOLDS):
        x = np.where(i < folds, fold_strip(x), x)
    return x


def strip_layer(x: Any, folds: Any) -> Any:
    """Return in which layer of the folded strip places ``x`` lie, counted from 0.

    >>> strip_layer(np.array([0.1, 0.4, 0.6, 0.9]), 2)
    array([0., 3., 2., 1.])
    """
    layer = 0.0 * x
    for i in range(MOST_STRIP_FOLDS):
        over = (i < folds) & (x > 0.5)
        layer = np.where(over, 2.0 ** (i + 1) - 1 - layer, layer)
        x = np.where(i < folds, fold_strip(x), x)
    return layer


def strip_copies(k: Any, place: Any, folds: Any) -> Any:
    """Return the k-th of the 2^folds places of the strip that lie at ``place`` once it is folded.

    >>> strip_copies(np.arange(4), 0.2, 2).round(12)
    array([0.05, 0.45, 0.55, 0.95])
    """
    turned = np.remainder(k, 2)
    return (k + turned + (1 - 2 * turned) * place) / 2.0**folds


def strip_shelf(m: Any, folds: Any) -> Any:
    """Return where in the stack, from 0 to 1, the m-th of the strip's 2^folds pieces lies.

    >>> strip_shelf(np.arange(4), 2)
    array([0.125, 0.875, 0.625, 0.375])
    """
    count = 2.0**folds
    return (strip_layer((m + 0.5) / count, folds) + 0.5) / count


def strip_thread(k: Any, folds: Any, bulge: float = 0.14) -> tuple[Any, Any]:
    """Return point k of the folded strip as seen from its edge: its shelf, and its place.

    Three points a piece: both its ends, and the crest of the crease that joins it to the next one,
    ``bulge`` times as high as the two lie apart.

    >>> np.round(strip_thread(np.arange(4), 1), 3)
    array([[0.25, 0.25, 0.5 , 0.75],
           [0.  , 1.  , 1.07, 1.  ]])
    """
    count, m, third = 2.0**folds, np.floor(k / 3), np.remainder(k, 3)
    one = strip_shelf(m, folds)
    other = strip_shelf(np.minimum(m + 1, count - 1), folds)
    end = folded_strip((m + 1) / count, folds)
    crest = end + bulge * (2 * end - 1) * np.absolute(other - one)
    start = folded_strip(m / count, folds)
    return (
        np.where(third == 2, (one + other) / 2, one),
        np.where(third == 0, start, np.where(third == 1, end, crest)),
    )


def fold_sheet(x: Any, y: Any, angle: Any, place: Any) -> tuple[Any, Any]:
    """Return where points of a sheet lie after one fold, of the shape of ``x`` and ``y``.

    >>> np.round(fold_sheet(0.75, 0.1, 0.0, 0.5), 12)
    array([0.25, 0.1 ])
    """
    across, up = np.cos(angle), np.sin(angle)
    beyond = 2 * np.maximum(0, across * x + up * y - place)
    return x - beyond * across, y - beyond * up


def folded_sheet(x: Any, y: Any, angles: Sequence[Any], places: Sequence[Any]) -> tuple[Any, Any]:
    """Return where points of a sheet lie after all folds, one after another."""
    for angle, place in zip(angles, places, strict=True):
        x, y = fold_sheet(x, y, angle, place)
    return x, y


class Branch(NamedTuple):
    """How one face of the sheet got to its place: p ↦ matrix · p + shift, and its edges.

    ``matrix`` and ``shift`` hold single entries, so that they may be live: (xx, xy, yx, yy) and
    (x, y). ``walls`` are (n_x, n_y, c) for each fold: the fold's crease, pulled back to the flat
    sheet, is n·p + c = 0, and points with n·p + c > 0 came over.
    """

    matrix: tuple[Any, Any, Any, Any]
    shift: tuple[Any, Any]
    walls: list[tuple[Any, Any, Any]]
    over: list[Any]


def branch(which: Any, angles: Sequence[Any], places: Sequence[Any]) -> Branch:
    """Return the branch of a number: its bits, the lowest first, say which folds came over."""
    xx, xy, yx, yy, dx, dy = 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    walls, bits = [], []
    for i, (angle, place) in enumerate(zip(angles, places, strict=True)):
        u, v = np.cos(angle), np.sin(angle)
        wall = u * xx + v * yx, u * xy + v * yy, u * dx + v * dy - place
        over = np.remainder(np.floor(which / 2.0**i), 2)
        walls.append(wall)
        bits.append(over)
        xx, xy, dx = (a - 2 * over * u * w for a, w in zip((xx, xy, dx), wall, strict=True))
        yx, yy, dy = (a - 2 * over * v * w for a, w in zip((yx, yy, dy), wall, strict=True))
    return Branch((xx, xy, yx, yy), (dx, dy), walls, bits)


SIDES = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))
"""Normals of the sheet's four sides, inwards; each stands at distance 1."""


def crease(
    k: Any, angles: Sequence[Any], places: Sequence[Any], folds: Any
) -> tuple[Any, Any, Any, Any, Any]:
    """Return the k-th stretch of crease on the flat sheet: x, y, x2, y2, and whether it is there.

    Fold j leaves at most 2^j stretches, numbers 2^j − 1 to 2^(j + 1) − 2.

    >>> x, y, x2, y2, there = crease(np.arange(3), [0.0, np.pi / 2], [0.0, 0.0], 2)
    >>> bool(there.all()), np.round(np.hypot(x2 - x, y2 - y), 12)
    (True, array([2., 1., 1.]))
    """
    fold = sum(np.where(k >= 2**j - 1, 1.0, 0.0) for j in range(1, len(angles)))
    way = branch(k + 1 - 2.0**fold, angles, places)
    own = _pick(fold, way.walls)
    fences = [
        (*_times(2 * over - 1, wall), i < fold)
        for i, (over, wall) in enumerate(zip(way.over, way.walls, strict=True))
    ]
    (x, y), (x2, y2), there = _clipped(own, fences)
    return x, y, x2, y2, there & (fold < folds)


def face_corner(
    k: Any, angles: Sequence[Any], places: Sequence[Any], folds: Any
) -> tuple[Any, Any, Any, Any, Any, Any]:
    """Return a corner of a face: x, y flat, x, y folded, its turn, and whether it is there.

    Face k // 8 has the corners k % 8; in the order of their turns, angles, they go around it.
    """
    way = branch(np.floor(k / EDGES), angles, places)
    fences = [
        (*_times(2 * over - 1, wall), i < folds)
        for i, (over, wall) in enumerate(zip(way.over, way.walls, strict=True))
    ]
    edge = np.remainder(k, EDGES) - (EDGES - len(SIDES) - len(angles))
    own = _pick(edge, [*(f[:3] for f in fences), *((*side, 1.0) for side in SIDES)])
    (x, y), _, there = _clipped(own, fences)
    there = there & (edge >= 0) & ((edge < folds) | (edge >= len(angles)))
    there = there & (np.floor(k / EDGES) < 2.0**folds)
    (xx, xy, yx, yy), (dx, dy) = way.matrix, way.shift
    turn = np.arctan2(-own[0], own[1])
    return x, y, xx * x + xy * y + dx, yx * x + yy * y + dy, turn, there


def sheet_copies(
    k: Any, x: Any, y: Any, angles: Sequence[Any], places: Sequence[Any], folds: Any
) -> tuple[Any, Any, Any]:
    """Return the k-th place of the flat sheet that lies at (x, y) once folded, and if there is one.

    >>> sheet_copies(np.arange(2), -0.3, 0.1, [0.0], [0.0], 1)
    (array([-0.3,  0.3]), array([0.1, 0.1]), array([ True,  True]))
    """
    way = branch(k, angles, places)
    (xx, xy, yx, yy), (dx, dy) = way.matrix, way.shift
    # the matrix is orthogonal: its transpose takes back what it did
    at_x, at_y = xx * (x - dx) + yx * (y - dy), xy * (x - dx) + yy * (y - dy)
    there = (np.absolute(at_x) <= 1) & (np.absolute(at_y) <= 1) & (k < 2.0**folds)
    for i, (over, wall) in enumerate(zip(way.over, way.walls, strict=True)):
        side = wall[0] * at_x + wall[1] * at_y + wall[2]
        there = there & ((i >= folds) | (side * (2 * over - 1) >= -TOLERANCE))
    return at_x, at_y, there


def _times(sign: Any, wall: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    return sign * wall[0], sign * wall[1], sign * wall[2]


def _pick(which: Any, lines: Sequence[tuple[Any, Any, Any]]) -> tuple[Any, Any, Any]:
    """Return the line n·p + c = 0 whose number is ``which``."""
    made = lines[-1]
    for i in reversed(range(len(lines) - 1)):
        x, y, c = (np.where(which == i, a, b) for a, b in zip(lines[i], made, strict=True))
        made = x, y, c
    return made


def _clipped(
    own: tuple[Any, Any, Any], fences: Sequence[tuple[Any, Any, Any, Any]]
) -> tuple[tuple[Any, Any], tuple[Any, Any], Any]:
    """Return the ends of what fences and the sheet's sides leave of a line, and if any is left.

    The line n·p + c = 0 has a normal of length 1 and runs with n to its left; a fence (n, c, on)
    keeps n·p + c ≥ 0 where it is on.
    """
    along_x, along_y = own[1], -own[0]
    foot_x, foot_y = -own[2] * own[0], -own[2] * own[1]
    low: Any = -9.0
    high: Any = 9.0
    left: Any = 1.0
    for n_x, n_y, c, on in [*fences, *((*side, 1.0, True) for side in SIDES)]:
        slope = n_x * along_x + n_y * along_y
        value = n_x * foot_x + n_y * foot_y + c
        slants = np.absolute(slope) > TOLERANCE
        meets = -value / np.where(slants, slope, 1.0)
        low = np.where(on & slants & (slope > 0), np.maximum(low, meets), low)
        high = np.where(on & slants & (slope < 0), np.minimum(high, meets), high)
        left = np.where(on & ~slants & (value < -TOLERANCE), 0.0, left)
    ends = [(foot_x + t * along_x, foot_y + t * along_y) for t in (low, high)]
    return ends[0], ends[1], (left > 0) & (high - low > TOLERANCE)
