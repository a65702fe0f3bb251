"""What noise leaves of the information in a layer."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import logsumexp
from scipy.stats import norm

from nbsrc.information.noise import pairwise_information

layers = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).normal(size=(12, 3))
)
widths = st.floats(0.02, 20)


def bounds(rows: Any, sigma: float) -> tuple[Any, Any]:
    """Return the lower and the upper bound of I(X; T + σZ)."""
    return pairwise_information(rows, 2 * sigma), pairwise_information(rows, sigma)


def two_bells(distance: float) -> float:
    """I of one bit and a bell of width 1 at 0 or at ``distance``, by quadrature."""

    def density(t: float) -> float:
        return 0.5 * (norm.pdf(t) + norm.pdf(t - distance))

    entropy = quad(
        lambda t: -density(t) * np.log2(density(t)), -12, distance + 12, limit=300, points=[0.0]
    )[0]
    return entropy - 0.5 * np.log2(2 * np.pi * np.e)


@pytest.mark.parametrize("distance", [0.1, 0.7, 1.5, 3.0, 6.0])
def test_the_bounds_enclose_two_bells_integrated(distance: Any) -> None:
    low, high = bounds([[0.0], [distance]], 1.0)
    assert low - 1e-9 <= two_bells(distance) <= high + 1e-9


def test_the_bounds_enclose_a_mixture_sampled() -> None:
    randomness = np.random.default_rng(7)
    rows, sigma = randomness.normal(size=(60, 2)), 0.4
    chosen = randomness.integers(60, size=40_000)
    seen = rows[chosen] + sigma * randomness.normal(size=(40_000, 2))
    logs = -np.sum((seen[:, None] - rows) ** 2, axis=-1) / (2 * sigma**2)
    own = logs[np.arange(40_000), chosen]
    information = np.mean(own - logsumexp(logs, axis=1) + np.log(60)) / np.log(2)
    low, high = bounds(rows, sigma)
    assert low - 0.03 < information < high + 0.03
    assert 0 < low < high < np.log2(60)


@given(layers, widths)
@settings(max_examples=40, deadline=None)
def test_bounds_lie_in_order_between_nothing_and_all_and_fall_as_noise_grows(
    rows: Any, sigma: Any
) -> None:
    low, high = bounds(rows, sigma)
    assert 0 <= low <= high + 1e-12 and high <= np.log2(12) + 1e-12


@given(layers, widths)
@settings(max_examples=20, deadline=None)
def test_only_distances_in_units_of_the_noise_count(rows: Any, sigma: Any) -> None:
    turned = np.linalg.qr(rows[:3])[0]
    moved = 3 * (rows @ turned) + [5.0, -2.0, 1.0]
    assert pairwise_information(moved, 3 * sigma) == pytest.approx(
        pairwise_information(rows, sigma), abs=1e-9
    )


def test_without_noise_distinct_rows_count_and_with_much_nothing_does() -> None:
    rows = [[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    assert pairwise_information(rows, 1e-6) == pytest.approx(1.5)
    assert pairwise_information(rows, 1e6) == pytest.approx(0, abs=1e-9)


def test_blocks_and_leading_axes_change_nothing(monkeypatch: Any) -> None:
    rows = np.random.default_rng(3).normal(size=(2, 3, 30, 4))
    sigmas = np.array([0.3, 0.5, 1.0])
    whole = pairwise_information(rows, sigmas)
    monkeypatch.setattr("nbsrc.information.noise.BLOCK", 70)
    one = [[pairwise_information(rows[i, j], sigmas[j]) for j in range(3)] for i in range(2)]
    assert whole == pytest.approx(np.array(one), abs=1e-12)


@pytest.mark.parametrize(
    ("rows", "sigma"),
    [
        ([[np.nan], [1.0]], 1.0),
        ([[1.0]], 1.0),
        ([1.0, 2.0], 1.0),
        ([[0.0], [1.0]], 0.0),
        ([[0.0], [1.0]], np.nan),
    ],
)
def test_bad_input_is_named(rows: Any, sigma: Any) -> None:
    with pytest.raises(ValueError, match=r"activations|noise"):
        pairwise_information(rows, sigma)
