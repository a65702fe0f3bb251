"""Activation functions and their derivatives, elementwise on arrays of any shape.

An :class:`Activation` is a value: its name, the function, and its derivative *as a function of the
pre-activation* z. :data:`ACTIVATIONS` lists them by name.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Activation:
    """An activation function with its derivative.

    ``function(z)`` and ``derivative(z)`` take an array of pre-activations of any shape and return
    an array of the same shape. Where the function has a kink (ReLU at 0) the derivative is that of
    the branch to its left; the step's derivative is 0 everywhere that it exists, and 0 is given at
    the jump too.
    """

    name: str
    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]

    def __call__(self, z: Array) -> Array:
        return self.function(np.asarray(z))


def identity(z: Array) -> Array:
    """Return z itself: the activation of a linear unit.

    >>> identity(np.array([-2.0, 3.0]))
    array([-2.,  3.])
    """
    return np.asarray(z)


def step(z: Array) -> Array:
    """Return 1 where z > 0 and 0 elsewhere (McCulloch and Pitts 1943; Rosenblatt 1958).

    >>> step(np.array([-1.0, 0.0, 0.5]))
    array([0., 0., 1.])
    """
    z = np.asarray(z)
    return (z > 0).astype(np.result_type(z, np.float32))


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
    return expit(z) * expit(-np.asarray(z))


def tanh_derivative(z: Array) -> Array:
    """Return 1 − tanh²(z), which is at most 1, reached at z = 0.

    >>> tanh_derivative(np.array([0.0]))
    array([1.])
    """
    return 1 - np.tanh(z) ** 2


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
    z = np.asarray(z)
    return np.where(z > 0, z, slope * z)


def leaky_relu_derivative(z: Array, slope: float = 0.01) -> Array:
    """Return 1 where z is positive and ``slope`` elsewhere.

    >>> leaky_relu_derivative(np.array([-2.0, 3.0]))
    array([0.01, 1.  ])
    """
    z = np.asarray(z)
    return np.where(z > 0, 1.0, slope).astype(np.result_type(z, np.float32))


IDENTITY = Activation("identity", identity, np.ones_like)
STEP = Activation("step", step, np.zeros_like)
SIGMOID = Activation("sigmoid", sigmoid, sigmoid_derivative)
TANH = Activation("tanh", np.tanh, tanh_derivative)
RELU = Activation("ReLU", relu, step)
LEAKY_RELU = Activation("leaky ReLU", leaky_relu, leaky_relu_derivative)

ACTIVATIONS = {a.name: a for a in (IDENTITY, STEP, SIGMOID, TANH, RELU, LEAKY_RELU)}
