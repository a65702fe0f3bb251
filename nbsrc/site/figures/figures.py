"""Altair charts to figures: static SVG in the page, and a compiled Vega spec beside it.

A chart comes as Vega-Lite (Altair's ``mimetype`` renderer). Each becomes one or two *renditions*:
as authored, and, where that is wider than a phone, a narrow one with the same marks. A rendition
is an inline SVG; where the chart reacts to its reader it is also a Vega spec in a content-hashed
file, which ``book.js`` runs in place of the SVG when the figure comes near the viewport.

Input elements that the chart binds to parameters are written into the page here, as ordinary HTML
controls, so that nothing moves when the chart comes alive and both renditions share them.
"""

import copy
import hashlib
import html
import importlib.metadata
import json
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import vl_convert
from docutils import nodes
from sphinx.errors import ExtensionError

from nbsrc.site.build.notebooks import where
from nbsrc.site.figures import svg_lines

MIME_TYPE = re.compile(r"application/vnd\.vegalite\.v\d+\+json")
VEGALITE_VERSION = "6.4"
NARROW = 328
"""Width in CSS pixels that a figure has on a phone of 360 pixels."""
FOLDER = "_figures"
KEPT = Path("_build/figures")
DAYS_KEPT = 30

Spec = dict[str, Any]


class TooWideError(ValueError):
    """A figure that no shrinking of its plots fits to a phone."""


class FigureError(ExtensionError):
    """A figure breaks the book's contract; says where and what to do."""

    category = "Figure error"


@dataclass(frozen=True)
class Rendition:
    """One form of a chart: its static picture, its size, and its live form where it has one."""

    svg: str
    width: float
    height: float
    vega: str | None


class chart_figure(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming
    """A rendered chart: attributes ``name``, ``description``, ``controls`` and ``renditions``."""


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
    the spec does not compile.
    """
    try:
        made = _remembered(spec, name, kept) if kept else renditions(spec, name)
    except TooWideError as error:
        raise FigureError(f"{place}: the figure {name} {error}") from error
    except ValueError as error:
        first_line = str(error).strip().splitlines()[0]
        raise FigureError(f"{place}: the chart {name} does not compile: {first_line}") from error
    return chart_figure(
        "",
        name=name,
        description=spec["description"],
        controls=controls(made[0].vega, name) if made[0].vega else "",
        renditions=made,
    )


def renditions(spec: Spec, name: str) -> list[Rendition]:
    """Return a chart as authored and, where that is wider than a phone, for a phone."""
    wide = rendition(spec, name)
    if not is_wide(wide):
        return [wide]
    return [wide, rendition(narrowed(spec, wide.width), name + "-narrow")]


def _remembered(spec: Spec, name: str, folder: Path) -> list[Rendition]:
    """Return renditions kept from an earlier build, or make and keep them."""
    digest = hashlib.sha256()
    for source in (__file__, svg_lines.__file__):
        digest.update(Path(source).read_bytes())
    for part in (
        json.dumps(spec, sort_keys=True),
        name,
        importlib.metadata.version("vl-convert-python"),
    ):
        digest.update(part.encode() + b"\0")
    file = folder / f"{digest.hexdigest()[:24]}.json"
    try:
        made = [Rendition(**r) for r in json.loads(file.read_text(encoding="utf-8"))]
        file.touch()
    except (OSError, ValueError, TypeError):  # not there, or damaged
        made = renditions(spec, name)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".new")
        temporary.write_text(json.dumps([asdict(r) for r in made]), encoding="utf-8")
        temporary.replace(file)
    return made


def is_wide(r: Rendition) -> bool:
    """Whether a rendition does not fit a phone."""
    return r.width > NARROW


def rendition(spec: Spec, prefix: str) -> Rendition:
    """Compile a Vega-Lite spec to its static and, where it reacts, its live form."""
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGALITE_VERSION)
    width, height = _side(svg, "width"), _side(svg, "height")
    svg = _inline_svg(svg, prefix, spec["description"])
    vega = vl_convert.vegalite_to_vega(spec, vl_version=VEGALITE_VERSION)
    return Rendition(svg, width, height, _live(vega) if _reacts(spec) else None)


def _side(svg: str, name: str) -> float:
    """Return the width or height of an SVG."""
    return float(re.findall(rf'{name}="([\d.]+)"', svg)[0])


def narrowed(spec: Spec, width: float) -> Spec:
    """Return the same chart for a phone: panels below one another, none wider than the page.

    ``width`` is that of the whole chart as authored; what a chart needs beside its plots (axes,
    legends) is measured on the first try and taken off in the second. Raises
    :class:`TooWideError` where it is not the plots that are too wide but texts.
    """
    stacked = _stacked(copy.deepcopy(spec))
    config = stacked.setdefault("config", {})
    config.setdefault("legend", {}).update({"orient": "bottom", "direction": "horizontal"})
    inner = NARROW
    while inner >= NARROW / 2:
        attempt = _clamped(copy.deepcopy(stacked), inner)
        svg = vl_convert.vegalite_to_svg(attempt, vl_version=VEGALITE_VERSION)
        total = _side(svg, "width")
        if total <= NARROW:
            return attempt
        inner -= int(total - NARROW) + 1
    raise TooWideError(
        f"stays {total:.0f} pixels wide on a phone, however small its plots; "
        f"break or shorten its longest text ({NARROW} pixels fit)"
    )


def controls(vega: str, name: str) -> str:
    """Return the HTML of the inputs that a Vega spec binds to signals, or ``""``.

    Each control carries ``data-signal``; ``book.js`` connects it.
    """
    bound = [s for s in json.loads(vega).get("signals", []) if "input" in s.get("_bind", {})]
    return "".join(_control(s["name"], s["_bind"], s.get("value"), name) for s in bound)


def _stacked(spec: Spec) -> Spec:
    """Turn side-by-side panels into a column, at every depth."""
    if "hconcat" in spec:
        spec["vconcat"] = spec.pop("hconcat")
    for several in (spec.get("facet"), spec.get("repeat")):
        if isinstance(several, dict) and "column" in several and "row" not in several:
            several["row"] = several.pop("column")
    encoding = spec.get("encoding", {})
    if "column" in encoding and "row" not in encoding:
        encoding["facet"] = encoding.pop("column")
    if "facet" in encoding:
        encoding["facet"]["columns"] = 1
    if "concat" in spec or "columns" in spec:
        spec["columns"] = 1
    for key in ("vconcat", "concat"):
        if key in spec:
            spec[key] = [_stacked(panel) for panel in spec[key]]
    if isinstance(spec.get("spec"), dict):
        _stacked(spec["spec"])
    return spec


def _clamped(spec: Spec, width: int) -> Spec:
    """Shrink every plot wider than ``width``; square plots stay square, and large texts get 13."""
    if isinstance(spec.get("mark"), dict) and spec["mark"].get("type") == "text":
        spec["mark"]["fontSize"] = min(spec["mark"].get("fontSize", 13), 13)
    if isinstance(spec.get("width"), (int, float)) and spec["width"] > width:
        if isinstance(spec.get("height"), (int, float)) and spec["height"] == spec["width"]:
            spec["height"] = width
        spec["width"] = width
    for key in ("vconcat", "concat", "layer"):
        for panel in spec.get(key, []):
            _clamped(panel, width)
    if isinstance(spec.get("spec"), dict):
        _clamped(spec["spec"], width)
    return spec


def _reacts(spec: Any) -> bool:
    """Whether a Vega-Lite spec has parameters that react or tooltips."""
    if isinstance(spec, dict):
        if any("bind" in p or "select" in p for p in spec.get("params", []) if isinstance(p, dict)):
            return True
        if "tooltip" in spec and spec["tooltip"] is not None:
            return True
        return any(_reacts(value) for key, value in spec.items() if key not in ("datasets", "data"))
    if isinstance(spec, list):
        return any(_reacts(value) for value in spec)
    return False


def _live(vega: Spec) -> str:
    """Return the spec that the page runs: input bindings set aside for the page's own controls."""
    vega.pop("$schema", None)
    for signal in vega.get("signals", []):
        if isinstance(signal.get("bind"), dict) and "input" in signal["bind"]:
            signal["_bind"] = signal.pop("bind")
    return json.dumps(vega, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _inline_svg(svg: str, prefix: str, description: str) -> str:
    """Make an SVG safe beside others in a page: own ids, one accessible name, lean paths."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
    svg = re.sub(r'(xlink:href|href)="#([^"]+)"', rf'\1="#{prefix}-\2"', svg)
    svg = re.sub(r' (?:role|aria-label|aria-roledescription|aria-hidden)="[^"]*"', "", svg)
    svg = re.sub(
        r' pointer-events="none"| (?:class|font-family)="[^"]*"| text-anchor="start"', "", svg
    )
    svg = re.sub(r'<path (?:d=""[^>]*|d="M0,0h[\d.]+v[\d.]+h-?[\d.]+Z")/>', "", svg)
    svg = re.sub(r"<g></g>", "", svg)
    svg = re.sub(r"<[^>]+>", lambda tag: _LONG_NUMBER.sub(_rounded, tag[0]), svg)
    svg = _STRAIGHT.sub(
        lambda d: svg_lines.lean(re.sub(r"(\.\d)\d+", r"\1", d[0]).replace(".0", "")), svg
    )
    svg = _SQUARES.sub(_merged, svg)
    return re.sub(
        r"<svg ", f'<svg role="img" aria-label="{html.escape(description)}" ', svg, count=1
    )


_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


_STRAIGHT = re.compile(r' d="[MLZ\d.,-]+"')
"""Paths of straight lines between absolute places, for which a tenth of a pixel is enough."""


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


_SQUARE = re.compile(r'<path d="M(-?[\d.]+),(-?[\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z"([^>]*)/>')
_SQUARES = re.compile(r'(?:<path d="M-?[\d.]+,-?[\d.]+h[\d.]+v[\d.]+h-[\d.]+Z"[^>]*/>){2,}')


def _merged(squares: re.Match[str]) -> str:
    """Join neighbouring squares of one row and colour, and drop those that nobody can see."""
    runs: list[list[Any]] = []
    for x, y, width, height, style in _SQUARE.findall(squares[0]):
        left, right = float(x), float(x) + float(width)
        same = runs and runs[-1][2:] == [y, height, style]
        if same and abs(runs[-1][1] - left) < 0.05:
            runs[-1][1] = right
        else:
            runs.append([left, right, y, height, style])
    return "".join(
        f'<path d="M{a:g},{y}h{b - a:g}v{height}H{a:g}Z" shape-rendering="crispEdges"{style}/>'
        for a, b, y, height, style in runs
        if ' opacity="0"' not in style
    )


def _control(signal: str, bind: Spec, value: Any, figure: str) -> str:
    kind, key = bind["input"], f"{figure}-{signal}"
    label = html.escape(str(bind.get("name") or signal).strip().rstrip(":"))
    data = f'data-signal="{html.escape(signal)}"'
    if kind == "range":
        step = bind.get("step", (bind["max"] - bind["min"]) / 100)
        decimals = max(0, len(f"{step:.6f}".rstrip("0").split(".")[1]))
        shown = f"{value:.{decimals}f}".replace("-", "−")
        return (
            f'<div class="control"><label for="{key}">{label}</label>'
            f'<input type="range" id="{key}" {data} min="{bind["min"]}" max="{bind["max"]}" '
            f'step="{step}" value="{value}" data-decimals="{decimals}" autocomplete="off">'
            f'<output for="{key}">{shown}</output></div>'
        )
    if kind == "checkbox":
        checked = " checked" if value else ""
        return (
            f'<div class="control control-check"><input type="checkbox" id="{key}" {data}{checked} '
            f'autocomplete="off"><label for="{key}">{label}</label></div>'
        )
    if kind in ("select", "radio"):
        options, labels = bind["options"], bind.get("labels") or bind["options"]
        choices = "".join(
            f'<option value="{html.escape(json.dumps(o, ensure_ascii=False))}"'
            f"{' selected' if o == value else ''}>"
            f"{html.escape(str(shown))}</option>"
            for o, shown in zip(options, labels, strict=True)
        )
        return (
            f'<div class="control"><label for="{key}">{label}</label>'
            f'<select id="{key}" {data} autocomplete="off">{choices}</select></div>'
        )
    raise FigureError(f"{figure}: a chart's input of type {kind!r} has no control in the book")


def _visit_html(translator: Any, node: chart_figure) -> None:
    page = translator.builder.current_docname
    root = "../" * page.count("/")
    translator.body.append(figure_html(node, root))
    raise nodes.SkipNode


def figure_html(node: chart_figure, root: str) -> str:
    """Return a figure's HTML in a page whose way to the site's top is ``root`` (``"../"``...)."""
    views = []
    for r, size in zip(node["renditions"], ("wide", "narrow"), strict=False):
        only = " only" if len(node["renditions"]) == 1 else ""
        live = f' data-spec="{root}{FOLDER}/{spec_name(r.vega)}"' if r.vega else ""
        views.append(
            f'<div class="chart-view {size}{only}"{live} '
            f'style="width:{r.width:g}px;--ratio:{r.width:g}/{r.height:g}">{r.svg}</div>'
        )
    form = f'<form class="chart-controls">{node["controls"]}</form>' if node["controls"] else ""
    reader = '<p class="readout visually-hidden" aria-live="polite"></p>' if form else ""
    live = " chart-live" if node["renditions"][0].vega else ""
    label = html.escape(node["description"])
    return (
        f'<div class="chart{live}" data-vendor="{root}vendor/vega/" data-label="{label}">'
        f"{''.join(views)}{form}{reader}</div>"
    )


def spec_name(vega: str) -> str:
    """Return the content-hashed file name of a live spec."""
    return hashlib.sha256(vega.encode()).hexdigest()[:16] + ".json"


def _skip(_: Any, __: nodes.Node) -> None:
    raise nodes.SkipNode


def _collect(app: Any, doctree: nodes.document) -> None:
    figures = {node["name"]: node for node in doctree.findall(chart_figure)}
    if not hasattr(app.env, "book_figures"):
        app.env.book_figures = {}
    app.env.book_figures[app.env.docname] = figures


def _forget(app: Any, env: Any, docname: str) -> None:
    getattr(env, "book_figures", {}).pop(docname, None)


def _write_specs(app: Any, exception: Exception | None) -> None:
    """Write the live specs of all pages, and remove those that no page uses any more."""
    if exception or app.builder.format != "html":
        return
    long_ago = time.time() - DAYS_KEPT * 86_400
    for unused in (Path(app.srcdir) / KEPT).glob("*"):
        if unused.stat().st_mtime < long_ago:
            unused.unlink()
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    specs = {
        spec_name(r.vega): r.vega
        for figures in getattr(app.env, "book_figures", {}).values()
        for node in figures.values()
        for r in node["renditions"]
        if r.vega
    }
    for old in folder.iterdir():
        if old.name not in specs:
            old.unlink()
    for name, text in specs.items():
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")


def setup(app: Any) -> None:
    """Register the figure node and the writing of live specs."""
    app.add_node(chart_figure, html=(_visit_html, None), latex=(_skip, None), text=(_skip, None))
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _forget)
    app.connect("build-finished", _write_specs)
