"""Neurons that fence in a circle: straight cuts at distance 1 from the centre, evenly turned."""

from typing import Any

import numpy as np


def region_radius(angle: Any, n_cuts: Any, dissent: Any = 0, farthest: float = 12.0) -> Any:
    """Return how far the region reaches in a direction where all but a few cuts fire.

    Cut i fires where x·nᵢ < 1; its normal nᵢ stands at the angle 2πi / ``n_cuts``. A place belongs
    to the region where at most ``dissent`` cuts do not fire. ``angle`` is in radians, of any shape;
    where the region has no end, or one beyond ``farthest``, that is returned.

    >>> region_radius(np.array([0.0, np.pi / 4]), 4).round(4).tolist()
    [1.0, 1.4142]
    """
    sector = 2 * np.pi / n_cuts
    off = np.absolute(np.remainder(angle + sector / 2, sector) - sector / 2)  # nearest normal
    pairs = np.floor((dissent + 1) / 2)  # the normals by nearness: off, s − off, s + off, 2s − off
    turned = np.where(np.remainder(dissent, 2) == 0, pairs * sector + off, pairs * sector - off)
    reach = 1 / np.maximum(np.cos(np.minimum(turned, np.pi / 2)), 1 / farthest)
    return np.where(dissent < n_cuts, reach, farthest)


def fenced_area(n_cuts: Any) -> Any:
    """Return the area that n cuts agree to fence in: n tan(π / n), for 3 or more.

    >>> round(float(fenced_area(4)), 4)
    4.0
    """
    return n_cuts * np.tan(np.pi / n_cuts)
