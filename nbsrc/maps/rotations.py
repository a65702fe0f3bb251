"""Turned images: a path of small pictures, and the straight line between its ends.

Pixels are squares with the image's middle at height/2, width/2. A turned image takes at each
pixel's centre the bilinear mean of the four pixels around the place that comes to lie there; what
lies outside is blank. At whole quarter turns of a square image no pixel is mixed with another.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from nbsrc.arrays import Array

Ink = Callable[[Any, Any], Any]
"""A picture as a function of row and column."""


def turned_pixel(ink: Ink, row: Any, column: Any, side: int, cosine: Any, sine: Any) -> Any:
    """Return one pixel of an image that is turned counterclockwise by an angle.

    ``ink(row, column)`` gives the image's pixels, from −1 to ``side``: 0 in the frame around it.
    Rows and columns are arrays or live values; so is what is returned.

    >>> picture = np.array([[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]])
    >>> ink = lambda row, column: picture[int(row) + 1, int(column) + 1]
    >>> float(turned_pixel(ink, 0, 0, 2, 0, 1))
    2.0
    """
    middle = (side - 1) / 2
    down, across = row - middle, column - middle
    from_row = np.clip(cosine * down + sine * across + middle, -1, side)
    from_column = np.clip(cosine * across - sine * down + middle, -1, side)
    top = np.minimum(np.floor(from_row), side - 1)
    left = np.minimum(np.floor(from_column), side - 1)
    low, right = from_row - top, from_column - left
    upper = (1 - right) * ink(top, left) + right * ink(top, left + 1)
    lower = (1 - right) * ink(top + 1, left) + right * ink(top + 1, left + 1)
    return (1 - low) * upper + low * lower


def rotate(images: Array, degrees: float) -> Array:
    """Return square images (..., side, side) turned about their middle, counterclockwise.

    The turned images have the same shape. Raises ``ValueError`` unless the images are square, and
    images and angle finite.

    >>> rotate(np.array([[1.0, 0.0], [0.0, 0.0]]), 90)
    array([[0., 0.],
           [1., 0.]])
    """
    images = np.asarray(images, float)
    if images.ndim < 2 or images.shape[-1] != images.shape[-2]:
        raise ValueError(f"images of shape {images.shape}; (..., side, side) is needed")
    if not (np.isfinite(images).all() and np.isfinite(degrees)):
        raise ValueError("images and angle must be finite numbers")
    framed = np.pad(images, [(0, 0)] * (images.ndim - 2) + [(1, 1), (1, 1)])

    def ink(row: Any, column: Any) -> Any:
        return framed[..., row.astype(int) + 1, column.astype(int) + 1]

    row, column = np.indices(images.shape[-2:]).astype(float)
    turned: Array = turned_pixel(ink, row, column, images.shape[-1], *_direction(degrees))
    return turned


def _direction(degrees: float) -> tuple[float, float]:
    """Return cosine and sine, exact at whole quarter turns."""
    quarters, rest = divmod(degrees, 90.0)
    if not rest:
        return [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][int(quarters) % 4]
    return float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))


def rotation_path(image: Array, degrees: float, n_steps: int) -> Array:
    """Return an image turned from −degrees to +degrees in steps, (n_steps + 1, side, side).

    >>> path = rotation_path(np.eye(3), 30, 4)
    >>> path.shape, bool((path[2] == np.eye(3)).all())
    ((5, 3, 3), True)
    """
    if n_steps < 1:
        raise ValueError(f"n_steps is {n_steps}; a path takes at least one step")
    angles = degrees * (2 * np.arange(n_steps + 1) - n_steps) / n_steps
    return np.stack([rotate(image, float(angle)) for angle in angles])


def straight_path(first: Array, last: Array, n_steps: int) -> Array:
    """Return the blends (1 − t)·first + t·last for t = 0 ... 1, (n_steps + 1, ...).

    >>> straight_path(np.array([0.0]), np.array([2.0]), 2).ravel()
    array([0., 1., 2.])
    """
    if n_steps < 1 or np.shape(first) != np.shape(last):
        raise ValueError("two images of one shape and at least one step are needed")
    t = (np.arange(n_steps + 1) / n_steps).reshape(-1, *(1,) * np.ndim(first))
    blends: Array = (1 - t) * np.asarray(first, float) + t * np.asarray(last, float)
    return blends


def nearest_distance(points: Array, data: Array) -> Array:
    """Return each point's distance to the nearest row of data: points (m, d), data (n, d).

    >>> nearest_distance(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [9.0, 9.0]]))
    array([5.])
    """
    if len(data) < 1:
        raise ValueError("there must be a row of data to be near to")
    least: Array = cdist(points, data).min(axis=1)
    return least
