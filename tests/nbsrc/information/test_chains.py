"""Information along Markov chains: what theorems say, on random chains and exactly."""

from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from nbsrc.information.chains import (
    all_bits,
    along,
    best_threshold,
    channel_of,
    checked_channel,
    fano_error,
    flips,
    informations,
    joint_counts,
    least_error,
    least_missing,
    numbered,
    push,
    random_rows,
)
from nbsrc.information.discrete import conditional_entropy, entropy, mutual_information
from nbsrc.information.ring import ARCS, layer_bits, ring_information

sizes = st.lists(st.integers(1, 6), min_size=2, max_size=5)
seeds = st.integers(0, 10_000)


def chain(seed: int, layers: list[int], answers: int = 3) -> Any:
    rng = np.random.default_rng(seed)
    joint = random_rows(rng, 1, answers * layers[0], 0.4).reshape(answers, layers[0])
    return joint, [random_rows(rng, a, b, 0.3) for a, b in pairwise(layers)]


@given(seeds, sizes)
@settings(max_examples=80, deadline=None)
def test_information_never_rises_along_a_chain(seed: Any, layers: Any) -> None:
    joint, channels = chain(seed, layers)
    assert (np.diff(informations(joint, channels)) <= 1e-12).all()


@given(seeds, sizes)
@settings(max_examples=40, deadline=None)
def test_neither_does_what_a_layer_tells_of_any_layer_before_it(seed: Any, layers: Any) -> None:
    _, channels = chain(seed, layers)
    start = np.diag(random_rows(np.random.default_rng(seed), 1, layers[0])[0])
    assert (np.diff(informations(start, channels)) <= 1e-12).all()


@given(seeds, st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_renaming_states_changes_nothing(seed: Any, n_states: Any) -> None:
    joint, _ = chain(seed, [n_states])
    order = np.random.default_rng(seed).permutation(n_states)
    renamed = push(joint, channel_of(order, n_states))
    assert sorted(renamed.T.tolist()) == sorted(joint.T.tolist())
    assert mutual_information(renamed) == pytest.approx(mutual_information(joint), abs=1e-13)
    assert least_error(renamed) == pytest.approx(least_error(joint), abs=1e-13)


@given(seeds, st.integers(2, 5), st.integers(1, 6))
@settings(max_examples=80, deadline=None)
def test_no_decoder_beats_fano(seed: Any, answers: Any, states: Any) -> None:
    joint, _ = chain(seed, [states], answers)
    missing = conditional_entropy(joint)
    assert least_error(joint) >= fano_error(min(missing, np.log2(answers)), answers) - 1e-9


@pytest.mark.parametrize("answers", [2, 3, 10])
def test_fano_is_tight_where_errors_are_spread_evenly(answers: Any) -> None:
    error = 0.3
    joint = np.full((answers, answers), error / (answers - 1)) / answers
    np.fill_diagonal(joint, (1 - error) / answers)
    assert fano_error(conditional_entropy(joint), answers) == pytest.approx(error, abs=1e-9)
    assert least_missing(error, answers) == pytest.approx(conditional_entropy(joint))


def test_the_best_decoder_is_the_best_of_all_decoders() -> None:
    joint, _ = chain(3, [3], 2)
    every = [sum(joint[g, t] for t, g in enumerate(guess)) for guess in np.ndindex(2, 2, 2)]
    assert 1 - least_error(joint) == pytest.approx(max(every))


def test_pushing_is_summing_over_what_lies_between() -> None:
    joint, (channel,) = chain(1, [4, 3])
    by_hand = [[sum(joint[y, s] * channel[s, t] for s in range(4)) for t in range(3)]
               for y in range(3)]  # fmt: skip
    assert push(joint, channel) == pytest.approx(np.array(by_hand))
    assert along(joint, [channel])[-1] == pytest.approx(np.array(by_hand))


def test_flips_of_many_bits_are_independent() -> None:
    one = flips(1, 0.2)
    assert flips(3, 0.2) == pytest.approx(np.kron(one, np.kron(one, one)))
    lit = flips(4, 0.2)[0] @ (all_bits(4).sum(axis=1)[:, None] == np.arange(5))
    assert lit == pytest.approx(binom.pmf(np.arange(5), 4, 0.2))


def test_numbers_and_bits_are_inverse() -> None:
    assert numbered(all_bits(5)).tolist() == list(range(32))


def test_a_table_of_counts_holds_shares() -> None:
    table = joint_counts([7, 7, 9, 9], [0, 1, 1, 1])
    assert table.tolist() == [[0.25, 0.25], [0.0, 0.5]]


@given(seeds, st.integers(1, 7))
@settings(max_examples=40, deadline=None)
def test_the_best_threshold_is_the_best_of_all_cuts(seed: Any, n_states: Any) -> None:
    joint, _ = chain(seed, [n_states], 2)
    cuts = [joint[a, :k].sum() + joint[1 - a, k:].sum() for k in range(n_states + 1)
            for a in (0, 1)]  # fmt: skip
    assert best_threshold(joint)[0] == pytest.approx(max(cuts))


def test_some_renaming_is_read_best_by_a_threshold() -> None:
    joint = np.array([[0.2, 0.05, 0.2, 0.05], [0.05, 0.2, 0.05, 0.2]])
    best = max(best_threshold(joint[:, list(order)])[0] for order in permutations(range(4)))
    assert best == pytest.approx(1 - least_error(joint))
    assert best_threshold(joint)[0] < best


def test_the_network_counts_arcs() -> None:
    for ring in all_bits(6):
        begins = sum(ring[i] and not ring[i - 1] for i in range(6))
        _, edges, counter, answer = layer_bits(ring)
        assert edges.sum() == counter.sum() == begins and answer[0] == (begins >= 2)
    assert np.bincount([layer_bits(r)[1].sum() for r in all_bits(6)]).tolist() == list(ARCS)


@pytest.mark.parametrize("noise", [(0, 0, 0), (0.05, 0.1, 0.2), (0.3, 0.0, 0.5), (0.5, 0.5, 0.1)])
def test_the_short_formula_of_the_ring_agrees_with_the_whole_tables(noise: Any) -> None:
    _, edges, _, answer = layer_bits(all_bits(6))
    of_edges = numbered((all_bits(6) @ np.ones((6, 3)) > [0.5, 1.5, 2.5]).astype(int))
    of_counter = (all_bits(3).sum(axis=1) > 1.5).astype(int)
    channels = [channel_of(numbered(edges), 64) @ flips(6, noise[0]),
                channel_of(of_edges, 8) @ flips(3, noise[1]),
                channel_of(of_counter, 2) @ flips(1, noise[2])]  # fmt: skip
    of_lamps, of_answer = np.eye(64) / 64, np.eye(2)[:, answer[:, 0]] / 64
    at_edges, at_counter, at_answer = map(float, noise)
    made = ring_information(at_edges, at_counter, at_answer)
    assert made[0] == pytest.approx([entropy(t.sum(axis=0)) for t in along(of_lamps, channels)[1:]])
    assert made[1] == pytest.approx(informations(of_lamps, channels)[1:], abs=1e-9)
    assert made[2] == pytest.approx(informations(of_answer, channels)[1:], abs=1e-9)
    tables = along(of_answer, channels)[1:]
    yes = [all_bits(b).sum(axis=1) > c for b, c in ((6, 1.5), (3, 1.5), (1, 0.5))]
    right = [t[0, ~y].sum() + t[1, y].sum() for t, y in zip(tables, yes, strict=True)]
    assert made[3] == pytest.approx(right)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: checked_channel([[0.5, 0.4]]), "sum to 1"),
        (lambda: checked_channel([[1.5, -0.5]]), "not negative"),
        (lambda: checked_channel([[np.nan, 1]]), "finite"),
        (lambda: checked_channel([0.5, 0.5]), "matrix"),
        (lambda: push([[0.5, 0.5]], [[1.0]]), "the layer has 2"),
        (lambda: push([[0.5, 0.4]], np.eye(2)), "sum to 1"),
        (lambda: flips(0, 0.1), "1 to 12"),
        (lambda: flips(2, 1.1), "between 0 and 1"),
        (lambda: channel_of([0, 2], 2), "2 states"),
        (lambda: channel_of([0.5], 2), "whole numbers"),
        (lambda: numbered([2]), "0 or 1"),
        (lambda: joint_counts([1], [1, 2]), "as many"),
        (lambda: fano_error(1.5, 2), "missing bits"),
        (lambda: fano_error(float("nan"), 2), "missing bits"),
        (lambda: fano_error(0, 1), "2 or more"),
        (lambda: best_threshold(np.eye(3) / 3), r"\(2, n_states\)"),
        (lambda: random_rows(np.random.default_rng(0), 0, 2), "positive"),
        (lambda: layer_bits([1, 0]), "6 bits"),
    ],
)
def test_bad_input_is_one_clear_error(call: Any, said: Any) -> None:
    with pytest.raises(ValueError, match=said):
        call()
