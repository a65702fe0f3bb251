"""The perceptron learning rule (Rosenblatt 1962) and the bound on its mistakes (Novikoff 1962).

Labels are +1 and −1. A bias is learned as the weight of one more input that is always 1:
see :func:`with_constant`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nbsrc.arrays import Array

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class PerceptronRun:
    """What the rule did: ``weights`` at the start and after each update, and which point caused it.

    ``weights`` has shape (n_updates + 1, n_features), ``causes`` (n_updates,) holds row numbers;
    ``converged`` tells whether a whole pass made no mistake.
    """

    weights: Array
    causes: Integers
    converged: bool

    @property
    def n_updates(self) -> int:
        """Mistakes made, each of which changed the weights."""
        return len(self.causes)


def with_constant(points: Array) -> Array:
    """Return the points with a last feature that is always 1, whose weight is the bias.

    >>> with_constant(np.array([[2.0, 3.0]]))
    array([[2., 3., 1.]])
    """
    return np.column_stack([points, np.ones(len(points))])


def train_perceptron(points: Array, labels: Integers, max_updates: int = 10_000) -> PerceptronRun:
    """Run the perceptron rule from zero weights until a pass makes no mistake.

    The rows of ``points`` (n_samples, n_features) are visited in order, again and again; where
    ``label · (x · w) ≤ 0`` the weights become ``w + label · x``. Stops after ``max_updates``.
    Raises ``ValueError`` if shapes do not fit or labels are other than +1 and −1.

    >>> run = train_perceptron(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1, -1]))
    >>> run.n_updates, run.weights[-1]
    (2, array([ 1., -1.]))
    """
    if points.ndim != 2 or labels.shape != (len(points),) or not len(points):
        raise ValueError(
            f"points of shape {points.shape} do not fit labels of shape {labels.shape}"
        )
    if not np.isin(labels, (-1, 1)).all():
        raise ValueError("labels must be +1 and -1")
    weights = [np.zeros(points.shape[1])]
    causes: list[int] = []
    clean = 0
    while clean < len(points) and len(causes) < max_updates:
        for row, (x, label) in enumerate(zip(points, labels, strict=True)):
            if label * (x @ weights[-1]) > 0:
                clean += 1
            else:
                weights.append(weights[-1] + label * x)
                causes.append(row)
                clean = 0
            if clean == len(points) or len(causes) == max_updates:
                break
    return PerceptronRun(np.array(weights), np.array(causes, dtype=int), clean == len(points))


def mistake_bound(points: Array, labels: Integers, separator: Array) -> float:
    """Return (R/γ)², which the number of updates never exceeds (Novikoff 1962).

    R is the largest norm of a point and γ the smallest distance of a point to the hyperplane
    through the origin whose normal is ``separator``. Raises ``ValueError`` unless that hyperplane
    separates the points.

    >>> mistake_bound(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1, -1]), np.array([1.0, -1.0]))
    2.0000000000000004
    """
    margin = float((labels * (points @ separator)).min() / np.linalg.norm(separator))
    if margin <= 0:
        raise ValueError("the separator does not separate these points: there is no bound")
    radius = float(np.linalg.norm(points, axis=1).max())
    return (radius / margin) ** 2


def exact_cycle(
    points: Sequence[tuple[int, ...]], labels: Sequence[int], max_passes: int = 1000
) -> int:
    """Return after how many passes the rule is back at weights that it had, 0 if it converges.

    Integer arithmetic throughout, so that a return is exact: from then on the rule goes round for
    ever. Raises ``ValueError`` if neither happens within ``max_passes``.

    >>> exact_cycle([(1,), (1,)], [1, -1])
    1
    """
    weights = (0,) * len(points[0])
    seen = {weights: 0}
    for passed in range(1, max_passes + 1):
        mistakes = 0
        for x, label in zip(points, labels, strict=True):
            if label * sum(xi * wi for xi, wi in zip(x, weights, strict=True)) <= 0:
                weights = tuple(wi + label * xi for xi, wi in zip(x, weights, strict=True))
                mistakes += 1
        if not mistakes:
            return 0
        if weights in seen:
            return passed - seen[weights]
        seen[weights] = passed
    raise ValueError(f"neither a cycle nor convergence within {max_passes} passes")
