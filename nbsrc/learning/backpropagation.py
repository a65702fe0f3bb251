"""Backpropagation in four equations (Rumelhart, Hinton, Williams 1986; Nielsen 2015, ch. 2).

The cost C is the mean over the examples. The error δ of a layer is ∂C/∂z: how C changes as each of
its pre-activations is nudged. For columns (Nielsen) and, on the right, for rows of examples:

    BP1    δᴸ = ∇ₐC ⊙ σ′(zᴸ)                  the same
    BP2    δˡ = ((Wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)       (δˡ⁺¹ (Wˡ⁺¹)ᵀ) ⊙ σ′(zˡ), with W of (fan_in, fan_out)
    BP3    ∂C/∂b = δ                          summed over the examples
    BP4    ∂C/∂W = a δ, a entering W          aᵀδ, which sums over the examples too

The mean's 1/n is in δ from the start, so BP3 and BP4 sum and nothing is divided afterwards. Each
equation is one function. Training and gradient checks run these very functions, and a deliberately
broken backward pass is made by replacing one of them (:mod:`nbsrc.learning.planted_bugs`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.networks.costs import Cost
from nbsrc.networks.network import Network, Pass, forward, split
from nbsrc.networks.objective import Objective, checked_targets
from nbsrc.networks.penalties import Penalty
from nbsrc.neurons.activation_kernels import ones
from nbsrc.neurons.activations import SOFTMAX, STEP


def output_error(cost_gradient: Array, slope: Array, out: Array | None = None) -> Array:
    """BP1: δᴸ = ∇ₐC ⊙ σ′(zᴸ), all of shape ``(n_samples, n_outputs)``.

    >>> output_error(np.array([[2.0]]), np.array([[0.25]]))
    array([[0.5]])
    """
    return np.multiply(cost_gradient, slope, out=out)


def hidden_error(error: Array, weights: Array, slope: Array, out: Array | None = None) -> Array:
    """BP2: δˡ = (δˡ⁺¹ (Wˡ⁺¹)ᵀ) ⊙ σ′(zˡ), from the error and the weights of the layer above.

    >>> hidden_error(np.array([[1.0]]), np.array([[2.0], [3.0]]), np.array([[0.5, 1.0]]))
    array([[1., 3.]])
    """
    return np.multiply(np.matmul(error, weights.mT, out=out), slope, out=out)


def bias_gradient(error: Array, out: Array | None = None) -> Array:
    """BP3: ∂C/∂b = δ, summed over the examples (a row of ones times δ), of shape (1, fan_out).

    >>> bias_gradient(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[4., 6.]])
    """
    dtype = getattr(error, "dtype", np.float64)  # what is no NumPy array need have none
    return np.matmul(ones((1, error.shape[-2]), dtype), error, out=out)


def weight_gradient(entering: Array, error: Array, out: Array | None = None) -> Array:
    """BP4: ∂C/∂W = aᵀδ, from the activations a that enter the layer and its error.

    >>> weight_gradient(np.array([[1.0, 2.0]]), np.array([[10.0]]))
    array([[10.],
           [20.]])
    """
    return np.matmul(entering.mT, error, out=out)


class Equations(NamedTuple):
    """The four equations of a backward pass, in the order BP1 to BP4."""

    output_error: Callable[..., Array] = output_error
    hidden_error: Callable[..., Array] = hidden_error
    bias_gradient: Callable[..., Array] = bias_gradient
    weight_gradient: Callable[..., Array] = weight_gradient


FOUR_EQUATIONS = Equations()
LABELS = ("BP1", "BP2", "BP3", "BP4")
"""What the four are called, in their order."""


@dataclass(frozen=True, eq=False)
class Gradients:
    """Everything a backward pass computed.

    ``errors[l]`` is δ of layer l, ``(n_samples, n_units)``; ``parameters`` is ∂C/∂(all parameters)
    in the order of ``Network.parameters``, and ``weights[l]`` and ``biases[l]`` are views into it.
    """

    parameters: Array
    weights: list[Array]
    biases: list[Array]
    errors: list[Array]

    @cached_property
    def bias_rows(self) -> list[Array]:
        """The bias gradients as rows ``(..., 1, fan_out)``, as BP3 writes them."""
        return [bias[..., None, :] for bias in self.biases]

    @cached_property
    def slopes(self) -> list[Array]:
        """Room for σ′(z) of each layer."""
        return [np.empty_like(error) for error in self.errors]


def empty_gradients(network: Network, passed: Pass) -> Gradients:
    """Return the arrays that a backward pass writes to, not yet written."""
    parameters = np.empty_like(network.parameters)
    errors = [np.empty_like(z) for z in passed.pre_activations]
    return Gradients(parameters, *split(parameters, network.sizes), errors)


def write_output_error(
    network: Network,
    passed: Pass,
    targets: Array,
    cost: Cost,
    gradients: Gradients,
    equations: Equations = FOUR_EQUATIONS,
) -> None:
    """Write the error of the output layer into ``gradients.errors[-1]``, 1/n included.

    Where output and cost are matched, BP1 has been worked out by hand: δᴸ = (a − y)/n. A softmax
    output with another cost takes BP1 in matrix form, with the Jacobian of the softmax for σ′.
    """
    activation, error, a = network.activations[-1], gradients.errors[-1], passed.outputs
    if activation.name in cost.matched:
        np.subtract(a, targets, out=error)
    elif activation is SOFTMAX:
        cost.gradient(a, targets, error)
        np.subtract(error, np.sum(a * error, axis=-1, keepdims=True), out=error)
        np.multiply(error, a, out=error)
    else:
        activation.derivative_into(passed.pre_activations[-1], a, gradients.slopes[-1])
        cost.gradient(a, targets, error)
        equations.output_error(error, gradients.slopes[-1], out=error)
    np.multiply(error, 1 / a.shape[-2], out=error)


def carry_back(
    network: Network,
    passed: Pass,
    gradients: Gradients,
    equations: Equations = FOUR_EQUATIONS,
) -> None:
    """Write all gradients, by BP2, BP3 and BP4, given the error of the output layer."""
    error = gradients.errors[-1]
    for layer in reversed(range(len(gradients.errors))):
        entering = passed.activations[layer]
        equations.bias_gradient(error, out=gradients.bias_rows[layer])
        equations.weight_gradient(entering, error, out=gradients.weights[layer])
        if layer > 0:
            z, slope = passed.pre_activations[layer - 1], gradients.slopes[layer - 1]
            network.activations[layer - 1].derivative_into(z, entering, slope)
            below = gradients.errors[layer - 1]
            error = equations.hidden_error(error, network.weights[layer], slope, out=below)


def write_gradients(
    network: Network,
    passed: Pass,
    targets: Array,
    objective: Objective,
    gradients: Gradients,
    equations: Equations = FOUR_EQUATIONS,
) -> None:
    """Run the whole backward pass after a forward one, in place, and add the penalties' slopes.

    This is what :func:`backward` and training run, after their checks.
    """
    write_output_error(network, passed, targets, objective.cost, gradients, equations)
    carry_back(network, passed, gradients, equations)
    for penalty in objective.penalties:
        penalty.add_gradient(network, passed, gradients.weights, gradients.biases)


def check_slopes(network: Network) -> None:
    """Raise ``ValueError`` where the network has a step: it has no slope to go down."""
    if STEP in network.activations:
        raise ValueError(
            "the step activation has slope 0 wherever it has one, so there is no gradient to "
            "follow; it is for the forward pass only (use sigmoid for a smooth step)"
        )


def backward(
    network: Network,
    passed: Pass,
    targets: ArrayLike,
    cost: Cost,
    *,
    penalties: Sequence[Penalty] = (),
    equations: Equations = FOUR_EQUATIONS,
) -> Gradients:
    """Return the gradients of the mean cost (plus penalties) after a forward pass.

    ``targets`` has shape ``(n_samples, n_outputs)``, or holds labels: see ``checked_targets``.
    The errors are those of the cost alone; penalties add to the parameters' gradients. Raises
    ``ValueError`` for targets that do not fit, for a cost that does not suit the outputs, and for
    the step activation.

    >>> from nbsrc.neurons.activations import IDENTITY
    >>> from nbsrc.networks.costs import MSE
    >>> network = Network((1, 1), (IDENTITY,), np.array([2.0, 0.0]))
    >>> gradients = backward(network, forward(network, [[3.0]]), [[5.0]], MSE)
    >>> gradients.errors[0], gradients.weights[0], gradients.biases[0]
    (array([[1.]]), array([[3.]]), array([1.]))
    """
    check_slopes(network)
    objective = Objective(cost, penalties)
    objective.check(network)
    rows = checked_targets(network, passed.activations[0], targets, cost)
    gradients = empty_gradients(network, passed)
    write_gradients(network, passed, rows, objective, gradients, equations)
    return gradients


def backward_from(
    network: Network,
    passed: Pass,
    last_error: ArrayLike,
    equations: Equations = FOUR_EQUATIONS,
) -> Gradients:
    """Return the gradients of any number whose slope ∂/∂zᴸ along the last pre-activations is given.

    ``last_error`` has shape ``(n_samples, n_outputs)``. With one row of it 1 at output j and 0
    elsewhere, for example, these are the gradients of zⱼ itself. Raises ``ValueError`` for another
    shape and for the step activation.
    """
    check_slopes(network)
    gradients = empty_gradients(network, passed)
    error = np.asarray(last_error)
    if error.shape != gradients.errors[-1].shape:
        raise ValueError(
            f"last_error has shape {error.shape}; this pass needs {gradients.errors[-1].shape}"
        )
    gradients.errors[-1][...] = error
    carry_back(network, passed, gradients, equations)
    return gradients


def input_gradient(network: Network, gradients: Gradients) -> Array:
    """Return ∂C/∂x, of the inputs' shape: BP2 once more, without a σ′, for inputs have none.

    C is the mean over the examples; multiply by n_samples for the slope of each example's own cost.

    >>> from nbsrc.neurons.activations import IDENTITY
    >>> from nbsrc.networks.costs import MSE
    >>> network = Network((1, 1), (IDENTITY,), np.array([2.0, 0.0]))
    >>> input_gradient(network, backward(network, forward(network, [[3.0]]), [[5.0]], MSE))
    array([[2.]])
    """
    return gradients.errors[0] @ network.weights[0].mT


def gradient(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    cost: Cost,
    *,
    penalties: Sequence[Penalty] = (),
    equations: Equations = FOUR_EQUATIONS,
) -> Gradients:
    """Return the gradients of the mean cost on these examples: a forward and a backward pass.

    Raises ``ValueError`` as :func:`nbsrc.networks.forward` and :func:`backward` do.
    """
    check_slopes(network)
    passed = forward(network, inputs)
    return backward(network, passed, targets, cost, penalties=penalties, equations=equations)
