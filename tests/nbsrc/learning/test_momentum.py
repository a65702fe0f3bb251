"""The heavy ball's closed form, against the optimiser that takes the steps one by one."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nbsrc.learning.momentum import best_settings, heavy_ball, kept_by, settings_within
from nbsrc.learning.optimisers import GradientDescent, Momentum, descend

KAPPAS = st.integers(2, 200)
RATES = st.integers(1, 195).map(lambda i: 0.02 * i)
MOMENTA = st.integers(0, 49).map(lambda i: 0.02 * i)


def farthest(path: np.ndarray) -> np.ndarray:
    """How far each place of a path is from 0, or was before, and at least 1."""
    return np.maximum(1, np.maximum.accumulate(np.abs(path)))


def walked(curvature: float, momentum: Momentum) -> np.ndarray:
    """The hundred places that the optimiser itself visits from 1."""
    return descend(lambda theta: curvature * theta, np.ones(1), momentum, 100).ravel()


@given(kappa=KAPPAS, rate=RATES, momentum=MOMENTA, steep=st.booleans())
def test_the_closed_form_is_where_momentum_leads(
    kappa: int, rate: float, momentum: float, steep: bool
) -> None:
    curvature = 1.0 if steep else 1 / kappa
    path = walked(curvature, Momentum(rate, momentum))
    told = heavy_ball(np.arange(101), curvature, rate, momentum, 1.0)
    assert (np.abs(told - path) / farthest(path)).max() < 1e-12


@given(kappa=KAPPAS)
def test_the_closed_form_holds_at_the_best_settings_where_both_roots_are_one(kappa: int) -> None:
    settings = best_settings(kappa)
    for curvature in (1.0, 1 / kappa):
        path = walked(curvature, Momentum(*settings))
        assert np.abs(heavy_ball(np.arange(101), curvature, *settings, 1.0) - path).max() < 1e-12


def test_without_momentum_it_is_plain_descent_which_may_arrive_in_one_step() -> None:
    for rate in (0.25, 1.0, 2.5):
        path = descend(lambda t: t, np.array([3.0]), GradientDescent(rate), 9).ravel()
        assert heavy_ball(np.arange(10), 1.0, rate, 0.0, 3.0) == pytest.approx(path, abs=1e-12)


@given(kappa=KAPPAS, rate=RATES, momentum=MOMENTA)
def test_what_a_step_keeps_is_the_largest_root_in_size(
    kappa: int, rate: float, momentum: float
) -> None:
    roots = [
        np.roots([1, -(1 + momentum - rate * curvature), momentum])
        for curvature in (1.0, 1 / kappa)
    ]
    assert kept_by(rate, momentum, kappa) == pytest.approx(np.abs(roots).max(), abs=1e-6)


@given(kappa=KAPPAS, rate=RATES, momentum=MOMENTA)
def test_no_settings_keep_less_than_the_best(kappa: int, rate: float, momentum: float) -> None:
    least = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    assert kept_by(*best_settings(kappa), kappa) == pytest.approx(least, abs=1e-6)
    assert kept_by(rate, momentum, kappa) > least - 1e-9


@given(
    kappa=st.floats(2, 200), rate=st.floats(0, 4), momentum=st.floats(0, 1), q=st.floats(0.3, 0.999)
)
def test_the_settings_that_keep_no_more_than_q_fill_a_triangle(
    kappa: float, rate: float, momentum: float, q: float
) -> None:
    keeps = kept_by(rate, momentum, kappa)
    assume(abs(keeps - q) > 1e-9)
    rates, momenta = settings_within(q, kappa)
    corners = np.stack([rates, momenta], axis=1)
    sides = np.roll(corners, -1, axis=0) - corners
    way = np.array([rate, momentum]) - corners
    is_inside = (sides[:, 0] * way[:, 1] - sides[:, 1] * way[:, 0] <= 0).all()
    assert (is_inside and rates[0] < rates[1]) == (keeps < q)
