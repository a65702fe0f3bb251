"""Lean paths look as the full ones do."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from nbsrc.site.figures.svg_lines import TOLERANCE, lean

Place = tuple[float, float]

numbers = st.integers(-3000, 3000).map(lambda n: n / 10)
lines = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=30)


def path_of(points: list[Place]) -> str:
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points)


def points_of(path: str) -> list[Place]:
    return [
        (float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", path.rstrip("Z"))
    ]


def distance_to_line(point: Place, corners: list[Place]) -> float:
    """Distance of a point from a line through corners, by trying many places on it."""
    best = float("inf")
    for (x1, y1), (x2, y2) in itertools.pairwise(corners):
        for i in range(1001):
            t = i / 1000
            x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
            best = min(best, ((x - point[0]) ** 2 + (y - point[1]) ** 2) ** 0.5)
    return best


@given(lines)
def test_every_corner_of_the_full_path_is_close_to_the_lean_one(points: list[Place]) -> None:
    kept = points_of(lean(path_of(points)))
    step = max(
        ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 for (x1, y1), (x2, y2) in itertools.pairwise(kept)
    )
    for point in points[:: max(1, len(points) // 5)]:
        assert distance_to_line(point, kept) <= TOLERANCE + step / 2000 + 1e-6


@given(lines, st.sampled_from(["", "Z"]))
def test_a_lean_path_keeps_its_ends_and_adds_no_corner(points: list[Place], closing: str) -> None:
    full = path_of(points) + closing
    kept = points_of(lean(full))
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert set(kept) <= set(points) and len(kept) <= len(points)
    assert lean(full).endswith("Z") == bool(closing)


def test_a_straight_row_of_points_becomes_one_line() -> None:
    assert lean("M0,0L1,0L2,0L3,0Z") == "M0,0L3,0Z"


def test_corners_that_show_stay() -> None:
    assert lean("M0,0L5,0L5,5L0,5Z") == "M0,0L5,0L5,5L0,5Z"


def test_other_commands_are_left_alone() -> None:
    circle = "M2,0A2,2,0,1,1,-2,0A2,2,0,1,1,2,0"
    assert lean(circle) == circle and lean("M0,0h10v2h-10Z") == "M0,0h10v2h-10Z"


def test_each_of_several_lines_in_one_path_is_made_lean() -> None:
    assert lean("M0,0L1,0L2,0M5,5L6,6L7,7") == "M0,0L2,0M5,5L7,7"


def test_a_ripple_that_shows_stays_and_one_that_does_not_goes() -> None:
    def ripple(height: float) -> str:
        return path_of([(i, height * (i % 2)) for i in range(21)])

    assert lean(ripple(2 * TOLERANCE)) == ripple(2 * TOLERANCE)
    assert lean(ripple(0.5 * TOLERANCE)) == "M0,0L20,0"
