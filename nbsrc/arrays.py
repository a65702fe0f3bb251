"""What signatures call an array, and how a formula takes one in.

Formulas are written once for every backend: beside NumPy's own arrays they take any object that
takes part in NumPy's dispatch (``__array_ufunc__`` and ``__array_function__``, NEPs 13 and 18),
such as one that keeps the expression of a result in place of its number.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating]
"""Numbers of float64 or float32; docstrings give the shape."""


def as_array(values: Any, dtype: DTypeLike | None = None) -> Array:
    """Return numbers, or lists of them, as an array; objects with a dispatch of their own stay.

    >>> as_array([1, 2], float)
    array([1., 2.])
    """
    if hasattr(values, "__array_function__") and not isinstance(values, np.ndarray):
        itself: Array = values
        return itself
    return np.asarray(values, dtype)
