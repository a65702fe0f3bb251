"""Neurons that fence in a circle: straight cuts at distance 1 from the centre, evenly turned.

Cut i fires where x·nᵢ < 1; its normal nᵢ stands at the angle 2πi / n. A place belongs to the
region of n cuts where all of them fire, or all but a few.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbsrc.arrays import Array

Count = Array | NDArray[np.integer[Any]] | int

FARTHEST = 40.0
"""Where a region without end is cut off: far beyond what is drawn."""
CORNERS = 69
"""How many corners :func:`region_outline` may need, for up to 34 cuts."""


def region_radius(angle: Array | float, n_cuts: Count, dissent: Count = 0) -> Array:
    """Return how far the region reaches in a direction where at most ``dissent`` cuts do not fire.

    ``angle`` is in radians, of any shape; where the region has no end, or one beyond
    :data:`FARTHEST`, that is returned.

    >>> region_radius(np.array([0.0, np.pi / 4]), 4).round(4)
    array([1.    , 1.4142])
    """
    sector = 2 * np.pi / n_cuts
    off = np.absolute(np.remainder(angle + sector / 2, sector) - sector / 2)  # nearest normal
    pairs = np.floor((dissent + 1) / 2)  # the normals by nearness: off, s − off, s + off, 2s − off
    turned = np.where(np.remainder(dissent, 2) == 0, pairs * sector + off, pairs * sector - off)
    reach: Array = 1 / np.maximum(np.cos(np.minimum(turned, np.pi / 2)), 1 / FARTHEST)
    return reach


def region_outline(
    k: Count, n_cuts: Count, dissent: Count = 0, turn: Array | float = 0.0
) -> tuple[Array, Array]:
    """Return the region's corners k = 0 ... :data:`CORNERS` − 1 in order: their x and their y.

    ``turn``, in radians, is where the first cut's normal stands. The region has its corners at
    multiples of π / n; in between there are as many more as a region without end needs to leave a
    picture of ±3.4 by its own straight sides. The last corners are the first one again.

    >>> np.round(region_outline(np.arange(5), 18), 2)
    array([[1.  , 1.  , 0.94, 0.88, 0.77],
           [0.  , 0.18, 0.34, 0.51, 0.64]])
    """
    parts = np.ceil(18 / n_cuts)
    angle = np.minimum(k / parts, 2 * n_cuts) * np.pi / n_cuts
    reach = region_radius(angle, n_cuts, dissent)
    return reach * np.cos(angle + turn), reach * np.sin(angle + turn)


def cut_ends(
    k: Count, n_cuts: Count, turn: Array | float = 0.0, reach: float = 9.0
) -> tuple[Array, Array, Array, Array]:
    """Return both ends x, y, x₂, y₂ of cut k, drawn ``reach`` to either side of its normal.

    >>> [float(round(end, 9)) for end in cut_ends(0, 4)]
    [1.0, 9.0, 1.0, -9.0]
    """
    normal = 2 * np.pi * k / n_cuts + turn
    c, s = np.cos(normal), np.sin(normal)
    return c - reach * s, s + reach * c, c + reach * s, s - reach * c


def fenced_area(n_cuts: Count) -> Array:
    """Return the area that n cuts agree to fence in: n tan(π / n), for 3 or more.

    >>> round(float(fenced_area(4)), 4)
    4.0
    """
    area: Array = np.multiply(n_cuts, np.tan(np.pi / n_cuts))
    return area
