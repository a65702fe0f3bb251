"""Optimisers: what one step does with a gradient g and a learning rate η.

An :class:`Optimiser` is a value that holds its settings. ``start(parameters)`` returns a *rule*,
which owns the running averages of one run: ``rule(gradient, learning_rate)`` changes the parameters
in place. Gradient descent is stochastic where the gradients it is given come from small batches.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nbsrc.arrays import Array
from nbsrc.learning.schedules import Schedule

LearningRate = float | Schedule
Rule = Callable[[Array, float], None]


class Optimiser(Protocol):
    """A way to go down a slope."""

    @property
    def learning_rate(self) -> LearningRate:
        """The learning rate, or the schedule that gives it at each step."""

    def start(self, parameters: Array) -> Rule:
        """Return the rule of a new run, which changes these parameters in place."""


def _check_decay(**decays: float) -> None:
    for name, decay in decays.items():
        if not 0 <= decay < 1:
            raise ValueError(f"{name} is {decay}; it must be at least 0 and less than 1")


@dataclass(frozen=True)
class GradientDescent:
    """θ ← θ − η g (Cauchy 1847; with batches, Robbins and Monro 1951).

    >>> theta = np.array([1.0])
    >>> GradientDescent().start(theta)(np.array([2.0]), 0.25)
    >>> theta
    array([0.5])
    """

    learning_rate: LearningRate = 0.1

    def start(self, parameters: Array) -> Rule:
        """Return the rule of a new run."""
        change = np.empty_like(parameters)

        def rule(gradient: Array, learning_rate: float) -> None:
            np.multiply(gradient, learning_rate, out=change)
            np.subtract(parameters, change, out=parameters)

        return rule


@dataclass(frozen=True)
class Momentum:
    """v ← β v + g, θ ← θ − η v (Polyak 1964); β is the share of velocity kept each step.

    Raises ``ValueError`` for β outside [0, 1).

    >>> theta = np.array([1.0])
    >>> rule = Momentum(momentum=0.5).start(theta)
    >>> rule(np.array([1.0]), 0.25); rule(np.array([0.0]), 0.25)
    >>> theta
    array([0.625])
    """

    learning_rate: LearningRate = 0.1
    momentum: float = 0.9

    def __post_init__(self) -> None:
        _check_decay(momentum=self.momentum)

    def start(self, parameters: Array) -> Rule:
        """Return the rule of a new run."""
        velocity, change = np.zeros_like(parameters), np.empty_like(parameters)

        def rule(gradient: Array, learning_rate: float) -> None:
            _gather(velocity, gradient, self.momentum, velocity)
            np.multiply(velocity, learning_rate, out=change)
            np.subtract(parameters, change, out=parameters)

        return rule


@dataclass(frozen=True)
class Nesterov:
    """v ← β v + g, θ ← θ − η (g + β v) (Nesterov 1983; in this form, Sutskever et al. 2013).

    The parameters kept are the point looked ahead to, so g is the gradient where they are. Raises
    ``ValueError`` for β outside [0, 1).

    >>> theta = np.array([1.0])
    >>> Nesterov(momentum=0.5).start(theta)(np.array([1.0]), 0.5)
    >>> theta
    array([0.25])
    """

    learning_rate: LearningRate = 0.1
    momentum: float = 0.9

    def __post_init__(self) -> None:
        _check_decay(momentum=self.momentum)

    def start(self, parameters: Array) -> Rule:
        """Return the rule of a new run."""
        velocity, change = np.zeros_like(parameters), np.empty_like(parameters)

        def rule(gradient: Array, learning_rate: float) -> None:
            _gather(velocity, gradient, self.momentum, velocity)
            _gather(velocity, gradient, self.momentum, change)
            np.multiply(change, learning_rate, out=change)
            np.subtract(parameters, change, out=parameters)

        return rule


@dataclass(frozen=True)
class RMSProp:
    """s ← ρ s + (1 − ρ) g², θ ← θ − η g / (√s + ε) (Tieleman and Hinton 2012).

    Raises ``ValueError`` for ρ outside [0, 1).

    >>> theta = np.array([1.0])
    >>> RMSProp(decay=0.75, epsilon=0.0).start(theta)(np.array([8.0]), 0.25)
    >>> theta
    array([0.5])
    """

    learning_rate: LearningRate = 0.001
    decay: float = 0.9
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        _check_decay(decay=self.decay)

    def start(self, parameters: Array) -> Rule:
        """Return the rule of a new run."""
        mean_square, change = np.zeros_like(parameters), np.empty_like(parameters)

        def rule(gradient: Array, learning_rate: float) -> None:
            _average_in(mean_square, np.square(gradient, out=change), self.decay, change)
            np.sqrt(mean_square, out=change)
            np.add(change, self.epsilon, out=change)
            np.divide(gradient, change, out=change)
            np.multiply(change, learning_rate, out=change)
            np.subtract(parameters, change, out=parameters)

        return rule


@dataclass(frozen=True)
class Adam:
    """Averages m of g and s of g², and θ ← θ − η_t m / (√s + ε) (Kingma and Ba 2015, section 2).

    m ← β₁ m + (1 − β₁) g and s ← β₂ s + (1 − β₂) g² start at 0, which η_t = η √(1 − β₂ᵗ)/(1 − β₁ᵗ)
    makes up for at step t = 1, 2, ... Raises ``ValueError`` for β₁ or β₂ outside [0, 1).

    >>> theta = np.array([1.0])
    >>> Adam(epsilon=0.0).start(theta)(np.array([8.0]), 0.25)
    >>> theta
    array([0.75])
    """

    learning_rate: LearningRate = 0.001
    mean_decay: float = 0.9
    square_decay: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        _check_decay(mean_decay=self.mean_decay, square_decay=self.square_decay)

    def start(self, parameters: Array) -> Rule:
        """Return the rule of a new run."""
        mean, mean_square = np.zeros_like(parameters), np.zeros_like(parameters)
        change, step = np.empty_like(parameters), 0

        def rule(gradient: Array, learning_rate: float) -> None:
            nonlocal step
            step += 1
            _average_in(mean, gradient, self.mean_decay, change)
            _average_in(mean_square, np.square(gradient, out=change), self.square_decay, change)
            np.sqrt(mean_square, out=change)
            np.add(change, self.epsilon, out=change)
            np.divide(mean, change, out=change)
            bias = (1 - self.square_decay**step) ** 0.5 / (1 - self.mean_decay**step)
            np.multiply(change, learning_rate * bias, out=change)
            np.subtract(parameters, change, out=parameters)

        return rule


def _gather(velocity: Array, gradient: Array, momentum: float, out: Array) -> None:
    """Write momentum · velocity + gradient; ``out`` may be the velocity itself."""
    np.multiply(velocity, momentum, out=out)
    np.add(out, gradient, out=out)


def _average_in(average: Array, newest: Array, decay: float, room: Array) -> None:
    """Make ``average`` decay · average + (1 − decay) · newest; ``room`` may be ``newest``."""
    np.multiply(average, decay, out=average)
    np.multiply(newest, 1 - decay, out=room)
    np.add(average, room, out=average)


def rate_at(learning_rate: LearningRate, step: int) -> float:
    """Return the learning rate at a step, or raise ``ValueError`` where it is not a number from 0.

    >>> rate_at(0.5, 7), rate_at(lambda step: 1 / (1 + step), 1)
    (0.5, 0.5)
    """
    rate = float(learning_rate(step) if callable(learning_rate) else learning_rate)
    if not 0 <= rate < float("inf"):
        raise ValueError(f"the learning rate is {rate} at step {step}; it must be a number from 0")
    return rate


def descend(
    slope: Callable[[Array], Array], start: Array, optimiser: Optimiser, n_steps: int
) -> Array:
    """Return the path ``(n_steps + 1, *start.shape)`` that an optimiser takes down any function.

    ``slope(theta)`` gives the gradient at theta, of its shape. Raises ``FloatingPointError``
    naming the step where the path leaves the finite numbers.

    >>> descend(lambda theta: 2 * theta, np.array([1.0]), GradientDescent(0.25), 2).ravel()
    array([1.  , 0.5 , 0.25])
    """
    path = np.empty((n_steps + 1, *start.shape))
    path[0] = start
    theta = path[0].copy()
    rule = optimiser.start(theta)
    for step in range(n_steps):
        rule(slope(theta), rate_at(optimiser.learning_rate, step))
        if not np.isfinite(theta).all():
            raise FloatingPointError(f"the descent diverged at step {step}: {theta}")
        path[step + 1] = theta
    return path
