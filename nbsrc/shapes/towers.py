"""Towers over the plane: what sigmoid units build of steps in two inputs.

A *ridge* is one step up and one step down along one input. Two ridges, one along each input, add
up to a *cross*, and a second layer that thresholds the cross leaves a *tower* (Nielsen 2015,
chapter 4). Towers on a grid, each as high as the function at its middle, make a *landscape*.
Around a disc, half-planes do the same in one layer, except for what remains far away.

Formulas take numbers, arrays, and live values.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from nbsrc.networks.network import Network
from nbsrc.neurons.activations import IDENTITY, SIGMOID
from nbsrc.shapes.bumps import soft_step

Height = Callable[[Any, Any], Any]
"""A function of the two inputs."""

THRESHOLD = 1.5
"""Halfway between an arm of the cross, 1, and its middle, 2."""


def ridge(x: Any, start: Any, end: Any, steepness: Any) -> Any:
    """Return a step up at ``start`` and down at ``end``: two sigmoid units with weights ±1.

    >>> ridge(np.array([0.0, 0.5, 1.0]), 0.25, 0.75, 1000.0).round(6).tolist()
    [0.0, 1.0, 0.0]
    """
    return soft_step(x, start, steepness) - soft_step(x, end, steepness)


def cross(x1: Any, x2: Any, start: Any, end: Any, steepness: Any) -> Any:
    """Return the sum of a ridge along x₁ and one along x₂, both from ``start`` to ``end``.

    It is 2 in the middle, 1 on four arms, and 0 elsewhere.

    >>> x1, x2 = np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.0])
    >>> cross(x1, x2, 0.25, 0.75, 1000.0).round(6).tolist()
    [2.0, 1.0, 0.0]
    """
    return ridge(x1, start, end, steepness) + ridge(x2, start, end, steepness)


def tower(
    x1: Any,
    x2: Any,
    start: Any,
    end: Any,
    steepness: Any,
    gain: Any,
    threshold: Any = THRESHOLD,
) -> Any:
    """Return the cross as a second layer's sigmoid unit sees it: σ(gain · (cross − threshold)).

    >>> x1, x2 = np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.0])
    >>> tower(x1, x2, 0.25, 0.75, 1000.0, 100.0).round(6).tolist()
    [1.0, 0.0, 0.0]
    """
    return expit(gain * (cross(x1, x2, start, end, steepness) - threshold))


def landscape(
    x1: Any,
    x2: Any,
    height: Height,
    cells: Any,
    copies: Any,
    steepness: Any,
    gain: Any,
    at_most: int = 8,
) -> Any:
    """Return towers on a grid of ``cells`` × ``cells`` over the unit square, as high as ``height``.

    Copy j of ``copies`` (1 to ``at_most``) has its grid moved by j/copies of a cell along both
    inputs and 1/copies of the height. Only the four towers around the nearest corner of each grid
    are summed; :func:`far_towers` bounds what :func:`landscape_network` adds to that. A tower is as
    high as the function at its middle or, where that lies outside of the square, at the place of
    the square next to it.

    >>> flat = landscape(0.3, 0.4, lambda x1, x2: 0.0 * x1 + 1.0, 4, 2, 1000.0, 100.0)
    >>> round(float(flat), 6)
    1.0
    """
    total: Any = 0.0
    for copy in range(at_most):
        shift = copy / copies
        sides = []
        for x in (x1, x2):
            place = x * cells - shift
            corner = np.floor(place + 0.5)
            risen = expit(steepness / cells * (place - corner))
            sides.append(
                [
                    (share, np.clip((corner + half + shift) / cells, 0, 1))
                    for share, half in ((1 - risen, -0.5), (risen, 0.5))
                ]
            )
        towers = sum(
            height(middle1, middle2) * expit(gain * (share1 + share2 - THRESHOLD))
            for share1, middle1 in sides[0]
            for share2, middle2 in sides[1]
        )
        total = total + (np.where(copy < copies, towers, 0) if at_most > 1 else towers)
    return total / copies


def far_towers(
    cells: int, steepness: float, gain: float, largest: float = 1.0, within: float = 0.5
) -> float:
    """Return how far the network's landscape can be from :func:`landscape`, for |f| ≤ ``largest``.

    Steps further away than ``within`` of a cell are not quite 0 or 1, and towers further away not
    quite 0.

    >>> far_towers(4, 400.0, 100.0) < 1e-18
    True
    """
    tail = float(np.exp(-steepness * within / cells))
    others = (cells + 3) ** 2 * float(expit(gain * (2 * tail - 0.5)))
    return largest * (4 * gain / 4 * 2 * tail + others)


def landscape_network(
    height: Height, cells: int, copies: int, steepness: float, gain: float
) -> Network:
    """Return the landscape as a network with two hidden layers of sigmoid units.

    Each copy of the grid has ``cells`` + 3 cells along each input, so that it covers the square
    wherever it is moved to. The first layer holds their edges, the second the towers; its output
    weights are the heights.

    Raises ``ValueError`` where a number is not positive.

    >>> landscape_network(lambda x1, x2: x1 + x2, 2, 1, 400.0, 40.0).sizes
    (2, 12, 25, 1)
    """
    _check(cells, copies, steepness, gain)
    n_edges, n_cells = cells + 4, cells + 3
    sizes = (2, copies * 2 * n_edges, copies * n_cells**2, 1)
    first, second, last = (np.zeros((a, b)) for a, b in pairwise(sizes))
    places = np.zeros(sizes[1])
    for copy in range(copies):
        edges = (np.arange(-2, cells + 2) + copy / copies) / cells
        middles = np.clip(edges[:-1] + 0.5 / cells, 0, 1)
        for along in range(2):
            begin = (2 * copy + along) * n_edges
            first[along, begin : begin + n_edges] = steepness
            places[begin : begin + n_edges] = edges
        for i in range(n_cells):
            for j in range(n_cells):
                unit = (copy * n_cells + i) * n_cells + j
                for along, cell in enumerate((i, j)):
                    begin = (2 * copy + along) * n_edges + cell
                    second[begin, unit], second[begin + 1, unit] = gain, -gain
                last[unit, 0] = height(middles[i], middles[j]) / copies
    biases = [-steepness * places, np.full(sizes[2], -gain * THRESHOLD), np.zeros(1)]
    parameters = np.concatenate([m.ravel() for m in (first, second, last, *biases)])
    return Network(sizes, (SIGMOID, SIGMOID, IDENTITY), parameters)


def landscape_error(
    height: Height,
    slope: float,
    largest: float,
    cells: int,
    copies: int,
    steepness: float,
    gain: float,
    boxes: int = 240,
) -> tuple[float, float]:
    """Return two numbers between which the landscape's largest error on the unit square lies.

    ``slope`` bounds the steepest slope of ``height`` and ``largest`` its absolute value. The lower
    number is an error found, at the grids' corners and on a lattice between them. The upper one is
    proved: the square is cut into boxes (``boxes`` along each side of the part in which the copies'
    grids repeat), all steps and towers are bounded on each, and with them Σ tower · slope ·
    distance + largest · |Σ tower − 1|.

    Raises ``ValueError`` where a number is not positive, or ``boxes`` is odd.
    """
    _check(cells, copies, steepness, gain, slope, largest)
    if boxes % 2:
        raise ValueError(f"boxes is {boxes}; an even number keeps their sides on the grids' edges")
    side = 1 / (copies * boxes)
    tail = far_towers(cells, steepness, gain, largest, 0.5 - side)
    corners = (np.arange(-1, cells + 1)[:, None] + np.arange(copies) / copies).T / cells
    lattice = np.linspace(0, 1, 4 * cells + 1)
    spots = [np.meshgrid(along, along) for along in (*np.clip(corners, 0, 1), lattice)]
    x1, x2 = (np.concatenate([spot[axis].ravel() for spot in spots]) for axis in range(2))
    found = landscape(x1, x2, height, cells, copies, steepness, gain, copies)
    low = float(np.abs(found - height(x1, x2)).max())
    starts = np.arange(boxes) * side
    bound = np.zeros((boxes, boxes))
    for copy in range(copies):
        begin = np.mod(starts - copy / copies + 0.5, 1) - 0.5
        ends = np.stack([begin, begin + side])
        bound += _bound_of_copy(ends, cells, steepness, gain, slope, largest)
    return low - tail, float(bound.max() / copies + tail)


def _bound_of_copy(
    ends: NDArray[np.float64],
    cells: int,
    steepness: float,
    gain: float,
    slope: float,
    largest: float,
) -> NDArray[np.float64]:
    """Return a bound of one copy's error on each pair of the intervals ``ends`` (2, n).

    These are distances from the nearest edge, in cells.
    """
    risen = expit(steepness / cells * ends)
    sides = ((1 - risen[::-1], -0.5), (risen, 0.5))
    from_middle = {half: np.abs(ends - half).max(axis=0) / cells for _, half in sides}
    drift: Any = 0.0
    least: Any = 0.0
    most: Any = 0.0
    for share1, half1 in sides:
        for share2, half2 in sides:
            low, high = (
                expit(gain * (share1[end][:, None] + share2[end] - THRESHOLD)) for end in (0, 1)
            )
            away = np.hypot(from_middle[half1][:, None], from_middle[half2])
            drift = drift + high * slope * away
            least, most = least + low, most + high
    bound: NDArray[np.float64] = drift + largest * np.maximum(np.abs(least - 1), np.abs(most - 1))
    return bound


def half_planes(x1: Any, x2: Any, n: Any, distance: Any, turn: Any = 0.0) -> Any:
    """Return how many of n half-planes around the origin hold a place: one hidden layer of steps.

    Their borders stand ``distance`` from the origin, the first in the direction ``turn`` (radians),
    and the others evenly around. Computed without a sum: of the directions, those within
    arccos(distance / ‖x‖) of the place's own have it outside.

    >>> [int(half_planes(x1, 0.0, 6, 1.0)) for x1 in (0.0, 1.1, 50.0)]
    [6, 5, 3]
    """
    far = np.sqrt(x1 * x1 + x2 * x2)
    reach = np.arccos(np.clip(distance / np.maximum(far, 1e-12), -1, 1))
    between = 2 * np.pi / n
    middle = np.arctan2(x2, x1) - turn
    outside = np.ceil((middle + reach) / between) - np.floor((middle - reach) / between) - 1
    return n - np.maximum(outside, 0)


def polygon_error(n: Any, distance: Any) -> Any:
    """Return by which share of the unit disc's area a regular n-gon differs from it.

    What is in one of the two and not in the other counts, whichever it is. The sides stand
    ``distance`` from the middle.

    >>> round(float(polygon_error(4, 1.0)), 6) == round(4 / np.pi - 1, 6)
    True
    """
    half = np.pi / n
    square = distance * distance
    meet = np.minimum(np.arccos(np.clip(distance, -1, 1)), half)
    missing = meet - square * np.tan(meet)
    spare = square * (np.tan(half) - np.tan(meet)) - (half - meet)
    return n / np.pi * (missing + spare)


def best_distance(n: Any) -> Any:
    """Return how far the sides of the regular n-gon stand that differs least from the unit disc.

    The middle half of each side lies within the circle, by length: 1/√(1 + tan²(π/n) / 4).

    >>> round(float(best_distance(4)), 4)
    0.8944
    """
    tangent = np.tan(np.pi / n) / 2
    return 1 / np.sqrt(1 + tangent * tangent)


def _check(cells: int, copies: int, *others: float) -> None:
    if not (isinstance(cells, (int, np.integer)) and isinstance(copies, (int, np.integer))):
        raise ValueError(f"cells and copies are {cells} and {copies}; give whole numbers")
    if not all(number > 0 and np.isfinite(number) for number in (cells, copies, *others)):
        raise ValueError(
            f"cells, copies and the others are {(cells, copies, *others)}; all must be above 0"
        )
