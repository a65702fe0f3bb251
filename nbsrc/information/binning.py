"""From real numbers to letters: where the edges of bins lie, and one letter for each row of units.

The information plane of a network is drawn from binned activations, and what it shows depends on
the bins. The strategies here are those of its literature:

- ``"fixed"``: equal bins between two numbers given beforehand (30 of them on [−1, 1] for tanh:
  Shwartz-Ziv and Tishby, *Opening the black box of deep neural networks via information*, 2017);
- ``"global"``: equal bins over the range of all values given, whatever unit or epoch they are of;
- ``"unit"``: equal bins over each unit's own range;
- ``"quantile"``: bins of equally many values, over all values given;
- ``"unit quantile"``: bins of equally many values, for each unit by itself (close to the adaptive
  bins of Chelombiev, Houghton and O'Donnell, *Adaptive estimators show information compression in
  deep neural networks*, 2019).

One rule holds for all edges: bin j takes the values with ``edges[j] <= value < edges[j + 1]``, the
last bin its upper edge as well. Values outside the edges go to the bin at that end, and
``clipped_share`` says how many did.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbsrc.arrays import Array

Labels = NDArray[np.integer]
"""Whole numbers from 0 on that name the letter of each sample."""

STRATEGIES = ("fixed", "global", "unit", "quantile", "unit quantile")
MOST_BINS = 1_000_000
LARGEST_CODE = 2**62
BLOCK = 50_000


def bin_edges(
    values: Any,
    n_bins: int,
    strategy: str = "global",
    *,
    low: float = -1.0,
    high: float = 1.0,
) -> Array:
    """Return the ``n_bins + 1`` edges of the bins that a strategy lays over the values.

    Values of shape (..., n_samples, n_units) for the strategies of units, which give edges of shape
    (..., n_units, n_bins + 1): a unit of another network or epoch (a leading axis) has its own.
    Values of any shape for the others, which give edges of shape (n_bins + 1,). ``low`` and
    ``high`` are used by "fixed" alone, which looks at no value. A constant unit falls into one bin.

    >>> bin_edges([-0.9, 0.2, 0.4], 4, "fixed")
    array([-1. , -0.5,  0. ,  0.5,  1. ])
    >>> bin_edges([[0.0, 0.0], [1.0, 8.0]], 2, "unit")
    array([[0. , 0.5, 1. ],
           [0. , 4. , 8. ]])

    Raises ``ValueError`` for an unknown strategy, fewer than one bin, no values, values that are
    not finite, limits in the wrong order, and units asked of values that are no table.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy must be one of {', '.join(STRATEGIES)}, not {strategy!r}")
    count = _bin_count(n_bins)
    numbers = _finite(values, "values")
    if strategy == "fixed":
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise ValueError(f"low must be a number below high, not {low} and {high}")
        return np.linspace(low, high, count + 1)
    if strategy.startswith("unit") and numbers.ndim < 2:
        raise ValueError("bins of units need values of shape (..., n_samples, n_units)")
    axis = -2 if strategy.startswith("unit") else None
    if strategy.endswith("quantile"):
        shares = np.linspace(0.0, 1.0, count + 1)
        edges = np.moveaxis(np.quantile(numbers, shares, axis=axis), 0, -1)
        return np.maximum.accumulate(edges, axis=-1)  # interpolation may round one down
    return np.linspace(numbers.min(axis=axis), numbers.max(axis=axis), count + 1, axis=-1)


def bin_numbers(values: Any, edges: Any) -> Labels:
    """Return the bin, from 0 on, of every value; one row of edges for all, or one for each unit.

    Edges of shape (n_bins + 1,) go with values of any shape, edges of shape
    (..., n_units, n_bins + 1) with values of shape (..., n_samples, n_units), leading axes
    broadcast.

    >>> bin_numbers([-7.0, 0.0, 0.4999, 0.5, 1.0, 7.0], [0.0, 0.5, 1.0])
    array([0, 0, 0, 1, 1, 1])

    Raises ``ValueError`` for values or edges that are not finite, edges that fall or are fewer than
    two, and shapes that do not go together.
    """
    numbers, borders = _finite(values, "values"), _checked_edges(edges)
    if borders.ndim > 1 and (numbers.ndim < 2 or numbers.shape[-1] != borders.shape[-2]):
        raise ValueError(
            f"values of shape {numbers.shape} do not go with edges of shape {borders.shape}"
        )
    if _equal_widths(borders):
        return _by_arithmetic(numbers, borders)
    if borders.ndim == 1:
        return np.searchsorted(borders[1:-1], numbers, side="right")
    columns = np.moveaxis(numbers, -1, -2)  # (..., n_units, n_samples)
    lead = np.broadcast_shapes(columns.shape[:-1], borders.shape[:-1])
    columns = np.broadcast_to(columns, (*lead, columns.shape[-1]))
    inner = np.broadcast_to(borders[..., 1:-1], (*lead, borders.shape[-1] - 2))
    bins = np.empty(columns.shape, np.intp)
    for place in np.ndindex(*lead):
        bins[place] = np.searchsorted(inner[place], columns[place], side="right")
    return np.moveaxis(bins, -1, -2)


def clipped_share(values: Any, edges: Any) -> float:
    """Return the share of the values that lie outside their edges and are put into the end bins.

    >>> clipped_share([[0.0, 0.5], [1.0, 3.0]], [0.0, 0.5, 1.0])
    0.25
    """
    numbers, borders = _finite(values, "values"), _checked_edges(edges)
    low, high = borders[..., 0], borders[..., -1]
    if borders.ndim > 1:
        low, high = np.expand_dims(low, -2), np.expand_dims(high, -2)
    return float(np.mean((numbers < low) | (numbers > high)))


def binned_labels(activations: Any, edges: Any) -> Labels:
    """Return one label for each row of units: rows share it where all their units share their bins.

    Activations of shape (..., n_samples, n_units), edges as in ``bin_numbers``; labels of shape
    (..., n_samples), numbered from 0 without a gap in the lexicographic order of the rows of bins,
    for each leading index by itself. Nothing is hashed: different rows never share a label.

    >>> binned_labels([[0.1, 0.9], [0.7, 0.2], [0.3, 0.8]], [0.0, 0.5, 1.0])
    array([0, 1, 0])

    Raises ``ValueError`` as ``bin_numbers`` does.
    """
    numbers = np.asarray(activations, float)
    if numbers.ndim < 2 or numbers.size == 0:
        raise ValueError("activations must have the shape (..., n_samples, n_units)")
    borders = _checked_edges(edges)
    if borders.ndim > 2:  # edges of their own for each network or epoch
        lead = np.broadcast_shapes(numbers.shape[:-2], borders.shape[:-2])
        numbers = np.broadcast_to(numbers, (*lead, *numbers.shape[-2:]))
        borders = np.broadcast_to(borders, (*lead, *borders.shape[-2:]))
        borders = borders.reshape(-1, *borders.shape[-2:])
    flat = numbers.reshape(-1, *numbers.shape[-2:])
    labels = np.empty(flat.shape[:2], np.int64)
    block = max(1, BLOCK // flat[0].size)  # large arrays cost most in memory
    for start in range(0, len(flat), block):
        part = slice(start, start + block)
        own = borders[part] if borders.ndim > 2 else borders
        labels[part] = row_labels(bin_numbers(flat[part], own))
    return labels.reshape(numbers.shape[:-1])


def row_labels(rows: Any) -> Labels:
    """Return one label for each row of whole numbers from 0 on, as ``binned_labels`` does for bins.

    >>> row_labels([[3, 0], [0, 5], [3, 0]])
    array([1, 0, 1])
    """
    digits = np.asarray(rows)
    if digits.ndim < 2 or digits.size == 0 or not np.issubdtype(digits.dtype, np.integer):
        raise ValueError("rows must be whole numbers of shape (..., n_samples, n_units)")
    if digits.min() < 0:
        raise ValueError("rows must hold no negative number")
    radix = int(digits.max()) + 1
    codes: Labels = digits[..., 0].astype(np.int64)
    largest = radix
    for unit in range(1, digits.shape[-1]):
        if largest > LARGEST_CODE // radix:
            codes = dense(codes)
            largest = codes.shape[-1]
        codes = codes * radix + digits[..., unit]
        largest *= radix
    return dense(codes)


def _equal_widths(edges: Array) -> bool:
    """Whether all bins of a row have one width, up to a thousandth of it, and it is not 0."""
    span = edges[..., -1:] - edges[..., :1]
    even = np.linspace(edges[..., 0], edges[..., -1], edges.shape[-1], axis=-1)
    slack = 1e-3 * span / (edges.shape[-1] - 1)
    return bool((np.abs(edges - even) < slack).all())


def _by_arithmetic(values: Array, edges: Array) -> Labels:
    """Return the bins among even edges: one division, then one step where the edges say so."""
    count = edges.shape[-1] - 1
    low, high = edges[..., 0], edges[..., -1]
    rows = np.arange(low.size).reshape(low.shape) * (count + 1)
    if edges.ndim > 1:
        low, high, rows = (np.expand_dims(side, -2) for side in (low, high, rows))
    guess = np.clip((values - low) * (count / (high - low)), 0, count - 1)
    places: Labels = guess.astype(np.intp)
    borders = edges.ravel()
    places -= (values < borders[rows + places]) & (places > 0)
    places += (values >= borders[rows + places + 1]) & (places < count - 1)
    return places


def dense(codes: Labels) -> Labels:
    """Number the different codes along the last axis from 0 on, in their order."""
    order = np.argsort(codes, axis=-1)
    ordered = np.take_along_axis(codes, order, axis=-1)
    ranks = np.zeros(codes.shape, np.int64)
    np.cumsum(ordered[..., 1:] != ordered[..., :-1], axis=-1, out=ranks[..., 1:])
    labels = np.empty_like(ranks)
    np.put_along_axis(labels, order, ranks, axis=-1)
    return labels


def _bin_count(n_bins: int) -> int:
    if isinstance(n_bins, bool) or int(n_bins) != n_bins or not 1 <= n_bins <= MOST_BINS:
        raise ValueError(f"n_bins must be a whole number from 1 to a million, not {n_bins}")
    return int(n_bins)


def _finite(values: Any, name: str) -> Array:
    numbers = np.asarray(values, float)
    if numbers.size == 0:
        raise ValueError(f"{name} must not be empty")
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name} must be finite numbers")
    return numbers


def _checked_edges(edges: Any) -> Array:
    borders = _finite(edges, "edges")
    if borders.ndim == 0 or borders.shape[-1] < 2:
        raise ValueError("edges must be two or more")
    if (np.diff(borders, axis=-1) < 0).any():
        raise ValueError("edges must not fall")
    return borders
