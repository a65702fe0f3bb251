"""Examples in a new order each epoch, and views of them batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType

import numpy as np

from nbsrc.arrays import Array

Randomness = np.random.Generator | Sequence[np.random.Generator] | None


def steps_per_epoch(n_samples: int, batch_size: int | None) -> int:
    """Return the number of batches in one pass; the last one holds what is left over.

    >>> steps_per_epoch(1797, 64), steps_per_epoch(1797, None)
    (29, 1)
    """
    return 1 if batch_size is None else -(-n_samples // batch_size)


class Batches:
    """Inputs and targets cut into batches, which :meth:`shuffle` fills anew for each epoch.

    Arrays have shape ``(n_samples, n_columns)``, or ``(n_networks, n_samples, n_columns)``.
    ``randomness`` is one generator (one order for all networks), one for each network (each its
    own order), or None (the order given). With ``batch_size`` None there is one batch of all
    examples, whose order does not matter, and nothing is drawn. Raises ``ValueError`` for a batch
    size or a number of generators that does not fit.

    >>> batches = Batches(np.array([[1.0], [2.0], [3.0]]), np.zeros((3, 1)), 2, None, None)
    >>> [inputs.ravel().tolist() for inputs, targets in batches.views]
    [[1.0, 2.0], [3.0]]
    """

    def __init__(
        self,
        inputs: Array,
        targets: Array,
        batch_size: int | None,
        randomness: Randomness,
        n_networks: int | None,
    ) -> None:
        n_samples = inputs.shape[-2]
        if batch_size is not None and not 1 <= batch_size <= n_samples:
            raise ValueError(
                f"batch_size is {batch_size}; it must be from 1 to the {n_samples} examples given, "
                "or None for all at once"
            )
        self._sources = (inputs, targets)
        self._orders = _orders(randomness, n_networks)
        if batch_size is None:
            self._orders = []
        own = any(place is not ... for place, _ in self._orders)
        self._ordered = tuple(
            _room(source, n_networks if own else None) if self._orders else source
            for source in self._sources
        )
        size = batch_size or n_samples
        self.views: list[tuple[Array, Array]] = [
            (self._ordered[0][..., at : at + size, :], self._ordered[1][..., at : at + size, :])
            for at in range(0, n_samples, size)
        ]

    def shuffle(self) -> None:
        """Put the examples into a new order, in place, so that the views show it."""
        n_samples = self._sources[0].shape[-2]
        for place, rng in self._orders:
            order = rng.permutation(n_samples)
            for source, ordered in zip(self._sources, self._ordered, strict=True):
                rows = source[place] if source.ndim == 3 else source
                # "clip" lets NumPy write straight to `out`; no index is out of range here.
                np.take(rows, order, axis=-2, out=ordered[place], mode="clip")


def _orders(
    randomness: Randomness, n_networks: int | None
) -> list[tuple[int | EllipsisType, np.random.Generator]]:
    """Return which networks (one, or all: ``...``) take their order from which generator."""
    if randomness is None:
        return []
    if isinstance(randomness, np.random.Generator):
        return [(..., randomness)]
    if len(randomness) != n_networks:
        networks = "one network" if n_networks is None else f"{n_networks} networks"
        raise ValueError(
            f"{len(randomness)} random generators for {networks}; "
            "give one generator, or one for each network of an ensemble"
        )
    return list(enumerate(randomness))


def _room(source: Array, n_networks: int | None) -> Array:
    """Return an array for the source's rows in a new order, one order for each of n_networks."""
    if source.ndim == 3 or n_networks is None:
        return np.empty_like(source)
    return np.empty((n_networks, *source.shape), source.dtype)
