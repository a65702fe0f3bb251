"""Inline SVG: safe beside others in a page, and lean."""

import html
import re
from typing import Any

from nbsrc.site.figures import svg_lines

_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_STRAIGHT = re.compile(r' d="[MLZ\d.,-]+"')
"""Paths of straight lines between absolute places, for which a tenth of a pixel is enough."""
_SQUARE = re.compile(r'<path d="M(-?[\d.]+),(-?[\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z"([^>]*)/>')
_SQUARES = re.compile(r'(?:<path d="M-?[\d.]+,-?[\d.]+h[\d.]+v[\d.]+h-[\d.]+Z"[^>]*/>){2,}')


def inline_svg(svg: str, prefix: str, description: str) -> str:
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
    svg = _SQUARES.sub(merged, svg)
    return re.sub(
        r"<svg ", f'<svg role="img" aria-label="{html.escape(description)}" ', svg, count=1
    )


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def merged(squares: re.Match[str]) -> str:
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


def side(svg: str, name: str) -> float:
    """Return the width or height of an SVG."""
    return float(re.findall(rf'{name}="([\d.]+)"', svg)[0])
