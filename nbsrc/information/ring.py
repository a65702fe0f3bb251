"""Six lamps in a ring, and a network of step units that counts their lit arcs, layer by layer.

A lit arc is a run of lamps that are on. The answer is 1 where there are two arcs or more: 32 of the
64 rings, so it is worth one bit. Lamps carry weights that a person can check: six units find where
an arc begins, three count the arcs (one or more, two or more, three), one reads the answer off the
three by majority. Each unit's bit may be turned over by chance; all quantities stay exact.
"""

from collections.abc import Callable
from functools import cache
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array
from nbsrc.information.chains import all_bits

LAMPS = 6
WEIGHTS: tuple[Array, ...] = (
    np.eye(LAMPS) - np.roll(np.eye(LAMPS), -1, axis=0),
    np.ones((LAMPS, 3)),
    np.ones((3, 1)),
)
"""From lamps to beginnings of arcs, to the counter, to the answer; each (fan_in, fan_out)."""
BIASES = (np.full(LAMPS, -0.5), np.array([-0.5, -1.5, -2.5]), np.array([-1.5]))

ARCS = (2, 30, 30, 2)
"""How many of the 64 rings have 0, 1, 2 and 3 lit arcs."""


def layer_bits(lamps: ArrayLike) -> list[NDArray[np.int64]]:
    """Return the bits of every layer, the lamps first, for rows of lamps (..., 6).

    Raises ``ValueError`` for rows of other lengths or entries that are neither 0 nor 1.

    >>> [row.tolist() for row in layer_bits([1, 1, 0, 1, 0, 0])]
    [[1, 1, 0, 1, 0, 0], [1, 0, 0, 1, 0, 0], [1, 1, 0], [1]]
    """
    rows = np.asarray(lamps)
    if rows.ndim < 1 or rows.shape[-1] != LAMPS or not np.isin(rows, (0, 1)).all():
        raise ValueError(f"a ring is {LAMPS} bits; got shape {rows.shape}")
    made = [rows.astype(np.int64)]
    for weights, bias in zip(WEIGHTS, BIASES, strict=True):
        made.append((made[-1] @ weights + bias > 0).astype(np.int64))
    return made


def flip_chances(chance: Any, n_bits: int) -> Any:
    """Return the chance that d particular bits of n turn over and no others, d = 0 ... n.

    ``chance`` may be live: (n + 1,).

    >>> flip_chances(0.25, 1).tolist()
    [0.75, 0.25]
    """
    return np.stack([chance**d * (1 - chance) ** (n_bits - d) for d in range(n_bits + 1)])


@cache
def edge_counts() -> tuple[Array, Array]:
    """Return, for kinds of first-layer states that noise treats alike, how many they are and N.

    N (2, n_kinds, 7): how many rings of answer y have a clean first layer d flips away.

    >>> alike, counts = edge_counts()
    >>> int(alike.sum()), int((alike * counts.sum(axis=(0, 2))).sum())
    (64, 4096)
    """
    _, edges, _, answer = layer_bits(all_bits(LAMPS))
    apart = np.abs(all_bits(LAMPS)[:, None, :] - edges[None, :, :]).sum(axis=-1)
    kinds = np.zeros((2, 64, LAMPS + 1))
    for ring in range(64):
        np.add.at(kinds[answer[ring, 0]], (np.arange(64), apart[:, ring]), 1)
    found, alike = np.unique(kinds.transpose(1, 0, 2).reshape(64, -1), axis=0, return_counts=True)
    return alike.astype(float), found.reshape(-1, 2, LAMPS + 1).transpose(1, 0, 2)


@cache
def counting() -> Array:
    """Return K (4, 4, 7): ways to come from c ones of six to k ones by d flips, k = 3 or more.

    >>> counting()[1, 2].tolist()
    [0.0, 5.0, 0.0, 10.0, 0.0, 0.0, 0.0]
    """
    ways = np.zeros((4, 4, LAMPS + 1))
    for ones in range(4):
        for off in range(ones + 1):
            for on in range(LAMPS - ones + 1):
                k = min(ones - off + on, 3)
                ways[ones, k, off + on] += comb(ones, off) * comb(LAMPS - ones, on)
    return ways


def ring_information(
    edges_noise: Any,
    counter_noise: Any,
    answer_noise: Any,
    keep: Callable[[str, Any], Any] = lambda name, value: value,
) -> Any:
    """Return H(T), I(X; T), I(Y; T) and a linear reader's share of right answers: (4, 3).

    Columns: the beginnings, the counter and the answer, whose bits each turn over with the given
    chance from 0 to ½. The reader adds a layer's bits and cuts at one and a half. Chances may be
    live; ``keep(name, value)`` then stores what later formulas use. Exact, in bits.

    >>> ring_information(0.0, 0.0, 0.0).round(3)[:3].tolist()
    [[4.06, 1.337, 1.0], [4.06, 1.337, 1.0], [1.0, 1.0, 1.0]]
    """
    alike, near = edge_counts()
    one, three = flip_chances(edges_noise, LAMPS), flip_chances(counter_noise, 3)
    one, three = keep("flips_one", one), keep("flips_two", three)
    with_y = keep("edges_joint", near @ one / 64)
    counted = keep("counted", counting() @ one)
    clean = np.array([[1] * k + [0] * (3 - k) for k in range(4)])
    apart = np.abs(clean[:, None, :] - all_bits(3)[None, :, :]).sum(axis=-1)
    states = keep(
        "counter", counted @ np.stack([np.stack([three[d] for d in row]) for row in apart])
    )
    ups = np.flatnonzero(all_bits(3).sum(axis=1) >= 2)
    fires = keep("fires", np.sum(np.stack([states[:, i] for i in ups]), axis=0))
    says = keep("says", fires * (1 - answer_noise) + (1 - fires) * answer_noise)
    last = np.stack([1 - says, says], axis=1)
    shares = np.array(ARCS) / 64
    half = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]]) * shares

    def right(yes: Any) -> Any:
        return half[0] @ (1 - yes) + half[1] @ yes

    six = LAMPS * _bits(np.stack([edges_noise, 1 - edges_noise]))
    columns = [
        _told(alike, with_y, six, right(counted[:, 2] + counted[:, 3])),
        _told(np.ones(8), half @ states, shares @ _bits(states), right(fires)),
        _told(np.ones(2), half @ last, shares @ _bits(last), right(says)),
    ]
    return np.stack(columns, axis=1)


def _told(alike: Array, with_y: Any, noise: Any, right: Any) -> Any:
    """Return H(T), I(X; T) = H(T) − H(T | X), I(Y; T) = H(T) + H(Y) − H(Y, T), and ``right``."""
    whole = np.sum(_terms(with_y[0] + with_y[1]) * alike)
    both = np.sum(_terms(with_y) * alike)
    return np.stack([whole, whole - noise, whole + 1 - both, right])


def _terms(p: Any) -> Any:
    return -p * np.log2(np.maximum(p, 1e-300))


def _bits(p: Any) -> Any:
    return np.sum(_terms(p), axis=-1)
