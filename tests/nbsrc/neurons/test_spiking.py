"""The spiking neuron: its closed form against step-by-step integration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.neurons import spiking


@settings(max_examples=15, deadline=None)
@given(st.floats(1.05, 5), st.floats(0, 8))
def test_the_closed_form_is_the_interval_that_a_simulation_shows(
    current: float, refractory: float
) -> None:
    _, spikes = spiking.simulate(current, 400, time_step=0.005, refractory=refractory)
    expected = spiking.interval(current, refractory=refractory)
    assert np.diff(spikes).mean() == pytest.approx(expected, rel=0.01)


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 5), st.floats(0, 8))
def test_the_exact_voltage_is_that_of_a_simulation_away_from_its_spikes(
    current: float, refractory: float
) -> None:
    step = 0.002
    simulated, spikes = spiking.simulate(current, 60, step, refractory=refractory)
    times = step * (1 + np.arange(len(simulated)))
    exact = spiking.voltage(times, current, refractory=refractory)
    clear = np.array([np.abs(spikes - t).min(initial=np.inf) > 0.5 for t in times])
    assert np.abs(exact - simulated)[clear].max() < 0.05


@given(st.floats(-3, 1))
def test_it_is_silent_up_to_the_threshold(current: float) -> None:
    assert spiking.rate(current) == 0


@given(st.floats(1.001, 1000), st.floats(0.1, 10))
def test_the_rate_stays_below_one_spike_a_refractory_time(
    current: float, refractory: float
) -> None:
    assert spiking.rate(current, refractory=refractory) < 1000 / refractory


def test_times_that_are_not_positive_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        spiking.simulate(2.0, duration=0)
