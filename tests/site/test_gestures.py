"""Gestures, moving ends and controls: what is compiled into a chart, and what is refused."""

import copy
import json
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.site.figures.contract import FigureFault, Parameter, Spec, parameters
from nbsrc.site.figures.controls import control, value_text
from nbsrc.site.figures.gestures import _kept, with_gestures
from nbsrc.site.figures.layout import laid_out
from nbsrc.site.figures.node import FigureError, figure_node
from nbsrc.site.figures.svg import side

DATA = pd.DataFrame({"x": [1.0, 2.0], "y": [2.0, 1.0], "kind": ["a", "b"]})


def view(name: str, **encoding: Any) -> Any:
    chart = alt.Chart(DATA, width=120, height=90, name=name).mark_point()
    return chart.encode(**(encoding or {"x": "x:Q", "y": "y:Q"}))


def layered(name: str) -> Any:
    parts = view(alt.Undefined), view(alt.Undefined).mark_line()
    return alt.layer(*parts, name=name, width=120, height=90)


def slider(name: str = "k", value: Any = 0.5, **bind: Any) -> Any:
    return alt.param(
        name, value=value, bind=alt.binding_range(**{"min": 0, "max": 1, "step": 0.1, **bind})
    )


def drag(panel: str, **how: Any) -> Spec:
    return {"panel": panel, "on": "drag", "sets": {"k": f"{panel}_at.x"}, **how}


def spec(chart: Any, **wishes: Any) -> Spec:
    chart = chart.properties(description="a chart", usermeta={"book": wishes})
    return chart.add_params(slider()).to_dict()


def compiled(chart: Any, *gestures: Spec) -> tuple[Spec, list[Spec]]:
    made = spec(chart)
    vega = vl_convert.vegalite_to_vega(made)
    return vega, with_gestures(vega, list(gestures), parameters(made, vega))


PANELS = {
    "a chart alone": (view("cut"), None, "cut_x"),
    "layers alone": (layered("cut"), None, "cut_x"),
    "a named layer of a chart without a name": (
        alt.layer(view("cut"), view(alt.Undefined)), None, "x",
    ),
    "a panel beside another": (view("other") | view("cut"), "cut_group", "cut_x"),
    "a panel deep inside": (
        view("a") | (view("b") & (layered("cut") | view("c"))), "cut_group", "cut_x",
    ),
    "bands": (view("cut", x="kind:N", y="y:O") & view("a"), "cut_group", "cut_x"),
    "panels that share a scale": (
        (view("cut") | view("b")).resolve_scale(x="shared", y="shared"), "cut_group", "x",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PANELS)
def test_a_gesture_finds_its_panel_and_the_scales_of_it(case: str) -> None:
    chart, group, scale = PANELS[case]
    vega, (told,) = compiled(chart, drag("cut"))
    assert (told["group"], told["x"]) == (group, scale)
    assert scale in {s["name"] for s in vega["scales"]}
    assert "cut_at" in {s["name"] for s in vega["signals"]}


@pytest.mark.parametrize(
    ("gesture", "complaint"),
    [
        (drag("cat"), "no view with axes has that name"),
        (
            {**drag("cut"), "sets": {"q": "cut_at.x"}},
            "sets 'q', which is no parameter.*there are: k",
        ),
        ({**drag("cut"), "on": "wave"}, "'wave'; there are drag, press, hover"),
    ],
)
def test_a_gesture_that_cannot_be_is_refused_with_its_place(gesture: Spec, complaint: str) -> None:
    with pytest.raises(FigureError, match=f"here: the figure fig-a .*{complaint}"):
        figure_node(spec(view("cut") | view("b"), gestures=[gesture]), "fig-a", "here")


def test_what_keyboards_cannot_reach_is_not_dragged() -> None:
    chart = view("cut").add_params(alt.param("free", value=0))
    gesture = {**drag("cut"), "sets": {"free": "cut_at.x"}}
    with pytest.raises(FigureError, match="no control: bind it"):
        figure_node(spec(chart, gestures=[gesture]), "fig-a", "here")
    figure_node(spec(chart, gestures=[gesture], hidden=["free"]), "fig-a", "here")


def evaluated(expression: str, **signals: Any) -> float:
    """Return what Vega makes of an expression: its text, drawn."""
    names = [{"name": name, "value": value} for name, value in signals.items()]
    text = {
        "type": "text",
        "encode": {"enter": {"text": {"signal": f"format({expression}, '.12f')"}}},
    }
    svg = vl_convert.vega_to_svg({"width": 9, "height": 9, "signals": names, "marks": [text]})
    return float(BeautifulSoup(svg, "html.parser").find("text").get_text().replace("−", "-"))


@given(
    st.floats(-50, 50),
    st.sampled_from([(0, 1, 0.1), (-3, 3, 0.25), (2, 20, 3), (-1, 1, 0.05), (0.5, 4.5, 1)]),
)
def test_a_gesture_gives_a_value_that_the_slider_can_have(
    place: float, ends: tuple[float, float, float]
) -> None:
    low, high, step = ends
    k = Parameter("k", low, {"input": "range", "min": low, "max": high, "step": step})
    kept = evaluated(_kept("at.x", k), at={"x": place})
    assert k.refuses(kept) == ""
    assert abs(kept - min(max(place, low), low + (high - low) // step * step)) <= step


def test_a_gesture_keeps_below_a_moving_end() -> None:
    k = Parameter("k", 3, {"input": "range", "min": 0, "max": 20, "step": 1}, {"end": "last"})
    assert evaluated(_kept("at.x", k), at={"x": 17.2}, last=20) == 17
    assert evaluated(_kept("at.x", k), at={"x": 17.2}, last=10) == 10


# ---- controls ----------------------------------------------------------------------------------

WHOLE = {"input": "range", "min": 0, "max": 2, "step": 1, "name": "size"}
LABELS = ["small", "middling", "large"]


def made(value: Any = 1, **wishes: Any) -> BeautifulSoup:
    return BeautifulSoup(control(Parameter("k", value, WHOLE, wishes), "fig"), "html.parser")


def test_labels_are_shown_and_spoken_in_place_of_numbers() -> None:
    html = made(labels=LABELS)
    assert html.output.get_text() == "middling"
    assert html.input["aria-valuetext"] == "middling"
    assert json.loads(html.input["data-labels"]) == LABELS


@pytest.mark.parametrize(
    ("unit", "text"), [("ms", "1 ms"), ("%", "1%"), ("°", "1°"), ("steps", "1 steps"), ("", "1")]
)
def test_units_are_shown_and_spoken(unit: str, text: str) -> None:
    html = made(unit=unit)
    assert (html.output.get_text(), html.input["aria-valuetext"]) == (text, text)


def test_decimals_are_those_asked_for() -> None:
    assert (
        value_text(Parameter("k", 0.5, {"min": 0, "max": 1, "step": 0.5}, {"decimals": 3}), -0.5)
        == "−0.500"
    )


def test_time_has_a_button_to_play() -> None:
    assert made(kind="time").select_one("button.play")["aria-label"] == "Play: size"
    assert not made().select("button.play")


def test_stages_are_named_buttons_in_a_group() -> None:
    html = made(kind="stages", labels=LABELS)
    assert html.fieldset.legend.get_text() == "size"
    assert [label.get_text() for label in html.select("label")] == LABELS
    assert html.select_one("input[checked]")["value"] == "1"


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"kind": "stages"}, "without labels="),
        ({"labels": ["one", "two"]}, "2 labels for the 3 values"),
        ({"kind": "wheel"}, "'wheel'; there are plain, time, stages"),
    ],
)
def test_a_control_that_cannot_be_is_refused(wishes: Any, complaint: str) -> None:
    with pytest.raises(FigureFault, match=complaint):
        made(**wishes)


def test_a_wish_for_no_parameter_is_refused() -> None:
    with pytest.raises(FigureError, match="speaks of 'zeta'"):
        figure_node(spec(view("cut"), hidden=["zeta"]), "fig-a", "here")


def test_a_stored_table_is_no_setting_of_the_page() -> None:
    chart = spec(view("cut").add_params(alt.param("walks", value=[[1, 2], [3, 4]])))
    known = parameters(chart, vl_convert.vegalite_to_vega(chart))
    assert "walks" not in known
    assert "k" in known


# ---- layout ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [name for name in PANELS if "share" not in name])
def test_a_live_picture_has_the_still_ones_size_in_any_font(case: str) -> None:
    authored = spec(PANELS[case][0])
    still = vl_convert.vegalite_to_svg(authored)
    live = laid_out(vl_convert.vegalite_to_vega(authored), still)
    wide = copy.deepcopy(live)
    wide["config"] = {**wide.get("config", {}), "axis": {"labelFontSize": 17, "titleFontSize": 19}}
    for vega in (live, wide):
        svg = vl_convert.vega_to_svg(vega)
        assert [side(svg, s) for s in ("width", "height")] == [
            side(still, s) for s in ("width", "height")
        ]
    assert "layout" not in json.dumps(live)
