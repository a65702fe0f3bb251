"""Where the weights of a network start.

An initialisation takes a random generator, the number of units that feed a layer (``fan_in``) and
the number of units in it (``fan_out``), and returns weights of shape ``(fan_in, fan_out)``. They
differ in one number, the standard deviation of the normal distribution that they draw from.
Biases start at 0. :data:`INITIALISATIONS` lists them by name.
"""

import math
from collections.abc import Callable

import numpy as np

from nbsrc.arrays import Array

Initialisation = Callable[[np.random.Generator, int, int], Array]


def standard_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw from N(0, 1), whatever the layer's size: units with many inputs start saturated.

    >>> standard_normal(np.random.default_rng(0), 3, 2).shape
    (3, 2)
    """
    return rng.normal(size=(fan_in, fan_out))


def scaled_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw from N(0, 1/fan_in), which keeps z near 1 for inputs near 1 (LeCun et al. 1998).

    >>> bool(abs(scaled_normal(np.random.default_rng(0), 400, 400).std() - 1 / 20) < 0.001)
    True
    """
    return rng.normal(size=(fan_in, fan_out)) / math.sqrt(fan_in)


def xavier(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw from N(0, 2/(fan_in + fan_out)), forward and backward in balance (Glorot, Bengio 2010).

    >>> bool(abs(xavier(np.random.default_rng(0), 300, 500).std() - 1 / 20) < 0.001)
    True
    """
    return rng.normal(size=(fan_in, fan_out)) * math.sqrt(2 / (fan_in + fan_out))


def he(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw from N(0, 2/fan_in), which makes up for the half that ReLU cuts off (He et al. 2015).

    >>> bool(abs(he(np.random.default_rng(0), 800, 400).std() - 1 / 20) < 0.001)
    True
    """
    return rng.normal(size=(fan_in, fan_out)) * math.sqrt(2 / fan_in)


def zeros(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Return zeros, from which the units of a layer can never become different from each other.

    >>> zeros(np.random.default_rng(0), 1, 2)
    array([[0., 0.]])
    """
    return np.zeros((fan_in, fan_out))


INITIALISATIONS: dict[str, Initialisation] = {
    "standard normal": standard_normal,
    "scaled normal": scaled_normal,
    "Xavier": xavier,
    "He": he,
    "zeros": zeros,
}
