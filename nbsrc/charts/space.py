"""Space: a box with a floor that turns under the finger, and what is drawn in it.

The view is an orthographic one: two angles, the turn about the upright axis and the tilt above the
floor, take a place (x, y, z) to a place on the page. Both are controls, and a knob that sticks out
of the floor is the handle by which the box is taken hold of. Every word returns plain Altair.
"""

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.axes import Axis, hidden_axis
from nbsrc.charts.controls import slider
from nbsrc.charts.gestures import Gesture, drag
from nbsrc.charts.live import Live, calculated, here, pick
from nbsrc.charts.panel import Panel, Place
from nbsrc.charts.theme import FIRE, INK, PAPER, SOFT

REACH = 1.45
"""How far the knob is from the middle of the floor, whose sides are two long."""
MOST_TURNED = 75
LEAST_TILTED = 5
MOST_TILTED = 60
"""Angles in degrees: within these, what has the larger y is always behind."""


class Space(Panel):
    """A box of fixed extent, drawn as a :class:`Panel` whose own axes stay hidden.

    ``box`` are three axes (title, low, high), of which the upright one comes last; the floor is a
    square, and the box ``height`` times as high as a side of it is long. ``turn`` and ``tilt`` are
    where the two controls begin, in degrees. Pass ``*space.controls`` and ``space.gesture`` to
    :func:`~nbsrc.charts.figure.figure`.
    """

    def __init__(
        self,
        box: Sequence[tuple[str, float, float]],
        width: float = 330,
        name: str = "space",
        *,
        height: float = 0.5,
        turn: float = 25,
        tilt: float = 30,
        title: str = "",
    ) -> None:
        self.box = [Axis(*sides) for sides in box]
        self.height = 2 * height
        low, high = -1.32, float(np.hypot(np.sqrt(2), self.height)) + 0.05
        wide = 1.56
        size = (width, width * (high - low) / (2 * wide))
        super().__init__(hidden_axis(-wide, wide), hidden_axis(low, high), size, name, title)
        self.turn = slider(
            f"{name}_turn", turn, -MOST_TURNED, MOST_TURNED, "turn it", 1, unit="°", decimals=0
        )
        self.tilt = slider(
            f"{name}_tilt", tilt, LEAST_TILTED, MOST_TILTED, "tilt it", 1, unit="°", decimals=0
        )

    @property
    def controls(self) -> tuple[Any, Any]:
        """The turn and the tilt."""
        return self.turn, self.tilt

    def project(self, x: Any, y: Any, z: Any) -> tuple[Any, Any]:
        """Return where a place in the box is on the page: across and up, in the panel's units."""
        spots = ((x, self.box[0]), (y, self.box[1]), (z, self.box[2]))
        across, away, above = (
            2 * (place - side.low) / (side.high - side.low) - 1 for place, side in spots
        )
        return projected(across, away, self.height * (above + 1) / 2, self.turn, self.tilt)

    def ground(self, across: Any, up: Any) -> tuple[Any, Any]:
        """Return the place (x, y) of the floor that is at a place of the panel."""
        a, e = self.turn * (np.pi / 180), self.tilt * (np.pi / 180)
        away = up / np.sin(e)
        spots = (
            (across * np.cos(a) + away * np.sin(a), self.box[0]),
            (away * np.cos(a) - across * np.sin(a), self.box[1]),
        )
        x, y = (side.low + (side.high - side.low) * (place + 1) / 2 for place, side in spots)
        return x, y

    @property
    def gesture(self) -> Gesture:
        """The drag that turns and tilts the box: its knob stays under the pointer."""

        def sets(x: Any, y: Any) -> dict[Any, Any]:
            turn, tilt = held(x, y)
            return {self.turn: turn, self.tilt: tilt}

        return drag(self, sets=sets, handle=self._knob())

    def _knob(self) -> tuple[Any, Any]:
        return projected(0.0, -REACH, 0.0, self.turn, self.tilt)

    # ---- the box ----

    def floor(self, ticks: Sequence[float] = ()) -> alt.LayerChart:
        """Return the floor with its names, an upright axis at the left, and the knob."""
        (x, y, z), k = self.box, here("k")
        around = self.across(
            lambda _, t: (
                np.where((t == 0.25) | (t == 0.5), x.high, x.low),
                np.where((t == 0.5) | (t == 0.75), y.high, y.low),
                z.low,
            ),
            1,
            5,
            SOFT,
            strokeWidth=1,
            fill=SOFT,
            fillOpacity=0.08,
        )
        middle = [(side.low + side.high) / 2 for side in self.box]
        reach = [(side.high - side.low) / 2 for side in self.box]
        knob = self._knob()
        start = self.project(middle[0], y.low, z.low)
        arm = self.segment(*start, *knob, color=INK, strokeWidth=1.5, opacity=0.5)
        corner = np.where(self.turn > 0, y.high, y.low)
        stick = self.segment(
            *self.project(x.low, corner, z.low), *self.project(x.low, corner, z.high),
            color=INK, strokeWidth=1, opacity=0.5,
        )  # fmt: skip
        named = [
            self.text(
                *self.project(middle[0] + 0.6 * reach[0], y.low - 0.2 * reach[1], z.low), x.title
            ),
            self.text(*self.project(x.high + 0.24 * reach[0], middle[1], z.low), y.title),
            self.text(*self.project(x.low, corner, z.high), z.title, dy=-10, align="center"),
        ]
        if len(ticks):
            across, up = self.project(x.low, corner, pick(k, list(ticks)))
            names = pick(k, [f"{value:g}" for value in ticks])
            named.append(
                self.texts(across, up, names, len(ticks), align="right", dx=-5, fontSize=11)
            )
        return alt.layer(around, stick, arm, *named, self.handle(*knob, clip=False))

    # ---- what stands in it ----

    def across(
        self,
        place: Callable[[Any, Any], tuple[Any, Any, Any]],
        count: int,
        n: int,
        color: Any = FIRE,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return ``count`` curves in the box, the first at the bottom.

        ``place(i, t)`` gives (x, y, z) of curve i = 0 ... count − 1 at n values of t from 0 to 1.
        """
        k = here("k")
        which, along = here("which", "along")
        x, y = self.project(*place(which, along))
        rows = count * n
        transforms = calculated({"which": k // n, "along": (k % n) / (n - 1)}, rows)
        live = {name: value for name, value in look.items() if isinstance(value, Live)}
        plain = {name: value for name, value in look.items() if name not in live}
        drawn = self._layer(
            alt.Chart(alt.sequence(0, rows, as_="k")),
            "line",
            {"x": x, "y": y},
            {"color": color, "clip": True, "strokeJoin": "round", **plain, **live},
            keep=keep,
            order=True,
            count=rows,
        )
        drawn.transform = [*transforms, *drawn.transform]
        drawn.encoding.detail = alt.Detail("which:N")
        return drawn

    def surface(
        self,
        f: Callable[[Any, Any], Any],
        lines: int = 19,
        points: int = 41,
        color: Any = FIRE,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return z = f(x, y) as slices of constant y, drawn from the back to the front.

        Each slice is filled with the page's colour down to the floor and hides what is behind it.
        Heights are kept inside the box.
        """
        x, y, z = self.box

        def place(i: Any, t: Any) -> tuple[Any, Any, Any]:
            # the first and the last of points + 2 places stand on the floor
            inner = np.clip((t * (points + 1) - 1) / (points - 1), 0, 1)
            at_x = x.low + inner * (x.high - x.low)
            at_y = y.high - i * ((y.high - y.low) / (lines - 1))
            ends = (t < 0.5 / (points + 1)) | (t > 1 - 0.5 / (points + 1))
            height = np.clip(f(at_x, at_y), z.low, z.high)
            return at_x, at_y, np.where(ends, z.low, height)

        look = {"fill": PAPER, "strokeWidth": 1.4, **look}
        return self.across(place, lines, points + 2, color, keep=keep, **look)

    def circles(
        self,
        f: Callable[[Any, Any], Any],
        radii: Sequence[float],
        n: int = 49,
        color: Any = FIRE,
        **look: Any,
    ) -> alt.Chart:
        """Return z = f(x, y) over circles around (0, 0).

        ``radii``: the smallest, the largest, and how many there are.
        """
        low, high, count = radii
        grown = (high - low) / max(count - 1, 1)

        def place(i: Any, t: Any) -> tuple[Any, Any, Any]:
            radius, angle = low + i * grown, 2 * np.pi * t
            x, y = radius * np.cos(angle), radius * np.sin(angle)
            return x, y, f(x, y)

        return self.across(place, int(count), n, color, **look)

    def chord(
        self, f: Callable[[Any, Any], Any], angle: Any, n: int = 41, color: Any = FIRE, **look: Any
    ) -> alt.Chart:
        """Return z = f(x, y) over the unit circle's chord through (0, 0) at ``angle`` (radians)."""

        def place(t: Any) -> tuple[Any, Any, Any]:
            x, y = (2 * t - 1) * np.cos(angle), (2 * t - 1) * np.sin(angle)
            return x, y, f(x, y)

        return self.path(place, n, color, **look)

    def path(
        self,
        place: Callable[[Any], tuple[Any, Any, Any]],
        n: int = 61,
        color: Any = FIRE,
        *,
        keep: Any = None,
        **look: Any,
    ) -> alt.Chart:
        """Return one curve: ``place(t)`` gives (x, y, z) for t from 0 to 1."""
        return self.across(lambda _, t: place(t), 1, n, color, keep=keep, **look)

    def spots(
        self, x: Place, y: Place, z: Place, n: int | None = None, color: Any = FIRE, **look: Any
    ) -> alt.Chart:
        """Return points k = 0 ... n − 1 in the box; places are numbers or functions of k."""
        k = here("k")
        at = [place(k) if callable(place) else place for place in (x, y, z)]
        across, up = self.project(*at)
        return self.dots(across, up, n, color, **look)


def projected(x: Any, y: Any, z: Any, turn: Any, tilt: Any) -> tuple[Any, Any]:
    """Return across and up of a place, seen from in front after a turn and from above by a tilt.

    Angles are in degrees. With both at 0 you look along y: across is x, up is z.

    >>> across, up = projected(1.0, 0.0, 0.5, 0.0, 0.0)
    >>> float(across), float(up)
    (1.0, 0.5)
    """
    a, e = turn * (np.pi / 180), tilt * (np.pi / 180)
    away = x * np.sin(a) + y * np.cos(a)
    return x * np.cos(a) - y * np.sin(a), away * np.sin(e) + z * np.cos(e)


def held(x: Any, y: Any) -> tuple[Any, Any]:
    """Return turn and tilt, in degrees, that put the knob at a place of the panel.

    The turn is kept within its ends first, and the tilt is the nearest that there is.

    >>> turn, tilt = held(*projected(0.0, -REACH, 0.0, 40.0, 25.0))
    >>> round(float(turn), 6), round(float(tilt), 6)
    (40.0, 25.0)
    """
    most = np.pi / 180 * MOST_TURNED
    turn = np.clip(np.arcsin(np.clip(x / REACH, -1, 1)), -most, most)
    tilt = np.arcsin(np.clip(-y / (REACH * np.cos(turn)), -1, 1))
    return turn * (180 / np.pi), np.clip(tilt * (180 / np.pi), LEAST_TILTED, MOST_TILTED)


__all__ = ["Space", "held", "projected"]
