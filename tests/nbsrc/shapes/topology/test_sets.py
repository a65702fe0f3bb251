"""The sets have the shapes they are named for."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.spatial.distance import cdist

from nbsrc.shapes.topology.sets import (
    crossed_curves,
    disk_in_ring,
    grid_lines,
    interval_in_intervals,
    linked_rings,
    linked_tori,
    spirals,
)


def separable(points: np.ndarray, labels: np.ndarray) -> bool:
    """Whether some plane has all of one class on one side: a linear programme's answer."""
    signs = np.where(labels == 1, 1.0, -1.0)
    rows = -signs[:, None] * np.column_stack([points, np.ones(len(points))])
    width = rows.shape[1]
    return bool(
        linprog(np.zeros(width), rows, -np.ones(len(rows)), bounds=[(None, None)] * width).success
    )


@given(seed=st.integers(0, 2**32 - 1), half=st.integers(1, 60), turns=st.floats(0.1, 5))
def test_classes_are_of_equal_size(seed: int, half: int, turns: float) -> None:
    rng = np.random.default_rng(seed)
    n = 2 * half
    drawn = [spirals(n, turns, rng), disk_in_ring(n, rng), interval_in_intervals(n, rng)]
    drawn += [linked_rings(n), linked_tori(n, 0.3, rng), crossed_curves(n)]
    for (points, labels), dimension in zip(drawn, [2, 2, 1, 3, 3, 2], strict=True):
        assert points.shape == (n, dimension)
        assert labels.tolist() == [0] * half + [1] * half
        assert np.isfinite(points).all()


@pytest.mark.parametrize("thickness", [0.05, 0.2, 0.45])
def test_tori_keep_their_distance(thickness: float) -> None:
    points, labels = linked_tori(1200, thickness, np.random.default_rng(1))
    gap = cdist(points[labels == 0], points[labels == 1]).min()
    assert gap >= 1 - 2 * thickness - 1e-12
    cores, sides = linked_rings(4000)
    for side in (0, 1):
        reach = cdist(points[labels == side], cores[sides == side]).min(axis=1)
        assert reach.max() <= thickness + 1e-5
        assert reach.max() >= 0.9 * thickness


def test_uniform_by_volume_and_area() -> None:
    points, labels = linked_tori(40_000, 0.45, np.random.default_rng(2))
    reach = np.hypot(*points[labels == 0][:, :2].T)
    # By Pappus the mean distance from the axis is R + r²/(4R), that of the cores' points is R.
    assert reach.mean() == pytest.approx(1 + 0.45**2 / 4, abs=0.006)
    flat, sides = disk_in_ring(40_000, np.random.default_rng(3))
    square = (flat**2).sum(axis=1)
    assert square[sides == 0].mean() == pytest.approx(1 / 18, abs=0.001)
    assert square[sides == 1].mean() == pytest.approx((4 / 9 + 1) / 2, abs=0.005)


def test_no_plane_separates_them() -> None:
    rng = np.random.default_rng(4)
    for points, labels in (
        spirals(80, 1.0, rng),
        disk_in_ring(80, rng),
        interval_in_intervals(80, rng),
        linked_rings(80),
        linked_tori(80, 0.2, rng),
        crossed_curves(80),
    ):
        assert not separable(points, labels)


def test_second_spiral_is_the_first_turned_by_half() -> None:
    points, labels = spirals(600, 2.0, np.random.default_rng(5))
    radius, angle = np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0])
    wound = 2 * np.pi * 2.0 * (radius - 0.15) / 0.85
    off = np.angle(np.exp(1j * (angle - wound)))
    assert np.abs(off[labels == 0]).max() < 1e-9
    assert np.abs(np.abs(off[labels == 1]) - np.pi).max() < 1e-9


@given(lines=st.integers(2, 9), points=st.integers(2, 9))
def test_grid_lines_cross_in_every_knot(lines: int, points: int) -> None:
    grid = grid_lines(-2, 2, lines, points)
    assert grid.shape == (2 * lines, points, 2)
    for upright, level in itertools.product(grid[:lines], grid[lines:]):
        assert np.ptp(upright[:, 0]) == 0
        assert np.ptp(level[:, 1]) == 0


@pytest.mark.parametrize("n", [0, 1, 7, -2])
def test_uneven_classes_are_refused(n: int) -> None:
    rng = np.random.default_rng(0)
    for draw in (
        lambda: spirals(n, 1.0, rng),
        lambda: disk_in_ring(n, rng),
        lambda: interval_in_intervals(n, rng),
        lambda: linked_rings(n),
        lambda: linked_tori(n, 0.1, rng),
        lambda: crossed_curves(n),
    ):
        with pytest.raises(ValueError, match="even number"):
            draw()


def test_bad_shapes_are_refused() -> None:
    rng = np.random.default_rng(0)
    for turns in (0, -1, 9, float("nan")):
        with pytest.raises(ValueError, match="turns"):
            spirals(4, turns, rng)
    for thickness in (0, 0.5, float("nan")):
        with pytest.raises(ValueError, match="touch"):
            linked_tori(4, thickness, rng)
    for low, high in ((1, 0), (0, float("nan")), (-float("inf"), 0)):
        with pytest.raises(ValueError, match="low to a high"):
            grid_lines(low, high, 3, 3)
    with pytest.raises(ValueError, match="2 lines"):
        grid_lines(0, 1, 1, 3)
