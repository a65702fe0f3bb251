"""The leaky integrate-and-fire neuron (Lapicque 1907), the simplest that spikes.

The membrane voltage v obeys τ dv/dt = −v + I, with the input I in units of voltage. Where v
reaches the threshold the neuron spikes, v returns to 0 and stays there for the refractory time.
Times are in milliseconds, voltages in units of the threshold (which is 1).
"""

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array, as_array

TAU = 10.0
"""Membrane time constant in ms."""
REFRACTORY = 2.0
"""Time after a spike in which the neuron cannot spike again, in ms."""


def interval(current: ArrayLike, tau: float = TAU, refractory: float = REFRACTORY) -> Array:
    """Return the time between two spikes in ms under constant inputs; infinity where none comes.

    >>> interval([0.5, 2.0]).round(3)
    array([  inf, 8.931])
    """
    with np.errstate(divide="ignore"):
        return refractory - tau * np.log(1 - 1 / np.maximum(as_array(current, float), 1))


def rate(current: ArrayLike, tau: float = TAU, refractory: float = REFRACTORY) -> Array:
    """Return the firing rate in spikes a second under constant inputs.

    >>> rate([0.5, 2.0]).round(1)
    array([  0., 112.])
    """
    return 1000 / interval(current, tau, refractory)


def voltage(
    time: ArrayLike, current: ArrayLike, tau: float = TAU, refractory: float = REFRACTORY
) -> Array:
    """Return the voltage at times in ms after the start from rest, exact, under constant inputs.

    >>> voltage([0.0, 10.0], 0.5).round(4)
    array([0.    , 0.3161])
    """
    period = np.minimum(interval(current, tau, refractory), 1e9)  # remainders of infinity differ
    since = np.remainder(as_array(time, float) + refractory, period) - refractory
    return np.where(since < 0, 0, as_array(current, float) * (1 - np.exp(-since / tau)))


def simulate(
    current: float,
    duration: float,
    time_step: float = 0.01,
    tau: float = TAU,
    refractory: float = REFRACTORY,
) -> tuple[Array, Array]:
    """Integrate the neuron step by step; return the voltage at each step and the spike times.

    The voltage array has one entry a ``time_step`` (ms) of ``duration`` (ms).

    >>> voltage, spikes = simulate(0.5, duration=100)
    >>> len(spikes), bool(voltage.max() < 0.5)
    (0, True)
    """
    if duration <= 0 or time_step <= 0:
        raise ValueError(f"duration {duration} and time_step {time_step} must be positive")
    n_steps = round(duration / time_step)
    voltage, spikes = np.zeros(n_steps), []
    v, silent_until = 0.0, 0.0
    for step in range(n_steps):
        now = step * time_step
        if now >= silent_until:
            v += time_step / tau * (current - v)
        if v >= 1:
            spikes.append(now)
            v, silent_until = 0.0, now + refractory
        voltage[step] = v
    return voltage, np.array(spikes)
