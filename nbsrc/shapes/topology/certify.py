"""Proofs by computation about a network and two sets: a disk, and the ring around it.

A sample can miss what matters; these functions speak of all points of the sets. A
:class:`Witness` shows that no threshold on the network's output separates them (three points do),
a :class:`Separation` that one does (a bound on every cell of a cover, no gap between cells).

That a witness must exist where no hidden layer has more than two units is Johnson's theorem (2019,
for continuous activations that are one-to-one, or limits of such, ReLU among them): such a network
has no highest or lowest output inside the ring that the ring does not reach too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.networks.network import Network, forward
from nbsrc.neurons.activations import RELU, SIGMOID, TANH
from nbsrc.shapes.topology.sets import INNER, OUTER

DISK = INNER
"""Radius of the disk."""
RING = (OUTER, 1.0)
"""Inner and outer radius of the ring."""
ROUNDING = 1e-9
"""What outputs may be off by rounding, for each unit of the size of the terms they sum."""
LAST_PLACES = 1e-14
"""What rounding may change in a sum of three terms of size 1 and in its activation, and more."""
MOST_STEPS = 3_000
"""How many steps a way out may take."""
INVERTIBLE = frozenset({TANH.name, SIGMOID.name})


@dataclass(frozen=True, eq=False)
class Witness:
    """Three points, and the network's output at each, before the last activation.

    ``inside`` is a point of the disk, ``above`` and ``below`` are points of the ring where the
    output is at least and at most as high: whatever the threshold, whichever side it gives to the
    disk, one of the pairs is on the same side or the wrong way round. ``margin`` is the smaller of
    the two differences in output.
    """

    inside: Array
    above: Array
    below: Array
    outputs: tuple[float, float, float]

    @property
    def margin(self) -> float:
        """The smaller of the two differences in output."""
        at, high, low = self.outputs
        return min(high - at, at - low)


@dataclass(frozen=True)
class Separation:
    """Bounds that hold for all points of both sets, and how many cells they took.

    Where ``disk_above``, the output is at least ``disk_bound`` on the disk and at most
    ``ring_bound`` on the ring; else the other way round.
    """

    disk_bound: float
    ring_bound: float
    cells: int

    @property
    def disk_above(self) -> bool:
        """Whether the disk has the higher outputs."""
        return self.disk_bound > self.ring_bound

    @property
    def margin(self) -> float:
        """The gap between the two bounds."""
        return abs(self.disk_bound - self.ring_bound)


# ---- winding numbers ----


def winding_number(curve: ArrayLike, point: ArrayLike) -> int:
    """Return how often a closed polygon (n, 2) goes around a point, counter-clockwise.

    The last corner is joined to the first. Exact: corners are taken as the fractions that they are,
    wherever rounding could decide. Raises ``ValueError`` for fewer than three corners, NaN, and a
    polygon that meets the point.

    >>> square = [[1, 0], [0, 1], [-1, 0], [0, -1]]
    >>> winding_number(square, [0.2, 0.1]), winding_number(square[::-1], [0, 0])
    (1, -1)
    >>> winding_number(square, [3, 0])
    0
    """
    corners, place = np.asarray(curve, float), np.asarray(point, float)
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3 or place.shape != (2,):
        raise ValueError(
            f"the curve has shape {corners.shape}, the point {place.shape}; "
            "give (n, 2) with n of 3 or more, and (2,)"
        )
    if not (np.isfinite(corners).all() and np.isfinite(place).all()):
        raise ValueError("curve or point contain NaN or infinity")
    starts, ends = corners, np.roll(corners, -1, axis=0)
    sides = _sides(starts, ends, place)
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    boxed = ((low <= place) & (place <= high)).all(axis=1)
    if (boxed & (sides == 0)).any():
        raise ValueError(f"the curve meets the point {place.tolist()}; no winding number there")
    up = (starts[:, 1] <= place[1]) & (ends[:, 1] > place[1]) & (sides > 0)
    down = (ends[:, 1] <= place[1]) & (starts[:, 1] > place[1]) & (sides < 0)
    return int(up.sum()) - int(down.sum())


def _sides(starts: Array, ends: Array, place: Array) -> Array:
    """Return 1 where the point is to the left of the edge, −1 to the right, 0 on its line."""
    terms = (ends - starts)[:, 0] * (place - starts)[:, 1]
    others = (ends - starts)[:, 1] * (place - starts)[:, 0]
    made = terms - others
    doubtful = np.abs(made) <= 1e-12 * (np.abs(terms) + np.abs(others))
    for i in np.flatnonzero(doubtful):
        (ax, ay), (bx, by) = ([Fraction(float(v)) for v in end] for end in (starts[i], ends[i]))
        px, py = (Fraction(float(v)) for v in place)
        exact = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
        made[i] = (exact > 0) - (exact < 0)
    return np.sign(made)


# ---- networks ----


def output(network: Network, points: ArrayLike) -> Array:
    """Return the output at points (n, 2) before the last activation, (n,): its order is kept.

    Raises ``ValueError`` for anything but a single network from two numbers to one.
    """
    _check(network)
    made: Array = forward(network, points).pre_activations[-1][:, 0]
    return made


def exact_output(network: Network, point: ArrayLike) -> Fraction:
    """Return the output of a ReLU network, before the last activation, as an exact fraction.

    >>> from nbsrc.neurons.activations import IDENTITY
    >>> line = Network((2, 1, 1), (RELU, IDENTITY), np.array([1.0, 1.0, 0.5, -1.0, 0.25]))
    >>> exact_output(line, [1.0, 0.5])
    Fraction(1, 2)
    """
    _check(network)
    if any(a is not RELU for a in network.activations[:-1]):
        raise ValueError("only networks whose hidden units are all ReLU have exact outputs")
    row = [Fraction(float(v)) for v in np.asarray(point, float)]
    for layer, (weights, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        z = [
            Fraction(float(b)) + sum(a * Fraction(float(w)) for a, w in zip(row, into, strict=True))
            for into, b in zip(weights.T, bias, strict=True)
        ]
        row = z if layer == len(network.weights) - 1 else [max(Fraction(0), v) for v in z]
    return row[0]


def enclosure(
    network: Network, centres: ArrayLike, radii: ArrayLike, layers: int | None = None
) -> tuple[Array, Array]:
    """Return bounds (n, n_units) of a layer's values over round cells of the plane.

    Cell i has all points within ``radii[i]`` of ``centres[i]``. The bounds are of the activations
    after ``layers`` hidden layers, or of the output before the last activation (None); all
    activations must be monotone. Each bound leaves room for rounding.

    >>> from nbsrc.neurons.activations import IDENTITY
    >>> unit = Network((2, 1, 1), (TANH, IDENTITY), np.array([1.0, 0.0, 2.0, 0.0, 0.0]))
    >>> low, high = enclosure(unit, [[0.0, 0.0]], [0.5])
    >>> bool(abs(high[0, 0] - 2 * np.tanh(0.5)) < 1e-6)
    True
    """
    middle, reach = np.asarray(centres, float), np.asarray(radii, float)[:, None]
    z = middle @ network.weights[0] + network.biases[0]
    spread = reach * np.linalg.norm(network.weights[0], axis=0)
    last = len(network.weights) - 1
    for layer in range(last + 1):
        if layer:
            activation = network.activations[layer - 1]
            low, high = activation(z - spread), activation(z + spread)
            middle, half = (low + high) / 2, (high - low) / 2
            if layer == layers:
                return low, high
            z = middle @ network.weights[layer] + network.biases[layer]
            spread = half @ np.abs(network.weights[layer])
        size = np.abs(network.weights[layer]).sum(axis=0) + np.abs(network.biases[layer])
        spread = spread + ROUNDING * size
    return z - spread, z + spread


# ---- certificates ----


def witness(
    network: Network, *, disk: float = DISK, ring: tuple[float, float] = RING, rounds: int = 40
) -> Witness | None:
    """Return three points that no threshold on the output can tell apart, or None.

    The highest and the lowest output on the ring are searched on a polar grid, and then on ever
    finer ones around the best places, for at most ``rounds`` rounds. For ReLU the order of the
    outputs is checked in exact fractions, and equal counts; for others it must exceed rounding.
    None proves nothing by itself: see :func:`separation`.
    """
    _check(network)
    _check_radii(disk, ring)
    inside, around = polar(0.0, disk, 6, 60), polar(*ring, 5, 240)
    at, said = output(network, inside), output(network, around)
    high, low = (around[i] for i in (int(said.argmax()), int(said.argmin())))
    ends = [float(said.max()), float(said.min())]
    width = np.array([(ring[1] - ring[0]) / 4, 2 * np.pi / 240])
    for k in range(rounds + 1):
        best = int(np.abs(at - sum(ends) / 2).argmin())
        three = (float(at[best]), ends[0], ends[1])
        found = Witness(inside[best], high, low, three)
        if _ordered(network, found):
            return found
        step = width * 0.7**k
        high, ends[0] = _climbed(network, high, step, ring, 1)
        low, ends[1] = _climbed(network, low, step, ring, -1)
    return None


def separation(
    network: Network,
    *,
    disk: float = DISK,
    ring: tuple[float, float] = RING,
    most_cells: int = 60_000,
) -> Separation | None:
    """Return bounds that prove that a threshold on the output separates disk and ring, or None.

    Both sets are covered by round cells without a gap. A cell whose bounds (:func:`enclosure`)
    cannot be told from the other set's is cut into four, until all can or there are too many. None
    where centres of cells already contradict, or the cells do not suffice.
    """
    _check(network)
    _check_radii(disk, ring)
    at = [output(network, polar(*ends, 6, 60)) for ends in ((0.0, disk), ring)]
    above = float(at[0].min()) > float(at[1].max())
    if not above and not float(at[0].max()) < float(at[1].min()):
        return None
    cut = (at[0].min() + at[1].max()) / 2 if above else (at[0].max() + at[1].min()) / 2
    bounds, used = [], 0
    for ends, higher in (((0.0, disk), above), (ring, not above)):
        cells, bound = _polar_cells(*ends), np.inf
        while len(cells):
            used += len(cells)
            if used > most_cells:
                return None
            low, high = enclosure(network, *_round(cells))
            gap = low[:, 0] - cut if higher else cut - high[:, 0]
            bound = min(bound, float(gap[gap > 0].min(initial=np.inf)))
            cells = _quartered(cells[gap <= 0])
        bounds.append(float(cut) + bound if higher else float(cut) - bound)
    return Separation(bounds[0], bounds[1], used)


def image_winding(network: Network, radius: float, layers: int, point: ArrayLike = (0, 0)) -> int:
    """Return how often the image of a circle around 0 goes around the image of a point, exactly.

    The image is that after ``layers`` hidden layers of two units. The circle is cut into ever finer
    arcs, until on each the bounds of :func:`enclosure` exclude the image of the point; then the
    polygon of their ends winds as the curve does. Raises ``ValueError`` where that does not happen,
    as for a curve that meets the point.
    """
    _check(network)
    if not 1 <= layers < len(network.weights) or network.sizes[layers] != 2:
        raise ValueError(f"after {layers} hidden layers there is no plane in {network.sizes}")
    low, high = enclosure(network, [np.asarray(point, float)], [0.0], layers)
    ends = np.linspace(0, 2 * np.pi, 257)
    for _ in range(18):
        middles, half = (ends[1:] + ends[:-1]) / 2, (ends[1:] - ends[:-1]) / 2
        at = radius * np.column_stack([np.cos(middles), np.sin(middles)])
        least, most = enclosure(network, at, radius * half, layers)
        apart = ((least > high) | (most < low)).any(axis=1)
        if apart.all():
            corners = radius * np.column_stack([np.cos(ends[:-1]), np.sin(ends[:-1])])
            passed = forward(network, np.vstack([corners, np.asarray(point, float)]))
            image = passed.activations[layers]
            return winding_number(image[:-1], image[-1])
        ends = np.sort(np.concatenate([ends, middles[~apart]]))
        if len(ends) > 100_000:
            break
    raise ValueError("the image of the circle comes too close to the image of the point")


# ---- ways out ----


def escape_paths(
    network: Network,
    starts: ArrayLike,
    *,
    radius: float = 1.0,
    n: int = 41,
    up: bool = True,
    stride: float = 0.005,
) -> Array:
    """Return ways (n_starts, n, 2) to a circle, along each of which the output rises (or falls).

    In the last hidden layer a way is the straight line along the output's weights; in the plane it
    is traced with steps of ``stride``, in the one direction that the layers turn into that line,
    and ends where it crosses the circle; its places are equally far apart along it. All hidden
    layers must have two units, weights that are not singular, and tanh or sigmoid units. Raises
    ``ValueError`` otherwise, and where rounding takes a way off its line.
    """
    _check(network)
    hidden = network.activations[:-1]
    if set(network.sizes[1:-1]) != {2} or not {a.name for a in hidden} <= INVERTIBLE:
        raise ValueError("the way back needs layers of two tanh or sigmoid units")
    places = np.asarray(starts, float)
    if places.ndim != 2 or places.shape[1] != 2 or not (np.hypot(*places.T) < radius).all():
        raise ValueError(f"give starts (n_starts, 2) inside the circle of radius {radius}")
    backs = [_inverse(weights) for weights in network.weights[:-1]]
    goal = network.weights[-1][:, 0] * (1 if up else -1)
    if not np.abs(goal).max() > 0:
        raise ValueError("the output's weights are 0: nothing rises")
    sign = 1 if up else -1
    flat = 1e-13 * _size(network)  # what rounding alone may take off, where units are saturated
    ways = [places]
    said, strides = sign * output(network, places), np.full(len(places), stride)
    while (moving := np.hypot(*ways[-1].T) < radius).any():
        if len(ways) > MOST_STEPS:
            raise ValueError("a way does not come out; choose another start")
        x, step = ways[-1], strides[:, None]
        middle = x + step / 2 * _directions(network, backs, goal, x)
        ahead = x + step * _directions(network, backs, goal, middle)
        heard = sign * output(network, ahead)
        better = moving & (heard >= said - flat)
        ways.append(np.where(better[:, None], ahead, x))
        said = np.where(better, heard, said)
        # where the plane is stretched most, a step must be short to stay on its line
        strides = np.where(better | ~moving, np.minimum(1.5 * strides, stride), strides / 2)
        if strides.min() < 1e-12:
            raise ValueError("rounding hides where the output rises; choose another start")
    return np.array([_evenly(way, radius, n) for way in np.stack(ways, axis=1)])


def _evenly(way: Array, radius: float, n: int) -> Array:
    """Return n places equally far apart along a traced way, up to where it crosses the circle."""
    out = int(np.argmax(np.hypot(*way.T) >= radius))
    before, beyond = np.hypot(*way[out - 1]), np.hypot(*way[out])
    share = (radius - before) / (beyond - before)
    traced = np.vstack([way[:out], way[out - 1] + share * (way[out] - way[out - 1])])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(traced, axis=0).T))])
    even = np.linspace(0, along[-1], n)
    return np.column_stack([np.interp(even, along, axis) for axis in traced.T])


def _inverse(weights: Array) -> Array:
    """Return the inverse of a layer's weights, or raise ``ValueError`` where they are singular."""
    if np.linalg.cond(weights) > 1e12:
        raise ValueError("a layer's weights are singular: there is no way back through it")
    return np.linalg.inv(weights)


def _directions(network: Network, backs: list[Array], goal: Array, x: Array) -> Array:
    """Return the unit vectors at places x that the hidden layers turn into ones along ``goal``."""
    passed = forward(network, x)
    made = np.tile(goal, (len(x), 1))
    for back, z, activation in zip(
        backs[::-1], passed.pre_activations[-2::-1], network.activations[-2::-1], strict=True
    ):
        # 1 / slope: cosh² of z, or of z / 2 for sigmoid; only the ratio of the two matters
        arms = np.abs(z) * (1.0 if activation is TANH else 0.5)
        shared = arms.max(axis=1, keepdims=True)
        made = made * ((np.exp(arms - shared) + np.exp(-arms - shared)) ** 2) @ back
        made = made / np.linalg.norm(made, axis=1, keepdims=True)
    return made


def pulled_back(network: Network, representation: ArrayLike) -> Array:
    """Return the inputs (n, 2) that the last hidden layer shows as (n, 2); NaN where there is none.

    >>> rng = np.random.default_rng(0)
    >>> from nbsrc.networks.network import new_network
    >>> network = new_network([2, 2, 2, 1], rng, output=SIGMOID)
    >>> there = forward(network, [[0.3, -0.2]]).activations[-2]
    >>> pulled_back(network, there).round(9)
    array([[ 0.3, -0.2]])
    """
    a = np.asarray(representation, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        for weights, bias, activation in zip(
            network.weights[-2::-1],
            network.biases[-2::-1],
            network.activations[-2::-1],
            strict=True,
        ):
            inside = np.abs(a) < 1 if activation is TANH else (a > 0) & (a < 1)
            z = np.arctanh(a) if activation is TANH else np.log(a / (1 - a))
            if abs(np.linalg.det(weights)) < 1e-12:
                raise ValueError("a layer's weights are singular: there is no way back through it")
            a = np.linalg.solve(weights.T, (np.where(inside, z, np.nan) - bias).T).T
    return a


# ---- cells and grids ----


def polar(low: float, high: float, circles: int, angles: int) -> Array:
    """Return the points (circles · angles, 2) of a polar grid, both radii among its circles."""
    r, t = np.meshgrid(
        np.linspace(low, high, circles), np.linspace(0, 2 * np.pi, angles, endpoint=False)
    )
    return np.column_stack([(r * np.cos(t)).ravel(), (r * np.sin(t)).ravel()])


def _polar_cells(low: float, high: float) -> Array:
    """Return cells (n, 4), from and to a radius, from and to an angle, that cover a ring."""
    r, t = np.linspace(low, high, 5), np.linspace(0, 2 * np.pi, 33)
    made = [(r[i], r[i + 1], t[j], t[j + 1]) for i in range(4) for j in range(32)]
    return np.array(made)


def _round(cells: Array) -> tuple[Array, Array]:
    """Return centres and radii of round cells that contain polar ones."""
    r0, r1, t0, t1 = cells.T
    r, t, aside = (r0 + r1) / 2, (t0 + t1) / 2, (t1 - t0) / 2
    centres = np.column_stack([r * np.cos(t), r * np.sin(t)])
    # no point of the cell is farther from the centre than half its depth plus its longest half arc
    return centres, (r1 - r0) / 2 + r1 * aside


def _quartered(cells: Array) -> Array:
    """Return the four quarters of each cell."""
    r0, r1, t0, t1 = cells.T
    r, t = (r0 + r1) / 2, (t0 + t1) / 2
    parts = [(r0, r, t0, t), (r, r1, t0, t), (r0, r, t, t1), (r, r1, t, t1)]
    return np.concatenate([np.column_stack(part) for part in parts])


def _climbed(
    network: Network, place: Array, step: Array, ring: tuple[float, float], sign: int
) -> tuple[Array, float]:
    """Return the best of a small polar grid around a place of the ring, and its output."""
    r, t = np.hypot(*place), np.arctan2(place[1], place[0])
    radii = np.clip(r + step[0] * np.linspace(-1, 1, 5), *ring)
    angles = t + step[1] * np.linspace(-1, 1, 9)
    at = np.array([(q * np.cos(u), q * np.sin(u)) for q in radii for u in angles])
    said = output(network, at)
    best = int((sign * said).argmax())
    return at[best], float(said[best])


def _ordered(network: Network, found: Witness) -> bool:
    """Say whether the outputs are ordered as a witness's must be, beyond doubt."""
    if all(a is RELU for a in network.activations[:-1]):
        at, high, low = (exact_output(network, p) for p in (found.inside, found.above, found.below))
        return low <= at <= high
    return found.margin > LAST_PLACES * _size(network)


def _size(network: Network) -> float:
    """Return a bound on how much an error of 1 in every unit's sum can change the output."""
    total = 1.0
    for weights, bias in zip(network.weights, network.biases, strict=True):
        total = 1 + float(np.abs(weights).sum(axis=0).max()) * total + float(np.abs(bias).max())
    return total


def _check(network: Network) -> None:
    if network.n_networks is not None or network.sizes[0] != 2 or network.sizes[-1] != 1:
        raise ValueError(
            f"the network has sizes {network.sizes}, {network.n_networks or 'one'} of them; "
            "give one network from two numbers to one"
        )


def _check_radii(disk: float, ring: tuple[float, float]) -> None:
    if not 0 < disk < ring[0] < ring[1] < np.inf:
        raise ValueError(f"disk {disk} and ring {ring}: the disk must lie inside the ring's hole")


__all__ = [
    "DISK",
    "RING",
    "Separation",
    "Witness",
    "enclosure",
    "escape_paths",
    "exact_output",
    "image_winding",
    "output",
    "polar",
    "pulled_back",
    "separation",
    "winding_number",
    "witness",
]
