"""Boards: drawings of networks whose numbers are live, units as discs and weights as links."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.axes import hidden_axis
from nbsrc.charts.controls import slider
from nbsrc.charts.gestures import Gesture, nearest, press
from nbsrc.charts.live import Live, Named, Table, here, pick, words
from nbsrc.charts.panel import Panel
from nbsrc.charts.theme import FIRE, INK, PAPER, REST, SOFT

Spot = tuple[Any, Any]
"""A place on a board, in its own units."""
Item = tuple[int | None, list[int]]
"""What can be opened on a network board: a unit with some links, or a link alone."""


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
        spots: Sequence[Spot],
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
        rim = {"stroke": INK, "strokeWidth": _each(ring), "fill": PAPER}
        told = {} if tell is None else {"tell": _each(tell)}
        layers = [self.dots(x, y, **{**disc, **rim, **told})]
        if tint is not None:
            shade = _each(tint)
            colour = np.where(shade >= 0, FIRE, REST)
            strength = {"opacity": np.minimum(np.abs(shade), 1) * 0.6}
            layers.append(self.dots(x, y, color=colour, keep=keep, **{**disc, **strength}))
        look = {"fontSize": font, "fontWeight": "bold", "baseline": "middle"}
        layers.append(self.texts(x, y, _each(values), keep=keep, **look))
        if names != "":
            layers += self.labels(x, y, _each(names), keep=keep, dy=radius + 11, fontSize=12)
        return alt.layer(*layers)

    def links(
        self,
        starts: Sequence[Spot],
        ends: Sequence[Spot],
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
        weight, shown = _each(weights), _each(lit)
        line = self.rules(
            x, y, x2, y2,
            color=np.where(weight >= 0, FIRE, REST),
            opacity=np.where(shown, 0.9, 0.25),
            strokeWidth=1 + thickness * np.minimum(np.abs(weight), 3),
            strokeCap="round",
            **({} if tell is None else {"tell": _each(tell)}),
        )  # fmt: skip
        if labels == "":
            return alt.layer(line)
        place = x + at * (x2 - x), y + at * (y2 - y)
        kept = None if lit is True else shown
        return line + alt.layer(*self.labels(*place, _each(labels), keep=kept, fontSize=13, dy=dy))

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
        layers = [[(l + 0.5, (most + n - 1) / 2 - i) for i in range(n)] for l, n in enumerate(sizes)]
        self.spots = np.array([spot for layer in layers for spot in layer])
        first = np.cumsum([0, *sizes])
        joined = [
            (first[l] + i, first[l + 1] + j)
            for l in range(len(sizes) - 1)
            for i in range(sizes[l])
            for j in range(sizes[l + 1])
        ]
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
        return drawn + alt.layer(*self.labels(x, y, _each(above), dy=dy, fontSize=12))

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
            if group[0][0] is None:
                links = [link for _, (link,) in group]
                made.append(nearest(x, y, spots[starts[links]], spots[ends[links]]))
            else:
                made.append(nearest(x, y, spots[[u for u, _ in group]]))
        return pick(self.stage, made)


class GrowingBoard(Board):
    """A dense network whose sizes readers choose, at most ``most`` units in each layer.

    ``size_of(layer)`` gives a layer's units, ``last`` is the number of the last layer, counted from
    0, and ``layers`` how many there can be; x runs from 0 to 1, y from the middle.
    """

    def __init__(
        self, size_of: Any, last: Any, layers: int, most: int, size: tuple[float, float], name: str
    ) -> None:
        reach = most / 2 - 0.1
        super(Board, self).__init__(
            hidden_axis(-0.04, 1.04), hidden_axis(-reach, reach), size, name
        )
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


def _each(values: Any) -> Any:
    """Return one value for all rows k, or for each row its own of several."""
    if isinstance(values, str):
        return words(values)
    if isinstance(values, (list, tuple, np.ndarray)) or (isinstance(values, Live) and values.ndim):
        return pick(here("k"), list(values))
    return values
