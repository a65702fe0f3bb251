"""Networks and domains for the tests of regions and pieces."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from nbsrc.arrays import Array
from nbsrc.networks.network import Network, count_parameters, forward
from nbsrc.neurons.activations import IDENTITY, RELU


def relu_network(sizes: tuple[int, ...], seed: int = 0) -> Network:
    """Return a ReLU network in general position, with probability one."""
    rng = np.random.default_rng(seed)
    activations = (*(RELU,) * (len(sizes) - 2), IDENTITY)
    weights = [rng.normal(size=(a, b)).ravel() * (2 / a) ** 0.5 for a, b in pairwise(sizes)]
    biases = rng.normal(size=sum(sizes[1:])) / 2
    return Network(sizes, activations, np.concatenate([*weights, biases]))


def lines(*rows: tuple[float, float, float]) -> Network:
    """Return one hidden layer that bends along u x + v y + w = 0 for each row (u, v, w)."""
    table = np.array(rows, float)
    out = np.sqrt(np.arange(2.0, 2 + len(rows)))
    parameters = np.concatenate([table[:, :2].T.ravel(), out, table[:, 2], [0.0]])
    return Network((2, len(rows), 1), (RELU, IDENTITY), parameters)


def coarse_networks(n_inputs: int = 2) -> st.SearchStrategy[Network]:
    """Return networks with few small whole weights: dead, parallel and coincident everywhere."""

    def build(hidden: list[int], seed: int) -> Network:
        sizes = (n_inputs, *hidden, 1)
        rng = np.random.default_rng(seed)
        parameters = rng.integers(-2, 3, count_parameters(sizes)).astype(float)
        return Network(sizes, (*(RELU,) * len(hidden), IDENTITY), parameters)

    widths = st.lists(st.integers(1, 6), min_size=1, max_size=3)
    return st.builds(build, widths, st.integers(0, 10**6))


def patterns_at(network: Network, points: Array) -> Array:
    """Return which units are active at the points, not by rounding alone, (n_points, n_units)."""
    passed = forward(network, points)
    return np.concatenate([z > 1e-12 for z in passed.pre_activations[:-1]], axis=1)
