"""Fair comparisons of networks: as many parameters, spread biases, each its own learning rate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nbsrc.arrays import Array
from nbsrc.learning.optimisers import Adam, LearningRate, Rule
from nbsrc.networks.network import Network, count_parameters


def sizes_within(
    n_inputs: int, n_outputs: int, depth: int, n_parameters: int, tolerance: float = 0.03
) -> tuple[int, ...]:
    """Return the layer sizes of a network of ``depth`` hidden layers with so many parameters.

    Hidden layers are as equal as can be: their widths differ by at most 1, the wider ones first.
    Of all such networks this is the one whose number of weights and biases is nearest to
    ``n_parameters``, the smaller one where two are as near. Raises ``ValueError`` where it is
    further off than the share ``tolerance``, and for counts below 1.

    >>> sizes_within(2, 1, 1, 250), sizes_within(2, 1, 3, 250)
    ((2, 62, 1), (2, 10, 10, 9, 1))
    """
    if min(n_inputs, n_outputs, depth, n_parameters) < 1:
        raise ValueError(
            f"n_inputs, n_outputs, depth and n_parameters are {n_inputs}, {n_outputs}, {depth} and "
            f"{n_parameters}; each must be 1 or more"
        )
    if not 0 <= tolerance < 1:
        raise ValueError(f"tolerance is {tolerance}; it must be a share, from 0 to below 1")
    best: tuple[int, ...] = (n_inputs, *[1] * depth, n_outputs)
    for n_units in range(depth, depth * (n_parameters + 1)):
        width, wider = divmod(n_units, depth)
        sizes = (n_inputs, *[width + 1] * wider, *[width] * (depth - wider), n_outputs)
        if _off(sizes, n_parameters) < _off(best, n_parameters):
            best = sizes
        if count_parameters(sizes) > n_parameters:
            break
    if _off(best, n_parameters) > tolerance * n_parameters:
        raise ValueError(
            f"no {depth} hidden layers of nearly equal width have {n_parameters} parameters to "
            f"within {tolerance:.0%}; sizes {best} have {count_parameters(best)}"
        )
    return best


def _off(sizes: Sequence[int], n_parameters: int) -> int:
    """Return by how many parameters these sizes miss."""
    return abs(count_parameters(sizes) - n_parameters)


def with_random_biases(network: Network, randomness: Sequence[np.random.Generator]) -> Network:
    """Return an ensemble whose biases are drawn evenly from −1/√fan_in to 1/√fan_in.

    There is one generator for each network. Where biases start at 0, the borders of all units of
    the first layer pass through one point, which is a handicap for wide layers of few inputs.
    Raises ``ValueError`` unless there is one generator for each network.

    >>> from nbsrc.networks.network import new_network
    >>> alike = new_network([4, 3, 1], [np.random.default_rng(0)])
    >>> made = with_random_biases(alike, [np.random.default_rng(1)])
    >>> bool((abs(made.biases[0]) <= 0.5).all()), bool((made.weights[0] == alike.weights[0]).all())
    (True, True)
    """
    if network.n_networks != len(randomness):
        raise ValueError(
            f"{len(randomness)} generators for {network.n_networks or 'no'} networks of an "
            "ensemble; give one for each"
        )
    parameters = network.parameters.copy()
    reach = np.concatenate([np.full(b.shape[-1], w.shape[-2] ** -0.5) for w, b in _layers(network)])
    for row, rng in zip(parameters, randomness, strict=True):
        row[network.n_weights :] = rng.uniform(-reach, reach)
    return network.with_parameters(parameters)


def _layers(network: Network) -> list[tuple[Array, Array]]:
    """Return the weights and biases of each layer."""
    return list(zip(network.weights, network.biases, strict=True))


@dataclass(frozen=True)
class AdamEach:
    """Adam for an ensemble whose networks have a learning rate each, all falling to 0 in a line.

    ``rates`` has one rate for each network; at step t it is the share 1 − t/``n_steps`` of that.
    Raises ``ValueError`` for a rate that is not a positive number and for no steps.

    >>> theta = np.array([[1.0], [1.0]])
    >>> AdamEach((0.5, 0.25), 10).start(theta)(np.array([[8.0], [8.0]]), 1.0)
    >>> theta.round(6).tolist()
    [[0.5], [0.75]]
    """

    rates: tuple[float, ...]
    n_steps: int

    def __post_init__(self) -> None:
        if not self.rates or not all(0 < rate < float("inf") for rate in self.rates):
            raise ValueError(f"rates are {self.rates}; give a positive number for each network")
        if self.n_steps < 1:
            raise ValueError(f"n_steps is {self.n_steps}; it must be 1 or more")

    @property
    def learning_rate(self) -> LearningRate:
        """The share of its rate that each network uses at a step."""
        return lambda step: max(1 - step / self.n_steps, 0.0)

    def start(self, parameters: Array) -> Rule:
        """Return the rule of a new run; ``parameters`` must have a row for each rate."""
        if parameters.ndim != 2 or len(parameters) != len(self.rates):
            raise ValueError(
                f"parameters have shape {parameters.shape}; {len(self.rates)} rates need "
                f"({len(self.rates)}, n_parameters)"
            )
        before = np.empty_like(parameters)
        unit = Adam().start(parameters)
        each = np.array(self.rates, parameters.dtype)[:, None]

        def rule(gradient: Array, learning_rate: float) -> None:
            before[...] = parameters
            unit(gradient, 1.0)
            np.subtract(parameters, before, out=parameters)
            np.multiply(parameters, each * learning_rate, out=parameters)
            np.add(parameters, before, out=parameters)

        return rule
