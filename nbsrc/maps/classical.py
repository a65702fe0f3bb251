"""Maps that scikit-learn draws, each by one call: PCA, MDS, Isomap."""

import warnings

import numpy as np

from nbsrc.arrays import Array


def pca_map(points: Array) -> Array:
    """Return the shadow (n, 2) of points (n, d) on the plane that shows most of their spread.

    >>> pca_map(np.array([[0.0, 0, 1], [4.0, 0, 1], [8.0, 1, 1]])).shape
    (3, 2)
    """
    from sklearn.decomposition import PCA

    return np.asarray(PCA(2, svd_solver="full").fit_transform(_checked(points)))


def mds_map(points: Array) -> Array:
    """Return places (n, 2) whose distances come close to those of points (n, d), all pairs counted.

    Metric MDS by SMACOF, begun at the classical solution (Kruskal 1964; de Leeuw 1977).
    """
    from sklearn.manifold import MDS

    made = MDS(2, n_init=1, init="classical_mds", normalized_stress=False)
    return np.asarray(made.fit_transform(_checked(points)))


def isomap(points: Array, k: int = 5) -> Array:
    """Return places (n, 2) for distances along hops between k nearest neighbours.

    Pieces that no hop joins are joined by their nearest pair, so that every cloud has a map
    (Tenenbaum, de Silva & Langford 2000). Raises ``ValueError`` unless 1 ≤ k < n.
    """
    from sklearn.manifold import Isomap

    points = _checked(points)
    if not 1 <= k < len(points):
        raise ValueError(f"k is {k}; with {len(points)} points it must be from 1 to below n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that pieces were joined: the docstring says so
        return np.asarray(Isomap(n_neighbors=k).fit_transform(points))


def _checked(points: Array) -> Array:
    points = np.asarray(points, float)
    if points.ndim != 2 or len(points) < 3 or not np.isfinite(points).all():
        raise ValueError(f"a map needs finite points (n, d), at least 3; got {points.shape}")
    return points
