"""Diagrams of neurons and networks whose numbers are live: nodes with values, links with weights.

Places are (x, y) in a plane of the diagram's own; numbers and texts are Vega expressions.
"""

import altair as alt

from nbsrc.charts.plane import one
from nbsrc.charts.theme import FIRE, INK, REST

Place = tuple[float, float]


class Diagram:
    """A plane on which nodes and links are put; every method returns a layer.

    ``width`` and ``height`` are the extents of the plane, from 0.
    """

    def __init__(self, width: float, height: float) -> None:
        self._x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))
        self._y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], nice=False))

    def node(self, place: Place, value: str, name: str = "") -> alt.LayerChart:
        """Return a circle with a value in it, and its name beneath."""
        row = one(x=f"{place[0]}", y=f"{place[1]}", t=value, name=f"'{name}'")
        here = row.encode(x=self._x, y=self._y)
        circle = here.mark_point(size=2300, filled=False, stroke=INK, strokeWidth=1.6, opacity=1)
        inside = here.mark_text(fontSize=14, fontWeight="bold").encode(text="t:N")
        beneath = here.mark_text(fontSize=12, dy=36).encode(text="name:N")
        return circle + inside + beneath

    def link(
        self, start: Place, end: Place, weight: str, label: str, at: float = 0.5
    ) -> alt.LayerChart:
        """Return a line as thick as its weight, vermilion where that is positive, blue otherwise.

        It stops short of the circles of :meth:`node`; its label stands the share ``at`` along it.
        """
        (x1, y1), (x2, y2) = start, end
        gap = 0.4 / max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1e-9)
        row = one(
            x=f"{x1 + gap * (x2 - x1)}",
            y=f"{y1 + gap * (y2 - y1)}",
            x2=f"{x2 - gap * (x2 - x1)}",
            y2=f"{y2 - gap * (y2 - y1)}",
            weight=weight,
            thick=f"1 + 3 * min(abs({weight}), 3)",
        )
        line = row.mark_rule(opacity=0.8, strokeCap="round").encode(
            x=self._x,
            y=self._y,
            x2="x2:Q",
            y2="y2:Q",
            color=alt.condition("datum.weight >= 0", alt.value(FIRE), alt.value(REST)),
            strokeWidth=alt.StrokeWidth("thick:Q", scale=None),
        )
        middle = one(x=f"{x1 + at * (x2 - x1)}", y=f"{y1 + at * (y2 - y1)}", t=label)
        beside = {"align": "center", "dy": -13} if y1 == y2 else {"align": "left", "dx": 10}
        if y1 != y2:
            beside["dy"] = -8 if y2 < y1 else 14
        text = middle.mark_text(fontSize=13, **beside).encode(x=self._x, y=self._y, text="t:N")
        return line + text
