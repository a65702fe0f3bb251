"""Which rows of the founding documents the book answers, and where.

``book/reference/rows.yml`` holds every row; a page's front matter lists those that it answers
(``answers: [S2.30, ...]``). The reference part prints the whole table.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from nbsrc.site.build.notebooks import read_notebook

FILE = Path("book/reference/rows.yml")


@dataclass(frozen=True)
class Document:
    """One founding document: its id (``S2``), what it is, and its rows (id to note)."""

    id: str
    title: str
    rows: dict[str, str]


class CoverageError(ExtensionError):
    """A page answers a row that no document has."""

    category = "Coverage error"


class coverage_table(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming
    """The place of the table, to be filled once all pages are read."""


def load(root: Path) -> list[Document]:
    """Return the founding documents of the book at ``root``, with all their rows."""
    entries = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
    return [
        Document(key, entry["title"], {f"{key}.{n}": text for n, text in entry["rows"].items()})
        for key, entry in entries.items()
    ]


def answers_by_row(
    answers: dict[str, list[str]], documents: list[Document]
) -> dict[str, list[str]]:
    """Return for every row the pages that answer it.

    ``answers`` maps pages to the rows in their front matter. Raises ``ValueError`` naming page and
    row where no document has that row.
    """
    pages: dict[str, list[str]] = {row: [] for document in documents for row in document.rows}
    for page, rows in answers.items():
        for row in rows:
            if row not in pages:
                raise ValueError(f"{page}.md answers {row}, which no founding document has")
            pages[row].append(page)
    return pages


class TableDirective(SphinxDirective):
    """``{coverage-table}``: every row and the pages that answer it."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["gathers"] = True
        return [coverage_table()]


def _answers(env: Any) -> dict[str, list[str]]:
    """Return the rows that pages answer; Sphinx's metadata hold a list as the text of one."""
    return {
        page: read_notebook(Path(env.doc2path(page))).front_matter["answers"]
        for page, metadata in env.metadata.items()
        if "answers" in metadata
    }


def _resolve(app: Any, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(coverage_table)):
        documents = load(Path(app.srcdir))
        try:
            pages = answers_by_row(_answers(app.env), documents)
        except ValueError as error:
            raise CoverageError(str(error)) from None
        place.replace_self(_tables(app, docname, documents, pages))


def _tables(
    app: Any, docname: str, documents: list[Document], pages: dict[str, list[str]]
) -> list[nodes.Node]:
    answered = sum(bool(p) for p in pages.values())
    total = nodes.paragraph(
        "", f"{answered} of {len(pages)} rows are answered so far.", classes=["register-total"]
    )
    result: list[nodes.Node] = [total]
    for document in documents:
        result.append(nodes.rubric("", f"{document.id} · {document.title}"))
        listing = nodes.bullet_list(classes=["coverage"])
        for row, note in document.rows.items():
            text = nodes.paragraph("", "", nodes.strong("", row), nodes.Text(f" {note} "))
            for page in pages[row]:
                uri = app.builder.get_relative_uri(docname, page)
                text += nodes.reference(
                    "", app.env.titles[page].astext(), refuri=uri, internal=True
                )
                text += nodes.Text(" ")
            if not pages[row]:
                text += nodes.inline("", "not yet", classes=["unanswered"])
            listing += nodes.list_item("", text)
        result.append(listing)
    return result


def setup(app: Any) -> None:
    """Register the table."""
    app.add_node(coverage_table)
    app.add_directive("coverage-table", TableDirective)
    app.connect("doctree-resolved", _resolve)
