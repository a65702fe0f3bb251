"""What noise leaves of the information in a layer, between two bounds.

A deterministic layer maps different inputs to different activations, as a rule, and so keeps all of
H(X), however close together the activations are. Noise of a set width makes closeness count. With
X uniform over n inputs and T = t(X) + σZ, Z standard Gaussian, T is a mixture of n equal bells.
Its entropy has no closed form. A. Kolchinsky and B. D. Tracey (*Estimating mixture entropy with
pairwise distances*, Entropy 19, 361, 2017) enclose it by sums over pairs of bells.
"""

from typing import Any

import numpy as np

from nbsrc.arrays import Array

BLOCK = 4_000_000
"""Pairs that are held in memory at once."""


def pairwise_information(activations: Any, width: Any) -> Array:
    """Return −mean_i log₂ mean_j exp(−d²/(2 width²)) bits, d the distance of two rows.

    With ``width`` σ this is an upper bound of I(X; T + σZ), X uniform over the rows
    (Kullback–Leibler divergences); with 2σ it is a lower one (Bhattacharyya distances). It tends to
    the entropy of the distinct rows as the width tends to 0, and to 0 as it grows. Activations
    (..., n_samples, n_units), ``width`` a positive number or an array that broadcasts with the
    leading axes; bits of these axes' shape. Raises ``ValueError`` for activations that are not
    finite or no table, fewer than two rows, and a width that is not a positive number.

    >>> round(float(pairwise_information([[0.0], [1.0]], 1.0)), 3)  # −log₂((1 + e^−½) / 2)
    0.316
    """
    rows, widths = np.asarray(activations, float), _widths(width)
    if rows.ndim < 2 or rows.shape[-2] < 2 or rows.shape[-1] < 1:
        raise ValueError(f"activations have shape {rows.shape}; give (..., 2 or more rows, units)")
    if not np.isfinite(rows).all():
        raise ValueError("activations must be finite numbers")
    lead, (n, units) = np.broadcast_shapes(rows.shape[:-2], widths.shape), rows.shape[-2:]
    rows = rows - rows.mean(axis=-2, keepdims=True)  # distances of small numbers round less
    scaled = np.broadcast_to(rows / widths[..., None, None], (*lead, n, units))
    layers = scaled.reshape(-1, n, units)
    step = max(1, BLOCK // n)
    bits = np.zeros(len(layers))
    for place, layer in enumerate(layers):
        squares = np.sum(layer**2, axis=1)
        for start in range(0, n, step):
            part = layer[start : start + step]
            near = part @ layer.T
            near -= 0.5 * squares
            near -= 0.5 * squares[start : start + step, None]
            np.exp(np.minimum(near, 0.0, out=near), out=near)
            bits[place] -= np.sum(np.log2(near.mean(axis=1))) / n
    found: Array = np.maximum(bits, 0.0).reshape(lead)[()]
    return found


def _widths(sigma: Any) -> Array:
    widths = np.asarray(sigma, float)
    if not (np.isfinite(widths).all() and (widths > 0).all()):
        raise ValueError("the width of the noise must be a positive number")
    return widths
