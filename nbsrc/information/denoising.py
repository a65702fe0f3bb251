"""Denoising: the best answer to a damaged point, straight-line rivals, and layers run backwards.

If the clean points are known and equally likely, the answer with the least expected squared error
to a point seen through Gaussian noise is a mean of the clean points, weighed by nearness. It is
also the noisy point plus σ² times the slope of the logarithm of the noisy points' density
(Robbins 1956; Efron 2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.networks.network import Network

_NEAREST_TO_ONE = 1 - 2.0**-53
"""The largest number below 1: what tanh rounds to beyond it cannot be undone."""


def squared_distances(noisy: Any, points: Any) -> Any:
    """Return the squared distances (..., n) from ``noisy`` (..., d) to each of ``points`` (n, d).

    >>> squared_distances(np.array([0.0, 0.0]), np.array([[3.0, 4.0], [0.0, 1.0]]))
    array([25.,  1.])
    """
    return ((noisy[..., None, :] - points) ** 2).sum(axis=-1)


def posterior_mean(noisy: Any, points: Any, sigma: Any) -> Any:
    """Return the mean clean point (..., d), given a noisy one, ``noisy`` (..., d).

    ``points`` (n, d) are the clean ones, equally likely; ``sigma`` > 0 is the spread of the noise
    along each axis. Works on live arrays too.

    >>> posterior_mean(np.array([0.0]), np.array([[-1.0], [1.0]]), 0.5)
    array([0.])
    """
    squares = squared_distances(noisy, points)
    nearness = np.exp((squares.min(axis=-1, keepdims=True) - squares) / (2 * sigma * sigma))
    return (nearness @ points) / nearness.sum(axis=-1, keepdims=True)


def log_density(noisy: ArrayLike, points: ArrayLike, sigma: float) -> Array:
    """Return log p (...,) of noisy places (..., d): equally likely points (n, d) plus noise.

    Natural logarithm. Raises ``ValueError`` for a sigma that is not above 0, shapes that do not
    fit, and NaN.

    >>> round(float(log_density([0.0], [[0.0]], 1.0)), 4)  # -log sqrt(2 pi)
    -0.9189
    """
    places, centres = np.asarray(noisy, float), np.asarray(points, float)
    if centres.ndim != 2 or not centres.size or places.shape[-1:] != centres.shape[1:]:
        raise ValueError(
            f"noisy places have shape {places.shape}, points {centres.shape}; "
            "give (..., d) and (n, d)"
        )
    if not (sigma > 0 and np.isfinite(places).all() and np.isfinite(centres).all()):
        raise ValueError(f"sigma is {sigma}; it must be above 0, and all places finite")
    powers = -squared_distances(places, centres) / (2 * sigma**2)
    most = powers.max(axis=-1, keepdims=True)
    mean: Array = np.exp(powers - most).mean(axis=-1)
    constant = centres.shape[1] / 2 * np.log(2 * np.pi * sigma**2)
    made: Array = np.log(mean) + most[..., 0] - constant
    return made


@dataclass(frozen=True, eq=False)
class LinearMap:
    """x ↦ x W + b: ``weights`` (n_features, n_outputs), ``bias`` (n_outputs,)."""

    weights: Array
    bias: Array

    def __call__(self, inputs: Any) -> Any:
        """Return the answers (n, n_outputs) to rows (n, n_features)."""
        return inputs @ self.weights + self.bias


def fit_linear(inputs: ArrayLike, targets: ArrayLike, strength: float = 1e-4) -> LinearMap:
    """Return the linear map of least squared error from ``inputs`` (n, d) to ``targets`` (n, m).

    On damaged images with clean ones as targets it is the Wiener filter of the sample; on a layer's
    activations with images as targets, a linear decoder. ``strength`` times the mean variance of
    the inputs is the penalty on the squared weights (ridge regression). Raises ``ValueError`` for
    shapes that do not fit, NaN, fewer than two rows, and a negative strength.

    >>> line = fit_linear([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]], strength=0)
    >>> line.weights.round(9).tolist(), line.bias.round(9).tolist()
    ([[2.0]], [1.0])
    """
    rows, answers = np.asarray(inputs, float), np.asarray(targets, float)
    if rows.ndim != 2 or answers.ndim != 2 or len(rows) != len(answers) or len(rows) < 2:
        raise ValueError(
            f"inputs have shape {rows.shape} and targets {answers.shape}; "
            "give (n, d) and (n, m) with n of 2 or more"
        )
    if not (np.isfinite(rows).all() and np.isfinite(answers).all()):
        raise ValueError("inputs or targets contain NaN or infinity")
    if not strength >= 0:
        raise ValueError(f"strength is {strength}; it must be 0 or more")
    middle, aim = rows.mean(axis=0), answers.mean(axis=0)
    centred = rows - middle
    spread = centred.T @ centred / len(rows)
    ridge = strength * np.trace(spread) / len(spread) * np.eye(len(spread))
    weights = np.linalg.lstsq(spread + ridge, centred.T @ (answers - aim) / len(rows), None)[0]
    return LinearMap(weights, aim - middle @ weights)


def run_backwards(network: Network, layer: int, activations: ArrayLike) -> Array:
    """Return the first hidden layer's activations that lead to those of ``layer``, (n, n_units).

    Each tanh layer from ``layer`` back to the second is undone: z = artanh a, then a = (z − b)W⁻¹.
    Layers count from 1. A tanh that was rounded to 1 is taken as the largest number below 1. Raises
    ``ValueError`` for an ensemble, layers that are not tanh or not square, and for activations that
    are NaN or of another shape.

    >>> from nbsrc.neurons.activations import TANH
    >>> two = Network((1, 1, 1), (TANH, TANH), np.array([1.0, 2.0, 0.0, 0.5]))
    >>> run_backwards(two, 2, [[np.tanh(2 * 0.25 + 0.5)]]).round(9).tolist()
    [[0.25]]
    """
    rows = np.asarray(activations, float)
    if network.n_networks is not None or not 1 <= layer < len(network.sizes):
        raise ValueError(f"layer is {layer}; give one network and a layer from 1 on")
    if len(set(network.sizes[1 : layer + 1])) != 1 or any(
        kind.name != "tanh" for kind in network.activations[:layer]
    ):
        raise ValueError("only tanh layers of one width can be run backwards here")
    if rows.ndim != 2 or rows.shape[1] != network.sizes[layer] or np.isnan(rows).any():
        raise ValueError(f"activations have shape {rows.shape}, or contain NaN")
    for back in range(layer - 1, 0, -1):
        z = np.arctanh(np.clip(rows, -_NEAREST_TO_ONE, _NEAREST_TO_ONE))
        rows = np.linalg.solve(network.weights[back].T, (z - network.biases[back]).T).T
    return rows
