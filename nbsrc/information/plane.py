"""The information plane: what each layer of a network keeps of the input, and tells of the answer.

A layer's activations T, cut into bins, are a variable that is a function of the input X: so
I(X; T) = H(T), what the layer keeps, and I(T; Y) is what it tells of the answer Y. One point a
layer, moving while the network learns: Tishby and Zaslavsky, *Deep learning and the information
bottleneck principle*, 2015; Shwartz-Ziv and Tishby, *Opening the black box of deep neural networks
via information*, 2017. Where the bins lie is the choice of who measures, and is handed in as a
ruler.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array
from nbsrc.information.binning import bin_edges, binned_labels
from nbsrc.information.estimators import information_of_codes
from nbsrc.information.runs import Runs

Ruler = Callable[[Array], Array]
"""From one layer's activations (n_networks, n_samples, n_units) to the edges of its bins."""


def fixed(n_bins: int = 30, low: float = -1.0, high: float = 1.0) -> Ruler:
    """Return the ruler of equal bins between two numbers; what lies outside goes to the end bins.

    >>> fixed(4)(np.zeros((1, 2, 3)))
    array([-1. , -0.5,  0. ,  0.5,  1. ])
    """
    edges = bin_edges([low, high], n_bins, "fixed", low=low, high=high)
    return lambda _: edges


def own_range(n_bins: int = 30) -> Ruler:
    """Return the ruler of equal bins over each layer's own range, in each network by itself.

    >>> own_range(2)(np.array([[[0.0, 4.0], [1.0, 2.0]]]))
    array([[[0., 2., 4.],
            [0., 2., 4.]]])
    """
    return _of_each_layer(n_bins, "unit")


def quantiles(n_bins: int = 30) -> Ruler:
    """Return the ruler of bins with equally many of each layer's values, in each network by itself.

    >>> quantiles(2)(np.array([[[0.0], [1.0], [7.0]]]))
    array([[[0., 1., 7.]]])
    """
    return _of_each_layer(n_bins, "unit quantile")


@dataclass(frozen=True, eq=False)
class Plane:
    """Where each layer is in the plane, in bits, at each checkpoint and in each network.

    ``keeps`` is I(X; T) and ``tells`` is I(T; Y), both (n_checkpoints, n_networks, n_layers);
    hidden layers first, outputs last. ``epochs`` (n_checkpoints,).
    """

    epochs: NDArray[np.intp]
    keeps: Array
    tells: Array


def layer_information(layer: ArrayLike, labels: ArrayLike, ruler: Ruler) -> tuple[Array, Array]:
    """Return I(X; T) and I(T; Y) in bits of one layer, (n_networks,) each.

    ``layer`` (n_networks, n_samples, n_units), ``labels`` (n_samples,). Where the samples are all
    there are and equally likely, both are computed exactly for the binned layer. Raises
    ``ValueError`` for other shapes, for NaN, and where a ruler's edges do not fit.

    >>> layer = np.array([[[-0.9], [-0.1], [0.1], [0.9]]])
    >>> [bits.tolist() for bits in layer_information(layer, [0, 0, 1, 1], fixed(4))]
    [[2.0], [1.0]]
    """
    values, names = np.asarray(layer, float), np.asarray(labels)
    if values.ndim != 3 or names.shape != values.shape[1:2]:
        raise ValueError(
            f"the layer has shape {values.shape} and labels {names.shape}; "
            "give (n_networks, n_samples, n_units) and (n_samples,)"
        )
    if not np.isfinite(values).all():
        raise ValueError("the layer holds NaN or infinity")
    return information_of_codes(binned_labels(values, ruler(values)), names)


def information_plane(runs: Runs, ruler: Ruler | None = None) -> Plane:
    """Return the places of all layers at all checkpoints under a ruler: 30 bins on [−1, 1].

    No sampling is in it: a run is measured on all 4,096 patterns. Raises ``ValueError`` as
    :func:`layer_information` does.
    """
    return information_planes(runs, [fixed() if ruler is None else ruler])[0]


def information_planes(runs: Runs, rulers: list[Ruler]) -> list[Plane]:
    """Return one plane for each ruler, all laid on the same activations."""
    found = [
        [
            [layer_information(layer, runs.labels, ruler) for ruler in rulers]
            for layer in runs.activations(checkpoint)
        ]
        for checkpoint in range(len(runs.epochs))
    ]
    # (n_checkpoints, n_layers, n_rulers, 2, n_networks)
    bits = np.moveaxis(np.array(found), (2, 3), (0, 1)).swapaxes(-1, -2)
    return [Plane(runs.epochs, keeps, tells) for keeps, tells in bits]


def best_reader(codes: ArrayLike, labels: ArrayLike) -> Array:
    """Return the share of right answers of whoever knows how often each code goes with each label.

    ``codes`` (..., n_samples), ``labels`` (n_samples,) of 0 and 1; the share is over these same
    samples, (...). Nobody who sees the codes alone does better. Raises ``ValueError`` for other
    shapes, labels and codes.

    >>> float(best_reader([0, 0, 0, 1], [0, 0, 1, 1]))
    0.75
    """
    counts, _ = _counted(codes, labels, None)
    return np.asarray(counts.max(axis=-1).sum(axis=-1) / np.shape(labels)[0])


def look_up(codes: ArrayLike, labels: ArrayLike, seen: ArrayLike) -> Array:
    """Return the share of right answers of a table filled with the samples seen, on the others.

    For a code it has met, the table gives the label met most often; for a tie, and for a code that
    it has not met, it tosses a coin, which counts as half an answer. ``codes`` (..., n_samples),
    ``labels`` (n_samples,) of 0 and 1, ``seen`` like ``codes`` or one row for all. Raises
    ``ValueError`` as :func:`best_reader` does, and where all samples are seen.

    >>> float(look_up([0, 0, 1, 1, 2], [0, 0, 1, 1, 1], [True, False, True, False, False]))
    0.8333333333333334
    """
    known = np.broadcast_to(np.asarray(seen, bool), np.shape(codes))
    if known.all(axis=-1).any():
        raise ValueError("all samples are seen; leave some to ask for")
    counts, letters = _counted(codes, labels, known)
    leaning = np.take_along_axis(counts[..., 1] - counts[..., 0], letters, axis=-1)
    right = np.where(leaning == 0, 0.5, (leaning > 0) == np.asarray(labels))
    return np.asarray(np.sum(right * ~known, axis=-1) / np.sum(~known, axis=-1))


def _counted(
    codes: ArrayLike, labels: ArrayLike, known: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how often each code goes with each label, (..., n_codes, 2), and the codes."""
    letters, names = np.asarray(codes), np.asarray(labels)
    if letters.ndim < 1 or names.shape != letters.shape[-1:] or not names.size:
        raise ValueError(
            f"codes have shape {letters.shape} and labels {names.shape}; give (..., n) and (n,)"
        )
    if not np.issubdtype(letters.dtype, np.integer) or letters.min() < 0:
        raise ValueError("codes are whole numbers from 0")
    if not np.isin(names, (0, 1)).all():
        raise ValueError("labels are 0 or 1")
    n_codes, lead = int(letters.max()) + 1, letters.shape[:-1]
    rows = np.arange(int(np.prod(lead))).reshape(*lead, 1) * n_codes
    cells = (rows + letters) * 2 + names
    chosen = cells if known is None else cells[known]
    counts = np.bincount(chosen.ravel(), minlength=2 * n_codes * int(np.prod(lead)))
    return counts.reshape(*lead, n_codes, 2), letters.astype(np.int64)


def _of_each_layer(n_bins: int, strategy: str) -> Ruler:
    """Return the ruler that lays a unit's bins over all values of a layer, for all its units."""
    bin_edges([[0.0]], n_bins, strategy)  # a wrong number is told at once

    def edges(layer: Array) -> Array:
        as_one_unit = layer.reshape(*layer.shape[:-2], -1, 1)
        return np.repeat(bin_edges(as_one_unit, n_bins, strategy), layer.shape[-1], axis=-2)

    return edges
