"""Albums: small square pictures beside one another in one panel, pixel by pixel."""

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.axes import hidden_axis
from nbsrc.charts.controls import Control
from nbsrc.charts.gestures import Gesture, press
from nbsrc.charts.live import Live, here
from nbsrc.charts.panel import Panel
from nbsrc.charts.theme import FIRE, INK, REST

GAP = 0.12
"""Room between pictures, in widths of one."""
HEADING = 0.2
"""Room above a picture for its title, likewise."""
FRAME = {"filled": False, "stroke": INK, "strokeWidth": 2.5, "clip": False}
"""How frames look; at the panel's rim they need the room beyond it."""


class Album(Panel):
    """``count`` pictures, ``columns`` to a row, of ``cells`` × ``cells`` pixels each.

    Formulas count pictures and their pixels from 0, row by row; readers count them from 1.
    ``side``, live, is how many of the cells a row of pixels has at present; ``width`` is the
    panel's, in pixels of the page.
    """

    def __init__(
        self,
        count: int,
        columns: int,
        cells: int = 8,
        width: float = 300,
        name: str = "",
        titles: Sequence[str] = (),
        side: Any = None,
    ) -> None:
        self.count, self.columns, self.cells, self.titles = count, columns, cells, titles
        self.side = cells if side is None else side
        self.pitch = 1 + GAP, 1 + GAP + (HEADING if titles else 0)
        across, down = (
            n * step - GAP
            for n, step in zip((columns, math.ceil(count / columns)), self.pitch, strict=True)
        )
        top = -HEADING if titles else 0
        axes = hidden_axis(0, across), hidden_axis(top, down + top, reverse=True)
        super().__init__(*axes, (width, round(width * down / across)), name)

    def __call__(self, *layers: Any) -> alt.LayerChart:
        """Return the layers with a thin frame and a title for each picture."""
        frames = self.frame(here("k"), n=self.count, strokeWidth=1, strokeOpacity=0.35)
        if not self.titles:
            return super().__call__(*layers, frames)
        places = np.array([self._corner(p) for p in range(self.count)], float).T
        heading = places[1] - HEADING / 2
        titles = self.texts(places[0], heading, list(self.titles), align="left", fontWeight="bold")
        return super().__call__(*layers, frames, titles)

    def pictures(
        self,
        value: Callable[[Any, Any], Any],
        strongest: float | Sequence[float] = 1,
        grey: Collection[int] = (),
    ) -> alt.Chart:
        """Return the pictures: ``value(picture, pixel)``, blue to vermilion, those of ``grey`` ink.

        What is as large as ``strongest``, for all pictures or for each, is darkest. The value is
        told where the pointer rests.
        """
        k = here("k")
        picture, pixel = k // self.cells**2, k % self.cells**2
        v, most = Live(value(picture, pixel)), Live(strongest)
        if most.ndim:
            most = Live(np.select([picture == i for i in range(self.count)], list(most)))
        colour = np.where(v > 0, FIRE, REST)
        for i in grey:
            colour = np.where(picture == i, INK, colour)
        return self.rects(
            *self._square(picture, pixel),
            self.count * self.cells**2,
            color=colour,
            opacity=np.minimum(np.abs(v) / most, 1) * 0.95,
            keep=None if isinstance(self.side, int) else pixel < self.side * self.side,
            tell=f"{v:.2f}",
        )

    def frame(self, picture: Any, pixel: Any = None, n: int = 1, **look: Any) -> alt.Chart:
        """Return ``n`` frames, each around a picture or one of its pixels (of ``here("k")``)."""
        x, y = self._corner(picture)
        square = (x, y, x + 1, y + 1) if pixel is None else self._square(picture, pixel)
        return self.rects(*square, n, **{**FRAME, **look})

    def press(self, picture: Control | None = None, pixel: Control | None = None) -> Gesture:
        """Return a press that sets the numbers of a picture, and of a pixel, counted from 1."""

        def sets(x: Any, y: Any) -> dict[Control, Any]:
            row = np.floor((y - self.y.low) / self.pitch[1])
            found = row * self.columns + np.floor(x / self.pitch[0])
            within = x % self.pitch[0], (y - self.y.low) % self.pitch[1] + self.y.low
            across, down = (np.floor(np.clip(w, 0, 0.999) * self.side) for w in within)
            asked = ((picture, found), (pixel, down * self.side + across))
            return {control: number + 1 for control, number in asked if control is not None}

        return press(self, sets=sets)

    def _corner(self, picture: Any) -> tuple[Any, Any]:
        return picture % self.columns * self.pitch[0], picture // self.columns * self.pitch[1]

    def _square(self, picture: Any, pixel: Any) -> tuple[Any, Any, Any, Any]:
        left, top = self._corner(picture)
        x, y = left + pixel % self.side / self.side, top + pixel // self.side / self.side
        return x, y, x + 1 / self.side, y + 1 / self.side
