"""One hidden layer by hand: steps, bumps and hats, as formulas and as networks.

A sigmoid unit σ(w (x − s)) is a step at s = −b/w; two steps make a bump; bumps side by side follow
a function, and so do straight pieces between knots (Nielsen 2015, chapter 4). The formulas use
NumPy alone, so that live arrays trace them; the networks are those of :mod:`nbsrc.networks`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.networks.network import Network
from nbsrc.neurons.activations import IDENTITY, RELU, SIGMOID, STEP, sigmoid

Function = Callable[[Any], Any]
"""A function of numbers, entry by entry."""


def soft_step(x: Any, place: Any, steepness: Any) -> Any:
    """Return σ(steepness · (x − place)): a sigmoid unit, half way up at its place.

    >>> soft_step(np.array([0.0, 0.4, 1.0]), 0.4, 50.0).round(3)
    array([0. , 0.5, 1. ])
    """
    return sigmoid(steepness * (x - place))


def hat(x: Any, middle: Any, width: Any) -> Any:
    """Return max(0, 1 − |x − middle|/width): 1 in the middle, 0 from ``width`` away.

    >>> hat(np.array([0.0, 0.25, 0.5, 2.0]), 0.5, 0.5)
    array([0. , 0.5, 1. , 0. ])
    """
    return np.maximum(0, 1 - np.abs(x - middle) / width)


def polyline(x: Any, heights: Any) -> Any:
    """Return the straight pieces through ``heights`` at 0, 1/m, ..., 1, as a sum of m + 1 hats.

    ``heights`` has shape ``(m + 1,)``, m ≥ 1, numbers or live; outside [0, 1] it falls to 0.

    >>> polyline(np.array([0.0, 0.25, 1.0]), [0.0, 1.0, 0.5])
    array([0. , 0.5, 0.5])
    """
    pieces = len(heights) - 1
    if pieces < 1:
        raise ValueError(f"{len(heights)} heights make no piece; give at least 2")
    return sum(heights[i] * hat(x, i / pieces, 1 / pieces) for i in range(pieces + 1))


def staircase(x: Any, f: Function, pieces: Any) -> Any:
    """Return bumps side by side on [0, 1], each as high as f is at its middle.

    At x = 1 the last bump is meant. ``pieces``: how many, live or not.

    >>> staircase(np.array([0.0, 0.3, 0.6, 1.0]), lambda x: x, 2)
    array([0.25, 0.25, 0.75, 0.75])
    """
    bump = np.minimum(np.floor(x * pieces), pieces - 1)
    return f((bump + 0.5) / pieces)


def interpolated(x: Any, f: Function, pieces: Any) -> Any:
    """Return straight lines between the values of f at 0, 1/pieces, ..., 1: a sum of hats.

    >>> interpolated(np.array([0.0, 0.25, 1.0]), lambda x: x**2, 1)
    array([0.  , 0.25, 1.  ])
    """
    piece = np.clip(np.floor(x * pieces), 0, pieces - 1)
    share = x * pieces - piece
    return (1 - share) * f(piece / pieces) + share * f((piece + 1) / pieces)


def step_network(edges: ArrayLike, heights: ArrayLike, steepness: float | None = None) -> Network:
    """Return one hidden layer whose output is ``heights[i]`` between edges i and i + 1, else 0.

    ``edges`` (n + 1,) rise strictly, ``heights`` (n,). Neighbours share a unit: n + 1 units of
    weight w = ``steepness`` and bias −w · edge, sigmoids, or jumps where ``steepness`` is None
    (w = 1). At an edge a jump still has the value to its left. Raises ``ValueError`` for other
    shapes, NaN, edges that do not rise, and a steepness that is not positive.

    >>> from nbsrc.networks.network import predict
    >>> network = step_network([0.0, 0.5, 1.0], [2.0, -1.0])
    >>> predict(network, [[0.25], [0.75], [1.5]]).ravel()
    array([ 2., -1.,  0.])
    """
    places, tops = _checked(edges, heights, fewer=1)
    if steepness is not None and not 0 < steepness < np.inf:
        raise ValueError(f"steepness is {steepness}; it must be positive, or None for jumps")
    jumps = np.diff(tops, prepend=0.0, append=0.0)
    weight = 1.0 if steepness is None else steepness
    weights = np.full(len(places), weight)
    parameters = np.concatenate([weights, jumps, -weight * places, [0.0]])
    hidden = STEP if steepness is None else SIGMOID
    return Network((1, len(places), 1), (hidden, IDENTITY), parameters)


def relu_network(knots: ArrayLike, heights: ArrayLike) -> Network:
    """Return one hidden layer of ReLU units that draws straight lines through n + 1 points.

    ``knots`` (n + 1,) rise strictly, ``heights`` (n + 1,). The n units have weight 1 and bias
    −knot, for all knots but the last; output weights are changes of slope, the output's bias is
    the first height. To the left it stays level, to the right it goes straight on. Raises
    ``ValueError`` for other shapes, NaN, and knots that do not rise.

    >>> from nbsrc.networks.network import predict
    >>> network = relu_network([0.0, 0.5, 1.0], [0.0, 1.0, 0.0])
    >>> network.sizes, predict(network, [[-1.0], [0.25], [0.75], [2.0]]).ravel()
    ((1, 2, 1), array([ 0. ,  0.5,  0.5, -2. ]))
    """
    places, tops = _checked(knots, heights, fewer=0)
    slopes = np.diff(tops) / np.diff(places)
    bends = np.diff(slopes, prepend=0.0)
    parameters = np.concatenate([np.ones(len(bends)), bends, -places[:-1], tops[:1]])
    return Network((1, len(bends), 1), (RELU, IDENTITY), parameters)


def _checked(places: ArrayLike, heights: ArrayLike, fewer: int) -> tuple[Array, Array]:
    at, tops = np.asarray(places, float), np.asarray(heights, float)
    if at.ndim != 1 or len(at) < 2 or tops.shape != (len(at) - fewer,):
        raise ValueError(
            f"places have shape {at.shape}, heights {tops.shape}; "
            f"give n + 1 places, n ≥ 1, and n{'' if fewer else ' + 1'} heights"
        )
    if not (np.isfinite(at).all() and np.isfinite(tops).all()):
        raise ValueError("places or heights contain NaN or infinity")
    if not (np.diff(at) > 0).all():
        raise ValueError(f"places must rise strictly; got {at.tolist()[:10]}")
    return at, tops
