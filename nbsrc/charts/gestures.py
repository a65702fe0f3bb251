"""Gestures: a press, a drag or the pointer over a panel sets what the controls set.

Each function returns a plain description that :func:`nbsrc.charts.figure.figure` puts into the
chart; the page's script supplies the pointer's place, in the units of the panel's axes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbsrc.charts.controls import Control
from nbsrc.charts.live import Formula, Live, formula
from nbsrc.charts.panel import Panel
from nbsrc.formulas import Node, apply, parameter

Sets = Callable[[Any, Any], dict[Control, Any]]
"""From the pointer's place x, y to what each control becomes."""


@dataclass(frozen=True)
class Gesture:
    """What one gesture in one panel sets; ``handle`` is where the thing to take hold of stands."""

    panel: str
    on: str
    sets: dict[str, Formula]
    handle: dict[str, Formula] | None = None
    controls: tuple[Control, ...] = ()

    def described(self) -> dict[str, Any]:
        """Return the gesture as the page's script reads it."""
        made: dict[str, Any] = {"panel": self.panel, "on": self.on, "sets": self.sets}
        return made | ({"handle": self.handle} if self.handle else {})


def drag(
    panel: Panel,
    x: Control | None = None,
    y: Control | None = None,
    *,
    sets: Sets | None = None,
    handle: tuple[Any, Any] | None = None,
) -> Gesture:
    """Return a drag: the pointer's place becomes the values of ``x`` and ``y``, or of ``sets``.

    ``handle``: where the thing to take hold of stands, (x, y); with ``x`` and ``y`` it follows.
    """
    if handle is None and x is not None and y is not None:
        handle = (x, y)
    return _gesture("drag", panel, _both(x, y) if sets is None else sets, handle)


def press(
    panel: Panel, x: Control | None = None, y: Control | None = None, *, sets: Sets | None = None
) -> Gesture:
    """Return a press: as :func:`drag`, once."""
    return _gesture("press", panel, _both(x, y) if sets is None else sets, None)


def hover(
    panel: Panel, x: Control | None = None, y: Control | None = None, *, sets: Sets | None = None
) -> Gesture:
    """Return what the mouse sets where it passes; a finger presses."""
    return _gesture("hover", panel, _both(x, y) if sets is None else sets, None)


def nearest(x: Any, y: Any, starts: Any, ends: Any = None) -> Live:
    """Return which of some places, counted from 0, is nearest to (x, y); ties go to the first.

    ``starts``: places (n, 2), numbers or live. With ``ends``, numbers (n, 2) both, they are lines.
    """
    places = [(Live(a), Live(b)) for a, b in starts]
    far = [(x - a) ** 2 + (y - b) ** 2 for a, b in places]
    if ends is not None:
        for k, (across, up) in enumerate(np.asarray(ends, float) - np.asarray(starts, float)):
            length = float(np.hypot(across, up))
            along = ((x - places[k][0]) * across + (y - places[k][1]) * up) / length
            aside = ((x - places[k][0]) * up - (y - places[k][1]) * across) / length
            far[k] = aside**2 + (along - np.clip(along, 0, length)) ** 2
    # one number holds distance and place, so that one minimum finds the place too
    least = np.min(Live([np.floor(d * 1e6) * len(far) + k for k, d in enumerate(far)]))
    return Live(least % len(far))


def _both(x: Control | None, y: Control | None) -> Sets:
    def sets(at_x: Any, at_y: Any) -> dict[Control, Any]:
        return {c: at for c, at in ((x, at_x), (y, at_y)) if c is not None}

    return sets


def _gesture(on: str, panel: Panel, sets: Sets, handle: tuple[Any, Any] | None) -> Gesture:
    if not panel.name:
        raise ValueError(f"a panel that takes a {on} needs a name: Panel(..., name=...)")
    place: Node = parameter(f"{panel.name}_at")
    at = tuple(
        Live(apply("item", Node(place.operation, place.inputs, kind), axis))
        for axis, kind in (("x", "number"), ("y", "number"))
    )
    asked = sets(*at)
    if not asked:
        raise ValueError(f"the {on} in the panel {panel.name!r} sets nothing")
    return Gesture(
        panel.name,
        on,
        {control.name: formula(value) for control, value in asked.items()},
        {a: formula(h) for a, h in zip("xy", handle, strict=True)} if handle else None,
        tuple(asked),
    )
