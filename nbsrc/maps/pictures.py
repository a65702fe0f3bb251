"""The digits of this part of the book: scikit-learn's, or as many of a reader's own folder."""

import os
from pathlib import Path

import numpy as np

from nbsrc.data.images import MNIST_VARIABLE, Images, digits, read_mnist

COUNT = 1797
"""How many images scikit-learn's digits are; as many are taken from a larger set."""


def pictures(count: int | None = None) -> Images:
    """Return the first ``count`` labelled digits: ``pixels`` (count, side, side) from 0 to 1.

    Without ``count`` they are 1,797: scikit-learn's 8 × 8 digits (Alpaydin and Kaynak 1998) or,
    where ``BOOK_MNIST`` names a folder of IDX files, the first 1,797 training images in it. The
    draw is fixed, so that all chapters see the same images in the same time. Raises ``ValueError``
    unless 1 ≤ count ≤ the number of images there are, and ``DataError`` for a folder that cannot
    be used.

    >>> pictures(100).pixels.shape[0], pictures().labels.shape
    (100, (1797,))
    """
    wanted = COUNT if count is None else count
    folder = os.environ.get(MNIST_VARIABLE)
    if folder:
        grey, labels = read_mnist(Path(folder))
        _check(wanted, len(grey))
        return Images("MNIST", grey[:wanted] / 255, labels[:wanted].astype(np.int64))
    small = digits()
    _check(wanted, len(small.pixels))
    return Images(small.name, small.pixels[:wanted], small.labels[:wanted])


def side(images: Images) -> int:
    """Return how many pixels a row of these square images has.

    Raises ``ValueError`` where they are not square.

    >>> side(pictures(1)) ** 2 == pictures(1).flat.shape[1]
    True
    """
    height, width = images.pixels.shape[1:]
    if height != width:
        raise ValueError(f"the images are {height} × {width}; square ones are needed")
    return int(width)


def _check(wanted: int, there: int) -> None:
    if not 1 <= wanted <= there:
        raise ValueError(f"count is {wanted}; there are {there} images, and one is needed")
