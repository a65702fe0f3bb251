"""Pages: the book's theme, and what a page does not need taken away.

The theme is one layout on top of Sphinx's ``basic``; its CSS and JS are ``book/_static``.
"""

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from nbsrc.site.pages.chapters import ChapterError, chapter_fields
from nbsrc.site.pages.claim_marks import all_claims, reading_order

THEME = Path(__file__).parent / "theme" / "seeing"
UNUSED = (
    *("basic.css", "alabaster.css", "pygments*.css", "mystnb.*.css", "exercise.css"),
    *("copybutton.css", "copybutton_funcs.js", "copy-button.svg", "check-solid.svg"),
    *("file.png", "minus.png", "plus.png", "katex-math.css", "toggle.*"),
)
"""Files in ``_static`` that other extensions put there and no page of ours asks for."""


class chapter_gallery(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming
    """The place of the cover's gallery, to be filled once all chapters are read."""


class GalleryDirective(SphinxDirective):
    """``{chapter-gallery}``: every chapter by its question and its best figure.

    The best figure is the one that the front matter names in ``chapter: cover:``.
    """

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["gathers"] = True
        return [chapter_gallery()]


def _resolve_gallery(app: Any, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(chapter_gallery)):
        cards = []
        for page in reading_order(app.env):
            fields = chapter_fields(app.env.metadata[page], page)
            if fields:
                cards.append(_card(app, docname, page, fields))
        place.replace_self(
            nodes.raw("", f'<div class="gallery">{"".join(cards)}</div>', format="html")
        )


def _card(app: Any, docname: str, page: str, fields: dict[str, Any]) -> str:
    figures = app.env.book_figures[page]
    if fields.get("cover") not in figures:
        raise ChapterError(f"{page}.md: chapter: cover: must name one of {', '.join(figures)}")
    svg = figures[fields["cover"]]["renditions"][0].svg
    svg = re.sub(r'id="|url\(#', lambda m: m[0] + "cover-", svg)
    uri = app.builder.get_relative_uri(docname, page)
    title = app.env.titles[page].astext()
    return (
        f'<a class="card" href="{uri}"><span class="card-picture">{svg}</span>'
        f'<span class="card-title">{title}</span>'
        f'<span class="card-question">{fields["question"]}</span></a>'
    )


def _pages_to_rewrite(app: Any, env: Any) -> list[str]:
    """Return the pages to write anew beside those whose own file changed.

    Those that gather from all others (directives mark them in their metadata) always; every page
    where what pages repeat from one another has changed: titles, headings, terms, claims.
    """
    names = env.domaindata["std"]
    shared = repr(
        [
            [(page, env.titles[page].astext()) for page in reading_order(env)],
            [
                (claim, str(env.book_claim_sentences[claim]), at)
                for claim, at in all_claims(env).items()
            ],
            [sorted(names[kind].items()) for kind in ("labels", "anonlabels", "terms")],
        ]
    )
    changed = getattr(env, "book_shared_text", None) != shared
    env.book_shared_text = shared
    return sorted(p for p in env.found_docs if changed or env.metadata[p].get("gathers"))


def _forget_lost_words(app: Any) -> list[Any]:
    """Take words that no page holds any more out of the search index, as a clean build would."""
    for words in (app.builder.indexer._mapping, app.builder.indexer._title_mapping):
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    return []


def _context(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the layout what it asks for: assets by content, maths or not, the page's sections."""
    pathto = context["pathto"]
    static = Path(app.srcdir) / "book" / "_static"

    def asset(name: str) -> str:
        version = hashlib.sha256((static / name).read_bytes()).hexdigest()[:8]
        return f"{pathto('_static/' + name, 1)}?v={version}"

    fields = chapter_fields(app.env.metadata.get(page, {}), page)
    described = app.env.metadata.get(page, {}).get("description", app.config.html_title)
    context.update(
        asset=asset,
        page_has_math='class="math' in context.get("body", ""),
        page_description=fields["description"] if fields else described,
        sections_here=_sections(context.get("toc", "")),
    )
    # docutils calls the bibliography a list, but its entries not list items.
    if "body" in context:
        context["body"] = context["body"].replace(
            ' role="list" class="citation-list"', ' class="citation-list"'
        )
    context["docstitle"] = app.config.html_title


def _sections(toc: str) -> str:
    """Return the list of a page's sections without the page's own title; "" for fewer than two."""
    inner = re.search(r"</a>\s*(<ul>.*</ul>)\s*</li>\s*</ul>", toc, re.DOTALL)
    return inner[1] if inner and inner[1].count("<li>") > 1 else ""


def _trim(app: Any, exception: Exception | None) -> None:
    """Remove from the finished site what no page asks for, and what differs between two builds."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for pattern in UNUSED:
        for path in (out / "_static").glob(pattern):
            path.unlink()
    shutil.rmtree(out / "_static" / "locales", ignore_errors=True)
    for path in (out / ".buildinfo", out / "objects.inv", out / "genindex.html"):
        path.unlink(missing_ok=True)


def setup(app: Any) -> None:
    """Register the theme and the trimming."""
    app.add_config_value("comments_config", {}, "html")  # jupyter-book sets it in any case
    app.add_html_theme("seeing", str(THEME))
    app.add_node(chapter_gallery)
    app.add_directive("chapter-gallery", GalleryDirective)
    app.connect("env-updated", _pages_to_rewrite)
    app.connect("doctree-resolved", _resolve_gallery, priority=600)
    app.connect("html-page-context", _context)
    app.connect("html-collect-pages", _forget_lost_words)
    app.connect("build-finished", _trim, priority=900)
