"""Drawn networks: what stands where, what a press opens, which path is followed."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nbsrc.charts import (
    FIRE,
    REST,
    SOFT,
    Board,
    GrowingBoard,
    NetworkBoard,
    Opening,
    bracketed,
    figure,
    live,
    nearest,
    pick,
    products,
    slider,
    stages,
    steps,
    words,
)
from nbsrc.formulas import evaluate
from tests.site import parity

NET = NetworkBoard((2, 3, 2), (560, 380), "net")
STAGE = stages("stage", ["into", "out of", "links"], "stage")
ITEMS = [NET.into(2, 3, 4), NET.out_of(2, 3, 4), NET.each_link()]
OPENED = Opening(NET, STAGE, ITEMS)


def value(live_value: Any, **setting: Any) -> Any:
    """Return a live value's number or text at one setting of the controls."""
    named = {"opened_unit": [], "opened_links": [], "count": 0} | setting
    return evaluate(
        words(live_value).node if isinstance(live_value, str) else live_value.node, {}, named
    )


def rows_of(chart: Any, *controls: Any, **setting: Any) -> list[list[dict[str, Any]]]:
    """Return the rows of every layer once the runtime has computed them."""
    return rows_at([setting], chart, *controls)[0]


def rows_at(settings: list[dict[str, Any]], chart: Any, *controls: Any) -> list[Any]:
    """Return the rows of every layer at each of several settings."""
    spec, script = parity.compiled(figure(chart, *controls, alt_text="a test").to_dict())
    job = {"spec": spec, "script": script, "settings": settings, "all": True}
    return [list(answer["data"].values()) for answer in parity.run([job])[0]]


def test_units_and_links_are_numbered_as_weight_matrices_have_them() -> None:
    assert NET.pairs[:3] == [(0, 2), (0, 3), (0, 4)] and NET.pairs[6:8] == [(2, 5), (2, 6)]
    assert len(NET.spots) == 7 and len(NET.pairs) == 12
    x, y = NET.spots.T
    assert (np.diff(x) >= 0).all()
    for layer in (slice(0, 2), slice(2, 5), slice(5, 7)):
        assert (np.diff(y[layer]) < 0).all()
        assert np.mean(y[layer]) == pytest.approx(1.5)


@pytest.mark.parametrize("stage", range(3))
def test_a_press_opens_the_item_under_it(stage: int) -> None:
    sets = OPENED.pressed().sets["which"]
    for number, (unit, links) in enumerate(ITEMS[stage]):
        ends = NET.spots[list(NET.pairs[links[0]])]
        x, y = NET.spots[unit] if unit is not None else 0.7 * ends[0] + 0.3 * ends[1]
        at = {"net_at": {"x": x, "y": y}, "stage": stage}
        assert evaluate(sets.node, {}, at) == number + 1


def test_what_is_open_stands_out_and_nothing_else() -> None:
    picture = NET(NET.network(np.ones(12), ["1"] * 7, labels=["w"] * 12, opened=OPENED))
    cases = ((0, 2, {1, 4}), (1, 3, {10, 11}), (2, 8, {7}), (0, 12, {2, 5}))
    settings = [{"stage": stage, "which": which} for stage, which, _ in cases]
    found = rows_at(settings, picture, STAGE, OPENED.which)
    for (stage, which, links), layers in zip(cases, found, strict=True):
        drawn = next(r for r in layers if len(r) == 12 and "strokeWidth" in r[0])
        assert {row["k"] for row in drawn if row["opacity"] > 0.5} == links
        discs = next(r for r in layers if len(r) == 7 and "strokeWidth" in r[0])
        thick = {row["k"] for row in discs if row["strokeWidth"] > 2}
        assert thick == (set() if stage == 2 else {2 + min(which, 3) - 1})


def test_the_slider_ends_where_a_stage_has_no_more_items() -> None:
    told = figure(
        NET(NET.network(np.ones(12), ["1"] * 7, opened=OPENED)),
        STAGE,
        OPENED.which,
        alt_text="a test",
    ).to_dict()["usermeta"]["book"]["controls"]
    assert told["which"] == {"end": "count"}
    assert value(OPENED.pick([["a", "b", "c"], ["d", "e", "f"], list("ghijklmnopqr")]),
                 stage=1, which=9, count=3) == "f"  # fmt: skip


def test_links_show_the_sign_and_size_of_their_weights_and_units_their_tint() -> None:
    w = slider("w", -2.0, -6, 6, "weight")
    board = Board(4, 2, (400, 200))
    spots = [(1, 1), (3, 1)]
    picture = board(
        board.links(spots[:1], spots[1:], [w], [f"{w:.1f}"]),
        board.units(spots, [f"{w:.1f}", "0.5"], tint=[w / 4, 0.5], keep=lambda k: k == 0),
    )
    layers = rows_of(picture, w, w=-2.0)
    (line,) = next(r for r in layers if len(r) == 1 and "strokeWidth" in r[0])
    assert (line["color"], line["strokeWidth"]) == (REST, 1 + 3 * 2)
    (tint,) = next(
        r for r in layers if len(r) == 1 and "strokeWidth" not in r[0] and "color" in r[0]
    )
    assert tint["color"] == REST and tint["opacity"] == pytest.approx(0.3)


def growing(inputs: int, layers: int, units: int) -> tuple[GrowingBoard, Any]:
    def size_of(layer: Any) -> Any:
        return np.where(layer == 0, inputs, units)

    return GrowingBoard(size_of, layers - 1, 9, 6, (500, 220), "graph"), size_of


@given(st.integers(1, 6), st.integers(2, 9), st.integers(1, 6), st.data())
def test_every_unit_of_a_growing_board_is_found_where_it_stands(
    inputs: int, layers: int, units: int, data: Any
) -> None:
    board, size_of = growing(inputs, layers, units)
    layer = data.draw(st.integers(0, layers - 1))
    unit = data.draw(st.integers(0, int(size_of(layer)) - 1))
    assert_allclose(board.unit_at(*board.spot(layer, unit)), (layer, unit))


def test_a_growing_board_draws_the_links_between_the_units_there_are() -> None:
    n = slider("n", 2, 1, 6, "inputs", 1)
    board = GrowingBoard(lambda layer: np.where(layer == 0, n, 3), 2, 9, 6, (500, 220), "graph")
    links, *_ = (
        r for r in rows_of(board(board.web(lambda layer: 0)), n, n=4) if r and "x2" in r[0]
    )
    assert len(links) == 4 * 3 + 3 * 3
    assert sum(row["color"] == FIRE for row in links) == 2
    assert sum(row["color"] == SOFT for row in links) == 19


@given(st.floats(-1, 5), st.floats(-1, 5))
def test_the_nearest_place_is_the_one_at_the_least_distance(x: float, y: float) -> None:
    spots = [(0, 0), (4, 1), (2, 4)]
    far = [np.hypot(x - a, y - b) for a, b in spots]
    assert far[int(value(nearest(live(x), live(y), spots)))] <= min(far) + 1e-6


def test_the_nearest_of_lines_is_not_the_one_with_the_nearest_end() -> None:
    assert value(nearest(live(5.0), live(0.4), [(0, 0), (4, 1.5)], [(10, 0), (5, 2)])) == 0


def test_an_option_is_picked_by_its_place_or_its_text() -> None:
    k = steps("k", 0, 5)
    assert [value(pick(k, ["a", f"{k:.1f}", "rest"]), k=n) for n in range(4)] == [
        "a",
        "1.0",
        "rest",
        "rest",
    ]
    assert value(pick(k > 2, {True: f"{k}", False: "few"}), k=3) == "3"


def test_sums_are_written_out_with_brackets_around_what_is_negative() -> None:
    x = slider("x", 1.0, -3, 3, "x")
    assert value(products([x, 2.0], [0.4, -1.3], ".1f"), x=-0.5) == "(−0.5)·0.4 + 2.0·(−1.3)"
    assert value(bracketed(x), x=0.5) == "0.50"
