"""Folded strips and sheets, against reflection point by point and areas."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nbsrc.shapes import paper

Creases = list[tuple[float, float]]
ANGLES = st.floats(-np.pi, np.pi)
PLACES = st.floats(0, 1.3)
CREASES = st.lists(st.tuples(ANGLES, PLACES), min_size=1, max_size=4)


def split(creases: Creases) -> tuple[list[float], list[float]]:
    return [a for a, _ in creases], [p for _, p in creases]


def mirrored(point: NDArray[np.floating], angle: float, place: float) -> NDArray[np.floating]:
    """Fold one point with a mirror written as a projection, not as a ReLU."""
    normal = np.array([np.cos(angle), np.sin(angle)])
    ahead = normal @ point - place
    return point - 2 * ahead * normal if ahead > 0 else point


def faces(creases: Creases) -> tuple[list[NDArray[np.floating]], list[NDArray[np.floating]]]:
    """Return the corners of every face, flat and folded."""
    flat, bent = [], []
    for face in range(2 ** len(creases)):
        k = face * paper.EDGES + np.arange(paper.EDGES)
        x, y, x2, y2, turn, there = paper.face_corner(k, *split(creases), len(creases))
        order = np.argsort(np.where(there, turn, np.inf))[: there.sum()]
        if there.sum() > 2:
            flat.append(np.column_stack([x, y])[order])
            bent.append(np.column_stack([x2, y2])[order])
    return flat, bent


def area(corners: NDArray[np.floating]) -> float:
    x, y = corners.T
    return float(0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def crossing(creases: Creases, start: Creases) -> int:
    """Count the faces whose area is not zero."""
    return sum(area(face) > 1e-7 for face in faces(start + creases)[0])


@given(st.integers(0, 128), st.integers(0, 7))
def test_a_folded_strip_is_a_triangle_wave(m: int, folds: int) -> None:
    place = Fraction(m, 128) * 2**folds % 2
    assert paper.folded_strip(m / 128, folds) == float(1 - abs(1 - place))


@given(st.floats(0, 1), st.integers(0, 7))
def test_all_copies_of_a_hole_in_the_strip_fold_to_it_and_lie_in_different_layers(
    place: float, folds: int
) -> None:
    copies = paper.strip_copies(np.arange(2**folds), place, folds)
    assert np.abs(paper.folded_strip(copies, folds) - place).max() < 1e-9
    if 0.01 < place < 0.99:
        layers = paper.strip_layer(copies, folds)
        assert sorted(layers) == list(range(2**folds))


def test_neighbouring_pieces_of_a_strip_never_cross_in_the_stack() -> None:
    layers = paper.strip_layer((np.arange(32) + 0.5) / 32, 5)
    for side in (0, 1):  # the creases at one end of the stack are nested, none cuts another
        pairs = [sorted(layers[i : i + 2]) for i in range(side, 31, 2)]
        for a, b in pairs:
            assert all((a < c < b) == (a < d < b) for c, d in pairs if {c, d} != {a, b})


@given(CREASES, st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
def test_folding_by_relu_is_reflection(creases: Creases, point: tuple[float, float]) -> None:
    here: NDArray[np.floating] = np.array(point)
    for angle, place in creases:
        here = mirrored(here, angle, place)
    assert np.abs(here - np.array(paper.folded_sheet(*point, *split(creases)))).max() < 1e-12


@given(st.tuples(ANGLES, PLACES), st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
def test_folding_twice_along_one_crease_gives_nothing_new(
    crease: tuple[float, float], point: tuple[float, float]
) -> None:
    once = paper.folded_sheet(*point, *split([crease]))
    twice = paper.folded_sheet(*point, *split([crease, crease]))
    assert np.abs(np.subtract(once, twice)).max() < 1e-12
    assert crossing([crease], []) == crossing([crease, crease], [])


@settings(max_examples=60)
@given(CREASES)
def test_faces_cover_the_sheet_and_keep_their_areas(creases: Creases) -> None:
    flat, bent = faces(creases)
    assert sum(map(area, flat)) == pytest.approx(4, abs=1e-6)
    for face, image in zip(flat, bent, strict=True):
        assert abs(area(image)) == pytest.approx(area(face), abs=1e-6)
        moved = paper.folded_sheet(face[:, 0], face[:, 1], *split(creases))
        assert np.abs(np.column_stack(moved) - image).max() < 1e-6


@settings(max_examples=60)
@given(CREASES, st.tuples(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9)))
def test_the_copies_of_a_hole_all_fold_to_the_hole(
    creases: Creases, point: tuple[float, float]
) -> None:
    hole = paper.folded_sheet(*point, *split(creases))
    k = np.arange(16)
    x, y, there = paper.sheet_copies(k, *hole, *split(creases), len(creases))
    folded = np.array(paper.folded_sheet(x[there], y[there], *split(creases)))
    assert np.abs(folded - np.array(hole)[:, None]).max() < 1e-7
    # the point that was folded is one of them
    assert np.hypot(x[there] - point[0], y[there] - point[1]).min() < 1e-6


@settings(max_examples=60)
@given(CREASES)
def test_creases_are_where_the_folded_sheet_turns(creases: Creases) -> None:
    k = np.arange(2 ** len(creases) - 1)
    x, y, x2, y2, there = paper.crease(k, *split(creases), len(creases))
    fold = np.floor(np.log2(k + 1)).astype(int)
    for i in np.flatnonzero(there):
        middle: NDArray[np.floating] = np.array([x[i] + x2[i], y[i] + y2[i]]) / 2
        for angle, place in creases[: fold[i]]:
            middle = mirrored(middle, angle, place)
        angle, place = creases[fold[i]]
        assert abs(np.array([np.cos(angle), np.sin(angle)]) @ middle - place) < 1e-6


def test_a_fourth_fold_leaves_at_most_eight_stretches_of_crease() -> None:
    k = np.arange(15)
    angles, places = [0.0, np.pi / 2, np.pi / 4, 0.2], [0.0, 0.0, -0.3, -0.2]
    *_, there = paper.crease(k, angles, places, 4)
    assert there[:7].sum() == 7
    assert there[7:].sum() <= 8
    *_, fewer = paper.crease(k, angles, places, 2)
    assert fewer.sum() == 3


@settings(max_examples=40)
@given(st.lists(st.tuples(ANGLES, PLACES), min_size=4, max_size=4), st.integers(1, 3))
def test_folds_that_are_not_made_yet_change_nothing(creases: Creases, folds: int) -> None:
    made = creases[:folds]
    *_, later = paper.face_corner(np.arange(128), *split(creases), folds)
    assert not later[paper.EDGES * 2**folds :].any()
    k = np.arange(paper.EDGES * 2**folds)
    x, y, x2, y2, _, there = paper.face_corner(k, *split(creases), folds)
    assert there.sum() >= 4
    moved = np.array(paper.folded_sheet(x[there], y[there], *split(made)))
    assert np.abs(moved - [x2[there], y2[there]]).max() < 1e-6
    one = paper.sheet_copies(np.arange(16), 0.1, -0.2, *split(creases), folds)
    other = paper.sheet_copies(np.arange(16), 0.1, -0.2, *split(made), folds)
    assert (one[2] == other[2]).all()
    assert np.abs(np.subtract(one[:2], other[:2]))[:, one[2]].max(initial=0) < 1e-12
