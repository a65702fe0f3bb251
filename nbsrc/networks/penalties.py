"""Penalties: what is added to the cost for the parameters themselves, not for the answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nbsrc.arrays import Array
from nbsrc.networks.network import Network, Pass
from nbsrc.neurons.activations import Activation


class Penalty(Protocol):
    """A number that grows with something unwanted, and its gradient."""

    def check(self, network: Network) -> None:
        """Raise ``ValueError`` where the penalty is not defined for this network."""

    def value(self, network: Network, passed: Pass) -> Array:
        """Return the penalty: one number, or one for each network of an ensemble."""

    def add_gradient(
        self, network: Network, passed: Pass, weights: list[Array], biases: list[Array]
    ) -> None:
        """Add the penalty's gradient to these gradients, in place."""


def _check_strength(strength: float) -> None:
    if not 0 <= strength < float("inf"):
        raise ValueError(f"the penalty's strength is {strength}; it must be a number from 0")


@dataclass(frozen=True)
class L2:
    """½ λ Σ W², over all weights and no bias; λ is the strength (weight decay).

    Raises ``ValueError`` for a strength below 0.

    >>> from nbsrc.networks.network import forward
    >>> from nbsrc.neurons.activations import TANH
    >>> network = Network((2, 1), (TANH,), np.array([3.0, 4.0, 7.0]))
    >>> L2(0.1).value(network, forward(network, [[0.0, 0.0]]))
    np.float64(1.25)
    """

    strength: float

    def __post_init__(self) -> None:
        _check_strength(self.strength)

    def check(self, network: Network) -> None:
        """Accept every network."""

    def value(self, network: Network, passed: Pass) -> Array:
        """Return ½ λ Σ W²."""
        weights = network.parameters[..., : network.n_weights]
        total: Array = self.strength / 2 * np.sum(weights**2, axis=-1)
        return total

    def add_gradient(
        self, network: Network, passed: Pass, weights: list[Array], biases: list[Array]
    ) -> None:
        """Add λ W to the gradient of each W."""
        for gradient, weight in zip(weights, network.weights, strict=True):
            gradient += self.strength * weight


@dataclass(frozen=True)
class Contractive:
    """λ ‖∂a¹/∂x‖², averaged over the examples: how much the first layer stretches its inputs.

    The norm is Frobenius's: with one layer, Σ_j σ′(z_j)² Σ_i W_ij² (Rifai et al. 2011, eq. 7). λ is
    the strength. Raises ``ValueError`` for a strength below 0, and in training where the first
    layer's activation has no second derivative.

    >>> from nbsrc.networks.network import forward
    >>> from nbsrc.neurons.activations import IDENTITY
    >>> network = Network((2, 1), (IDENTITY,), np.array([3.0, 4.0, 7.0]))
    >>> Contractive(1.0).value(network, forward(network, [[0.0, 0.0]]))
    np.float64(25.0)
    """

    strength: float

    def __post_init__(self) -> None:
        _check_strength(self.strength)

    def check(self, network: Network) -> None:
        """Raise ``ValueError`` where the first layer's activation has no second derivative."""
        _second_derivative(network.activations[0])

    def value(self, network: Network, passed: Pass) -> Array:
        """Return λ Σ_j σ′(z_j)² Σ_i W_ij², averaged over the examples."""
        slope = network.activations[0].derivative(passed.pre_activations[0])
        lengths = np.sum(network.weights[0] ** 2, axis=-2, keepdims=True)
        total: Array = self.strength * np.mean(np.sum(slope**2 * lengths, axis=-1), axis=-1)
        return total

    def add_gradient(
        self, network: Network, passed: Pass, weights: list[Array], biases: list[Array]
    ) -> None:
        """Add its slope through z, which BP3 and BP4 carry on, and its slope along W itself."""
        first, z = network.activations[0], passed.pre_activations[0]
        slope, scale = first.derivative(z), 2 * self.strength / z.shape[-2]
        lengths = np.sum(network.weights[0] ** 2, axis=-2, keepdims=True)
        error = scale * slope * _second_derivative(first)(z) * lengths
        biases[0] += np.sum(error, axis=-2)
        weights[0] += passed.activations[0].mT @ error
        weights[0] += scale * np.sum(slope**2, axis=-2, keepdims=True) * network.weights[0]


def _second_derivative(activation: Activation) -> Callable[[Array], Array]:
    if activation.second_derivative is None:
        raise ValueError(
            f"the first layer's activation is {activation.name}, which has no second derivative "
            "here; the contractive penalty needs one, as sigmoid and tanh have"
        )
    return activation.second_derivative
