"""How many dimensions data have: counted by neighbours, by components, by how distances spread.

TwoNN (Facco, d'Errico, Rodriguez and Laio 2017) looks at each point's two nearest neighbours only.
Where points lie evenly in d dimensions, the quotient μ = r₂/r₁ ≥ 1 of their distances has the law
P(μ > m) = m⁻ᵈ, whatever the density. So log μ is exponential with mean 1/d.
"""

import numpy as np
from scipy.spatial.distance import cdist

from nbsrc.arrays import Array

ROWS = 1000
"""How many rows of a distance matrix are held at a time."""


def neighbour_ratios(points: Array) -> Array:
    """Return μ = r₂/r₁ of each point (n, d): second-nearest distance over nearest, (n,).

    Raises ``ValueError`` for fewer than three points, for what is not a finite number, and for two
    points at one place, whose nearest distance is 0.

    >>> neighbour_ratios(np.array([[0.0], [1.0], [3.0]]))
    array([3. , 2. , 1.5])
    """
    points = _checked(points, 3)
    ratios = np.empty(len(points))
    for first in range(0, len(points), ROWS):
        rows = slice(first, first + ROWS)
        distances = cdist(points[rows], points)
        distances[np.arange(len(distances)), first + np.arange(len(distances))] = np.inf
        nearest = np.partition(distances, 1, axis=1)[:, :2]
        if nearest[:, 0].min() == 0:
            raise ValueError("two points lie at one place; remove doubles first")
        ratios[rows] = nearest[:, 1] / nearest[:, 0]
    return ratios


def twonn(points: Array) -> float:
    """Return the dimension that makes the points' neighbour ratios most likely, without its bias.

    (n − 1) / Σ log μ: the maximum-likelihood value n / Σ log μ is on average n/(n − 1) too large
    where ratios are independent. What remains is the bias of the model: with few points in many
    dimensions every point is near the rim, and the estimate is too small. Raises ``ValueError`` as
    :func:`neighbour_ratios` does, and where all neighbours are at equal distances.

    >>> rng = np.random.default_rng(0)
    >>> line = np.cumsum(rng.exponential(size=2000))[:, None]
    >>> 0.9 < twonn(line) < 1.1
    True
    """
    logs = np.log(neighbour_ratios(points))
    total = float(logs.sum())
    if total <= 0:
        raise ValueError("each point's two nearest neighbours are equally far; no dimension fits")
    return (len(logs) - 1) / total


def twonn_by_line(points: Array, discarded: float = 0.1) -> float:
    """Return TwoNN as its authors fit it: a line through the origin, its largest μ left out.

    With F(μ) the share of ratios up to μ, −log(1 − F) is d · log μ. ``discarded`` is the share of
    largest ratios that the fit ignores. Raises ``ValueError`` as :func:`twonn` does.

    >>> rng = np.random.default_rng(0)
    >>> line = np.cumsum(rng.exponential(size=2000))[:, None]
    >>> 0.9 < twonn_by_line(line) < 1.1
    True
    """
    if not 0 < discarded < 1:
        raise ValueError(f"discarded is {discarded}; it is a share between 0 and 1")
    ratios = np.sort(neighbour_ratios(points))
    kept = int((1 - discarded) * len(ratios))
    logs = np.log(ratios[:kept])
    rising = -np.log(1 - np.arange(1, kept + 1) / len(ratios))
    if kept < 1 or logs @ logs == 0:
        raise ValueError("each point's two nearest neighbours are equally far; no dimension fits")
    return float(logs @ rising / (logs @ logs))


def decimated(points: Array, sizes: list[int], rng: np.random.Generator, repeats: int = 1) -> Array:
    """Return TwoNN of random parts of the data, (n_sizes, repeats): smaller parts, larger scale.

    Raises ``ValueError`` for a size below three or above the number of points.
    """
    points = _checked(points, 3)
    if min(sizes) < 3 or max(sizes) > len(points):
        raise ValueError(
            f"sizes from {min(sizes)} to {max(sizes)}; 3 to {len(points)} are possible"
        )
    parts = [
        [rng.choice(len(points), size, replace=False) for _ in range(repeats)] for size in sizes
    ]
    return np.array([[twonn(points[part]) for part in row] for row in parts])


def principal_components(points: Array) -> tuple[Array, Array, Array]:
    """Return mean (d,), components (k, d) as rows, and the variance along each (k,), falling.

    k is the smaller of n and d. A component's sign is free; here its entry of largest size is
    positive. Variances divide by n.

    >>> mean, components, variances = principal_components(np.array([[0.0, 0.0], [2.0, 0.0]]))
    >>> mean.tolist(), components[0].tolist(), variances.round(9).tolist()
    ([1.0, 0.0], [1.0, 0.0], [1.0, 0.0])
    """
    points = _checked(points, 2)
    mean = points.mean(axis=0)
    _, sizes, components = np.linalg.svd(points - mean, full_matrices=False)
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    return mean, components * signs[:, None], sizes**2 / len(points)


def components_for(variances: Array, share: float) -> int:
    """Return how many of these variances, largest first, make at least a share of their sum.

    >>> components_for(np.array([3.0, 6.0, 1.0]), 0.9)
    2
    """
    variances = np.sort(np.asarray(variances, float))[::-1]
    if not (0 < share <= 1 and variances.sum() > 0 and variances[-1] >= 0):
        raise ValueError("share must be above 0 and at most 1, variances not negative nor all 0")
    reached = np.cumsum(variances) / variances.sum()
    return int(np.sum(reached < share - 1e-12)) + 1


def relative_contrast(points: Array) -> Array:
    """Return (farthest − nearest) / nearest distance from each point to the others, (n,).

    The measure of Beyer, Goldstein, Ramakrishnan and Shaft (1999). Raises ``ValueError`` as
    :func:`neighbour_ratios` does.

    >>> relative_contrast(np.array([[0.0], [1.0], [3.0]]))
    array([2. , 1. , 0.5])
    """
    points = _checked(points, 3)
    distances = cdist(points, points)
    farthest = distances.max(axis=1)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.min(axis=1)
    if nearest.min() == 0:
        raise ValueError("two points lie at one place; remove doubles first")
    contrast: Array = (farthest - nearest) / nearest
    return contrast


def shuffled(points: Array, rng: np.random.Generator) -> Array:
    """Return the data with each column permuted by itself: same columns, nothing between them.

    >>> mixed = shuffled(np.arange(6.0).reshape(3, 2), np.random.default_rng(0))
    >>> sorted(mixed[:, 1].tolist())
    [1.0, 3.0, 5.0]
    """
    return np.column_stack([rng.permutation(column) for column in _checked(points, 1).T])


def gaussian_like(points: Array, rng: np.random.Generator) -> Array:
    """Return as many points of the normal law with the data's mean and covariance, (n, d).

    >>> gaussian_like(np.eye(4), np.random.default_rng(0)).shape
    (4, 4)
    """
    mean, components, variances = principal_components(points)
    drawn: Array = rng.normal(size=(len(points), len(variances))) * np.sqrt(variances)
    return mean + drawn @ components


def _checked(points: Array, least: int) -> Array:
    points = np.asarray(points, float)
    if points.ndim != 2:
        raise ValueError(f"points of shape {points.shape}; (n_points, n_dimensions) is needed")
    if len(points) < least:
        raise ValueError(f"{len(points)} points; at least {least} are needed")
    if not np.isfinite(points).all():
        raise ValueError("points hold what is not a finite number")
    return points
