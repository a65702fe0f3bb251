"""A layer as a motion of its inputs, and bounds that hold for all of them at once.

Rows are points, as in :mod:`nbsrc.networks.network`: a layer takes x to tanh(x W + b).
"""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.networks.network import Network, checked_inputs, forward
from nbsrc.neurons.activations import TANH

ROUNDING = 1e-12
"""By this share of their size, bounds are moved outwards: far more than rounding can do."""


def rotation(angle: Any) -> Any:
    """Return the matrix that turns rows (x, y) by ``angle``, in radians, counterclockwise.

    >>> rotation(np.pi / 2).round(6).tolist()
    [[0.0, 1.0], [-1.0, 0.0]]
    """
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([c, s]), np.stack([-s, c])])


def turn_and_stretch(weights: Any) -> tuple[Any, Any, Any]:
    """Return ``(flips, angle, stretch)`` with weights = flip · rotation(angle) · stretch.

    ``weights`` (2, 2), numbers or live. ``stretch`` (2, 2) is symmetric and stretches or squeezes
    along two directions at right angles, neither by less than 0; ``flips`` is 1 where the
    determinant is negative, and the flip takes (x, y) to (x, −y). This is the polar decomposition,
    in closed form.

    >>> flips, angle, stretch = turn_and_stretch(np.array([[0.0, 2.0], [-3.0, 0.0]]))
    >>> float(flips), float(np.degrees(angle)), abs(stretch.round(6)).tolist()
    (0.0, 90.0, [[3.0, 0.0], [0.0, 2.0]])
    """
    (a, b), (c, d) = weights
    flips = np.where(a * d - b * c < 0, 1.0, 0.0)
    c, d = (1 - 2 * flips) * c, (1 - 2 * flips) * d
    angle = np.arctan2(b - c, a + d)
    upright = np.stack([np.stack([a, b]), np.stack([c, d])])
    return flips, angle, rotation(-angle) @ upright


def on_the_way(weights: Any, time: Any) -> Any:
    """Return the matrix (2, 2) at a time from 0, where nothing has moved, to 1: ``weights``.

    The angle and the stretch grow evenly. Where det W > 0 the determinant stays positive all the
    way. Where det W < 0 the plane is turned over besides: what is drawn is the shadow of a sheet
    that turns in space around the first axis, and half-way that shadow is a line.

    >>> on_the_way(np.array([[2.0, 0.0], [0.0, 4.0]]), 0.5).tolist()
    [[1.5, 0.0], [0.0, 2.5]]
    """
    flips, angle, stretch = turn_and_stretch(weights)
    over = np.where(flips > 0, np.cos(np.pi * time), 1.0)
    (first, second) = rotation(time * angle) @ (time * stretch + (1 - time) * np.eye(2))
    return np.stack([first, over * second])


def stage(x: Any, weights: Any, bias: Any, time: Any, squash: Any = np.tanh) -> Any:
    """Return where points (..., 2) are at a time from 0 to 3 of their way through a layer.

    Until 1 the plane turns and stretches (:func:`on_the_way`), until 2 it moves by ``bias``, and
    until 3 each place z goes straight to ``squash(z)``.

    >>> W, b, x = np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([1.0, -1.0]), np.array([0.5, 1.0])
    >>> [stage(x, W, b, time).round(3).tolist() for time in (0, 1, 2, 3)]
    [[0.5, 1.0], [1.0, 1.0], [2.0, 0.0], [0.964, 0.0]]
    """
    return carried(x, on_the_way(weights, np.clip(time, 0, 1)), bias, time, squash)


def carried(x: Any, matrix: Any, bias: Any, time: Any, squash: Any = np.tanh) -> Any:
    """Return :func:`stage` where the matrix of that time is known: the shift and the squash.

    >>> carried(np.array([1.0, 1.0]), np.eye(2), np.array([0.5, -1.0]), 1.5).tolist()
    [1.25, 0.5]
    """
    z = x @ matrix + np.clip(time - 1, 0, 1) * bias
    part = np.clip(time - 2, 0, 1)
    return (1 - part) * z + part * squash(z)


def exact_determinant(matrix: ArrayLike) -> Fraction:
    """Return the determinant of a square matrix of numbers, exactly: floats are fractions.

    Raises ``ValueError`` for a matrix that is not square or has NaN or infinity.

    >>> exact_determinant([[0.5, 0.25], [2, 1]])
    Fraction(0, 1)
    """
    array = np.asarray(matrix, float)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(f"a determinant needs a square matrix, not one of shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("the matrix contains NaN or infinity")
    rows = [[Fraction(float(entry)) for entry in row] for row in array]
    made = Fraction(1)
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            rows[k], rows[pivot], made = rows[pivot], rows[k], -made
        made *= rows[k][k]
        for row in rows[k + 1 :]:
            share = row[k] / rows[k][k]
            pairs = zip(row[k:], rows[k][k:], strict=True)
            row[k:] = [entry - share * above for entry, above in pairs]
    return made


def log_determinants(network: Network, points: ArrayLike) -> Array:
    """Return log₁₀ |det J| of each hidden layer at each point, shape (n_layers, n_samples).

    J is the layer's own Jacobian, ∂a/∂(what entered it); the sum over layers is that of all
    together. Hidden layers must be square and tanh, else ``ValueError``.

    >>> one = Network((2, 2, 1), (TANH, TANH), np.array([2.0, 0, 0, 5, 1, 1, 0, 0, 0]))
    >>> log_determinants(one, [[0.0, 0.0]]).round(6)
    array([[1.]])
    """
    _check(network, square=True)
    passed = forward(network, checked_inputs(network, points))
    made = []
    for weights, z in zip(network.weights[:-1], passed.pre_activations[:-1], strict=True):
        made.append(np.linalg.slogdet(weights)[1] / np.log(10) + _log_slope(z).sum(axis=-1))
    return np.array(made)


def least_log_determinant(network: Network, low: ArrayLike, high: ArrayLike) -> float:
    """Return a number that log₁₀ |det J| of all hidden layers together is never below in a box.

    The box are the points x with low ≤ x ≤ high. −∞ where some W is singular, or nearly so.
    Hidden layers must be square and tanh, else ``ValueError``; so must low ≤ high be finite.

    >>> one = Network((2, 2, 1), (TANH, TANH), np.array([2.0, 0, 0, 5, 1, 1, 0, 0, 0]))
    >>> bool(least_log_determinant(one, [-1, -1], [1, 1]) < log_determinants(one, [[1, 1]])[0, 0])
    True
    """
    _check(network, square=True)
    total = 0.0
    for weights, furthest in zip(network.weights[:-1], _reaches(network, low, high), strict=True):
        size = abs(float(exact_determinant(weights)))
        if size == 0:
            return float("-inf")
        total += float(np.log10(size)) + float(_log_slope(furthest).sum())
    return total - ROUNDING * max(1.0, abs(total))


def least_log_stretch(network: Network, low: ArrayLike, high: ArrayLike) -> float:
    """Return k such that no two points of a box come closer than to 10ᵏ times their distance.

    The distance is measured after the last hidden layer. A finite k proves that the hidden layers
    are one-to-one on the box: through x W distances shrink at most by W's least singular value,
    and through tanh at most by its least slope over all z that the box can reach. −∞ where W loses
    a direction. Hidden layers must be tanh, none smaller than the one before, else ``ValueError``.

    >>> one = Network((1, 1, 1), (TANH, TANH), np.array([3.0, 1.0, 0.0, 0.0]))
    >>> round(least_log_stretch(one, [-1], [1]), 3)  # 3 · tanh′(3)
    -1.529
    """
    _check(network, square=False)
    total = 0.0
    for weights, furthest in zip(network.weights[:-1], _reaches(network, low, high), strict=True):
        sizes = np.linalg.svd(weights, compute_uv=False)
        least = float(sizes[-1] - ROUNDING * sizes[0])
        if least <= 0:
            return float("-inf")
        total += float(np.log10(least)) + float(_log_slope(furthest).min())
    return total - ROUNDING * max(1.0, abs(total))


def straight_cuts(inside: Any, outside: Any, n_angles: int = 24) -> tuple[Any, Any, Array]:
    """Return ``(gaps, levels, angles)`` of straight strips between two sets of the plane.

    ``inside`` and ``outside`` (n, 2) are points, numbers or live; ``angles`` are spread evenly all
    around, in radians. Along the direction at ``angles[k]`` all of ``outside`` lies beyond
    ``levels[k]`` and all of ``inside`` before it, by half of ``gaps[k]`` at least. A gap below 0:
    no line at right angles to that direction separates the two.

    >>> points = np.array([[0.0, 0.0]]), np.array([[2.0, 1.0], [2.0, -1.0]])
    >>> gaps, levels, _ = straight_cuts(*points, n_angles=2)
    >>> gaps.tolist(), levels.tolist()
    ([2.0, -2.0], [1.0, -1.0])
    """
    angles = 2 * np.pi * np.arange(n_angles) / n_angles
    along = np.array([np.cos(angles), np.sin(angles)])
    near, far = np.max(inside @ along, axis=0), np.min(outside @ along, axis=0)
    return far - near, (far + near) / 2, angles


def _reaches(network: Network, low: ArrayLike, high: ArrayLike) -> list[Array]:
    """Return for each hidden layer how large |z| of each unit can be, at most, in the box."""
    ends = [np.asarray(end, float) for end in (low, high)]
    if any(end.shape != (network.sizes[0],) or not np.isfinite(end).all() for end in ends):
        raise ValueError(f"a box has {network.sizes[0]} finite low ends and as many high ones")
    if (ends[0] > ends[1]).any():
        raise ValueError(
            f"a low end is above the high one: {ends[0].tolist()} and {ends[1].tolist()}"
        )
    least, most = ends
    made = []
    for weights, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        middle, radius = (least + most) / 2 @ weights + bias, (most - least) / 2 @ np.abs(weights)
        radius = radius + ROUNDING * (1 + np.abs(middle) + np.abs(least + most) @ np.abs(weights))
        made.append(np.abs(middle) + radius)
        least, most = np.tanh(middle - radius) - ROUNDING, np.tanh(middle + radius) + ROUNDING
    return made


def _log_slope(z: Array) -> Array:
    """Return log₁₀ tanh′(z) = −2 log₁₀ cosh z, without rounding 1 − tanh² to 0."""
    slope: Array = (2 * np.log(2) - 2 * np.logaddexp(z, -z)) / np.log(10)
    return slope


def _check(network: Network, square: bool) -> None:
    """Raise ``ValueError`` unless this is one network with hidden layers as the bounds need."""
    if network.n_networks is not None:
        raise ValueError("this is an ensemble; give one of its members")
    if any(activation is not TANH for activation in network.activations[:-1]):
        raise ValueError("hidden layers must be tanh: others have slopes that these bounds miss")
    pairs = list(zip(network.sizes[:-2], network.sizes[1:-1], strict=True))
    if square and any(before != after for before, after in pairs):
        raise ValueError(f"sizes are {network.sizes}; only square layers have a determinant")
    if any(before > after for before, after in pairs):
        raise ValueError(f"sizes are {network.sizes}; a smaller layer always loses a direction")
