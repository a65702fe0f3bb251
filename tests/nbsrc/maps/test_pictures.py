"""The digits of the maps: as many small ones, or as many of a reader's folder."""

import struct
from pathlib import Path

import numpy as np
import pytest

from nbsrc.data import MNIST_VARIABLE, DataError, Images, digits
from nbsrc.maps.pictures import COUNT, pictures, side


@pytest.fixture(autouse=True)
def _no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MNIST_VARIABLE, raising=False)


def _folder(at: Path, count: int) -> Path:
    pixels = (np.arange(count * 9) % 256).astype(np.uint8)
    labels = (np.arange(count) % 10).astype(np.uint8)
    (at / "train-images-idx3-ubyte").write_bytes(
        bytes([0, 0, 8, 3]) + struct.pack(">3I", count, 3, 3) + pixels.tobytes()
    )
    (at / "train-labels-idx1-ubyte").write_bytes(
        bytes([0, 0, 8, 1]) + struct.pack(">I", count) + labels.tobytes()
    )
    return at


def test_the_small_digits_are_scikit_learns() -> None:
    found, known = pictures(), digits()
    assert np.array_equal(found.pixels, known.pixels)
    assert np.array_equal(found.labels, known.labels)
    assert len(found.pixels) == COUNT
    assert side(found) == 8


def test_fewer_are_the_first() -> None:
    assert np.array_equal(pictures(7).flat, digits().flat[:7])


def test_a_folder_gives_its_first_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MNIST_VARIABLE, str(_folder(tmp_path, 2000)))
    found = pictures()
    assert found.name == "MNIST"
    assert found.pixels.shape == (COUNT, 3, 3)
    assert found.pixels[0].ravel()[:3] == pytest.approx(np.array([0, 1, 2]) / 255)
    assert found.labels[:12].tolist() == [*range(10), 0, 1]
    assert side(found) == 3


@pytest.mark.parametrize("count", [0, -1, 1798])
def test_counts_that_cannot_be(count: int) -> None:
    with pytest.raises(ValueError, match="count is"):
        pictures(count)


def test_a_folder_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MNIST_VARIABLE, "nowhere at all")
    with pytest.raises(DataError, match="not a folder"):
        pictures()


def test_images_that_are_not_square() -> None:
    with pytest.raises(ValueError, match="square"):
        side(Images("flat", np.zeros((2, 3, 4)), np.zeros(2, np.int64)))
