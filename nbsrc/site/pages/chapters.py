"""A chapter's own parts: the box that opens it, results before code, folded solutions.

A chapter's front matter has a mapping ``chapter`` with ``question`` (what it answers), ``can``
(what the reader will be able to do), ``needs`` (what to know first), ``working_minutes`` and
``description`` (for search engines); and a list ``answers`` of rows of the founding documents.
Minutes of reading are counted from the words.
"""

import json
import math
import re
from typing import Any

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx_exercise.nodes import exercise_node, solution_node

from nbsrc.site.figures.node import chart_figure
from nbsrc.site.pages.claim_marks import claim_mark

FIELDS = {"question": str, "can": list, "needs": str, "working_minutes": int, "description": str}
WORDS_A_MINUTE = 180
MINUTES_A_FIGURE = 0.75


class ChapterError(ExtensionError):
    """A chapter breaks the book's contract; says where and what to do."""

    category = "Chapter error"


class folded(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming
    """Content behind a summary that the reader opens; attribute ``summary``."""


def chapter_fields(metadata: dict[str, Any], page: str) -> dict[str, Any] | None:
    """Return a page's ``chapter`` mapping, or None where the page is not a chapter.

    Raises :class:`ChapterError` naming the page and the field that is missing or of another kind.
    """
    if "chapter" not in metadata:
        return None
    fields = metadata["chapter"]
    if isinstance(fields, str):
        fields = json.loads(fields)
    for name, kind in FIELDS.items():
        if not isinstance(fields.get(name), kind) or not fields[name]:
            raise ChapterError(
                f"{page}.md: the front matter's chapter: needs {name}: ({kind.__name__})"
            )
    return dict(fields)


def reading_minutes(doctree: nodes.document) -> int:
    """Return minutes of reading: words of prose at 180 a minute, and 45 seconds a figure."""
    words = 0
    for text in doctree.findall(nodes.Text):
        parent = text.parent
        while parent is not None and not _is_set_aside(parent):
            parent = parent.parent
        if parent is None:
            words += len(re.findall(r"\w+", text.astext()))
    figures = len(list(doctree.findall(chart_figure)))
    return max(1, math.ceil(words / WORDS_A_MINUTE + MINUTES_A_FIGURE * figures))


def _is_set_aside(node: nodes.Element) -> bool:
    """Whether what a node holds is code, or stands behind a summary."""
    quiet = isinstance(node, claim_mark) and node["claim"]["quiet"]
    return quiet or isinstance(node, (nodes.literal_block, folded, solution_node))


def _shape(app: Any, doctree: nodes.document) -> None:
    _results_before_code(doctree)
    page = app.env.docname
    fields = chapter_fields(app.env.metadata[page], page)
    if fields:
        minutes = reading_minutes(doctree)
        title = next(iter(doctree.findall(nodes.title)))
        place = title.parent.index(title) + 1
        title.parent.insert(place, _opener(fields, minutes, page))


READ = "tag_read"
"""The class of a cell that is tagged ``read``: its code is part of the text."""


def _results_before_code(doctree: nodes.document) -> None:
    """Fold code behind what it shows; code that is part of the text, or of an exercise, stays.

    Cells that show nothing and stand right before another prepare it: their code joins its fold.
    Where all claims of a cell are quiet the code joins what the last one's mark opens.
    """
    waiting: list[nodes.Element] = []
    for cell in list(doctree.findall(nodes.container)):
        if not _is_folded(cell):
            continue
        if waiting and cell.parent[cell.parent.index(cell) - 1] is not waiting[-1]:
            _fold(waiting)
            waiting = []
        if not _output(cell):
            waiting.append(cell)
            continue
        _fold([*waiting, cell])
        waiting = []
    if waiting:
        _fold(waiting)


def _is_folded(cell: nodes.container) -> bool:
    """Whether a node is a code cell whose code the page folds."""
    if cell.get("nb_element") != "cell_code" or READ in cell["classes"] or not _source(cell):
        return False
    holder = cell.parent
    while holder is not None and not isinstance(holder, (solution_node, exercise_node)):
        holder = holder.parent
    return holder is None


def _part(cell: nodes.container, name: str) -> nodes.Element | None:
    return next((part for part in cell.children if part.get("nb_element") == name), None)


def _source(cell: nodes.container) -> nodes.Element | None:
    return _part(cell, "cell_code_source")


def _output(cell: nodes.container) -> nodes.Element | None:
    """Return what a cell shows; None for nothing."""
    output = _part(cell, "cell_code_output")
    return output if output is not None and output.children else None


def _fold(cells: list[nodes.Element]) -> None:
    """Put the code of neighbouring cells into one fold, behind what the last of them shows."""
    *earlier, last = cells
    code = [cell.pop(cell.index(_source(cell))) for cell in cells]
    for cell in earlier:
        cell.parent.remove(cell)
    output = _output(last)
    marks = list(output.findall(claim_mark)) if output is not None else []
    quiet = bool(marks) and all(mark["claim"]["quiet"] for mark in marks)
    summary = "How this is checked" if marks else "Show the code"
    fold = folded("", *code, summary=summary, classes=["fold-code"])
    (marks[-1] if quiet else last).append(fold)
    last.attributes.pop("hide_mode", None)
    if output is not None:
        last["classes"].append("quiet-cell" if quiet else "claim-cell" if marks else "figure-cell")


def _opener(fields: dict[str, Any], minutes: int, page: str) -> nodes.Element:
    box = nodes.container(classes=["opener"])
    box += nodes.paragraph("", fields["question"], classes=["opener-question"])
    box += nodes.paragraph("", "You will be able to", classes=["opener-label"])
    abilities = nodes.bullet_list(bullet="*")
    abilities += [nodes.list_item("", nodes.paragraph("", text)) for text in fields["can"]]
    box += abilities
    box += nodes.paragraph("", "You need first", classes=["opener-label"])
    box += nodes.paragraph("", fields["needs"])
    notebook = page.rsplit("/", 1)[-1] + ".ipynb"
    facts = nodes.paragraph(classes=["opener-facts"])
    facts += nodes.inline("", f"{minutes} min to read")
    facts += nodes.Text(" ")
    facts += nodes.inline("", f"{fields['working_minutes']} min with the exercises")
    facts += nodes.Text(" ")
    link = nodes.raw(
        "",
        f'<a class="download" href="{notebook}" download>Download this chapter (.ipynb)</a>',
        format="html",
    )
    facts += link
    switch = '<input type="checkbox" role="switch" autocomplete="off"> Show all code'
    facts += nodes.raw("", f'<label class="code-switch">{switch}</label>', format="html")
    box += facts
    return box


SAME_IN_ALL = (["exercise-content"], ["solution-content"])
"""Ids that sphinx-exercise gives to the bodies of all exercises and solutions of a page."""


def _fold_solutions(app: Any, doctree: nodes.document, docname: str) -> None:
    for solution in list(doctree.findall(solution_node)):
        title = solution[0].astext() if isinstance(solution[0], nodes.title) else "Solution"
        fold = folded("", *solution.children[1:], summary=title, classes=["fold-solution"])
        fold["ids"] = solution["ids"]
        solution.replace_self(fold)
    for body in doctree.findall(nodes.section):
        if body["ids"] in SAME_IN_ALL:
            body["ids"] = []


def _visit(translator: Any, node: folded) -> None:
    opening = translator.starttag(node, "details", "")
    translator.body.append(f"{opening}<summary>{translator.encode(node['summary'])}</summary>")


def _depart(translator: Any, node: folded) -> None:
    translator.body.append("</details>\n")


def _check(app: Any, env: Any) -> None:
    """A chapter without a claim or a figure is not one."""
    for page in env.found_docs:
        if chapter_fields(env.metadata[page], page) is None:
            continue
        if not env.book_claims.get(page):
            raise ChapterError(f"{page}.md: the chapter makes no claim")
        if not env.book_figures.get(page):
            raise ChapterError(f"{page}.md: the chapter shows no figure")


def setup(app: Any) -> None:
    """Register the shaping of chapters; it comes after claims and figures are collected."""
    app.add_node(folded, html=(_visit, _depart))
    app.connect("doctree-read", _shape, priority=600)
    app.connect("doctree-resolved", _fold_solutions)
    app.connect("env-check-consistency", _check)
