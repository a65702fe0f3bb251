"""The small language model against differences, and the counting rivals against plain counting."""

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from nbsrc.maps.language import (
    LanguageModel,
    Shape,
    cost,
    given,
    gradient,
    layers,
    means_by_word,
    new_model,
    next_words,
    pair_counts,
    pair_shares,
    perplexity,
    train_model,
    triple_probabilities,
    word_shares,
    word_vectors,
)
from nbsrc.maps.text import Contexts

SHAPE = Shape(7, 3, 4, 5, 6)


def places(n: int, seed: int, n_words: int = 7, length: int = 3) -> Contexts:
    rng = np.random.default_rng(seed)
    return Contexts(rng.integers(0, n_words, (n, length)), rng.integers(0, n_words, n))


def small(seed: int = 0) -> LanguageModel:
    return new_model(SHAPE, np.random.default_rng(seed), dtype=np.float64)


def test_the_gradient_is_the_slope_of_the_cost() -> None:
    model, some = small(), places(11, 1)
    slope = gradient(model, some)
    for k in range(SHAPE.n_parameters):
        rises = []
        for sign in (1, -1):
            moved = model.parameters.copy()
            moved[k] += sign * 1e-6
            rises.append(cost(LanguageModel(SHAPE, moved), some))
        assert slope[k] == pytest.approx((rises[0] - rises[1]) / 2e-6, abs=1e-8)


def test_the_cost_is_the_logarithm_of_the_perplexity() -> None:
    model, some = small(), places(40, 2)
    p = given(next_words(model, some.before), some.word)
    assert np.exp(cost(model, some)) == pytest.approx(perplexity(p))


def test_probabilities_are_those_of_a_forward_pass_by_hand() -> None:
    model, some = small(3), places(2, 3)
    e, w1, b1, w2, b2, w3, b3 = model.parts
    x = np.concatenate([e[i] for i in some.before[0]])
    z = np.tanh(np.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3
    assert next_words(model, some.before)[0] == pytest.approx(np.exp(z) / np.exp(z).sum())


def test_a_new_model_begins_near_the_shares_of_the_words() -> None:
    shares = np.arange(1, 8) / 28
    model = new_model(SHAPE, np.random.default_rng(0), shares)
    assert next_words(model, places(50, 0).before).mean(axis=0) == pytest.approx(shares, abs=0.03)


def test_training_learns_a_rule_that_needs_the_first_word_and_leaves_the_start_alone() -> None:
    rng = np.random.default_rng(4)
    before = rng.integers(0, 7, (600, 3))
    rule = Contexts(before, before[:, 0])
    start = new_model(SHAPE, rng)
    kept = start.parameters.copy()
    made = train_model(start, rule, rng, epochs=40, batch_size=50, learning_rate=0.02)
    assert np.array_equal(start.parameters, kept)
    assert np.exp(cost(made, rule)) < 1.2 < 6 < np.exp(cost(start, rule))


def test_the_rivals_count() -> None:
    some, n = places(300, 5), 7
    pairs = Counter(zip(some.last.tolist(), some.word.tolist(), strict=True))
    counts = pair_counts(some, n)
    assert all(counts[a, b] == pairs[a, b] for a in range(n) for b in range(n))
    for table in (pair_shares(some, n), word_shares(some, n)[None]):
        assert (table > 0).all()
        assert table.sum(axis=1) == pytest.approx(1)


def test_triples_are_counted_as_in_a_dictionary_and_sum_to_one() -> None:
    some, n = places(200, 6, 4), 4
    seen: dict[tuple[int, int], Counter[int]] = {}
    for (_, a, b), word in zip(some.before.tolist(), some.word.tolist(), strict=True):
        seen.setdefault((a, b), Counter())[word] += 1
    pairs = pair_shares(some, n)
    for a in range(n):
        for b in range(n):
            asked = Contexts(np.array([[0, a, b]] * n), np.arange(n))
            found = triple_probabilities(some, asked, n)
            told = seen.get((a, b), Counter())
            if told:
                t, c = len(told), told.total()
                wanted = [(told[w] + t * pairs[b, w]) / (c + t) for w in range(n)]
                assert found == pytest.approx(wanted)
            assert found.sum() == pytest.approx(1)


def test_a_pair_never_seen_leans_on_the_last_word_alone() -> None:
    some = Contexts(np.array([[0, 1], [0, 1]]), np.array([2, 1]))
    asked = Contexts(np.array([[2, 1]]), np.array([2]))
    assert triple_probabilities(some, asked, 3) == pytest.approx(pair_shares(some, 3)[1, 2])


def test_a_words_vector_is_the_mean_over_the_places_it_ends() -> None:
    model, some = small(7), places(60, 7)
    embedding, first, second = word_vectors(model, some)
    assert np.array_equal(embedding, model.embedding)
    ends = some.last == 3
    assert first[3] == pytest.approx(layers(model, some.before)[1][ends].mean(axis=0))
    assert second[3] == pytest.approx(layers(model, some.before)[2][ends].mean(axis=0))
    assert np.array_equal(means_by_word(np.ones((2, 1)), np.array([0, 0]), 2), [[1], [0]])


def bad(value: float) -> NDArray[np.float64]:
    parameters = small().parameters.copy()
    parameters[5] = value
    return np.asarray(parameters, np.float64)


def test_bad_input_is_refused() -> None:
    some = places(10, 8)
    with pytest.raises(ValueError, match="NaN or infinity"):
        LanguageModel(SHAPE, bad(np.nan))
    with pytest.raises(ValueError, match="this shape of model needs"):
        LanguageModel(SHAPE, np.zeros(3))
    with pytest.raises(ValueError, match="1 or more"):
        new_model(Shape(7, 0), np.random.default_rng(0))
    with pytest.raises(ValueError, match="7 numbers above 0"):
        new_model(SHAPE, np.random.default_rng(0), np.zeros(7))
    with pytest.raises(ValueError, match=r"give \(n, 3\)"):
        next_words(small(), some.before[:, :2])
    with pytest.raises(ValueError, match="from 0 to 6"):
        next_words(small(), some.before + 7)
    with pytest.raises(ValueError, match="fewer than one batch"):
        train_model(small(), some, np.random.default_rng(0), batch_size=11)
    with pytest.raises(ValueError, match="must be positive"):
        train_model(small(), some, np.random.default_rng(0), batch_size=5, learning_rate=0)
    with pytest.raises(ValueError, match="above 0"):
        perplexity(np.array([0.5, 0.0]))
    with pytest.raises(ValueError, match="two words or more"):
        triple_probabilities(places(3, 0, length=1), places(3, 1, length=1), 7)
