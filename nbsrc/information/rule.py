"""A yes-or-no rule for twelve bits that no rotation changes.

Twelve lamps, on or off, sit at the corners of an icosahedron. Whether a pattern is a *yes* depends
on how its lamps lie to one another and not on how the solid is held: any of the sixty rotations
that bring the icosahedron onto itself shuffles the bits and leaves the answer. It is a rule like
the one of Shwartz-Ziv and Tishby (2017), whose data may not be passed on: a pattern's power at each
degree of the spherical harmonics but the zeroth, weighted and cut at the median.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import eval_legendre

from nbsrc.arrays import Array
from nbsrc.information.chains import all_bits

N_BITS = 12
N_DEGREES = 6
"""Degrees 0 to 5 tell apart all that pairs of lamps can tell: four distances, and how many burn."""


def corners() -> Array:
    """Return the corners of an icosahedron on the unit sphere, (12, 3).

    >>> np.round(np.linalg.norm(corners(), axis=1), 12).tolist() == [1.0] * 12
    True
    """
    golden = (1 + np.sqrt(5)) / 2
    flat = [(0.0, a, b) for a in (-1.0, 1.0) for b in (-golden, golden)]
    points = np.array([np.roll(point, turn) for turn in range(3) for point in flat])
    return np.asarray(points / np.linalg.norm(points[0]))


def rotations() -> NDArray[np.intp]:
    """Return the sixty rotations as shuffles of the corners, (60, 12): corner i goes to row[i].

    >>> rotations().shape
    (60, 12)
    """
    points = corners()
    cosines = points @ points.T
    near = np.isclose(cosines, cosines[0][cosines[0] < 1 - 1e-9].max())
    shuffles = []
    first, second = 0, int(np.flatnonzero(near[0])[0])
    frame = np.stack([points[first], points[second], np.cross(points[first], points[second])])
    for a in range(N_BITS):
        for b in np.flatnonzero(near[a]):
            image = np.stack([points[a], points[b], np.cross(points[a], points[b])])
            moved = points @ np.linalg.solve(frame, image)
            shuffles.append(np.argmax(moved @ points.T, axis=1))
    return np.array(shuffles)


def patterns() -> NDArray[np.int64]:
    """Return all 4,096 patterns of twelve bits, (4096, 12), counted in binary.

    >>> patterns()[5]
    array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])
    """
    return all_bits(N_BITS)


def rule_values(weights: ArrayLike, rows: ArrayLike | None = None) -> Array:
    """Return what the rule makes of each pattern before the cut, (n_patterns,).

    It is the sum over degrees l of ``weights[l]`` times the power of the pattern at that degree:
    Σᵢⱼ xᵢ xⱼ (2l + 1) P_l(cos γᵢⱼ), where γ is the angle between two corners (addition theorem of
    the spherical harmonics). ``rows`` (n_patterns, 12) of 0 and 1: without them, all 4,096. Raises
    ``ValueError`` for weights that are not a row of finite numbers, and for rows of other shape.

    >>> rule_values([1.0], [[1] * 3 + [0] * 9])
    array([9.])
    """
    given = np.asarray(weights, float)
    if given.ndim != 1 or not given.size or not np.isfinite(given).all():
        raise ValueError(f"weights have shape {given.shape}; give one finite number a degree")
    lamps = patterns().astype(float) if rows is None else np.asarray(rows, float)
    if lamps.ndim != 2 or lamps.shape[1] != N_BITS or not np.isin(lamps, (0, 1)).all():
        raise ValueError(f"rows have shape {lamps.shape}; give (n, {N_BITS}) of 0 and 1")
    cosines = np.clip(np.round(corners() @ corners().T, 12), -1, 1)
    degrees = range(len(given))
    kernel = sum(given[n] * (2 * n + 1) * eval_legendre(n, cosines) for n in degrees)
    return np.asarray(np.round(np.sum(lamps @ kernel * lamps, axis=1), 9))


def rule_labels(randomness: np.random.Generator) -> NDArray[np.int64]:
    """Return the answer, 0 or 1, to each of the 4,096 patterns: a drawn rule, cut at its median.

    Degree 0, how many lamps burn, has no say. Then turning every lamp over changes no value either,
    and nothing can be read from single lamps: a straight cut has half of such a pair wrong unless
    it answers both alike. Patterns that a rotation brings onto one another have the same value too,
    so the two answers are equally frequent only as nearly as that allows.

    >>> bool(0.4 < rule_labels(np.random.default_rng(1)).mean() <= 0.5)
    True
    """
    values = rule_values([0.0, *randomness.normal(size=N_DEGREES - 1)])
    return (values > np.median(values)).astype(np.int64)
