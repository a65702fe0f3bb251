"""Entropy and information of tables, exact and in bits.

A table holds probabilities: of one variable along the last axis, of two along the last two (rows X,
columns Y). Any axes before are many tables at once. What has probability 0 counts for nothing
(0 · log 0 = 0). All are formulas of NumPy, so that live arrays pass through them too; those, whose
numbers are known only in the browser, go unchecked. The definitions are Shannon's (1948); that of
the divergence is Kullback and Leibler's (1951).
"""

from typing import Any

import numpy as np

from nbsrc.arrays import Array, as_array

TOLERANCE = 1e-9
"""How far from 1 the sum of a table may be."""


def checked_table(table: Any, axes: int = 1) -> Array:
    """Return a table as an array once it is known to hold probabilities.

    The last ``axes`` axes are one table. Raises ``ValueError`` where there is no entry, an entry
    is no finite number or negative, or a table's sum is not 1 (to 1e-9).

    >>> checked_table([[0.5, 0.25], [0.25, 0]], axes=2)
    array([[0.5 , 0.25],
           [0.25, 0.  ]])
    """
    p = as_array(table, float)
    if p.ndim < axes:
        raise ValueError(f"a table needs {axes} axes; got shape {p.shape}")
    if p.size == 0:
        raise ValueError(f"an empty table has no probabilities; got shape {p.shape}")
    if hasattr(p, "cells"):  # formulas: their numbers are not known yet
        return p
    if not np.isfinite(p).all():
        raise ValueError("probabilities are finite numbers; the table holds NaN or infinity")
    if (p < 0).any():
        raise ValueError(f"probabilities are not negative; got {p.min():.6g}")
    sums = p.sum(axis=tuple(range(-axes, 0)))
    worst = np.ravel(sums)[np.argmax(np.abs(np.ravel(sums) - 1))]
    if abs(worst - 1) > TOLERANCE:
        raise ValueError(f"the probabilities of a table sum to 1; got {worst:.12g}")
    return p


def _expected_log_ratio(p: Array, over: Array, under: Array) -> Array:
    """Return Σ p log₂(over / under) over the last axis; where p is 0, the term is 0.

    Where ``under`` is 0 and p is not, it is infinite. ``over`` is positive wherever p is.
    """
    possible = p > 0
    reached = np.where(possible, under > 0, True)
    ratio = np.where(possible, over, 1.0) / np.where(possible & (under > 0), under, 1.0)
    bits = np.where(reached, p * np.log2(ratio), np.inf)
    total: Array = np.sum(bits, axis=-1)
    return total


def entropy(p: Any) -> Array:
    """Return H = Σ p log₂(1 / p) in bits, over the last axis: ``(..., n)`` to ``(...)``.

    The entropy of a pair of variables is that of their flattened table. Errors as in
    :func:`checked_table`.

    >>> float(entropy([0.5, 0.25, 0.25, 0]))
    1.5
    """
    p = checked_table(p)
    return _expected_log_ratio(p, p * 0 + 1, p)


def binary_entropy(p: Any) -> Any:
    """Return the entropy of a coin that falls on one side with probability p, in bits, ``(...)``.

    A formula: live arrays pass through; numbers are not checked.

    >>> binary_entropy(np.array([0.0, 0.5, 1.0])).tolist()
    [0.0, 1.0, 0.0]
    """
    return -p * np.log2(np.maximum(p, 1e-300)) - (1 - p) * np.log2(np.maximum(1 - p, 1e-300))


def conditional_entropy(joint: Any) -> Array:
    """Return H(X | Y) in bits, rows X and columns Y: ``(..., n_x, n_y)`` to ``(...)``.

    It is Σ p(x, y) log₂(p(y) / p(x, y)). For H(Y | X), hand in the transpose. Errors as in
    :func:`checked_table`.

    >>> float(conditional_entropy([[0.5, 0.25], [0, 0.25]]))
    0.5
    """
    joint = checked_table(joint, axes=2)
    of_y = np.sum(joint, axis=-2, keepdims=True) + 0 * joint
    return _expected_log_ratio(_flat(joint), _flat(of_y), _flat(joint))


def mutual_information(joint: Any) -> Array:
    """Return I(X; Y) in bits, rows X and columns Y: ``(..., n_x, n_y)`` to ``(...)``.

    It is the divergence of the joint table from the product of its margins, so never negative.
    Errors as in :func:`checked_table`.

    >>> float(mutual_information([[0.5, 0], [0, 0.5]]))
    1.0
    """
    joint = checked_table(joint, axes=2)
    product = np.sum(joint, axis=-1, keepdims=True) * np.sum(joint, axis=-2, keepdims=True)
    return np.maximum(_expected_log_ratio(_flat(joint), _flat(joint), _flat(product)), 0)


def cross_entropy(p: Any, q: Any) -> Array:
    """Return Σ p log₂(1 / q) in bits, over the last axis of two tables of one shape.

    That is what data from p cost in a code made for q; infinite where q rules out what p allows.
    Raises ``ValueError`` for tables of different lengths, and as :func:`checked_table`.

    >>> float(cross_entropy([0.5, 0.5], [0.25, 0.75])), float(cross_entropy([0.5, 0.5], [1, 0]))
    (1.207518749639422, inf)
    """
    p, q = _checked_pair(p, q)
    return _expected_log_ratio(p, p * 0 + 1, q + 0 * p)


def kl_divergence(p: Any, q: Any) -> Array:
    """Return D(p ‖ q) = Σ p log₂(p / q) in bits, over the last axis of two tables of one shape.

    That is what a code made for q wastes on data from p: never negative, 0 for q = p alone.
    Errors as in :func:`cross_entropy`.

    >>> float(kl_divergence([0.5, 0.5], [0.25, 0.75])), float(kl_divergence([1, 0], [0.5, 0.5]))
    (0.20751874963942185, 1.0)
    """
    p, q = _checked_pair(p, q)
    return np.maximum(_expected_log_ratio(p, p + 0 * q, q + 0 * p), 0)


def _checked_pair(p: Any, q: Any) -> tuple[Array, Array]:
    p, q = checked_table(p), checked_table(q)
    if p.shape[-1] != q.shape[-1]:
        raise ValueError(f"the tables have {p.shape[-1]} and {q.shape[-1]} entries; give as many")
    return p, q


def _flat(joint: Array) -> Array:
    return joint.reshape(*joint.shape[:-2], joint.shape[-2] * joint.shape[-1])
