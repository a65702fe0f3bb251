"""Activation functions written into arrays that already exist: what the training loop runs.

``function_into(z, out)`` writes the activation a of the pre-activation z; a derivative kernel
``derivative_into(z, a, out)`` writes σ′(z), and may read it off a where that is cheaper (for the
sigmoid, σ′ = a(1 − a)). They give what :mod:`nbsrc.activations` gives, without its new arrays.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def identity_into(z: Array, out: Array) -> None:
    """Write z."""
    np.copyto(out, z)


def identity_derivative_into(z: Array, a: Array, out: Array) -> None:
    """Write 1."""
    out.fill(1)


def sigmoid_into(z: Array, out: Array) -> None:
    """Write 1 / (1 + exp(−z)); where exp(−z) overflows, the quotient is 0, as it should be."""
    np.negative(z, out=out)
    with np.errstate(over="ignore"):
        np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.reciprocal(out, out=out)


def sigmoid_derivative_into(z: Array, a: Array, out: Array) -> None:
    """Write a(1 − a)."""
    np.subtract(1, a, out=out)
    np.multiply(out, a, out=out)


def tanh_into(z: Array, out: Array) -> None:
    """Write tanh z."""
    np.tanh(z, out=out)


def tanh_derivative_into(z: Array, a: Array, out: Array) -> None:
    """Write 1 − a²."""
    np.square(a, out=out)
    np.subtract(1, out, out=out)


def relu_into(z: Array, out: Array) -> None:
    """Write max(z, 0)."""
    np.maximum(z, 0, out=out)


def relu_derivative_into(z: Array, a: Array, out: Array) -> None:
    """Write the sign of a, which is 1 where z > 0 and 0 elsewhere."""
    np.sign(a, out=out)


def leaky_relu_into(z: Array, out: Array, slope: float = 0.01) -> None:
    """Write max(slope · z, z), for a slope below 1."""
    np.multiply(z, slope, out=out)
    np.maximum(out, z, out=out)


def leaky_relu_derivative_into(z: Array, a: Array, out: Array, slope: float = 0.01) -> None:
    """Write 1 where z > 0 and the slope elsewhere."""
    np.greater(z, 0, out=out)
    np.maximum(out, slope, out=out)


def softmax_into(z: Array, out: Array) -> None:
    """Write exp(z) divided by its sum over the units, after taking each row's largest z from it.

    The shift changes nothing in the quotient, and no exponential can overflow after it.
    """
    np.subtract(z, np.maximum.reduce(z, axis=-1, keepdims=True), out=out)
    np.exp(out, out=out)
    np.divide(out, np.add.reduce(out, axis=-1, keepdims=True), out=out)
