"""Ropes: curves in a :class:`~nbsrc.charts.space.Space` of which the nearer hides the farther."""

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.live import here, pick
from nbsrc.charts.space import Space
from nbsrc.charts.theme import PAPER

BEHIND = 0.12
"""How far behind a piece its edge of the page's colour lies: nothing of the same bend is nearer."""


def ropes(
    space: Space,
    place: Callable[[Any, Any], tuple[Any, Any, Any]],
    n: int,
    colours: Sequence[str],
    *,
    thick: float = 3.5,
    edge: float = 10,
) -> alt.Chart:
    """Return curves with gaps where they pass behind others: one curve for each of ``colours``.

    ``place(i, j)`` gives (x, y, z) of corner j = 0 ... n of curve i. Each curve is drawn in n
    straight pieces, from the farthest to the nearest, each over an ``edge`` of the page's colour.
    """
    k = here("k")
    piece, is_line = k // 2, k % 2
    which, corner = piece // n, piece % n
    starts, ends = place(which, corner), place(which, corner + 1)
    far = (away(space, *starts) + away(space, *ends)) / 2 + BEHIND * (1 - is_line)
    made = space.rules(
        *(*space.project(*starts), *space.project(*ends)),
        2 * n * len(colours),
        color=np.where(is_line == 1, pick(which, list(colours)), PAPER),
        strokeWidth=np.where(is_line == 1, thick, edge),
        strokeCap="butt",  # a round edge would hide its neighbours where the curve recedes
        far=far,
    )
    made.encoding.order = alt.Order("far:Q", sort="descending")
    return made


def away(space: Space, x: Any, y: Any, z: Any) -> Any:
    """Return how far behind the middle of the floor a place of the box is, as you look at it."""
    a, e = space.turn * (np.pi / 180), space.tilt * (np.pi / 180)
    across, back, above = (
        2 * (place - side.low) / (side.high - side.low) - 1
        for place, side in zip((x, y, z), space.box, strict=True)
    )
    up = space.height * (above + 1) / 2
    return (across * np.sin(a) + back * np.cos(a)) * np.cos(e) - up * np.sin(e)


__all__ = ["away", "ropes"]
