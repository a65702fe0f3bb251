"""Claims in pages: their boxes and quiet marks, links to them, and the register of all.

Whatever shows a claim shows first what holds: the sentence, the sentence with its limit, or, where
the sentence is refuted, what holds in its place.
"""

import json
import re
from collections.abc import Callable
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
HEADLINE_MARKS = MARKS | {"refuted": "✓"}
"""Marks of what stands first: of a refuted claim that is what holds instead, and was checked."""
REGISTER = "book/reference/claims"


class ClaimError(ExtensionError):
    """A claim breaks the book's contract; says where and what to do."""

    category = "Claim error"


class claim_mark(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming
    """One claim where the chapter makes it; attribute ``claim`` holds its fields."""


class claim_reference(nodes.Inline, nodes.Element):  # noqa: N801
    """A place that repeats what a claim found, to be filled once all chapters are read.

    Attributes: ``target``, the claim's id; ``words``, what to show in place of the claim's own
    words, or ""; ``where``, for complaints.
    """


class claim_citation(nodes.inline):  # noqa: N801
    """Citations beside a claim's words; what repeats the words elsewhere leaves them out."""


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
    """Return the mark of a claim: what holds first, then what is often said, then the figures."""
    known = parser.sphinx_env.get_domain("cite").bibtex_keys_of_book
    for field in ("claimed_by", "evidence"):
        for key in claim[field]:
            if key not in known:
                raise ClaimError(
                    f"{place}: claim {claim['id']!r} cites {key!r}, which is not in "
                    f"book/references.bib; add the entry there or correct {field}="
                )

    def parsed(text: str) -> list[nodes.Node]:
        holder = nodes.Element()
        with parser.current_node_context(holder):
            parser.nested_render_text(text, 0, inline=True)
        return list(holder.children)

    def cited(keys: list[str]) -> list[nodes.Node]:
        return [claim_citation("", " ", *parsed(f"{{cite:p}}`{','.join(keys)}`"))] if keys else []

    mark = claim_mark("", *_words(claim, parsed, cited), claim=claim)
    evidence = [nodes.inline("", "evidence", *cited(claim["evidence"]), classes=["measure"])]
    mark += figures_line(claim, evidence if claim["evidence"] else [])
    return mark


def _words(
    claim: dict[str, Any],
    parsed: Callable[[str], list[nodes.Node]],
    cited: Callable[[list[str]], list[nodes.Node]],
) -> list[nodes.Node]:
    """Return the paragraphs of a claim's words: what holds, and for a refuted one what is said."""
    said, by = parsed(claim["sentence"]), cited(claim["claimed_by"])
    but = parsed(claim["but"]) if claim["but"] else []
    space = nodes.Text(" ")
    if claim["verdict"] == "refuted":
        lead = nodes.Text("Often said: “")
        tail = [nodes.Text("”"), *by, space, verdict_label("refuted")]
        return [
            nodes.paragraph("", "", *but, classes=["claim-holds"]),
            nodes.paragraph("", "", lead, *said, *tail, classes=["claim-said"]),
        ]
    if claim["verdict"] == "qualified":
        said = [nodes.emphasis("", claims.LIMITED), space, *said, *by, nodes.Text(" "), *but]
        return [nodes.paragraph("", "", *said, classes=["claim-holds"])]
    return [nodes.paragraph("", "", *said, *by, classes=["claim-holds"])]


def verdict_label(verdict: str) -> nodes.inline:
    """Return a verdict in a mark and words."""
    words = f"{MARKS[verdict]}\N{NO-BREAK SPACE}{WORDS[verdict]}"
    return nodes.inline("", words, classes=["verdict", f"verdict-{verdict}"])


def figures_line(claim: dict[str, Any], notes: list[nodes.Node]) -> nodes.paragraph:
    """Return the line of measured figures and notes; a refuted claim's verdict stands above."""
    line = nodes.paragraph(classes=["claim-figures"])
    parts = [] if claim["verdict"] == "refuted" else [verdict_label(claim["verdict"])]
    for name, value in claim["measured"]:
        figure = nodes.strong("", value)
        parts.append(nodes.inline("", "", nodes.Text(f"{name} "), figure, classes=["measure"]))
    for part in [*parts, *notes]:
        line += [nodes.Text(" "), part] if len(line) else [part]
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
    """``{claim}`id```: what a claim found, as sentences of their own, with a link to its check.

    ``{claim}`words <id>``` makes those words the link, inside a sentence.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        titled = re.fullmatch(r"(.+?)\s*<([^<>]+)>", self.text, re.DOTALL)
        words, target = titled.groups() if titled else ("", self.text)
        return [claim_reference("", target=target, words=words, where=self.get_location())], []


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
        env.book_claim_sentences[mark["claim"]["id"]] = _without_citations(mark)
    for place in doctree.findall(claim_reference):
        _check_that_it_breaks_no_sentence(place)
    if not marks:
        del env.book_claims[env.docname]


def _without_citations(mark: claim_mark) -> nodes.Element:
    """Return a claim's words as other places repeat them: what holds, and what is often said."""
    words = nodes.container()
    for paragraph in mark.findall(nodes.paragraph):
        if "claim-figures" not in paragraph["classes"]:
            words += paragraph.deepcopy()
    for citation in list(words.findall(claim_citation)):
        citation.parent.remove(citation)
    return words


def _check_that_it_breaks_no_sentence(place: claim_reference) -> None:
    """A claim's own words are whole sentences: they stand between others, not inside one."""
    siblings = place.parent.children
    at = siblings.index(place)
    before = "".join(node.astext() for node in siblings[:at]).rstrip()
    after = "".join(node.astext() for node in siblings[at + 1 :])
    begins = not before or before.endswith((".", ":", "?", "!"))
    ends = not after.strip() or after[0].isspace()
    if not place["words"] and not (begins and ends):
        raise ClaimError(
            f"{place['where']}: {{claim}}`{place['target']}` would put whole sentences inside a "
            f"sentence; name the words that link to it: {{claim}}`words <{place['target']}>`"
        )


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
        place.replace_self(_reference(app, docname, place["words"], *known[target]))
    for place in list(doctree.findall(claim_register)):
        place.replace_self(_register(app, docname, known))


def _reference(app: Any, docname: str, words: str, page: str, claim: dict[str, Any]) -> nodes.Node:
    if words:
        return _link(app, docname, page, claim, words)
    what_holds = app.env.book_claim_sentences[claim["id"]][0].deepcopy()
    link = _link(app, docname, page, claim, HEADLINE_MARKS[claim["verdict"]])
    link["classes"].append("claim-tick")
    return nodes.inline("", "", *what_holds.children, nodes.Text(" "), link)


def _link(app: Any, docname: str, page: str, claim: dict[str, Any], text: str) -> nodes.reference:
    uri = app.builder.get_relative_uri(docname, page) + "#" + anchor(claim["id"])
    link = nodes.reference("", text, refuri=uri, internal=True)
    link["classes"] = ["claim-link", f"headline-{claim['verdict']}"]
    link["reftitle"] = f"{_spoken(claim)}: see the check of {claim['id']}"
    return link


def _spoken(claim: dict[str, Any]) -> str:
    """Return in words what the mark of a claim's headline says."""
    refuted = claim["verdict"] == "refuted"
    return "checked, against what is often said" if refuted else WORDS[claim["verdict"]]


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
    words = app.env.book_claim_sentences[claim["id"]].deepcopy()
    notes = [
        nodes.inline("", f"{label} {sources_text(app.env, claim[field])}", classes=["measure"])
        for field, label in (("claimed_by", "said by"), ("evidence", "evidence"))
        if claim[field]
    ]
    notes.append(nodes.inline("", replayed.text(page, claim["id"]), classes=["measure"]))
    notes.append(_link(app, docname, page, claim, "see the check"))
    mark = nodes.inline("", HEADLINE_MARKS[claim["verdict"]], classes=["claim-glyph"])
    words[0].insert(0, [mark, nodes.Text(" ")])
    return nodes.container(
        "",
        *words.children,
        figures_line(claim, notes),
        classes=["register-entry", f"claim-{claim['verdict']}"],
    )


def sources_text(env: Any, keys: list[str]) -> str:
    """Return authors and years of entries of the bibliography."""
    return "; ".join(source_text(env, key) for key in keys)


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
    target, glyph = anchor(claim["id"]), HEADLINE_MARKS[claim["verdict"]]
    if claim["quiet"]:
        translator.body.append(
            f'<details class="claim-quiet claim-{claim["verdict"]}"><summary>'
            f'<span class="claim-glyph" aria-hidden="true">{glyph}</span> {_spoken(claim)}'
            f'<span class="visually-hidden">: {claim["id"]}</span></summary>'
            f'<div class="claim-body" id="{target}">'
        )
    else:
        translator.body.append(
            f'<div class="claim claim-{claim["verdict"]}" id="{target}">'
            f'<a class="claim-glyph" href="#{target}" '
            f'aria-label="Link to this claim, {claim["id"]}">{glyph}</a>'
        )


def _depart(translator: Any, node: claim_mark) -> None:
    translator.body.append("</div></details>" if node["claim"]["quiet"] else "</div>")


def _visit_citation(translator: Any, node: claim_citation) -> None:
    translator.body.append('<span class="claim-citation">')


def _depart_citation(translator: Any, node: claim_citation) -> None:
    translator.body.append("</span>")


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
    app.add_node(claim_citation, html=(_visit_citation, _depart_citation))
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
