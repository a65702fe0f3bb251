"""All randomness follows one seed, and every purpose has numbers of its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.chapter.seed import VARIABLE, book_seed, generator

PURPOSES = st.text(max_size=20)
INDICES = st.integers(0, 10**6)


def drawn(purpose: str, index: int, seed: int) -> tuple[float, ...]:
    """Return a few numbers of a generator under a book seed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(seed))
        return tuple(generator(purpose, index).normal(size=4))


@given(PURPOSES, INDICES, st.integers(0, 2**40))
def test_the_same_purpose_index_and_seed_give_the_same_numbers(
    purpose: str, index: int, seed: int
) -> None:
    assert drawn(purpose, index, seed) == drawn(purpose, index, seed)


@given(
    st.lists(
        st.tuples(PURPOSES, INDICES, st.integers(0, 1000)), min_size=2, max_size=5, unique=True
    )
)
def test_another_purpose_index_or_seed_gives_other_numbers(
    cases: list[tuple[str, int, int]],
) -> None:
    assert len({drawn(*case) for case in cases}) == len(cases)


def test_neighbouring_seeds_and_indices_are_not_correlated() -> None:
    cases = [(seed, index) for seed in range(4) for index in range(4)]
    rows = np.array([generator_of(*case).normal(size=2000) for case in cases])
    correlations = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(correlations).max() < 0.12  # five standard errors


def generator_of(seed: int, index: int) -> np.random.Generator:
    """Return a generator under a book seed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(seed))
        return generator("correlation", index)


def test_without_the_variable_the_seed_is_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert book_seed() == 0


@given(st.integers(0, 10**30))
def test_any_whole_number_from_zero_is_a_seed(seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(seed))
        assert book_seed() == seed


@pytest.mark.parametrize("text", ["", "-1", "1.5", "seven", " 7", "7\n", "0x10", "1e3", "²"])
def test_anything_else_is_refused_with_an_example(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(ValueError, match="must be a whole number from 0, such as 7"):
        book_seed()


def test_repetitions_are_counted_from_zero() -> None:
    with pytest.raises(ValueError, match="index is -1"):
        generator("anything", -1)
