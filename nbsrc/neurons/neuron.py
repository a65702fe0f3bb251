"""One artificial neuron: a weighted sum, a bias, an activation; and the cut that it makes.

Rows are examples: ``inputs`` has shape (n_samples, n_features), ``weights`` (n_features,).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array, as_array
from nbsrc.neurons.activations import SIGMOID, Activation


def pre_activation(inputs: ArrayLike, weights: ArrayLike, bias: float) -> Array:
    """Return z = x · w + b for each row x of ``inputs``, shape (n_samples,).

    One example may be given as a vector of shape (n_features,). Raises ``ValueError`` where the
    shapes do not fit.

    >>> pre_activation([2.0, -1.0], [0.5, 1.0], 0.25)
    np.float64(0.25)
    """
    x, w = as_array(inputs, float), as_array(weights, float)
    if w.ndim != 1 or x.ndim not in (1, 2) or x.shape[-1] != len(w):
        raise ValueError(
            f"inputs of shape {x.shape} do not fit weights of shape {w.shape}; expected "
            "(n_samples, n_features) and (n_features,)"
        )
    z: Array = x @ w + bias
    return z


def output(
    inputs: ArrayLike, weights: ArrayLike, bias: float, activation: Activation = SIGMOID
) -> Array:
    """Return the activation a = f(x · w + b) for each row of ``inputs``, shape (n_samples,).

    >>> round(float(output([2.0, -1.0], [0.5, 1.0], 0.25)), 4)
    0.5622
    """
    return activation(pre_activation(inputs, weights, bias))


def signed_distance(inputs: ArrayLike, weights: ArrayLike, bias: float) -> Array:
    """Return each row's distance to the boundary x · w + b = 0, positive where the neuron fires.

    In the units of the inputs, shape (n_samples,). Raises ``ValueError`` for zero weights, which
    have no boundary.

    >>> signed_distance([[3.0, 4.0]], [3.0, 4.0], 0.0)
    array([5.])
    """
    w = as_array(weights, float)
    norm: Any = np.sqrt(w @ w)
    if isinstance(norm, np.floating) and norm == 0:
        raise ValueError("the weights are all zero: such a neuron has no boundary")
    distances: Array = pre_activation(inputs, w, bias) / norm
    return distances
