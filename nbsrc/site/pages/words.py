"""Words that move a picture: ``{set}`` in prose gives parameters of a figure their values.

``{set}`set w₂ to −3 <fig-plane: w2=-3, b=0>``` is a word to press where scripts run, and ordinary
text elsewhere.
"""

import html
import json
import re
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from nbsrc.site.figures.node import FigureError, chart_figure

_TARGET = re.compile(r"(?P<text>.+?)\s*<(?P<figure>[\w-]+)\s*:\s*(?P<sets>[^>]*)>", re.DOTALL)
_ASSIGNMENT = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^,]+?)\s*(?:,|$)")


class set_words(nodes.Inline, nodes.Element):  # noqa: N801 - docutils' naming
    """Words that set a figure; attributes ``figure``, ``sets`` and ``place``."""


class SetRole(SphinxRole):
    """``{set}`words <figure: parameter=value, ...>```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        place = self.get_location()
        found = _TARGET.fullmatch(self.text)
        if not found:
            raise FigureError(
                f"{place}: {{set}} is words <figure: parameter=value, ...>, not {self.text!r}"
            )
        words = set_words("", nodes.Text(found["text"]), figure=found["figure"], place=place)
        words["sets"] = assignments(found["sets"], place)
        return [words], []


def assignments(text: str, place: str) -> dict[str, Any]:
    """Return ``name=value, ...`` as a mapping; a value is a number, true, false, or a text.

    >>> assignments("w2=-3, show=true, kind='ReLU, leaky'", "")
    {'w2': -3, 'show': True, 'kind': 'ReLU, leaky'}
    """
    found, end = {}, 0
    for match in _ASSIGNMENT.finditer(text):
        if match.start() != end:
            break
        found[match[1]] = _value(match[2])
        end = match.end()
    if text[end:].strip():
        raise FigureError(f"{place}: {text!r} is not parameter=value, ...")
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text.replace("−", "-"))
    except ValueError:
        return text.strip("'\"")


def checked(sets: dict[str, Any], figure: chart_figure, place: str) -> dict[str, Any]:
    """Return values that a figure's parameters can have.

    A menu's option may be given by its text. Raises :class:`FigureError` for a parameter that the
    figure has not, or a value that its control refuses.
    """
    known, right = figure["parameters"], {}
    for name, value in sets.items():
        if name not in known:
            has = ", ".join(known) or "none"
            raise FigureError(f"{place}: {figure['name']} has no parameter {name!r}; it has: {has}")
        options = known[name].bind.get("options", [])
        right[name] = next((option for option in options if str(option) == str(value)), value)
        if refusal := known[name].refuses(right[name]):
            raise FigureError(f"{place}: {figure['name']}: {refusal}")
    return right


def _check(app: Any, doctree: nodes.document) -> None:
    figures = app.env.book_figures[app.env.docname]
    for words in doctree.findall(set_words):
        name, place = words["figure"], words["place"]
        if name not in figures:
            raise FigureError(f"{place}: no figure of this page is called {name!r}")
        words["sets"] = checked(words["sets"], figures[name], place)


def _visit(translator: Any, node: set_words) -> None:
    sets = html.escape(json.dumps(node["sets"], ensure_ascii=False))
    data = f'data-figure="{node["figure"]}" data-values="{sets}"'
    translator.body.append(f'<span class="sets" {data}>')


def _depart(translator: Any, node: set_words) -> None:
    translator.body.append("</span>")


def plain_words(text: str) -> str:
    """Return MyST text in which words that set figures are ordinary words.

    >>> plain_words("Now {set}`set it to 3 <fig-a: k=3>`.")
    'Now set it to 3.'
    """
    return re.sub(r"\{set\}`([^`<]+?)\s*<[^`>]*>`", r"\1", text)


def setup(app: Any) -> None:
    """Register the role; figures are collected before its uses are checked."""
    app.add_node(set_words, html=(_visit, _depart))
    app.add_role("set", SetRole())
    app.connect("doctree-read", _check, priority=640)
