"""Predictions and words that set figures: what they say, what is refused, and as plain text."""

from typing import Any

import altair as alt
import pytest

from nbsrc.site.figures.node import FigureError, figure_node
from nbsrc.site.pages.downloads import plain_markdown
from nbsrc.site.pages.predictions import _kind, read_number
from nbsrc.site.pages.words import assignments, checked

HERE = "chapter.md:7"


@pytest.fixture(scope="module")
def figure() -> Any:
    k = alt.param("k", value=0, bind=alt.binding_range(min=-1, max=1, step=0.25))
    kind = alt.param("kind", value="a", bind=alt.binding_select(options=["a", "b"]))
    show = alt.param("show", value=False, bind=alt.binding_checkbox())
    chart = alt.Chart(alt.sequence(0, 3, 1, as_="x")).mark_point().encode(x="x:Q")
    chart = chart.add_params(k, kind, show, alt.param("seen", value=False))
    wishes = {"book": {"hidden": ["seen"]}}
    return figure_node(
        chart.properties(description="points", usermeta=wishes).to_dict(), "fig-a", HERE
    )


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({}, "choices: with answer:, or number: with truth:, or takes:"),
        ({"choices": "a | b"}, "choices: with answer:"),
        ({"choices": "a | b", "answer": "3"}, "a number from 1 to 2, not '3'"),
        ({"choices": "a | b", "answer": "1", "takes": "k"}, "or takes:"),
        ({"number": "0 1", "truth": "0.5"}, "low, high, step and unit, not '0 1'"),
        ({"number": "0 1 0.1"}, "number: with truth:"),
    ],
)
def test_a_prediction_that_cannot_be_is_refused_with_its_place(
    options: dict[str, str], complaint: str
) -> None:
    with pytest.raises(FigureError, match=f"{HERE}: .*{complaint}"):
        _kind(options, HERE)


def test_a_number_is_guessed_from_the_middle() -> None:
    guess = _kind({"number": "0 3 0.5 km", "truth": "2"}, HERE)["number"]
    assert (guess.value, guess.wishes["unit"]) == (1.5, "km")


@pytest.mark.parametrize("text", ["", "half", "about 3"])
def test_a_truth_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not begin with a number"):
        read_number(text)


@pytest.mark.parametrize(
    ("sets", "kept"),
    [
        ("k=-0.25", {"k": -0.25}),
        ("k=−0.25, show=true", {"k": -0.25, "show": True}),
        ("kind=b", {"kind": "b"}),
        ("seen=true", {"seen": True}),
        ("", {}),
    ],
)
def test_words_set_what_a_figure_has(figure: Any, sets: str, kept: dict[str, Any]) -> None:
    assert checked(assignments(sets, HERE), figure, HERE) == kept


@pytest.mark.parametrize(
    ("sets", "complaint"),
    [
        ("q=1", "fig-a has no parameter 'q'; it has: k, kind, show, seen"),
        ("k=2", "goes from -1 to 1 in steps of 0.25: 2 is not among them"),
        ("k=0.3", "0.3 is not among them"),
        ("k=true", "is a number"),
        ("kind=c", r"is one of \['a', 'b'\], not 'c'"),
        ("show=1", "is true or false, not 1"),
        ("k 3", "is not parameter=value"),
        ("k=0, , kind=b", "is not parameter=value"),
    ],
)
def test_words_that_a_control_refuses_stop_the_build(
    figure: Any, sets: str, complaint: str
) -> None:
    with pytest.raises(FigureError, match=f"{HERE}: .*{complaint}"):
        checked(assignments(sets, HERE), figure, HERE)


PREDICTION = """Before.

````{predict} fig-a
:choices: left | right
:answer: 2
Where does it go, {set}`at k = 1 <fig-a: k=1>`?
---
To the *right*, by {glue:text}`far`:

```
so
```
````

After."""


def test_a_notebook_has_the_question_its_choices_and_a_folded_answer() -> None:
    plain = plain_markdown(PREDICTION, {"far": "3"}, {})
    question, answer = plain.split("<details><summary>Answer</summary>")
    assert "**Predict.** Where does it go, at k = 1?" in question
    assert "- left\n- right\n" in question
    assert "To the *right*, by 3:" in answer.split("</details>")[0]
    assert "After." in answer.split("</details>")[1]
    assert "choices" not in plain and "predict" not in plain
