"""The training loop: what a run does, records, stops at, and refuses."""

import io
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.learning.backpropagation import gradient
from nbsrc.learning.batches import Batches, steps_per_epoch
from nbsrc.learning.early_stopping import EarlyStopping
from nbsrc.learning.optimisers import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimiser,
    RMSProp,
    rate_at,
)
from nbsrc.learning.planted_bugs import PLANTED_BUGS
from nbsrc.learning.schedules import step_decay
from nbsrc.learning.training import spread_steps, train
from nbsrc.networks.costs import BINARY_CROSS_ENTROPY, CROSS_ENTROPY, MSE
from nbsrc.networks.initialisation import zeros
from nbsrc.networks.network import Network, forward, new_network, predict
from nbsrc.networks.objective import total_cost
from nbsrc.networks.penalties import L2, Contractive
from nbsrc.neurons.activations import IDENTITY, SIGMOID, STEP, TANH

OPTIMISERS = [GradientDescent(0.3), Momentum(0.1), Nesterov(0.1), RMSProp(0.01), Adam(0.01)]
BY_NAME: dict[str, Any] = {"ids": lambda o: type(o).__name__}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def rngs(n: int, first: int = 0) -> list[np.random.Generator]:
    return [rng(first + index) for index in range(n)]


def quadrants(n: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points in the plane, labelled by whether their coordinates have one sign."""
    points = rng(seed).normal(size=(n, 2))
    return points, (points[:, 0] * points[:, 1] > 0).astype(int)


@pytest.mark.parametrize("optimiser", OPTIMISERS, **BY_NAME)
def test_one_step_is_one_use_of_the_rule_on_the_gradient(optimiser: Optimiser) -> None:
    X, y = quadrants()
    network = new_network([2, 4, 2], rng())
    expected = network.parameters.copy()
    slope = gradient(network, X, y, CROSS_ENTROPY).parameters
    optimiser.start(expected)(slope, rate_at(optimiser.learning_rate, 0))
    found = train(network, X, y, CROSS_ENTROPY, optimiser, n_epochs=1).network.parameters
    assert np.array_equal(found, expected)


@given(
    batch_size=st.integers(1, 12),
    optimiser=st.sampled_from(OPTIMISERS),
    penalties=st.sampled_from([[], [L2(0.1)], [Contractive(0.1)]]),
    dtype=st.sampled_from([np.float64, np.float32]),
    own_order=st.booleans(),
)
def test_a_network_trains_to_the_same_bits_in_an_ensemble_as_alone(
    batch_size: int, optimiser: Optimiser, penalties: list, dtype: type, own_order: bool
) -> None:
    X, y = quadrants(12)
    ensemble = new_network([2, 3, 2], rngs(3), dtype=dtype)
    settings: dict[str, Any] = {
        "n_epochs": 3,
        "batch_size": batch_size,
        "penalties": penalties,
        "record": [2],
    }
    order = rngs(3, 10) if own_order else rng(10)
    run = train(ensemble, X, y, CROSS_ENTROPY, optimiser, randomness=order, **settings)
    for index in range(3):
        alone = train(
            ensemble.member(index),
            X,
            y,
            CROSS_ENTROPY,
            optimiser,
            randomness=rng(10 + index if own_order else 10),
            **settings,
        )
        assert np.array_equal(alone.network.parameters, run.network.parameters[index])
        assert np.array_equal(alone.history.costs, run.history.costs[:, index])
        assert np.array_equal(alone.history.gradients, run.history.gradients[:, index])


def test_each_network_may_learn_from_examples_of_its_own() -> None:
    both = [quadrants(10, seed) for seed in (1, 2)]
    X = np.stack([X for X, _ in both])
    y = np.stack([y[:, None].astype(float) for _, y in both])
    ensemble = new_network([2, 3, 1], rngs(2), output=SIGMOID)
    settings: dict[str, Any] = {"n_epochs": 4, "batch_size": 3}
    for order, alone_order in ((rngs(2, 5), rngs(2, 5)), (rng(5), [rng(5), rng(5)])):
        run = train(
            ensemble, X, y, BINARY_CROSS_ENTROPY, GradientDescent(), randomness=order, **settings
        )
        for index in range(2):
            alone = train(
                ensemble.member(index),
                X[index],
                y[index],
                BINARY_CROSS_ENTROPY,
                GradientDescent(),
                randomness=alone_order[index],
                **settings,
            )
            assert np.array_equal(alone.network.parameters, run.network.parameters[index])


def test_training_leaves_the_network_and_the_examples_as_they_were() -> None:
    X, y = quadrants()
    network = new_network([2, 4, 2], rng())
    before = [array.copy() for array in (network.parameters, X, y)]
    train(network, X, y, CROSS_ENTROPY, Adam(), n_epochs=3, batch_size=7, randomness=rng())
    for array, copy in zip((network.parameters, X, y), before, strict=True):
        assert np.array_equal(array, copy)


@given(n_samples=st.integers(1, 20), data=st.data())
def test_an_epoch_shows_every_example_once_with_its_target(
    n_samples: int, data: st.DataObject
) -> None:
    batch_size = data.draw(st.integers(1, n_samples))
    rows = np.arange(float(n_samples))[:, None]
    own = data.draw(st.booleans())
    batches = Batches(rows, -rows, batch_size, rngs(2) if own else rng(), 2 if own else None)
    assert len(batches.views) == steps_per_epoch(n_samples, batch_size)
    for _ in range(2):
        batches.shuffle()
        seen = np.concatenate([inputs for inputs, _ in batches.views], axis=-2)
        answers = np.concatenate([targets for _, targets in batches.views], axis=-2)
        assert np.array_equal(answers, -seen)
        assert np.array_equal(np.sort(seen, axis=-2), np.broadcast_to(rows, seen.shape))


def test_the_order_changes_from_epoch_to_epoch() -> None:
    rows = np.arange(50.0)[:, None]
    batches = Batches(rows, rows, 50, rng(), None)
    orders = []
    for _ in range(3):
        batches.shuffle()
        orders.append(tuple(batches.views[0][0].ravel()))
    assert len(set(orders)) == 3


def test_a_run_learns_the_quadrants() -> None:
    X, y = quadrants(200)
    run = train(
        new_network([2, 8, 2], rng()),
        X,
        y,
        CROSS_ENTROPY,
        Adam(0.03),
        n_epochs=100,
        batch_size=20,
        randomness=rng(),
    )
    fresh, labels = quadrants(500, seed=1)
    assert np.mean(predict(run.network, fresh).argmax(axis=1) == labels) > 0.9


def test_units_that_start_equal_stay_equal() -> None:
    X, y = quadrants()
    network = new_network([2, 3, 2], rng(), initialisation=zeros)
    trained = train(network, X, y, CROSS_ENTROPY, GradientDescent(1.0), n_epochs=50).network
    assert np.ptp(trained.weights[0], axis=1).max() == 0


def test_the_history_holds_cost_gradient_and_parameters_before_each_step_asked_for() -> None:
    X, y = quadrants()
    network = new_network([2, 3, 2], rng())
    settings: dict[str, Any] = {
        "cost": CROSS_ENTROPY,
        "optimiser": Momentum(0.1),
        "penalties": [L2(0.01)],
    }
    run = train(network, X, y, n_epochs=4, record=[1, 2, 99], **settings)
    history = run.history
    assert history.steps.tolist() == [0, 1, 2, 4]
    for index, step in enumerate(history.steps):
        there = train(network, X, y, n_epochs=int(step), **settings).network
        assert np.array_equal(history.network(index).parameters, there.parameters)
        slope = gradient(there, X, y, CROSS_ENTROPY, penalties=[L2(0.01)]).parameters
        assert np.array_equal(history.gradients[index], slope)
        assert history.costs[index] == total_cost(there, X, y, CROSS_ENTROPY, [L2(0.01)])
    assert np.array_equal(history.parameters[-1], run.network.parameters)


def test_recording_does_not_change_the_run() -> None:
    X, y = quadrants()
    alone, recorded = [
        train(
            new_network([2, 3, 2], rng()),
            X,
            y,
            CROSS_ENTROPY,
            Adam(),
            n_epochs=5,
            batch_size=8,
            randomness=rng(),
            record=record,
        ).network.parameters
        for record in ((), range(40))
    ]
    assert np.array_equal(alone, recorded)


def test_no_epochs_give_the_network_back_with_a_history_of_one() -> None:
    X, y = quadrants()
    network = new_network([2, 3, 2], rng())
    run = train(network, X, y, CROSS_ENTROPY, Adam(), n_epochs=0)
    assert run.history.steps.tolist() == [0]
    assert np.array_equal(run.network.parameters, network.parameters)


def test_a_schedule_is_asked_at_every_step() -> None:
    asked = []

    def schedule(step: int) -> float:
        asked.append(step)
        return step_decay(0.1, 0.5, 4)(step)

    X, y = quadrants(10)
    train(
        new_network([2, 2], rng()), X, y, CROSS_ENTROPY, GradientDescent(schedule),
        n_epochs=2, batch_size=5,
    )  # fmt: skip
    assert sorted(set(asked)) == [0, 1, 2, 3]


def overfitting() -> dict:
    X, y = quadrants(12)
    other, labels = quadrants(200, seed=1)
    return {
        "inputs": X,
        "targets": y,
        "cost": CROSS_ENTROPY,
        "optimiser": Adam(0.05),
        "batch_size": 4,
        "n_epochs": 200,
        "early_stopping": EarlyStopping(other, labels, patience=5),
    }


def test_early_stopping_keeps_the_best_network_and_waits_as_long_as_told() -> None:
    settings = overfitting()
    network = new_network([2, 8, 2], rng())
    run = train(network, **settings)
    stopped_at = int(run.n_epochs)
    assert stopped_at < 200
    without = {**settings, "early_stopping": None, "n_epochs": stopped_at}
    every_epoch = train(network, **without, record=range(0, 3 * stopped_at, 3)).history
    other = settings["early_stopping"]
    costs = [
        total_cost(every_epoch.network(epoch), other.inputs, other.targets, CROSS_ENTROPY)
        for epoch in range(stopped_at + 1)
    ]
    best = int(np.argmin(costs))
    assert best == stopped_at - 5
    assert np.array_equal(run.network.parameters, every_epoch.parameters[best])
    assert np.array_equal(run.history.parameters[-1], run.network.parameters)


def test_a_run_that_ends_while_waiting_gives_the_best_network_too() -> None:
    settings = overfitting()
    network = new_network([2, 8, 2], rng())
    stopped = train(network, **settings)
    ended = train(network, **{**settings, "n_epochs": int(stopped.n_epochs) - 2})
    assert np.array_equal(ended.network.parameters, stopped.network.parameters)


def test_a_fall_within_the_tolerance_is_none() -> None:
    settings = overfitting()
    other = settings["early_stopping"]
    patient = EarlyStopping(other.inputs, other.targets, patience=5, tolerance=100.0)
    network = new_network([2, 8, 2], rng())
    run = train(network, **{**settings, "early_stopping": patient})
    assert run.n_epochs == 5
    assert np.array_equal(run.network.parameters, network.parameters)


def test_networks_of_an_ensemble_stop_each_by_itself() -> None:
    settings = overfitting()
    ensemble = new_network([2, 8, 2], rngs(4))
    run = train(ensemble, **settings)
    assert len(set(run.n_epochs.tolist())) > 1
    for index in range(4):
        alone = train(ensemble.member(index), **settings)
        assert alone.n_epochs == run.n_epochs[index]
        assert np.array_equal(alone.network.parameters, run.network.parameters[index])


def test_a_stopped_network_stays_where_it_was_best() -> None:
    run = train(new_network([2, 8, 2], rngs(4)), **overfitting(), record=range(600))
    first = int(np.argmin(run.n_epochs))
    at_rest = run.history.steps >= 3 * run.n_epochs[first]
    assert at_rest.sum() > 1
    assert np.ptp(run.history.parameters[at_rest][:, first], axis=0).max() == 0


def test_a_run_that_diverges_says_at_which_step_and_which_networks() -> None:
    line = Network((1, 1), (IDENTITY,), np.array([1.0, 0.0]))
    X, y = [[1.0], [2.0]], [[0.0], [0.0]]
    with pytest.raises(FloatingPointError, match=r"at step \d+ .*smaller learning rate"):
        train(line, X, y, MSE, GradientDescent(1e3), n_epochs=500)
    both = line.with_parameters(np.array([[0.0, 0.0], [1.0, 0.0]]))
    with pytest.raises(FloatingPointError, match=r"networks \[1\] of the ensemble"):
        train(both, X, y, MSE, GradientDescent(1e3), n_epochs=500)


def test_a_run_that_diverges_within_an_epoch_does_not_go_on_to_its_end() -> None:
    line = Network((1, 1), (IDENTITY,), np.array([1.0, 0.0]))
    X, y = np.ones((1000, 1)), np.zeros((1000, 1))
    with pytest.raises(FloatingPointError, match=r"at step \d\d "):
        train(line, X, y, MSE, GradientDescent(1e3), n_epochs=1, batch_size=1)


def test_a_last_step_that_diverges_is_noticed_too() -> None:
    line = Network((1, 1), (IDENTITY,), np.array([1e100, 0.0]))
    with pytest.raises(FloatingPointError, match="at step 1"):
        train(line, [[1.0]], [[0.0]], MSE, GradientDescent(1e300), n_epochs=1)


def test_a_broken_backward_pass_can_be_trained_to_see_what_it_does() -> None:
    X, y = quadrants()
    network = new_network([2, 3, 2], rng())
    equations = PLANTED_BUGS["forgotten bias"]
    run = train(network, X, y, CROSS_ENTROPY, GradientDescent(), n_epochs=9, equations=equations)
    assert not any(bias.any() for bias in run.network.biases)
    assert any(weight.any() for weight in run.network.weights)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": np.zeros((60, 3))}, r"\(60, 3\)"),
        ({"inputs": np.zeros((0, 2)), "targets": []}, "no examples"),
        ({"inputs": np.full((60, 2), np.nan)}, "NaN"),
        ({"targets": np.zeros(59, int)}, r"\(59, 2\).*\(60, 2\)"),
        ({"targets": np.full(60, 2)}, r"labels \[2\]"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"batch_size": 61}, "60 examples"),
        ({"n_epochs": -1}, "n_epochs is -1"),
        ({"optimiser": GradientDescent(-1.0)}, "learning rate is -1"),
        ({"randomness": rngs(2)}, "2 random generators for one network"),
        ({"cost": BINARY_CROSS_ENTROPY}, "softmax.*sigmoid"),
        ({"early_stopping": EarlyStopping(np.zeros((5, 3)), [0] * 5)}, r"\(5, 3\)"),
    ],
)
def test_a_run_that_does_not_fit_is_refused_before_it_starts(changes: dict, message: str) -> None:
    X, y = quadrants()
    settings: dict[str, Any] = {
        "inputs": X,
        "targets": y,
        "cost": CROSS_ENTROPY,
        "optimiser": Adam(),
    }
    network = new_network([2, 3, 2], rng())
    with pytest.raises(ValueError, match=message):
        train(network, **{**settings, "n_epochs": 1, **changes})


def test_a_step_network_is_not_trained() -> None:
    X, y = quadrants()
    network = new_network([2, 3, 2], rng(), hidden=STEP)
    with pytest.raises(ValueError, match="step activation"):
        train(network, X, y, CROSS_ENTROPY, Adam(), n_epochs=1)


def test_early_stopping_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="patience is 0"):
        EarlyStopping([[0.0]], [0], patience=0)
    with pytest.raises(ValueError, match="tolerance is -1"):
        EarlyStopping([[0.0]], [0], tolerance=-1)


@pytest.mark.parametrize("optimiser", OPTIMISERS, **BY_NAME)
def test_float32_stays_float32_through_training(optimiser: Optimiser) -> None:
    X, y = quadrants()
    network = new_network([2, 3, 2], rng(), hidden=TANH, dtype=np.float32)
    run = train(network, X, y, CROSS_ENTROPY, optimiser, n_epochs=3, penalties=[L2(0.1)])
    arrays = [run.network.parameters, run.history.parameters, run.history.gradients]
    arrays.append(forward(run.network, X).outputs)
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_progress_is_shown_when_asked_for_and_in_no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = quadrants()
    shown = {}
    for progress in (True, None, False):
        stderr = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stderr)
        network = new_network([2, 3, 2], rng())
        train(network, X, y, CROSS_ENTROPY, Adam(), n_epochs=3, progress=progress)
        shown[progress] = stderr.getvalue()
    assert "epochs" in shown[True]
    assert shown[None] == shown[False] == ""


@given(n_steps=st.integers(0, 500), count=st.integers(2, 50), logarithmic=st.booleans())
def test_spread_steps_run_from_first_to_last_without_repeats(
    n_steps: int, count: int, logarithmic: bool
) -> None:
    steps = spread_steps(n_steps, count, logarithmic=logarithmic)
    assert steps[0] == 0
    assert steps[-1] == n_steps
    assert steps == sorted(set(steps))
    assert len(steps) <= count
