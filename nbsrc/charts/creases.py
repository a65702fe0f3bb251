"""The newest crease of a folded sheet to take hold of: one ring turns it and moves it."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.controls import Control
from nbsrc.charts.gestures import Gesture, drag
from nbsrc.charts.live import Live, pick
from nbsrc.charts.panel import Panel


def held_crease(
    panel: Panel, turns: Sequence[Control], places: Sequence[Control], folds: Control
) -> tuple[alt.LayerChart, Gesture]:
    """Return the crease of fold number ``folds``, counted from 1, and the drag that sets it.

    Crease i is the line at distance ``places[i]`` from the origin whose normal is turned by
    ``turns[i]`` degrees. The ring stands on it where it is nearest to the origin.
    """
    angle, place = np.radians(Live(pick(folds - 1, turns))), pick(folds - 1, places)
    u, v = np.cos(angle), np.sin(angle)
    x, y = place * u, place * v
    far = 2 * max(panel.x.high - panel.x.low, panel.y.high - panel.y.low)
    line = panel.segment(x - far * v, y + far * u, x + far * v, y - far * u)

    def sets(at_x: Any, at_y: Any) -> dict[Control, Any]:
        aims = np.degrees(np.arctan2(at_y, at_x)), np.hypot(at_x, at_y)
        return {
            control: np.where(folds == i, aim, control)
            for controls, aim in zip((turns, places), aims, strict=True)
            for i, control in enumerate(controls, 1)
        }

    return line + panel.handle(x, y), drag(panel, sets=sets, handle=(x, y))
