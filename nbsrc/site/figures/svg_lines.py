"""Static pictures made lean: straight-line paths with no more corners than the eye can tell."""

import re

Point = tuple[float, float]

TOLERANCE = 0.2
"""How far, in pixels, a lean path may stray from the full one: less than anybody sees."""
_LINE = re.compile(r"M-?[\d.]+,-?[\d.]+(?:L-?[\d.]+,-?[\d.]+){2,}(?=Z?(?:M|\"|$))")


def lean(path: str, tolerance: float = TOLERANCE) -> str:
    """Return an SVG path whose runs of straight lines have lost the corners that do not show.

    Only absolute ``M`` and ``L`` are touched (Ramer 1972; Douglas and Peucker 1973).

    >>> lean("M0,0L1,0.01L2,0L2,5L2,9")
    'M0,0L2,0L2,9'
    """
    return _LINE.sub(lambda run: _lean_run(run[0], tolerance), path)


def _lean_run(run: str, tolerance: float) -> str:
    texts = run[1:].split("L")
    points = [(float(x), float(y)) for x, y in (text.split(",") for text in texts)]
    return "M" + "L".join(texts[i] for i in _corners(points, tolerance))


def _corners(points: list[Point], tolerance: float) -> list[int]:
    """Return the indices of the corners to keep, the first and the last among them."""
    kept, spans = {0, len(points) - 1}, [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        distances = [_distance(p, points[first], points[last]) for p in points[first + 1 : last]]
        if distances and max(distances) > tolerance:
            farthest = first + 1 + distances.index(max(distances))
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return sorted(kept)


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from a stretch of line."""
    (px, py), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else ((px - x1) * dx + (py - y1) * dy) / length
    along = min(1.0, max(0.0, along))
    return float(((px - x1 - along * dx) ** 2 + (py - y1 - along * dy) ** 2) ** 0.5)
