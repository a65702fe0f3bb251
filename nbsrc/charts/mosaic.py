"""Mosaics: many filled polygons in one panel, stored or computed live."""

from typing import Any

import altair as alt

from nbsrc.charts.panel import Panel, Place


def mosaic(
    panel: Panel,
    x: Place,
    y: Place,
    tile: Place,
    n: int | None = None,
    *,
    turn: Place = None,
    keep: Any = None,
    **look: Any,
) -> alt.Chart:
    """Return polygons with corners k = 0 ... n − 1: those of one ``tile`` belong together.

    Corners follow one another by their ``turn``, or else by k. Looks, such as ``fill``, may differ
    from tile to tile; other fields may be given too, for ``keep`` to say by them what is shown.
    """
    fields = {"tile": tile} if turn is None else {"tile": tile, "turn": turn}
    shape = {"interpolate": "linear-closed", "strokeJoin": "round"}
    made = panel.polygon(x, y, n, keep=keep, **{**shape, **look, **fields})
    made.encoding.detail = alt.Detail("tile:N")
    if turn is not None:
        made.encoding.order = alt.Order("turn:Q")
    return made
