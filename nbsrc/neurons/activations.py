"""Activation functions and their derivatives, elementwise on arrays of any shape.

An :class:`Activation` is a value: its name, the function, and its derivative *as a function of the
pre-activation* z. :data:`ACTIVATIONS` lists them by name. :data:`SOFTMAX` stands apart: each of its
outputs depends on all units of the layer, so its derivative is a matrix (:func:`softmax_jacobian`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from nbsrc.arrays import Array, as_array
from nbsrc.neurons import activation_kernels as kernels


@dataclass(frozen=True)
class Activation:
    """An activation function with its derivative.

    ``function(z)`` and ``derivative(z)`` take an array of pre-activations of any shape and return
    an array of the same shape. Where the function has a kink (ReLU at 0) the derivative is that of
    the branch to its left; the step's derivative is 0 everywhere that it exists, and 0 is given at
    the jump too.

    ``second_derivative(z)`` is needed by the contractive penalty alone. The two kernels are what
    training runs (see :mod:`nbsrc.neurons.activation_kernels`); an activation without them
    trains too, a little slower.
    """

    name: str
    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]
    second_derivative: Callable[[Array], Array] | None = None
    function_kernel: Callable[[Array, Array], None] | None = None
    derivative_kernel: Callable[[Array, Array, Array], None] | None = None

    def __call__(self, z: Array) -> Array:
        return self.function(as_array(z))

    def function_into(self, z: Array, out: Array) -> None:
        """Write σ(z) into ``out``, of the same shape as z."""
        if self.function_kernel is None:
            out[...] = self.function(z)
        else:
            self.function_kernel(z, out)

    def derivative_into(self, z: Array, a: Array, out: Array) -> None:
        """Write σ′(z) into ``out``, given a = σ(z) too, all of one shape."""
        if self.derivative_kernel is None:
            out[...] = self.derivative(z)
        else:
            self.derivative_kernel(z, a, out)


def identity(z: Array) -> Array:
    """Return z itself: the activation of a linear unit.

    >>> identity(np.array([-2.0, 3.0]))
    array([-2.,  3.])
    """
    return as_array(z)


def step(z: Array) -> Array:
    """Return 1 where z > 0 and 0 elsewhere (McCulloch and Pitts 1943; Rosenblatt 1958).

    >>> step(np.array([-1.0, 0.0, 0.5]))
    array([0., 0., 1.])
    """
    return np.heaviside(z, 0)


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), without overflow for any z.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return expit(z)


def sigmoid_derivative(z: Array) -> Array:
    """Return σ′(z) = σ(z)(1 − σ(z)), which is at most 1/4, reached at z = 0.

    >>> sigmoid_derivative(np.array([0.0]))
    array([0.25])
    """
    return expit(z) * expit(-as_array(z))


def sigmoid_second_derivative(z: Array) -> Array:
    """Return σ″(z) = σ′(z)(1 − 2σ(z)).

    >>> sigmoid_second_derivative(np.array([0.0]))
    array([0.])
    """
    return sigmoid_derivative(z) * (1 - 2 * expit(z))


def tanh_derivative(z: Array) -> Array:
    """Return 1 − tanh²(z), which is at most 1, reached at z = 0.

    >>> tanh_derivative(np.array([0.0]))
    array([1.])
    """
    return 1 - np.tanh(z) ** 2


def tanh_second_derivative(z: Array) -> Array:
    """Return −2 tanh(z)(1 − tanh²(z)).

    >>> tanh_second_derivative(np.array([0.0]))
    array([-0.])
    """
    return -2 * np.tanh(z) * tanh_derivative(z)


def relu(z: Array) -> Array:
    """Return max(z, 0), the rectified linear unit (Nair and Hinton 2010).

    >>> relu(np.array([-2.0, 3.0]))
    array([0., 3.])
    """
    return np.maximum(z, 0)


def leaky_relu(z: Array, slope: float = 0.01) -> Array:
    """Return z where it is positive and ``slope`` · z elsewhere.

    >>> leaky_relu(np.array([-2.0, 3.0]))
    array([-0.02,  3.  ])
    """
    z = as_array(z)
    return np.where(z > 0, z, slope * z)


def leaky_relu_derivative(z: Array, slope: float = 0.01) -> Array:
    """Return 1 where z is positive and ``slope`` elsewhere.

    >>> leaky_relu_derivative(np.array([-2.0, 3.0]))
    array([0.01, 1.  ])
    """
    ones = np.ones_like(z)
    return np.where(as_array(z) > 0, ones, slope * ones)


def softmax(z: Array) -> Array:
    """Return exp(z) over its sum along the last axis: each row becomes a probability distribution.

    Adding one number to all of a row changes nothing, and no z is too large (Bridle 1990).

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    shares: Array = powers / np.sum(powers, axis=-1, keepdims=True)
    return shares


def softmax_jacobian(z: Array) -> Array:
    """Return ∂a_j/∂z_k = a_j (1[j = k] − a_k), with two axes (j, k) in place of the last one.

    >>> softmax_jacobian(np.array([0.0, 0.0]))
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    a = softmax(z)
    return a[..., :, None] * (np.eye(a.shape[-1], dtype=np.int8) - a[..., None, :])


def _no_elementwise_derivative(z: Array) -> Array:
    raise ValueError(
        "softmax has no derivative unit by unit: each output depends on every z of its layer; "
        "use softmax_jacobian, and softmax in the output layer only"
    )


IDENTITY = Activation(
    "identity",
    identity,
    np.ones_like,
    np.zeros_like,
    kernels.identity_into,
    kernels.identity_derivative_into,
)
STEP = Activation("step", step, np.zeros_like)
SIGMOID = Activation(
    "sigmoid",
    sigmoid,
    sigmoid_derivative,
    sigmoid_second_derivative,
    kernels.sigmoid_into,
    kernels.sigmoid_derivative_into,
)
TANH = Activation(
    "tanh",
    np.tanh,
    tanh_derivative,
    tanh_second_derivative,
    kernels.tanh_into,
    kernels.tanh_derivative_into,
)
RELU = Activation(
    "ReLU", relu, step, np.zeros_like, kernels.relu_into, kernels.relu_derivative_into
)
LEAKY_RELU = Activation(
    "leaky ReLU",
    leaky_relu,
    leaky_relu_derivative,
    np.zeros_like,
    kernels.leaky_relu_into,
    kernels.leaky_relu_derivative_into,
)
SOFTMAX = Activation(
    "softmax", softmax, _no_elementwise_derivative, function_kernel=kernels.softmax_into
)

ACTIVATIONS = {a.name: a for a in (IDENTITY, STEP, SIGMOID, TANH, RELU, LEAKY_RELU)}
