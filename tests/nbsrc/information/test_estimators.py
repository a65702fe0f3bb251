"""Estimates against scikit-learn, exact tables and Gaussian variables; their bias against truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.feature_selection import mutual_info_regression
from sklearn.metrics import mutual_info_score

from nbsrc.information.binning import bin_edges, binned_labels
from nbsrc.information.estimators import (
    information_of_codes,
    ksg_information,
    miller_madow_entropy,
    miller_madow_information,
    plug_in_entropy,
    plug_in_information,
)

SEEDS = st.integers(0, 2**32 - 1)


def samples(seed: int, letters: int = 6, n: int = 50) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    a = rng.integers(0, letters, n)
    return a, np.where(rng.random(n) < 0.5, a % 3, rng.integers(0, 4, n))


def correlated(seed: int, rho: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.random.default_rng(seed).normal(size=(2, n))
    return first, rho * first + np.sqrt(1 - rho**2) * second


@given(SEEDS, st.integers(1, 9))
def test_plug_in_is_what_scipy_and_scikit_learn_find(seed: int, letters: int) -> None:
    a, b = samples(seed, letters)
    counts = np.unique(a, return_counts=True)[1]
    assert plug_in_entropy(a) == pytest.approx(stats.entropy(counts, base=2), abs=1e-12)
    wanted = mutual_info_score(a, b) / np.log(2)
    assert plug_in_information(a, b) == pytest.approx(wanted, abs=1e-12)


@given(SEEDS)
def test_names_of_letters_do_not_matter(seed: int) -> None:
    a, b = samples(seed)
    names = np.random.default_rng(seed).permutation(1000)[:6] * 10**15
    assert plug_in_information(names[a], b) == plug_in_information(a, b)
    assert plug_in_information(names[a], names[b]) == plug_in_information(a, b)
    assert miller_madow_entropy(names[a]) == miller_madow_entropy(a)


@given(SEEDS)
def test_leading_axes_are_carried_along(seed: int) -> None:
    pairs = [samples(seed + i) for i in range(6)]
    a = np.array([first for first, _ in pairs]).reshape(2, 3, -1)
    b = np.array([second for _, second in pairs]).reshape(2, 3, -1)
    for estimate in (plug_in_information, miller_madow_information):
        together = estimate(a, b)
        assert together.shape == (2, 3)
        for i, (first, second) in enumerate(pairs):
            assert together.ravel()[i] == estimate(first, second)
        assert estimate(a, b[0, 0]).shape == (2, 3)
    assert plug_in_entropy(a)[1, 2] == plug_in_entropy(pairs[5][0])


def test_one_exact_table() -> None:
    # counts [[3, 1], [1, 3]]: I = 1 − H(1/4)
    a, b = np.repeat([0, 0, 1, 1], [3, 1, 1, 3]), np.repeat([0, 1, 0, 1], [3, 1, 1, 3])
    wanted = 1 + 0.75 * np.log2(0.75) + 0.25 * np.log2(0.25)
    assert plug_in_information(a, b) == pytest.approx(wanted)
    # each of the three entropies is raised by (letters − 1) / (2 · 8 · ln 2)
    assert miller_madow_information(a, b) == pytest.approx(wanted - (3 - 2) / (16 * np.log(2)))


@pytest.mark.parametrize(("k", "l", "n"), [(2, 2, 40), (4, 4, 100), (8, 8, 400), (3, 10, 300)])
def test_noise_tells_what_miller_says(k: int, l: int, n: int) -> None:  # noqa: E741
    rng = np.random.default_rng(k * l)
    a, b = rng.integers(0, k, (1000, n)), rng.integers(0, l, (1000, n))
    told = plug_in_information(a, b)
    assert told.mean() == pytest.approx((k - 1) * (l - 1) / (2 * n * np.log(2)), rel=0.12)
    assert abs(miller_madow_information(a, b).mean()) < 0.2 * told.mean()


def test_entropy_of_a_sample_is_too_low_and_miller_madow_less_so() -> None:
    rolls = np.random.default_rng(1).integers(0, 16, (4000, 60))
    below = 4 - plug_in_entropy(rolls).mean()
    assert below == pytest.approx(15 / (120 * np.log(2)), rel=0.1)
    assert abs(4 - miller_madow_entropy(rolls).mean()) < 0.15 * below


def test_a_correction_cannot_mend_far_too_few_samples() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 32, (200, 64)), rng.integers(0, 32, (200, 64))
    assert miller_madow_information(a, b).mean() > 0.5  # the truth is 0


@given(SEEDS)
def test_codes_of_a_deterministic_layer(seed: int) -> None:
    codes, labels = samples(seed)
    keeps, tells = information_of_codes(codes, labels)
    examples = np.arange(len(codes))  # X: every example a value of its own
    assert keeps == pytest.approx(mutual_info_score(examples, codes) / np.log(2))
    assert tells == pytest.approx(mutual_info_score(codes, labels) / np.log(2), abs=1e-12)
    several = information_of_codes(np.stack([codes, labels, examples]), labels)
    own = float(plug_in_entropy(labels))
    assert several[0] == pytest.approx([keeps, own, np.log2(len(codes))])
    assert several[1] == pytest.approx([tells, own, own])


@given(SEEDS)
def test_a_layer_that_does_not_see_the_labels_keeps_its_information_about_x(seed: int) -> None:
    codes, labels = samples(seed)
    other = np.random.default_rng(seed).permutation(labels)
    keeps, tells = information_of_codes(codes, labels)
    again, shuffled = information_of_codes(codes, other)
    assert keeps == again  # an estimate of I(T; X) into which labels leak would move
    assert (
        max(float(tells), float(shuffled))
        <= min(float(keeps), float(plug_in_entropy(labels))) + 1e-12
    )


def test_bins_that_ask_for_the_label_would_be_caught() -> None:
    rng = np.random.default_rng(3)
    noise, labels = rng.normal(size=(4000, 2)), rng.integers(0, 2, 4000)
    honest = binned_labels(noise, bin_edges(noise, 8))
    leaking = honest * 2 + labels
    assert miller_madow_information(honest, labels) < 0.01
    assert miller_madow_information(leaking, labels) > 0.9


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.9])
def test_neighbours_find_the_information_of_gaussians(rho: float) -> None:
    normal = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    truth = (2 * stats.norm.entropy() - normal.entropy()) / np.log(2)
    found = [ksg_information(*correlated(seed, rho, 400)) for seed in range(30)]
    assert np.mean(found) == pytest.approx(truth, abs=0.01 + 4 * np.std(found) / np.sqrt(30))
    assert np.std(found) < 0.1


@pytest.mark.parametrize("k", [1, 3, 10])
def test_neighbours_are_those_of_scikit_learn(k: int) -> None:
    x, y = correlated(5, 0.7, 300)
    wanted = mutual_info_regression(x[:, None], y, n_neighbors=k, random_state=0)[0] / np.log(2)
    assert ksg_information(x, y, k) == pytest.approx(wanted, abs=1e-6)


def test_neighbours_counted_by_hand() -> None:
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(30, 2)), rng.normal(size=(30, 1))
    u, v = x / x.std(axis=0), y / y.std(axis=0)
    d_x = np.abs(u[:, None] - u[None]).max(axis=-1)
    d_y = np.abs(v[:, None] - v[None]).max(axis=-1)
    psi = []
    for i in range(30):
        others = np.delete(np.arange(30), i)
        eps = np.sort(np.maximum(d_x[i], d_y[i])[others])[3]
        n_x, n_y = (d_x[i][others] < eps).sum(), (d_y[i][others] < eps).sum()
        psi.append(np.sum(1 / np.arange(1, n_x + 1)) + np.sum(1 / np.arange(1, n_y + 1)))
    # ψ(n + 1) = −γ + 1 + ½ + … + 1/n, and the four γ cancel
    nats = np.sum(1 / np.arange(1, 4)) + np.sum(1 / np.arange(1, 30)) - np.mean(psi)
    assert ksg_information(x, y, k=4) == pytest.approx(nats / np.log(2))


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_units_of_measurement_do_not_matter(seed: int) -> None:
    x, y = correlated(seed, 0.5, 80)
    # powers of two, so that rounding does not move a neighbour
    assert ksg_information(x * 1024, y / 64) == pytest.approx(ksg_information(x, y), abs=1e-9)
    assert ksg_information(x, y) == pytest.approx(ksg_information(y, x), abs=1e-9)


TIES = np.array([0.0, 0.0, 1.0, 2.0, 3.0])
PLAIN = np.array([0.3, 1.1, 0.2, 5.0, 2.0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plug_in_entropy([0, -1]), "negative"),
        (lambda: plug_in_entropy([0.0, 1.5]), "whole"),
        (lambda: plug_in_entropy([0]), "two samples"),
        (lambda: plug_in_entropy([]), "two samples"),
        (lambda: plug_in_entropy(3), "two samples"),
        (lambda: plug_in_information([0, 1], [0, 1, 1]), "length"),
        (lambda: miller_madow_entropy([np.nan, 1]), "whole"),
        (lambda: information_of_codes([0, 1], [0, -1]), "negative"),
        (lambda: ksg_information(PLAIN, PLAIN[:-1]), "length"),
        (lambda: ksg_information(PLAIN, PLAIN, k=5), "k must"),
        (lambda: ksg_information(PLAIN, PLAIN, k=0), "k must"),
        (lambda: ksg_information([np.nan, 1, 2], [1, 2, 3]), "finite"),
        (lambda: ksg_information([1.0], [2.0]), "two samples"),
        (lambda: ksg_information(np.ones(5), PLAIN), "constant"),
        (lambda: ksg_information(PLAIN, TIES), "repeated"),
        (lambda: ksg_information(PLAIN.reshape(1, 1, 5), PLAIN), "shape"),
    ],
)
def test_bad_input_is_one_clear_error(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=words):
        call()
