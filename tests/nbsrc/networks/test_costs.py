"""Costs, targets and penalties."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import log_loss, mean_squared_error

from nbsrc.learning.gradient_check import central_differences
from nbsrc.networks.costs import BINARY_CROSS_ENTROPY, COSTS, CROSS_ENTROPY, MSE, Cost
from nbsrc.networks.network import Pass, forward, input_jacobian, new_network
from nbsrc.networks.objective import mean_cost, total_cost
from nbsrc.networks.penalties import L2, Contractive
from nbsrc.networks.targets import accuracy, checked_labels, one_hot
from nbsrc.neurons.activations import (
    IDENTITY,
    SIGMOID,
    SOFTMAX,
    STEP,
    TANH,
    Activation,
    sigmoid,
    softmax,
)

OUTPUT = {MSE.name: IDENTITY, CROSS_ENTROPY.name: SOFTMAX, BINARY_CROSS_ENTROPY.name: SIGMOID}


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def passed(z: np.ndarray, a: np.ndarray) -> Pass:
    return Pass([a, a], [z])


def test_costs_are_those_of_scikit_learn() -> None:
    z, labels = rng().normal(size=(20, 3)), rng().integers(3, size=20)
    y = one_hot(labels, 3)
    assert mean_cost(MSE, passed(z, z), y) == pytest.approx(1.5 * mean_squared_error(y, z))
    assert mean_cost(CROSS_ENTROPY, passed(z, softmax(z)), y) == pytest.approx(
        log_loss(labels, softmax(z))
    )
    one = z[:, :1]
    assert mean_cost(BINARY_CROSS_ENTROPY, passed(one, sigmoid(one)), y[:, :1]) == pytest.approx(
        log_loss(y[:, 0], sigmoid(one)[:, 0])
    )


@pytest.mark.parametrize("cost", COSTS.values(), ids=lambda c: c.name)
@given(z=arrays(np.float64, (2, 3), elements=st.floats(-4, 4)))
def test_the_matched_error_is_the_chain_rule_worked_out(cost: Cost, z: np.ndarray) -> None:
    y = softmax(rng().normal(size=(2, 3)))
    activation = OUTPUT[cost.name]
    slopes = central_differences(
        lambda zs: cost.value(zs, activation(zs), y).sum(axis=-1), z, nudge=1e-5
    )
    assert np.allclose(activation(z) - y, slopes, atol=1e-8)


@pytest.mark.parametrize("cost", [CROSS_ENTROPY, BINARY_CROSS_ENTROPY], ids=lambda c: c.name)
def test_cross_entropy_of_a_confident_mistake_is_finite(cost: Cost) -> None:
    z = np.array([[1e4, 0.0]])
    y = np.array([[0.0, 1.0]])
    assert mean_cost(cost, passed(z, OUTPUT[cost.name](z)), y) == pytest.approx(1e4, rel=1e-3)


@pytest.mark.parametrize("cost", COSTS.values(), ids=lambda c: c.name)
def test_the_gradient_by_outputs_is_the_slope_by_outputs(cost: Cost) -> None:
    a = rng().uniform(0.1, 0.9, size=(2, 3))
    y = softmax(rng().normal(size=(2, 3)))
    by_hand = {
        MSE.name: lambda a: np.sum((a - y) ** 2 / 2, axis=(-2, -1)),
        CROSS_ENTROPY.name: lambda a: -np.sum(y * np.log(a), axis=(-2, -1)),
        BINARY_CROSS_ENTROPY.name: lambda a: (
            -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a), axis=(-2, -1))
        ),
    }
    out = np.empty_like(a)
    assert cost.gradient(a, y, out) is out
    assert np.allclose(out, central_differences(by_hand[cost.name], a), atol=1e-7)


@pytest.mark.parametrize(
    ("output", "cost", "targets", "message"),
    [
        (SOFTMAX, CROSS_ENTROPY, [0, 3], r"labels \[3\] are out of range"),
        (SOFTMAX, CROSS_ENTROPY, [-1, 0], r"labels \[-1\] are out of range"),
        (SOFTMAX, CROSS_ENTROPY, [0.0, 1.0], r"targets have shape \(2,\).*\(2, 3\)"),
        (SOFTMAX, CROSS_ENTROPY, [[0.5, 0.2, 0.2]] * 2, "sum to 1"),
        (SOFTMAX, CROSS_ENTROPY, [[2.0, -1.0, 0.0]] * 2, r"outside \[0, 1\]"),
        (SIGMOID, BINARY_CROSS_ENTROPY, [[2.0, 0.0, 0.0]] * 2, r"outside \[0, 1\]"),
        (SOFTMAX, CROSS_ENTROPY, [[1.0, 0.0]] * 2, r"\(2, 2\)"),
        (SOFTMAX, CROSS_ENTROPY, [[1.0, 0.0, 0.0]], r"\(1, 3\).*inputs of shape \(2, 4\)"),
        (IDENTITY, MSE, [[np.nan, 0.0, 0.0]] * 2, "NaN"),
        (TANH, CROSS_ENTROPY, [0, 1], "tanh.*softmax"),
        (SOFTMAX, BINARY_CROSS_ENTROPY, [0, 1], "softmax.*sigmoid"),
    ],
)
def test_targets_that_do_not_fit_are_refused(
    output: Activation, cost: Cost, targets: Any, message: str
) -> None:
    network = new_network([4, 3], rng(), output=output)
    with pytest.raises(ValueError, match=message):
        total_cost(network, np.zeros((2, 4)), targets, cost)


def test_labels_mean_their_rows() -> None:
    network = new_network([4, 3], rng())
    inputs, labels = rng().normal(size=(5, 4)), np.array([0, 2, 1, 1, 0])
    assert total_cost(network, inputs, labels, CROSS_ENTROPY) == total_cost(
        network, inputs, one_hot(labels, 3), CROSS_ENTROPY
    )


@pytest.mark.parametrize("labels", [[0, 1, 1], [False, True, True]])
def test_labels_for_one_output_are_zero_and_one(labels: list[int]) -> None:
    network = new_network([2, 1], rng(), output=SIGMOID)
    inputs = rng().normal(size=(3, 2))
    column = [[0.0], [1.0], [1.0]]
    assert total_cost(network, inputs, labels, BINARY_CROSS_ENTROPY) == total_cost(
        network, inputs, column, BINARY_CROSS_ENTROPY
    )


def test_labels_that_are_no_whole_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers from 0 to 2"):
        checked_labels([0.5], 3)


def test_accuracy_counts_right_answers_for_each_network() -> None:
    outputs = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.1, 0.9], [0.2, 0.8]]])
    assert accuracy(outputs, [0, 1]).tolist() == [1, 0.5]
    with pytest.raises(ValueError, match=r"\(3,\)"):
        accuracy(outputs, [0, 1, 1])


def test_l2_is_half_the_strength_times_the_squared_weights_and_no_bias() -> None:
    network = new_network([2, 3, 1], rng(), output=TANH)
    network.biases[0][:] = 100
    squares = sum(np.sum(weights**2) for weights in network.weights)
    value = L2(0.3).value(network, forward(network, [[0.0, 0.0]]))
    assert value == pytest.approx(0.15 * squares)


def test_the_contractive_penalty_is_the_squared_size_of_the_jacobian() -> None:
    network = new_network([3, 4], [rng(), rng()], output=SIGMOID)
    inputs = rng().normal(size=(5, 3))
    jacobian = input_jacobian(network, inputs)
    value = Contractive(0.3).value(network, forward(network, inputs))
    assert value == pytest.approx(0.3 * np.mean(np.sum(jacobian**2, axis=(-2, -1)), axis=-1))


def test_penalties_refuse_what_they_cannot_do() -> None:
    with pytest.raises(ValueError, match="strength is -1"):
        L2(-1)
    with pytest.raises(ValueError, match="strength is nan"):
        Contractive(float("nan"))
    with pytest.raises(ValueError, match=r"step.*second derivative"):
        Contractive(1).check(new_network([2, 1], rng(), output=STEP))
