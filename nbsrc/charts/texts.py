"""Texts of sums with live numbers in them, as one writes them down on paper."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from nbsrc.charts.live import Live, words


def bracketed(value: Any, spec: str = ".2f") -> Live:
    """Return a number as text, in brackets where it is negative; ``spec`` is d3's format.

    >>> f"{bracketed(-0.5, '.1f')}"
    '(−0.5)'
    """
    value = Live(value)
    text = words(f"{value:{spec}}")
    return Live(np.where(value < 0, words(f"({text})"), text))


def products(u: Iterable[Any], v: Iterable[Any], spec_u: str = ".2f", spec_v: str = ".1f") -> Live:
    """Return the sum of u·v written out: ``1.0·0.4 + (−0.5)·1.3``.

    >>> f"{products([1, -0.5], [0.4, 1.3], '.1f')}"
    '1.0·0.4 + (−0.5)·1.3'
    """
    pairs = [f"{bracketed(a, spec_u)}·{bracketed(b, spec_v)}" for a, b in zip(u, v, strict=True)]
    return words(" + ".join(pairs))
