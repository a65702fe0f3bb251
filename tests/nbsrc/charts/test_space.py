"""Space: what the shipped runtime draws of a box that turns."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nbsrc.charts import figure
from nbsrc.charts.space import REACH, Space, held, projected
from nbsrc.formulas import evaluate
from tests.site import parity

SIDES = (("x", 0.0, 2.0), ("y", -1.0, 1.0), ("z", 0.0, 4.0))

turns, tilts = st.floats(-75, 75), st.floats(5, 60)
places = st.floats(-1, 1)


def rotated(x: Any, y: Any, z: Any, turn: float, tilt: float) -> Any:
    """Two rotation matrices, one after the other: across, away and up."""
    a, e = np.radians([turn, tilt])
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(e), -np.sin(e)], [0, np.sin(e), np.cos(e)]])
    return about_x @ about_z @ np.array([x, y, z])


def rows(space: Space, layer: Any, **setting: Any) -> list[dict[str, Any]]:
    chart = figure(
        space(layer), *space.controls, gestures=[space.gesture], alt_text="a box in a test"
    )
    data = parity.drawn(chart.to_dict(), **setting)["data"]
    return max(data.values(), key=lambda found: len(found[0]) if found else 0)


@given(places, places, places, turns, tilts)
def test_a_place_is_seen_where_rotation_matrices_take_it(
    x: float, y: float, z: float, turn: float, tilt: float
) -> None:
    across, _, up = rotated(x, y, z, turn, tilt)
    assert_allclose(projected(x, y, z, turn, tilt), (across, up), atol=1e-12)


@given(turns, tilts)
def test_the_knob_stays_under_the_pointer(turn: float, tilt: float) -> None:
    knob = projected(0.0, -REACH, 0.0, turn, tilt)
    assert_allclose(held(*knob), (turn, tilt), atol=1e-6)


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_wherever_the_pointer_goes_the_angles_stay_within_their_ends(x: float, y: float) -> None:
    turn, tilt = held(x, y)
    assert abs(turn) <= 75 + 1e-9 and 5 <= tilt <= 60


@given(places, places, turns, tilts)
def test_the_ground_under_a_place_of_the_floor_is_that_place(
    x: float, y: float, turn: float, tilt: float
) -> None:
    space = Space(SIDES, name="box")
    at = projected(x, y, 0.0, turn, tilt)
    known = {"box_turn": turn, "box_tilt": tilt}
    found = [evaluate(value.node, {}, known) for value in space.ground(*at)]
    assert_allclose(found, (1 + x, y), atol=1e-8)


def test_a_surface_is_drawn_from_the_back_to_the_front() -> None:
    space = Space(SIDES, name="box")
    found = rows(space, space.surface(lambda x, y: x + y * y, 5, 9), box_turn=-60, box_tilt=40)
    assert len(found) == 5 * 11
    slices = np.array([row["which"] for row in found])
    assert (np.diff(slices) >= 0).all()
    behind = []
    for i in range(5):
        y = 1 - i / 2
        behind.append(rotated(0, y, 0, -60, 40)[1])
    assert (np.diff(behind) < 0).all()


@pytest.mark.parametrize("turn", [-75, -30, 0, 45, 75])
def test_a_slice_stands_on_the_floor_at_both_ends_and_follows_the_function_between(
    turn: float,
) -> None:
    space = Space(SIDES, name="box", height=0.5)
    found = rows(space, space.surface(lambda x, y: x + y * y, 3, 5), box_turn=turn, box_tilt=30)
    x = np.array([0, 0, 0.5, 1, 1.5, 2, 2])
    for i, y in enumerate((1.0, 0.0, -1.0)):
        z = x + y * y
        z[[0, -1]] = 0
        across, _, up = rotated(x - 1, np.full(7, y), z / 4, turn, 30)
        got = [row for row in found if row["which"] == i]
        assert_allclose([row["x"] for row in got], across, atol=1e-9)
        assert_allclose([row["y"] for row in got], up, atol=1e-9)


def test_heights_beyond_the_box_stay_in_it() -> None:
    space = Space(SIDES, name="box", height=0.5)
    found = rows(space, space.surface(lambda x, y: 100 * x, 2, 3), box_turn=0, box_tilt=5)
    assert max(row["y"] for row in found) <= projected(0, 1, 1, 0, 5)[1] + 1e-9


def test_circles_and_chords_have_the_functions_heights() -> None:
    space = Space((("x", -1.0, 1.0), ("y", -1.0, 1.0), ("z", 0.0, 2.0)), name="box", height=0.5)
    found = rows(space, space.circles(lambda x, y: x * x + y * y, (0.5, 1, 2), 5), box_turn=0)
    assert len(found) == 10
    t = np.linspace(0, 2 * np.pi, 5)
    outer = [row for row in found if row["which"] == 1]
    across, _, up = rotated(np.cos(t), np.sin(t), np.full(5, 0.5), 0, 30)
    assert_allclose([row["x"] for row in outer], across, atol=1e-9)
    assert_allclose([row["y"] for row in outer], up, atol=1e-9)
    line = rows(space, space.chord(lambda x, y: 1 + x, np.pi / 2, 3), box_turn=0)
    across, _, up = rotated(np.zeros(3), np.array([-1, 0, 1]), np.full(3, 0.5), 0, 30)
    assert_allclose([row["x"] for row in line], across, atol=1e-9)
    assert_allclose([row["y"] for row in line], up, atol=1e-9)


def test_the_floor_names_its_sides_and_its_heights() -> None:
    space = Space(SIDES, name="box")
    chart = figure(space(space.floor([0, 2, 4])), *space.controls, alt_text="a test")
    svg = parity.drawn(chart.to_dict())["svg"]
    for text in ("x", "y", "z", "0", "2", "4"):
        assert f">{text}</text>" in svg


def test_spots_stand_where_they_are_put() -> None:
    space = Space(SIDES, name="box", height=0.5)
    layer = space.spots(lambda k: 1.0 + 0 * k, 0.0, lambda k: 2.0 * k, 3)
    found = rows(space, layer, box_turn=20, box_tilt=45)
    heights = [rotated(0, 0, k / 2, 20, 45)[2] for k in range(3)]
    assert_allclose([row["y"] for row in found], heights, atol=1e-9)
