"""Trees of questions: Huffman's against every tree there is, and against the entropy."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.information.discrete import entropy
from nbsrc.information.questions import (
    Tree,
    depths,
    fewest_questions,
    halving_tree,
    huffman_tree,
    mean_questions,
    one_by_one_tree,
)

TABLES = st.lists(st.integers(0, 50), min_size=2, max_size=6).filter(any)


def all_trees(things: tuple[int, ...]) -> Iterator[Tree]:
    """Yield every tree over these things: the first of them is always on the yes side."""
    if len(things) == 1:
        yield things[0]
        return
    first, rest = things[0], things[1:]
    for mask in range(2 ** len(rest) - 1):
        with_first = (first, *(t for k, t in enumerate(rest) if mask >> k & 1))
        others = tuple(t for t in things if t not in with_first)
        for yes in all_trees(with_first):
            for no in all_trees(others):
                yield yes, no


@given(counts=st.lists(st.integers(0, 50), min_size=2, max_size=5).filter(any))
@settings(max_examples=40)
def test_no_tree_at_all_is_better_than_huffmans(counts: list[int]) -> None:
    p = np.array(counts) / sum(counts)
    best = min(mean_questions(p, tree) for tree in all_trees(tuple(range(len(p)))))
    assert mean_questions(p, huffman_tree(p)) == pytest.approx(best, abs=1e-12)
    assert fewest_questions(p) == pytest.approx(best, abs=1e-12)


@given(counts=TABLES)
def test_between_the_entropy_and_one_more(counts: list[int]) -> None:
    p = np.array(counts) / sum(counts)
    mean, bits = mean_questions(p, huffman_tree(p)), float(entropy(p))
    assert bits - 1e-9 <= mean
    if np.count_nonzero(p) == len(p):
        assert mean < bits + 1
    for tree in (halving_tree(len(p)), one_by_one_tree(len(p))):
        assert mean <= mean_questions(p, tree) + 1e-9


@given(counts=TABLES)
def test_every_tree_uses_up_its_room(counts: list[int]) -> None:
    p = np.array(counts) / sum(counts)
    for tree in (huffman_tree(p), halving_tree(len(p)), one_by_one_tree(len(p))):
        assert np.sum(0.5 ** depths(tree)) == 1  # Kraft, with nothing left over


def test_known_trees() -> None:
    assert depths(halving_tree(8)).tolist() == [3] * 8
    assert depths(one_by_one_tree(8)).tolist() == [1, 2, 3, 4, 5, 6, 7, 7]
    halves = [0.5**k for k in (1, 2, 3, 4, 5, 6, 7, 7)]
    assert mean_questions(halves, huffman_tree(halves)) == float(entropy(halves))
    assert depths(huffman_tree([1.0])).tolist() == [0]
    assert mean_questions([0.99, 0.01], huffman_tree([0.99, 0.01])) == 1  # far above its entropy


def test_refusals() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        huffman_tree([0.5, 0.4])
    with pytest.raises(ValueError, match="one axis"):
        huffman_tree([[0.5, 0.5]])
    with pytest.raises(ValueError, match="nothing to ask"):
        halving_tree(0)
    with pytest.raises(ValueError, match="each of its n things once"):
        depths((0, (0, 1)))
    with pytest.raises(ValueError, match="2 things, the table 3"):
        mean_questions([0.5, 0.25, 0.25], (0, 1))
    with pytest.raises(ValueError, match="too many trees"):
        fewest_questions(np.full(11, 1 / 11))
