"""A tiny book whose figures are taken hold of, played, predicted and set by words."""

from pathlib import Path

from tests.site.tiny_book import CHAPTER, PAGES, Book, write_book

FIGURES = """
Halves are {glue:text}`half`.

```{code-cell} ipython3
---
tags: [read]
---
import altair as alt
import pandas as pd
import nbsrc.charts
from nbsrc.chapter.claims import claim
from nbsrc.chapter.prose import tell
tell(half=0.5)
```

```{code-cell} ipython3
def slider(name, value, low, high, step=0.1, label=None):
    bind = alt.binding_range(min=low, max=high, step=step, name=label or name)
    return alt.param(name, value=value, bind=bind)
```

Two numbers and a place.

```{predict} fig-plane
:choices: to the left | to the right
:answer: 2
:sets: seen=true
Where does the point go when $p_1$ **grows**?
---
To the right: $p_1$ is its first coordinate.
```

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-plane, caption: A point to drag beside cells to press.}
---
def axis(channel, name, low, high):
    return channel(f"{name}:Q").scale(domain=[low, high])


def plane():
    at = alt.Chart(pd.DataFrame({"i": [0]})).transform_calculate(x="p1", y="p2", t="when")
    x, y = axis(alt.X, "x", -3, 3), axis(alt.Y, "y", -3, 3)
    tip = [alt.Tooltip("x:Q", format=".1f"), alt.Tooltip("y:Q", format=".1f")]
    point = at.mark_point(size=120, filled=True).encode(x=x, y=y, tooltip=tip)
    rule = at.mark_rule(opacity=0.3).encode(x=x)
    plane = alt.layer(rule, point, name="plane", width=280, height=280)
    cells = pd.DataFrame([{"across": a, "up": u} for a in "abc" for u in (1, 2)])
    is_chosen = alt.condition("datum.across == chosen", alt.value("#d55e00"), alt.value("#0072b2"))
    cells = alt.Chart(cells, name="cells", width=150, height=100).mark_rect(stroke="white")
    cells = cells.encode(x="across:N", y="up:O", color=is_chosen)
    curve = alt.Chart(alt.sequence(0, 10.1, 0.5, as_="t")).transform_calculate(v="datum.t * p1")
    curve = curve.mark_line().encode(x="t:Q", y=axis(alt.Y, "v", -30, 30))
    trace = alt.layer(curve, at.mark_rule().encode(x="t:Q"), name="trace", width=150, height=80)
    chart = alt.hconcat(plane, alt.vconcat(cells, trace))
    wishes = {
        "controls": {"when": {"unit": "ms"}},
        "gestures": [
            {"panel": "plane", "on": "drag", "sets": {"p1": "plane_at.x", "p2": "plane_at.y"},
             "handle": {"x": "p1", "y": "p2"}},
            {"panel": "cells", "on": "press", "sets": {"chosen": "cells_at.x"}},
            {"panel": "trace", "on": "hover", "sets": {"when": "trace_at.x"}},
        ],
        "hidden": ["seen"], "win": "won"}
    return chart.add_params(
        slider("p1", .5, -3, 3, label="first number"),
        slider("p2", -1, -3, 3, label="second number"),
        alt.param("chosen", value="a", bind=alt.binding_select(options=[*"abc"], name="column")),
        slider("when", 2, 0, 10, .5, "time"), alt.param("seen", value=False),
        alt.param("won", expr="p1 > 2.9 && p2 > 2.9 ? 'The corner is yours.' : ''"),
        alt.param("readout", expr="'The point is at ' + format(p1, '.1f')"),
    ).properties(description="a point in a plane beside a grid", usermeta={"book": wishes})
plane()
```

Now {set}`put it at the top <fig-plane: p1=0, p2=3>` or {set}`choose c <fig-plane: chosen=c>`.

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-run, caption: A run over time.}
---
def run():
    dots = alt.Chart(alt.sequence(0, 21, 1, as_="k"), name="line", width=280, height=100)
    chart = dots.mark_point(filled=True, size=60).encode(
        x="k:Q", opacity=alt.condition("datum.k <= k", alt.value(1), alt.value(.15)))
    wishes = {
        "controls": {
            "k": {"kind": "time", "unit": "steps", "end": "last"},
            "size": {"labels": ["small", "middling", "large"]},
            "stage": {"kind": "stages", "labels": ["start", "middle", "end"]}},
        "gestures": [{"panel": "line", "on": "drag", "sets": {"k": "line_at.x"}}]}
    return chart.add_params(
        slider("k", 3, 0, 20, 1, "step"), slider("last", 20, 5, 20, 5, "last step"),
        slider("size", 1, 0, 2, 1, "size"), slider("stage", 0, 0, 2, 1, "stage"),
        alt.param("show", value=True, bind=alt.binding_checkbox(name="show")),
    ).properties(description="dots along a line", usermeta={"book": wishes})
run()
```

```{predict} fig-guess
:takes: guess
:sets: open=true
Where on the line is the middle?
---
In the middle.
```

```{predict} fig-guess
:number: 0 1 0.05 m
:truth: half
:within: 0.1
How long is half a metre?
---
Half a metre, that is {glue:text}`half`.
```

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-guess, caption: A place to guess.}
---
def guess():
    places = pd.DataFrame({"what": ["guess", "truth"]})
    chart = alt.Chart(places, name="line", width=500, height=60).transform_calculate(
        x="datum.what == 'guess' ? guess : 5").transform_filter("datum.what == 'guess' || open")
    chart = chart.mark_point(filled=True, size=90).encode(
        x=alt.X("x:Q").scale(domain=[0, 10]), color="what:N")
    drag = {"panel": "line", "on": "drag", "sets": {"guess": "line_at.x"}, "handle": {"x": "guess"}}
    wishes = {"hidden": ["guess", "open"], "gestures": [drag]}
    chart = chart.properties(description="a line and a place", usermeta={"book": wishes})
    return chart.add_params(
        slider("guess", 1, 0, 10, .5, "my guess"), alt.param("open", value=False))
guess()
```

```{predict} fig-aim
:takes: aim
:sets: open=true
Aim at the middle.
---
It is at 5.
```

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-aim, caption: A place that moves on once it is guessed.}
---
def aim():
    places = pd.DataFrame({"what": ["aim", "truth"]})
    chart = alt.Chart(places, name="row", width=500, height=60).transform_calculate(
        x="datum.what == 'aim' ? aim : 5").transform_filter("datum.what == 'aim' || open")
    chart = chart.mark_point(filled=True, size=90).encode(
        x=alt.X("x:Q").scale(domain=[0, 10]), color="what:N")
    drag = {"panel": "row", "on": "drag", "sets": {"aim": "row_at.x"}, "handle": {"x": "aim"}}
    wishes = {"hidden": ["open"], "gestures": [drag]}
    chart = chart.properties(description="a row and a place", usermeta={"book": wishes})
    return chart.add_params(
        slider("aim", 1, 0, 10, .5, "aim"), slider("other", 1, 0, 10, .5, "other"),
        alt.param("open", value=False))
aim()
```

```{code-cell} ipython3
claim("lively-one", "One is one.", holds=True, measured={"one": 1})
```
"""


def write_lively_book(root: Path) -> Book:
    """Write the tiny book with a chapter whose figures do everything that figures can do."""
    book = write_book(root)
    head = PAGES[CHAPTER].split("Four halves")[0].replace("fig-slope", "fig-plane")
    book.write(CHAPTER, head + FIGURES)
    book.write("book/reference/bibliography.md", "# Bibliography\n\n{claim}`lively-one`\n")
    return book
