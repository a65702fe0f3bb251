"""Formulas run unchanged on objects that take part in NumPy's dispatch, and give the same numbers.

What a reader's browser computes comes from the same functions through such objects.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

from nbsrc.learning.backpropagation import FOUR_EQUATIONS, LABELS
from nbsrc.networks.costs import (
    categorical_cross_entropy,
    categorical_cross_entropy_gradient,
    squared_error,
    squared_error_gradient,
)
from nbsrc.networks.network import forward_from, new_network
from nbsrc.neurons import neuron, spiking
from nbsrc.neurons.activations import ACTIVATIONS, SOFTMAX, softmax, softmax_jacobian


class Sealed(NDArrayOperatorsMixin):
    """Numbers that answer NumPy's dispatch, and refuse to be looked at or turned into floats."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = np.asarray(numbers)

    shape = property(lambda self: self.numbers.shape)
    ndim = property(lambda self: self.numbers.ndim)
    mT = property(lambda self: Sealed(self.numbers.mT))  # noqa: N815 - NumPy's name

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator["Sealed"]:
        return map(Sealed, self.numbers)

    def __getitem__(self, index: Any) -> "Sealed":
        return Sealed(self.numbers[index])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Any:
        if method != "__call__" or settings:
            return NotImplemented
        return Sealed(ufunc(*opened(inputs)))

    def __array_function__(self, function: Any, types: Any, inputs: Any, settings: Any) -> Any:
        return Sealed(function(*opened(inputs), **settings))

    def refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("a formula looked at its numbers")

    __array__ = __bool__ = __float__ = __index__ = refuse


def opened(values: Any) -> list[Any]:
    """Return values with the sealed ones opened."""
    return [value.numbers if isinstance(value, Sealed) else value for value in values]


def row(*shape: int) -> np.ndarray:
    """Return some numbers on both sides of 0, none of them at it."""
    return np.linspace(-2.5, 3, int(np.prod(shape))).reshape(shape) + 0.01


FORMULAS: dict[str, tuple[Callable[..., Any], tuple[np.ndarray, ...]]] = {
    **{a.name: (a, (row(3, 4),)) for a in [*ACTIVATIONS.values(), SOFTMAX]},
    **{f"{a.name} slope": (a.derivative, (row(3, 4),)) for a in ACTIVATIONS.values()},
    **{
        f"{a.name} bend": (a.second_derivative, (row(3, 4),))
        for a in ACTIVATIONS.values()
        if a.second_derivative
    },
    "softmax jacobian": (softmax_jacobian, (row(3, 4),)),
    "pre-activation": (neuron.pre_activation, (row(5, 2), row(2), row(1)[0])),
    "output": (neuron.output, (row(5, 2), row(2), row(1)[0])),
    "distance": (neuron.signed_distance, (row(5, 2), row(2), row(1)[0])),
    "spike interval": (spiking.interval, (1.2 + np.abs(row(4)),)),
    "firing rate": (spiking.rate, (1.2 + np.abs(row(4)),)),
    "BP1": (FOUR_EQUATIONS.output_error, (row(5, 2), row(5, 2))),
    "BP2": (FOUR_EQUATIONS.hidden_error, (row(5, 2), row(3, 2), row(5, 3))),
    "BP3": (FOUR_EQUATIONS.bias_gradient, (row(5, 2),)),
    "BP4": (FOUR_EQUATIONS.weight_gradient, (row(5, 3), row(5, 2))),
    "squared error": (squared_error, (row(5, 2), row(5, 2), row(5, 2) ** 2)),
    "squared error slope": (squared_error_gradient, (row(5, 2), row(5, 2) ** 2)),
    "cross-entropy": (categorical_cross_entropy, (row(5, 2), row(5, 2), softmax(row(5, 2)))),
    "cross-entropy slope": (categorical_cross_entropy_gradient, (row(5, 2), row(5, 2))),
    "the layers above": (
        lambda z: forward_from(new_network([2, 3, 2], np.random.default_rng(0)), 0, z).outputs,
        (row(5, 3),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_never_looks_at_its_numbers_and_gives_what_it_gives_for_arrays(name: str) -> None:
    formula, arguments = FORMULAS[name]
    sealed = formula(*map(Sealed, arguments))
    assert isinstance(sealed, Sealed)
    np.testing.assert_allclose(sealed.numbers, formula(*arguments), rtol=1e-14)


def test_all_four_equations_are_among_them() -> None:
    assert set(LABELS) <= set(FORMULAS)


@pytest.mark.parametrize("look", [float, bool, np.asarray, partial(np.asarray, dtype=float)])
def test_looking_is_noticed(look: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="looked at its numbers"):
        look(Sealed(row(1)[0]))
