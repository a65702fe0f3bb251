"""How far two functions are apart: the supremum, told from the largest value on a grid.

The largest value on a grid is never above the supremum. How far below it may be follows from how
fast the difference can change: by its Lipschitz constant, or by its modulus of continuity.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.networks.network import Network, predict
from nbsrc.shapes.bumps import interpolated
from nbsrc.shapes.pieces import pieces

CELLS_AT_ONCE = 1 << 18
STEEPEST = {"identity": 1.0, "sigmoid": 0.25, "tanh": 1.0, "ReLU": 1.0, "leaky ReLU": 1.0}
"""The largest slope of each activation function that has one, by its name."""

Difference = Callable[[Any], Any]
"""Takes x (n,) on an interval, points (n, d) in a box; returns n numbers."""


class Between(NamedTuple):
    """A number known to be at least ``least`` and at most ``most``."""

    least: float
    most: float


def grid_maximum(difference: Difference, low: ArrayLike, high: ArrayLike, n: int) -> float:
    """Return the largest |difference| at the centres of n cells a side: never above the supremum.

    ``low`` and ``high``: numbers, an interval, or arrays (d,), a box with n^d cells. Raises
    ``ValueError`` for an empty or unbounded box, n below 1, and a difference that is not finite or
    does not have a number for each point.

    >>> grid_maximum(lambda x: x, 0.0, 1.0, 4)
    0.875
    """
    corner, sides = _checked_box(low, high, n)
    is_interval = np.ndim(low) == 0
    total, largest = n ** len(corner), 0.0
    for first in range(0, total, CELLS_AT_ONCE):
        cells = np.unravel_index(
            np.arange(first, min(first + CELLS_AT_ONCE, total)), (n,) * len(corner)
        )
        points = corner + sides * (np.stack(cells, axis=-1) + 0.5) / n
        values = np.asarray(difference(points[:, 0] if is_interval else points), float)
        if values.size != len(points) or not np.isfinite(values).all():
            raise ValueError(
                f"the difference must be a finite number at each of {len(points)} points; "
                f"got shape {values.shape}"
            )
        largest = max(largest, float(np.abs(values).max()))
    return largest


def sup_between(
    difference: Difference,
    low: ArrayLike,
    high: ArrayLike,
    lipschitz: float | Callable[[float], float],
    n: int,
) -> Between:
    """Return what the supremum of |difference| over a closed box is at least and at most.

    At least the largest value at the centres of n cells a side; at most that and ``lipschitz``
    times half a cell's diagonal, the farthest that a point can be from a centre. ``lipschitz``
    bounds the change of the difference over a Euclidean distance: a constant, or a function that
    gives the bound for a distance (a modulus of continuity). It is enough that it does so within
    each closed cell. Raises ``ValueError`` as :func:`grid_maximum`, and for a negative bound.

    >>> sup_between(lambda x: x, 0.0, 1.0, 1.0, 4)
    Between(least=0.875, most=1.0)
    """
    _, sides = _checked_box(low, high, n)
    reach = float(np.linalg.norm(sides)) / (2 * n)
    slack = lipschitz(reach) if callable(lipschitz) else lipschitz * reach
    if not 0 <= slack < np.inf:
        raise ValueError(f"the bound on the change is {slack}; it must be 0 or more, and finite")
    least = grid_maximum(difference, low, high, n)
    return Between(least, least + float(slack))


def lipschitz_bound(network: Network) -> float:
    """Return a Lipschitz constant of the network: its layers' spectral norms times steepest slopes.

    |output change| ≤ bound · |input change|, both Euclidean; the bound is seldom tight. Raises
    ``ValueError`` for ensembles, and for activations without a largest slope (steps) or that mix
    units (softmax).

    >>> from nbsrc.neurons.activations import TANH
    >>> lipschitz_bound(Network((1, 1), (TANH,), np.array([-3.0, 1.0])))
    3.0
    """
    if network.n_networks is not None:
        raise ValueError("this is an ensemble; give one network")
    unknown = [a.name for a in network.activations if a.name not in STEEPEST]
    if unknown:
        raise ValueError(f"no largest slope is known of: {', '.join(unknown)}")
    norms = [float(np.linalg.norm(weights, 2)) for weights in network.weights]
    slopes = [STEEPEST[a.name] for a in network.activations]
    return float(np.prod(norms) * np.prod(slopes))


def relu_kinks(network: Network, low: float, high: float) -> Array:
    """Return where a ReLU network with one input switches units in [low, high], both ends included.

    Between neighbours the network is a straight line. Raises ``ValueError`` for another network.

    >>> from nbsrc.shapes.bumps import relu_network
    >>> relu_kinks(relu_network([0.0, 0.5, 1.0], [0.0, 1.0, 0.0]), -1.0, 1.0)
    array([-1. ,  0. ,  0.5,  1. ])
    """
    ends: Array = low + (high - low) * pieces(network, low, high).ends
    return ends


def relu_steepest(network: Network, low: float, high: float) -> float:
    """Return the exact Lipschitz constant of a ReLU network with one input on [low, high].

    >>> from nbsrc.shapes.bumps import relu_network
    >>> relu_steepest(relu_network([0.0, 0.5, 1.0], [0.0, 1.0, 0.0]), 0.0, 1.0)
    2.0
    """
    kinks = relu_kinks(network, low, high)
    heights = predict(network, kinks[:, None])[:, 0].astype(float)
    return float(np.abs(np.diff(heights) / np.diff(kinks)).max())


def staircase_distance(
    f: Difference, edges: ArrayLike, heights: ArrayLike, turns: ArrayLike = ()
) -> float:
    """Return the exact supremum of |f − a staircase| for a continuous f that is known to turn.

    The staircase is ``heights`` (n,) between ``edges`` (n + 1,). Between neighbouring ``turns``
    f is monotone, so on each stair |f − height| is largest at an end or at a turn. At edges both
    stairs count, as the supremum does.

    >>> staircase_distance(lambda x: x, [0, 0.5, 1], [0.25, 0.75])
    0.25
    """
    places = np.asarray(edges, float)
    tops = np.asarray(heights, float)
    if tops.shape != (len(places) - 1,) or len(places) < 2 or not (np.diff(places) > 0).all():
        raise ValueError("give n + 1 edges that rise strictly and n heights")
    at_edges = np.asarray(f(places), float)
    found = [np.abs(at_edges[:-1] - tops).max(), np.abs(at_edges[1:] - tops).max()]
    inside = np.asarray(turns, float)
    inside = inside[(inside > places[0]) & (inside < places[-1])]
    if inside.size:
        stair = np.searchsorted(places, inside, side="right") - 1
        found.append(np.abs(np.asarray(f(inside), float) - tops[stair]).max())
    largest = float(max(found))
    if not np.isfinite(largest):
        raise ValueError("f or the heights are not finite")
    return largest


def modulus_of_continuity(f: Difference, knots: Sequence[float], distance: Any) -> Any:
    """Return ω(distance) = sup |f(x) − f(y)| over |x − y| ≤ distance, for f of straight pieces.

    ``knots``: n + 1 numbers that rise strictly, the ends of the interval included, between which f
    is straight; x and y stay in it. f(x) − f(y) is then straight in x and in y, so one of them is
    at a knot where it is largest. ``f`` and ``distance`` may be live.

    >>> float(modulus_of_continuity(lambda x: 3 * x, [0.0, 1.0], 0.25))
    0.75
    """
    _check_knots(knots)
    low, high = knots[0], knots[-1]
    tops = [f(knot) for knot in knots]
    found = []
    for i, (knot, top) in enumerate(zip(knots, tops, strict=True)):
        found.append(np.abs(f(np.minimum(knot + distance, high)) - top))
        found.append(np.abs(f(np.maximum(knot - distance, low)) - top))
        for later, other in zip(knots[i + 1 :], tops[i + 1 :], strict=True):
            found.append(np.where(later - knot <= distance, np.abs(other - top), 0))
    return _largest(found)


def staircase_error(f: Difference, knots: Sequence[float], pieces: Any) -> Any:
    """Return sup |f − staircase| on [0, 1], exactly, for f of straight pieces; may be live.

    The staircase is :func:`nbsrc.shapes.bumps.staircase`: ``pieces`` equally wide stairs, as high
    as f at their middles. ``knots`` are as for :func:`modulus_of_continuity`, from 0 to 1. A stair
    without a knot inside is off by half of what f rises on it; each other stair is off most at an
    end or at a knot.

    >>> float(staircase_error(lambda x: 3 * x, [0.0, 1.0], 2))
    0.75
    """
    _check_knots(knots)
    tops, found = [f(knot) for knot in knots], []
    for i in range(len(knots) - 1):
        rise = np.abs(tops[i + 1] - tops[i]) / (knots[i + 1] - knots[i])
        whole = np.floor(knots[i + 1] * pieces) - np.ceil(knots[i] * pieces)
        found.append(np.where(whole >= 1, rise / (2 * pieces), 0))
    for knot, top in list(zip(knots, tops, strict=True))[1:-1]:
        stair = np.floor(knot * pieces)
        height = f((stair + 0.5) / pieces)
        ends = (f(stair / pieces), f((stair + 1) / pieces), top)
        found += [np.abs(value - height) for value in ends]
    return _largest(found)


def interpolation_error(f: Difference, knots: Sequence[float], pieces: Any) -> Any:
    """Return sup |f − its interpolation| on [0, 1], exactly, for f of straight pieces; may be live.

    The interpolation is :func:`nbsrc.shapes.bumps.interpolated`; it meets f at its own knots, so
    the difference is largest at one of f's.

    >>> float(interpolation_error(lambda x: np.abs(x - 0.5), [0.0, 0.5, 1.0], 1))
    0.5
    """
    _check_knots(knots)
    return _largest([np.abs(f(knot) - interpolated(knot, f, pieces)) for knot in knots])


def _largest(values: Sequence[Any]) -> Any:
    """Return the largest of several numbers, live or not."""
    made = values[0]
    for value in values[1:]:
        made = np.maximum(made, value)
    return made


def _check_knots(knots: Sequence[float]) -> None:
    if len(knots) < 2 or not all(a < b for a, b in pairwise(knots)):
        raise ValueError(f"knots must be at least 2 numbers that rise strictly; got {list(knots)}")


def _checked_box(low: ArrayLike, high: ArrayLike, n: int) -> tuple[Array, Array]:
    """Return a box's lowest corner (d,) and its sides (d,), or raise ``ValueError``."""
    one, other = np.atleast_1d(np.asarray(low, float)), np.atleast_1d(np.asarray(high, float))
    if (
        one.shape != other.shape
        or one.ndim != 1
        or not (np.isfinite(one) & np.isfinite(other)).all()
    ):
        raise ValueError(f"low {low!r} and high {high!r} must be finite, of one shape: () or (d,)")
    if not (one < other).all():
        raise ValueError(f"the box from {low!r} to {high!r} is empty; low must be below high")
    if n < 1:
        raise ValueError(f"n is {n}; give at least 1 cell a side")
    return one, other - one
