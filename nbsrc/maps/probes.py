"""Linear probes: how much of an answer a linear map can read from each layer of a network.

A probe is a linear classifier that is trained on the activations of one layer and does not change
the network (Alain and Bengio 2016). What it reads depends on how it is fitted, so there are two
kinds: logistic regression and least squares, both with a small penalty and one solution each. A
network that is cut after a layer and given its probe as last layer is a smaller network: that is
pruning by probes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.linear_model import LogisticRegression, RidgeClassifier

from nbsrc.arrays import Array
from nbsrc.networks.network import Network, forward
from nbsrc.networks.targets import checked_labels
from nbsrc.neurons.activations import IDENTITY


@dataclass(frozen=True, eq=False)
class Probe:
    """Scores a W + b of each class: ``weights`` (n_features, n_classes), ``bias`` (n_classes,)."""

    weights: Array
    bias: Array

    def labels(self, activations: ArrayLike) -> NDArray[np.intp]:
        """Return the class with the largest score for each row (n, n_features)."""
        scores = np.asarray(activations) @ self.weights + self.bias
        best: NDArray[np.intp] = np.argmax(scores, axis=1)
        return best

    def error(self, activations: ArrayLike, labels: ArrayLike) -> float:
        """Return the share of rows that are given another class than their label."""
        return float(np.mean(self.labels(activations) != np.asarray(labels)))


def fit_probe(
    activations: ArrayLike,
    labels: ArrayLike,
    strength: float = 1.0,
    *,
    least_squares: bool = False,
) -> Probe:
    """Return the linear classifier of ``activations`` (n, n_features) with ``labels`` (n,).

    It is logistic regression, or with ``least_squares`` ridge regression on the classes. Features
    are first brought to mean 0 and spread 1, so that ``strength``, the weight of the penalty, means
    the same in every layer; a feature that never changes gets no weight. Raises ``ValueError`` for
    shapes that do not fit, NaN or infinity, a strength that is not above 0, and unless every class
    from 0 to the largest label occurs.

    >>> probe = fit_probe([[0.0], [1.0], [10.0], [11.0]], [0, 0, 1, 1])
    >>> probe.labels([[2.0], [9.0]])
    array([0, 1])
    """
    rows, names = np.asarray(activations, float), np.asarray(labels)
    if rows.ndim != 2 or names.shape != (len(rows),) or not rows.size:
        raise ValueError(
            f"activations have shape {rows.shape} and labels {names.shape}; give (n, d) and (n,)"
        )
    if not np.isfinite(rows).all():
        raise ValueError("activations contain NaN or infinity")
    n_classes = int(checked_labels(names, int(names.max()) + 1).max()) + 1
    if n_classes < 2 or len(np.unique(names)) != n_classes:
        raise ValueError("a probe needs two classes or more, each with an example")
    if not strength > 0:
        raise ValueError(f"strength is {strength}; it must be above 0")
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(spread > 1e-12, 1 / np.where(spread > 1e-12, spread, 1.0), 0.0)
    fitted = (
        RidgeClassifier(alpha=strength, solver="cholesky")
        if least_squares
        else LogisticRegression(C=1 / strength, max_iter=1000)
    ).fit((rows - middle) * scale, names)
    weights, bias = np.atleast_2d(fitted.coef_).T, fitted.intercept_
    if n_classes == 2:
        weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
    weights = weights * scale[:, None]
    return Probe(weights, bias - middle @ weights)


def representations(network: Network, inputs: ArrayLike) -> list[Array]:
    """Return what each layer makes of ``inputs`` (n, n_features): the inputs, then hidden layers.

    >>> from nbsrc.neurons.activations import TANH
    >>> two = Network((1, 1, 1), (TANH, IDENTITY), np.array([0.0, 1.0, 0.0, 0.0]))
    >>> [layer.tolist() for layer in representations(two, [[3.0]])]
    [[[3.0]], [[0.0]]]
    """
    return forward(network, inputs).activations[:-1]


def saturated_from(errors: ArrayLike, slack: float) -> int:
    """Return the first layer whose error is within ``slack`` of the least one.

    ``errors`` (n_layers,), from the inputs on; layers count from 0. Raises ``ValueError`` for NaN,
    for no errors, and for a negative slack.

    >>> saturated_from([0.2, 0.06, 0.05, 0.045], slack=0.01)
    2
    """
    values = np.asarray(errors, float)
    if values.ndim != 1 or not values.size or np.isnan(values).any() or slack < 0:
        raise ValueError(
            f"errors have shape {values.shape}, slack is {slack}; "
            "give a row of numbers without NaN, and 0 or more"
        )
    return int(np.argmax(values <= values.min() + slack))


def cut_after(network: Network, n_hidden: int, probe: Probe) -> Network:
    """Return the network's first ``n_hidden`` hidden layers with the probe as its last layer.

    With 0 it is the probe alone. Raises ``ValueError`` where the probe does not fit there.
    """
    if not 0 <= n_hidden < len(network.sizes) - 1:
        raise ValueError(f"n_hidden is {n_hidden}; give 0 to {len(network.sizes) - 2}")
    fan_in, n_classes = probe.weights.shape
    if fan_in != network.sizes[n_hidden]:
        raise ValueError(f"the probe reads {fan_in} units; there are {network.sizes[n_hidden]}")
    weights = [*network.weights[:n_hidden], probe.weights]
    biases = [*network.biases[:n_hidden], probe.bias]
    return Network(
        (*network.sizes[: n_hidden + 1], n_classes),
        (*network.activations[:n_hidden], IDENTITY),
        np.concatenate([part.ravel() for part in (*weights, *biases)]),
    )


def multiplications(sizes: Sequence[int]) -> int:
    """Return how many numbers a network with layers of these sizes multiplies for one example.

    >>> multiplications([64, 32, 10])
    2368
    """
    return sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes))


def linear_cka(a: ArrayLike, b: ArrayLike) -> float:
    """Return how alike two representations (n, d) and (n, e) of the same n examples are, 0 to 1.

    It compares all products of rows, centred; turning a representation or scaling it as a whole
    changes nothing (linear centred kernel alignment: Kornblith et al. 2019). Raises ``ValueError``
    for different numbers of rows, NaN, and for rows that are all the same.

    >>> rows = np.array([[0.0, 1.0], [2.0, 0.0], [1.0, 5.0]])
    >>> round(linear_cka(rows, -3 * rows[:, ::-1]), 9)
    1.0
    """
    x, y = np.asarray(a, float), np.asarray(b, float)
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or not (x.size and y.size):
        raise ValueError(f"shapes {x.shape} and {y.shape}; give (n, d) and (n, e)")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("the representations contain NaN or infinity")
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    norms = np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)
    if norms == 0:
        raise ValueError("all rows of a representation are the same; there is nothing to compare")
    return float(np.linalg.norm(x.T @ y) ** 2 / norms)
