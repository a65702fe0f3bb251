"""Markov chains of a few states: a layer hears of the input only through the layer before it.

A joint table has rows for one variable and columns for a layer's states. A channel, a matrix whose
rows are probabilities, says how the states of one layer become those of the next; pushing a table
through it is a matrix product. All is exact, in bits; axes before the last two are many chains at
once. That information never grows along such a chain is the data-processing inequality (Cover and
Thomas 2006, section 2.8), and what its loss costs is Fano's inequality (section 2.10).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array
from nbsrc.information.discrete import (
    TOLERANCE,
    binary_entropy,
    checked_table,
    mutual_information,
)


def checked_channel(channel: ArrayLike, n_in: int | None = None) -> Array:
    """Return a channel (..., n_in, n_out) as an array once its rows are known to be probabilities.

    Raises ``ValueError`` where a row holds what is no probability or does not sum to 1, and where
    there are not ``n_in`` rows.

    >>> checked_channel([[1, 0], [0.5, 0.5]])
    array([[1. , 0. ],
           [0.5, 0.5]])
    """
    rows = checked_table(channel)
    if rows.ndim < 2:
        raise ValueError(f"a channel is a matrix (states in, states out); got shape {rows.shape}")
    if n_in is not None and rows.shape[-2] != n_in:
        raise ValueError(f"the channel takes {rows.shape[-2]} states; the layer has {n_in}")
    return rows


def push(joint: ArrayLike, channel: ArrayLike) -> Array:
    """Return the joint table of X and the next layer: (..., n_x, n_t) to (..., n_x, n_next).

    Raises ``ValueError`` for a table or a channel that is none, or that do not fit.

    >>> push([[0.5, 0], [0, 0.5]], [[0.75, 0.25], [0.25, 0.75]])
    array([[0.375, 0.125],
           [0.125, 0.375]])
    """
    table = checked_table(joint, axes=2)
    made: Array = table @ checked_channel(channel, table.shape[-1])
    return made


def along(joint: ArrayLike, channels: Sequence[ArrayLike]) -> list[Array]:
    """Return the joint tables of X with every layer, the given one first.

    Errors as in :func:`push`.

    >>> [table.shape for table in along([[0.5, 0], [0, 0.5]], [np.full((2, 3), 1 / 3)])]
    [(2, 2), (2, 3)]
    """
    tables = [checked_table(joint, axes=2)]
    for channel in channels:
        tables.append(push(tables[-1], channel))
    return tables


def informations(joint: ArrayLike, channels: Sequence[ArrayLike]) -> Array:
    """Return I between X and every layer, in bits, the given one first: (n_layers, ...).

    Errors as in :func:`push`.

    >>> informations([[0.5, 0], [0, 0.5]], [np.full((2, 2), 0.5)])
    array([1., 0.])
    """
    return np.stack([mutual_information(table) for table in along(joint, channels)])


def random_rows(rng: np.random.Generator, n_in: int, n_out: int, evenness: float = 0.5) -> Array:
    """Return a random channel (n_in, n_out): its rows are drawn from a Dirichlet distribution.

    Small ``evenness`` gives rows that are nearly sure, 1 any rows alike. Raises ``ValueError``
    unless all are positive.

    >>> random_rows(np.random.default_rng(0), 3, 2).shape
    (3, 2)
    """
    if n_in < 1 or n_out < 1 or not evenness > 0:
        raise ValueError(f"states are {n_in} and {n_out}, evenness {evenness}; give positive ones")
    parts = rng.gamma(evenness, size=(n_in, n_out)) + 1e-300
    made: Array = parts / parts.sum(axis=1, keepdims=True)
    return made


def flips(n_bits: int, chance: float) -> Array:
    """Return the channel (2ⁿ, 2ⁿ) that turns over each of ``n_bits`` bits with this chance.

    Raises ``ValueError`` unless 1 ≤ n_bits ≤ 12 and the chance lies between 0 and 1.

    >>> flips(1, 0.25)
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    if not 1 <= n_bits <= 12:
        raise ValueError(f"n_bits is {n_bits}; give 1 to 12")
    if not 0 <= chance <= 1:
        raise ValueError(f"the chance of a flip is {chance}; it lies between 0 and 1")
    states = all_bits(n_bits)
    apart = np.abs(states[:, None, :] - states[None, :, :]).sum(axis=-1)
    made: Array = chance**apart * (1 - chance) ** (n_bits - apart)
    return made


def channel_of(images: ArrayLike, n_out: int) -> Array:
    """Return the channel (n_in, n_out) of a function: state i always becomes ``images[i]``.

    Raises ``ValueError`` for images that are not whole numbers from 0 to n_out − 1.

    >>> channel_of([0, 1, 1], 2)
    array([[1., 0.],
           [0., 1.],
           [0., 1.]])
    """
    ends = np.asarray(images)
    if ends.ndim != 1 or not ends.size or ends.dtype.kind not in "iu":
        raise ValueError(f"give a row of whole numbers; got shape {ends.shape}, {ends.dtype}")
    if ends.min() < 0 or ends.max() >= n_out:
        raise ValueError(f"images lie from {ends.min()} to {ends.max()}; there are {n_out} states")
    made: Array = np.eye(n_out)[ends]
    return made


def all_bits(n_bits: int) -> NDArray[np.int64]:
    """Return all rows of ``n_bits`` bits (2ⁿ, n); row i is the number i, first bit largest.

    >>> all_bits(2)
    array([[0, 0],
           [0, 1],
           [1, 0],
           [1, 1]])
    """
    return (np.arange(2**n_bits)[:, None] >> np.arange(n_bits)[::-1]) & 1


def numbered(bits: ArrayLike) -> NDArray[np.int64]:
    """Return each row of bits (..., n_bits) as its number, the first bit the largest.

    Raises ``ValueError`` where an entry is neither 0 nor 1.

    >>> numbered([[0, 1, 1], [1, 0, 0]])
    array([3, 4])
    """
    rows = np.asarray(bits)
    if rows.ndim < 1 or not np.isin(rows, (0, 1)).all():
        raise ValueError("bits are 0 or 1")
    made: NDArray[np.int64] = rows.astype(np.int64) @ (1 << np.arange(rows.shape[-1])[::-1])
    return made


def joint_counts(rows: ArrayLike, columns: ArrayLike) -> Array:
    """Return the joint table of two labels of equally likely cases, both (n,) whole numbers.

    States that no case has get no row and no column. Raises ``ValueError`` for different lengths.

    >>> joint_counts([0, 0, 5, 5], [1, 1, 1, 2])
    array([[0.5 , 0.  ],
           [0.25, 0.25]])
    """
    first, second = np.asarray(rows), np.asarray(columns)
    if first.ndim != 1 or first.shape != second.shape or not first.size:
        raise ValueError(f"labels have shapes {first.shape} and {second.shape}; give as many")
    row, column = (np.unique(labels, return_inverse=True)[1] for labels in (first, second))
    table = np.zeros((row.max() + 1, column.max() + 1))
    np.add.at(table, (row, column), 1 / len(row))
    return table


def least_error(joint: ArrayLike) -> Array:
    """Return how often the best decoder errs: it names the likeliest row of each column.

    ``joint`` is (..., n_answers, n_states). Errors as in
    :func:`~nbsrc.information.discrete.checked_table`.

    >>> float(least_error([[0.5, 0.125], [0, 0.375]]))
    0.125
    """
    made: Array = 1 - checked_table(joint, axes=2).max(axis=-2).sum(axis=-1)
    return np.maximum(made, 0)


def least_missing(error: Any, n_answers: int) -> Any:
    """Return the most bits that can be missing where a decoder errs with this chance.

    Fano: H(Y | T) ≤ h(e) + e log₂(n − 1), h the entropy of a coin. A formula of ``error``, which
    may be live.

    >>> float(least_missing(0.5, 2)), round(float(least_missing(0.9, 10)), 3)
    (1.0, 3.322)
    """
    return binary_entropy(error) + error * float(np.log2(n_answers - 1))


def fano_error(missing: ArrayLike, n_answers: int) -> Array:
    """Return the error below which no decoder comes when ``missing`` bits of the answer are gone.

    It inverts :func:`least_missing` by halving. Raises ``ValueError`` unless there are two answers
    or more and ``missing`` lies between 0 and log₂ n.

    >>> fano_error([0, 1], 2).round(6).tolist(), float(fano_error(1.0, 10).round(3))
    ([0.0, 0.5], 0.135)
    """
    bits = np.asarray(missing, float)
    if n_answers < 2:
        raise ValueError(f"n_answers is {n_answers}; give 2 or more")
    most = np.log2(n_answers)
    if not ((bits >= -TOLERANCE) & (bits <= most + TOLERANCE)).all():
        raise ValueError(f"missing bits lie between 0 and log2({n_answers}) = {most:.3f}")
    low, high = np.zeros_like(bits), np.full_like(bits, 1 - 1 / n_answers)
    for _ in range(60):
        middle = (low + high) / 2
        enough = least_missing(middle, n_answers) >= bits
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return low


def best_threshold(joint: ArrayLike) -> tuple[float, int]:
    """Return how often the best single cut is right, and how many states lie below it.

    ``joint`` (2, n_states): two answers, and the states in the order of the one number that a
    linear reader gets. Either side may be called 1. Raises ``ValueError`` for other shapes.

    >>> best_threshold([[0.25, 0.25, 0, 0], [0, 0, 0.25, 0.25]])
    (1.0, 2)
    """
    table = checked_table(joint, axes=2)
    if table.ndim != 2 or len(table) != 2:
        raise ValueError(f"the table has shape {table.shape}; give (2, n_states)")
    below = np.hstack([np.zeros((2, 1)), np.cumsum(table, axis=1)])
    above = table.sum(axis=1)[:, None] - below
    right = np.maximum(below[0] + above[1], below[1] + above[0])
    return float(right.max()), int(right.argmax())
