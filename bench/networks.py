"""How fast networks train, beside scikit-learn, PyTorch if it is here, and bare matrix products.

``python -m bench.networks`` prints one table. All runs use one thread, the same data (the digits),
sizes, batches and optimiser, and are timed in turns in one process: the least processor time of
several, so that neighbours on the machine count for little. A step's time is what an epoch more
adds, over its steps. Above 1, a ratio says that this book's engine is faster; "products" is the
share of a step that its matrix products alone would take.
"""

import importlib.util
import time
import warnings
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike, NDArray
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from nbsrc.chapter.seed import generator
from nbsrc.learning.batches import steps_per_epoch
from nbsrc.learning.optimisers import Adam, GradientDescent, Optimiser
from nbsrc.learning.training import train
from nbsrc.networks.costs import BINARY_CROSS_ENTROPY, CROSS_ENTROPY
from nbsrc.networks.network import Network, new_network
from nbsrc.networks.targets import one_hot
from nbsrc.neurons.activations import RELU, SIGMOID, TANH, Activation

RATE = 0.01
REPEATS = 9
SHORTEST = 0.03  # seconds
SHARED_NAMES = {"tanh": TANH, "logistic": SIGMOID, "relu": RELU}
Run = Callable[[int], object]
Inputs = NDArray[np.floating]
Labels = NDArray[np.integer]


def seconds(run: Run, n_epochs: int) -> float:
    """Return the processor time that this many epochs take."""
    started = time.process_time()
    run(n_epochs)
    return time.process_time() - started


def seconds_per_epoch(runs: dict[str, Run]) -> dict[str, float]:
    """Return what one more epoch costs each of the runs, taking turns, set-up taken off."""
    n_epochs = {name: round(SHORTEST / seconds(run, 4) * 4) + 1 for name, run in runs.items()}
    short: dict[str, list[float]] = {name: [] for name in runs}
    long: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(REPEATS):
        for name, run in runs.items():
            short[name].append(seconds(run, n_epochs[name]))
            long[name].append(seconds(run, 3 * n_epochs[name]))
    return {name: (min(long[name]) - min(short[name])) / (2 * n_epochs[name]) for name in runs}


def of_this_book(
    network: Network, X: Inputs, labels: Labels, batch_size: int, optimiser: Optimiser
) -> Run:
    """Return a run of the book's own training."""
    rows = one_hot(labels, 10, X.dtype)
    size = None if batch_size == len(X) else batch_size

    def run(n_epochs: int) -> object:
        order = generator("bench")
        return train(
            network,
            X,
            rows,
            CROSS_ENTROPY,
            optimiser,
            n_epochs=n_epochs,
            batch_size=size,
            randomness=order,
            progress=False,
        )

    return run


def of_scikit_learn(
    hidden: tuple[int, ...],
    X: Inputs,
    labels: Labels,
    batch_size: int,
    activation: str,
    solver: str,
) -> Run:
    """Return a run of scikit-learn's ``MLPClassifier`` with the same settings."""

    def run(n_epochs: int) -> object:
        classifier = MLPClassifier(
            hidden,
            activation=activation,
            solver=solver,
            alpha=0.0,
            momentum=0.0,
            batch_size=batch_size,
            learning_rate_init=RATE,
            max_iter=n_epochs,
            tol=0.0,
            n_iter_no_change=n_epochs + 1,
            random_state=0,
        )
        return classifier.fit(X, labels)

    return run


def of_pytorch(
    sizes: tuple[int, ...], X: Inputs, labels: Labels, batch_size: int, activation: str, solver: str
) -> Run:
    """Return a run of PyTorch, eager, on one CPU thread."""
    import torch

    torch.set_num_threads(1)
    kind = {"tanh": torch.nn.Tanh, "logistic": torch.nn.Sigmoid, "relu": torch.nn.ReLU}[activation]
    inputs, answers = torch.from_numpy(X), torch.from_numpy(labels.astype(np.int64))
    layers: list[object] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out, dtype=inputs.dtype), kind()]
    model = torch.nn.Sequential(*layers[:-1])
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    optimiser = kinds[solver](model.parameters(), lr=RATE)
    cost = torch.nn.CrossEntropyLoss()

    def run(n_epochs: int) -> object:
        for _ in range(n_epochs):
            for batch in torch.randperm(len(inputs)).split(batch_size):
                optimiser.zero_grad()
                cost(model(inputs[batch]), answers[batch]).backward()
                optimiser.step()
        return model

    return run


def of_bare_products(
    sizes: tuple[int, ...], n_samples: int, batch_size: int, dtype: DTypeLike
) -> Run:
    """Return the matrix products of training and nothing else: no limit lies below their time."""
    rng = generator("bench")
    products = []
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        a, W, error = (
            rng.normal(size=shape).astype(dtype)
            for shape in ((batch_size, fan_in), (fan_in, fan_out), (batch_size, fan_out))
        )
        pairs = [(a, W), (a.T, error)] + ([(error, W.T)] if layer else [])
        products += [(x, y, (x @ y)) for x, y in pairs]

    def run(n_epochs: int) -> object:
        for _ in range(n_epochs * steps_per_epoch(n_samples, batch_size)):
            for x, y, out in products:
                np.matmul(x, y, out=out)
        return products

    return run


def compare(
    sizes: tuple[int, ...], batch_size: int, dtype: DTypeLike, activation: str, solver: str
) -> str:
    """Return one line of the table."""
    X, labels = load_digits(return_X_y=True)
    X = (X / 16).astype(dtype)
    kind: Activation = SHARED_NAMES[activation]
    network = new_network(sizes, generator("bench"), hidden=kind, dtype=dtype)
    optimiser = Adam(RATE) if solver == "adam" else GradientDescent(RATE)
    size = min(batch_size, len(X))
    runs = {
        "book": of_this_book(network, X, labels, size, optimiser),
        "sklearn": of_scikit_learn(sizes[1:-1], X, labels, size, activation, solver),
        "products": of_bare_products(sizes, len(X), size, dtype),
    }
    if importlib.util.find_spec("torch"):
        runs["torch"] = of_pytorch(sizes, X, labels, size, activation, solver)
    steps = steps_per_epoch(len(X), size)
    taken = seconds_per_epoch(runs)
    ratios = [f"{taken['sklearn'] / taken['book']:8.1f}x"]
    ratios.append(f"{taken['torch'] / taken['book']:8.1f}x" if "torch" in taken else "       --")
    name = "-".join(map(str, sizes))
    return (
        f"{name:14} {np.dtype(dtype).name:8} {activation:9} {solver:5} {size:5} "
        f"{taken['book'] / steps * 1e6:9.0f} µs {''.join(ratios)} "
        f"{taken['products'] / taken['book']:9.0%}"
    )


def compare_ensemble(n_networks: int, batch_size: int) -> str:
    """Return how much faster many 2-2-1 networks train side by side than one after another."""
    generators = [generator("bench", index) for index in range(n_networks)]
    together = new_network([2, 2, 1], generators, output=SIGMOID)
    members = [together.member(index) for index in range(n_networks)]
    X = generator("bench points").normal(size=(200, 2))
    y = (X[:, :1] * X[:, 1:] > 0).astype(float)

    def run_one(network: Network, n_epochs: int) -> object:
        return train(
            network,
            X,
            y,
            BINARY_CROSS_ENTROPY,
            GradientDescent(RATE),
            n_epochs=n_epochs,
            batch_size=batch_size,
            randomness=generator("bench"),
            progress=False,
        )

    runs: dict[str, Run] = {
        "together": lambda n_epochs: run_one(together, n_epochs),
        "in turn": lambda n_epochs: [run_one(member, n_epochs) for member in members],
    }
    taken = seconds_per_epoch(runs)
    ratio = taken["in turn"] / taken["together"]
    return (
        f"{n_networks} networks 2-2-1, batch {batch_size}: together {ratio:.1f}x as fast as in turn"
    )


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    print("network        numbers  hidden    rule  batch     a step   sklearn  PyTorch  products")
    with threadpool_limits(1):
        for sizes in ((64, 30, 10), (64, 16, 16, 10)):
            for batch_size in (10, 64, 1797):
                for activation in ("tanh", "logistic", "relu"):
                    print(compare(sizes, batch_size, np.float64, activation, "sgd"), flush=True)
            print(compare(sizes, 64, np.float64, "tanh", "adam"), flush=True)
        for batch_size in (10, 64, 1797):
            for activation in ("tanh", "relu"):
                line = compare((64, 256, 256, 10), batch_size, np.float32, activation, "sgd")
                print(line, flush=True)
        for batch_size in (10, 64, 200):
            print(compare_ensemble(20, batch_size), flush=True)


if __name__ == "__main__":
    main()
