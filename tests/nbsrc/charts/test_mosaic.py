"""Mosaics as the shipped runtime draws them."""

import re
from typing import Any

import numpy as np
import pytest

from nbsrc.charts import FIRE, REST, Panel, figure, here, slider
from nbsrc.charts.mosaic import mosaic
from tests.site import parity

PLOT = Panel(("x", 0, 2), ("y", 0, 1), (200, 100), "plot")


def paths(layer: Any, *controls: Any, **setting: Any) -> list[tuple[str, str, float]]:
    """Return the closed shapes that are drawn: their fill, and how many corners and what area."""
    chart = figure(PLOT(layer), *controls, alt_text="a test")
    svg: str = parity.drawn(chart.to_dict(), **setting)["svg"]
    made = []
    for path in re.findall(r"<path[^>]*>", svg):
        line = re.search(r' d="(M[^"]*Z)"', path)
        fill = re.search(r'fill="(#\w+)"', path)
        if line and fill:
            x, y = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", line[1]), float).T
            area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
            made.append((fill[1], f"{len(x)} corners", round(float(area), 6)))
    return made


def test_tiles_are_polygons_of_their_own_each_with_its_fill() -> None:
    x, y = np.array([0, 1, 1, 0, 1, 2, 2.0]), np.array([0, 0, 1, 1, 0, 0, 1.0])
    tile = np.array([0, 0, 0, 0, 1, 1, 1])
    drawn = paths(mosaic(PLOT, x, y, tile, fill=np.where(here("tile") == 0, FIRE, REST)))
    assert drawn == [(FIRE, "4 corners", 10000), (REST, "3 corners", 5000)]


@pytest.mark.parametrize("side", [0.5, 1.0])
def test_corners_stand_in_the_order_of_their_turns(side: float) -> None:
    size, k = slider("size", 1, 0, 1, "size"), here("k")
    corner = np.remainder(k * 3, 4)  # 0, 3, 2, 1: backwards
    x = np.where((corner == 1) | (corner == 2), size, 0)
    y = np.where(corner > 1, size, 0)
    crossed = np.where(corner == 1, 2, np.where(corner == 2, 1, corner))
    good = paths(mosaic(PLOT, x, y, 0 * k, 4, turn=corner), size, size=side)
    bad = paths(mosaic(PLOT, x, y, 0 * k, 4, turn=crossed), size, size=side)
    assert good == [(FIRE, "4 corners", 10000 * side**2)]
    assert bad[0][2] == 0  # a bow tie


def test_other_fields_say_which_corners_are_shown() -> None:
    k = here("k")
    x, y = np.where((k == 1) | (k == 2), 1, 0), np.where(k > 1, 1, 0)
    shown = mosaic(PLOT, x, y, 0 * k, 4, there=k < 3, keep=here("there"))
    assert paths(shown) == [(FIRE, "3 corners", 5000)]
