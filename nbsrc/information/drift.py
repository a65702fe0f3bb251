"""How strongly batches agree about the gradient: its mean over batches against its spread.

Shwartz-Ziv and Tishby (2017) call the time when the mean is larger *drift* and the time when the
spread is larger *diffusion*, and see compression come from the second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.learning.backpropagation import gradient
from nbsrc.networks.costs import Cost
from nbsrc.networks.network import Network, split


@dataclass(frozen=True, eq=False)
class Drift:
    """Mean and spread of the weights' gradient over batches, of each network and layer.

    Both ``(n_networks, n_layers)``: the norm of the mean over batches, and the root of the summed
    variances, so that they are lengths in one space.
    """

    mean: Array
    spread: Array

    @property
    def signal_to_noise(self) -> Array:
        """The mean over the spread, infinite where all batches agree."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.spread > 0, self.mean / self.spread, np.inf)


def gradient_drift(
    network: Network, inputs: ArrayLike, targets: ArrayLike, cost: Cost, batch_size: int
) -> Drift:
    """Return how the gradients of consecutive whole batches agree, layer by layer.

    ``network`` is an ensemble; ``inputs`` (n_networks, n_samples, n_features) and ``targets``
    (n_networks, n_samples, n_outputs) are in the order in which they are cut into batches; what is
    left over at the end is not used. Raises ``ValueError`` for a network alone, for fewer than two
    whole batches, and as :func:`nbsrc.learning.backpropagation.gradient` does.
    """
    rows, answers = np.asarray(inputs), np.asarray(targets)
    if network.n_networks is None or rows.ndim != 3 or answers.ndim != 3:
        raise ValueError("give an ensemble, and inputs and targets of each of its networks")
    n_batches = rows.shape[1] // batch_size if batch_size > 0 else 0
    if n_batches < 2:
        raise ValueError(
            f"{rows.shape[1]} examples in batches of {batch_size}: "
            "a spread needs two whole batches or more"
        )
    slopes = []
    for batch in range(n_batches):
        part = slice(batch * batch_size, (batch + 1) * batch_size)
        found = gradient(network, rows[:, part], answers[:, part], cost)
        slopes.append(found.parameters.astype(float))
    stacked = np.array(slopes)
    return Drift(
        _lengths(stacked.mean(axis=0), network.sizes),
        np.sqrt(_squares(stacked - stacked.mean(axis=0), network.sizes).mean(axis=0)),
    )


def _squares(parameters: Array, sizes: tuple[int, ...]) -> Array:
    """Return the sum of squares of each layer's weights, (..., n_layers)."""
    weights = split(parameters, sizes)[0]
    return np.stack([np.sum(layer**2, axis=(-2, -1)) for layer in weights], axis=-1)


def _lengths(parameters: Array, sizes: tuple[int, ...]) -> Array:
    return np.sqrt(_squares(parameters, sizes))
