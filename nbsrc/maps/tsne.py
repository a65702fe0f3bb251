"""t-SNE in NumPy, exact: every pair of points counts at every step (van der Maaten & Hinton 2008).

Maps and affinities may have axes before their last two, which hold several runs at once.
"""

from collections.abc import Sequence

import numpy as np

from nbsrc.arrays import Array

EARLY = 0.25
"""Share of the steps at which the data's affinities are exaggerated."""
TINY = 1e-12


def squared_distances(points: Array) -> Array:
    """Return the squared distances of all points (..., n, d): (..., n, n), zero on the diagonal.

    >>> squared_distances(np.array([[0.0, 0.0], [3.0, 4.0]]))
    array([[ 0., 25.],
           [25.,  0.]])
    """
    lengths = (points**2).sum(axis=-1)
    found = lengths[..., :, None] + lengths[..., None, :] - 2 * points @ np.swapaxes(points, -1, -2)
    found = np.maximum(found, 0)
    index = np.arange(points.shape[-2])
    found[..., index, index] = 0
    return np.asarray(found)


def neighbour_probabilities(squared: Array, perplexity: float, rounds: int = 60) -> Array:
    """Return p(j|i), row i: how likely point i picks j as its neighbour, zero for itself.

    ``squared`` (n, n) are squared distances. Row i is a Gaussian around point i whose width is
    found by bisection, so that 2 to the row's entropy in bits is ``perplexity``. Raises
    ``ValueError`` for distances that are no square of numbers, and for a perplexity that n - 1
    neighbours cannot have (van der Maaten & Hinton 2008, equation 1).

    >>> squared = squared_distances(np.array([[0.0], [1.0], [2.0], [4.0]]))
    >>> neighbour_probabilities(squared, 2.0)[0].round(3)
    array([0.   , 0.672, 0.313, 0.015])
    """
    squared = np.asarray(squared, float)
    if squared.ndim != 2 or squared.shape[0] != squared.shape[1]:
        raise ValueError(f"squared distances form a square table; got shape {squared.shape}")
    if not np.isfinite(squared).all():
        raise ValueError("squared distances hold NaN or infinity; remove such points first")
    n = len(squared)
    if not 1 < perplexity < n - 1:
        raise ValueError(
            f"perplexity is {perplexity:g}; with {n} points it must lie between 1 and {n - 1}"
        )
    others = ~np.eye(n, dtype=bool)
    gaps = squared[others].reshape(n, n - 1)
    gaps = gaps - gaps.min(axis=1, keepdims=True)  # the nearest has weight 1: no row underflows
    scale = np.maximum(gaps.mean(axis=1, keepdims=True), TINY)
    low, high = np.full((n, 1), -40.0), np.full((n, 1), 40.0)  # logarithms of 1 / (2 sigma²)
    for _ in range(rounds):
        middle = (low + high) / 2
        rows = np.exp(-gaps / scale * np.exp(middle))
        rows /= rows.sum(axis=1, keepdims=True)
        is_wide = perplexity_of(rows)[:, None] > perplexity
        low, high = np.where(is_wide, middle, low), np.where(is_wide, high, middle)
    found = np.zeros((n, n))
    found[others] = rows.ravel()
    return found


def perplexity_of(probabilities: Array) -> Array:
    """Return 2 to the entropy in bits of each row (..., n): how many neighbours it stands for.

    >>> perplexity_of(np.array([[0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 0.0]]))
    array([4., 1.])
    """
    logs = np.log2(np.maximum(probabilities, 1e-300))
    return np.asarray(2 ** -(probabilities * logs).sum(axis=-1))


def affinities(points: Array, perplexity: float) -> Array:
    """Return t-SNE's affinities of the data (n, n): p(i, j) = (p(j|i) + p(i|j)) / 2n, sum 1.

    ``points`` (n, d). Raises ``ValueError`` for points that are not finite or not a table.
    """
    points = np.asarray(points, float)
    if points.ndim != 2 or not np.isfinite(points).all():
        raise ValueError(f"points are finite numbers (n, d); got shape {points.shape}")
    rows = neighbour_probabilities(squared_distances(points), perplexity)
    return np.asarray((rows + rows.T) / (2 * len(rows)))


def map_kernel(places: Array) -> Array:
    """Return 1 / (1 + distance²) of every two places of a map (..., n, 2), zero on the diagonal."""
    kernel = 1 / (1 + squared_distances(places))
    index = np.arange(places.shape[-2])
    kernel[..., index, index] = 0
    return np.asarray(kernel)


def divergence(data_affinities: Array, places: Array) -> Array:
    """Return the Kullback–Leibler divergence of data and map in nats: t-SNE's cost (equation 2)."""
    kernel = map_kernel(places)
    q = kernel / kernel.sum(axis=(-2, -1), keepdims=True)
    ratio = np.maximum(data_affinities, TINY) / np.maximum(q, TINY)
    return np.asarray((data_affinities * np.log(ratio)).sum(axis=(-2, -1)))


def gradient(data_affinities: Array, places: Array) -> Array:
    """Return the slope of :func:`divergence` for each coordinate of the map (equation 5).

    ``data_affinities`` need not sum to 1: exaggerated ones give the exaggerated pull.
    """
    kernel = map_kernel(places)
    pull = (data_affinities - kernel / kernel.sum(axis=(-2, -1), keepdims=True)) * kernel
    return np.asarray(4 * (pull.sum(axis=-1)[..., None] * places - pull @ places))


def learning_rate(n: int, exaggeration: float) -> float:
    """Return a rate that grows with the number of points: n / exaggeration / 4, at least 50.

    The quarter stands for the gradient's factor 4 (Belkina et al. 2019; so does scikit-learn).
    """
    return max(n / exaggeration / 4, 50.0)


def tsne(
    data_affinities: Array,
    start: Array,
    n_steps: int = 400,
    keep: Sequence[int] | None = None,
    *,
    exaggeration: float = 12.0,
    rate: float | None = None,
) -> Array:
    """Return the maps (len(keep), ..., n, 2) after the steps of ``keep``; without it the last map.

    ``data_affinities`` (..., n, n), of :func:`affinities`, and the places ``start`` (..., n, 2) may
    hold several runs. In the first quarter of the steps the affinities are multiplied by
    ``exaggeration`` and the momentum is 0.5, later 0.8. Each coordinate has a gain, which grows
    while its slope keeps its sign. Raises ``ValueError`` where shapes do not fit, numbers are not
    finite, or a step of ``keep`` is not among 0 ... n_steps.
    """
    places = np.array(start, float)
    n = places.shape[-2] if places.ndim > 1 else 0
    if n < 3 or data_affinities.shape[-2:] != (n, n):
        raise ValueError(
            f"start {places.shape} and affinities {data_affinities.shape} do not fit: "
            "they are (..., n, 2) and (..., n, n), with n at least 3"
        )
    if not (np.isfinite(places).all() and np.isfinite(data_affinities).all()):
        raise ValueError("start or affinities hold NaN or infinity")
    wanted = [n_steps] if keep is None else list(keep)
    if wanted != sorted(wanted) or not wanted or wanted[0] < 0 or wanted[-1] > n_steps:
        raise ValueError(f"keep is {wanted}; it must rise within 0 ... {n_steps}")
    pace = learning_rate(n, exaggeration) if rate is None else rate
    velocity, gains = np.zeros_like(places), np.ones_like(places)
    early, found = round(EARLY * n_steps), []
    for step in range(wanted[-1] + 1):
        found += [places.copy()] * wanted.count(step)
        pull = data_affinities * exaggeration if step < early else data_affinities
        slope = gradient(pull, places)
        gains = np.where(slope * velocity < 0, gains + 0.2, gains * 0.8).clip(0.01)
        velocity = (0.5 if step < early else 0.8) * velocity - pace * gains * slope
        places = places + velocity
        places -= places.mean(axis=-2, keepdims=True)
    return np.asarray(found[0] if keep is None else found)
