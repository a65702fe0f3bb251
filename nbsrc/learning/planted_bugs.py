"""Backward passes that are really broken: each replaces one of the four equations by a mistake.

Every mistake runs without an error message on any network, and many of them still learn something,
which is why a gradient check is needed to find them. Give one to a backward pass:
``gradient(network, inputs, targets, cost, equations=PLANTED_BUGS["missing transpose"])``.
"""

import numpy as np

from nbsrc.arrays import Array
from nbsrc.learning.backpropagation import FOUR_EQUATIONS, LABELS, Equations, weight_gradient


def output_error_without_slope(
    cost_gradient: Array, slope: Array, out: Array | None = None
) -> Array:
    """BP1 with σ′ forgotten: δᴸ = ∇ₐC.

    >>> output_error_without_slope(np.array([[2.0]]), np.array([[0.25]]))
    array([[2.]])
    """
    return np.positive(cost_gradient, out=out)


def hidden_error_without_slope(
    error: Array, weights: Array, slope: Array, out: Array | None = None
) -> Array:
    """BP2 with σ′ forgotten: δˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹.

    >>> hidden_error_without_slope(np.array([[1.0]]), np.array([[2.0]]), np.array([[0.5]]))
    array([[2.]])
    """
    return np.matmul(error, weights.mT, out=out)


def hidden_error_without_transpose(
    error: Array, weights: Array, slope: Array, out: Array | None = None
) -> Array:
    """BP2 with W's numbers poured into the transposed shape, but W not transposed.

    Where W is square, as between layers of one size, this is W itself in place of its transpose.

    >>> weights = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> hidden_error_without_transpose(np.array([[1.0, 0.0]]), weights, np.ones((1, 2)))
    array([[1., 2.]])
    """
    fan_in, fan_out = weights.shape[-2:]
    poured = weights.reshape(*weights.shape[:-2], fan_out, fan_in)
    return np.multiply(np.matmul(error, poured), slope, out=out)


def bias_gradient_over_everything(error: Array, out: Array | None = None) -> Array:
    """BP3 with the axis of its sum forgotten: one total goes to every unit of the layer.

    >>> bias_gradient_over_everything(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[10., 10.]])
    """
    total: Array = np.sum(error, axis=(-2, -1), keepdims=True)
    everywhere: Array = np.multiply(total, np.ones_like(error[..., :1, :]), out=out)
    return everywhere


def bias_gradient_forgotten(error: Array, out: Array | None = None) -> Array:
    """BP3 left out: the biases never learn.

    >>> bias_gradient_forgotten(np.array([[1.0, 2.0]]))
    array([[0., 0.]])
    """
    return np.multiply(error[..., :1, :], 0, out=out)


def weight_gradient_twice(entering: Array, error: Array, out: Array | None = None) -> Array:
    """BP4 added to a total that already holds it, as when a gradient is not reset in between.

    >>> weight_gradient_twice(np.array([[1.0]]), np.array([[3.0]]))
    array([[6.]])
    """
    once = weight_gradient(entering, error, out=out)
    return np.add(once, weight_gradient(entering, error), out=once)


PLANTED_BUGS: dict[str, Equations] = {
    "missing σ′ in the output error": FOUR_EQUATIONS._replace(
        output_error=output_error_without_slope
    ),
    "missing σ′ in the hidden error": FOUR_EQUATIONS._replace(
        hidden_error=hidden_error_without_slope
    ),
    "missing transpose": FOUR_EQUATIONS._replace(hidden_error=hidden_error_without_transpose),
    "wrong sum axis": FOUR_EQUATIONS._replace(bias_gradient=bias_gradient_over_everything),
    "forgotten bias": FOUR_EQUATIONS._replace(bias_gradient=bias_gradient_forgotten),
    "double accumulation": FOUR_EQUATIONS._replace(weight_gradient=weight_gradient_twice),
}

BROKEN_EQUATION: dict[str, str] = {
    name: label
    for name, equations in PLANTED_BUGS.items()
    for label, right, used in zip(LABELS, FOUR_EQUATIONS, equations, strict=True)
    if used is not right
}
"""The equation that each bug breaks, by its label."""
