"""Points with labels, drawn by the book's own generators."""

import numpy as np
from numpy.typing import NDArray

from nbsrc.arrays import Array
from nbsrc.chapter.seed import generator


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
