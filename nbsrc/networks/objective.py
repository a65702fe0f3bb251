"""What training makes small: the mean cost of the answers, and penalties on top of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.networks.costs import Cost, check_match
from nbsrc.networks.network import Network, Pass, forward
from nbsrc.networks.penalties import Penalty
from nbsrc.networks.targets import one_hot


def checked_targets(network: Network, inputs: Array, targets: ArrayLike, cost: Cost) -> Array:
    """Return the targets as rows of numbers in the network's number type.

    ``targets`` has shape ``(n_samples, n_outputs)``, with ``n_networks`` in front where each
    network has its own, or is ``(n_samples,)`` whole-number labels. ``inputs`` have been checked.
    Raises ``ValueError`` for other shapes, NaN, labels out of range, and targets that are not the
    probabilities that the cost needs.
    """
    array = np.asarray(targets)
    n_outputs = network.sizes[-1]
    if array.ndim == 1 and not np.issubdtype(array.dtype, np.floating):
        labels = one_hot(array, max(n_outputs, 2))
        array = labels[:, 1:] if n_outputs == 1 else labels
    array = np.ascontiguousarray(array, dtype=network.parameters.dtype)
    shared = (inputs.shape[-2], n_outputs)
    own = None if network.n_networks is None else (network.n_networks, *shared)
    if array.shape != shared and array.shape != own:
        raise ValueError(
            f"targets have shape {array.shape}; inputs of shape {inputs.shape} need targets of "
            f"shape {shared}{f' or {own}' if own else ''}, or {shared[:1]} whole-number labels"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"targets of shape {array.shape} contain NaN or infinity")
    if cost.probabilities != "none" and not ((array >= 0) & (array <= 1)).all():
        raise ValueError(f"targets lie outside [0, 1]; {cost.name} needs probabilities")
    if cost.probabilities == "row" and not np.allclose(array.sum(axis=-1), 1, atol=1e-6):
        raise ValueError(f"targets do not sum to 1 in each row; {cost.name} needs distributions")
    return array


def mean_cost(cost: Cost, passed: Pass, targets: Array) -> Array:
    """Return the cost averaged over the examples: one number, or one for each network.

    >>> from nbsrc.networks.costs import MSE
    >>> passed = Pass([np.zeros((2, 1)), np.array([[1.0], [3.0]])], [np.zeros((2, 1))])
    >>> mean_cost(MSE, passed, np.zeros((2, 1)))
    np.float64(2.5)
    """
    value: Array = np.mean(cost.value(passed.pre_activations[-1], passed.outputs, targets), axis=-1)
    return value


@dataclass(frozen=True, eq=False)
class Objective:
    """A cost and the penalties added to it."""

    cost: Cost
    penalties: Sequence[Penalty] = ()

    def check(self, network: Network) -> None:
        """Raise ``ValueError`` where the cost or a penalty does not fit this network."""
        check_match(self.cost, network.activations[-1])
        for penalty in self.penalties:
            penalty.check(network)

    def value(self, network: Network, passed: Pass, targets: Array) -> Array:
        """Return the mean cost plus the penalties: one number, or one for each network."""
        value = mean_cost(self.cost, passed, targets)
        for penalty in self.penalties:
            value = value + penalty.value(network, passed)
        return value


def total_cost(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    cost: Cost,
    penalties: Sequence[Penalty] = (),
) -> Array:
    """Return the mean cost on these examples plus the penalties: one number, or one per network.

    Raises ``ValueError`` for inputs, targets, cost or penalties that do not fit the network.

    >>> from nbsrc.networks.costs import MSE
    >>> from nbsrc.networks.penalties import L2
    >>> from nbsrc.neurons.activations import IDENTITY
    >>> network = Network((1, 1), (IDENTITY,), np.array([2.0, 0.0]))
    >>> total_cost(network, [[3.0]], [[5.0]], MSE, [L2(0.5)])
    np.float64(1.5)
    """
    objective = Objective(cost, penalties)
    objective.check(network)
    passed = forward(network, inputs)
    rows = checked_targets(network, passed.activations[0], targets, cost)
    return objective.value(network, passed, rows)
