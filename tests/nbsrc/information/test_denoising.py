"""Denoising: best answers against sums written out, slopes against differences, layers undone."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from nbsrc.information.denoising import (
    fit_linear,
    log_density,
    posterior_mean,
    run_backwards,
    squared_distances,
)
from nbsrc.networks.initialisation import xavier
from nbsrc.networks.network import forward, new_network
from nbsrc.neurons.activations import IDENTITY, RELU, TANH

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=20, deadline=None)


@FEW
@given(SEEDS, st.floats(0.2, 2.0))
def test_the_best_answer_is_bayes_rule_written_out(seed: int, sigma: float) -> None:
    rng = np.random.default_rng(seed)
    points, noisy = rng.normal(size=(5, 2)), rng.normal(size=2)
    likelihood = [np.exp(-np.sum((noisy - p) ** 2) / (2 * sigma**2)) for p in points]
    expected = sum(w * p for w, p in zip(likelihood, points, strict=True)) / sum(likelihood)
    np.testing.assert_allclose(posterior_mean(noisy, points, sigma), expected, atol=1e-12)


@FEW
@given(SEEDS, st.floats(0.2, 2.0))
def test_the_step_is_variance_times_slope(seed: int, sigma: float) -> None:
    rng = np.random.default_rng(seed)
    points, noisy, h = rng.normal(size=(6, 3)), rng.normal(size=3), 1e-5
    slope = [
        (log_density(noisy + h * e, points, sigma) - log_density(noisy - h * e, points, sigma))
        / (2 * h)
        for e in np.eye(3)
    ]
    step = posterior_mean(noisy, points, sigma) - noisy
    np.testing.assert_allclose(step, sigma**2 * np.array(slope), atol=1e-6)


def test_the_density_sums_to_one() -> None:
    points = np.array([[-1.0], [0.5], [2.0]])
    places = np.linspace(-12, 12, 4001)[:, None]
    assert np.trapezoid(np.exp(log_density(places, points, 0.7)), places[:, 0]) == pytest.approx(1)


def test_far_places_do_not_underflow() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert posterior_mean(np.array([1e4, 0.0]), points, 0.1).tolist() == [1.0, 0.0]
    assert np.isfinite(log_density([1e4, 0.0], points, 0.1))


def test_many_places_are_each_alone() -> None:
    rng = np.random.default_rng(0)
    points, noisy = rng.normal(size=(4, 2)), rng.normal(size=(3, 5, 2))
    together = posterior_mean(noisy, points, 0.5)
    assert together.shape == (3, 5, 2)
    np.testing.assert_allclose(together[1, 2], posterior_mean(noisy[1, 2], points, 0.5))
    assert squared_distances(noisy, points).shape == (3, 5, 4)


def test_the_linear_map_is_ridge_regression() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(50, 4)) * [1, 2, 3, 4] + 1
    answers = rng.normal(size=(50, 3))
    penalty = 0.01 * rows.var(axis=0).mean() * len(rows)
    oracle = Ridge(alpha=penalty).fit(rows, answers)
    found = fit_linear(rows, answers, 0.01)
    np.testing.assert_allclose(found(rows), oracle.predict(rows), atol=1e-10)


def test_a_pixel_that_never_changes_does_no_harm() -> None:
    rng = np.random.default_rng(2)
    rows = np.column_stack([rng.normal(size=20), np.ones(20)])
    np.testing.assert_allclose(fit_linear(rows, rows, 0)(rows), rows, atol=1e-9)


@FEW
@given(SEEDS)
def test_layers_run_backwards_lead_to_the_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = new_network((5, 6, 6, 6, 2), rng, hidden=TANH, output=IDENTITY, initialisation=xavier)
    layers = forward(network, rng.normal(size=(7, 5))).activations
    for layer in (1, 2, 3):
        np.testing.assert_allclose(
            run_backwards(network, layer, layers[layer]), layers[1], atol=1e-4
        )


@pytest.mark.parametrize(
    "call",
    [
        lambda: log_density([0.0, 0.0], [[1.0]], 1.0),
        lambda: log_density([0.0], [[1.0]], 0.0),
        lambda: log_density([np.nan], [[1.0]], 1.0),
        lambda: fit_linear([[1.0]], [[1.0]]),
        lambda: fit_linear([[1.0], [2.0]], [[1.0]]),
        lambda: fit_linear([[1.0], [np.nan]], [[1.0], [2.0]]),
        lambda: fit_linear([[1.0], [2.0]], [[1.0], [2.0]], -1),
        lambda: run_backwards(net(RELU), 2, np.zeros((1, 3))),
        lambda: run_backwards(net(TANH), 3, np.zeros((1, 2))),
        lambda: run_backwards(net(TANH), 2, np.zeros((1, 2))),
        lambda: run_backwards(net(TANH), 2, np.full((1, 3), np.nan)),
    ],
)
def test_bad_input_is_one_clear_error(call: Any) -> None:
    with pytest.raises(ValueError, match=r"give|must|contain|NaN|only"):
        call()


def net(kind: Any) -> Any:
    return new_network(
        (2, 3, 3, 2), np.random.default_rng(0), hidden=kind, output=IDENTITY, initialisation=xavier
    )
