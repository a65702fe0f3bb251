"""What a map keeps of its data: neighbours, the order of distances, sizes and gaps of groups."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from nbsrc.arrays import Array
from nbsrc.maps.tsne import squared_distances


def checked(points: Array, places: Array, k: int = 1) -> tuple[Array, Array]:
    """Return data (n, d) and map (n, m) as arrays of numbers.

    Raises ``ValueError`` where they are not finite tables of as many rows, or where k neighbours
    are too many: twice k must be below n.
    """
    points, places = np.asarray(points, float), np.asarray(places, float)
    if points.ndim != 2 or places.ndim != 2 or len(points) != len(places):
        raise ValueError(
            f"data and map need a row for each point; got {points.shape} and {places.shape}"
        )
    if not (np.isfinite(points).all() and np.isfinite(places).all()):
        raise ValueError("data or map hold NaN or infinity")
    if not 1 <= k < len(points) / 2:
        raise ValueError(f"k is {k}; with {len(points)} points it must be from 1 to below n / 2")
    return points, places


def neighbour_ranks(points: Array) -> NDArray[np.int64]:
    """Return in row i, column j: the how-manieth neighbour of point i is j, from 1; itself 0.

    >>> neighbour_ranks(np.array([[0.0], [1.0], [3.0]]))
    array([[0, 1, 2],
           [1, 0, 2],
           [2, 1, 0]])
    """
    squared = squared_distances(np.asarray(points, float))
    np.fill_diagonal(squared, -1)
    order = np.argsort(squared, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(len(points))[None, :].repeat(len(points), 0), 1)
    return ranks


def trustworthiness(points: Array, places: Array, k: int = 10) -> float:
    """Return how far neighbours in the map are neighbours in the data: 1 if all are.

    Each false neighbour costs as many ranks as it is too far in the data (Venna & Kaski 2001).
    Raises ``ValueError`` as :func:`checked` does.
    """
    points, places = checked(points, places, k)
    return _unexpected(neighbour_ranks(points), neighbour_ranks(places), k)


def continuity(points: Array, places: Array, k: int = 10) -> float:
    """Return how far neighbours in the data are neighbours in the map (Venna & Kaski 2001)."""
    return trustworthiness(places, points, k)


def _unexpected(ranks: NDArray[np.int64], shown: NDArray[np.int64], k: int) -> float:
    n = len(ranks)
    too_far = np.where((shown >= 1) & (shown <= k), np.maximum(ranks - k, 0), 0).sum()
    return float(1 - too_far * 2 / (n * k * (2 * n - 3 * k - 1)))


def neighbours_kept(points: Array, places: Array, k: int = 10) -> float:
    """Return the share of each point's k nearest in the data that are among its k in the map.

    A map that knows nothing keeps k / (n - 1). Raises ``ValueError`` as :func:`checked` does.

    >>> line = np.arange(6.0)[:, None]
    >>> neighbours_kept(line, -line, 2)
    1.0
    """
    points, places = checked(points, places, k)
    one, other = neighbour_ranks(points), neighbour_ranks(places)
    both = (one >= 1) & (one <= k) & (other >= 1) & (other <= k)
    return float(both.sum() / (k * len(points)))


def pair_distances(points: Array) -> Array:
    """Return the distance of every pair i < j, in one row.

    >>> pair_distances(np.array([[0.0], [1.0], [3.0]]))
    array([1., 3., 2.])
    """
    squared = squared_distances(np.asarray(points, float))
    return np.asarray(np.sqrt(squared[np.triu_indices(len(squared), 1)]))


def distance_order(points: Array, places: Array) -> float:
    """Return the rank correlation (Spearman 1904) of distances in data and map, over all pairs.

    1: a pair that is farther apart in the data is farther apart in the map. 0: no such tendency.
    Raises ``ValueError`` as :func:`checked` does.
    """
    points, places = checked(points, places)
    true, shown = (rankdata(pair_distances(p)) for p in (points, places))
    return float(np.corrcoef(true, shown)[0, 1])


def stress(points: Array, places: Array) -> float:
    """Return how far distances in the map are off, after the best rescaling: 0 if they are right.

    The root of Σ (s·map - data)² / Σ data² over all pairs (Kruskal 1964, with raw distances).
    Raises ``ValueError`` as :func:`checked` does.
    """
    points, places = checked(points, places)
    true, shown = pair_distances(points), pair_distances(places)
    scale = (true @ shown) / max(float(shown @ shown), 1e-300)
    return float(np.sqrt(((scale * shown - true) ** 2).sum() / (true**2).sum()))


def spreads(points: Array, groups: NDArray[np.int64]) -> Array:
    """Return each group's root-mean-square distance from its own centre, by rising group number.

    >>> spreads(np.array([[0.0], [2.0], [10.0], [16.0]]), np.array([0, 0, 1, 1]))
    array([1., 3.])
    """
    points, groups = _grouped(points, groups)
    members = [points[groups == g] for g in np.unique(groups)]
    return np.array([np.sqrt(((m - m.mean(0)) ** 2).sum(1).mean()) for m in members])


def gaps(points: Array, groups: NDArray[np.int64]) -> Array:
    """Return the distances between the centres of every two groups, in one row."""
    points, groups = _grouped(points, groups)
    return pair_distances(np.array([points[groups == g].mean(0) for g in np.unique(groups)]))


def _grouped(points: Array, groups: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    points, groups = np.asarray(points, float), np.asarray(groups)
    if points.ndim != 2 or groups.shape != (len(points),) or not np.isfinite(points).all():
        raise ValueError(
            f"each point needs one group and finite numbers; got {points.shape}, {groups.shape}"
        )
    return points, groups


def clumping(places: Array, k: int = 10) -> float:
    """Return how clumped a map is: the distance to the k-th neighbour in those to the nearest.

    Both are medians over the points, so that a few twins do not count. Points thrown evenly into
    the plane have about 3.7 for k = 10, and a little more near a rim. Raises ``ValueError`` as
    :func:`checked` does, and where half of the points have a twin at distance 0.
    """
    places, _ = checked(places, places, k)
    near = np.median(np.sort(squared_distances(places), axis=1), axis=0)
    if near[1] == 0:
        raise ValueError("half of the points have a twin; remove twins first")
    return float(np.sqrt(near[k] / near[1]))
