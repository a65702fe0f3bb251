"""What a panel, a grid and a board draw, as the shipped runtime computes it."""

import re
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit

from nbsrc.charts import (
    FIRE,
    REST,
    Board,
    Grid,
    Live,
    Panel,
    Table,
    axis,
    figure,
    foot,
    here,
    live,
    places,
    slider,
    told,
)
from nbsrc.charts.panel import shades
from tests.site import parity

PLOT = Panel(("x", -3, 3), ("y", -2, 2), (300, 200), "plot")
W1, W2, B = (
    slider("w1", 1.5, -3, 3, "w₁"),
    slider("w2", -2.0, -3, 3, "w₂"),
    slider("b", 0.5, -3, 3, "b"),
)
CONTROLS = (W1, W2, B)


def rows(layer: Any, *controls: Any, panel: Panel = PLOT, **setting: Any) -> list[dict[str, Any]]:
    """Return the rows of a layer's data once the runtime has computed them."""
    chart = figure(panel(layer), *controls, alt_text="a test")
    data = parity.drawn(chart.to_dict(), **setting)["data"]
    return max(data.values(), key=lambda found: len(found[0]) if found else 0)


def column(found: list[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in found]


def svg(chart: Any, *controls: Any, **setting: Any) -> str:
    made = figure(chart, *controls, alt_text="a test")
    text: str = parity.drawn(made.to_dict(), **setting)["svg"]
    return text


def test_a_curve_is_the_function_over_the_whole_width() -> None:
    found = rows(PLOT.curve(lambda x: np.tanh(W1 * x), n=60), W1, w1=2.0)
    x = np.array(column(found, "x"))
    assert (x[0], round(x[-1], 9), len(x)) == (-3, 3, 61)
    assert_allclose(column(found, "y"), np.tanh(2 * x), rtol=1e-9, atol=1e-12)


def test_a_curve_on_a_logarithmic_axis_has_even_ratios() -> None:
    panel = Panel(axis("n", 1, 1000, log=True), ("y", 0, 1))
    found = rows(panel.curve(lambda n: 1 / n, n=30), panel=panel)
    x = np.array(column(found, "x"))
    assert_allclose(x[1:] / x[:-1], 1000 ** (1 / 30), rtol=1e-9)
    assert_allclose(column(found, "y"), 1 / x, rtol=1e-9)


def test_a_curve_that_jumps_is_drawn_as_two_with_no_slope_between() -> None:
    chart = figure(PLOT(PLOT.curve(lambda x: np.heaviside(x, 0), n=4, jump=0.0)), alt_text="a test")
    parts = [found for found in parity.drawn(chart.to_dict())["data"].values() if found]
    before, after = sorted(parts, key=lambda found: found[0]["x"])
    assert column(before, "y") == [0] * 5 and before[-1]["x"] == 0
    assert column(after, "y") == [1] * 5 and after[0]["x"] == pytest.approx(0, abs=1e-7)


def test_a_field_is_computed_at_the_centres_of_its_cells() -> None:
    found = rows(PLOT.field(lambda x, y: x + 10 * y, (6, 4)))
    assert len(found) == 24
    for row in found:
        x, y = (row["x"] + row["x2"]) / 2, (row["y"] + row["y2"]) / 2
        assert row["v"] == pytest.approx(x + 10 * y)


def test_cells_without_a_number_are_left_out() -> None:
    found = rows(PLOT.field(lambda x, y: np.log(x), (6, 4)))
    assert len(found) == 12 and min(column(found, "x")) >= 0


def test_a_ramp_shades_each_place_by_as_many_half_planes_as_the_answer_has_risen_steps() -> None:
    steps = 8
    layer = PLOT.ramp([W1, W2], B, steps=steps)
    chart = figure(PLOT(layer), *CONTROLS, alt_text="a test")
    made = parity.drawn(chart.to_dict(), w1=1.2, w2=-0.8, b=0.4)
    sides = [found for found in made["data"].values() if found and "plane" in found[0]]
    assert len(sides) == 2
    rng = np.random.default_rng(0)
    for place in rng.uniform([-3, -2], [3, 2], size=(60, 2)):
        answer = expit(place @ [1.2, -0.8] + 0.4)
        rise = abs(2 * answer - 1) * steps
        if abs(rise - round(rise)) < 0.02:
            continue
        counted = sum(
            inside(place, [(r["x"], r["y"]) for r in found if r["plane"] == plane])
            for found in sides
            for plane in {r["plane"] for r in found}
        )
        assert counted == int(rise) + 1


@pytest.mark.parametrize("bias", [-0.5, 0, 0.5])
def test_without_weights_a_half_plane_is_everywhere_or_nowhere(bias: float) -> None:
    found = rows(PLOT.half_planes([W1, W2], B, [0], FIRE, 1), *CONTROLS, w1=0, w2=0, b=bias)
    corners = [(row["x"], row["y"]) for row in found]
    for place in np.random.default_rng(0).uniform([-3, -2], [3, 2], size=(20, 2)):
        assert inside(place, corners) == (bias > 0)


def test_points_of_two_kinds_are_discs_where_it_fires_and_rings_elsewhere() -> None:
    found = rows(PLOT.labelled(lambda k: k, lambda k: k, lambda k: k > B, 4), B, b=1.5)
    assert column(found, "fill") == ["transparent"] * 2 + [FIRE] * 2
    assert column(found, "stroke") == [REST] * 2 + [FIRE] * 2


def inside(place: Any, corners: list[tuple[float, float]]) -> bool:
    """Whether a place lies in a convex polygon."""
    c = np.array(corners)
    along, to = np.roll(c, -1, axis=0) - c, place - c
    turns = along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
    return bool((turns > 0).all() or (turns < 0).all())


def test_the_border_is_where_z_is_zero_and_the_normal_points_to_where_it_grows() -> None:
    row = rows(PLOT.border([W1, W2], B), *CONTROLS, w1=1.0, w2=2.0, b=-1.0)[0]
    for x, y in ((row["x"], row["y"]), (row["x2"], row["y2"])):
        assert x + 2 * y - 1 == pytest.approx(0, abs=1e-9)
    x, y, n1, n2 = foot([1.0, 2.0], -1.0)
    assert (x + 2 * y - 1, n1**2 + n2**2) == pytest.approx((0, 1))
    assert n1 * 1 + n2 * 2 > 0


def test_live_looks_follow_the_row() -> None:
    found = rows(
        PLOT.dots(lambda k: k - 2, lambda k: 0 * k, 5, color=np.where(here("k") > 2, FIRE, REST))
    )
    assert column(found, "color") == [REST, REST, REST, FIRE, FIRE]


def test_stored_arrays_and_live_functions_share_rows() -> None:
    found = rows(PLOT.dots(np.array([1.0, 2.0, 3.0]), lambda k: W1 * k), W1, w1=2.0)
    assert column(found, "x") == [1, 2, 3] and column(found, "y") == [0, 2, 4]


def test_rows_that_are_not_to_be_kept_are_left_out() -> None:
    found = rows(PLOT.line(lambda k: k, lambda k: k, 9, keep=lambda k: k <= W1), W1, w1=3.0)
    assert column(found, "k") == [0, 1, 2, 3]


def test_a_panel_says_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="say how many rows"):
        PLOT.line(lambda k: k, lambda k: k)
    with pytest.raises(ValueError, match="4, but 2 rows"):
        PLOT.dots(np.zeros(2), np.zeros(2), 4)


def test_a_band_shows_the_least_the_median_and_the_largest_of_all_runs() -> None:
    runs = np.array([[1.0, 5.0], [2.0, 1.0], [9.0, 3.0]])
    chart = figure(PLOT(PLOT.band([0.0, 1.0], runs)), alt_text="a test").to_dict()
    stored = [list(rows_) for rows_ in chart["datasets"].values()]
    assert any([(r.get("y"), r.get("y2")) for r in s] == [(1, 9), (1, 5)] for s in stored)
    assert any([r.get("y") for r in s] == [2, 3] and "y2" not in s[0] for s in stored)


def test_told_lines_are_the_texts_with_their_numbers() -> None:
    text = svg(
        told(f"z = {W1 * W2:.2f}", "plain", f"{np.where(B > 0, 'on', 'off')}"), *CONTROLS, b=-1
    )
    assert re.findall(r">([^<>]*)</text>", text) == ["z = −3.00", "plain", "off"]


def test_bars_stand_on_places_and_lie_on_numbers() -> None:
    upright = Panel(places("digit", range(3)), ("p", 0, 1))
    found = rows(upright.bars(lambda k: k, lambda k: k / 4, 3), panel=upright)
    assert [(r["x"], r["y"], r["y2"]) for r in found] == [(0, 0, 0), (1, 0.25, 0), (2, 0.5, 0)]
    lying = Panel(("n", 0, 9), places(None, ["a", "b"]))
    found = rows(lying.bars(np.array([3.0, 5.0]), np.array(["a", "b"])), panel=lying)
    assert [(r["x"], r["x2"], r["y"]) for r in found] == [(3, 0, "a"), (5, 0, "b")]


def test_a_grid_shows_each_entry_in_its_square() -> None:
    picture = np.arange(6).reshape(2, 3) / 5
    grid = Grid(2, 3, 90)
    found = rows(grid.picture(picture), panel=grid)
    assert [(r["y"], r["x"]) for r in found] == [(r, c) for r in range(2) for c in range(3)]
    assert_allclose(column(found, "opacity"), 0.9 * picture.ravel(), atol=1e-4)


def test_signed_squares_are_blue_or_vermilion_and_strong_by_size() -> None:
    grid = Grid(1, 3, 90)
    found = rows(grid.picture(lambda r, c: (c - 1) * 2.0, signed=4), panel=grid)
    assert column(found, "color") == [REST, REST, FIRE]
    assert_allclose(column(found, "opacity"), [0.475, 0, 0.475])


def test_a_grid_refuses_a_picture_of_another_size() -> None:
    with pytest.raises(ValueError, match="2 × 3 needs 6 values; got 4"):
        Grid(2, 3).picture(np.zeros((2, 2)))


def test_a_grid_writes_its_numbers_and_frames_what_is_meant() -> None:
    grid = Grid(2, 2, 90)
    text = svg(grid(grid.numbers([[1, 2], [3, 4]], ".1f"), grid.frame(W1, 0, columns=2)), W1, w1=1)
    assert re.findall(r">([^<>]*)</text>", text) == ["1.0", "2.0", "3.0", "4.0"]


def test_a_table_of_pictures_is_looked_up_in_the_browser() -> None:
    which = slider("which", 0, 0, 1, "which", 1)
    ink = Table("ink", [[0, 0.5, 1, 0.25], [1, 0, 0, 0]])
    grid = Grid(2, 2, 90)
    found = rows(grid.picture(lambda r, c: ink[which, 2 * r + c]), which, panel=grid, which=1)
    assert column(found, "v") == [1, 0, 0, 0]


def test_a_link_is_as_thick_as_its_weight_and_coloured_by_its_sign() -> None:
    board = Board(4, 2, (200, 100))
    found = rows(board.link((0, 1), (4, 1), W1), W1, panel=board, w1=-2.0)[0]
    assert found["color"] == REST and found["strokeWidth"] == 7
    assert rows(board.link((0, 1), (4, 1), W1), W1, panel=board, w1=0.5)[0]["color"] == FIRE


def test_a_unit_shows_its_value_and_its_name() -> None:
    board = Board(4, 2, (200, 100))
    text = svg(board(board.unit((2, 1), f"{W1:.1f}", "sum", below=f"a {expit(W1):.2f}")), W1, w1=0)
    assert re.findall(r">([^<>]*)</text>", text) == ["0.0", "a 0.50", "sum"]


def test_shades_are_even_and_see_through() -> None:
    thresholds, colours = shades(5)
    assert len(colours) == len(thresholds) + 1 == 10
    assert all(colour.startswith("rgba(") for colour in colours)


def test_matrix_products_of_controls_are_formulas() -> None:
    w, p = live([W1, W2]), np.array([2.0, 3.0])
    assert str(w @ p) == "((w1 * 2) + (w2 * 3))"


def test_small_stored_numbers_keep_their_digits() -> None:
    found = rows(PLOT.dots(np.array([1.23456789e-9, 2.0]), np.array([0.1, 1e-12])))
    assert column(found, "x") == [1.23457e-9, 2.0] and column(found, "y") == [0.1, 1e-12]


def test_strips_are_a_row_of_rings_for_each_name_and_the_chosen_one_stands_out() -> None:
    panel = Panel(axis("share", 0, 1), axis(None, 0, 2, reverse=True))
    which = slider("which", 0, 0, 1, "which", 1)
    found = rows(
        panel.strips(["a", "b"], [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], which), which, which=1
    )
    assert column(found, "x") == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert column(found, "y") == [0.72] * 3 + [1.72] * 3
    assert [c == FIRE for c in column(found, "color")] == [False] * 3 + [True] * 3


def test_two_layers_never_share_a_computed_part_by_chance() -> None:
    x, k = slider("x", 1.0, 0, 2, "x"), here("k")
    first, second = np.exp(x * k + 1) + 1, np.exp(x * k + 2) + 1
    chart = PLOT(PLOT.dots(first, first * first, 3) + PLOT.dots(second, second * second, 3))
    spec = figure(chart, x, alt_text="a test").to_dict()
    formulas = spec["usermeta"]["book"]["formulas"]
    steps = [s["as"] for part in spec["layer"][0]["layer"] for s in part["transform"]]
    assert len([s for s in steps if s.startswith("_")]) == len(
        {s for s in steps if s.startswith("_")}
    )
    vega, script = parity.compiled(spec)
    answers = parity.run([{"spec": vega, "script": script, "settings": [{"x": 1.5}]}])[0]
    assert formulas and not parity.differences(parity.trees(spec), vega, answers)


def test_a_list_of_live_values_is_a_row_each() -> None:
    found = rows(PLOT.dots([W1, 2 * W1, Live(0.5)], [0.0, W2, 1.0]), W1, W2, w1=0.25, w2=-1.0)
    assert column(found, "x") == [0.25, 0.5, 0.5]
    assert column(found, "y") == [0.0, -1.0, 1.0]


def test_a_region_is_a_closed_shape_with_its_name_inside_the_second_corner() -> None:
    region = PLOT.region([0, W1, 1], [1, W1, 0], "here", keep=W1 > 0)
    shape, name = region.layer
    found = rows(shape, W1, w1=2.0)
    assert column(found, "x") == [0, 2, 1, 0]
    assert column(found, "y") == [1, 2, 0, 1]
    assert [(r["x"], r["y"], r["text"]) for r in rows(name, W1, w1=2.0)] == [(2, 2, "here")]
    assert rows(name, W1, w1=-1.0) == []


def test_ellipses_are_images_of_circles_around_their_centre() -> None:
    axes = [[2, W1], [0, 0.5]]
    found = rows(PLOT.ellipses([1.0, 3.0], [W2, 1.0], axes), W1, W2, w1=1.5, w2=-1.0)
    places = np.array([column(found, "x"), column(found, "y")]) - [[-1.0], [1.0]]
    circles = np.linalg.solve([[2, 1.5], [0, 0.5]], places)
    assert_allclose(np.hypot(*circles), column(found, "r"), rtol=1e-9)
    assert sorted(set(column(found, "ring"))) == [0, 1]


def test_an_arrow_fades_as_a_whole() -> None:
    shown = PLOT.arrow(0, 0, 1, 1, opacity=np.where(W1 > 0, 1, 0))
    assert [rows(layer, W1, w1=-1.0)[0]["opacity"] for layer in shown.layer] == [0, 0]
