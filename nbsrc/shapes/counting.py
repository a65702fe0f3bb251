"""How many linear regions networks can have: the formulas, in whole numbers.

``widths`` are the units of the hidden layers, first to last; ``n_inputs`` is the dimension of the
inputs, n₀ in the papers.
"""

from collections.abc import Sequence
from functools import cache
from math import comb, prod


def shallow_maximum(n_units: int, n_inputs: int) -> int:
    """Return the most regions of one hidden layer of ReLU units: Σ_{j ≤ n_inputs} C(n_units, j).

    It is the most pieces into which so many hyperplanes cut the space (Zaslavsky 1975), and is
    attained in general position. Raises ``ValueError`` for counts that are not whole or too small.

    >>> [shallow_maximum(n, 2) for n in range(5)]
    [1, 2, 4, 7, 11]
    """
    _check([n_units], n_inputs, least=0)
    return sum(comb(n_units, j) for j in range(n_inputs + 1))


def folding_lower_bound(widths: Sequence[int], n_inputs: int) -> int:
    """Return a number of regions that some ReLU network of these widths has, by folding.

    ∏ ⌊nᵢ / n₀⌋^n₀ over all hidden layers but the last, times the last layer's maximum (Montúfar,
    Pascanu, Cho and Bengio 2014, Theorem 4). Raises ``ValueError`` for layers narrower than the
    inputs and counts that are not whole.

    >>> folding_lower_bound([4, 4], 2)  # 4 copies of 11
    44
    """
    _check(widths, n_inputs, least=n_inputs)
    copies: int = prod((width // n_inputs) ** n_inputs for width in widths[:-1])
    return copies * shallow_maximum(widths[-1], n_inputs)


def folds(n_units: int, n_layers: int, n_inputs: int = 2) -> int:
    """Return ⌊n / n₀⌋^(n₀ L), the cells that folding in every layer makes: (n/2)^(2L) in the plane.

    Raises ``ValueError`` for layers narrower than the inputs and counts that are not whole.

    >>> folds(4, 3)
    64
    """
    _check([n_units] * n_layers, n_inputs, least=n_inputs)
    return int((n_units // n_inputs) ** (n_inputs * n_layers))


def product_upper_bound(widths: Sequence[int], n_inputs: int) -> int:
    """Return the product over the layers of Σ_{j ≤ d} C(n, j): no ReLU network has more regions.

    d is the least of the inputs and the widths up to and with this layer: each region of the layers
    beneath is cut by at most n hyperplanes, in an image of at most that dimension (Raghu et al.
    2017, Montúfar 2017). Raises ``ValueError`` for counts that are not whole or too small.

    >>> product_upper_bound([4, 4], 2)
    121
    """
    _check(widths, n_inputs, least=1)
    found, dimension = 1, n_inputs
    for width in widths:
        dimension = min(dimension, width)
        found *= shallow_maximum(width, dimension)
    return found


def upper_bound(widths: Sequence[int], n_inputs: int) -> int:
    """Return the upper bound of Serra, Tjandraatmadja and Ramalingam (2018, Theorem 1).

    Σ over (j₁, ..., j_L) of ∏ C(nₗ, jₗ), where jₗ ≤ min(n₀, n₁ − j₁, ..., nₗ₋₁ − jₗ₋₁, nₗ): where
    few of a layer's units are active, its image has few dimensions, and what is above can cut it
    less. Never above :func:`product_upper_bound`. Raises ``ValueError`` for counts that are not
    whole or too small.

    >>> upper_bound([4, 4], 2), upper_bound([2, 4], 2), product_upper_bound([2, 4], 2)
    (121, 22, 44)
    """
    _check(widths, n_inputs, least=1)
    layers = tuple(widths)

    @cache
    def above(layer: int, dimension: int) -> int:
        if layer == len(layers):
            return 1
        width = layers[layer]
        return sum(
            comb(width, j) * above(layer + 1, min(dimension, width - j))
            for j in range(min(dimension, width) + 1)
        )

    return above(0, n_inputs)


def maxout_lower_bound(rank: int, n_layers: int, n_inputs: int) -> int:
    """Return k^(L − 1) · k^n₀: Montúfar et al. (2014), Theorem 8, for maxout layers of n₀ units.

    ``rank`` k is the number of affine pieces of which a unit gives the largest. Raises
    ``ValueError`` for counts that are not whole or too small.

    >>> maxout_lower_bound(2, 3, 2)
    16
    """
    _check([rank, n_layers], n_inputs, least=1)
    return int(rank ** (n_layers - 1) * rank**n_inputs)


def _check(counts: Sequence[int], n_inputs: int, least: int) -> None:
    for count in (*counts, n_inputs):
        if isinstance(count, bool) or not isinstance(count, int):
            raise ValueError(f"{count!r} is not a whole number; counts of units and inputs are")
    if n_inputs < 1:
        raise ValueError(f"n_inputs is {n_inputs}; give 1 or more")
    if not counts:
        raise ValueError("no hidden layers; give the width of at least one")
    if min(counts) < least:
        raise ValueError(f"a count is {min(counts)}; here it must be {least} or more")
