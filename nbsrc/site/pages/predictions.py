"""Predictions: a question that takes its reader's answer before a figure opens.

    ```{predict} fig-plane
    :choices: away | not at all | closer
    :answer: 2
    You double all three numbers. How does the border move?
    ---
    Not at all: the equation is the same line.
    ```

The answer is one of ``choices`` (``answer`` counts from 1), or a ``number: low high step unit``
(``truth``: a number or the name of a told one; ``within``: how close is close), or a place in the
figure (``takes``: the parameters that it sets). ``sets`` gives parameters of the figure their
values once the answer is locked. A figure stays veiled until the questions before it are answered.
"""

import html
import json
import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.util.docutils import SphinxDirective

from nbsrc.site.figures.contract import Parameter
from nbsrc.site.figures.controls import control, value_text
from nbsrc.site.figures.node import FigureError, chart_figure
from nbsrc.site.pages.words import assignments, checked

OPTIONS = ("choices", "answer", "number", "truth", "within", "takes", "sets")
_SPLIT = re.compile(r"^-{3,}\s*$", re.MULTILINE)


class prediction(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming
    """A question before a figure: its children are a question, choices, and an explanation."""


class prediction_question(nodes.General, nodes.Element):  # noqa: N801
    """What is asked."""


class prediction_choice(nodes.General, nodes.Element):  # noqa: N801
    """One answer of several."""


class prediction_answer(nodes.General, nodes.Element):  # noqa: N801
    """What is true, and why: folded until the reader has answered."""


class PredictDirective(SphinxDirective):
    """``{predict} name-of-a-figure``: see the module."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = dict.fromkeys(OPTIONS, directives.unchanged_required)

    def run(self) -> list[nodes.Node]:
        figure, place = self.arguments[0], self.get_location()
        parts = _SPLIT.split("\n".join(self.content), maxsplit=1)
        if len(parts) != 2 or not all(part.strip() for part in parts):
            raise FigureError(
                f"{place}: a prediction is a question, a line ---, and the explanation"
            )
        made = prediction(figure=figure, place=place, **_kind(self.options, place))
        made["sets"] = assignments(self.options.get("sets", ""), place)
        if made["kind"] == "number":
            made["truth"] = self._truth(self.options["truth"], place)
            made["told"] = value_text(made["number"], made["truth"])
        first, _, more = parts[0].strip().partition("\n\n")
        made += prediction_question("", *self._inline(first))
        made += self._blocks(more)
        for choice in made["choices"]:
            made += prediction_choice("", *self._inline(choice))
        made += prediction_answer("", *self._blocks(parts[1]))
        return [made]

    def _truth(self, text: str, place: str) -> float:
        """Return a number that is given, or told by the chapter's run under that name."""
        try:
            told = retrieve_glue_data(self.state.document, text).data["text/plain"].strip("'\"")
        except RetrievalError:
            told = text
        try:
            return read_number(told)
        except ValueError as error:
            raise FigureError(f"{place}: truth: {error}, nor is it told in this chapter") from None

    def _inline(self, text: str) -> list[nodes.Node]:
        found, messages = self.state.inline_text(" ".join(text.split()), self.lineno)
        return [*found, *messages]

    def _blocks(self, text: str) -> list[nodes.Node]:
        holder = nodes.Element()
        self.state.nested_parse(text.strip().splitlines(), self.content_offset, holder)
        return list(holder.children)


def _kind(options: dict[str, str], place: str) -> dict[str, Any]:
    """Return what kind of answer is asked for, as attributes of the node."""
    asked = {"choices": "answer", "number": "truth", "takes": ""}
    kinds = [kind for kind in asked if kind in options]
    if len(kinds) != 1 or any((asked[k] in options) != (k in kinds) for k in asked if asked[k]):
        raise FigureError(
            f"{place}: a prediction has choices: with answer:, or number: with truth:, or takes:"
        )
    choices = [text.strip() for text in options.get("choices", "").split("|") if text.strip()]
    answer = options.get("answer", "1")
    if choices and not (answer.isdecimal() and 1 <= int(answer) <= len(choices)):
        raise FigureError(f"{place}: answer: is a number from 1 to {len(choices)}, not {answer!r}")
    return {
        "kind": {"choices": "choice", "number": "number", "takes": "place"}[kinds[0]],
        "choices": choices,
        "answer": int(answer) - 1 if choices else None,
        "number": _number(options["number"], place) if "number" in options else None,
        "truth": None,
        "told": None,
        "within": float(options["within"]) if "within" in options else None,
        "takes": [name.strip() for name in options.get("takes", "").split(",") if name.strip()],
    }


def _number(text: str, place: str) -> Parameter:
    """Return ``low high step unit`` as a parameter that begins in the middle."""
    parts = text.split(maxsplit=3)
    try:
        low, high, step = map(float, parts[:3])
    except ValueError:
        raise FigureError(f"{place}: number: is low, high, step and unit, not {text!r}") from None
    middle = low + round((high - low) / 2 / step) * step
    bind = {"input": "range", "min": low, "max": high, "step": step, "name": "Your guess"}
    return Parameter("guess", middle, bind, {"unit": parts[3] if len(parts) > 3 else ""})


def read_number(text: str) -> float:
    """Return the number that a told text begins with.

    >>> read_number("13,002"), read_number("−0.5 V"), read_number("97%")
    (13002.0, -0.5, 97.0)
    """
    found = re.match(r"-?[\d.]+(?:e-?\d+)?", text.strip().replace("−", "-").replace(",", ""))
    if not found:
        raise ValueError(f"{text!r} does not begin with a number")
    return float(found[0])


def _connect(app: Any, doctree: nodes.document) -> None:
    """Veil the figures that predictions stand before; check what predictions say of figures."""
    figures = app.env.book_figures[app.env.docname]
    seen: set[str] = set()
    asked: dict[str, int] = {}
    for node in doctree.findall():
        if isinstance(node, chart_figure):
            seen.add(node["name"])
        elif isinstance(node, prediction):
            name, place = node["figure"], node["place"]
            if name not in figures:
                raise FigureError(f"{place}: no figure of this page is called {name!r}")
            _check(node, figures[name])
            asked[name] = asked.get(name, 0) + 1
            node["id"] = f"predict-{name}" + (f"-{asked[name]}" if asked[name] > 1 else "")
            node["veils"] = name not in seen
    before = [node for node in doctree.findall(prediction) if node["veils"]]
    taking = {node["figure"] for node in before if node["kind"] == "place"}
    for node in before:  # a figure that takes the guess itself is shut in part only, by the script
        figures[node["figure"]]["veiled"] = node["figure"] not in taking


def _check(node: prediction, figure: chart_figure) -> None:
    known, place = figure["parameters"], node["place"]
    node["sets"] = checked(node["sets"], figure, place)
    for name in node["takes"]:
        if name not in known or not known[name].input:
            raise FigureError(f"{place}: {node['figure']} has no parameter {name!r} with a control")
    node["controls"] = "".join(
        control(known[name], node["figure"]) for name in node["takes"] if known[name].hidden
    )


def _visit(translator: Any, node: prediction) -> None:
    data = {key: node[key] for key in ("figure", "kind", "answer", "truth", "told", "within")}
    data |= {key: json.dumps(node[key]) for key in ("takes", "sets") if node[key]}
    data |= {"veils": ""} if node["veils"] else {}
    attributes = " ".join(
        f'data-{key}="{html.escape(str(value))}"'
        for key, value in data.items()
        if value is not None
    )
    translator.body.append(f'<form class="predict" id="{node["id"]}" {attributes}><fieldset>')


def _depart(translator: Any, node: prediction) -> None:
    translator.body.append("</form>\n")


def _visit_question(translator: Any, node: prediction_question) -> None:
    translator.body.append('<legend><span class="predict-label">Predict</span> ')


def _depart_question(translator: Any, node: prediction_question) -> None:
    translator.body.append("</legend>")


def _visit_choice(translator: Any, node: prediction_choice) -> None:
    asking = node.parent
    number = [n for n in asking.children if isinstance(n, prediction_choice)].index(node)
    if number == 0:
        translator.body.append('<div class="predict-choices">')
    radio = f'<input type="radio" name="{asking["id"]}" value="{number}" autocomplete="off">'
    translator.body.append(f"<label>{radio}<span>")


def _depart_choice(translator: Any, node: prediction_choice) -> None:
    is_last = node is [n for n in node.parent.children if isinstance(n, prediction_choice)][-1]
    translator.body.append("</span></label>" + "</div>" * is_last)


def _visit_answer(translator: Any, node: prediction_answer) -> None:
    asking = node.parent
    fields = asking["controls"]
    if asking["kind"] == "number":
        fields = control(asking["number"], asking["id"]).replace(' data-signal="guess"', "")
    translator.body.append(
        f'{fields}</fieldset><p class="predict-actions">'
        '<button type="submit" class="predict-lock" disabled>Lock it</button></p>'
        '<p class="predict-result" role="status" tabindex="-1"></p>'
        '<details class="predict-answer"><summary>Answer</summary>'
    )


def _depart_answer(translator: Any, node: prediction_answer) -> None:
    translator.body.append("</details>")


_OPTION = re.compile(r"^:([\w-]+): *(.*)\n", re.MULTILINE)
_BLOCK = re.compile(r"^(`{3,}|:{3,})\{predict\}[^\n]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)


def plain_predictions(text: str) -> str:
    """Return MyST text with each prediction as a question, its choices, and a folded answer."""
    return _BLOCK.sub(lambda found: _plain(found[2]), text)


def _plain(body: str) -> str:
    options = dict(_OPTION.findall(body))
    question, answer = (part.strip() for part in _SPLIT.split(_OPTION.sub("", body), maxsplit=1))
    choices = "".join(f"- {c.strip()}\n" for c in options.get("choices", "").split("|") if c)
    fold = f"<details><summary>Answer</summary>\n\n{answer}\n\n</details>"
    return f"**Predict.** {question}\n\n{choices}\n{fold}"


def setup(app: Any) -> None:
    """Register the directive; figures are collected before it is connected."""
    app.add_node(prediction, html=(_visit, _depart))
    app.add_node(prediction_question, html=(_visit_question, _depart_question))
    app.add_node(prediction_choice, html=(_visit_choice, _depart_choice))
    app.add_node(prediction_answer, html=(_visit_answer, _depart_answer))
    app.add_directive("predict", PredictDirective)
    app.connect("doctree-read", _connect, priority=650)
