"""How much a network stretches the space of its inputs, and along which directions.

The matrix of slopes J = ∂a/∂x of a representation turns a small sphere around x into an ellipsoid,
whose half axes are J's singular values: the *stretches* at x. Source: Olah (2014) for the question.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from nbsrc.arrays import Array
from nbsrc.networks.network import Network, forward


def representation_jacobian(network: Network, inputs: ArrayLike, layer: int = -1) -> Array:
    """Return ∂a/∂x of a hidden layer's activations, for every example.

    ``layer`` counts the hidden layers from 0, or from the last one, −1. The shape is
    ``(n_samples, n_units, n_features)``, with ``n_networks`` in front for an ensemble. Raises
    ``ValueError`` where there is no such hidden layer, and as `forward` does.

    >>> from nbsrc.networks import Network
    >>> from nbsrc.neurons.activations import IDENTITY, SIGMOID, TANH
    >>> network = Network((1, 1, 1), (TANH, SIGMOID), np.array([3.0, 1.0, 0.0, 0.0]))
    >>> representation_jacobian(network, [[0.0]])
    array([[[3.]]])
    """
    hidden = len(network.weights) - 1
    if not -hidden <= layer < hidden:
        raise ValueError(f"hidden layer {layer} of a network that has {hidden}, counted from 0")
    passed = forward(network, inputs)
    slopes: Array = np.eye(network.sizes[0], dtype=network.parameters.dtype)
    for below in range(layer % hidden + 1):
        slope = network.activations[below].derivative(passed.pre_activations[below])
        slopes = (slopes @ network.weights[below][..., None, :, :]) * slope[..., None, :]
    return slopes.mT


def stretches(jacobian: ArrayLike) -> tuple[Array, Array]:
    """Return the largest and the smallest stretch of each matrix ``(..., n_units, n_features)``.

    With fewer units than features some direction is flattened: the smallest stretch is 0. Raises
    ``ValueError`` for NaN or infinity.

    >>> [float(s) for s in stretches([[3.0, 0.0], [0.0, 0.5]])]
    [3.0, 0.5]
    """
    matrices = _checked(jacobian)
    values = np.linalg.svd(matrices, compute_uv=False)
    flat = matrices.shape[-2] < matrices.shape[-1]
    return values[..., 0], np.zeros_like(values[..., -1]) if flat else values[..., -1]


def largest_stretch(jacobian: ArrayLike) -> Array:
    """Return the largest stretch of each matrix ``(..., n_units, 2)``, in closed form.

    The larger eigenvalue of JᵀJ is its mean eigenvalue plus half the eigenvalues' distance. Raises
    ``ValueError`` for other than two features, NaN or infinity.

    >>> float(largest_stretch([[3.0, 0.0], [0.0, 0.5]]))
    3.0
    """
    matrices = _checked(jacobian)
    if matrices.shape[-1] != 2:
        raise ValueError(f"{matrices.shape[-1]} features; the closed form is for two")
    first, second = matrices[..., 0], matrices[..., 1]
    one, two = np.sum(first**2, axis=-1), np.sum(second**2, axis=-1)
    mixed = np.sum(first * second, axis=-1)
    largest: Array = np.sqrt((one + two) / 2 + np.hypot((one - two) / 2, mixed))
    return largest


def stretch_of_pairs(
    points: ArrayLike, images: ArrayLike, labels: ArrayLike
) -> tuple[Array, Array]:
    """Return how much longer the way to a point's nearest neighbours becomes: own class, other.

    ``points`` (n, d) before, ``images`` (..., n, e) after, ``labels`` (n,) of two classes. For each
    point the distance to its nearest neighbour of its own class, measured between the images, is
    divided by the distance between the points; likewise the nearest of the other class. Returns the
    two means over all points, each of shape (...). Raises ``ValueError`` where shapes do not fit,
    for NaN, and for classes of fewer than two points.

    >>> points = np.array([[0.0], [1.0], [3.0], [4.0]])
    >>> [float(r) for r in stretch_of_pairs(points, points**2, [0, 0, 1, 1])]
    [4.0, 4.0]
    """
    before, after = np.asarray(points, float), np.asarray(images, float)
    classes = np.asarray(labels)
    if before.ndim != 2 or classes.shape != (len(before),) or after.shape[-2:-1] != (len(before),):
        raise ValueError(
            f"points {before.shape}, images {after.shape} and labels {classes.shape} do not fit"
        )
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise ValueError("points or images contain NaN or infinity")
    if len(np.unique(classes)) != 2 or min(np.sum(classes == c) for c in classes[[0, -1]]) < 2:
        raise ValueError("there must be two classes of two points or more")
    far = cdist(before, before)
    np.fill_diagonal(far, np.inf)
    same = classes[:, None] == classes[None, :]
    own = np.argmin(np.where(same, far, np.inf), axis=1)
    other = np.argmin(np.where(same, np.inf, far), axis=1)
    return _lengthened(before, after, own), _lengthened(before, after, other)


def _lengthened(before: Array, after: Array, partner: NDArray[np.intp]) -> Array:
    old = np.linalg.norm(before - before[partner], axis=-1)
    if not old.all():
        raise ValueError("two points are in the same place; their distance cannot be stretched")
    new = np.linalg.norm(after - after[..., partner, :], axis=-1)
    mean: Array = np.mean(new / old, axis=-1)
    return mean


def _checked(jacobian: ArrayLike) -> Array:
    matrices = np.asarray(jacobian, float)
    if matrices.ndim < 2:
        raise ValueError(
            f"a matrix of slopes has two axes at least, not the shape {matrices.shape}"
        )
    if not np.isfinite(matrices).all():
        raise ValueError("the slopes contain NaN or infinity")
    return matrices


__all__ = ["largest_stretch", "representation_jacobian", "stretch_of_pairs", "stretches"]
