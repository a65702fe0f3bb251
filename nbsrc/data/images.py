"""Labelled images: scikit-learn's digits, or a reader's own folder of MNIST's files."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nbsrc.arrays import Array

MNIST_VARIABLE = "BOOK_MNIST"
UNSIGNED_BYTE = 8
"""The code of MNIST's number type in an IDX file."""


class DataError(ValueError):
    """A data folder that the reader named cannot be used; says why."""


@dataclass(frozen=True)
class Images:
    """Labelled grey images: ``pixels`` (n, height, width) from 0 to 1, ``labels`` (n,) of int."""

    name: str
    pixels: Array
    labels: NDArray[np.int64]

    @property
    def flat(self) -> Array:
        """The images as rows, (n, height · width)."""
        return self.pixels.reshape(len(self.pixels), -1)


def digits() -> Images:
    """Return scikit-learn's 1,797 handwritten digits of 8 × 8 pixels (Alpaydin and Kaynak 1998).

    >>> digits().pixels.shape
    (1797, 8, 8)
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return Images("digits", bunch.images / 16, bunch.target.astype(np.int64))


def mnist() -> Images:
    """Return MNIST's training images where ``BOOK_MNIST`` names a folder with its IDX files.

    Without that variable the 8 × 8 digits of :func:`digits` stand in. Raises :class:`DataError`,
    naming folder and file, where the variable is set but the files are missing or malformed.
    """
    folder = os.environ.get(MNIST_VARIABLE)
    if not folder:
        return digits()
    pixels, labels = read_mnist(Path(folder))
    return Images("MNIST", pixels / 255, labels.astype(np.int64))


def read_mnist(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the training images (n, height, width) and labels (n,) in a folder of IDX files.

    Raises :class:`DataError`, naming folder and file, where they are missing or malformed.
    """
    pixels = _read_idx(folder, "train-images-idx3-ubyte", dimensions=3)
    labels = _read_idx(folder, "train-labels-idx1-ubyte", dimensions=1)
    if len(pixels) != len(labels):
        raise DataError(
            f"{MNIST_VARIABLE}: {folder}: {len(pixels)} images but {len(labels)} labels"
        )
    return pixels, labels


def _read_idx(folder: Path, name: str, dimensions: int) -> NDArray[np.uint8]:
    """Read an IDX file: 0, 0, type, number of dimensions, sizes (big-endian), then the data."""
    if not folder.is_dir():
        raise DataError(f"{MNIST_VARIABLE} is {str(folder)!r}, which is not a folder")
    path = folder / name
    if not path.is_file():
        raise DataError(
            f"{MNIST_VARIABLE}: {path} is missing; the folder must hold MNIST's IDX files"
        )
    raw = path.read_bytes()
    start = 4 + 4 * dimensions
    if len(raw) < start or raw[:4] != bytes([0, 0, UNSIGNED_BYTE, dimensions]):
        raise DataError(f"{MNIST_VARIABLE}: {path} is not an IDX file of {dimensions} dimensions")
    sizes = np.frombuffer(raw, ">u4", count=dimensions, offset=4)
    data = np.frombuffer(raw, np.uint8, offset=start)
    if len(data) != int(np.prod(sizes, dtype=np.int64)):
        raise DataError(
            f"{MNIST_VARIABLE}: {path} should hold {sizes} values but holds {len(data)}"
        )
    return data.reshape(tuple(int(size) for size in sizes))
