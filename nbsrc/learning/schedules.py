"""Learning-rate schedules: the learning rate at each step, counted from 0."""

import math
from collections.abc import Callable

Schedule = Callable[[int], float]


def step_decay(start: float, factor: float, every: int) -> Schedule:
    """Return ``start``, multiplied by ``factor`` after each ``every`` steps.

    >>> [step_decay(1.0, 0.5, every=2)(step) for step in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    _check_positive(start=start, factor=factor, every=every)
    return lambda step: start * factor ** (step // every)


def inverse_time(start: float, half_after: float) -> Schedule:
    """Return start / (1 + step/half_after), slow enough for SGD to arrive (Robbins, Monro 1951).

    >>> inverse_time(1.0, half_after=10)(10)
    0.5
    """
    _check_positive(start=start, half_after=half_after)
    return lambda step: start / (1 + step / half_after)


def cosine(start: float, n_steps: int) -> Schedule:
    """Return the falling half of a cosine, from ``start`` to 0 at ``n_steps`` (Loshchilov 2017).

    >>> [round(cosine(1.0, 4)(step), 3) for step in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    _check_positive(start=start, n_steps=n_steps)
    return lambda step: start * (1 + math.cos(math.pi * min(step / n_steps, 1))) / 2


def warm_up(schedule: Schedule, n_steps: int) -> Schedule:
    """Return a schedule that rises in a line over its first ``n_steps`` steps to the given one.

    >>> [warm_up(step_decay(1.0, 0.5, every=4), 2)(step) for step in range(5)]
    [0.5, 1.0, 1.0, 1.0, 0.5]
    """
    _check_positive(n_steps=n_steps)
    return lambda step: schedule(step) * min((step + 1) / n_steps, 1)


def _check_positive(**numbers: float) -> None:
    for name, number in numbers.items():
        if not 0 < number < math.inf:
            raise ValueError(f"{name} is {number}; it must be positive")
