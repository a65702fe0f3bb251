"""Sorted words, neighbours by direction, and shares against plain loops and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from nbsrc.maps.text import read_text, tokens, vocabulary
from nbsrc.maps.word_kinds import (
    KIND,
    TOPIC,
    directions,
    nearest,
    overlap,
    shared,
    shared_by_chance,
)


def test_every_sorted_word_is_among_the_500_commonest() -> None:
    known = vocabulary([tokens(p) for p in read_text().paragraphs], 500).words
    assert set(KIND) <= set(known)


def test_the_words_of_a_topic_are_sorted_and_of_one_kind() -> None:
    for topic in set(TOPIC.values()):
        words = [word for word, name in TOPIC.items() if name == topic]
        assert len(words) >= 5
        assert len({KIND[word] for word in words}) == 1


@given(st.integers(3, 12), st.integers(0, 99))
def test_nearest_are_those_of_largest_cosine(n: int, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(n, 4))
    likeness = cosine_similarity(rows - rows.mean(axis=0))
    found = nearest(rows, n - 1)
    for i in range(n):
        assert set(found[i]) == set(range(n)) - {i}
        assert (np.diff(likeness[i, found[i]]) <= 1e-12).all()
    assert np.array_equal(nearest(3 * rows + 2, n - 1), found)


def test_chance_is_the_mean_over_all_other_words() -> None:
    labels = list("aaabbc")
    others = np.array([[j for j in range(6) if j != i] for i in range(6)])
    assert shared(labels, others) == pytest.approx(shared_by_chance(labels))


def test_overlap_counts_common_entries_in_any_order() -> None:
    assert overlap(np.array([[1, 2, 3], [4, 5, 6]]), np.array([[3, 1, 9], [7, 8, 9]])) == 1 / 3


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="finite numbers"):
        directions(np.array([[np.nan, 1.0]]))
    with pytest.raises(ValueError, match="from 1 to n - 1"):
        nearest(np.eye(3), 3)
