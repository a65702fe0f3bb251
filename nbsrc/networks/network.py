"""Fully connected networks: their parameters and the forward pass.

Rows are examples. Layer l maps the activations a that enter it to its own,

    z = a W + b,    a = σ(z),

with W of shape ``(fan_in, fan_out)``: entry (i, j) is the weight from unit i to unit j, so that W
is the transpose of the matrix of the column-vector equations (Nielsen 2015, ch. 2).

Many networks of one shape side by side, an *ensemble*, are the same code with one more axis in
front: W has shape ``(n_networks, fan_in, fan_out)``. A network in an ensemble gives, to the last
bit, what it gives alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nbsrc.arrays import Array, as_array
from nbsrc.networks.initialisation import Initialisation, xavier
from nbsrc.neurons.activation_kernels import overflow_allowed
from nbsrc.neurons.activations import SOFTMAX, TANH, Activation, softmax_jacobian


def count_parameters(sizes: Sequence[int]) -> int:
    """Return the number of weights and biases of a network with layers of these sizes.

    >>> count_parameters([784, 16, 16, 10])
    13002
    """
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))


def split(parameters: Array, sizes: Sequence[int]) -> tuple[list[Array], list[Array]]:
    """Return views of a parameter vector as weights and biases, one of each per layer.

    The last axis of ``parameters`` holds all weights first, layer by layer, row by row, and then
    all biases; axes before it are kept.

    >>> weights, biases = split(np.arange(9.0), [2, 2, 1])
    >>> weights[0]
    array([[0., 1.],
           [2., 3.]])
    >>> biases
    [array([6., 7.]), array([8.])]
    """
    leading = parameters.shape[:-1]
    shapes = [*pairwise(sizes), *((size,) for size in sizes[1:])]
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    pieces = np.split(parameters, ends[:-1], axis=-1)
    views = [piece.reshape(leading + shape) for piece, shape in zip(pieces, shapes, strict=True)]
    n_layers = len(sizes) - 1
    return views[:n_layers], views[n_layers:]


@dataclass(frozen=True, eq=False)
class Network:
    """A fully connected network, or an ensemble of networks of one shape.

    ``sizes`` counts the units of each layer, inputs first; ``activations`` has one activation per
    layer after the inputs, softmax in the last one only; ``parameters`` has shape
    ``(n_parameters,)``, or ``(n_networks, n_parameters)`` for an ensemble, in the order of
    :func:`split`, float64 or float32. Raises ``ValueError`` where these do not fit together.

    ``weights[l]`` and ``biases[l]`` are views into ``parameters``, of shapes ``(fan_in, fan_out)``
    and ``(fan_out,)``, with ``n_networks`` in front for an ensemble.

    >>> network = Network((1, 1), (TANH,), np.array([2.0, -1.0]))
    >>> network.weights[0], network.biases[0]
    (array([[2.]]), array([-1.]))
    """

    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    parameters: Array

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise ValueError(
                f"sizes are {self.sizes}; give at least inputs and outputs, each 1 or more"
            )
        if len(self.activations) != len(self.sizes) - 1:
            raise ValueError(
                f"{len(self.activations)} activations for sizes {self.sizes}; "
                f"give one per layer after the inputs, {len(self.sizes) - 1}"
            )
        if SOFTMAX in self.activations[:-1]:
            raise ValueError("softmax is in a hidden layer; it belongs in the output layer only")
        expected = count_parameters(self.sizes)
        if self.parameters.ndim not in (1, 2) or self.parameters.shape[-1] != expected:
            raise ValueError(
                f"parameters have shape {self.parameters.shape}; sizes {self.sizes} need "
                f"({expected},), or (n_networks, {expected}) for an ensemble"
            )
        if self.parameters.size == 0:
            raise ValueError("the ensemble has no networks; give at least one")
        if self.parameters.dtype not in (np.dtype(np.float64), np.dtype(np.float32)):
            raise ValueError(f"parameters are {self.parameters.dtype}; use float64 or float32")
        if not np.isfinite(self.parameters).all():
            raise ValueError("parameters contain NaN or infinity")

    @cached_property
    def weights(self) -> list[Array]:
        """The weights W of each layer, views into ``parameters``."""
        return split(self.parameters, self.sizes)[0]

    @cached_property
    def biases(self) -> list[Array]:
        """The biases b of each layer, views into ``parameters``."""
        return split(self.parameters, self.sizes)[1]

    @cached_property
    def bias_rows(self) -> list[Array]:
        """The biases as rows ``(..., 1, fan_out)``, ready to be added to every example."""
        return [bias[..., None, :] for bias in self.biases]

    @property
    def n_weights(self) -> int:
        """The number of weights of one network; they come first in ``parameters``."""
        return count_parameters(self.sizes) - sum(self.sizes[1:])

    @property
    def n_networks(self) -> int | None:
        """The number of networks in an ensemble; None for a network alone."""
        return None if self.parameters.ndim == 1 else len(self.parameters)

    def with_parameters(self, parameters: Array) -> Network:
        """Return a network of this shape with other parameters (or an ensemble of them)."""
        return Network(self.sizes, self.activations, parameters)

    def member(self, index: int) -> Network:
        """Return one network of the ensemble, with its own copy of its parameters."""
        if self.n_networks is None:
            raise ValueError("this is one network, not an ensemble; it has no members")
        return self.with_parameters(self.parameters[index].copy())


def new_network(
    sizes: Sequence[int],
    randomness: np.random.Generator | Sequence[np.random.Generator],
    *,
    hidden: Activation = TANH,
    output: Activation = SOFTMAX,
    initialisation: Initialisation = xavier,
    dtype: DTypeLike = np.float64,
) -> Network:
    """Return a network with random weights, or an ensemble: one network for each generator.

    Layers have ``sizes`` units, inputs first. The numbers are drawn in float64 and then rounded to
    ``dtype``, so float32 and float64 networks start from the same place. Raises ``ValueError`` for
    sizes or types that make no network.

    >>> network = new_network([2, 3, 1], np.random.default_rng(0))
    >>> [weights.shape for weights in network.weights]
    [(2, 3), (3, 1)]
    >>> new_network([2, 3, 1], [np.random.default_rng(i) for i in range(5)]).n_networks
    5
    """
    one = isinstance(randomness, np.random.Generator)
    generators = [randomness] if isinstance(randomness, np.random.Generator) else randomness
    if not one and len(generators) == 0:
        raise ValueError("no random generators; give one, or one for each network of an ensemble")
    rows = [_starting_parameters(sizes, rng, initialisation) for rng in generators]
    parameters = np.array(rows[0] if one else rows, dtype=dtype)
    activations = (hidden,) * (len(sizes) - 2) + (output,)
    return Network(tuple(sizes), activations, parameters)


def _starting_parameters(
    sizes: Sequence[int], rng: np.random.Generator, initialisation: Initialisation
) -> Array:
    weights = [initialisation(rng, fan_in, fan_out).ravel() for fan_in, fan_out in pairwise(sizes)]
    return np.concatenate([*weights, np.zeros(sum(sizes[1:]))])


def stack(networks: Sequence[Network]) -> Network:
    """Return the ensemble of these networks, which must have the same sizes and activations.

    >>> alone = new_network([2, 1], np.random.default_rng(0))
    >>> stack([alone, alone]).weights[0].shape
    (2, 2, 1)
    """
    if len(networks) == 0:
        raise ValueError("no networks to stack; give at least one")
    first = networks[0]
    for index, network in enumerate(networks):
        if network.n_networks is not None:
            raise ValueError(f"network {index} is itself an ensemble; stack its members")
        if network.sizes != first.sizes or network.activations != first.activations:
            raise ValueError(
                f"network {index} has sizes {network.sizes}, network 0 {first.sizes}; "
                "an ensemble needs the same sizes and activations"
            )
    return first.with_parameters(np.stack([network.parameters for network in networks]))


@dataclass(frozen=True, eq=False)
class Pass:
    """Everything a forward pass computed, so that the network can be opened at any layer.

    ``activations[l]`` enters layer l and ``pre_activations[l]`` is the z that it becomes there:
    ``activations[0]`` are the inputs, ``activations[-1]`` the outputs. Arrays have shape
    ``(n_samples, n_units)``, with ``n_networks`` in front for an ensemble.
    """

    activations: list[Array]
    pre_activations: list[Array]

    @property
    def outputs(self) -> Array:
        """The activations of the last layer."""
        return self.activations[-1]


def empty_pass(network: Network, inputs: Array) -> Pass:
    """Return the arrays that a forward pass over these inputs writes to, not yet written."""
    ensemble = network.parameters.shape[:-1]
    shapes = [(*ensemble, inputs.shape[-2], size) for size in network.sizes[1:]]
    dtype = network.parameters.dtype
    return Pass(
        [inputs, *(np.empty(shape, dtype) for shape in shapes)],
        [np.empty(shape, dtype) for shape in shapes],
    )


def forward_into(network: Network, passed: Pass) -> None:
    """Run the forward pass from ``passed.activations[0]``, writing every z and a in place.

    This is what :func:`forward` and training run, after their checks, under ``overflow_allowed``.
    """
    for entering, z, a, weights, bias_row, activation in zip(
        passed.activations[:-1],
        passed.pre_activations,
        passed.activations[1:],
        network.weights,
        network.bias_rows,
        network.activations,
        strict=True,
    ):
        np.matmul(entering, weights, out=z)
        np.add(z, bias_row, out=z)
        activation.function_into(z, a)


def checked_inputs(network: Network, inputs: ArrayLike) -> Array:
    """Return the inputs as an array of the network's number type, or raise ``ValueError``.

    The shape must be ``(n_samples, n_features)``, shared by all networks of an ensemble, or
    ``(n_networks, n_samples, n_features)``; there must be an example, and no NaN or infinity.
    """
    array = np.ascontiguousarray(inputs, dtype=network.parameters.dtype)
    wanted = f"(n_samples, {network.sizes[0]})"
    if network.n_networks is not None:
        wanted += f" or ({network.n_networks}, n_samples, {network.sizes[0]})"
    own = network.n_networks is not None and array.ndim == 3 and len(array) == network.n_networks
    if not (array.ndim == 2 or own) or array.shape[-1] != network.sizes[0]:
        raise ValueError(f"inputs have shape {array.shape}; this network needs {wanted}")
    if array.shape[-2] == 0:
        raise ValueError(f"inputs have shape {array.shape}: no examples; give at least one")
    if not np.isfinite(array).all():
        raise ValueError(f"inputs of shape {array.shape} contain NaN or infinity")
    return array


def forward(network: Network, inputs: ArrayLike) -> Pass:
    """Return every pre-activation and activation of the network on these inputs.

    ``inputs`` has shape ``(n_samples, n_features)``, or ``(n_networks, n_samples, n_features)``
    to give each network of an ensemble its own. Raises ``ValueError`` for any other shape, for no
    examples, and for NaN or infinity.

    >>> network = Network((2, 1), (TANH,), np.array([1.0, -1.0, 0.5]))
    >>> passed = forward(network, [[2.0, 2.5]])
    >>> passed.pre_activations[0], passed.outputs
    (array([[0.]]), array([[0.]]))
    """
    passed = empty_pass(network, checked_inputs(network, inputs))
    with overflow_allowed():
        forward_into(network, passed)
    return passed


def predict(network: Network, inputs: ArrayLike) -> Array:
    """Return the outputs alone, of shape ``(n_samples, n_outputs)``; see :func:`forward`."""
    return forward(network, inputs).outputs


def forward_from(network: Network, layer: int, pre_activation: Array) -> Pass:
    """Return the pass through the network above one layer, whose pre-activation z is given.

    The first of ``pre_activations`` is the z that was given, and ``activations`` begins with the
    activation of it: this answers what would happen if z were a little different. Any number of
    axes may stand in front of ``(n_samples, n_units)``.
    """
    z = as_array(pre_activation)
    pre_activations, activations = [z], [network.activations[layer](z)]
    for above in range(layer + 1, len(network.weights)):
        z = activations[-1] @ network.weights[above] + network.bias_rows[above]
        pre_activations.append(z)
        activations.append(network.activations[above](z))
    return Pass(activations, pre_activations)


def input_jacobian(network: Network, inputs: ArrayLike) -> Array:
    """Return ∂a_j/∂x_i, the slope of each output j along each input i, for every example.

    The shape is ``(n_samples, n_outputs, n_features)``, with ``n_networks`` in front for an
    ensemble. Computed forwards, by the chain rule from the inputs up. Raises like :func:`forward`.

    >>> network = Network((2, 1), (TANH,), np.array([1.0, -1.0, 0.0]))
    >>> input_jacobian(network, [[0.0, 0.0]])
    array([[[ 1., -1.]]])
    """
    passed = forward(network, inputs)
    slopes = np.eye(network.sizes[0], dtype=network.parameters.dtype)
    for weights, z, activation in zip(
        network.weights, passed.pre_activations, network.activations, strict=True
    ):
        slopes = slopes @ weights[..., None, :, :]
        if activation is SOFTMAX:
            slopes = slopes @ softmax_jacobian(z)
        else:
            slopes = slopes * activation.derivative(z)[..., None, :]
    return slopes.mT
