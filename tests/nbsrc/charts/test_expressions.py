"""Formulas that run in the browser against the same formulas in Python, through Vega itself."""

import html
import re

import altair as alt
import numpy as np
import pytest
import vl_convert

import nbsrc.charts  # noqa: F401 - the theme that the charts of the book use
from nbsrc.charts import expressions, plane
from nbsrc.neurons import neuron
from nbsrc.neurons.activations import ACTIVATIONS

GRID = np.round(np.linspace(-5, 5, 21), 3)


def evaluated(expression, xs=GRID):
    """What Vega makes of an expression over ``datum.x``, read back from text marks."""
    rows = [{"x": float(x), "i": i} for i, x in enumerate(xs)]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .transform_calculate(t=f"format({expression}, '.9f')")
        .mark_text()
        .encode(x=alt.X("i:O", axis=None), text="t:N")
    )
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="6.4")
    found = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return np.array([float(html.unescape(t).replace("−", "-")) for t in found])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_in_the_browser_are_those_of_the_library(name):
    in_browser = evaluated(expressions.activation(f"'{name}'", "datum.x"))
    np.testing.assert_allclose(in_browser, ACTIVATIONS[name](GRID), atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_in_the_browser_are_those_of_the_library(name):
    in_browser = evaluated(expressions.slope(f"'{name}'", "datum.x"))
    np.testing.assert_allclose(in_browser, ACTIVATIONS[name].derivative(GRID), atol=1e-8)


def test_the_foot_of_the_border_is_the_nearest_boundary_point():
    foot = plane._foot("1.2", "-0.8", "0.5")
    in_browser = [evaluated(foot[key], [0.0])[0] for key in ("foot1", "foot2")]
    np.testing.assert_allclose(
        in_browser, -0.5 * np.array([1.2, -0.8]) / (1.2**2 + 0.8**2), atol=1e-8
    )


def test_a_table_is_looked_up_by_its_key():
    assert evaluated(expressions.table({"a": 1, "b": 7}, "'b'"), [0.0])[0] == 7


def test_the_votes_of_the_polygon_figure_are_the_votes_of_its_neurons():
    # The chapter counts dissenting cuts in closed form; here they are counted one by one.
    n, rng = 7, np.random.default_rng(1)
    for x1, x2 in rng.uniform(-2.3, 2.3, size=(8, 2)):
        r, angle = f"{np.hypot(x1, x2)}", f"{np.arctan2(x2, x1)}"
        half = f"acos(min(1, 1 / max({r}, 1e-9)))"
        first, last = (
            f"ceil(({angle} - {half}) * {n} / (2 * PI))",
            f"floor(({angle} + {half}) * {n} / (2 * PI))",
        )
        closed = evaluated(f"({r} <= 1 ? 0 : max(0, {last} - {first} + 1))", [0.0])[0]
        turns = 2 * np.pi * np.arange(n) / n
        assert closed == (x1 * np.cos(turns) + x2 * np.sin(turns) > 1).sum()
