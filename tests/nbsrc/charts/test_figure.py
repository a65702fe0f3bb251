"""Controls, gestures and figures say what the page needs, and refuse what cannot work."""

from typing import Any

import numpy as np
import pytest

from nbsrc.charts import (
    Named,
    Panel,
    Table,
    box,
    drag,
    figure,
    hidden,
    hover,
    levels,
    menu,
    press,
    slider,
    stages,
    steps,
)
from nbsrc.formulas import evaluate

PLOT = Panel(("x", -3, 3), ("y", -2, 2), name="plot")
RATE, TURN = slider("rate", 0.5, 0, 2, "rate"), slider("turn", 0, -180, 180, "turn", 1, unit="°")


def book(chart: Any) -> dict[str, Any]:
    """Return what a figure tells the page."""
    told: dict[str, Any] = chart.to_dict()["usermeta"]["book"]
    return told


def made(*controls: Any, layer: Any = None, **more: Any) -> Any:
    chart = PLOT(PLOT.dot(0, 0) if layer is None else layer)
    return figure(chart, *controls, alt_text="what is to be seen", **more)


def test_controls_tell_the_page_what_vega_lite_has_no_words_for() -> None:
    k = steps("k", 3, 20)
    noise = levels("noise", ["none", "some", "much"], "noise", 1)
    stage = stages("stage", ["forward", "BP1"], "stage")
    wide = slider("n", 4, 1, 64, "units", 1, end=slider("limit", 16, 1, 64, "limit", 1))
    told = book(made(k, noise, stage, TURN, wide))["controls"]
    assert told["k"] == {"kind": "time"}
    assert told["noise"] == {"labels": ["none", "some", "much"]}
    assert told["stage"] == {"kind": "stages", "labels": ["forward", "BP1"]}
    assert told["turn"] == {"unit": "°"} and told["n"] == {"end": "limit"}


def test_steps_need_a_label_for_each_value_or_none() -> None:
    with pytest.raises(ValueError, match="21 values need as many labels; got 2"):
        steps("k", 0, 20, labels=["a", "b"])


def test_a_run_can_end_where_something_computed_says() -> None:
    paths = Named("paths", RATE * 100)
    told = book(made(steps("path", 1, 500, low=1, end=paths), RATE, layer=PLOT.dot(0, paths)))
    assert told["controls"]["path"] == {"kind": "time", "end": "paths"}


def test_a_figures_description_is_one_line() -> None:
    chart = figure(
        PLOT(PLOT.dot(0, 0)),
        alt_text="""what is
        to be seen""",
    )
    assert chart.to_dict()["description"] == "what is to be seen"


def test_a_menu_knows_which_option_is_chosen() -> None:
    rule = menu("rule", ["plain", "momentum", "Adam"], "rule", "plain")
    assert evaluate(rule.index.node, {}, {"rule": "Adam"}) == 2


def test_hidden_parameters_have_no_control_but_are_named_to_the_page() -> None:
    locked = hidden("locked", False)
    chart = made(locked, layer=PLOT.dot(0, 0, opacity=np.where(locked, 1, 0)))
    assert book(chart)["hidden"] == ["locked"]
    assert not any("bind" in p for p in chart.to_dict()["params"])


def test_tables_and_named_values_come_along_by_themselves() -> None:
    table = Table("A", [[1, 2], [3, 4]])
    twice = Named("twice", 2 * RATE)
    chart = made(RATE, layer=PLOT.dot(twice, table[RATE, 0]))
    names = [p["name"] for p in chart.to_dict()["params"]]
    assert {"A", "twice", "rate"} <= set(names)


def test_a_formula_of_a_control_that_is_not_passed_is_refused() -> None:
    with pytest.raises(ValueError, match="formulas use rate; pass them to figure"):
        made(TURN, layer=PLOT.dot(RATE, 0))


def test_two_things_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two things of the figure are called 'rate'"):
        made(RATE, layer=PLOT.dot(RATE, Named("rate", RATE + 1)))


def test_a_name_that_vega_has_for_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="width: Vega has a signal of that name"):
        made(slider("width", 1, 0, 3, "units", 1))


def test_a_drag_sets_its_controls_and_its_handle_follows_them() -> None:
    gesture = book(made(RATE, TURN, gestures=[drag(PLOT, RATE, TURN)]))["gestures"][0]
    assert gesture["panel"] == "plot" and gesture["on"] == "drag"
    assert gesture["sets"] == {"rate": "plot_at['x']", "turn": "plot_at['y']"}
    assert gesture["handle"] == {"x": "rate", "y": "turn"}


def test_what_a_gesture_sets_is_a_formula_like_any_other() -> None:
    turned = press(PLOT, sets=lambda x, y: {TURN: np.degrees(np.arctan2(y, x))})
    node = turned.sets["turn"].node
    assert evaluate(node, {}, {"plot_at": {"x": 0.0, "y": 2.0}}) == pytest.approx(90)
    assert turned.sets["turn"] in book(made(TURN, gestures=[turned]))["formulas"]


def test_gestures_need_a_panel_with_a_name_and_something_to_set() -> None:
    nameless = Panel(("x", 0, 1), ("y", 0, 1))
    with pytest.raises(ValueError, match="needs a name"):
        hover(nameless, RATE)
    with pytest.raises(ValueError, match="sets nothing"):
        press(PLOT)
    with pytest.raises(ValueError, match="formulas use turn"):
        made(RATE, gestures=[drag(PLOT, RATE, TURN)])


def test_a_figure_says_what_is_read_out_and_when_it_is_won() -> None:
    done = box("done", "done")
    chart = made(RATE, done, say=f"rate {RATE:.1f}", win=np.where(done, "You did it.", ""))
    names = {p["name"] for p in chart.to_dict()["params"]}
    assert {"readout", "won"} <= names and book(chart)["win"] == "won"
