"""Networks in training on the rule of twelve bits, and what every layer did at each checkpoint.

The network is that of Shwartz-Ziv and Tishby (2017), 12-10-7-5-4-3-2 and then softmax; several
networks that differ in starts, in the examples they see and in the order of these are trained side
by side. All activations on all 4,096 patterns are computed again from the stored parameters, so
that any ruler can be laid on the same run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nbsrc.arrays import Array
from nbsrc.chapter.seed import generator
from nbsrc.information.rule import N_BITS, patterns, rule_labels
from nbsrc.learning.batches import steps_per_epoch
from nbsrc.learning.optimisers import Adam, Optimiser
from nbsrc.learning.training import History, spread_steps, train
from nbsrc.networks.costs import CROSS_ENTROPY
from nbsrc.networks.initialisation import he, xavier
from nbsrc.networks.network import forward, new_network
from nbsrc.neurons.activations import RELU, TANH, Activation

HIDDEN_SIZES = (10, 7, 5, 4, 3)


@dataclass(frozen=True, eq=False)
class Runs:
    """An ensemble's training on the rule.

    ``inputs`` (4096, 12) of −1 and 1, ``labels`` (4096,), ``seen`` (n_networks, 4096) says which
    patterns a network was trained on, ``epochs`` (n_checkpoints,) how many passes it had made.
    """

    inputs: Array
    labels: NDArray[np.int64]
    seen: NDArray[np.bool_]
    epochs: NDArray[np.intp]
    history: History

    def activations(self, checkpoint: int) -> list[Array]:
        """Return each layer's activations, inputs left out: (n_networks, 4096, n_units)."""
        return forward(self.history.network(checkpoint), self.inputs).activations[1:]

    def accuracy(self, checkpoint: int, *, on_seen: bool = False) -> Array:
        """Return the share of right answers, (n_networks,), on patterns not seen in training."""
        outputs = self.activations(checkpoint)[-1]
        right = np.argmax(outputs, axis=-1) == self.labels
        asked = self.seen if on_seen else ~self.seen
        return np.asarray(np.sum(right & asked, axis=1) / np.sum(asked, axis=1))


def train_on_rule(
    purpose: str = "plane",
    *,
    hidden: Activation = TANH,
    sizes: tuple[int, ...] = HIDDEN_SIZES,
    n_networks: int = 5,
    n_epochs: int = 400,
    batch_size: int | None = 256,
    optimiser: Optimiser | None = None,
    share: float = 0.85,
    n_checkpoints: int = 15,
    keep: Sequence[int] | None = None,
    shuffled: bool = False,
) -> Runs:
    """Train an ensemble on a share of the 4,096 patterns, and keep checkpoints, denser early on.

    ``keep`` names the epochs to keep, beside the first and the last; without it, ``n_checkpoints``
    are spread. The rule, ``generator("rule of twelve bits")``, is the same for every purpose;
    starts, examples and their orders are drawn for ``purpose``. With ``shuffled`` the answers are
    dealt out anew, so that there is nothing to learn but each pattern by heart. ReLU starts as He
    et al. (2015), others as Glorot and Bengio (2010). Raises ``ValueError`` for a share that leaves
    no pattern to train or to test on, for fewer than two checkpoints, and as
    :func:`nbsrc.learning.training.train` does.
    """
    inputs = 2.0 * patterns() - 1
    n_seen = round(share * len(inputs))
    if not 0 < n_seen < len(inputs):
        raise ValueError(f"share is {share}; it must leave patterns to train and to test on")
    if n_checkpoints < 2 or n_epochs < 1:
        raise ValueError(f"{n_checkpoints} checkpoints of {n_epochs} epochs; give 2 and 1 or more")
    labels = rule_labels(generator("rule of twelve bits"))
    if shuffled:
        labels = generator(f"{purpose}: shuffled").permutation(labels)
    members = range(n_networks)
    orders = [generator(f"{purpose}: examples", i).permutation(len(inputs)) for i in members]
    chosen = np.stack([order[:n_seen] for order in orders])
    start = new_network(
        (N_BITS, *sizes, 2),
        [generator(f"{purpose}: start", i) for i in members],
        hidden=hidden,
        initialisation=he if hidden is RELU else xavier,
        dtype=np.float32,
    )
    epochs = spread_steps(n_epochs, n_checkpoints, logarithmic=True) if keep is None else keep
    per_epoch = steps_per_epoch(n_seen, batch_size)
    run = train(
        start,
        inputs[chosen],
        np.eye(2)[labels][chosen],
        CROSS_ENTROPY,
        optimiser or Adam(0.003),
        n_epochs=n_epochs,
        batch_size=batch_size,
        randomness=[generator(f"{purpose}: order", i) for i in members],
        record=[int(epoch) * per_epoch for epoch in epochs],
        progress=False,
    )
    seen = np.zeros((n_networks, len(inputs)), bool)
    np.put_along_axis(seen, chosen, True, axis=1)
    return Runs(inputs, labels, seen, run.history.steps // per_epoch, run.history)
