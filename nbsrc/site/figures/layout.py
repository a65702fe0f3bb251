"""Live pictures laid out as the still ones are.

Fonts differ between the machine that builds and the one that reads, so Vega measures texts
differently on both, and what it places by them: axes, and panels beside one another. Here a live
spec is given the places that the still picture has: its size, its padding, and its panels'.
"""

import re
from collections.abc import Iterator

from nbsrc.site.figures.contract import Spec

_SIZE = re.compile(r'<svg [^>]*width="([\d.]+)" height="([\d.]+)"')
_ORIGIN = re.compile(r'<g fill="none"[^>]*transform="translate\((-?[\d.]+),(-?[\d.]+)\)"')
_PLOT = re.compile(
    r'role-frame root"[^>]*><g[^>]*><path[^>]* d="M[-\d.]+,[-\d.]+h(-?[\d.]+)v(-?[\d.]+)'
)


def laid_out(vega: Spec, svg: str) -> Spec:
    """Return a compiled spec that Vega lays out as it did the picture ``svg``."""
    (size, origin, plot) = (_pair(pattern, svg) for pattern in (_SIZE, _ORIGIN, _PLOT))
    if size is None or origin is None or plot is None:
        raise ValueError("the still picture is not one that Vega drew")
    right, bottom = (size[i] - origin[i] - plot[i] for i in (0, 1))
    padding = {"left": origin[0], "top": origin[1], "right": right, "bottom": bottom}
    placed = {**vega, "autosize": "none", "padding": padding}
    _place_panels(placed, svg)
    return placed


def _pair(pattern: re.Pattern[str], svg: str) -> tuple[float, float] | None:
    found = pattern.search(svg)
    return (float(found[1]), float(found[2])) if found else None


def _place_panels(group: Spec, svg: str) -> None:
    """Put panels beside one another where the picture has them, at every depth; in place."""
    panels = [m for m in group.get("marks", []) if m.get("type") == "group"]
    places = [_panel_place(panel, svg) for panel in panels]
    if "layout" in group and panels and all(places):
        del group["layout"]
        for panel, place in zip(panels, places, strict=True):
            update = panel.setdefault("encode", {}).setdefault("update", {})
            update["x"], update["y"] = ({"value": v} for v in place or ())
    for panel in panels:
        _place_panels(panel, svg)


def _panel_place(panel: Spec, svg: str) -> tuple[float, float] | None:
    """Return where a picture has a panel; None unless it is drawn once."""
    name = re.escape(str(panel.get("name")))
    places = list(_places(name, svg))
    return places[0] if len(places) == 1 else None


def _places(name: str, svg: str) -> Iterator[tuple[float, float]]:
    group = rf'<g class="mark-group role-scope {name}"[^>]*>(?=<g)(.*?)<path'
    for found in re.finditer(group, svg):
        for x, y in re.findall(r"<g transform=\"translate\((-?[\d.]+),(-?[\d.]+)\)\"", found[1]):
            yield float(x), float(y)
