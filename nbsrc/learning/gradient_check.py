"""Checking gradients by nudging: central differences, which know nothing of backpropagation.

The slope of C along one number is [C(x + ε) − C(x − ε)] / 2ε. Its error shrinks as ε² until
rounding, which grows as 1/ε, takes over. All nudges run together, as one ensemble.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.learning.backpropagation import FOUR_EQUATIONS, Equations
from nbsrc.networks.costs import Cost
from nbsrc.networks.network import Network, forward, forward_from
from nbsrc.networks.objective import Objective, checked_targets, mean_cost, total_cost
from nbsrc.networks.penalties import Penalty

NUDGE = 1e-5
NUDGES_AT_ONCE = 256


def central_differences(
    costs_at: Callable[[Array], Array], point: Array, nudge: float = NUDGE
) -> Array:
    """Return the slope of a cost along every number of ``point``, in ``point``'s shape.

    ``costs_at`` takes many points at once, ``(n_points, *point.shape)``, and returns their costs,
    ``(n_points,)``. Raises ``ValueError`` unless ``nudge`` is positive.

    >>> central_differences(lambda points: (points**2).sum(axis=-1), np.array([1.0, -3.0]), 0.5)
    array([ 2., -6.])
    """
    if not nudge > 0:
        raise ValueError(f"nudge is {nudge}; it must be positive, such as {NUDGE}")
    slopes = []
    for first in range(0, point.size, NUDGES_AT_ONCE):
        chosen = np.arange(first, min(first + NUDGES_AT_ONCE, point.size))
        steps = np.zeros((chosen.size, point.size))
        steps[np.arange(chosen.size), chosen] = nudge
        steps = steps.reshape(chosen.size, *point.shape)
        slopes.append((costs_at(point + steps) - costs_at(point - steps)) / (2 * nudge))
    return np.concatenate(slopes).reshape(point.shape)


def numerical_gradient(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    cost: Cost,
    *,
    penalties: Sequence[Penalty] = (),
    nudge: float = NUDGE,
) -> Array:
    """Return ∂C/∂(parameters) by central differences, in the order of ``Network.parameters``.

    Raises ``ValueError`` for an ensemble, and as :func:`nbsrc.networks.objective.total_cost` does.

    >>> from nbsrc.neurons.activations import IDENTITY
    >>> from nbsrc.networks.costs import MSE
    >>> network = Network((1, 1), (IDENTITY,), np.array([2.0, 0.0]))
    >>> numerical_gradient(network, [[3.0]], [[5.0]], MSE, nudge=0.5)
    array([3., 1.])
    """
    _check_alone(network)

    def costs_at(points: Array) -> Array:
        return total_cost(network.with_parameters(points), inputs, targets, cost, penalties)

    return central_differences(costs_at, network.parameters, nudge)


def numerical_errors(
    network: Network, inputs: ArrayLike, targets: ArrayLike, cost: Cost, nudge: float = NUDGE
) -> list[Array]:
    """Return δ = ∂C/∂z of every layer by nudging each z, of shape ``(n_samples, n_units)``.

    Raises ``ValueError`` for an ensemble, and where the arguments do not fit the network.
    """
    _check_alone(network)
    Objective(cost).check(network)
    passed = forward(network, inputs)
    rows = checked_targets(network, passed.activations[0], targets, cost)

    def errors_of(layer: int, z: Array) -> Array:
        def costs_at(zs: Array) -> Array:
            return mean_cost(cost, forward_from(network, layer, zs), rows)

        return central_differences(costs_at, z, nudge)

    return [errors_of(layer, z) for layer, z in enumerate(passed.pre_activations)]


def relative_error(found: Array, expected: Array) -> float:
    """Return ‖found − expected‖ / (‖found‖ + ‖expected‖): 0 if equal, at most 1; 0 for 0 and 0.

    >>> relative_error(np.array([2.0]), np.array([1.0])) * 3
    1.0
    """
    scale = np.linalg.norm(found) + np.linalg.norm(expected)
    return float(np.linalg.norm(found - expected) / scale) if scale > 0 else 0.0


def check_equations(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    cost: Cost,
    equations: Equations = FOUR_EQUATIONS,
    nudge: float = NUDGE,
) -> dict[str, float]:
    """Return, for each of BP1 to BP4, its largest relative error over the layers.

    Each equation is given true inputs, got by nudging, and its answer is compared with the nudged
    one: an equation that is wrong fails alone, whatever the others do. A network without a hidden
    layer has no BP2. Raises ``ValueError`` for an ensemble, for a softmax output, where BP1 is not
    elementwise, and where the arguments do not fit the network.
    """
    errors = numerical_errors(network, inputs, targets, cost, nudge)
    slopes = network.with_parameters(
        numerical_gradient(network, inputs, targets, cost, nudge=nudge)
    )
    passed = forward(network, inputs)
    derivatives = [
        activation.derivative(z)
        for activation, z in zip(network.activations, passed.pre_activations, strict=True)
    ]
    rows = checked_targets(network, passed.activations[0], targets, cost)
    slope_of_cost = cost.gradient(passed.outputs, rows, None) / len(rows)
    last = equations.output_error(slope_of_cost, derivatives[-1])
    found: dict[str, list[float]] = {"BP1": [relative_error(last, errors[-1])]}
    for layer, error in enumerate(errors):
        if layer > 0:
            below = equations.hidden_error(error, network.weights[layer], derivatives[layer - 1])
            found.setdefault("BP2", []).append(relative_error(below, errors[layer - 1]))
        biases = equations.bias_gradient(error)
        found.setdefault("BP3", []).append(relative_error(biases[0], slopes.biases[layer]))
        weights = equations.weight_gradient(passed.activations[layer], error)
        found.setdefault("BP4", []).append(relative_error(weights, slopes.weights[layer]))
    return {label: max(values) for label, values in found.items()}


def _check_alone(network: Network) -> None:
    if network.n_networks is not None:
        raise ValueError(f"this is an ensemble of {network.n_networks}; check one of its members")
