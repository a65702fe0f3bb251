"""The same chart for a phone: as many panels side by side as stay readable, the others below.

A chart's *places* are where it puts panels beside one another: ``hconcat``, ``concat``, facets and
repeated plots. Each is tried with as many columns as authored, then with fewer; what a chart needs
beside its plots (axes, legends) is measured.
"""

import copy
import math
from collections.abc import Iterator
from typing import Any

import vl_convert

from nbsrc.site.figures.contract import FigureFault, Spec
from nbsrc.site.figures.svg import side

VEGALITE_VERSION = "6.4"
NARROW = 358
"""Width in CSS pixels that a figure has on a phone of 390 pixels."""
READABLE = 100
"""Width in pixels below which a plot shrinks only if it stands alone in its row."""
SHRINK = 0.4
"""How far a plot may shrink, as a share, to stand beside another."""
LETTERS_SHRINK = 0.8
"""How far a plot with texts in it may shrink, as a share, to stand beside another."""
SMALLEST_TEXT, LARGEST_TEXT = 11, 13


def narrowed(spec: Spec) -> Spec:
    """Return the same chart no wider than a phone.

    Raises :class:`FigureFault` where it is not the plots that are too wide but texts.
    """
    spec = copy.deepcopy(spec)
    spec.setdefault("config", {}).setdefault("legend", {}).update(
        {"orient": "bottom", "direction": "horizontal"}
    )
    _resize_texts(spec)
    choices = [_options(place) for place in _places(spec)]
    chosen = [options[-1] for options in choices]
    best, width = _shrunk(_arranged(spec, chosen), NARROW / 2, 1)
    if best is None:
        raise FigureFault(
            f"stays {width:.0f} pixels wide on a phone, however small its plots; "
            f"break or shorten its longest text ({NARROW} pixels fit)"
        )
    for number, options in enumerate(choices):
        for option in options[:-1]:
            attempt = [*chosen[:number], option, *chosen[number + 1 :]]
            fits, _ = _shrunk(_arranged(spec, attempt), None, option)
            if fits is not None:
                best, chosen = fits, attempt
                break
    return best


def _places(spec: Spec) -> Iterator[Spec]:
    """Yield every view that puts plots beside one another, outermost first, always in one order."""
    encoding = spec.get("encoding", {})
    if (
        "hconcat" in spec
        or "concat" in spec
        or _is_split(spec)
        or "column" in encoding
        or "facet" in encoding
    ):
        yield spec
    for key in ("hconcat", "vconcat", "concat"):
        for panel in spec.get(key, []):
            yield from _places(panel)
    if isinstance(spec.get("spec"), dict):
        yield from _places(spec["spec"])


def _is_split(spec: Spec) -> bool:
    """Whether a spec is a facet or a repeated plot with columns."""
    split = spec.get("facet") or spec.get("repeat")
    return isinstance(split, dict) and ("column" in split or "columns" in spec)


def _options(place: Spec) -> list[int]:
    """Return the numbers of columns to try, best first, one last."""
    panels = place.get("hconcat") or place.get("concat")
    most = min(len(panels), place.get("columns") or len(panels)) if panels else 2
    return list(range(most, 0, -1))


def _arranged(spec: Spec, columns: list[int]) -> Spec:
    """Return a copy whose places have the numbers of columns given."""
    spec = copy.deepcopy(spec)
    for place, number in zip(list(_places(spec)), columns, strict=True):
        _arrange(place, number)
    return spec


def _arrange(place: Spec, columns: int) -> None:
    if "hconcat" in place and columns < len(place["hconcat"]):
        place["concat"], place["columns"] = place.pop("hconcat"), columns
    elif "concat" in place:
        place["columns"] = columns
    for split in (place.get("facet"), place.get("repeat")):
        if isinstance(split, dict) and "column" in split and "row" not in split and columns == 1:
            split["row"] = split.pop("column")
    if "columns" in place:
        place["columns"] = columns
    encoding = place.get("encoding", {})
    if "column" in encoding and "row" not in encoding:
        encoding["facet"] = encoding.pop("column")
    if "facet" in encoding:
        encoding["facet"]["columns"] = columns


def _shrunk(spec: Spec, least: float | None, columns: int) -> tuple[Spec | None, float]:
    """Return the spec with plots small enough for a phone, and the width it came to.

    None in place of the spec where plots would become narrower than ``least``, or, where that is
    None, less than readable beside another.
    """
    inner: float = NARROW
    while True:
        attempt = copy.deepcopy(spec)
        readable = [_clamp(plot, int(inner)) for plot in _plots(attempt)]
        svg = vl_convert.vegalite_to_svg(attempt, vl_version=VEGALITE_VERSION)
        width = side(svg, "width")
        if least is None and not all(readable):
            return None, width
        if width <= NARROW:
            return attempt, width
        inner -= math.ceil((width - NARROW) / columns)
        if inner < (least or READABLE / 2):
            return None, width


def _plots(spec: Spec) -> Iterator[Spec]:
    """Yield every view that may have a width of its own."""
    yield spec
    for key in ("hconcat", "vconcat", "concat", "layer"):
        for panel in spec.get(key, []):
            yield from _plots(panel)
    if isinstance(spec.get("spec"), dict):
        yield from _plots(spec["spec"])


def _clamp(plot: Spec, width: int) -> bool:
    """Make a plot no wider than ``width``, square ones square; tell whether it stays readable."""
    before, height = plot.get("width"), plot.get("height")
    if not isinstance(before, (int, float)) or before <= width:
        return True
    if height == before:
        plot["height"] = width
    plot["width"] = width
    least = LETTERS_SHRINK * before if _has_text(plot) else max(READABLE, SHRINK * before)
    return width >= least


def _has_text(spec: Any) -> bool:
    """Whether texts are among the marks of a view."""
    mark = spec.get("mark")
    kind = mark.get("type") if isinstance(mark, dict) else mark
    return kind == "text" or any(_has_text(layer) for layer in spec.get("layer", []))


def _resize_texts(spec: Spec) -> None:
    """Give marks of text a size that is read on a phone and leaves room for the rest; in place."""
    for plot in _plots(spec):
        mark = plot.get("mark")
        if isinstance(mark, dict) and mark.get("type") == "text":
            size = mark.get("fontSize", LARGEST_TEXT)
            if isinstance(size, (int, float)):
                mark["fontSize"] = max(SMALLEST_TEXT, min(size, LARGEST_TEXT))
