"""Ropes: drawn from the farthest piece to the nearest, each over an edge of the page's colour."""

from typing import Any

import numpy as np
from numpy.testing import assert_allclose

from nbsrc.charts import figure
from nbsrc.charts.ropes import BEHIND, away, ropes
from nbsrc.charts.space import Space
from tests.site import parity

SIDES = [("x", -1.0, 1.0), ("y", -1.0, 1.0), ("z", -1.0, 1.0)]


def ring(i: Any, j: Any) -> Any:
    """Return one ring in front, at y = −0.5, and one behind it, at y = 0.5."""
    angle = 2 * np.pi / 12 * j
    return 0.6 * np.cos(angle), i - 0.5 + 0 * j, 0.6 * np.sin(angle)


def test_pieces_know_how_far_they_are_and_the_chart_is_drawn_in_that_order() -> None:
    space = Space(SIDES, name="box", height=0.5)
    layer = ropes(space, ring, 12, ["#000001", "#000002"])
    chart = figure(
        space(layer), *space.controls, gestures=[space.gesture], alt_text="two rings in a test"
    )
    assert layer.encoding.order.to_dict() == {
        "field": "far", "type": "quantitative", "sort": "descending"
    }  # fmt: skip
    data = parity.drawn(chart.to_dict(), box_turn=0, box_tilt=30)["data"]
    found = max(data.values(), key=lambda rows: len(rows[0]) if rows else 0)
    found = found[0] if isinstance(found[0], list) else found
    assert len(found) == 2 * 2 * 12
    lines = [row for row in found if row["color"].startswith("#00000")]
    front = [row["far"] for row in lines if row["color"] == "#000001"]
    back = [row["far"] for row in lines if row["color"] == "#000002"]
    assert_allclose(np.array(back) - front, np.cos(np.radians(30)), atol=1e-9)
    edges = [row["far"] for row in found if not row["color"].startswith("#00000")]
    assert_allclose(np.sort(edges), np.sort([*front, *back]) + BEHIND, atol=1e-9)


def test_what_is_behind_is_farther_away() -> None:
    class View:
        turn, tilt, height = 20.0, 30.0, 1.0
        box = Space(SIDES, name="box").box

    view: Any = View
    assert away(view, 0.0, 0.9, 0.0) > away(view, 0.0, -0.9, 0.0)
    assert away(view, 0.0, 0.0, 0.9) < away(view, 0.0, 0.0, -0.9)
