"""Activation functions written into arrays that already exist: what the training loop runs.

``function_into(z, out)`` writes the activation a of the pre-activation z; a derivative kernel
``derivative_into(z, a, out)`` writes σ′(z), and may read it off a where that is cheaper (for the
sigmoid, σ′ = a(1 − a)). They give what :mod:`nbsrc.neurons.activations` gives, without its new
arrays.

Exponentials may overflow on the way to a right answer: run these under :func:`overflow_allowed`.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import DTypeLike

from nbsrc.arrays import Array


def overflow_allowed() -> np.errstate:
    """Return a context in which floating-point overflow warns of nothing.

    >>> with overflow_allowed():
    ...     float(1 / (1 + np.exp(np.float64(1000))))
    0.0
    """
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


def identity_into(z: Array, out: Array) -> None:
    """Write z."""
    np.copyto(out, z)


def identity_derivative_into(z: Array, a: Array, out: Array) -> None:
    """Write 1."""
    out.fill(1)


def sigmoid_into(z: Array, out: Array) -> None:
    """Write 1 / (1 + exp(−z)); where exp(−z) overflows, the quotient is 0, as it should be."""
    np.negative(z, out=out)
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
    """Write exp(z) divided by its sum over the units.

    Where a row's sum overflows, or its reciprocal does, the row's largest z is first taken from it,
    which changes nothing in the quotient. Most rows need no such care, and finding each row's
    largest takes longer than all the rest; one product, of all sums with their reciprocals, tells
    whether any row does, for it is finite only where none does.
    """
    np.exp(z, out=out)
    sums = np.matmul(out, ones((out.shape[-1], 1), out.dtype))
    reciprocals = np.reciprocal(sums)
    if not math.isfinite(np.vdot(sums, reciprocals)):
        rows = ~np.isfinite(sums[..., 0] * reciprocals[..., 0])
        shifted = np.exp(z[rows] - np.max(z[rows], axis=-1, keepdims=True))
        out[rows] = shifted
        reciprocals[rows] = 1 / np.sum(shifted, axis=-1, keepdims=True)
    np.multiply(out, reciprocals, out=out)


@lru_cache
def ones(shape: tuple[int, int], dtype: DTypeLike) -> Array:
    """Return a matrix of ones, made once: a product with it sums rows or columns.

    >>> ones((1, 2), np.float32)
    array([[1., 1.]], dtype=float32)
    """
    matrix: Array = np.ones(shape, dtype)
    matrix.flags.writeable = False
    return matrix
