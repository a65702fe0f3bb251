"""Borders to take hold of: what a drag sets puts the thing that was dragged under the pointer."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.charts import Panel, axis, slider
from nbsrc.charts.borders import held_border
from nbsrc.charts.gestures import Gesture
from nbsrc.formulas import evaluate

Spot = tuple[float, float]

places = st.tuples(st.floats(-1, 2), st.floats(-1, 2))
weights = st.tuples(st.floats(0.1, 3), st.floats(-3, 3))


def drags() -> list[Gesture]:
    """The drags of the arrow and of the ring, in a panel whose arrow starts at (0.5, 0.5)."""
    panel = Panel(axis("x", -1, 2), axis("y", -1, 2), name="plane")
    w = slider("w1", 1, -3, 3, "w₁"), slider("w2", 1, -3, 3, "w₂")
    return held_border(panel, w, slider("b", 0, -3, 3, "b"), (0.5, 0.5), 0.35, 0.7)[1]


def computed(formulas: Any, w: Spot, b: float, pointer: Spot = (0, 0)) -> dict[str, float]:
    """The values of a drag's formulas, by name."""
    known = {"w1": w[0], "w2": w[1], "b": b, "plane_at": dict(zip("xy", pointer, strict=True))}
    return {name: evaluate(f.node, {}, known) for name, f in formulas.items()}


@given(weights, st.floats(-3, 3), places)
def test_a_dragged_arrow_has_its_tip_at_the_pointer(w: Spot, b: float, pointer: Spot) -> None:
    turn, _ = drags()
    made = computed(turn.sets, w, b, pointer)
    tip = computed(turn.handle, (made["w1"], made["w2"]), b)
    assert (tip["x"], tip["y"]) == pytest.approx(pointer)


@given(weights, st.floats(-3, 3), places)
def test_a_dragged_ring_takes_the_border_to_the_pointer(w: Spot, b: float, pointer: Spot) -> None:
    _, shift = drags()
    made = computed(shift.sets, w, b, pointer)
    assert np.dot(w, pointer) + made["b"] == pytest.approx(0, abs=1e-9)


@given(weights, st.floats(-3, 3))
def test_the_ring_stands_on_the_border_beside_the_point_nearest_to_the_arrow(
    w: Spot, b: float
) -> None:
    _, shift = drags()
    ring = computed(shift.handle, w, b)
    z = np.dot(w, (0.5, 0.5)) + b
    assert w[0] * ring["x"] + w[1] * ring["y"] + b == pytest.approx(0, abs=1e-6)
    away = np.hypot(ring["x"] - 0.5, ring["y"] - 0.5)
    assert away == pytest.approx(np.hypot(z / np.hypot(*w), 0.7))
