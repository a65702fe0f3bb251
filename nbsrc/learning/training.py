"""The training loop: steps, and a history to scrub through.

One pass over the examples is an *epoch*; one batch moves the parameters by one *step*. Step k of a
history is the state before the k-th step is taken, counted from 0. Every array that a step writes
to is made before the first one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from nbsrc.arrays import Array
from nbsrc.learning.backpropagation import (
    FOUR_EQUATIONS,
    Equations,
    Gradients,
    check_slopes,
    empty_gradients,
    write_gradients,
)
from nbsrc.learning.batches import Batches, Randomness
from nbsrc.learning.early_stopping import EarlyStopping, Watch
from nbsrc.learning.optimisers import Optimiser, rate_at
from nbsrc.networks.costs import Cost
from nbsrc.networks.network import Network, Pass, checked_inputs, empty_pass, forward_into
from nbsrc.networks.objective import Objective, checked_targets
from nbsrc.networks.penalties import Penalty
from nbsrc.neurons.activation_kernels import overflow_allowed

SECONDS_BEFORE_BAR = 2.0


@dataclass(frozen=True, eq=False)
class History:
    """What a run was like at chosen steps, to be scrubbed both ways.

    ``steps`` has shape ``(n_recorded,)``. ``costs`` are those on all examples, penalties included,
    ``(n_recorded,)`` or ``(n_recorded, n_networks)``. ``parameters`` and ``gradients``, on all
    examples too, have shape ``(n_recorded, ...)``, the rest as in ``Network.parameters``.
    """

    start: Network
    steps: NDArray[np.intp]
    costs: Array
    parameters: Array
    gradients: Array

    def network(self, index: int) -> Network:
        """Return the network as it was at the ``index``-th recorded step."""
        return self.start.with_parameters(self.parameters[index])


@dataclass(frozen=True, eq=False)
class Training:
    """The trained network, its history, and the epochs run: a number, or one per network."""

    network: Network
    history: History
    n_epochs: NDArray[np.intp]


def spread_steps(n_steps: int, count: int, *, logarithmic: bool = False) -> list[int]:
    """Return at most ``count`` steps from 0 to ``n_steps``, evenly spread or denser at the start.

    >>> spread_steps(100, 5)
    [0, 25, 50, 75, 100]
    >>> spread_steps(1000, 4, logarithmic=True)
    [0, 9, 99, 1000]
    """
    if logarithmic:
        points = np.geomspace(1, n_steps + 1, count) - 1
    else:
        points = np.linspace(0, n_steps, count)
    return [int(point) for point in np.unique(np.round(points))]


@dataclass(frozen=True, eq=False)
class Workspace:
    """One batch, and room for all that a forward and a backward pass over it compute."""

    passed: Pass
    targets: Array
    gradients: Gradients


@dataclass(frozen=True, eq=False)
class Task:
    """What is to become small, and the equations that give its slope."""

    objective: Objective
    equations: Equations

    def write_gradient(self, network: Network, work: Workspace) -> None:
        """Run a forward and a backward pass over the batch, in place."""
        forward_into(network, work.passed)
        write_gradients(
            network, work.passed, work.targets, self.objective, work.gradients, self.equations
        )

    def value(self, network: Network, work: Workspace) -> Array:
        """Return what is to become small, after a forward pass."""
        return self.objective.value(network, work.passed, work.targets)


def _workspaces(network: Network, batches: Batches) -> list[Workspace]:
    """Return a workspace for each batch; batches of one size write to the same arrays."""
    rooms: dict[int, Workspace] = {}
    workspaces = []
    for inputs, targets in batches.views:
        if inputs.shape[-2] not in rooms:
            passed = empty_pass(network, inputs)
            gradients = empty_gradients(network, passed)
            rooms[inputs.shape[-2]] = Workspace(passed, targets, gradients)
        room = rooms[inputs.shape[-2]]
        activations = [inputs, *room.passed.activations[1:]]
        passed = Pass(activations, room.passed.pre_activations)
        workspaces.append(replace(room, passed=passed, targets=targets))
    return workspaces


class _Recorder:
    """Keeps the state at chosen steps; the gradients and costs are those on all examples."""

    def __init__(self, network: Network, task: Task, everything: Workspace) -> None:
        self._network, self._task, self._everything = network, task, everything
        self._steps: list[int] = []
        self._rows: list[tuple[Array, Array, Array]] = []

    def record(self, step: int) -> None:
        self._task.write_gradient(self._network, self._everything)
        self._steps.append(step)
        cost = self._task.value(self._network, self._everything)
        gradients = self._everything.gradients.parameters
        self._rows.append((cost, self._network.parameters.copy(), gradients.copy()))

    def history(self, start: Network) -> History:
        costs, parameters, gradients = (np.array(rows) for rows in zip(*self._rows, strict=True))
        steps = np.array(self._steps, dtype=np.intp)
        return History(start, steps, costs, parameters, gradients)


def train(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    cost: Cost,
    optimiser: Optimiser,
    *,
    n_epochs: int,
    batch_size: int | None = None,
    randomness: Randomness = None,
    penalties: Sequence[Penalty] = (),
    record: Iterable[int] = (),
    early_stopping: EarlyStopping | None = None,
    progress: bool | None = None,
    equations: Equations = FOUR_EQUATIONS,
) -> Training:
    """Train a copy of the network on these examples, and return it with its history.

    ``inputs`` ``(n_samples, n_features)`` and ``targets`` ``(n_samples, n_outputs)``, or labels,
    may have ``n_networks`` in front, to give each network of an ensemble its own. Each epoch goes
    through all examples in batches of ``batch_size`` (None: all at once), in an order drawn from
    ``randomness``: one generator, one for each network, or None for the order given. ``record``
    names steps to keep; the first and the last are always kept. ``progress`` shows a bar (None: in
    a terminal, on runs that take more than two seconds).

    Raises ``ValueError`` for anything that does not fit, before any work is done, and
    ``FloatingPointError`` naming step and networks where the run diverges.

    >>> from nbsrc.neurons.activations import IDENTITY
    >>> from nbsrc.networks.costs import MSE
    >>> from nbsrc.learning.optimisers import GradientDescent
    >>> line = Network((1, 1), (IDENTITY,), np.zeros(2))
    >>> run = train(line, [[0], [1]], [[1.0], [3.0]], MSE, GradientDescent(1.0), n_epochs=60)
    >>> run.network.weights[0].round(3), run.network.biases[0].round(3)
    (array([[2.]]), array([1.]))
    """
    task = Task(Objective(cost, penalties), equations)
    check_slopes(network)
    task.objective.check(network)
    if n_epochs < 0:
        raise ValueError(f"n_epochs is {n_epochs}; it must be 0 or more")
    rate_at(optimiser.learning_rate, 0)
    rows = checked_inputs(network, inputs)
    answers = checked_targets(network, rows, targets, cost)
    batches = Batches(rows, answers, batch_size, randomness, network.n_networks)
    moving = network.with_parameters(np.array(network.parameters, order="C"))
    watch = None if early_stopping is None else Watch(moving, cost, early_stopping)

    chosen = frozenset(record)
    workspaces = _workspaces(moving, batches)
    in_one = Batches(rows, answers, None, None, network.n_networks)
    recorder = _Recorder(moving, task, _workspaces(moving, in_one)[0])
    rule = optimiser.start(moving.parameters)
    step = 0
    with overflow_allowed():
        for _ in _with_bar(n_epochs, progress):
            batches.shuffle()
            for work in workspaces:
                if step == 0 or step in chosen:
                    recorder.record(step)
                task.write_gradient(moving, work)
                _check_finite(work.gradients.parameters, step)
                rule(work.gradients.parameters, rate_at(optimiser.learning_rate, step))
                step += 1
                if watch is not None:
                    watch.after_step()
            _check_finite(moving.parameters, step)
            if watch is not None:
                watch.after_epoch()
                if watch.stopped.all():
                    break
        if watch is not None:
            watch.put_back_best()
        recorder.record(step)
    run = np.full(moving.parameters.shape[:-1], n_epochs) if watch is None else watch.n_epochs
    return Training(moving, recorder.history(network), run)


def _with_bar(n_epochs: int, progress: bool | None) -> tqdm[int]:
    """Return the epochs to go through, showing how far the run has come."""
    return tqdm(
        range(n_epochs),
        desc="epochs",
        disable=None if progress is None else not progress,
        delay=SECONDS_BEFORE_BAR if progress is None else 0,
        leave=False,
    )


def _check_finite(numbers: Array, step: int) -> None:
    """Raise ``FloatingPointError`` where the sum of squares of the numbers is not finite."""
    if isfinite(np.vdot(numbers, numbers)):
        return
    which = ""
    if numbers.ndim == 2:
        broken = ~np.isfinite(np.einsum("np,np->n", numbers, numbers))
        which = f" in networks {np.flatnonzero(broken)[:10].tolist()} of the ensemble"
    raise FloatingPointError(
        f"the run diverged: at step {step} the numbers are no longer finite{which}; "
        "use a smaller learning rate or another initialisation"
    )
