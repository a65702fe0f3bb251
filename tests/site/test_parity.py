"""What the reader's browser computes is what NumPy computes, in every figure of the book."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from nbsrc.charts import Panel, figure, here, slider
from nbsrc.formulas import packed, unpacked
from nbsrc.site.build import execution, notebooks
from nbsrc.site.figures.node import MIME_TYPE
from tests.site import parity

SETTINGS, FEWER_SETTINGS = 6, 2

Spec = dict[str, Any]


NOTEBOOKS = notebooks.notebooks(parity.ROOT)
every_notebook = pytest.mark.parametrize("page", NOTEBOOKS)


def charts(page: str) -> Iterator[tuple[str, Spec]]:
    """Yield every chart of a notebook with its figure's name, from its last run."""
    run = execution.last_run(parity.ROOT, notebooks.read_notebook(NOTEBOOKS[page]))
    for cell in run.cells:
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        for output in cell.get("outputs", []):
            for kind, spec in output.get("data", {}).items():
                if name and MIME_TYPE.fullmatch(kind):
                    yield name, json.loads(json.dumps(spec))


@every_notebook
def test_the_browser_and_numpy_agree_in_every_figure(site: Any, page: str) -> None:
    """In the form that is shipped and, at fewer settings, with nothing compiled."""
    rng = np.random.default_rng(20)
    live = [(name, spec) for name, spec in charts(page) if parity.formulas_of(spec)]
    tries = [(name, spec, other) for name, spec in live for other in (False, True)]
    jobs: list[dict[str, Any]] = []
    for _, spec, interpreted in tries:
        vega, script = parity.compiled(spec, interpreted)
        settings = parity.random_settings(spec, rng, FEWER_SETTINGS if interpreted else SETTINGS)
        jobs.append({"spec": vega, "script": script, "settings": settings})
    found: dict[str, list[str]] = {}
    for (name, spec, _), job, answers in zip(tries, jobs, parity.run(jobs), strict=True):
        differ = parity.differences(parity.trees(spec), job["spec"], answers)
        found.setdefault(name, []).extend(differ)
    assert found
    assert not {name: lines[:3] for name, lines in found.items() if lines}


@every_notebook
def test_every_gesture_of_every_figure_sets_what_numpy_says(site: Any, page: str) -> None:
    rng = np.random.default_rng(21)
    held = {name: spec for name, spec in charts(page) if parity.gestures_of(spec)}
    jobs = {name: parity.gesture_job(spec, rng, 4) for name, spec in held.items()}
    answers = dict(zip(jobs, parity.run(list(jobs.values())), strict=True))
    wrong = {
        name: parity.gesture_differences(spec, jobs[name], answers[name])[:3]
        for name, spec in held.items()
    }
    assert held
    assert not {name: lines for name, lines in wrong.items() if lines}


@every_notebook
def test_every_live_value_of_every_figure_comes_from_a_python_function(
    site: Any, page: str
) -> None:
    typed = {name: parity.unknown_formulas(spec)[:3] for name, spec in charts(page)}
    assert not {name: texts for name, texts in typed.items() if texts}


def small_figure() -> Spec:
    """Return a chart with one light and one heavy formula."""
    rate = slider("rate", 0.5, 0, 2, "rate")
    plot = Panel(("x", -3, 3), ("y", -3, 3), name="plot")
    chart = plot(
        plot.field(lambda x, y: 1 / (1 + np.exp(-rate * x * y)) + np.sin(x) * np.cos(y)),
        plot.curve(lambda x: np.tanh(rate * x)),
        plot.dot(rate, rate * rate),
        plot.text(0, 0, f"{rate:.1f} of {here('k')}"),
    )
    made: Spec = json.loads(json.dumps(figure(chart, rate, alt_text="small").to_dict()))
    return made


def computed_once(spec: Spec, interpreted: bool) -> tuple[Spec, str, list[Spec]]:
    """Return the compiled chart, its script, and what the runtime made of it."""
    vega, script = parity.compiled(spec, interpreted)
    settings = parity.random_settings(spec, np.random.default_rng(1), 3)
    return vega, script, parity.run([{"spec": vega, "script": script, "settings": settings}])[0]


def test_a_heavy_formula_is_compiled_and_agrees() -> None:
    spec = small_figure()
    vega, script, answers = computed_once(spec, interpreted=False)
    assert script.count("vega.expressionFunction") == 1
    assert not parity.differences(parity.trees(spec), vega, answers)


def test_a_part_that_several_layers_begin_with_is_not_lost() -> None:
    plot = Panel(("x", -2, 2), ("y", -2, 2))
    control = slider("turn", 30, -180, 180, "turn", 1)
    turn = np.radians(control)
    tip = np.cos(turn), np.sin(turn)
    made = figure(plot(plot.arrow(0, 0, *tip), plot.handle(*tip)), control, alt_text="small")
    spec: Spec = json.loads(json.dumps(made.to_dict()))
    vega, _, answers = computed_once(spec, interpreted=False)
    assert not parity.differences(parity.trees(spec), vega, answers)


@pytest.mark.parametrize("interpreted", [False, True], ids=["compiled", "interpreted"])
@pytest.mark.parametrize("old, new", [("sin", "cos"), ("tanh", "arctan"), (" of ", " in ")])
def test_a_formula_edited_on_one_side_only_is_found(interpreted: bool, old: str, new: str) -> None:
    spec = small_figure()
    vega, _, answers = computed_once(spec, interpreted)
    edited = {
        text: unpacked([[new if part == old else part for part in row] for row in packed(tree)])
        for text, tree in parity.trees(spec).items()
    }
    assert parity.differences(edited, vega, answers)
