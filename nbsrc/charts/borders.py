"""A neuron's border to take hold of: its weights by an arrow's tip, its bias by a ring on it."""

import altair as alt
import numpy as np

from nbsrc.charts.controls import Control
from nbsrc.charts.gestures import Gesture, drag
from nbsrc.charts.live import Live
from nbsrc.charts.panel import Panel

Spot = tuple[float, float]


def held_border(
    panel: Panel,
    w: tuple[Control, Control],
    b: Control,
    at: Spot = (0.0, 0.0),
    scale: float = 1.0,
    aside: float = 1.2,
) -> tuple[alt.LayerChart, list[Gesture]]:
    """Return the border w·x + b = 0 with the weights' arrow, and the drags that set ``w`` and b.

    The arrow is ``scale`` times the weights and starts ``at`` a place; a drag of its tip sets them.
    A drag of the ring, which stands on the border ``aside`` from the point nearest to that place,
    shifts the border: it sets b.
    """
    start, weights = Live(at), Live(list(w))
    tip = start + scale * weights
    norm = np.maximum(np.sqrt(weights @ weights), 1e-9)
    nearest = start - (weights @ start + b) * weights / (norm * norm)
    along = Live([-weights[1], weights[0]]) / norm
    ring = nearest + aside * along
    marks = alt.layer(
        panel.border(w, b),
        panel.arrow(*start, *tip),
        panel.grip(*tip, clip=False),
        panel.grip(*ring),
    )
    turn = drag(
        panel,
        sets=lambda x, y: {w[0]: (x - at[0]) / scale, w[1]: (y - at[1]) / scale},
        handle=(tip[0], tip[1]),
    )
    shift = drag(panel, sets=lambda x, y: {b: -(w[0] * x + w[1] * y)}, handle=(ring[0], ring[1]))
    return marks, [turn, shift]
