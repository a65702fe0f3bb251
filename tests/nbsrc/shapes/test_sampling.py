"""Random steps average to the bell, and miss it by no more than Barron's bound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nbsrc.shapes.sampling import ball_points, barron_bound, bell, bell_norm, draw_steps


@given(st.integers(1, 40))
def test_the_norm_is_the_mean_of_a_chi_law(d: int) -> None:
    assert bell_norm(d) == pytest.approx(stats.chi(d).mean())


@given(st.integers(1, 12), st.floats(0.1, 4), st.integers(0, 2**32 - 1))
def test_no_step_is_higher_than_the_bound_says(d: int, radius: float, seed: int) -> None:
    steps = draw_steps(50, d, radius, np.random.default_rng(seed))
    assert np.abs(steps.heights).max() <= 2 * radius * bell_norm(d) * (1 + 1e-12)
    assert ((steps.thresholds >= 0) & (steps.thresholds <= radius)).all()


@pytest.mark.parametrize(("d", "radius"), [(1, 1.5), (1, 6.0), (3, 3.0), (10, 1.5)])
@settings(max_examples=3, deadline=None)
@given(st.integers(0, 100))
def test_the_average_of_many_steps_is_the_bell(d: int, radius: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = ball_points(20, d, radius, rng)
    outputs = draw_steps(40_000, d, radius, rng).outputs(x)
    away = 1 + outputs.mean(axis=1) - bell(x)
    standard_error = outputs.std(axis=1) / 200
    assert (np.abs(away) <= 6 * standard_error + 1e-9).all()


@given(st.integers(1, 8), st.floats(0.1, 5), st.integers(0, 1000))
def test_points_stay_in_the_ball(d: int, radius: float, seed: int) -> None:
    points = ball_points(30, d, radius, np.random.default_rng(seed))
    assert (np.linalg.norm(points, axis=1) <= radius * (1 + 1e-12)).all()


def test_the_running_mean_is_the_mean_of_the_first_units() -> None:
    rng = np.random.default_rng(3)
    steps, x = draw_steps(7, 2, 2.0, rng), ball_points(5, 2, 2.0, rng)
    means = [1 + steps.outputs(x)[:, :n].mean(axis=1) for n in range(1, 8)]
    assert np.allclose(steps.running_mean(x), np.transpose(means), atol=1e-12)


def test_four_times_as_many_units_halve_the_bound() -> None:
    assert barron_bound(400, 3, 2.0) == pytest.approx(barron_bound(100, 3, 2.0) / 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: bell_norm(0),
        lambda: barron_bound(0, 2, 1.0),
        lambda: barron_bound(3, 2, float("nan")),
        lambda: draw_steps(0, 2, 1.0, np.random.default_rng(0)),
        lambda: draw_steps(3, 2, float("nan"), np.random.default_rng(0)),
        lambda: ball_points(3, 0, 1.0, np.random.default_rng(0)),
    ],
)
def test_what_makes_no_sense_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        call()  # type: ignore[operator]
