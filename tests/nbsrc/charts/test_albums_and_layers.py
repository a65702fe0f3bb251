"""What albums, drawings of layers and tables show, as the shipped runtime computes it."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nbsrc.charts import (
    FIRE,
    INK,
    REST,
    Album,
    Layers,
    Panel,
    Table,
    figure,
    hidden_axis,
    slider,
    stages,
)
from nbsrc.formulas import evaluate
from tests.site import parity

LAYER = stages("layer", ["hidden 1", "hidden 2", "outputs"], "layer")
SIDE = np.where(LAYER == 0, 8, 4)
UNIT = slider("unit", 1, 1, 16, "unit", 1, end=np.where(LAYER == 2, 10, 16))
PIXEL = slider("pixel", 1, 1, 64, "pixel", 1, end=SIDE * SIDE)


def drawn(panel: Panel, marks: Any, **setting: Any) -> list[dict[str, Any]]:
    """Return the rows of marks that tell their values, once the runtime has computed them."""
    chart = figure(panel(marks), LAYER, UNIT, PIXEL, alt_text="a test")
    data = parity.drawn(chart.to_dict(), **setting)["data"]
    return max(data.values(), key=lambda found: len(found) if found and "tell" in found[0] else 0)


def pressed(gesture: Any, x: float, y: float, **parameters: Any) -> dict[str, float]:
    """Return what a press at a place of its panel sets."""
    known = {f"{gesture.panel}_at": {"x": x, "y": y}, **parameters}
    return {name: float(evaluate(f.node, {}, known)) for name, f in gesture.sets.items()}


def test_an_album_lays_its_pictures_out_row_by_row() -> None:
    values = np.arange(3 * 64) / 192
    album = Album(3, 2, width=200)
    found = drawn(album, album.pictures(lambda p, j: Table("v", values)[64 * p + j]))
    assert len(found) == 192
    third = [row for row in found if row["k"] >= 128]
    assert min(row["x"] for row in third) == 0 and min(row["y"] for row in third) > 1
    assert_allclose(found[9]["x"], 1 / 8)
    assert_allclose(found[9]["y"], 1 / 8)
    assert found[100]["color"] == FIRE
    assert found[100]["opacity"] == pytest.approx(0.95 * values[100], abs=1e-3)


def test_an_album_shows_as_many_pixels_as_a_picture_has_at_present() -> None:
    album = Album(3, 3, name="inside", side=SIDE)
    layer = album.pictures(lambda p, j: np.where(p == 0, 0.5, -0.5), (1, 1, 2), grey=[0])
    assert len(drawn(album, layer, layer=0)) == 192
    found = drawn(album, layer, layer=1)
    assert len(found) == 48
    colours = [row["color"] for row in found]
    assert colours == [INK] * 16 + [REST] * 32
    assert {round(row["opacity"], 4) for row in found[32:]} == {0.2375}


@pytest.mark.parametrize("layer, side", [(0, 8), (1, 4)])
def test_a_press_on_an_album_finds_the_pixel_that_stands_there(layer: int, side: int) -> None:
    album = Album(3, 3, name="inside", titles=["a", "b", "c"], side=SIDE)
    shown = album.pictures(lambda p, j: j)
    for row in drawn(album, shown, layer=layer)[::5]:
        x, y = (row["x"] + row["x2"]) / 2, (row["y"] + row["y2"]) / 2
        found = pressed(album.press(UNIT, PIXEL), x, y, layer=layer)
        assert found == {"unit": row["k"] // 64 + 1, "pixel": row["k"] % 64 + 1}
        assert row["k"] % 64 < side * side


def test_layers_draw_every_unit_where_a_press_finds_it() -> None:
    net = Layers([16, 16, 10], name="net", room=0.7)
    units = drawn(net, net.discs(lambda layer, unit: (layer * 20 + unit) / 100))
    assert len(units) == 42
    for row in units:
        layer, unit = min(row["k"] // 16, 2), row["k"] - 16 * min(row["k"] // 16, 2)
        assert row["tell"] == f"{(layer * 20 + unit) / 100:.2f}"
        assert pressed(net.press(LAYER, UNIT), row["x"], row["y"]) == {
            "layer": layer,
            "unit": unit + 1,
        }


def test_only_units_after_the_first_layer_have_links_and_one_from_each_unit_before() -> None:
    net = Layers([4, 10, 3])
    links = net.links(LAYER, UNIT - 1, lambda sender: sender - 1.5)
    counts = []
    for layer in range(3):
        made = figure(net(links), LAYER, UNIT, alt_text="a test").to_dict()
        data = parity.drawn(made, layer=layer, unit=2)["data"]
        rows = [row for found in data.values() for row in found if "x2" in row and "tell" in row]
        counts.append(len(rows))
        assert all((row["color"] == FIRE) == (row["k"] > 1) for row in rows)
    assert counts == [0, 4, 10]


def test_a_number_never_exceeds_the_end_that_follows_another() -> None:
    made = figure(
        Album(1, 1)(Album(1, 1).frame(UNIT - 1)), LAYER, UNIT, alt_text="a test"
    ).to_dict()
    assert made["usermeta"]["book"]["controls"]["unit"] == {"end": "unit_end"}
    assert parity.drawn(made, layer=2)["signals"]["unit_end"] == 10
    assert evaluate(UNIT.node, {}, {"unit": 16, "unit_end": 10}) == 10


def test_a_table_of_numbers_stands_one_unit_apart_in_a_frame() -> None:
    sheet = Panel(hidden_axis(0, 5), hidden_axis(0, 5, reverse=True))
    chart = figure(sheet(sheet.table([[1, -2.5], [3, 4]], 1, 2)), alt_text="a test")
    rows = [r for found in chart.to_dict()["datasets"].values() for r in found if "text" in r]
    assert [r["text"] for r in rows] == ["1.0", "−2.5", "3.0", "4.0"]
    assert [(r["x"], r["y"]) for r in rows] == [(1.5, 2.5), (2.5, 2.5), (1.5, 3.5), (2.5, 3.5)]


def test_numbers_of_single_precision_are_stored_as_short_as_others() -> None:
    assert Table("t", np.array([0.1, 0.96], np.float32), 2).param.param["value"] == [0.1, 0.96]


def test_a_live_text_can_be_read_out() -> None:
    plot = Panel(("x", 0, 1), ("y", 0, 1))
    said = np.where(LAYER == 0, "first", "later")
    made = figure(plot(plot.dot(0, 0)), LAYER, say=said, alt_text="a test").to_dict()
    assert parity.drawn(made, layer=1)["signals"]["readout"] == "later"


def test_a_band_can_be_kept_back() -> None:
    plot = Panel(("x", 0, 3), ("y", 0, 1))
    band = plot.band([1, 2], np.array([[0.1, 0.2], [0.3, 0.6]]), keep=LAYER > 0)
    made = figure(plot(band), LAYER, alt_text="a test").to_dict()
    kept = [
        sum(len(rows) for name, rows in parity.drawn(made, layer=i)["data"].items() if rows)
        for i in range(2)
    ]
    assert kept[0] < kept[1]
