"""Maurey's sampling: a function that is an average of steps, approximated by n random ones.

The bell f(x) = exp(−‖x‖²/2) is the average of cos(ω·x) over ω from the standard normal law. Along
ω a cosine is a sum of steps, since cos t = 1 − ∫ sin(s) ([t > s] + [−t > s]) ds over 0 ≤ s ≤ |t|.
So f is f(0) plus the average of random steps, each at most 2rC high on the ball ‖x‖ ≤ r, where
C = E‖ω‖. The mean of n of them misses by at most 2rC/√n (root mean square, over the draw and over
any law of x on the ball), which is the bound of Barron (1993, Theorem 1). The idea of sampling is
Maurey's (Pisier 1981).
"""

import math
from dataclasses import dataclass

import numpy as np

from nbsrc.arrays import Array


def bell(x: Array) -> Array:
    """Return exp(−‖x‖²/2) of points (n_points, d), one number a point.

    >>> bell(np.array([[0.0, 0.0]]))
    array([1.])
    """
    values: Array = np.exp(-np.sum(np.square(x), axis=-1) / 2)
    return values


def bell_norm(d: int) -> float:
    """Return C = E‖ω‖ of a standard normal ω in d dimensions, the bell's first Fourier moment.

    >>> round(bell_norm(1), 4), round(bell_norm(20), 4)
    (0.7979, 4.4166)
    """
    if d < 1:
        raise ValueError(f"d is {d}; there must be a dimension")
    return math.sqrt(2) * math.exp(math.lgamma((d + 1) / 2) - math.lgamma(d / 2))


def barron_bound(n: Array | int, d: int, radius: float) -> Array:
    """Return 2rC/√n: what n steps need not exceed, root mean square, on the ball ‖x‖ ≤ r.

    >>> float(barron_bound(100, 1, 2.0)).__round__(4)
    0.3192
    """
    if not (np.all(np.asarray(n) >= 1) and radius > 0):
        raise ValueError(f"radius is {radius}; it must be above 0, and n 1 or more")
    return np.asarray(2 * radius * bell_norm(d) / np.sqrt(n))


@dataclass(frozen=True, eq=False)
class Steps:
    """Hidden step units: unit i is on where directions[i]·x > thresholds[i], heights[i] high.

    ``directions`` (n, d) are of length 1; ``thresholds`` and ``heights`` (n,). The network that
    averages them is ``offset`` plus the mean of the heights that are on.
    """

    directions: Array
    thresholds: Array
    heights: Array
    offset: float = 1.0

    def outputs(self, x: Array) -> Array:
        """Return what each unit adds at each point, (n_points, n)."""
        return np.where(x @ self.directions.T > self.thresholds, self.heights, 0.0)

    def running_mean(self, x: Array) -> Array:
        """Return the networks of the first 1, 2, ..., n units at each point, (n_points, n)."""
        totals = np.cumsum(self.outputs(x), axis=1)
        return self.offset + totals / np.arange(1, len(self.heights) + 1)


def draw_steps(n: int, d: int, radius: float, randomness: np.random.Generator) -> Steps:
    """Return n independent random steps whose mean is the bell on the ball ‖x‖ ≤ radius.

    The direction is uniform; the frequency ‖ω‖ is drawn from its law times ‖ω‖, a chi law with
    d + 1 degrees of freedom; the place s uniformly between 0 and r‖ω‖; the height is −2rC sin s.

    >>> steps = draw_steps(2000, 2, 2.0, np.random.default_rng(0))
    >>> round(float(steps.running_mean(np.array([[1.0, 0.0]]))[0, -1]), 1)  # exp(−1/2)
    0.6
    """
    if n < 1 or d < 1 or not radius > 0:
        raise ValueError(f"n = {n}, d = {d}, radius = {radius}: all must be above 0")
    directions = randomness.normal(size=(n, d))
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    frequency = np.sqrt(randomness.chisquare(d + 1, size=n))
    along = randomness.uniform(0, radius, size=n)
    heights = -2 * radius * bell_norm(d) * np.sin(frequency * along)
    return Steps(directions, along, heights)


def ball_points(n: int, d: int, radius: float, randomness: np.random.Generator) -> Array:
    """Return n random points (n, d): direction uniform, distance uniform from 0 to ``radius``.

    >>> ball_points(3, 2, 2.0, np.random.default_rng(0)).shape
    (3, 2)
    """
    if n < 1 or d < 1 or not radius > 0:
        raise ValueError(f"n = {n}, d = {d}, radius = {radius}: all must be above 0")
    points = randomness.normal(size=(n, d))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points * randomness.uniform(0, radius, size=(n, 1))
