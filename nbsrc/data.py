"""Data that the chapters use: bundled or synthetic, always offline."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nbsrc.seed import generator

Array = NDArray[np.float64]

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


def separable_points(
    n_samples: int, margin: float, n_features: int = 2, index: int = 0
) -> tuple[Array, NDArray[np.int64], Array]:
    """Return points that a line through the origin separates, with the line's unit normal.

    Points are uniform in the unit ball, those closer than ``margin`` to the line are thrown back.
    Returns ``points`` (n_samples, n_features), ``labels`` (n_samples,) of +1 and −1, and ``normal``
    (n_features,). Raises ``ValueError`` unless 0 ≤ margin ≤ 0.9.

    >>> points, labels, normal = separable_points(50, margin=0.1)
    >>> bool((labels * (points @ normal) >= 0.1).all())
    True
    """
    if not 0 <= margin <= 0.9:
        raise ValueError(f"margin is {margin}; within the unit ball it must be from 0 to 0.9")
    if n_samples < 1 or n_features < 1:
        raise ValueError(f"cannot draw {n_samples} points of {n_features} features")
    rng = generator("separable points", index)
    normal = rng.normal(size=n_features)
    normal /= np.linalg.norm(normal)
    points = np.empty((0, n_features))
    while len(points) < n_samples:
        rays = rng.normal(size=(2 * n_samples, n_features))
        rays /= np.linalg.norm(rays, axis=1, keepdims=True)
        ball = rays * rng.uniform(size=(len(rays), 1)) ** (1 / n_features)
        points = np.vstack([points, ball[np.abs(ball @ normal) >= margin]])
    points = points[:n_samples]
    return points, np.where(points @ normal > 0, 1, -1), normal
