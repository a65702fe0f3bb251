"""Entropy and information estimated from samples, in bits.

Labels are whole numbers from 0 on that name the letter of each sample, along the last axis; leading
axes (networks, epochs, draws) are carried along in one pass. Three estimators:

- *plug-in*: take the shares in the sample for the probabilities. Its entropy is too low on average,
  its information between independent variables too high, by about (k − 1)(l − 1) / (2 N ln 2) bits
  for k and l letters and N samples;
- *Miller–Madow*: the plug-in entropy plus (k − 1) / (2 N ln 2) bits for k letters seen (G. A.
  Miller, *Note on the bias of information estimates*, 1955). It removes the first term of the bias,
  no more (L. Paninski, *Estimation of entropy and mutual information*, Neural Computation 2003);
- *k nearest neighbours*, for continuous variables (A. Kraskov, H. Stögbauer and P. Grassberger,
  *Estimating mutual information*, Physical Review E 2004, their first algorithm).
"""

from typing import Any

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma

from nbsrc.arrays import Array
from nbsrc.information.binning import LARGEST_CODE, Labels, dense


def plug_in_entropy(labels: Any) -> Array:
    """Return H of the shares of the labels, in bits; labels (..., n_samples) → (...).

    >>> float(plug_in_entropy([0, 1, 2, 2]))
    1.5

    Raises ``ValueError`` for labels that are not whole numbers from 0 on, and for fewer than two.
    """
    return _entropy(_checked_labels(labels, "labels"))[0]


def miller_madow_entropy(labels: Any) -> Array:
    """Return the plug-in entropy plus (k − 1) / (2 N ln 2) bits, with k the labels that occur.

    >>> round(float(miller_madow_entropy([0, 1, 0, 1])), 4)  # 1 + 1 / (8 ln 2)
    1.1803
    """
    return _corrected(_checked_labels(labels, "labels"))


def plug_in_information(a: Any, b: Any) -> Array:
    """Return I = H(a) + H(b) − H(a, b) of the shares in the sample, in bits; never negative.

    Labels a and b of shapes (..., n_samples) that broadcast; information of shape (...).

    >>> float(plug_in_information([0, 0, 1, 1], [0, 0, 1, 1]))
    1.0
    >>> float(plug_in_information([0, 0, 1, 1], [0, 1, 0, 1]))
    0.0

    Raises ``ValueError`` as ``plug_in_entropy`` does, and for labels of two lengths.
    """
    first, second, both = _paired(a, b)
    information = _entropy(first)[0] + _entropy(second)[0] - _entropy(both)[0]
    return _number(np.maximum(information, 0.0))


def miller_madow_information(a: Any, b: Any) -> Array:
    """Return H(a) + H(b) − H(a, b) of Miller–Madow entropies, in bits; it may be negative.

    >>> float(miller_madow_information([0, 0, 1, 1], [0, 1, 0, 1])) < 0
    True

    Raises ``ValueError`` as ``plug_in_information`` does.
    """
    first, second, both = _paired(a, b)
    return _number(_corrected(first) + _corrected(second) - _corrected(both))


def information_of_codes(codes: Any, labels: Any) -> tuple[Array, Array]:
    """Return I(T; X) and I(T; Y), in bits, of a variable T that is a function of the example X.

    Codes (..., n_samples) name the value of T for each example, labels (n_samples,) or
    (..., n_samples) its class Y. X is uniform over the examples given, each of them a value of its
    own. As T is a function of X, H(T | X) = 0 and I(T; X) = H(T); and I(T; Y) = H(T) − H(T | Y).
    If the examples are all there are, both are exact for the variable T with these codes: where
    codes are bins of real activations, they say nothing about the activations before the bins.

    >>> keeps, tells = information_of_codes([0, 0, 1, 2], [0, 0, 1, 1])
    >>> float(keeps), float(tells)
    (1.5, 1.0)

    Raises ``ValueError`` as ``plug_in_information`` does.
    """
    first, second, both = _paired(codes, labels)
    keeps = _entropy(first)[0]
    given = _entropy(both)[0] - _entropy(second)[0]  # H(T | Y)
    return keeps, _number(np.maximum(keeps - given, 0.0))


def ksg_information(x: Any, y: Any, k: int = 3) -> float:
    """Return I(X; Y) in bits from the k nearest neighbours of each sample, for continuous X and Y.

    x and y have the shapes (n_samples,) or (n_samples, n_columns). Each column is divided by its
    standard deviation first: information does not depend on units, distances do. The distance
    between samples is the largest over all columns. With eps the distance to the k-th neighbour and
    n_x, n_y the numbers of other samples nearer than eps in x alone and in y alone, the estimate is
    ψ(k) + ψ(N) − mean of ψ(n_x + 1) + ψ(n_y + 1), in nats, turned into bits. It may be negative.

    >>> from nbsrc.chapter import generator
    >>> pairs = generator("docs", 0).normal(size=(500, 2))
    >>> abs(ksg_information(pairs[:, 0], pairs[:, 1])) < 0.15
    True

    Raises ``ValueError`` for numbers that are not finite, two lengths, k < 1 or k ≥ n_samples,
    constant columns, and samples that share their x or their y: with ties neighbours have distance
    0, and such a variable is no continuous one.
    """
    first, second = _columns(x, "x"), _columns(y, "y")
    n = len(first)
    if len(second) != n:
        raise ValueError(f"x and y must have one length, not {n} and {len(second)}")
    if isinstance(k, bool) or int(k) != k or not 1 <= k < n:
        raise ValueError(f"k must be a whole number from 1 to below the {n} samples, not {k}")
    both = np.hstack([first, second])
    eps = np.asarray(cKDTree(both).query(both, k=[k + 1], p=np.inf)[0])[:, 0]
    nearer = np.nextafter(eps, 0.0)  # strictly nearer than the k-th neighbour
    n_x, n_y = (
        cKDTree(side).query_ball_point(side, nearer, p=np.inf, return_length=True)
        for side in (first, second)  # each count holds the sample itself: it is n_x + 1
    )
    nats = digamma(k) + digamma(n) - np.mean(digamma(n_x) + digamma(n_y))
    return float(nats / np.log(2))


def _entropy(labels: Labels) -> tuple[Array, Array]:
    """Return the plug-in entropy along the last axis, and how many labels occur."""
    n = labels.shape[-1]
    ordered = np.sort(labels, axis=-1).reshape(-1, n)
    begins = np.ones(ordered.shape, bool)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    starts = np.flatnonzero(begins)
    counts = np.diff(starts, append=ordered.size)
    # How many labels occur how often: summed in this order, new names for the letters give the
    # same entropy to the last digit.
    spectrum = np.bincount(starts // n * (n + 1) + counts, minlength=len(ordered) * (n + 1))
    costs = np.arange(n + 1) * np.log2(np.maximum(np.arange(n + 1), 1))
    total = (spectrum.reshape(-1, n + 1) * costs).sum(axis=-1)
    shape = labels.shape[:-1]
    entropy = np.maximum(np.log2(n) - total / n, 0.0).reshape(shape)
    return _number(entropy), _number(begins.sum(axis=-1).reshape(shape))


def _corrected(labels: Labels) -> Array:
    entropy, seen = _entropy(labels)
    return _number(entropy + (seen - 1) / (2 * labels.shape[-1] * np.log(2)))


def _number(values: Any) -> Array:
    """Turn an array without axes into a number; leave the others."""
    itself: Array = np.asarray(values)[()]
    return itself


def _checked_labels(labels: Any, name: str) -> Labels:
    numbers = np.asarray(labels)
    if numbers.dtype == bool:
        numbers = numbers.astype(np.int64)
    if numbers.ndim == 0 or numbers.shape[-1] < 2 or numbers.size == 0:
        raise ValueError(f"{name} must hold two samples or more")
    if not np.issubdtype(numbers.dtype, np.integer):
        raise ValueError(f"{name} must be whole numbers, one for each letter")
    if numbers.min() < 0:
        raise ValueError(f"{name} must not be negative")
    return numbers.astype(np.int64)


def _paired(a: Any, b: Any) -> tuple[Labels, Labels, Labels]:
    """Return both labels, and the labels of the pair."""
    first, second = _checked_labels(a, "the first labels"), _checked_labels(b, "the second labels")
    if first.shape[-1] != second.shape[-1]:
        raise ValueError(
            f"labels must have one length, not {first.shape[-1]} and {second.shape[-1]}"
        )
    if int(second.max()) + 1 > LARGEST_CODE // (int(first.max()) + 1):
        first, second = dense(first), dense(second)
    return first, second, first * (int(second.max()) + 1) + second


def _columns(values: Any, name: str) -> Array:
    numbers = np.asarray(values, float)
    if numbers.ndim == 1:
        numbers = numbers[:, None]
    if numbers.ndim != 2 or numbers.shape[1] == 0:
        raise ValueError(f"{name} must have the shape (n_samples,) or (n_samples, n_columns)")
    if len(numbers) < 2:
        raise ValueError(f"{name} must hold two samples or more")
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name} must be finite numbers")
    if (np.ptp(numbers, axis=0) == 0).any():
        raise ValueError(f"{name} has a constant column")
    if len(np.unique(numbers, axis=0)) < len(numbers):
        raise ValueError(f"{name} has repeated values: neighbours need a continuous variable")
    scaled: Array = numbers / numbers.std(axis=0)
    return scaled
