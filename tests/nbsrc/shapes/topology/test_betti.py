"""Betti numbers of known shapes, from samples and from pixels."""

from typing import Any

import numpy as np
import pytest

from nbsrc.shapes.topology.betti import alive, bars, betti_numbers, betti_of_grid

T = 2 * np.pi * np.arange(40) / 40
CIRCLE = np.column_stack([np.cos(T), np.sin(T)])


def disk_grid(x: Any, y: Any, r: Any) -> Any:
    across, up = np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61))
    return np.hypot(across - x, up - y) <= r


def test_circle_disk_annulus_two_circles_and_figure_of_eight() -> None:
    disk = np.concatenate([r * CIRCLE for r in np.linspace(0, 1, 9)])
    assert betti_numbers(CIRCLE, 0.3) == (1, 1)
    assert betti_numbers(disk, 0.3) == (1, 0)
    assert betti_numbers(np.concatenate([CIRCLE, CIRCLE + np.array([3, 0])]), 0.3) == (2, 2)
    assert betti_numbers(np.concatenate([CIRCLE, CIRCLE + np.array([2, 0])]), 0.2) == (1, 2)


def test_torus_surface_has_one_piece_two_loops_and_a_cavity() -> None:
    u, v = (c.ravel() for c in np.meshgrid(T, T[::2]))
    radius = 2 + np.cos(v)
    torus = np.column_stack([radius * np.cos(u), radius * np.sin(u), np.sin(v)])
    assert betti_numbers(torus, 0.4) == (1, 2, 1)


def test_a_flat_curve_in_space_keeps_its_loop() -> None:
    flat = np.column_stack([CIRCLE, np.zeros(40)])
    assert betti_numbers(flat, 0.3)[:2] == (1, 1)
    assert betti_numbers(np.column_stack([flat, np.zeros(40)]), 0.3)[:2] == (1, 1)


def test_bars_of_a_circle_are_known() -> None:
    pieces, loops = bars(CIRCLE)
    half = np.sin(np.pi / 40)
    np.testing.assert_allclose(pieces[1:, 1], half)
    np.testing.assert_allclose(loops[0], [half, 1])
    assert alive(pieces, 0) == 40


def test_grids() -> None:
    annulus = disk_grid(0, 0, 2) & ~disk_grid(0, 0, 1)
    assert betti_of_grid(disk_grid(0, 0, 2)) == (1, 0)
    assert betti_of_grid(annulus) == (1, 1)
    assert betti_of_grid(disk_grid(0, 0, 2.5) & ~disk_grid(-1, 0, 0.5) & ~disk_grid(1, 0, 0.5)) == (
        1,
        2,
    )
    assert betti_of_grid(disk_grid(-2, 0, 0.6) | disk_grid(2, 0, 0.6)) == (2, 0)
    assert betti_of_grid(np.zeros((4, 4), bool)) == (0, 0)
    shell = np.ones((5, 5, 5), bool)
    shell[2, 2, 2] = False
    assert betti_of_grid(shell) == (1, 0, 1)


@pytest.mark.parametrize(
    "bad", [np.zeros(5), np.zeros((2, 2)), np.full((9, 2), np.nan), np.zeros((9, 7))]
)
def test_what_is_no_sample_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="points"):
        bars(bad)


def test_radius_and_pixels_are_checked() -> None:
    with pytest.raises(ValueError, match="radius"):
        betti_numbers(CIRCLE, -1)
    with pytest.raises(ValueError, match="truth"):
        betti_of_grid(np.ones((3, 3)))
