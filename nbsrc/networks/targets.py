"""What a network should answer: class labels, and the rows of numbers that stand for them."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nbsrc.arrays import Array


def one_hot(labels: ArrayLike, n_classes: int, dtype: DTypeLike = np.float64) -> Array:
    """Return a row for each label, 1 at the label and 0 elsewhere: a new last axis of n_classes.

    Raises ``ValueError`` where labels are not whole numbers from 0 to ``n_classes`` − 1.

    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    rows: Array = np.eye(n_classes, dtype=dtype)[checked_labels(labels, n_classes)]
    return rows


def checked_labels(labels: ArrayLike, n_classes: int) -> NDArray[np.integer]:
    """Return the labels as an array, or raise ``ValueError`` naming those that are no class."""
    array = np.asarray(labels)
    if array.dtype == bool:
        array = array.astype(np.intp)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"labels are {array.dtype}; give whole numbers from 0 to {n_classes - 1}")
    wrong = np.unique(array[(array < 0) | (array >= n_classes)])
    if wrong.size:
        raise ValueError(
            f"labels {wrong[:5].tolist()} are out of range; "
            f"{n_classes} classes are numbered 0 to {n_classes - 1}"
        )
    return array


def predicted_labels(outputs: Array) -> NDArray[np.intp]:
    """Return the class that each row of outputs speaks for: the largest, or above ½ if one only.

    >>> predicted_labels(np.array([[0.1, 0.7, 0.2]]))
    array([1])
    >>> predicted_labels(np.array([[0.4], [0.6]]))
    array([0, 1])
    """
    if outputs.shape[-1] == 1:
        return (outputs[..., 0] > 0.5).astype(np.intp)
    largest: NDArray[np.intp] = np.argmax(outputs, axis=-1)
    return largest


def accuracy(outputs: Array, labels: ArrayLike) -> Array:
    """Return the share of examples whose predicted label is right: one number per network.

    ``outputs`` has shape ``(..., n_samples, n_outputs)`` and ``labels`` ``(n_samples,)``. Raises
    ``ValueError`` where the numbers of examples differ.

    >>> accuracy(np.array([[0.1, 0.9], [0.2, 0.8]]), [1, 0])
    np.float64(0.5)
    """
    labels = np.asarray(labels)
    if labels.shape != outputs.shape[-2:-1]:
        raise ValueError(
            f"labels have shape {labels.shape}, outputs {outputs.shape}; "
            f"give one label per example, shape {outputs.shape[-2:-1]}"
        )
    share: Array = np.mean(predicted_labels(outputs) == labels, axis=-1)
    return share
