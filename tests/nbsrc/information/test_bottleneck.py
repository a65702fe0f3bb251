"""The bottleneck against closed forms, exhaustive search, and what must hold of any table."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import rel_entr

from nbsrc.information.bottleneck import (
    annealed,
    best_run,
    binary_curve,
    deviation_bound,
    functional,
    grouping,
    improved,
    joined,
    kept_and_known,
    minimised,
    rate_distortion,
)

Numbers = NDArray[np.floating]
SEEDS = st.integers(0, 10**6)
SKY = np.array([[0, 4], [1, 3], [3, 1], [4, 0]]) / 16


def some_table(seed: int, n_x: int = 5, n_y: int = 4) -> Numbers:
    return np.random.default_rng(seed).dirichlet(np.full(n_x * n_y, 0.6)).reshape(n_x, n_y)


def some_encoder(seed: int, n_x: int = 5, n_t: int = 3) -> Numbers:
    return np.random.default_rng(seed + 1).dirichlet(np.ones(n_t), n_x)


def information_by_hand(table: Numbers) -> float:
    return float(rel_entr(table, np.outer(table.sum(1), table.sum(0))).sum() / np.log(2))


def flipped(share: float) -> Numbers:
    return np.array([[1 - share, share], [share, 1 - share]])


def test_four_skies_as_worked_in_the_chapter() -> None:
    kept, known = kept_and_known(SKY, grouping([[0, 0, 1, 1], [0, 1, 1, 0], [0, 1, 0, 1]]))
    assert kept == pytest.approx([1, 1, 1])
    h = lambda p: -p * np.log2(p) - (1 - p) * np.log2(1 - p)  # noqa: E731
    assert known == pytest.approx([1 - h(1 / 8), 0, 1 - h(3 / 8)], abs=1e-12)


@given(SEEDS)
def test_informations_are_those_of_the_written_out_tables(seed: int) -> None:
    table, encoder = some_table(seed), some_encoder(seed)
    kept, known = kept_and_known(table, encoder)
    assert kept == pytest.approx(information_by_hand(table.sum(1)[:, None] * encoder), abs=1e-9)
    assert known == pytest.approx(information_by_hand(encoder.T @ table), abs=1e-9)


@given(SEEDS)
def test_nothing_is_known_that_was_not_kept_or_not_there(seed: int) -> None:
    table, encoder = some_table(seed), some_encoder(seed)
    kept, known = kept_and_known(table, encoder)
    assert -1e-12 <= known <= kept + 1e-9
    assert known <= information_by_hand(table) + 1e-9


@settings(max_examples=50)
@given(SEEDS, st.floats(0, 30))
def test_no_round_raises_the_functional(seed: int, beta: float) -> None:
    table, encoder = some_table(seed), some_encoder(seed)
    values = [float(functional(table, encoder, beta))]
    for _ in range(30):
        encoder = improved(table, encoder, beta)
        values.append(float(functional(table, encoder, beta)))
    assert max(np.diff(values)) <= 1e-9 * (1 + beta)
    assert encoder.sum(axis=1) == pytest.approx(np.ones(5))


@pytest.mark.parametrize("beta", [1.5, 4.0, 12.0])
def test_at_rest_the_self_consistent_equations_hold(beta: float) -> None:
    table = some_table(3)
    encoder = minimised(table, some_encoder(3), beta, 5000)
    of_x, of_t = table.sum(1), table.sum(1) @ encoder
    used = of_t > 1e-9
    answers = (encoder.T @ table)[used] / of_t[used][:, None]
    far = rel_entr((table / of_x[:, None])[:, None], answers).sum(axis=-1)
    weights = of_t[used] * np.exp(-beta * far)
    assert encoder[:, used] == pytest.approx(weights / weights.sum(1)[:, None], abs=1e-6)


@pytest.mark.parametrize(("noise", "beta"), [(0.1, 2.0), (0.1, 4.0), (0.2, 5.0), (0.02, 1.3)])
def test_a_flipped_bit_lands_on_the_closed_curve_at_its_best_point(
    noise: float, beta: float
) -> None:
    encoder = minimised(flipped(noise) / 2, flipped(0.3), beta, 3000)
    kept, known = kept_and_known(flipped(noise) / 2, encoder)
    curve_kept, curve_known = binary_curve(np.linspace(0, 0.5, 20_001), noise)
    assert known == pytest.approx(np.interp(-kept, -curve_kept, curve_known), abs=1e-6)
    assert kept - beta * known == pytest.approx((curve_kept - beta * curve_known).min(), abs=1e-6)


@given(SEEDS, st.floats(0, 0.5))
def test_no_encoder_of_a_flipped_bit_lies_above_the_closed_curve(seed: int, noise: float) -> None:
    kept, known = kept_and_known(flipped(noise) / 2, some_encoder(seed, 2, 4))
    curve_kept, curve_known = binary_curve(np.linspace(0, 0.5, 2001), noise)
    assert known <= np.interp(-kept, -curve_kept, curve_known) + 1e-4


@pytest.mark.parametrize("seed", range(4))
def test_for_large_beta_it_comes_near_the_best_grouping_and_never_above(seed: int) -> None:
    table = some_table(seed, 6, 4)
    every = grouping(list(product(range(3), repeat=6)), 3)
    best = kept_and_known(table, every)[1].max()
    betas = np.geomspace(1, 2000, 25)
    found = annealed(table, betas, (12, 3), np.random.default_rng(seed), 100)
    reached = kept_and_known(table, found[-1])[1].max()
    assert 0.97 * best <= reached <= best + 1e-3


def test_clusters_part_where_the_second_singular_value_says() -> None:
    table = some_table(11, 6, 5) * 0.5 + 0.5 / 30
    scaled = table / np.sqrt(np.outer(table.sum(1), table.sum(0)))
    threshold = 1 / np.linalg.svd(scaled, compute_uv=False)[1] ** 2
    start = np.full((6, 3), 1 / 3) + 1e-3 * (some_encoder(0, 6, 3) - 1 / 3)
    below, above = (minimised(table, start, threshold * f, 4000) for f in (0.95, 1.05))
    assert kept_and_known(table, below)[0] < 1e-9 < 1e-4 < kept_and_known(table, above)[0]


def test_what_says_nothing_of_the_answer_is_gone_after_one_round() -> None:
    with_coin = np.repeat(some_table(5), 2, axis=0) / 2
    made = improved(with_coin, some_encoder(5, 10, 4), 6)
    assert made[::2] == pytest.approx(made[1::2], abs=1e-12)


def test_the_best_run_is_best_at_every_beta() -> None:
    table, betas = some_table(2), [2.0, 9.0]
    found = annealed(table, betas, (4, 3), np.random.default_rng(2), 50)
    best = functional(table, best_run(table, found, betas), betas)
    for j, beta in enumerate(betas):
        assert best[j] == pytest.approx(min(functional(table, e, beta) for e in found[j]))


def test_joined_clusters_tell_as_much_as_before() -> None:
    table = some_table(4)
    twice = np.repeat(some_encoder(4), 2, axis=1) / 2
    made = joined(table, twice, 1e-9)
    assert (made.sum(axis=0) > 0).sum() == 3
    assert kept_and_known(table, made) == pytest.approx(kept_and_known(table, twice))


@pytest.mark.parametrize("slope", [0.5, 2.0, 6.0])
def test_a_fixed_distortion_gives_shannons_curve_of_a_fair_bit(slope: float) -> None:
    made = rate_distortion([0.5, 0.5], 1 - np.eye(2), slope)
    wrong = float(made[0, 1])
    assert wrong == pytest.approx(1 / (1 + 2**slope))
    rate = information_by_hand(made / 2)
    assert rate == pytest.approx(1 + wrong * np.log2(wrong) + (1 - wrong) * np.log2(1 - wrong))


def test_the_bound_holds_in_draws_and_shrinks() -> None:
    table = some_table(8, 4, 6)
    truth = information_by_hand(table)
    for n in (30, 300, 3000):
        draws = np.random.default_rng(n).multinomial(n, table.ravel(), 300).reshape(-1, 4, 6) / n
        far = max(abs(information_by_hand(draw) - truth) for draw in draws)
        assert far < deviation_bound(n, 4, 6)
    assert np.all(np.diff(deviation_bound(np.array([1e3, 1e4, 1e5]), 4, 6)) < 0)
    assert deviation_bound(1000, 8, 6) > deviation_bound(1000, 4, 6)


HALF = np.eye(2) / 2


@pytest.mark.parametrize(
    ("table", "encoder", "beta", "message"),
    [
        (np.eye(2), np.eye(2), 1, "sum to 1"),
        ([[1.5, 0], [0, -0.5]], np.eye(2), 1, "not negative"),
        ([[np.nan, 0], [0, 0.5]], np.eye(2), 1, "NaN"),
        ([[1.0, 0], [0, 0]], np.eye(2), 1, "never occurs"),
        (HALF[None], np.eye(2), 1, "one joint table"),
        (HALF, np.eye(3), 1, "a row for each of 2"),
        (HALF, np.ones((2, 2)), 1, "sum to 1"),
        (HALF, np.eye(2), -1, "not negative"),
        (HALF, np.eye(2), np.inf, "finite"),
    ],
)
def test_bad_input_is_one_clear_error(
    table: object, encoder: object, beta: float, message: str
) -> None:
    for function in (functional, improved, minimised):
        with pytest.raises(ValueError, match=message):
            function(table, encoder, beta)


def test_other_bad_input_is_refused_too() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="above the one before"):
        annealed(HALF, [2, 1], (2,), rng)
    with pytest.raises(ValueError, match="shake"):
        annealed(HALF, [1, 2], (2,), rng, shake=1)
    with pytest.raises(ValueError, match="from 0 to 1"):
        grouping([0, 2], 2)
    with pytest.raises(ValueError, match="whole numbers"):
        grouping([0.5])
    with pytest.raises(ValueError, match="one encoder"):
        joined(HALF, np.eye(2)[None])
    with pytest.raises(ValueError, match="finite distortion"):
        rate_distortion([0.5, 0.5], [[0, np.inf], [1, 0]], 1)
    with pytest.raises(ValueError, match="3 pairs"):
        deviation_bound(2, 2, 2)
    with pytest.raises(ValueError, match="at least one cluster"):
        deviation_bound(10, 0, 2)
    with pytest.raises(ValueError, match="delta"):
        deviation_bound(10, 2, 2, 1.0)
