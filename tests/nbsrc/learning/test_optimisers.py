"""Optimisers and schedules, against closed forms and the textbook's own recursions."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nbsrc.learning.optimisers import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimiser,
    RMSProp,
    descend,
    rate_at,
)
from nbsrc.learning.schedules import cosine, inverse_time, step_decay, warm_up

ALL = [GradientDescent(), Momentum(), Nesterov(), RMSProp(), Adam()]
CURVATURES = np.array([1.0, 7.0])
START = np.array([2.0, -3.0])


def bowl_slope(theta: np.ndarray) -> np.ndarray:
    """The gradient of ½ Σ λ θ²."""
    return CURVATURES * theta


@given(rate=st.floats(0, 0.28))
def test_gradient_descent_on_a_bowl_shrinks_each_coordinate_by_its_own_factor(rate: float) -> None:
    path = descend(bowl_slope, START, GradientDescent(rate), 9)
    expected = START * (1 - rate * CURVATURES) ** np.arange(10)[:, None]
    assert np.allclose(path, expected, rtol=1e-10, atol=1e-14)


@given(rate=st.floats(0, 0.3), momentum=st.floats(0, 0.95))
def test_momentum_on_a_bowl_is_a_power_of_a_two_by_two_matrix(rate: float, momentum: float) -> None:
    path = descend(bowl_slope, START, Momentum(rate, momentum), 9)
    for axis, curvature in enumerate(CURVATURES):
        step = np.array([[momentum, curvature], [-rate * momentum, 1 - rate * curvature]])
        state = np.linalg.matrix_power(step, 9) @ [0, START[axis]]
        assert path[-1, axis] == pytest.approx(state[1], rel=1e-8, abs=1e-10)


@given(rate=st.floats(0.01, 0.2), momentum=st.floats(0.1, 0.95))
def test_nesterov_looks_ahead_before_it_takes_the_slope(rate: float, momentum: float) -> None:
    theta, velocity, ahead = START, np.zeros(2), [START]
    for _ in range(9):
        velocity = momentum * velocity - rate * bowl_slope(theta + momentum * velocity)
        theta = theta + velocity
        ahead.append(theta + momentum * velocity)
    path = descend(bowl_slope, START, Nesterov(rate, momentum), 9)
    assert np.allclose(path, ahead, rtol=1e-9, atol=1e-12)


@given(gradients=st.lists(st.floats(-10, 10), min_size=1, max_size=9), decay=st.floats(0, 0.99))
def test_rmsprop_divides_by_the_root_of_a_fading_mean_square(
    gradients: list[float], decay: float
) -> None:
    given_in_turn = iter(gradients)
    path = descend(
        lambda _: np.array([next(given_in_turn)]), np.zeros(1), RMSProp(0.1, decay), len(gradients)
    )
    theta, n = 0.0, len(gradients)
    for k in range(n):
        ages = np.arange(k, -1, -1)
        mean_square = np.sum((1 - decay) * decay**ages * np.square(gradients[: k + 1]))
        theta -= 0.1 * gradients[k] / (np.sqrt(mean_square) + 1e-8)
    assert path[-1, 0] == pytest.approx(theta, rel=1e-9, abs=1e-12)


@given(gradients=st.lists(st.floats(-10, 10), min_size=1, max_size=9))
def test_adam_divides_a_fading_mean_by_the_root_of_a_fading_mean_square(
    gradients: list[float],
) -> None:
    given_in_turn = iter(gradients)
    path = descend(
        lambda _: np.array([next(given_in_turn)]), np.zeros(1), Adam(0.1, 0.8, 0.9), len(gradients)
    )
    theta = 0.0
    for k in range(len(gradients)):
        ages, seen = np.arange(k, -1, -1), np.array(gradients[: k + 1])
        mean = np.average(seen, weights=0.8**ages)
        mean_square = np.average(seen**2, weights=0.9**ages)
        epsilon = 1e-8 / np.sqrt(1 - 0.9 ** (k + 1))
        theta -= 0.1 * mean / (np.sqrt(mean_square) + epsilon)
    assert path[-1, 0] == pytest.approx(theta, rel=1e-9, abs=1e-12)


@given(rate=st.floats(0.01, 0.25), momentum=st.floats(0.05, 0.9))
def test_nesterov_on_a_bowl_is_the_recurrence_that_its_two_roots_solve(
    rate: float, momentum: float
) -> None:
    """θ₊ = (1 + β)(1 − ηλ) θ − β (1 − ηλ) θ₋, for the points that are not looked ahead to."""
    path = descend(bowl_slope, START, Nesterov(rate, momentum), 30)
    for axis, curvature in enumerate(CURVATURES):
        kept = 1 - rate * curvature
        roots = np.roots([1, -(1 + momentum) * kept, momentum * kept]).astype(complex)
        assume(abs(roots[0] - roots[1]) > 1e-2)
        first, start = kept * START[axis], START[axis]
        shares = np.linalg.solve(np.array([[1, 1], roots]), [start, first])
        plain = (shares * roots ** np.arange(31)[:, None]).sum(axis=1).real
        ahead = plain[1:] + momentum * np.diff(plain)
        assert np.allclose(path[1:, axis], ahead, rtol=1e-8, atol=1e-10)


@given(size=st.floats(1e-3, 1e3), sign=st.sampled_from([-1, 1]), rate=st.floats(1e-3, 1))
def test_adam_and_rmsprop_walk_at_a_pace_that_the_size_of_the_slope_does_not_change(
    size: float, sign: int, rate: float
) -> None:
    """Under one slope for ever, Adam steps by η, and RMSProp by η / √(1 − ρᵗ) at step t."""
    slope = np.array([sign * size])
    adam = descend(lambda _: slope, np.zeros(1), Adam(rate, epsilon=0), 20)
    assert np.allclose(np.diff(adam[:, 0]), -sign * rate, rtol=1e-9)
    rmsprop = descend(lambda _: slope, np.zeros(1), RMSProp(rate, 0.9, epsilon=0), 20)
    paces = rate / np.sqrt(1 - 0.9 ** np.arange(1, 21))
    assert np.allclose(np.diff(rmsprop[:, 0]), -sign * paces, rtol=1e-9)


@pytest.mark.parametrize("optimiser", ALL, ids=lambda o: type(o).__name__)
def test_float32_parameters_stay_float32_and_no_learning_moves_nothing(
    optimiser: Optimiser,
) -> None:
    theta = np.ones(3, np.float32)
    rule = optimiser.start(theta)
    rule(np.full(3, 2, np.float32), 0.0)
    assert theta.tolist() == [1, 1, 1]
    rule(np.full(3, 2, np.float32), 0.1)
    assert theta.dtype == np.float32
    assert (theta < 1).all()


@pytest.mark.parametrize("optimiser", ALL, ids=lambda o: type(o).__name__)
def test_a_second_run_remembers_nothing_of_the_first(optimiser: Optimiser) -> None:
    first, second = (descend(bowl_slope, START, optimiser, 5) for _ in range(2))
    assert np.array_equal(first, second)


def test_a_schedule_sets_the_rate_of_each_step() -> None:
    path = descend(lambda _: np.ones(1), np.zeros(1), GradientDescent(step_decay(1, 0.5, 2)), 4)
    assert path.ravel().tolist() == [0, -1, -2, -2.5, -3]


def test_a_descent_that_diverges_says_at_which_step() -> None:
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(FloatingPointError, match="step 3"),
    ):
        descend(lambda theta: -(theta**3), np.array([1e9]), GradientDescent(1.0), 9)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Momentum(momentum=1),
        lambda: Nesterov(momentum=-0.1),
        lambda: RMSProp(decay=1.5),
        lambda: Adam(mean_decay=float("nan")),
        lambda: Adam(square_decay=1),
        lambda: rate_at(-0.1, 0),
        lambda: rate_at(float("nan"), 0),
        lambda: rate_at(lambda step: float("inf"), 3),
        lambda: step_decay(1, 0.5, 0),
        lambda: inverse_time(-1, 2),
        lambda: cosine(1, 0),
        lambda: warm_up(cosine(1, 2), 0),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        make()
