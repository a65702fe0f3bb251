"""Data: bundled, synthetic, or from MNIST's files; whatever is wrong with those is said."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nbsrc.data import DataError, digits, mnist, read_mnist, separable_points

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def idx(array: np.ndarray) -> bytes:
    """Return an array of bytes in IDX form, written by its definition."""
    header = bytes([0, 0, 0x08, array.ndim])
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(np.uint8).tobytes()


def write(folder: Path, images: bytes, labels: bytes) -> Path:
    """Write MNIST's two training files into a folder."""
    (folder / IMAGES).write_bytes(images)
    (folder / LABELS).write_bytes(labels)
    return folder


PIXELS = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
NAMES = np.array([7, 2], dtype=np.uint8)


@given(st.data(), st.tuples(st.integers(0, 4), st.integers(1, 5), st.integers(1, 5)))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, shape: tuple[int, int, int]
) -> None:
    pixels = data.draw(arrays(np.uint8, shape))
    labels = data.draw(arrays(np.uint8, shape[:1]))
    folder = write(tmp_path_factory.mktemp("idx"), idx(pixels), idx(labels))
    read_pixels, read_labels = read_mnist(folder)
    np.testing.assert_array_equal(read_pixels, pixels)
    np.testing.assert_array_equal(read_labels, labels)


def test_the_folder_that_the_variable_names_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.array([[[0, 255], [51, 102]], [[1, 2], [3, 4]]], dtype=np.uint8)
    monkeypatch.setenv("BOOK_MNIST", str(write(tmp_path, idx(pixels), idx(NAMES))))
    images = mnist()
    assert images.name == "MNIST"
    assert images.labels.tolist() == [7, 2]
    np.testing.assert_allclose(images.pixels[0], np.array([[0, 1], [0.2, 0.4]]))
    assert images.flat.shape == (2, 4)


def test_without_the_variable_the_digits_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_MNIST", raising=False)
    assert mnist().name == "digits"


@pytest.mark.parametrize(
    ("images", "labels", "reason"),
    [
        (idx(PIXELS)[:-1], idx(NAMES), rf"{IMAGES} should hold .* but holds 23"),
        (idx(PIXELS) + b"x", idx(NAMES), rf"{IMAGES} should hold .* but holds 25"),
        (idx(PIXELS)[:10], idx(NAMES), rf"{IMAGES} is not an IDX file of 3 dimensions"),
        (b"", idx(NAMES), rf"{IMAGES} is not an IDX file"),
        (b"\x1f\x8b" + idx(PIXELS)[2:], idx(NAMES), rf"{IMAGES} is not an IDX file"),
        (b"\0\0\x0d\3" + idx(PIXELS)[4:], idx(NAMES), rf"{IMAGES} is not an IDX file"),
        (idx(NAMES), idx(NAMES), rf"{IMAGES} is not an IDX file of 3 dimensions"),
        (idx(PIXELS), idx(PIXELS), rf"{LABELS} is not an IDX file of 1 dimensions"),
        (idx(PIXELS), idx(NAMES[:1]), "2 images but 1 labels"),
    ],
)
def test_malformed_files_are_named_with_what_is_wrong(
    images: bytes, labels: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOK_MNIST", str(write(tmp_path, images, labels)))
    with pytest.raises(DataError, match=f"BOOK_MNIST: {tmp_path}.*{reason}"):
        mnist()


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="absent', which is not a folder"):
        read_mnist(tmp_path / "absent")
    with pytest.raises(DataError, match=f"{IMAGES} is missing"):
        read_mnist(tmp_path)
    (tmp_path / IMAGES).write_bytes(idx(PIXELS))
    with pytest.raises(DataError, match=f"{LABELS} is missing"):
        read_mnist(tmp_path)


def test_the_digits_are_grey_images_of_ten_classes() -> None:
    images = digits()
    assert images.pixels.min() == 0
    assert images.pixels.max() == 1
    assert sorted(set(images.labels.tolist())) == list(range(10))
    np.testing.assert_array_equal(images.flat[5], images.pixels[5].ravel())


@given(st.integers(1, 60), st.floats(0, 0.5), st.integers(1, 4), st.integers(0, 50))
def test_separable_points_keep_their_margin_within_the_unit_ball(
    n_samples: int, margin: float, n_features: int, index: int
) -> None:
    points, labels, normal = separable_points(n_samples, margin, n_features, index)
    assert points.shape == (n_samples, n_features)
    assert np.linalg.norm(normal) == pytest.approx(1)
    assert set(labels.tolist()) <= {-1, 1}
    assert (np.linalg.norm(points, axis=1) <= 1).all()
    assert (labels * (points @ normal) >= margin).all()


@pytest.mark.parametrize(
    "bad", [{"margin": -0.1}, {"margin": 0.95}, {"n_samples": 0}, {"n_features": 0}]
)
def test_points_that_cannot_be_drawn_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"margin is|cannot draw"):
        separable_points(**{"n_samples": 5, "margin": 0.1} | bad)
