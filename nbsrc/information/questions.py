"""Finding out which of n things it is by questions with two answers: trees, and what they cost.

A tree of questions is the number of a thing (there is nothing left to ask), or a pair of trees: one
for yes, one for no. So is a code of zeros and ones in which no word begins another: a question is
a digit.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from functools import cache
from itertools import count

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nbsrc.arrays import Array
from nbsrc.information.discrete import checked_table

Tree = int | tuple["Tree", "Tree"]
"""A thing's number, or what is asked on after a yes and after a no."""

MOST_SEARCHED = 10
"""Beyond so many things there are too many sets for :func:`fewest_questions`."""


def huffman_tree(p: ArrayLike) -> Tree:
    """Return a tree with the fewest questions on average, built as Huffman (1952) builds it.

    The two least likely things become one, until one is left. Of two branches the likelier is the
    yes. Raises ``ValueError`` for what is no table of probabilities, see
    :func:`~nbsrc.information.discrete.checked_table`.

    >>> huffman_tree([0.5, 0.125, 0.125, 0.25])
    (0, (3, (1, 2)))
    """
    chances = _chances(p)
    turn = count(-len(chances), -1)
    waiting: list[tuple[float, int, Tree]] = [(c, -k, k) for k, c in enumerate(chances.tolist())]
    heapq.heapify(waiting)
    while len(waiting) > 1:
        low, _, no = heapq.heappop(waiting)
        high, _, yes = heapq.heappop(waiting)
        heapq.heappush(waiting, (low + high, next(turn), (yes, no)))
    return waiting[0][2]


def halving_tree(n: int) -> Tree:
    """Return the tree that halves a list of n things by number, whatever their chances.

    >>> halving_tree(5)
    (((0, 1), 2), (3, 4))
    """
    return _halved(range(_counted(n)))


def one_by_one_tree(n: int) -> Tree:
    """Return the tree that asks for one thing after the other, in their order.

    >>> one_by_one_tree(4)
    (0, (1, (2, 3)))
    """
    *before, tree = range(_counted(n))
    made: Tree = tree
    for thing in reversed(before):
        made = (thing, made)
    return made


def depths(tree: Tree) -> NDArray[np.intp]:
    """Return the number of questions until each thing is known, ``(n,)``.

    Raises ``ValueError`` unless the tree's things are 0 to n − 1, each once.

    >>> depths((0, (3, (1, 2))))
    array([1, 3, 3, 2])
    """
    found = sorted(_leaves(tree, 0))
    if [thing for thing, _ in found] != list(range(len(found))):
        raise ValueError("a tree of questions has each of its n things once, numbered 0 to n − 1")
    return np.array([depth for _, depth in found], np.intp)


def mean_questions(p: ArrayLike, tree: Tree) -> float:
    """Return how many questions a tree takes on average where thing k is meant with chance p[k].

    Raises ``ValueError`` for another number of things than the tree's, and for no table.

    >>> mean_questions([0.5, 0.125, 0.125, 0.25], (0, (3, (1, 2))))
    1.75
    """
    chances, asked = _chances(p), depths(tree)
    if len(chances) != len(asked):
        raise ValueError(f"the tree has {len(asked)} things, the table {len(chances)}")
    return float(chances @ asked)


def fewest_questions(p: ArrayLike) -> float:
    """Return the least average over all trees of questions, by a search through all sets of things.

    A set of things costs its own chance, for the question put to it, and what its two parts cost.
    Raises ``ValueError`` for more than 10 things, and for no table.

    >>> fewest_questions([0.5, 0.125, 0.125, 0.25])
    1.75
    """
    chances = _chances(p)
    if len(chances) > MOST_SEARCHED:
        raise ValueError(f"{len(chances)} things have too many trees; give {MOST_SEARCHED} at most")
    weight: list[float] = [
        sum(c for k, c in enumerate(chances.tolist()) if group >> k & 1)
        for group in range(1 << len(chances))
    ]

    @cache
    def least(group: int) -> float:
        if group & (group - 1) == 0:
            return 0.0
        top, best = 1 << (group.bit_length() - 1), np.inf
        rest = part = group ^ top
        while part:  # every part without the last thing, so that no split is seen twice
            best = min(best, least(part) + least(group ^ part))
            part = (part - 1) & rest
        return weight[group] + float(best)

    return least((1 << len(chances)) - 1)


def _leaves(tree: Tree, depth: int) -> list[tuple[int, int]]:
    if isinstance(tree, int):
        return [(tree, depth)]
    yes, no = tree
    return _leaves(yes, depth + 1) + _leaves(no, depth + 1)


def _halved(things: Sequence[int]) -> Tree:
    if len(things) == 1:
        return things[0]
    middle = (len(things) + 1) // 2
    return _halved(things[:middle]), _halved(things[middle:])


def _chances(p: ArrayLike) -> Array:
    chances = checked_table(p)
    if chances.ndim != 1:
        raise ValueError(f"one table has one axis; got shape {chances.shape}")
    return chances


def _counted(n: int) -> int:
    if n < 1:
        raise ValueError(f"there is nothing to ask about: n is {n}")
    return n
