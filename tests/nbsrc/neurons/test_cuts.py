"""Regions that cuts agree on: their closed form against votes counted cut by cut."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nbsrc.arrays import Array
from nbsrc.neurons.cuts import (
    CORNERS,
    FARTHEST,
    cut_ends,
    fenced_area,
    region_outline,
    region_radius,
)

cuts = st.integers(1, 24)
dissents = st.integers(0, 5)
places = st.tuples(st.floats(-3.4, 3.4), st.floats(-3.4, 3.4))


def votes_against(x: Any, y: Any, n_cuts: int, turn: float = 0.0) -> tuple[Any, Any]:
    """How many cuts have each place on their far side, and how near its nearest border is."""
    normals = turn + 2 * np.pi * np.arange(n_cuts) / n_cuts
    beyond = np.multiply.outer(x, np.cos(normals)) + np.multiply.outer(y, np.sin(normals)) - 1
    return (beyond > 0).sum(axis=-1), np.abs(beyond).min(axis=-1)


def is_inside(x: Array, y: Array, corners_x: Array, corners_y: Array) -> Any:
    """Whether a ray from each place to the right crosses the polygon an odd number of times."""
    x, y = x[..., None], y[..., None]
    x2, y2 = np.roll(corners_x, -1), np.roll(corners_y, -1)
    crossed = (corners_y > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = corners_x + (y - corners_y) * (x2 - corners_x) / (y2 - corners_y)
    return (crossed & (at > x)).sum(axis=-1) % 2 == 1


@given(places, cuts, dissents)
def test_a_place_is_within_the_radius_exactly_where_few_enough_cuts_dissent(
    place: tuple[float, float], n: int, dissent: int
) -> None:
    against, clear = votes_against(*place, n)
    assume(clear > 1e-9)
    reach = region_radius(np.arctan2(place[1], place[0]), n, dissent)
    assert (np.hypot(*place) < reach) == (against <= dissent)


@settings(deadline=None)
@given(cuts, dissents, st.floats(-np.pi, np.pi))
def test_the_outline_encloses_exactly_the_places_where_few_enough_dissent(
    n: int, dissent: int, turn: float
) -> None:
    x, y = np.meshgrid(*[np.linspace(-3.4, 3.4, 60)] * 2)
    against, clear = votes_against(x, y, n, turn)
    inside = is_inside(x, y, *region_outline(np.arange(CORNERS), n, dissent, turn))
    assert ((inside == (against <= dissent)) | (clear < 1e-9)).all()


@given(cuts, st.integers(0, 23), st.floats(-np.pi, np.pi), st.floats(0.1, 9))
def test_a_cut_is_drawn_along_its_border_to_either_side(
    n: int, k: int, turn: float, reach: float
) -> None:
    x, y, x2, y2 = cut_ends(k, n, turn, reach)
    normal = np.cos(turn + 2 * np.pi * k / n), np.sin(turn + 2 * np.pi * k / n)
    assert np.dot(normal, (x, y)) == pytest.approx(1) == np.dot(normal, (x2, y2))
    assert np.hypot(x - x2, y - y2) == pytest.approx(2 * reach)


@given(st.integers(1, 34), dissents)
def test_the_outline_is_closed(n: int, dissent: int) -> None:
    x, y = region_outline(np.arange(CORNERS), n, dissent)
    assert (x[-1], y[-1]) == (pytest.approx(x[0]), pytest.approx(y[0], abs=1e-9))


@given(st.integers(3, 34))
def test_the_outline_of_cuts_that_agree_has_the_area_of_the_formula(n: int) -> None:
    x, y = region_outline(np.arange(CORNERS), n)
    shoelace = 0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)
    assert shoelace == pytest.approx(fenced_area(n))


@given(st.integers(4, 1000))
def test_each_cut_more_fences_closer_and_never_below_the_circle(n: int) -> None:
    assert np.pi < fenced_area(n) < fenced_area(n - 1)


@given(st.integers(1, 5), st.integers(0, 3), st.floats(-np.pi, np.pi))
def test_where_all_may_dissent_the_region_has_no_end(n: int, more: int, angle: float) -> None:
    assert region_radius(angle, n, n + more) == FARTHEST
