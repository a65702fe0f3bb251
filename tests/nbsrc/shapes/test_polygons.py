"""Convex polygons: which domains are taken, and what a cut does to them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.shapes.polygons import Cutting, checked_domain, polygon_areas, rectangle

SQUARE = rectangle()


@pytest.mark.parametrize(
    ("corners", "complaint"),
    [
        ([[0, 0], [1, 0]], "three or more"),
        ([0, 1, 2], "three or more"),
        ([[0, 0, 0]] * 3, "three or more"),
        ([[0, 0], [1, 0], [np.nan, 1]], "NaN"),
        ([[0, 0], [1, 0], [np.inf, 1]], "NaN"),
        ([[0, 0], [1, 1], [2, 2]], "no area"),
        ([[1, 1], [1, 1], [1, 1]], "no area"),
        (rectangle((0, 0)), "no area"),
        ([[0, 0], [2, 0], [1, 0.5], [2, 2], [0, 2]], "not convex"),
        ([[0, 0], [1, 0], [0, 1], [2, 2]], "not convex"),
    ],
)
def test_a_domain_that_is_no_convex_polygon_is_refused(corners: list, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        checked_domain(corners)


def test_a_star_that_always_turns_left_is_not_convex() -> None:
    angles = 4 * np.pi * np.arange(5) / 5
    with pytest.raises(ValueError, match="not convex"):
        checked_domain(np.stack([np.cos(angles), np.sin(angles)], axis=1))


@given(st.integers(3, 9), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.booleans())
def test_regular_polygons_are_taken_whichever_way_they_run(
    n: int, shift: float, size: float, clockwise: bool
) -> None:
    angles = 2 * np.pi * np.arange(n) / n * (-1 if clockwise else 1)
    corners = shift + size * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = checked_domain(corners)
    area = polygon_areas(found, np.array([0, len(found)]))[0]
    assert len(found) == n
    assert area == pytest.approx(size**2 * n / 2 * np.sin(2 * np.pi / n), rel=1e-6)


def cut(cutting: Cutting, u: float, v: float, w: float, tolerance: float = 1e-10) -> None:
    n = len(cutting)
    cutting.cut(np.tile([u, v], (n, 1)).astype(float), np.full(n, float(w)), np.full(n, tolerance))


@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 3), max_size=8))
def test_no_cut_loses_area_or_turns_a_polygon_round(rows: list) -> None:
    cutting = Cutting.of(SQUARE)
    for u, v, w in rows:
        cut(cutting, u, v, w)
    areas = polygon_areas(cutting.corners, cutting.starts)
    assert areas.min() > 0
    assert areas.sum() == pytest.approx(4, rel=1e-12)


@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 3), max_size=6))
def test_neighbours_are_the_pairs_that_share_a_stretch_of_an_edge(rows: list) -> None:
    cutting = Cutting.of(SQUARE)
    for u, v, w in rows:
        cut(cutting, u, v, w)
    polygons = np.split(cutting.corners, cutting.starts[1:-1])
    expected = {
        (a, b)
        for a in range(len(polygons))
        for b in range(a)
        if shared_length(polygons[a], polygons[b]) > 1e-9
    }
    found = [(int(max(pair)), int(min(pair))) for pair in cutting.neighbours()]
    assert sorted(found) == sorted(expected)


def shared_length(one: np.ndarray, other: np.ndarray) -> float:
    """Return how long a border two polygons share, edge by edge."""
    most = 0.0
    for a, b in zip(one, np.roll(one, -1, axis=0), strict=True):
        along = (b - a) / np.hypot(*(b - a))
        for c, d in zip(other, np.roll(other, -1, axis=0), strict=True):
            aside = [abs(along[0] * (p - a)[1] - along[1] * (p - a)[0]) for p in (c, d)]
            if max(aside) < 1e-9:
                low, high = sorted(float((p - a) @ along) for p in (c, d))
                most = max(most, min(high, float(np.hypot(*(b - a)))) - max(low, 0.0))
    return most


def test_a_line_through_an_edge_shorter_than_the_tolerance_counts_nothing_twice() -> None:
    short = np.array([[0, 0], [1, 0], [1, 0.999], [0.999, 1], [0, 1]])
    cutting = Cutting.of(short)
    cut(cutting, 1, -1, 0.0, tolerance=2e-3)  # the diagonal: both ends of the short edge count as 0
    areas = polygon_areas(cutting.corners, cutting.starts)
    assert len(cutting) == 2
    assert areas.sum() == pytest.approx(1 - 0.001**2 / 2, rel=1e-12)
