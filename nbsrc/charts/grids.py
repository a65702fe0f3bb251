"""Grids: small pictures and tables of numbers, a square for each entry, a thin frame around."""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from nbsrc.charts.axes import hidden_axis
from nbsrc.charts.live import Live, calculated, here
from nbsrc.charts.panel import Panel
from nbsrc.charts.theme import FIRE, INK, REST

Entry = Any
"""An array (rows, columns), or a function of row and column."""


class Grid(Panel):
    """A panel of rows × columns squares; places are counted from the upper left, from 0.

    ``size`` is the width in pixels; squares are squares.
    """

    def __init__(
        self, rows: int, columns: int, size: float = 190, name: str = "", title: str = ""
    ) -> None:
        super().__init__(
            hidden_axis(0, columns),
            hidden_axis(0, rows, reverse=True),
            (size, size * rows / columns),
            name,
            title,
        )
        self.rows, self.columns = rows, columns

    def __call__(self, *layers: Any) -> alt.LayerChart:
        """Return the layers in a thin frame."""
        return super().__call__(*layers, self._outline())

    def picture(self, value: Entry, signed: float | None = None, **look: Any) -> alt.Chart:
        """Return an image: from 0, see-through, to 1, ink; or signed, blue to vermilion.

        ``signed`` is the largest magnitude.
        """
        strength = (
            (lambda v: np.clip(v, 0, 1) * 0.9)
            if signed is None
            else (lambda v: np.minimum(np.abs(v) / signed, 1) * 0.95)
        )
        colour = (lambda v: INK) if signed is None else (lambda v: np.where(v > 0, FIRE, REST))
        return self.squares(value, colour, strength, **look)

    def squares(
        self,
        value: Entry,
        colour: Callable[[Any], Any],
        strength: Callable[[Any], Any],
        tell: Callable[[Any, Any, Any], Any] | None = None,
        keep: Any = None,
    ) -> alt.Chart:
        """Return a square for each entry, in ``colour(v)`` with opacity ``strength(v)``.

        ``tell(row, column, v)`` is shown where the pointer rests.
        """
        k = here("k")
        row, column = k // self.columns, k % self.columns
        rows, first = self._entries(value, row, column)
        v = here("v")
        fields: dict[str, Any] = {"x": column, "x2": column + 1, "y": row, "y2": row + 1}
        look: dict[str, Any] = {"opacity": strength(v), "color": colour(v)}
        if tell is not None:
            look["tell"] = tell(row, column, v)
        made = self._layer(rows, "rect", fields, look, keep=keep, count=self.rows * self.columns)
        made.transform = [*first, *made.transform]
        return made

    def numbers(
        self, value: Entry, spec: str = ".1f", size: int = 15, keep: Any = None, **look: Any
    ) -> alt.Chart:
        """Return the entries as texts; ``spec`` is d3's format."""
        k = here("k")
        row, column = k // self.columns, k % self.columns
        rows, first = self._entries(value, row, column)
        fields = {"x": column + 0.5, "y": row + 0.5, "text": f"{here('v'):{spec}}"}
        look = {"fontSize": size, "baseline": "middle", **look}
        made = self._layer(
            rows, "text", fields, look, keep=keep(row, column) if callable(keep) else keep
        )
        made.transform = [*first, *made.transform]
        return made

    def frame(
        self, row: Any, column: Any, rows: Any = 1, columns: Any = 1, color: str = FIRE, **look: Any
    ) -> alt.Chart:
        """Return a frame around a square, or around several in a rectangle."""
        places = {"x": column, "y": row, "x2": Live(column) + columns, "y2": Live(row) + rows}
        chart = alt.Chart(alt.InlineData(values=[{"k": 0}]))
        look = {"filled": False, "stroke": color, "strokeWidth": 2.5, **look}
        return self._layer(chart, "rect", places, look)

    def _entries(
        self, value: Entry, row: Any, column: Any
    ) -> tuple[alt.Chart, list[dict[str, Any]]]:
        """Return rows with the field ``v``, or rows and the transforms that give them one."""
        count = self.rows * self.columns
        if callable(value):
            made = calculated({"v": value(row, column)}, count)
            return alt.Chart(alt.sequence(0, count, as_="k")), made
        array = np.asarray(value, float)
        if array.size != count:
            raise ValueError(
                f"a grid of {self.rows} × {self.columns} needs {count} values; got {array.size}"
            )
        frame = pd.DataFrame({"k": np.arange(count), "v": array.ravel().round(4)})
        return alt.Chart(frame), []

    def _outline(self) -> alt.Chart:
        chart = alt.Chart(alt.InlineData(values=[{"k": 0}]))
        places = {"x": 0, "y": 0, "x2": self.columns, "y2": self.rows}
        look = {"filled": False, "stroke": INK, "strokeOpacity": 0.35, "strokeWidth": 1}
        return self._layer(chart, "rect", places, look)
