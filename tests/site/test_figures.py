"""Charts to figures: phone widths, ids, controls, escapes, and the same bytes every time."""

import json
import re

import altair as alt
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from nbsrc.charts import theme
from nbsrc.site.figures import node as nodes
from nbsrc.site.figures import renditions, svg
from nbsrc.site.figures.narrow import NARROW, READABLE, narrowed

DATA = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [2.0, 1.0, 3.0], "kind": ["a", "b", "a"]})


def plot(width=420, height=260, mark="point"):
    chart = getattr(alt.Chart(DATA, width=width, height=height), f"mark_{mark}")()
    return chart.encode(x="x", y="y", color="kind")


def spec(chart, description="Three points that rise."):
    with alt.theme.enable("book"):
        return chart.properties(description=description).to_dict()


def node(chart, name="fig-a", description="Three points that rise."):
    return nodes.figure_node(spec(chart, description), name, "chapter.md, code cell at line 1")


def page(chart, **how):
    return BeautifulSoup(nodes.figure_html(node(chart, **how), "../"), "html.parser")


def slider(**how):
    bind = alt.binding_range(**{"min": -1, "max": 1, "step": 0.25, "name": "slope", **how})
    return alt.param("k", value=0.5, bind=bind)


def width_of(made):
    return renditions.rendition(made, "p").width


# ---- phones ------------------------------------------------------------------------------------

SHAPES = {
    "one plot": plot(),
    "side by side": plot(300) | plot(300),
    "side by side, thrice": plot(200) | plot(200) | plot(200),
    "a grid": (plot(300) | plot(300)) & plot(620, 100),
    "a wrapped list": alt.concat(plot(200), plot(200), plot(200), columns=3),
    "layers": plot(500) + plot(500, mark="line"),
    "layers beside a plot": (plot(300) + plot(300, mark="line")) | plot(200),
    "a column for each kind": plot(260).encode(column="kind"),
    "wrapped facets": plot(260).encode(facet=alt.Facet("kind", columns=2)),
    "the facet operator": alt.layer(plot(260, mark="line"), data=DATA).facet(column="kind:N"),
    "a repeated plot": plot(260)
    .encode(x=alt.X(alt.repeat("column"), type="quantitative"))
    .repeat(column=["x", "y"]),
    "long labels": plot(300).encode(y=alt.Y("kind").title("a long title beside the axis")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_chart_fits_a_phone(shape):
    authored = spec(SHAPES[shape])
    narrow = narrowed(authored)
    assert 150 <= width_of(narrow) <= NARROW
    assert plots_of(narrow) >= READABLE, "the plot itself became too small to read"


def plots_of(made):
    """Return the width of the narrowest plot in a spec."""
    return min(int(width) for width in re.findall(r'"width": (\d+)', json.dumps(made)))


def test_the_narrow_chart_leaves_the_authored_one_alone():
    authored = spec(SHAPES["side by side"])
    before = json.dumps(authored)
    narrowed(authored)
    assert json.dumps(authored) == before


def test_square_plots_stay_square():
    authored = spec(plot(400, 400))
    narrow = narrowed(authored)
    assert narrow["width"] == narrow["height"] < 400


def test_a_text_too_long_for_a_phone_is_refused_by_name_and_place():
    words = alt.Chart(DATA, width=600).mark_text(fontSize=14).encode(text=alt.value("w" * 60))
    with pytest.raises(nodes.FigureError, match=r"chapter\.md.*fig-long.*break or shorten"):
        nodes.figure_node(spec(words), "fig-long", "chapter.md, cell 3")


def test_a_large_text_is_smaller_on_a_phone():
    words = alt.Chart(DATA, width=600).mark_text(fontSize=17).encode(text=alt.value("w" * 24))
    narrow = narrowed(spec(words))
    assert narrow["mark"]["fontSize"] == 13


def test_a_chart_that_fits_a_phone_has_one_rendition():
    assert len(node(plot(200))["renditions"]) == 1
    assert len(node(plot(500))["renditions"]) == 2


# ---- pages -------------------------------------------------------------------------------------


def test_ids_are_unique_between_two_figures_and_their_renditions():
    clipped = alt.Chart(DATA, width=400).mark_line(clip=True).encode(x="x", y="y")
    both = str(page(clipped, name="fig-a")) + str(page(clipped, name="fig-b"))
    ids = re.findall(r'\bid="([^"]+)"', both)
    assert ids and len(set(ids)) == len(ids)
    for reference in re.findall(r"url\(#([^)]+)\)", both):
        assert reference in ids


def test_a_chart_without_reactions_sends_no_script():
    made = page(plot())
    assert not made.select("[data-spec]") and not made.select(".chart-live")


@pytest.mark.parametrize(
    "chart",
    [
        plot().encode(tooltip="x"),
        plot().add_params(slider()),
        plot().add_params(alt.selection_point()),
        plot(300) | plot(300).add_params(slider()),
    ],
    ids=["tooltip", "slider", "selection", "slider in a panel"],
)
def test_charts_that_react_come_with_a_spec_for_each_rendition(chart):
    made = page(chart)
    assert made.select_one(".chart-live")
    assert [v["data-spec"] for v in made.select(".chart-view")] == [
        f"../_figures/{nodes.spec_name(r.vega)}" for r in node(chart)["renditions"]
    ]


def test_text_in_pictures_keeps_its_digits():
    numbers = pd.DataFrame({"x": [1], "text": ["0.123456"]})
    chart = alt.Chart(numbers, width=200).mark_text().encode(x="x", text="text")
    assert "0.123456" in page(chart).get_text()


def test_merged_squares_cover_what_single_squares_did():
    squares = (
        '<path d="M0,0h10v10h-10Z" fill="red"/><path d="M10,0h10v10h-10Z" fill="red"/>'
        '<path d="M20,0h10v10h-10Z" fill="blue"/><path d="M0,10h10v10h-10Z" fill="red"/>'
    )
    merged = BeautifulSoup(svg._SQUARES.sub(svg.merged, squares), "html.parser")
    assert [(p["d"], p["fill"]) for p in merged.select("path")] == [
        ("M0,0h20v10H0Z", "red"),
        ("M20,0h10v10H20Z", "blue"),
        ("M0,10h10v10H0Z", "red"),
    ]


def test_the_same_chart_gives_the_same_bytes():
    chart = (plot(300) | plot(300)).add_params(slider())
    assert nodes.figure_html(node(chart), "") == nodes.figure_html(node(chart), "")


def test_renditions_are_kept_between_builds_and_made_anew_when_damaged(tmp_path, monkeypatch):
    def again():
        return nodes.figure_node(spec(plot()), "fig-a", "here", tmp_path)["renditions"]

    first = again()
    with monkeypatch.context() as patch:
        patch.setattr(renditions, "make", lambda *_: pytest.fail("made again"))
        assert again() == first
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    for file in kept:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert again() == first
    for file in kept:
        file.write_bytes(b"")
    assert again() == first


def test_another_chart_gives_another_file():
    one, other = (node(plot(mark=mark).add_params(slider())) for mark in ("point", "bar"))
    names = {nodes.spec_name(r.vega) for n in (one, other) for r in n["renditions"]}
    assert len(names) == 4


# ---- controls ----------------------------------------------------------------------------------


def control(bind, value):
    chart = plot().add_params(alt.param("k", value=value, bind=bind))
    return page(chart).select_one(".control")


def test_a_range_becomes_a_labelled_slider_with_its_value():
    made = control(alt.binding_range(min=-1, max=1, step=0.25, name="slope: "), -0.5)
    slider = made.select_one("input")
    assert (slider["type"], slider["min"], slider["max"], slider["step"], slider["value"]) == (
        "range", "-1", "1", "0.25", "-0.5",
    )  # fmt: skip
    assert slider["data-signal"] == "k"
    assert made.select_one("label").get_text() == "slope"
    assert made.select_one("label")["for"] == slider["id"]
    assert made.select_one("output")["for"] == [slider["id"]]
    assert made.select_one("output").get_text() == "−0.50"


def test_whole_steps_show_whole_numbers():
    assert control(alt.binding_range(min=0, max=9, step=1), 3).output.get_text() == "3"


def test_a_checkbox_is_labelled_and_set():
    made = control(alt.binding_checkbox(name="show"), True)
    assert made.select_one("input[type=checkbox]").has_attr("checked")
    assert made.select_one("label").get_text() == "show"
    assert not control(alt.binding_checkbox(), False).input.has_attr("checked")


@pytest.mark.parametrize("binding", [alt.binding_select, alt.binding_radio])
def test_choices_become_a_menu_of_typed_values(binding):
    made = control(
        binding(options=[1, "two", None], labels=["one", "zwei", "none"], name="n"), "two"
    )
    values = [json.loads(option["value"]) for option in made.select("option")]
    assert values == [1, "two", None]
    assert made.select_one("option[selected]").get_text() == "zwei"
    assert made.select_one("label")["for"] == made.select_one("select")["id"]


def test_an_input_that_the_book_has_no_control_for_is_refused():
    with pytest.raises(nodes.FigureError, match=r"fig-a.*color"):
        control(alt.binding(input="color"), "#fff")


def test_labels_and_descriptions_are_escaped():
    nasty = '<b>"w" & b</b>'
    chart = plot().add_params(slider(name=nasty))
    made = page(chart, description=nasty)
    assert not made.select("b")
    assert made.select_one("label").get_text() == nasty
    assert made.select_one("svg")["aria-label"] == nasty
    assert made.select_one(".chart")["data-label"] == nasty


def test_a_chart_that_does_not_compile_is_named():
    broken = {**spec(plot()), "mark": "no-such-mark"}
    with pytest.raises(nodes.FigureError, match=r"chapter\.md.*fig-x"):
        nodes.figure_node(broken, "fig-x", "chapter.md, code cell at line 7")


def test_the_theme_draws_text_in_the_colour_of_the_page():
    svg = node(plot())["renditions"][0].svg
    fills = re.findall(r'<text[^>]*fill="([^"]+)"', svg)
    assert fills and set(fills) == {"currentColor"}
    assert theme()["config"]["background"] == "transparent"


def test_a_menu_finds_its_options_whatever_letters_they_have():
    kinds = ["√(p·q)", "8 × 8", "σ′"]
    chart = plot().add_params(
        alt.param("kind_of", value="8 × 8", bind=alt.binding_select(options=kinds, name="kind"))
    )
    values = [json.loads(o["value"]) for o in page(chart).select("option")]
    written = [o["value"] for o in page(chart).select("option")]
    assert values == kinds
    assert written == [f'"{kind}"' for kind in kinds], "as JSON.stringify writes them in the page"


def test_the_still_picture_shows_what_a_locked_guess_would_show():
    """Nobody can lock a guess in print or without scripts; the live picture begins closed."""
    truth = alt.param("seen", value=False)
    late = alt.Chart(DATA).mark_text(text="the truth").encode(x="x", y="y").transform_filter("seen")
    wishes = {"book": {"hidden": ["seen"]}}
    made = spec((plot() + late).add_params(truth, slider()).properties(usermeta=wishes))
    rendition = renditions.rendition(made, "p")
    assert "the truth" in rendition.svg
    assert "data-tells" in nodes.figure_html(nodes.figure_node(made, "fig-a", "here"), "")
    assert "data-tells" not in nodes.figure_html(node(plot()), "")
    began = {s["name"]: s.get("value") for s in json.loads(rendition.vega)["signals"]}
    assert began["seen"] is False
