"""Claims in pages: the mark beside a sentence, links to it, and the register of all claims."""

import json
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from nbsrc.chapter import claims
from nbsrc.site.build import replication
from nbsrc.site.build.notebooks import where

MARKS = {"reproduced": "✓", "qualified": "◐", "refuted": "✗"}
WORDS = {"reproduced": "checked", "qualified": "true with a limit", "refuted": "refuted here"}
REGISTER = "book/reference/claims"


class ClaimError(ExtensionError):
    """A claim breaks the book's contract; says where and what to do."""

    category = "Claim error"


class claim_mark(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming
    """One claim where the chapter makes it; attribute ``claim`` holds its fields."""


class claim_reference(nodes.Inline, nodes.Element):  # noqa: N801
    """A place that repeats a claim's sentence, to be filled once all chapters are read."""


class claim_register(nodes.General, nodes.Element):  # noqa: N801
    """The place of the register, to be filled once all chapters are read."""


class ClaimRenderer:
    """MyST-NB plugin: a claim's output becomes a :class:`claim_mark`."""

    mime_priority_overrides: ClassVar = [("*", claims.MIME_TYPE, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        if inline or data.mime_type != claims.MIME_TYPE:
            return None
        return [_mark(data.content, renderer.renderer, where(renderer, data))]


def _mark(claim: dict[str, Any], parser: Any, place: str) -> nodes.Element:
    """Return the mark of a claim: its sentence, verdict, measured figures and source."""
    env = parser.sphinx_env
    key = claim["source"]
    if key and key not in env.get_domain("cite").bibtex_keys_of_book:
        raise ClaimError(
            f"{place}: claim {claim['id']!r} cites {key!r}, which is not in book/references.bib; "
            "add the entry there or correct source="
        )
    mark = claim_mark("", claim=claim, ids=[anchor(claim["id"])])
    sentence = claim["sentence"] + (f" {{cite:p}}`{key}`" if key else "")
    texts = [("claim-sentence", sentence)]
    if claim["but"]:
        lead = "With this limit:" if claim["verdict"] == "qualified" else "What holds instead:"
        texts.append(("claim-but", f"*{lead}* {claim['but']}"))
    for css_class, text in texts:
        holder = nodes.Element()
        with parser.current_node_context(holder):
            parser.nested_render_text(text, 0, inline=True)
        mark += nodes.paragraph("", "", *holder.children, classes=[css_class])
    mark += figures_line(claim)
    return mark


def figures_line(claim: dict[str, Any]) -> nodes.paragraph:
    """Return the line of verdict and measured figures."""
    verdict = claim["verdict"]
    line = nodes.paragraph(classes=["claim-figures"])
    line += nodes.inline(
        "", f"{MARKS[verdict]} {WORDS[verdict]}", classes=["verdict", f"verdict-{verdict}"]
    )
    for name, value in claim["measured"]:
        line += nodes.Text(" ")
        line += nodes.inline(
            "", "", nodes.Text(f"{name} "), nodes.strong("", value), classes=["measure"]
        )
    return line


def anchor(claim_id: str) -> str:
    """Return the id of a claim's mark in its page."""
    return f"claim-{claim_id}"


def all_claims(env: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return every claim of the book in reading order: id to (chapter, fields)."""
    by_page = getattr(env, "book_claims", {})
    order = [page for page in reading_order(env) if page in by_page]
    return {c["id"]: (page, c) for page in order for c in by_page[page]}


def reading_order(env: Any) -> list[str]:
    """Return all pages of the book in the order of its contents."""
    order: list[str] = []

    def visit(page: str) -> None:
        order.append(page)
        for child in env.toctree_includes.get(page, []):
            visit(child)

    visit(env.config.root_doc)
    return order


class ClaimRole(SphinxRole):
    """``{claim}`id```: the sentence of a claim with a link to its check."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [claim_reference("", target=self.text, where=self.get_location())], []


class RegisterDirective(SphinxDirective):
    """``{claims-register}``: all claims of the book."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["gathers"] = True
        return [claim_register()]


def _collect(app: Any, doctree: nodes.document) -> None:
    env = app.env
    if not hasattr(env, "book_claims"):
        env.book_claims, env.book_claim_sentences = {}, {}
    marks = list(doctree.findall(claim_mark))
    env.book_claims[env.docname] = [mark["claim"] for mark in marks]
    for mark in marks:
        env.book_claim_sentences[mark["claim"]["id"]] = mark[0].deepcopy()
    if not marks:
        del env.book_claims[env.docname]


def _forget(app: Any, env: Any, docname: str) -> None:
    for claim in getattr(env, "book_claims", {}).pop(docname, []):
        env.book_claim_sentences.pop(claim["id"], None)


def _check_unique(app: Any, env: Any) -> None:
    seen: dict[str, str] = {}
    for page, made in getattr(env, "book_claims", {}).items():
        for claim in made:
            if claim["id"] in seen:
                raise ClaimError(
                    f"two claims are called {claim['id']!r}, in {seen[claim['id']]} and {page}; "
                    "ids are unique in the book: rename one"
                )
            seen[claim["id"]] = page


def _resolve(app: Any, doctree: nodes.document, docname: str) -> None:
    known = all_claims(app.env)
    for place in list(doctree.findall(claim_reference)):
        target = place["target"]
        if target not in known:
            raise ClaimError(f"{place['where']}: no claim is called {target!r}")
        place.replace_self(_reference(app, docname, *known[target]))
    for place in list(doctree.findall(claim_register)):
        place.replace_self(_register(app, docname, known))


def _reference(app: Any, docname: str, page: str, claim: dict[str, Any]) -> nodes.Node:
    sentence = app.env.book_claim_sentences[claim["id"]].deepcopy()
    span = nodes.inline(classes=["claim-repeat"])
    span += _inline_children(sentence, app, page)
    span += nodes.Text(" ")
    span += _link(app, docname, page, claim, MARKS[claim["verdict"]])
    return span


def _inline_children(sentence: nodes.Element, app: Any, page: str) -> list[nodes.Node]:
    """Return the sentence's nodes without its citation, which its own page carries."""
    return [
        n for n in sentence.children if not isinstance(n, nodes.Element) or "cite" not in str(n)
    ]


def _link(app: Any, docname: str, page: str, claim: dict[str, Any], text: str) -> nodes.reference:
    uri = app.builder.get_relative_uri(docname, page) + "#" + anchor(claim["id"])
    link = nodes.reference("", text, refuri=uri, internal=True)
    link["classes"] = ["claim-link", f"verdict-{claim['verdict']}"]
    link["reftitle"] = f"{WORDS[claim['verdict']]}: see the check of {claim['id']}"
    return link


def _register(app: Any, docname: str, known: dict[str, Any]) -> nodes.Element:
    replayed = replication.load(Path(app.srcdir))
    box = nodes.container(classes=["register"])
    counts = {v: sum(c["verdict"] == v for _, c in known.values()) for v in claims.VERDICTS}
    total = ", ".join(f"{n} {WORDS[v]}" for v, n in counts.items())
    box += nodes.paragraph("", f"{len(known)} claims: {total}.", classes=["register-total"])
    page_before = None
    for page, claim in known.values():
        if page != page_before:
            title = app.env.titles[page].astext()
            link = nodes.reference("", title, refuri=app.builder.get_relative_uri(docname, page))
            box += nodes.paragraph("", "", link, classes=["register-chapter"])
            page_before = page
        box += _register_entry(app, docname, page, claim, replayed)
    return box


def _register_entry(
    app: Any, docname: str, page: str, claim: dict[str, Any], replayed: replication.Counts
) -> nodes.Element:
    entry = nodes.container(classes=["register-entry"])
    sentence = app.env.book_claim_sentences[claim["id"]].deepcopy()
    head = nodes.paragraph(classes=["claim-sentence"])
    head += _inline_children(sentence, app, page)
    if claim["but"]:
        head += nodes.emphasis("", " " + claim["but"])
    entry += head
    line = figures_line(claim)
    if claim["source"]:
        line += nodes.Text(" ")
        line += nodes.inline(
            "", f"source: {source_text(app.env, claim['source'])}", classes=["measure"]
        )
    line += nodes.Text(" ")
    line += nodes.inline("", replayed.text(page, claim["id"]), classes=["measure"])
    line += nodes.Text(" ")
    line += _link(app, docname, page, claim, "see the check")
    entry += line
    return entry


def source_text(env: Any, key: str) -> str:
    """Return "Author, year" of a bibliography entry."""
    entry = env.get_domain("cite").book_entries[key]
    people = [" ".join(p.prelast_names + p.last_names) for p in entry.persons.get("author", [])]
    names = (
        people[0]
        if len(people) == 1
        else " & ".join(people)
        if len(people) == 2
        else f"{people[0]} et al."
    )
    return f"{names}, {entry.fields.get('year', '')}"


def _visit(translator: Any, node: claim_mark) -> None:
    claim = node["claim"]
    translator.body.append(
        f'<div class="claim claim-{claim["verdict"]}" id="{anchor(claim["id"])}">'
        f'<a class="claim-anchor" href="#{anchor(claim["id"])}" '
        f'aria-label="Link to this claim, {claim["id"]}">{MARKS[claim["verdict"]]}</a>'
    )


def _depart(translator: Any, node: claim_mark) -> None:
    translator.body.append("</div>")


def _read_bibliography(app: Any) -> None:
    """Give the citation domain the keys and entries of the whole bibliography."""
    from pybtex.database import parse_file

    domain = app.env.get_domain("cite")
    entries: dict[str, Any] = {}
    for name in app.config.bibtex_bibfiles:
        entries.update(parse_file(str(Path(app.srcdir) / name)).entries)
    domain.book_entries, domain.bibtex_keys_of_book = entries, set(entries)


def _write_list(app: Any, exception: Exception | None) -> None:
    """Write all claims as JSON beside the site, for whoever wants to check them by program."""
    if exception or app.builder.format != "html":
        return
    made = [{"page": page, **claim} for page, claim in all_claims(app.env).values()]
    text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (Path(app.outdir) / "claims.json").write_text(text, encoding="utf-8")


def setup(app: Any) -> None:
    """Register marks, the ``claim`` role and the register."""
    app.add_node(claim_mark, html=(_visit, _depart))
    app.add_node(claim_reference)
    app.add_node(claim_register)
    app.add_role("claim", ClaimRole())
    app.add_directive("claims-register", RegisterDirective)
    app.connect("builder-inited", _read_bibliography)
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _forget)
    app.connect("env-check-consistency", _check_unique)
    app.connect("doctree-resolved", _resolve)
    app.connect("build-finished", _write_list)
