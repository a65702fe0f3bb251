"""Laying one map upon another: maps may be turned, mirrored and scaled without becoming others."""

from collections.abc import Sequence

import numpy as np

from nbsrc.arrays import Array


def to_unit(places: Array) -> Array:
    """Return a map (n, m) with its middle at 0 and its root-mean-square distance from there 1.

    Raises ``ValueError`` for a map that is not finite or whose places are all one.
    """
    places = np.asarray(places, float)
    if places.ndim != 2 or not np.isfinite(places).all():
        raise ValueError(f"a map is finite numbers (n, m); got shape {places.shape}")
    centred = places - places.mean(axis=0)
    reach = float(np.sqrt((centred**2).sum(axis=1).mean()))
    if reach == 0:
        raise ValueError("all places of the map are one; it has no size")
    return np.asarray(centred / reach)


def aligned(places: Array, onto: Array) -> Array:
    """Return the map turned, mirrored, moved and scaled to lie as near as it can to another.

    Near in the sum of squared distances of the same points, both maps of unit size first: the
    orthogonal Procrustes problem (Schönemann 1966). Raises ``ValueError`` for maps of different
    shape, and as :func:`to_unit` does.

    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> turned = square[:, ::-1] * [3, -3]
    >>> bool(np.allclose(aligned(turned, square), to_unit(square)))
    True
    """
    if np.shape(places) != np.shape(onto):
        raise ValueError(f"maps of shapes {np.shape(places)} and {np.shape(onto)} do not fit")
    one, other = to_unit(places), to_unit(onto)
    left, _, right = np.linalg.svd(one.T @ other)
    return np.asarray(one @ (left @ right))


def aligned_in_turn(maps: Sequence[Array]) -> Array:
    """Return maps (count, n, m) of unit size, each but the first aligned with the one before."""
    made = [to_unit(maps[0])]
    for places in maps[1:]:
        made.append(aligned(places, made[-1]))
    return np.array(made)


def principal_map(points: Array, m: int = 2) -> Array:
    """Return the points (n, d) on their first m principal axes, (n, m)."""
    centred = np.asarray(points, float) - np.mean(points, axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(centred @ axes[:m].T)
