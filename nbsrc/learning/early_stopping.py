"""Early stopping: keep the network that was best on examples that it did not learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.networks.costs import Cost
from nbsrc.networks.network import Network, checked_inputs, empty_pass, forward_into
from nbsrc.networks.objective import checked_targets, mean_cost
from nbsrc.neurons.activation_kernels import overflow_allowed


@dataclass(frozen=True, eq=False)
class EarlyStopping:
    """Stop when the cost on other examples has not fallen for ``patience`` epochs.

    ``inputs`` and ``targets`` are examples that the network does not learn from. A cost has fallen
    if it is below the lowest before by more than ``tolerance``. Stopping puts back the parameters
    that had the lowest cost. Each network of an ensemble stops by itself. Raises ``ValueError``
    for a patience below 1 or a tolerance below 0.
    """

    inputs: ArrayLike
    targets: ArrayLike
    patience: int = 10
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise ValueError(f"patience is {self.patience} epochs; it must be at least 1")
        if not self.tolerance >= 0:
            raise ValueError(f"tolerance is {self.tolerance}; it must be at least 0")


class Watch:
    """Watches a network in training, which it changes in place only to put back what was best."""

    def __init__(self, network: Network, cost: Cost, rule: EarlyStopping) -> None:
        inputs = checked_inputs(network, rule.inputs)
        self._targets = checked_targets(network, inputs, rule.targets, cost)
        self._network, self._cost, self._rule = network, cost, rule
        self._passed = empty_pass(network, inputs)
        self._best = network.parameters.copy()
        self._lowest = self._costs()
        self._waited = np.zeros(self._lowest.shape, dtype=int)
        self.n_epochs = np.zeros(self._lowest.shape, dtype=int)
        self.stopped = np.zeros(self._lowest.shape, dtype=bool)

    def _costs(self) -> Array:
        with overflow_allowed():
            forward_into(self._network, self._passed)
        return np.asarray(mean_cost(self._cost, self._passed, self._targets))

    def after_step(self) -> None:
        """Hold the networks that have stopped where they were best."""
        if self.stopped.any():
            self._network.parameters[self.stopped] = self._best[self.stopped]

    def after_epoch(self) -> None:
        """Compare with the best so far, and stop the networks that have waited long enough."""
        costs = self._costs()
        fallen = costs < self._lowest - self._rule.tolerance
        self._best[fallen] = self._network.parameters[fallen]
        self._lowest = np.where(fallen, costs, self._lowest)
        self._waited = np.where(fallen, 0, self._waited + 1)
        self.n_epochs += ~self.stopped
        self.stopped |= self._waited >= self._rule.patience
        self.after_step()

    def put_back_best(self) -> None:
        """Give every network the parameters that had its lowest cost."""
        self._network.parameters[...] = self._best
