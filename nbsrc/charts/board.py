"""Boards: drawings of networks whose numbers are live, units as discs and weights as links."""

from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.axes import hidden_axis
from nbsrc.charts.live import Live, here, pick, words
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

    def units(
        self,
        spots: Any,
        values: Any,
        names: Any = "",
        *,
        radius: float = 27,
        tint: Any = None,
        ring: Any = 1.6,
        font: int = 14,
        keep: Any = None,
        tell: Any = None,
    ) -> alt.LayerChart:
        """Return discs at ``spots`` (n, 2), with values in them and their names beneath.

        Each of the others is one for all discs or has n entries; ``tint`` and ``ring`` are as for
        :meth:`unit`. ``keep`` says for which something is known; the discs are drawn of all.
        ``tell`` is shown where the pointer rests.
        """
        x, y = np.asarray(spots, float).T
        disc = {"size": np.pi * radius**2, "opacity": 1, "clip": False}
        rim = {"stroke": INK, "strokeWidth": each(ring), "fill": PAPER}
        told = {} if tell is None else {"tell": each(tell)}
        layers = [self.dots(x, y, **{**disc, **rim, **told})]
        if tint is not None:
            shade = each(tint)
            colour = np.where(shade >= 0, FIRE, REST)
            inside = {
                "opacity": np.minimum(np.abs(shade), 1) * 0.6,
                "size": np.pi * (radius - 1) ** 2,
            }
            layers.append(self.dots(x, y, color=colour, keep=keep, **{**disc, **inside}))
        look: dict[str, Any] = {"fontSize": font, "fontWeight": "bold", "baseline": "middle"}
        layers.append(self.texts(x, y, each(values), keep=keep, **look))
        if names != "":
            layers += self.labels(x, y, each(names), keep=keep, dy=radius + 11, fontSize=12)
        return alt.layer(*layers)

    def links(
        self,
        starts: Any,
        ends: Any,
        weights: Any,
        labels: Any = "",
        *,
        lit: Any = True,
        at: float = 0.5,
        dy: float = 0,
        thickness: float = 3.0,
        tell: Any = None,
    ) -> alt.LayerChart:
        """Return lines from ``starts`` to ``ends``, both (n, 2), as :meth:`link` draws them.

        ``lit`` says which stand out and have their labels, ``dy`` pixels below the line; each
        argument is one for all lines or has n entries.
        """
        (x, y), (x2, y2) = np.asarray(starts, float).T, np.asarray(ends, float).T
        weight, shown = each(weights), each(lit)
        line = self.rules(
            x, y, x2, y2,
            color=np.where(weight >= 0, FIRE, REST),
            opacity=np.where(shown, 0.9, 0.25),
            strokeWidth=1 + thickness * np.minimum(np.abs(weight), 3),
            strokeCap="round",
            **({} if tell is None else {"tell": each(tell)}),
        )  # fmt: skip
        if labels == "":
            return alt.layer(line)
        place = x + at * (x2 - x), y + at * (y2 - y)
        kept = None if lit is True else shown
        return line + alt.layer(*self.labels(*place, each(labels), keep=kept, fontSize=13, dy=dy))

    def labels(self, x: Any, y: Any, texts: Any, **look: Any) -> list[alt.Chart]:
        """Return texts on patches of the page's colour, so that they are read over lines."""
        halo = {"stroke": PAPER, "strokeWidth": 8, "strokeJoin": "round", "fill": PAPER}
        return [self.texts(x, y, texts, **{**look, **halo}), self.texts(x, y, texts, **look)]

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
        halo = {"stroke": PAPER, "strokeWidth": 8, "strokeJoin": "round", "fill": PAPER}
        return (
            line
            + self.text(*place, label, fontSize=13, **halo)
            + self.text(*place, label, fontSize=13, fill=INK)
        )


def each(values: Any) -> Any:
    """Return one value for all rows k, or for each row its own of several."""
    if isinstance(values, str):
        return words(values)
    if isinstance(values, (list, tuple, np.ndarray)) or (isinstance(values, Live) and values.ndim):
        return pick(here("k"), list(values))
    return values
