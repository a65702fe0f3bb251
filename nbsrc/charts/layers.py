"""Layers: a network drawn as columns of discs, the fuller the larger their activation."""

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.axes import hidden_axis
from nbsrc.charts.controls import Control
from nbsrc.charts.gestures import Gesture, press
from nbsrc.charts.live import Live, here
from nbsrc.charts.panel import Panel
from nbsrc.charts.theme import FIRE, INK, PAPER, REST


class Layers(Panel):
    """A column of discs for each layer of ``sizes`` units; layers and units count from 0.

    ``room`` is what stays free on the last layer's far side, for texts, in columns.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        size: tuple[float, float] = (220, 330),
        name: str = "",
        room: float = 0.0,
    ) -> None:
        axes = hidden_axis(0, len(sizes) + room), hidden_axis(0, 1, reverse=True)
        super().__init__(*axes, size, name)
        self.sizes = list(sizes)

    def spot(self, layer: Any, unit: Any) -> tuple[Any, Any]:
        """Return where a unit stands."""
        return layer + 0.5, (unit + 0.5) / self._size_of(layer)

    def press(self, layer: Control, unit: Control) -> Gesture:
        """Return a press that sets a layer, counted from 0, and a unit, counted from 1."""

        def sets(x: Any, y: Any) -> dict[Control, Any]:
            column = np.clip(np.floor(x), 0, len(self.sizes) - 1)
            return {layer: column, unit: np.floor(y * self._size_of(column)) + 1}

        return press(self, sets=sets)

    def discs(self, value: Callable[[Any, Any], Any], size: float = 190) -> alt.LayerChart:
        """Return all units, each filled by ``value(layer, unit)``, 0 to 1, and told on hover."""
        starts = np.cumsum([0, *self.sizes])
        k = here("k")
        layer = np.select(
            [k < end for end in starts[1:-1]], list(range(len(self.sizes) - 1)), len(self.sizes) - 1
        )
        unit = k - np.select([layer == i for i in range(len(self.sizes))], starts[:-1].tolist())
        v, n = Live(value(layer, unit)), int(starts[-1])
        look = {"size": size, "stroke": INK, "strokeWidth": 0.7}
        # paper beneath, so that links end at the rims
        return self.dots(*self.spot(layer, unit), n, size=size, fill=PAPER) + self.dots(
            *self.spot(layer, unit),
            n,
            fill=INK,
            fillOpacity=0.9 * np.clip(v, 0, 1),
            tell=f"{v:.2f}",
            **look,
        )

    def links(self, layer: Any, unit: Any, value: Callable[[Any], Any]) -> alt.Chart:
        """Return the links into a unit from the layer before; the first layer has none.

        ``value(sender)`` is told on hover; its size is the link's thickness, its sign the colour.
        """
        k, layer = here("k"), Live(layer)
        v = Live(value(k))
        return self.rules(
            *self.spot(layer - 1, k), *self.spot(layer, unit), max(self.sizes),
            color=np.where(v > 0, FIRE, REST), strokeWidth=np.minimum(0.4 + 2 * np.abs(v), 6),
            opacity=0.7, tell=f"{v:.2f}", keep=(layer > 0) & (k < self._size_of(layer - 1)),
        )  # fmt: skip

    def ring(self, layer: Any, unit: Any, color: str = FIRE, size: float = 330) -> alt.Chart:
        """Return a ring around a unit."""
        return self.dot(
            *self.spot(layer, unit), size=size, filled=False, stroke=color, strokeWidth=3
        )

    def _size_of(self, layer: Any) -> Any:
        return np.select(
            [layer == i for i in range(len(self.sizes) - 1)], self.sizes[:-1], self.sizes[-1]
        )
