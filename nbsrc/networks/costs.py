"""Costs: how wrong the outputs are, one number for each example, averaged over the examples.

A :class:`Cost` is a value, as an activation is. Cross-entropy is computed from the pre-activations
z, never from the logarithm of an output that may have been rounded to 0. :data:`COSTS` lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nbsrc.arrays import Array
from nbsrc.neurons.activations import Activation


@dataclass(frozen=True)
class Cost:
    """A cost of outputs a against targets y.

    ``value(z, a, y)`` gives the cost of each example, ``(..., n_samples)``, from arrays of shape
    ``(..., n_samples, n_outputs)``, z being the last pre-activations. ``gradient(a, y, out)`` gives
    ∂C/∂a for each example, and writes it to the array ``out`` unless that is None. ``matched``
    names the output activations for which ∂C/∂z is a − y. ``probabilities`` says what the targets
    must be: ``"none"`` any numbers, ``"unit"`` each in [0, 1], ``"row"`` each in [0, 1] with rows
    that sum to 1; but for ``"none"``, the output activation must be one of ``matched``.
    """

    name: str
    value: Callable[[Array, Array, Array], Array]
    gradient: Callable[[Array, Array, Array | None], Array]
    matched: frozenset[str] = frozenset()
    probabilities: str = "none"


def squared_error(z: Array, a: Array, y: Array) -> Array:
    """Return ½ Σ_j (a_j − y_j)² for each example.

    >>> a = np.array([[1.0, 0.0]])
    >>> squared_error(a, a, np.array([[0.0, 2.0]]))
    array([2.5])
    """
    half: Array = np.sum((a - y) ** 2, axis=-1) / 2
    return half


def squared_error_gradient(a: Array, y: Array, out: Array | None = None) -> Array:
    """Return a − y.

    >>> squared_error_gradient(np.array([[1.0]]), np.array([[0.25]]))
    array([[0.75]])
    """
    return np.subtract(a, y, out=out)


def categorical_cross_entropy(z: Array, a: Array, y: Array) -> Array:
    """Return −Σ_j y_j ln a_j for each example, where a = softmax(z), in nats.

    >>> z = np.array([[0.0, 0.0], [-2000.0, 0.0]])
    >>> categorical_cross_entropy(z, z, np.array([[1.0, 0.0], [1.0, 0.0]]))
    array([6.93147181e-01, 2.00000000e+03])
    """
    behind = z - np.max(z, axis=-1, keepdims=True)
    total = np.log(np.sum(np.exp(behind), axis=-1, keepdims=True))
    surprise: Array = np.sum(y * (total - behind), axis=-1)
    return surprise


def categorical_cross_entropy_gradient(a: Array, y: Array, out: Array | None = None) -> Array:
    """Return −y / a, which is why the matched form a − y of the error is used instead.

    >>> categorical_cross_entropy_gradient(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]]))
    array([[-2., -0.]])
    """
    return np.divide(-y, a, out=out)


def binary_cross_entropy(z: Array, a: Array, y: Array) -> Array:
    """Return −Σ_j [y_j ln a_j + (1 − y_j) ln(1 − a_j)] for each example, a = sigmoid(z), in nats.

    >>> z = np.array([[0.0], [-2000.0]])
    >>> binary_cross_entropy(z, z, np.array([[1.0], [1.0]]))
    array([6.93147181e-01, 2.00000000e+03])
    """
    surprise: Array = np.sum(np.logaddexp(0, z) - y * z, axis=-1)
    return surprise


def binary_cross_entropy_gradient(a: Array, y: Array, out: Array | None = None) -> Array:
    """Return (a − y) / (a(1 − a)).

    >>> binary_cross_entropy_gradient(np.array([[0.5]]), np.array([[1.0]]))
    array([[-2.]])
    """
    return np.divide(a - y, a * (1 - a), out=out)


MSE = Cost("mean squared error", squared_error, squared_error_gradient, frozenset({"identity"}))
CROSS_ENTROPY = Cost(
    "cross-entropy",
    categorical_cross_entropy,
    categorical_cross_entropy_gradient,
    frozenset({"softmax"}),
    "row",
)
BINARY_CROSS_ENTROPY = Cost(
    "binary cross-entropy",
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    frozenset({"sigmoid"}),
    "unit",
)

COSTS = {cost.name: cost for cost in (MSE, CROSS_ENTROPY, BINARY_CROSS_ENTROPY)}


def check_match(cost: Cost, output: Activation) -> None:
    """Raise ``ValueError`` where outputs of this kind are not the probabilities a cost needs."""
    if cost.probabilities != "none" and output.name not in cost.matched:
        raise ValueError(
            f"the output activation is {output.name}; {cost.name} needs probabilities from "
            f"{' or '.join(sorted(cost.matched))}"
        )
