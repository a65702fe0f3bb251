"""Kolmogorov's superpositions, computed: an inner function that keeps every grid point apart.

The inner function ψ is Sprecher's as Köppen corrected it. It moves the digits of a number apart:
in base γ the r-th digit behind the point goes to place β(r) = 1 + n + ... + n^(r−1), so that
λ₁ψ(x₁) + ... + λₙψ(xₙ) leaves room for the digits of the other coordinates. Everything here is
exact: numbers of k digits are whole numbers 0 ... γ^k − 1, values are fractions.

Sources: D. A. Sprecher (1996, 1997); M. Köppen (2002); J. Braun and M. Griebel (2009), who prove
that Köppen's ψ is continuous and increasing.
"""

import math
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray


def digit_place(r: int, n: int = 2) -> int:
    """Return β(r) = 1 + n + ... + n^(r−1): the place to which ψ moves the r-th digit.

    >>> [digit_place(r) for r in (1, 2, 3, 4)]
    [1, 3, 7, 15]
    """
    if r < 1 or n < 2:
        raise ValueError(f"r = {r}, n = {n}: digits count from 1, and there are 2 inputs or more")
    return int(sum(n**i for i in range(r)))


def inner(number: int, k: int, base: int = 10, n: int = 2) -> Fraction:
    """Return ψ(number / base^k), exactly, for 0 ≤ number ≤ base^k.

    A last digit below base − 1 is added at its new place. After a last digit base − 1 the value is
    half-way between its neighbours, which keeps ψ continuous and increasing (Köppen 2002; Braun
    and Griebel 2009). Raises ``ValueError`` for a number that is not there.

    >>> inner(3, 1), inner(35, 2), inner(357, 3)
    (Fraction(3, 10), Fraction(61, 200), Fraction(3050007, 10000000))
    >>> inner(39, 2)  # half-way between ψ(0.38) = 0.308 and ψ(0.4) = 0.4
    Fraction(177, 500)
    """
    _check(k, base, n)
    if not 0 <= number <= base**k:
        raise ValueError(f"{number} / {base}^{k} is not between 0 and 1")
    return _inner(number, k, base, n)


@cache
def _inner(number: int, k: int, base: int, n: int) -> Fraction:
    if k == 1:
        return Fraction(number, base)
    first, last = divmod(number, base)
    if last < base - 1:
        return _inner(first, k - 1, base, n) + Fraction(last, base ** digit_place(k, n))
    return (_inner(number - 1, k, base, n) + _inner(first + 1, k - 1, base, n)) / 2


def inner_values(k: int, base: int = 10, n: int = 2) -> list[Fraction]:
    """Return ψ at all numbers of k digits, 0, 1/base^k, ... below 1, in their order.

    >>> [str(value) for value in inner_values(1)[:3]]
    ['0', '1/10', '1/5']
    """
    _check(k, base, n)
    return [_inner(number, k, base, n) for number in range(base**k)]


def weight(p: int, terms: int, base: int = 10, n: int = 2) -> Fraction:
    """Return λ_p = Σ_r base^(−(p−1)β(r)), its first ``terms`` terms; λ₁ = 1.

    What is left out is below 2 · base^(−(p−1)β(terms + 1)).

    >>> weight(1, 3), weight(2, 3)
    (Fraction(1, 1), Fraction(1010001, 10000000))
    """
    _check(terms, base, n)
    if not 1 <= p <= n:
        raise ValueError(f"p is {p}; coordinates count from 1 to {n}")
    if p == 1:
        return Fraction(1)
    return sum(
        (Fraction(1, base ** ((p - 1) * digit_place(r, n))) for r in range(1, terms + 1)),
        Fraction(0),
    )


def places_on_line(k: int, base: int = 10, terms: int = 3) -> tuple[NDArray[np.int64], int]:
    """Return Σ = λ₁ψ(x) + λ₂ψ(y) of every grid point of k digits, and the unit it is counted in.

    Row i, column j is the point x = i / base^k, y = j / base^k; the places are whole numbers, Σ is
    place / unit, exact for λ₂ cut off after ``terms`` terms; in base 10 that moves no place by more
    than 2 · 10⁻¹⁵. Raises ``ValueError`` where 64 bits do not hold them: k above 3 in base 10.

    >>> places, unit = places_on_line(1)
    >>> round(float(places[3, 4] / unit), 7)  # 0.3 + 0.1010001 · 0.4
    0.3404
    """
    values, second = inner_values(k, base), weight(2, terms, base)
    unit_inner = math.lcm(*(v.denominator for v in values))
    unit = unit_inner * second.denominator
    if 2 * unit > np.iinfo(np.int64).max:
        raise ValueError(f"places of {k} digits in base {base} do not fit 64 bits; take fewer")
    first = np.array([int(v * unit) for v in values], dtype=np.int64)
    other = np.array([int(v * second * unit) for v in values], dtype=np.int64)
    return first[:, None] + other[None, :], unit


def _check(k: int, base: int, n: int) -> None:
    if k < 1 or n < 2 or base < 2 * n + 2:
        raise ValueError(
            f"k = {k}, base = {base}, n = {n}: there must be a digit, two inputs or more, "
            "and a base of at least 2n + 2"
        )
