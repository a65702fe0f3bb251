"""Sets of two classes whose shape, not whose size, makes them hard to separate.

Each function returns ``points`` (n, d) and ``labels`` (n,) of 0 and 1, half the points of each
class, those of class 0 first. Sets in the plane and in space are of about unit size.
"""

import math

import numpy as np
from numpy.typing import NDArray

from nbsrc.arrays import Array

Labels = NDArray[np.int64]

INNER = 1 / 3
OUTER = 2 / 3
"""Where the disk (or the middle interval) ends, and where the ring (or the sides) begins."""

TOUCHING = 0.5
"""Thickness at which the two linked tori touch: their cores are 1 apart everywhere."""


def spirals(n: int, turns: float, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Return two spirals in the unit disk, each the other turned by half a turn.

    Their radius grows from 0.15 to 1 over ``turns`` turns; places along them are drawn uniformly.
    Raises ``ValueError`` unless n is even, at least 2, and 0 < turns ≤ 5.

    >>> points, labels = spirals(6, 1.0, np.random.default_rng(0))
    >>> points.shape, labels.tolist()
    ((6, 2), [0, 0, 0, 1, 1, 1])
    """
    labels = _halves(n)
    if not 0 < turns <= 5:
        raise ValueError(f"turns is {turns}; a spiral here has more than 0 and at most 5 turns")
    along = rng.uniform(size=n)
    angle = 2 * math.pi * turns * along + math.pi * labels
    radius = 0.15 + 0.85 * along
    return radius[:, None] * _circle(angle), labels


def disk_in_ring(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Return a disk of radius 1/3 (class 0) within a ring from 2/3 to 1 (class 1), uniform by area.

    Raises ``ValueError`` unless n is even and at least 2. Source: Olah (2014).

    >>> points, labels = disk_in_ring(40, np.random.default_rng(0))
    >>> radius = np.hypot(*points.T)
    >>> bool(radius[labels == 0].max() <= 1 / 3), bool(radius[labels == 1].min() >= 2 / 3)
    (True, True)
    """
    labels = _halves(n)
    share = rng.uniform(size=n)
    square = np.where(labels == 0, INNER**2 * share, OUTER**2 + (1 - OUTER**2) * share)
    return np.sqrt(square)[:, None] * _circle(rng.uniform(0, 2 * math.pi, size=n)), labels


def interval_in_intervals(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Return numbers from −1/3 to 1/3 (class 0) between sides from 2/3 to 1 and their mirror image.

    ``points`` has the shape (n, 1). Raises ``ValueError`` unless n is even and at least 2.

    >>> points, labels = interval_in_intervals(40, np.random.default_rng(0))
    >>> bool((abs(points[labels == 1]) >= 2 / 3).all())
    True
    """
    labels = _halves(n)
    share = rng.uniform(size=n)
    distance = np.where(labels == 0, INNER * share, OUTER + (1 - OUTER) * share)
    return (distance * rng.choice([-1.0, 1.0], size=n))[:, None], labels


def linked_rings(n: int) -> tuple[Array, Labels]:
    """Return two unit circles in space, each through the other's centre (the Hopf link), in order.

    Raises ``ValueError`` unless n is even and at least 2.

    >>> points, labels = linked_rings(8)
    >>> points[labels == 1].round(2)[0].tolist()
    [2.0, 0.0, 0.0]
    """
    labels = _halves(n)
    angle = 2 * math.pi * (np.arange(n) % (n // 2)) / (n // 2)
    return _linked(labels, np.ones(n), angle, np.zeros(n)), labels


def linked_tori(n: int, thickness: float, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Return two solid tori around the circles of `linked_rings`, uniform by volume.

    ``thickness`` is the radius of the tubes. Raises ``ValueError`` unless n is even, at least 2,
    and 0 < thickness < 0.5: at 0.5 the tori touch.

    >>> points, labels = linked_tori(10, 0.2, np.random.default_rng(0))
    >>> points.shape
    (10, 3)
    """
    labels = _halves(n)
    if not 0 < thickness < TOUCHING:
        raise ValueError(f"thickness is {thickness}; from {TOUCHING} on the tori touch")
    across, up = np.empty(0), np.empty(0)
    while len(across) < n:
        first, second = rng.uniform(-thickness, thickness, size=(2, 4 * n))
        kept = np.hypot(first, second) <= thickness
        kept &= rng.uniform(size=4 * n) <= (1 + first) / (1 + thickness)
        across, up = np.append(across, first[kept]), np.append(up, second[kept])
    angle = rng.uniform(0, 2 * math.pi, size=n)
    return _linked(labels, 1 + across[:n], angle, up[:n]), labels


def crossed_curves(n: int) -> tuple[Array, Labels]:
    """Return two waves, one above the other, that no line separates, in order from left to right.

    Raises ``ValueError`` unless n is even and at least 2. Source: after Olah (2014), first figure.

    >>> points, labels = crossed_curves(6)
    >>> points[labels == 0].round(2).tolist()
    [[-1.0, -0.8], [0.0, 0.3], [1.0, -0.8]]
    """
    labels = _halves(n)
    across = np.tile(np.linspace(-1, 1, n // 2), 2)
    return np.column_stack([across, 0.55 * np.cos(math.pi * across) - 0.25 + 0.5 * labels]), labels


def grid_lines(low: float, high: float, lines: int, points: int) -> Array:
    """Return the lines of a square grid, upright ones first, as (2 · lines, points, 2).

    Raises ``ValueError`` unless low < high are finite and lines and points are at least 2.

    >>> grid_lines(-1, 1, 2, 2).tolist()[0]
    [[-1.0, -1.0], [-1.0, 1.0]]
    >>> grid_lines(-1, 1, 3, 5).shape
    (6, 5, 2)
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"a grid goes from a low to a high number, not from {low} to {high}")
    if lines < 2 or points < 2:
        raise ValueError(f"a grid needs 2 lines of 2 points at least, not {lines} of {points}")
    fixed, moving = np.meshgrid(
        np.linspace(low, high, lines), np.linspace(low, high, points), indexing="ij"
    )
    return np.concatenate([np.stack([fixed, moving], -1), np.stack([moving, fixed], -1)])


def _halves(n: int) -> Labels:
    """Return n labels, first zeros, then as many ones."""
    if n < 2 or n % 2:
        raise ValueError(f"n is {n}; two classes of equal size need an even number of points")
    return np.repeat([0, 1], n // 2).astype(np.int64)


def _circle(angle: Array) -> Array:
    """Return points (n, 2) of the unit circle."""
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _linked(labels: Labels, radius: Array, angle: Array, up: Array) -> Array:
    """Return points near the flat circle (0) or the upright one beside it (1), shape (n, 3)."""
    first, second = radius * np.cos(angle), radius * np.sin(angle)
    flat = np.column_stack([first, second, up])
    upright = np.column_stack([1 + first, up, second])
    return np.where(labels[:, None] == 0, flat, upright)
