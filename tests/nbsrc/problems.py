"""Random training problems, for tests that must hold for every network."""

from dataclasses import dataclass

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from nbsrc.networks.costs import BINARY_CROSS_ENTROPY, CROSS_ENTROPY, MSE, Cost
from nbsrc.networks.network import Network, count_parameters, forward
from nbsrc.neurons.activations import ACTIVATIONS, SOFTMAX, Activation

SMOOTH = [a for name, a in ACTIVATIONS.items() if name != "step"]
PAIRS: list[tuple[Activation, Cost]] = [(output, MSE) for output in [*SMOOTH, SOFTMAX]]
PAIRS += [(SOFTMAX, CROSS_ENTROPY), (ACTIVATIONS["sigmoid"], BINARY_CROSS_ENTROPY)]


@dataclass(frozen=True)
class Problem:
    network: Network
    inputs: np.ndarray
    targets: np.ndarray
    cost: Cost


def make_problem(
    sizes: list[int],
    hidden: list[Activation],
    pair: tuple[Activation, Cost],
    n_samples: int,
    n_networks: int | None,
    seed: int,
) -> Problem:
    """Return random parameters, inputs and (where the cost asks for it) probabilities."""
    rng = np.random.default_rng(seed)
    leading = () if n_networks is None else (n_networks,)
    parameters = rng.normal(scale=0.8, size=(*leading, count_parameters(sizes)))
    network = Network(tuple(sizes), (*hidden, pair[0]), parameters)
    targets = rng.uniform(0.05, 1, size=(n_samples, sizes[-1]))
    if pair[1] is CROSS_ENTROPY:
        targets /= targets.sum(axis=1, keepdims=True)
    return Problem(network, rng.normal(size=(n_samples, sizes[0])), targets, pair[1])


def far_from_kinks(problem: Problem) -> bool:
    """Whether no pre-activation is so near 0 that a nudge could cross a kink of ReLU."""
    passed = forward(problem.network, problem.inputs)
    return min(np.abs(z).min() for z in passed.pre_activations) > 1e-3


@st.composite
def random_problems(
    draw: st.DrawFn,
    ensemble: bool = False,
    min_hidden: int = 0,
    min_width: int = 1,
    pairs: list[tuple[Activation, Cost]] = PAIRS,
    hidden: list[Activation] = SMOOTH,
) -> Problem:
    width = st.integers(min_width, 5)
    sizes = draw(st.lists(width, min_size=2 + min_hidden, max_size=5))
    chosen = [draw(st.sampled_from(hidden)) for _ in sizes[1:-1]]
    n_networks = draw(st.integers(1, 4)) if ensemble else None
    n_samples, seed = draw(st.integers(min_width, 7)), draw(st.integers(0, 2**32 - 1))
    pair = draw(st.sampled_from(pairs))
    problem = make_problem(sizes, chosen, pair, n_samples, n_networks, seed)
    assume(far_from_kinks(problem))
    return problem
