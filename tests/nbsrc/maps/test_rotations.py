"""Turned images against SciPy's spline of order 1, quarter turns, and geometry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from nbsrc.maps.rotations import nearest_distance, rotate, rotation_path, straight_path

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("side", [1, 2, 7, 8])
@pytest.mark.parametrize("degrees", [0, 13, 45, 89.5, 90, 200, -30, -90, 360])
def test_turned_as_scipy_turns(side: int, degrees: float) -> None:
    image = np.zeros((side + 8, side + 8))  # nothing near the rim: conventions differ there
    image[4:-4, 4:-4] = RNG.uniform(size=(side, side))
    theirs = ndimage.rotate(image, degrees, reshape=False, order=1)
    assert np.allclose(rotate(image, degrees), theirs, atol=1e-9)


@given(quarters=st.integers(-9, 9), side=st.integers(1, 9))
def test_quarter_turns_move_pixels_and_mix_none(quarters: int, side: int) -> None:
    image = RNG.uniform(size=(side, side))
    assert np.array_equal(rotate(image, 90.0 * quarters), np.rot90(image, quarters))


@given(degrees=st.floats(-720, 720))
def test_turning_neither_lightens_nor_darkens_beyond_the_image(degrees: float) -> None:
    images = RNG.uniform(size=(3, 8, 8))
    turned = rotate(images, degrees)
    assert turned.shape == images.shape
    assert turned.min() >= 0
    assert (turned.max(axis=(1, 2)) <= images.max(axis=(1, 2)) + 1e-12).all()
    assert np.allclose(turned[1], rotate(images[1], degrees))


def test_turning_is_linear() -> None:
    one, two = RNG.normal(size=(2, 8, 8))
    assert np.allclose(rotate(2 * one - two, 17), 2 * rotate(one, 17) - rotate(two, 17))


def test_paths_share_their_ends() -> None:
    image = RNG.uniform(size=(8, 8))
    path = rotation_path(image, 30, 12)
    line = straight_path(path[0], path[-1], 12)
    assert np.array_equal(path[6], image)
    assert np.allclose(path[0], rotate(image, -30))
    assert np.array_equal(line[[0, -1]], path[[0, -1]])
    assert np.allclose(np.diff(line, axis=0), (path[-1] - path[0]) / 12)


def test_nearest_distance_by_search() -> None:
    points, data = RNG.normal(size=(5, 3)), RNG.normal(size=(9, 3))
    slow = [min(np.linalg.norm(p - d) for d in data) for p in points]
    assert np.allclose(nearest_distance(points, data), slow)


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="side, side"):
        rotate(np.zeros((2, 3)), 10)
    with pytest.raises(ValueError, match="finite"):
        rotate(np.full((2, 2), np.nan), 10)
    with pytest.raises(ValueError, match="finite"):
        rotate(np.zeros((2, 2)), np.inf)
    with pytest.raises(ValueError, match="step"):
        straight_path(np.zeros(2), np.zeros(2), 0)
    with pytest.raises(ValueError, match="step"):
        rotation_path(np.zeros((2, 2)), 30, 0)
    with pytest.raises(ValueError, match="near to"):
        nearest_distance(np.zeros((1, 2)), np.zeros((0, 2)))
