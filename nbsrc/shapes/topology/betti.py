"""Betti numbers: pieces, loops and cavities of a sample at a scale, or of a set of pixels.

A sample has no shape of its own: n points are n pieces. What has one is the sample *thickened*,
the union of balls of one radius around its points. Its Betti numbers are those of the alpha
complex at that radius (the nerve theorem; Edelsbrunner & Mücke 1994), computed by gudhi.
"""

import gudhi
import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array

Betti = tuple[int, ...]
"""β₀, β₁, ...: pieces, loops, cavities."""


def bars(points: ArrayLike) -> list[Array]:
    """Return when each piece, loop, cavity ... of the thickened sample appears and goes.

    ``points`` ``(n, d)``, of two to four dimensions. Entry k of the list has shape ``(n_k, 2)``:
    radii of the balls, from birth to death, infinity for the piece that stays, longest first.
    Raises ``ValueError`` for other shapes, fewer than d + 1 points, and NaN or infinity.

    >>> square = [[0.0, 0], [2, 0], [2, 2], [0, 2]]
    >>> [kind.round(3).tolist() for kind in bars(square)]
    [[[0.0, inf], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]], [[1.0, 1.414]]]
    """
    sample = np.asarray(points, dtype=float)
    if sample.ndim != 2 or not 2 <= sample.shape[1] <= 4:
        raise ValueError(f"points have shape {sample.shape}; give rows of two to four numbers")
    if len(sample) <= sample.shape[1]:
        raise ValueError(f"{len(sample)} points are too few for {sample.shape[1]} dimensions")
    if not np.isfinite(sample).all():
        raise ValueError("points contain NaN or infinity")
    tree = gudhi.AlphaComplex(points=sample).create_simplex_tree()
    tree.compute_persistence(homology_coeff_field=2, min_persistence=0.0)
    kinds = []
    for k in range(sample.shape[1]):
        squared = np.asarray(tree.persistence_intervals_in_dimension(k), float).reshape(-1, 2)
        found = np.sqrt(np.maximum(squared, 0))
        kinds.append(found[np.argsort(found[:, 0] - found[:, 1], kind="stable")])
    return kinds


def betti_numbers(points: ArrayLike, radius: float) -> Betti:
    """Return the Betti numbers of the union of balls of one radius around the points.

    Raises ``ValueError`` for a radius that is no number from 0, and as :func:`bars` does.

    >>> angle = 2 * np.pi * np.arange(24) / 24
    >>> ring = np.column_stack([np.cos(angle), np.sin(angle)])
    >>> [betti_numbers(ring, radius) for radius in (0.1, 0.5, 1.1)]
    [(24, 0), (1, 1), (1, 0)]
    """
    if not 0 <= radius < np.inf:
        raise ValueError(f"radius is {radius}; it must be a number from 0")
    return tuple(alive(kind, radius) for kind in bars(points))


def alive(kind: Array, radius: float) -> int:
    """Return how many of the bars ``(n, 2)`` hold a radius: born by then, not gone yet.

    >>> alive(np.array([[0.0, np.inf], [0.0, 1.0]]), 1.0)
    1
    """
    return int(np.count_nonzero((kind[:, 0] <= radius) & (radius < kind[:, 1])))


def betti_of_grid(filled: ArrayLike) -> Betti:
    """Return the Betti numbers of a set of pixels or voxels; corners that meet are joined.

    ``filled``: truth values, of one to three axes. Raises ``ValueError`` for anything else.

    >>> betti_of_grid(np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool))
    (1, 1)
    """
    cells: NDArray[np.bool_] = np.asarray(filled)
    if cells.dtype != bool or not 1 <= cells.ndim <= 3 or cells.size == 0:
        raise ValueError(
            f"a set of pixels is an array of truth values with one to three axes; "
            f"got {cells.dtype} of shape {cells.shape}"
        )
    complex_ = gudhi.CubicalComplex(top_dimensional_cells=np.where(cells, 0.0, 1.0))
    complex_.compute_persistence(homology_coeff_field=2)
    counts = list(complex_.persistent_betti_numbers(0.0, 0.5))
    return tuple(int(c) for c in (counts + [0] * cells.ndim)[: cells.ndim])


__all__ = ["Betti", "alive", "bars", "betti_numbers", "betti_of_grid"]
