"""Drawn networks: dense ones whose numbers can be opened, and ones whose sizes readers choose."""

from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.axes import hidden_axis
from nbsrc.charts.board import Board, Spot, each
from nbsrc.charts.controls import slider
from nbsrc.charts.gestures import Gesture, nearest, press
from nbsrc.charts.live import Live, Named, Table, here, pick
from nbsrc.charts.panel import Panel
from nbsrc.charts.theme import FIRE, INK, SOFT

Item = tuple[int | None, list[int]]
"""What can be opened on a network board: a unit with some links, or a link alone."""


class NetworkBoard(Board):
    """A dense network of layers of ``sizes``, from left to right.

    Units are numbered layer by layer, from above; links matrix by matrix, as ``weights.ravel()``
    has them. ``spots`` (n_units, 2) are the units' places, ``starts`` and ``ends`` (n_links,) the
    units that each link joins.
    """

    def __init__(
        self, sizes: Sequence[int], size: tuple[float, float], name: str = "", title: str = ""
    ) -> None:
        most = max(sizes)
        super().__init__(len(sizes), most, size, name, title)
        self.spots = np.array(
            [
                (layer + 0.5, (most + n - 1) / 2 - unit)
                for layer, n in enumerate(sizes)
                for unit in range(n)
            ]
        )
        numbers = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
        joined = [pair for two in pairwise(numbers) for pair in product(*two)]
        self.starts, self.ends = np.array(joined).T

    def network(
        self,
        weights: Any,
        values: Any,
        names: Any = "",
        *,
        above: Any = "",
        labels: Any = "",
        opened: "Opening | None" = None,
        **look: Any,
    ) -> alt.LayerChart:
        """Return the network: a weight for each link; for each unit a value and a name beneath.

        ``above`` are texts over the units, ``labels`` on the links, of which only what is
        ``opened`` shows them; ``look`` is that of :meth:`units`.
        """
        if opened is not None:
            look["ring"] = opened.rings
        lit = True if opened is None else opened.lit
        starts, ends = self.spots[self.starts], self.spots[self.ends]
        drawn = self.links(starts, ends, weights, labels, lit=lit)
        drawn += self.units(self.spots, values, names, **look)
        if above == "":
            return drawn
        dy = -look.get("radius", 27) - 10
        x, y = self.spots.T
        return drawn + alt.layer(*self.labels(x, y, each(above), dy=dy, fontSize=12))

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The numbers of the two units that each link joins."""
        return list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))

    def alone(self, *units: int) -> list[Item]:
        """Return units, to be opened without any link."""
        return [(u, []) for u in units]

    def into(self, *units: int) -> list[Item]:
        """Return units, each with the links that enter it."""
        return [(u, np.flatnonzero(self.ends == u).tolist()) for u in units]

    def out_of(self, *units: int) -> list[Item]:
        """Return units, each with the links that leave it."""
        return [(u, np.flatnonzero(self.starts == u).tolist()) for u in units]

    def each_link(self) -> list[Item]:
        """Return the links, one by one."""
        return [(None, [link]) for link in range(len(self.starts))]


class Opening:
    """What readers open on a network board, by a press or a slider: one item at a time.

    ``stages`` says, for each value of ``stage``, which items can be opened. ``which`` is the
    slider, ``rings`` (n_units,) and ``lit`` (n_links,) what stands out in the drawing.
    """

    def __init__(
        self, board: NetworkBoard, stage: Live, items: Sequence[list[Item]], label: str = "open"
    ) -> None:
        self.board, self.stage, self.items = board, stage, items
        count = Named("count", pick(stage, [len(group) for group in items]))
        self.which = slider("which", 1, 1, max(map(len, items)), label, 1, end=count)
        self.place = np.minimum(self.which, count) - 1
        first = np.cumsum([0, *map(len, items)])[:-1].tolist()
        flat = pick(stage, first) + self.place
        everything = [item for group in items for item in group]
        units = Table("opened_unit", [-1 if unit is None else unit for unit, _ in everything])
        links = np.array([np.isin(range(len(board.starts)), links) for _, links in everything])
        self.rings = np.where(np.arange(len(board.spots)) == units[flat], 4, 1.4)
        self.lit = Table("opened_links", links.astype(int))[flat] > 0

    def pick(self, options: Sequence[Sequence[Any]]) -> Any:
        """Return, of the options for each stage, the one that belongs to what is open."""
        return pick(self.stage, [pick(self.place, list(group)) for group in options])

    def pressed(self) -> Gesture:
        """Return the press that opens what is nearest."""
        return press(self.board, sets=lambda x, y: {self.which: 1 + self._nearest(x, y)})

    def _nearest(self, x: Any, y: Any) -> Any:
        spots, starts, ends = self.board.spots, self.board.starts, self.board.ends
        made = []
        for group in self.items:
            units = [unit for unit, _ in group if unit is not None]
            if units:
                made.append(nearest(x, y, spots[units]))
            else:
                links = [link for _, (link,) in group]
                made.append(nearest(x, y, spots[starts[links]], spots[ends[links]]))
        return pick(self.stage, made)


class GrowingBoard(Panel):
    """A dense network whose sizes readers choose, at most ``most`` units in each layer.

    ``size_of(layer)`` gives a layer's units, ``last`` is the number of the last layer, counted from
    0, and ``layers`` how many there can be; x runs from 0 to 1, y from the middle.
    """

    def __init__(
        self, size_of: Any, last: Any, layers: int, most: int, size: tuple[float, float], name: str
    ) -> None:
        reach = most / 2 - 0.1
        super().__init__(hidden_axis(-0.04, 1.04), hidden_axis(-reach, reach), size, name)
        self.size_of, self.last, self.layers, self.most = size_of, last, layers, most

    def spot(self, layer: Any, unit: Any) -> Spot:
        """Return the place of a unit; both counted from 0, units from above."""
        return layer / self.last, (self.size_of(layer) - 1) / 2 - unit

    def web(self, followed: Any) -> alt.LayerChart:
        """Return all links and units; links of the path through ``followed(layer)`` stand out."""
        k, most = here("k"), self.most
        layer, i, j = k // most**2, k % most**2 // most, k % most
        there = (layer < self.last) & (i < self.size_of(layer)) & (j < self.size_of(layer + 1))
        on = (i == followed(layer)) & (j == followed(layer + 1))
        links = self.rules(
            *self.spot(layer, i),
            *self.spot(layer + 1, j),
            (self.layers - 1) * most**2,
            keep=there,
            color=np.where(on, FIRE, SOFT),
            strokeWidth=np.where(on, 4, 1),
            strokeCap="round",
        )
        known = (k // most <= self.last) & (k % most < self.size_of(k // most))
        spots = self.spot(k // most, k % most)
        return links + self.dots(*spots, self.layers * most, INK, 110, keep=known)

    def unit_at(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Return the layer and the number in it of the unit that is nearest to (x, y)."""
        layer = np.floor(x * self.last + 0.5)
        return layer, np.clip(np.floor(self.size_of(layer) / 2 - y), 0, self.size_of(layer) - 1)
