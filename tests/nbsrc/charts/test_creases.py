"""A crease that is held: where it stands, and what a drag of its ring sets."""

from typing import Any

import numpy as np
import pytest

from nbsrc.charts import Panel, figure, slider, steps
from nbsrc.charts.creases import held_crease
from nbsrc.formulas import evaluate
from nbsrc.shapes import paper
from tests.site import parity

SHEET = Panel(("x", -1, 1), ("y", -1, 1), (200, 200), "sheet")
FOLDS = steps("folds", 1, 2, low=1)
TURNS = [slider(f"turn{i}", 0, -180, 180, "turned") for i in (1, 2)]
PLACES = [slider(f"place{i}", 0, 0, 2, "place", 0.01) for i in (1, 2)]


def moved(folds: int, x: float, y: float) -> dict[str, float]:
    """Return what a drag to (x, y) makes of the controls, which are 10°, 20°, 0.1 and 0.2."""
    _, gesture = held_crease(SHEET, TURNS, PLACES, FOLDS)
    known = {"turn1": 10, "turn2": 20, "place1": 0.1, "place2": 0.2, "folds": folds}
    known_now: dict[str, Any] = known | {"sheet_at": {"x": x, "y": y}}
    return {name: float(evaluate(f.node, {}, known_now)) for name, f in gesture.sets.items()}


@pytest.mark.parametrize("folds", [1, 2])
def test_a_drag_sets_the_newest_crease_and_leaves_the_others(folds: int) -> None:
    made = moved(folds, 0.3, -0.4)
    other = 3 - folds
    assert made[f"place{folds}"] == pytest.approx(0.5)
    assert made[f"turn{folds}"] == pytest.approx(np.degrees(np.arctan2(-0.4, 0.3)))
    assert (made[f"turn{other}"], made[f"place{other}"]) == (10 * other, other / 10)


def test_the_line_is_the_crease_and_carries_the_ring() -> None:
    marks, _ = held_crease(SHEET, TURNS, PLACES, FOLDS)
    chart = figure(SHEET(marks), FOLDS, *TURNS, *PLACES, alt_text="a test")
    data = parity.drawn(chart.to_dict(), folds=2, turn2=30, place2=0.4)["data"]
    rows = [row for found in data.values() for row in found if "x" in row]
    line = next(row for row in rows if "x2" in row)
    ends = np.array([[line["x"], line["x2"]], [line["y"], line["y2"]]])
    normal = np.array([np.cos(np.pi / 6), 0.5])
    assert np.abs(normal @ ends - 0.4).max() < 1e-9
    ring = next(row for row in rows if "x2" not in row)
    assert (ring["x"], ring["y"]) == pytest.approx(tuple(0.4 * normal))
    stays = paper.fold_sheet(ring["x"], ring["y"], np.pi / 6, 0.4)
    assert stays == pytest.approx((ring["x"], ring["y"]))
