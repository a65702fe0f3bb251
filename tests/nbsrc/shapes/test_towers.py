"""Towers, their windows of failure, and polygons: against networks, shoelaces and counting."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from nbsrc.networks import predict
from nbsrc.shapes import towers


def hills(x1: Any, x2: Any) -> Any:
    return 0.6 + 0.3 * np.sin(2 * np.pi * x1) * np.cos(2 * np.pi * x2)


SLOPE, TALLEST = 0.6 * np.pi, 0.9


def test_the_arms_of_a_cross_are_half_as_high_as_its_middle() -> None:
    x1, x2 = np.array([0.5, 0.5, 0.1, 0.1]), np.array([0.5, 0.1, 0.5, 0.1])
    assert_allclose(towers.cross(x1, x2, 0.3, 0.7, 500.0), [2, 1, 1, 0], atol=1e-9)


def test_a_threshold_between_arm_and_middle_leaves_the_middle_alone() -> None:
    x1, x2 = np.array([0.5, 0.5, 0.1, 0.1]), np.array([0.5, 0.1, 0.5, 0.1])
    assert_allclose(towers.tower(x1, x2, 0.3, 0.7, 500.0, 60.0), [1, 0, 0, 0], atol=1e-9)
    low = towers.tower(x1, x2, 0.3, 0.7, 500.0, 60.0, 0.5)
    assert_allclose(low, [1, 1, 1, 0], atol=1e-9)


@pytest.mark.parametrize(("cells", "copies"), [(1, 1), (3, 1), (4, 2), (5, 3), (2, 8)])
def test_the_landscape_is_what_its_network_answers(cells: int, copies: int) -> None:
    steepness, gain = 300.0 * cells, 50.0
    network = towers.landscape_network(hills, cells, copies, steepness, gain)
    spots = np.random.default_rng(cells).random((300, 2))
    spots[:4] = [(0, 0), (1, 1), (0.5, 0.5), (1 / cells, 1 / cells)]
    short = towers.landscape(spots[:, 0], spots[:, 1], hills, cells, copies, steepness, gain)
    allowed = towers.far_towers(cells, steepness, gain, TALLEST) + 1e-10
    assert np.abs(predict(network, spots)[:, 0] - short).max() <= allowed


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 6))
def test_far_from_every_edge_a_place_gets_the_height_at_its_cells_middle(
    x1: float, x2: float, cells: int
) -> None:
    middles = [(np.minimum(np.floor(x * cells), cells - 1) + 0.5) / cells for x in (x1, x2)]
    inside = [m + 0.8 * (x - m) for x, m in zip((x1, x2), middles, strict=True)]
    found = towers.landscape(inside[0], inside[1], hills, cells, 1, 400.0 * cells, 100.0)
    assert found == pytest.approx(hills(*middles), abs=1e-6)


@pytest.mark.parametrize("steepness", [50.0, 5e3, 5e6])
def test_where_four_cells_meet_the_landscape_is_flat_ground_however_steep(
    steepness: float,
) -> None:
    assert towers.landscape(0.5, 0.5, hills, 4, 1, steepness, 60.0) < 1e-9


def test_shifted_copies_halve_quarter_and_so_on_what_is_missing() -> None:
    flat = [
        1 - towers.landscape(0.5, 0.5, lambda a, b: 1 + 0 * a, 4, m, 4000.0, 60.0)
        for m in (1, 2, 4, 8)
    ]
    assert_allclose(flat, [1, 1 / 2, 1 / 4, 1 / 8], atol=1e-6)


@pytest.mark.parametrize(("cells", "copies"), [(2, 1), (4, 2), (3, 4)])
def test_no_place_has_an_error_outside_of_the_two_bounds(cells: int, copies: int) -> None:
    steepness, gain = 200.0 * cells, 40.0
    low, high = towers.landscape_error(hills, SLOPE, TALLEST, cells, copies, steepness, gain)
    network = towers.landscape_network(hills, cells, copies, steepness, gain)
    edges = [(i + j / copies) / cells for i in range(cells + 1) for j in range(copies)]
    near = np.concatenate([np.array(edges) + d / steepness for d in np.linspace(-6, 6, 15)])
    near = np.clip(near, 0, 1)
    spots = np.column_stack([g.ravel() for g in np.meshgrid(near, near)])
    found = np.abs(predict(network, spots)[:, 0] - hills(*spots.T)).max()
    assert low - 1e-9 <= found <= high
    assert high < 1.4 * (TALLEST / copies + SLOPE * np.sqrt(2) / (2 * cells))


def test_a_bound_that_forgets_the_windows_would_be_too_low() -> None:
    low, _ = towers.landscape_error(hills, SLOPE, TALLEST, 8, 1, 3200.0, 60.0)
    assert low > SLOPE * np.sqrt(2) / 8 and low == pytest.approx(TALLEST, abs=1e-6)


@pytest.mark.parametrize(
    "wrong", [{"cells": 0}, {"copies": -1}, {"steepness": np.nan}, {"gain": 0}, {"boxes": 3}]
)
def test_what_is_not_positive_is_refused(wrong: dict) -> None:
    given_ = {"cells": 2, "copies": 1, "steepness": 100.0, "gain": 40.0, "boxes": 4}
    with pytest.raises(ValueError, match=r"above 0|even"):
        towers.landscape_error(hills, SLOPE, TALLEST, **{**given_, **wrong})


@given(
    st.floats(-3, 3), st.floats(-3, 3), st.integers(3, 40), st.floats(0.3, 1.5), st.floats(-3, 3)
)
def test_half_planes_are_counted_as_a_sum_counts_them(
    x1: float, x2: float, n: int, distance: float, turn: float
) -> None:
    angles = turn + 2 * np.pi * np.arange(n) / n
    reads = x1 * np.cos(angles) + x2 * np.sin(angles)
    if np.abs(reads - distance).min() > 1e-9:
        assert towers.half_planes(x1, x2, n, distance, turn) == (reads <= distance).sum()


@given(st.integers(3, 40))
def test_far_away_about_half_of_the_half_planes_remain(n: int) -> None:
    angles = np.linspace(0, 2 * np.pi, 101) + 0.01
    left = towers.half_planes(1e6 * np.cos(angles), 1e6 * np.sin(angles), n, 1.0)
    assert np.abs(left - n / 2).max() <= 0.5


def corners(n: int, distance: float, turn: float = 0.0) -> NDArray[np.float64]:
    """Return the corners (n, 2) of the n-gon whose sides stand at a distance from the middle."""
    angle = turn + np.pi * (2 * np.arange(n) + 1) / n
    return distance / np.cos(np.pi / n) * np.column_stack([np.cos(angle), np.sin(angle)])


@given(st.integers(3, 40))
def test_touching_sides_leave_what_the_shoelace_finds_beyond_the_disc(n: int) -> None:
    x, y = corners(n, 1.0, 0.4).T
    area = 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))
    assert towers.polygon_error(n, 1.0) == pytest.approx(area / np.pi - 1, rel=1e-9)


@given(st.integers(3, 40))
def test_corners_on_the_circle_leave_what_the_shoelace_finds_missing(n: int) -> None:
    x, y = corners(n, np.cos(np.pi / n)).T
    area = 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))
    found = towers.polygon_error(n, np.cos(np.pi / n))
    assert found == pytest.approx(1 - area / np.pi, rel=1e-7)


@given(st.integers(3, 40), st.floats(0.4, 1.4))
def test_no_distance_is_better_than_the_best(n: int, distance: float) -> None:
    best = towers.polygon_error(n, towers.best_distance(n))
    assert best <= towers.polygon_error(n, distance) + 1e-12


@pytest.mark.parametrize(("n", "distance"), [(3, 0.8), (5, 0.95), (7, 1.1), (4, 0.6)])
def test_the_difference_is_what_counting_points_finds(n: int, distance: float) -> None:
    at = (np.arange(800) + 0.5) / 800 * 4 - 2
    x1, x2 = np.meshgrid(at, at)
    differs = (towers.half_planes(x1, x2, n, distance, 0.3) > n - 0.5) != (x1**2 + x2**2 < 1)
    assert towers.polygon_error(n, distance) == pytest.approx(differs.mean() * 16 / np.pi, abs=2e-3)
