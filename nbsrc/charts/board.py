"""Boards: drawings of networks whose numbers are live, units as discs and weights as links."""

from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.axes import hidden_axis
from nbsrc.charts.live import Live
from nbsrc.charts.panel import Panel
from nbsrc.charts.theme import FIRE, INK, PAPER, REST

Spot = tuple[Any, Any]
"""A place on a board, in its own units."""


class Board(Panel):
    """A plane from (0, 0), lower left, to (width, height), without axes.

    Put links first: discs are drawn in the colour of the page, so that links end at their rims.
    """

    def __init__(
        self,
        width: float,
        height: float,
        size: tuple[float, float],
        name: str = "",
        title: str = "",
    ) -> None:
        super().__init__(hidden_axis(0, width), hidden_axis(0, height), size, name, title)

    def unit(
        self,
        at: Spot,
        value: Any,
        name: Any = "",
        *,
        below: Any = "",
        radius: float = 27,
        tint: Any = None,
        ring: Any = 1.6,
        font: int = 14,
        **look: Any,
    ) -> alt.LayerChart:
        """Return a disc with a value in it (``below`` on a second line) and its name beneath it.

        ``tint`` from −1, blue, to 1, vermilion; ``ring`` is the rim's width.
        """
        x, y = at
        area = np.pi * radius**2
        disc = {"size": area, "stroke": INK, "strokeWidth": ring, "opacity": 1, "clip": False}
        layers = [self.dot(x, y, **{**disc, "fill": PAPER, **look})]
        if tint is not None:
            shade = {"fill": np.where(Live(tint) >= 0, FIRE, REST), "stroke": None}
            layers.append(
                self.dot(
                    x, y, **{**disc, **shade, "opacity": np.minimum(np.abs(Live(tint)), 1) * 0.6}
                )
            )
        two = below != ""
        layers.append(self.text(x, y, value, fontSize=font, fontWeight="bold", dy=-7 if two else 0))
        if two:
            layers.append(self.text(x, y, below, fontSize=font - 2, dy=9))
        if name:
            layers.append(self.text(x, y, name, fontSize=12, dy=radius + 11))
        return alt.layer(*layers)

    def link(
        self,
        start: Spot,
        end: Spot,
        weight: Any,
        label: Any = "",
        *,
        at: float = 0.5,
        thickness: float = 3.0,
        faint: Any = 0.85,
        **look: Any,
    ) -> alt.LayerChart:
        """Return a line as thick as its weight, vermilion where that is positive, else blue.

        Its label stands the share ``at`` along it, on a patch of the page's colour.
        """
        (x, y), (x2, y2) = start, end
        weight = Live(weight)
        line = self.segment(
            x,
            y,
            x2,
            y2,
            color=np.where(weight >= 0, FIRE, REST),
            opacity=faint,
            strokeWidth=1 + thickness * np.minimum(np.abs(weight), 3),
            strokeCap="round",
            **look,
        )
        if label == "":
            return alt.layer(line)
        place = Live(x) + at * (Live(x2) - x), Live(y) + at * (Live(y2) - y)
        halo = {"stroke": PAPER, "strokeWidth": 5, "strokeJoin": "round", "fill": PAPER}
        return (
            line
            + self.text(*place, label, fontSize=13, **halo)
            + self.text(*place, label, fontSize=13, fill=INK)
        )
