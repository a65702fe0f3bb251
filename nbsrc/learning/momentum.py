"""The heavy ball in a bowl, in closed form (Polyak 1964): where it is, what a step keeps, and when.

A bowl has directions at right angles, each with a curvature λ of its own. Along one of them a step
with momentum makes θₖ₊₁ = (1 + β − ηλ) θₖ − β θₖ₋₁; the two roots of r² − (1 + β − ηλ) r + β say
all that follows. Everything here takes numbers, arrays, and the live values of a figure.
"""

from typing import Any

import numpy as np


def heavy_ball(k: Any, curvature: Any, rate: Any, momentum: Any, start: Any) -> Any:
    """Return where a ball at rest at ``start`` is after ``k`` steps along one direction.

    It is what :func:`~nbsrc.learning.optimisers.descend` gives with
    :class:`~nbsrc.learning.optimisers.Momentum`, without the steps between.

    >>> heavy_ball(np.arange(3), 1.0, 0.5, 0.25, 8.0)
    array([8., 4., 1.])
    """
    half = (1 + momentum - rate * curvature) / 2
    gone = _powers_apart(k + 1, half, momentum) - momentum * _powers_apart(k, half, momentum)
    return start * gone


def _powers_apart(n: Any, half: Any, product: Any) -> Any:
    """Return (r₁ⁿ − r₂ⁿ) / (r₁ − r₂) for the roots of r² − 2 half r + product."""
    inside = half**2 - product  # the square of half the distance between the roots
    size = np.sqrt(np.maximum(product, 1e-300)) * np.where(half < 0, -1, 1)
    turn = np.arctan2(np.sqrt(np.maximum(-inside, 1e-300)), np.abs(half))
    rolling = size ** (n - 1) * np.sin(n * turn) / np.sin(turn)
    apart = np.sqrt(np.maximum(inside, 1e-300))
    gliding = ((half + apart) ** n - (half - apart) ** n) / (2 * apart)
    return np.where((inside < 1e-15) & (product > 0), rolling, gliding)


def kept_by(rate: Any, momentum: Any, kappa: Any) -> Any:
    """Return what a step keeps of the distance in the long run, in the slower direction.

    Curvatures go from 1/``kappa`` to 1. It is the size of the larger root: √β where both are
    complex. Below 1 the ball settles.

    >>> round(float(kept_by(1.0, 0.0, 4.0)), 12)
    0.75
    """
    return np.maximum(
        _larger_root((1 + momentum - rate) / 2, momentum),
        _larger_root((1 + momentum - rate / kappa) / 2, momentum),
    )


def _larger_root(half: Any, product: Any) -> Any:
    apart = np.sqrt(np.maximum(half**2 - product, 0))
    return np.where(half**2 < product, np.sqrt(product), np.abs(half) + apart)


def best_settings(kappa: Any) -> tuple[Any, Any]:
    """Return the rate and the momentum that shrink a bowl of curvatures 1/``kappa`` to 1 fastest.

    Each step then keeps (√κ − 1)/(√κ + 1) in the long run (Polyak 1964).

    >>> [float(setting) for setting in best_settings(9.0)]
    [2.25, 0.25]
    """
    root = np.sqrt(kappa)
    return (2 / (1 + 1 / root)) ** 2, ((root - 1) / (root + 1)) ** 2


def settings_within(keeps: Any, kappa: Any) -> tuple[list[Any], list[Any]]:
    """Return the rates and the momenta of the corners of a triangle on the map of settings.

    It holds all settings that keep ``keeps`` or less in each step, at curvatures 1/``kappa`` to 1.
    Its sides: a root of size ``keeps`` that is complex (above), positive (on the side of small
    rates), negative (on that of large ones). Where the first corner's rate is above the second's
    there is no such setting.

    >>> np.round(settings_within(0.5, 2.0), 12)
    array([[ 0.5 ,  2.25,  1.2 ],
           [ 0.25,  0.25, -0.1 ]])
    """
    low, high = kappa * (1 - keeps) ** 2, (1 + keeps) ** 2
    meet = 2 / (1 / (kappa * (1 - keeps)) + 1 / (1 + keeps))
    return [low, high, meet], [keeps**2, keeps**2, keeps * (meet / (1 + keeps) - 1)]
