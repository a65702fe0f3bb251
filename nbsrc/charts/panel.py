"""Panels: plots of fixed extent whose layers are computed live, each method one kind of mark.

A place or a look is a number, a live value, a stored array, or a function that gives one for each
row; whatever the browser computes is a formula of :mod:`nbsrc.charts.live`. Every method returns a
plain Altair layer, and calling the panel puts layers together.
"""

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from nbsrc.charts.axes import Axis
from nbsrc.charts.live import Formula, Live, calculated, entry, formula, here, pick, words
from nbsrc.charts.theme import FIRE, INK, PALETTE, PAPER, REST, SOFT
from nbsrc.formulas import d3_format

Place = Any
"""A number, a live value, an array, a list of live values, or a function of the row's number."""

CHANNELS: dict[str, tuple[Any, str]] = {
    "color": (alt.Color, "N"),
    "fill": (alt.Fill, "N"),
    "stroke": (alt.Stroke, "N"),
    "opacity": (alt.Opacity, "Q"),
    "fillOpacity": (alt.FillOpacity, "Q"),
    "strokeOpacity": (alt.StrokeOpacity, "Q"),
    "strokeWidth": (alt.StrokeWidth, "Q"),
    "size": (alt.Size, "Q"),
    "angle": (alt.Angle, "Q"),
    "shape": (alt.Shape, "N"),
}
"""Looks that may be live: the channel and type that each becomes."""


class Panel:
    """A plot of fixed extent, ``size`` = (width, height) in pixels; ``name`` is for gestures."""

    def __init__(
        self,
        x: Axis | tuple[Any, ...],
        y: Axis | tuple[Any, ...],
        size: tuple[float, float] = (320, 260),
        name: str = "",
        title: str = "",
    ) -> None:
        self.x = x if isinstance(x, Axis) else Axis(*x)
        self.y = y if isinstance(y, Axis) else Axis(*y)
        self.size, self.name, self.title = size, name, title

    def __call__(self, *layers: Any) -> alt.LayerChart:
        """Return the layers in this panel, the first at the bottom."""
        named = {"name": self.name} if self.name else {}
        titled = {"title": self.title} if self.title else {}
        width, height = self.size
        return alt.layer(*layers).properties(width=width, height=height, **named, **titled)

    # ---- one mark ----

    def dot(self, x: Place, y: Place, color: Any = INK, size: Any = 110, **look: Any) -> alt.Chart:
        """Return one point."""
        look = {"opacity": 1, "clip": True, "color": color, "size": size, **look}
        return self._layer(_one(), "point", {"x": x, "y": y}, look)

    def handle(self, x: Place, y: Place, color: Any = INK, **look: Any) -> alt.LayerChart:
        """Return a point to take hold of: a disc in a ring, whose cursor is a hand."""
        disc = {"stroke": PAPER, "strokeWidth": 1.5, "cursor": "grab", **look}
        rim = {"clip": look["clip"]} if "clip" in look else {}
        return self.grip(x, y, color, **rim) + self.dot(x, y, size=150, fill=color, **disc)

    def grip(self, x: Place, y: Place, color: Any = INK, **look: Any) -> alt.Chart:
        """Return a ring around what else can be taken hold of, such as an arrow's tip."""
        ring = {"filled": False, "strokeWidth": 1.5, "opacity": 0.55, "cursor": "grab", **look}
        return self.dot(x, y, color, 420, **ring)

    def cross(self, x: Place, y: Place, **look: Any) -> alt.Chart:
        """Return a slanting cross."""
        return self.dot(x, y, **{"shape": "cross", "angle": 45, "size": 130, **look})

    def text(self, x: Place, y: Place, text: Any, **look: Any) -> alt.Chart:
        """Return a text, live or not, at one place."""
        return self._layer(_one(), "text", {"x": x, "y": y, "text": text}, look)

    def rule(self, x: Place = None, y: Place = None, **look: Any) -> alt.Chart:
        """Return a line across the whole panel, upright at ``x`` or level at ``y``."""
        places = {"x": x} if y is None else {"y": y}
        return self._layer(_one(), "rule", places, {"strokeDash": [5, 4], "opacity": 0.7, **look})

    def segment(self, x: Place, y: Place, x2: Place, y2: Place, **look: Any) -> alt.Chart:
        """Return a straight line between two places."""
        places = {"x": x, "y": y, "x2": x2, "y2": y2}
        return self._layer(_one(), "rule", places, {"strokeWidth": 2.5, "clip": True, **look})

    def arrow(
        self, x: Place, y: Place, x2: Place, y2: Place, color: str = INK, **look: Any
    ) -> alt.LayerChart:
        """Return an arrow from one place to another."""
        across, up = self._pixels_per_unit()
        turn = 90 - np.degrees(np.arctan2((Live(y2) - y) * up, (Live(x2) - x) * across))
        tip_look = {"shape": "triangle-up", "angle": turn, "fill": color, "stroke": None}
        tip = self.dot(x2, y2, size=110, opacity=look.get("opacity", 1), **tip_look)
        return self.segment(x, y, x2, y2, color=color, **look) + tip

    def zone(self, x: Place, x2: Place, color: str = SOFT, opacity: Any = 0.35, **look: Any) -> Any:
        """Return a shaded stretch of the x-axis."""
        look = {"color": color, "opacity": opacity, "clip": True, **look}
        return self._layer(_one(), "rect", {"x": x, "x2": x2}, look)

    # ---- many marks ----

    def curve(
        self,
        f: Callable[[Any], Any],
        color: Any = FIRE,
        n: int = 120,
        *,
        jump: float | None = None,
        **look: Any,
    ) -> alt.Chart | alt.LayerChart:
        """Return the curve y = f(x) over the panel's whole width, torn where it may ``jump``."""
        low, high = self.x.low, self.x.high
        if jump is not None:
            beyond = jump + 1e-9 * (high - low)
            return alt.layer(
                *(
                    self.line(
                        lambda k, a=a, b=b: a + k * ((b - a) / n),
                        lambda k: f(here("x")),
                        n + 1,
                        color,
                        **look,
                    )
                    for a, b in ((low, jump), (beyond, high))
                )
            )
        if self.x.log:
            return self.line(
                lambda k: np.exp(np.log(low) + k * (np.log(high / low) / n)),
                lambda k: f(here("x")),
                n + 1,
                color,
                **look,
            )
        data = alt.sequence(low, high + (high - low) / (2 * n), (high - low) / n, as_="x")
        look = {"color": color, "clip": True, **look}
        fields = {"y": f(here("x"))}
        return self._layer(alt.Chart(data), "line", fields, look, given=("x",), count=n)

    def line(
        self,
        x: Place,
        y: Place,
        n: int | None = None,
        color: Any = FIRE,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return a line through places k = 0 ... n − 1, in that order; ``keep`` says which."""
        look = {"color": color, "clip": True, "strokeJoin": "round", **look}
        return self._many("line", {"x": x, "y": y}, n, look, keep, order=True)

    def dots(
        self,
        x: Place,
        y: Place,
        n: int | None = None,
        color: Any = FIRE,
        size: Any = 26,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return points k = 0 ... n − 1."""
        look = {"color": color, "size": size, "opacity": 1, "clip": True, **look}
        return self._many("point", {"x": x, "y": y}, n, look, keep)

    def walk(
        self,
        x: Place,
        y: Place,
        n: int | None = None,
        color: Any = FIRE,
        *,
        keep: Any = None,
        size: Any = 26,
        tell: Any = None,
        **look: Any,
    ) -> alt.LayerChart:
        """Return a path: a line with a point at each step, which tells its own ``tell``."""
        line = self.line(x, y, n, color, keep=keep, **{"strokeWidth": 1.6, **look})
        named = {} if tell is None else {"tell": tell}
        return line + self.dots(x, y, n, color, size, keep=keep, **named)

    def texts(
        self, x: Place, y: Place, text: Any, n: int | None = None, *, keep: Any = None, **look: Any
    ) -> alt.Chart:
        """Return a text at each of the places k = 0 ... n − 1."""
        return self._many("text", {"x": x, "y": y, "text": text}, n, look, keep)

    def rules(
        self,
        x: Place,
        y: Place,
        x2: Place,
        y2: Place,
        n: int | None = None,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return straight lines k = 0 ... n − 1 between two places each."""
        places = {"x": x, "y": y, "x2": x2, "y2": y2}
        places = {name: place for name, place in places.items() if place is not None}
        return self._many("rule", places, n, {"clip": True, **look}, keep)

    def rects(
        self,
        x: Place,
        y: Place,
        x2: Place,
        y2: Place,
        n: int | None = None,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return rectangles k = 0 ... n − 1 between two corners each."""
        places = {"x": x, "y": y, "x2": x2, "y2": y2}
        return self._many("rect", places, n, {"clip": True, **look}, keep)

    def polygon(
        self,
        x: Place,
        y: Place,
        n: int | None = None,
        fill: Any = FIRE,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return the filled shape with corners k = 0 ... n − 1; ``keep`` says which."""
        look = {"fill": fill, "strokeWidth": 0, "clip": True, **look}
        return self._many("line", {"x": x, "y": y}, n, look, keep, order=True)

    def region(
        self,
        x: Sequence[Any],
        y: Sequence[Any],
        name: Any = "",
        color: str = PALETTE[4],
        *,
        keep: Any = None,
    ) -> alt.LayerChart:
        """Return a see-through shape with an outline; what lies in several grows darker.

        ``x`` and ``y`` are its corners, live or not. Its name stands inside of the second corner,
        the upper right one.
        """
        across, up = (list(Live([*places, places[0]])) for places in (x, y))
        shape = self.polygon(
            across, up, fill=color, keep=keep, fillOpacity=0.15, stroke=INK, strokeWidth=0.5
        )
        inside = {"align": "right", "baseline": "top", "dx": -12, "dy": 2, "fontSize": 12}
        return shape + self.texts([Live(x[1])], [Live(y[1])], name, 1, keep=keep, **inside)

    def patch(
        self, x: Place, y: Place, n: int | None = None, fill: Any = FIRE, opacity: float = 0.5
    ) -> alt.LayerChart:
        """Return a filled shape through whose colour the page shows, and nothing else beneath."""
        page = self.polygon(x, y, n, PAPER)
        return page + self.polygon(x, y, n, fill, fillOpacity=opacity)

    def labelled(
        self,
        x: Place,
        y: Place,
        fires: Any,
        n: int | None = None,
        size: float = 80,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return points of two kinds, discs where ``fires`` holds and rings elsewhere.

        ``fires`` is an array of truth values, or a function of the row's number.
        """
        holds = fires(here("k")) if callable(fires) else np.asarray(fires, bool)
        fill, stroke = np.where(holds, FIRE, "transparent"), np.where(holds, FIRE, REST)
        look = {"size": size, "fill": fill, "stroke": stroke, "strokeWidth": 2, **look}
        return self.dots(x, y, n, keep=keep, **look)

    def area(
        self,
        x: Place,
        low: Place,
        high: Place,
        n: int | None = None,
        color: Any = FIRE,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return what lies between two curves over the same x."""
        look = {"color": color, "opacity": 0.25, "clip": True, **look}
        return self._many("area", {"x": x, "y": low, "y2": high}, n, look, keep)

    def band(
        self,
        x: Any,
        runs: Any,
        color: str = FIRE,
        points: bool = True,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.LayerChart:
        """Return the spread of runs (n_runs, n_x): median, and a band from least to largest."""
        runs = np.asarray(runs, float)
        middle = np.median(runs, axis=0)
        made = self.area(x, runs.min(axis=0), runs.max(axis=0), color=color, keep=keep)
        made = made + self.line(x, middle, color=color, keep=keep, **look)
        return made + self.dots(x, middle, color=color, keep=keep) if points else made

    def bars(
        self,
        x: Place,
        y: Place,
        n: int | None = None,
        color: Any = FIRE,
        *,
        base: Place = 0.0,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return bars from ``base``: upright where the x-axis has places, else lying."""
        places = {"x": x, "y": y, ("y2" if self.x.is_ordinal else "x2"): base}
        return self._many("bar", places, n, {"color": color, "clip": True, **look}, keep)

    def ticks(
        self, x: Place, y: Place, n: int | None = None, *, keep: Any = None, **look: Any
    ) -> alt.Chart:
        """Return short strokes across the bars of the same places."""
        look = {"thickness": 3, "color": INK, **look}
        return self._many("tick", {"x": x, "y": y}, n, look, keep)

    def table(
        self, values: Any, x: float, y: float, spec: str = ".1f", **look: Any
    ) -> alt.LayerChart:
        """Return numbers (rows, columns), one unit apart, in a frame with a corner at x, y."""
        values = np.asarray(values, float)
        rows, columns = np.indices(values.shape).reshape(2, -1)
        down = 1 if self.y.reverse else -1
        texts = [d3_format(v, spec) for v in values.flat]
        places = x + columns + 0.5, y + down * (rows + 0.5)
        edge = {"filled": False, "stroke": INK, "strokeOpacity": 0.35, "strokeWidth": 1}
        height, width = values.shape
        frame = self.rects(x, y, x + width, y + down * height, 1, **edge)
        return frame + self.texts(*places, texts, **{"fontSize": 15, **look})

    def strips(self, names: Sequence[str], runs: Any, chosen: Any, size: float = 60) -> Any:
        """Return a row of rings for each name, one ring a run; the name stands over its rings.

        ``runs`` (n_names, n_runs); ``chosen`` is the row that stands out. The y-axis runs
        downwards from 0 to the number of names.
        """
        n, n_runs = np.shape(runs)
        k, row = here("k"), here("k") // n_runs
        x, y = np.ravel(runs), np.repeat(np.arange(n), n_runs) + 0.72
        colour = np.where(row == chosen, FIRE, SOFT)
        text = words(f"{np.where(k == chosen, '→ ', '')}{pick(k, list(names))}")
        name_at = self.x.low + 0.13 * (self.x.high - self.x.low)
        return self.dots(x, y, color=colour, size=size, filled=False) + self.texts(
            name_at, k + 0.3, text, n, align="left"
        )

    # ---- maps ----

    def field(
        self,
        f: Callable[[Any, Any], Any],
        cells: tuple[int, int] = (40, 40),
        *,
        steps: int = 5,
        strongest: float = 0.6,
        thresholds: Sequence[float] | None = None,
        colours: Sequence[str] | None = None,
        keep: Any = None,
    ) -> alt.Chart:
        """Return a heat map of f(x, y), computed at the centre of each cell.

        Without ``thresholds`` (and one more ``colours``), f runs from 0, rests, to 1, fires.
        """
        n, m = cells
        (x0, dx), (y0, dy) = ((a.low, (a.high - a.low) / k) for a, k in ((self.x, n), (self.y, m)))
        k = here("k")
        places = {"x": x0 + dx * (k % n), "y": y0 + dy * (k // n)}
        x, y = here("x", "y")
        values = {"x2": x + dx, "y2": y + dy, "v": f(x + dx / 2, y + dy / 2)}
        if thresholds is None or colours is None:
            thresholds, colours = shades(steps, strongest)
        scale = alt.Scale(type="threshold", domain=list(thresholds), range=list(colours))
        shown = np.isfinite(here("v")) if keep is None else keep
        return alt.Chart(
            alt.sequence(0, n * m, as_="k"),
            mark=alt.MarkDef(type="rect", clip=True, invalid="show"),
            transform=[
                *calculated(places),
                *calculated(values, n * m),
                {"filter": formula(shown)},
            ],
            encoding=alt.FacetedEncoding(
                **self._encoding(("x", "y", "x2", "y2")),
                color=alt.Color("v:Q", legend=None, scale=scale),
            ),
        )

    def ramp(
        self,
        w: Any,
        b: Any,
        *,
        steps: int = 12,
        strongest: float = 0.6,
    ) -> alt.LayerChart:
        """Return the smooth map of σ(w·x + b): exact half-planes, laid over one another.

        ``w`` is a pair. Each side of the border w·x + b = 0 is shaded by ``steps`` half-planes,
        the next beginning where σ has risen by one step more.
        """
        # levels of z at which the answer passes evenly spaced values; tanh(z / 2) = 2σ(z) − 1
        risen = np.arange(steps) / steps
        levels = np.log((1 + risen) / (1 - risen)).tolist()
        one = 1 - (1 - strongest) ** (1 / steps)
        return alt.layer(
            *(
                self.half_planes(side * Live(w), side * Live(b), levels, colour, one)
                for side, colour in ((1, FIRE), (-1, REST))
            )
        )

    def half_plane(
        self, w: Any, b: Any, color: str = FIRE, opacity: float = 0.5, shown: Any = 1
    ) -> alt.LayerChart:
        """Return the half-plane w·x + b > 0 drawn as :meth:`region` is, where ``shown`` is 1."""
        page = self.half_planes(w, b, [0], PAPER, shown)
        return page + self.half_planes(w, b, [0], color, opacity * shown)

    def half_planes(
        self, w: Any, b: Any, levels: Sequence[float], color: str, opacity: Any
    ) -> alt.Chart:
        """Return the half-planes w·x + b > z, one for each z of ``levels``."""
        far = 4 * max(self.x.high - self.x.low, self.y.high - self.y.low)
        w1, w2 = Live(w)
        norm = np.maximum(np.sqrt(w1 * w1 + w2 * w2), 1e-15)
        # without weights, b alone decides: the border is far to one side or to the other
        n1, n2 = np.where(norm > 1e-15, w1 / norm, 1), w2 / norm
        k = here("k")
        which, corner = k // 4, k % 4
        border = np.clip((entry(levels, which) + 1e-12 - b) / norm, -far, far)
        ahead = np.where(corner < 2, border, far)  # along the normal
        aside = np.where((corner == 0) | (corner == 3), -far, far)  # along the border
        x, y = n1 * ahead - n2 * aside, n2 * ahead + n1 * aside
        look = {"fill": color, "fillOpacity": opacity, "strokeWidth": 0, "clip": True}
        made = self._layer(
            alt.Chart(alt.sequence(0, 4 * len(levels), as_="k")),
            "line",
            {"x": x, "y": y},
            look,
            order=True,
            count=4 * len(levels),
        )
        made.transform = [*calculated({"plane": which}), *made.transform]
        made.encoding.detail = alt.Detail("plane:N")
        return made

    def border(self, w: Any, b: Any, **look: Any) -> alt.Chart:
        """Return the line w₁x + w₂y + b = 0."""
        x, y, n1, n2 = foot(w, b)
        far = 3 * max(self.x.high - self.x.low, self.y.high - self.y.low)
        return self.segment(x - far * n2, y + far * n1, x + far * n2, y - far * n1, **look)

    def normal(self, w: Any, b: Any, length: float = 0.9, **look: Any) -> alt.LayerChart:
        """Return an arrow from the border w·x + b = 0 to where w·x + b grows."""
        x, y, n1, n2 = foot(w, b)
        return self.arrow(x, y, x + length * n1, y + length * n2, **look)

    def rings(
        self,
        radii: Sequence[float],
        x: Callable[[Any, Any], Any] = lambda r, t: r * np.cos(t),
        y: Callable[[Any, Any], Any] = lambda r, t: r * np.sin(t),
        color: str = SOFT,
        n: int = 49,
        **look: Any,
    ) -> alt.Chart:
        """Return closed curves, x(r, t) and y(r, t) for each radius and t from 0 to 2π: circles."""
        k = here("k")
        which = k // n
        r = np.select([which == i for i in range(len(radii))], [float(q) for q in radii])
        t = (k % n) * (2 * np.pi / (n - 1))
        count = n * len(radii)
        first = calculated({"ring": which, "r": r, "t": t}, count)
        places = calculated({"x": x(*here("r", "t")), "y": y(*here("r", "t"))}, count)
        return alt.Chart(
            alt.sequence(0, count, as_="k"),
            mark=alt.MarkDef(type="line", clip=True, **{"color": color, "strokeWidth": 1, **look}),
            transform=first + places,
            encoding=alt.FacetedEncoding(
                **self._encoding(("x", "y")), order=alt.Order("k:Q"), detail=alt.Detail("ring:N")
            ),
        )

    def ellipses(
        self, radii: Sequence[float], centre: Any, axes: Any, color: str = SOFT, n: int = 49
    ) -> alt.Chart:
        """Return the places centre + r · axes (cos t, sin t), a closed curve for each radius r.

        ``centre`` (2,) and ``axes`` (2, 2) may be live.
        """

        def place(r: Any, t: Any) -> Any:
            return Live(centre) + r * (Live(axes) @ Live([np.cos(t), np.sin(t)]))

        return self.rings(radii, lambda r, t: place(r, t)[0], lambda r, t: place(r, t)[1], color, n)

    # ---- how layers are made ----

    def _pixels_per_unit(self) -> tuple[float, float]:
        across, up = (
            s / (a.high - a.low) for s, a in zip(self.size, (self.x, self.y), strict=True)
        )
        return across * (-1 if self.x.reverse else 1), up * (-1 if self.y.reverse else 1)

    def _encoding(self, names: Sequence[str]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name in names:
            if name in ("x", "y"):
                spec = self.x if name == "x" else self.y
                made[name] = spec.encode(alt.X if name == "x" else alt.Y, name)
            elif name in ("x2", "y2"):
                made[name] = (alt.X2 if name == "x2" else alt.Y2)(f"{name}:Q")
            elif name == "text":
                made[name] = alt.Text("text:N")
        return made

    def _many(
        self,
        mark: str,
        places: dict[str, Place],
        n: int | None,
        look: dict[str, Any],
        keep: Any = None,
        order: bool = False,
    ) -> alt.Chart:
        """Return a layer of rows k; arrays are stored with the chart, functions computed live."""
        stored: dict[str, Any] = {}
        fields: dict[str, Any] = {}
        for name, value in {**places, **look}.items():
            if isinstance(value, list) and any(isinstance(entry, Live) for entry in value):
                fields[name], n = _one_of(value), len(value)
            elif isinstance(value, (np.ndarray, pd.Series)) or (
                name in places and isinstance(value, (list, tuple))
            ):
                stored[name] = np.asarray(value)
            elif name in places or callable(value) or isinstance(value, Live):
                fields[name] = value
        plain = {k: v for k, v in look.items() if k not in stored and k not in fields}
        if stored:
            frame = pd.DataFrame({"k": np.arange(len(next(iter(stored.values())))), **stored})
            if n is not None and n != len(frame):
                raise ValueError(f"n is {n}, but {len(frame)} rows are stored")
            rows: Any = alt.Chart(frame.map(_significant))
        elif n is None:
            raise ValueError("say how many rows: n=")
        else:
            frame, rows = None, alt.Chart(alt.sequence(0, n, as_="k"))
        count = n if frame is None else len(frame)
        return self._layer(rows, mark, fields, plain, tuple(stored), keep, order, count or 1)

    def _layer(
        self,
        rows: alt.Chart,
        mark: str,
        fields: dict[str, Any],
        look: dict[str, Any],
        given: Sequence[str] = (),
        keep: Any = None,
        order: bool = False,
        count: int = 1,
    ) -> alt.Chart:
        """Return one layer: each of ``rows`` with ``fields`` computed, shown as a ``mark``.

        ``given`` are fields that the rows have; ``look`` is the mark's, live parts as fields.
        """
        live_look = {k: v for k, v in look.items() if k == "tell" or isinstance(v, Live)}
        fields = {k: v(here("k")) if callable(v) else v for k, v in {**fields, **live_look}.items()}
        here_now = (*fields, *given)
        encoding = self._encoding([c for c in ("x", "y", "x2", "y2", "text") if c in here_now])
        for name in (c for c in CHANNELS if c in here_now):
            channel, kind = CHANNELS[name]
            unlabelled = {} if name == "angle" else {"legend": None}
            encoding[name] = channel(f"{name}:{kind}", scale=None, **unlabelled)
        if order:
            encoding["order"] = alt.Order("k:Q")
        if "tell" in here_now:
            encoding["tooltip"] = alt.Tooltip("tell:N")
        transforms = calculated(fields, count) if fields else []
        if keep is not None:
            transforms.append({"filter": formula(keep(here("k")) if callable(keep) else keep)})
        made = rows.copy(deep=False)
        made.mark = alt.MarkDef(type=mark, **{k: v for k, v in look.items() if k not in live_look})
        made.encoding = alt.FacetedEncoding(**encoding)
        if transforms:
            made.transform = transforms
        return made


def foot(w: Any, b: Any) -> tuple[Any, Any, Any, Any]:
    """Return the border's point nearest to the origin and its unit normal: x, y, n₁, n₂.

    The border is w₁x + w₂y + b = 0; ``w`` is a pair, of numbers or live values.

    >>> foot([3.0, 4.0], -10.0)
    (1.2, 1.6, 0.6, 0.8)
    """
    w1, w2 = w
    norm = np.maximum(np.sqrt(w1 * w1 + w2 * w2), 1e-9)
    n1, n2 = w1 / norm, w2 / norm
    made = (-b / norm * n1, -b / norm * n2, n1, n2)
    return made if isinstance(norm, Live) else tuple(float(m) for m in made)  # type: ignore[return-value]


def shades(steps: int = 5, strongest: float = 0.6) -> tuple[list[float], list[str]]:
    """Return thresholds between 0 and 1 and see-through colours from "rests" to "fires".

    See-through, so that the page shows between them, on paper as in the dark.

    >>> thresholds, colours = shades(2)
    >>> thresholds, len(colours)
    ([0.25, 0.5, 0.75], 4)
    """
    strengths = [strongest * (i + 1) / steps for i in range(steps)]
    thresholds = [round((i + 1) / (2 * steps), 6) for i in range(2 * steps - 1)]
    return thresholds, [see_through(REST, s) for s in reversed(strengths)] + [
        see_through(FIRE, s) for s in strengths
    ]


def see_through(colour: str, opacity: float) -> str:
    """Return a colour ``#rrggbb`` with an opacity.

    >>> see_through("#0072b2", 0.5)
    'rgba(0,114,178,0.5)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def told(*lines: Any, width: float = 320, size: int = 14) -> alt.Chart:
    """Return a view of text lines; each is an f-string that may hold live values."""
    n = len(lines)
    texts = [words(line) for line in lines]
    k = here("k")
    text = np.select([k == i for i in range(n - 1)], texts[:-1], texts[-1]) if n > 1 else texts[0]
    return alt.Chart(
        alt.sequence(0, n, as_="k"),
        width=width,
        height=(size + 10) * n,
        mark=alt.MarkDef(type="text", align="left", fontSize=size, clip=False),
        transform=calculated({"text": text}),
        encoding=alt.FacetedEncoding(
            x=alt.value(0),
            y=alt.Y("k:O", axis=None, scale=alt.Scale(domain=list(range(n)))),
            text=alt.Text("text:N"),
        ),
    )


def _one_of(values: list[Any]) -> Any:
    """Return the entry of a list whose place is the row's number."""
    made: Any = values[-1]
    for place, value in reversed(list(enumerate(values[:-1]))):
        made = np.where(here("k") == place, value, made)
    return made


def _significant(value: Any) -> Any:
    """Return a number with six digits that count: charts need no more, pages get lighter."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _one() -> alt.Chart:
    """Return a chart of one row."""
    return alt.Chart(alt.InlineData(values=[{"k": 0}]))


__all__ = ["Formula", "Panel", "foot", "see_through", "shades", "told"]
