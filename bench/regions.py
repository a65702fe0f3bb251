"""How long it takes to count linear regions, and how the time grows with their number.

``python -m bench.regions`` prints one table. Times are the least processor time of several, on one
thread; the ratio is to a forward pass of the same network over 100,000 points, in the same run. A
time that grows as the number of regions to the power 1 has the exponent 1 in the last column.
"""

import math
import time
from collections.abc import Callable
from functools import partial

from threadpoolctl import threadpool_limits

from nbsrc.chapter.seed import generator
from nbsrc.networks.initialisation import he
from nbsrc.networks.network import Network, new_network, predict
from nbsrc.neurons.activations import IDENTITY, RELU
from nbsrc.shapes.folding import folding_network
from nbsrc.shapes.polygons import rectangle
from nbsrc.shapes.regions import linear_regions

HIDDEN = [(8,), (16,), (32,), (16, 16), (32, 32), (16, 16, 16), (32, 32, 32), (64, 64, 64)]
N_POINTS = 100_000
REPEATS = 5


def seconds(run: Callable[[], object]) -> float:
    """Return the least processor time of several runs."""
    taken = []
    for _ in range(REPEATS):
        started = time.process_time()
        run()
        taken.append(time.process_time() - started)
    return min(taken)


def random_network(hidden: tuple[int, ...]) -> Network:
    """Return a network with He's weights and normal biases."""
    rng = generator("bench regions")
    network = new_network((2, *hidden, 1), rng, hidden=RELU, output=IDENTITY, initialisation=he)
    parameters = network.parameters.copy()
    n_biases = len(parameters) - network.n_weights
    parameters[network.n_weights :] = 0.5 * rng.normal(size=n_biases)
    return network.with_parameters(parameters)


def main() -> None:
    """Print the table."""
    points = generator("bench points").uniform(-1, 1, (N_POINTS, 2))
    networks = [("random", random_network(hidden)) for hidden in HIDDEN]
    networks += [("folding", folding_network(8, n_layers)) for n_layers in (1, 2, 3, 4)]
    print("network                    regions   seconds   of a pass   exponent")
    before = (0, 0.0)
    with threadpool_limits(1):
        for kind, network in networks:
            square = rectangle() if kind == "random" else rectangle((0, 1), (0, 1))
            count = len(linear_regions(network, square))
            taken = seconds(partial(linear_regions, network, square))
            forward = seconds(partial(predict, network, points))
            grown = count > 2 * before[0] > 0
            exponent = math.log(taken / before[1]) / math.log(count / before[0]) if grown else None
            told = "--" if exponent is None else f"{exponent:.2f}"
            name = f"{kind} {'-'.join(map(str, network.sizes))}"
            print(f"{name:24} {count:9,} {taken:9.4f} {taken / forward:10.2f}x {told:>10}")
            before = (count, taken)


if __name__ == "__main__":
    main()
