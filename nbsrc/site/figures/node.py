"""Figures in pages: from a chart that a chapter shows to HTML, and files beside it.

A chart comes as Vega-Lite (Altair's ``mimetype`` renderer). Its renditions are inline SVG; the live
specs, and what they need loaded, are written to content-hashed files, which ``figures.js`` runs in
place of the SVG once a reader comes near.
"""

import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.errors import ExtensionError

from nbsrc.site.build.notebooks import where
from nbsrc.site.figures.contract import FigureFault, Spec, wishes_of
from nbsrc.site.figures.controls import control
from nbsrc.site.figures.renditions import Rendition, forget_unused, make, remembered

MIME_TYPE = re.compile(r"application/vnd\.vegalite\.v\d+\+json")
FOLDER = "_figures"
KEPT = Path("_build/figures")


class FigureError(ExtensionError):
    """A figure breaks the book's contract; says where and what to do."""

    category = "Figure error"


class chart_figure(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming
    """A rendered chart.

    Attributes: ``name``, ``description``, ``renditions``, ``parameters`` (by name) and ``veiled``,
    whether it waits for its reader's prediction.
    """


class FigureRenderer:
    """MyST-NB plugin: a Vega-Lite output becomes a :class:`chart_figure`."""

    mime_priority_overrides: ClassVar = [
        ("*", "application/vnd.vegalite.v5+json", 1),
        ("*", "application/vnd.vegalite.v6+json", 1),
    ]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        if "nbsrc.site" not in renderer.renderer.sphinx_env.app.extensions:
            return None  # another book, built in the same environment
        place = where(renderer, data)
        if data.mime_type == "text/html" and "vega" in data.string[:2000]:
            raise FigureError(f"{place}: a chart came as HTML; import nbsrc.charts in the chapter")
        if inline or not MIME_TYPE.fullmatch(data.mime_type):
            return None
        figure = data.cell_metadata.get("mystnb", {}).get("figure", {})
        spec = data.content
        for missing, what in (
            (not figure.get("name"), "has no name: add mystnb: figure: name to the cell"),
            (not figure.get("caption"), "has no caption: add mystnb: figure: caption to the cell"),
            (not spec.get("description"), "has no alt text: add .properties(description=...)"),
        ):
            if missing:
                raise FigureError(f"{place}: the figure {figure.get('name', '')} {what}")
        kept = Path(renderer.renderer.sphinx_env.srcdir) / KEPT
        return [figure_node(spec, figure["name"], place, kept)]


def figure_node(spec: Spec, name: str, place: str, kept: Path | None = None) -> chart_figure:
    """Return the node that shows a Vega-Lite ``spec``.

    ``kept`` is a folder of renditions made before. Raises :class:`FigureError` naming ``place`` if
    the spec does not compile or breaks the contract.
    """
    try:
        made = remembered(spec, name, kept) if kept else make(spec, name)
        known = {p.name: p for p in made.parameters}
        shown = {p.name: control(p, name) for p in known.values() if p.input}
    except FigureFault as error:
        raise FigureError(f"{place}: the figure {name} {error}") from error
    except ValueError as error:
        first_line = str(error).strip().splitlines()[0]
        raise FigureError(f"{place}: the chart {name} does not compile: {first_line}") from error
    return chart_figure(
        "",
        name=name,
        description=spec["description"],
        renditions=made.renditions,
        parameters=known,
        controls=shown,
        speaks="readout" in json.dumps(spec.get("params", "")) or bool(wishes_of(spec).get("win")),
        veiled=False,
    )


def _visit_html(translator: Any, node: chart_figure) -> None:
    page = translator.builder.current_docname
    root = "../" * page.count("/")
    translator.body.append(figure_html(node, root, _number(translator, node)))
    raise nodes.SkipNode


def _number(translator: Any, node: chart_figure) -> str:
    """Return the number of the numbered figure that a chart stands in, ``""`` without one."""
    here = translator.builder.fignumbers.get("figure", {})
    holder = node.parent
    while holder is not None and not isinstance(holder, nodes.figure):
        holder = holder.parent
    found = next((here[key] for key in (holder["ids"] if holder else []) if key in here), ())
    return ".".join(map(str, found))


def figure_html(node: chart_figure, root: str, number: str = "") -> str:
    """Return a figure's HTML in a page whose way to the site's top is ``root`` (``"../"``...)."""
    known = node["parameters"]
    views = "".join(
        _view(r, size, root, len(node["renditions"]) == 1)
        for r, size in zip(node["renditions"], ("wide", "narrow"), strict=False)
    )
    is_live = bool(node["renditions"][0].vega)
    is_answer = any(p.hidden and p.value is False for p in known.values())  # the still picture
    state = " data-veiled" * node["veiled"] + " data-tells" * is_answer
    inputs = "".join(html for name, html in node["controls"].items() if not known[name].hidden)
    named = f"figure {number}" if number else "the figure"
    tools = ""
    if is_live and inputs:
        group = f'<div class="chart-controls" role="group" aria-label="Controls of {named}">'
        inputs = f"{group}{inputs}</div>"
    if is_live and known:
        tools = (
            '<p class="chart-tools"><span class="chart-said" aria-live="polite"></span>'
            f'<button type="button" data-does="reset" aria-label="Reset {named}">Reset</button>'
            f'<button type="button" data-does="link" aria-label="Copy a link to {named} as it is">'
            "Copy link</button></p>"
            '<p class="readout visually-hidden" aria-live="polite"></p>'
        )
    quiet = {name: p.value for name, p in known.items() if not p.input}
    values = f' data-values="{html.escape(json.dumps(quiet))}"' if quiet else ""
    return (
        f'<div class="chart{" chart-live" if is_live else ""}"{state} '
        f'data-vendor="{root}vendor/vega/" data-label="{html.escape(node["description"])}"{values}>'
        f'<div class="chart-views">{views}</div>{inputs}{tools}</div>'
    )


def _view(r: Rendition, size: str, root: str, is_only: bool) -> str:
    live = f' data-spec="{root}{FOLDER}/{spec_name(r.vega)}"' if r.vega else ""
    script = f' data-script="{root}{FOLDER}/{script_name(r.script)}"' if r.script else ""
    return (
        f'<div class="chart-view {size}{" only" * is_only}"{live}{script} '
        f'style="width:{r.width:g}px;--ratio:{r.width:g}/{r.height:g}">{r.svg}</div>'
    )


def spec_name(vega: str) -> str:
    """Return the content-hashed file name of a live spec."""
    return hashlib.sha256(vega.encode()).hexdigest()[:16] + ".json"


def script_name(script: str) -> str:
    """Return the content-hashed file name of a script that a live spec needs."""
    return hashlib.sha256(script.encode()).hexdigest()[:16] + ".js"


def _skip(_: Any, __: nodes.Node) -> None:
    raise nodes.SkipNode


def _collect(app: Any, doctree: nodes.document) -> None:
    figures = {node["name"]: node for node in doctree.findall(chart_figure)}
    if not hasattr(app.env, "book_figures"):
        app.env.book_figures = {}
    app.env.book_figures[app.env.docname] = figures


def _forget(app: Any, env: Any, docname: str) -> None:
    getattr(env, "book_figures", {}).pop(docname, None)


def _write_files(app: Any, exception: Exception | None) -> None:
    """Write the files of all pages' live figures, and remove those that no page uses any more."""
    if exception or app.builder.format != "html":
        return
    forget_unused(Path(app.srcdir) / KEPT)
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    files: dict[str, str] = {}
    for figures in getattr(app.env, "book_figures", {}).values():
        for r in (r for node in figures.values() for r in node["renditions"]):
            files |= {spec_name(r.vega): r.vega} if r.vega else {}
            files |= {script_name(r.script): r.script} if r.script else {}
    for old in folder.iterdir():
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")


def setup(app: Any) -> None:
    """Register the figure node and the writing of live figures' files."""
    app.add_node(chart_figure, html=(_visit_html, None), latex=(_skip, None), text=(_skip, None))
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _forget)
    app.connect("build-finished", _write_files)
