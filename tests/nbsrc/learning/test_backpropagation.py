"""The four equations, against differences that know nothing of them; and the planted bugs."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import check_grad

from nbsrc.learning.backpropagation import backward, backward_from, gradient, input_gradient
from nbsrc.learning.gradient_check import (
    central_differences,
    check_equations,
    numerical_errors,
    numerical_gradient,
    relative_error,
)
from nbsrc.learning.planted_bugs import BROKEN_EQUATION, PLANTED_BUGS
from nbsrc.networks.costs import BINARY_CROSS_ENTROPY, CROSS_ENTROPY, MSE, Cost
from nbsrc.networks.network import Network, forward, input_jacobian, new_network, stack
from nbsrc.networks.objective import checked_targets, total_cost
from nbsrc.networks.penalties import L2, Contractive, Penalty
from nbsrc.neurons.activations import (
    IDENTITY,
    RELU,
    SIGMOID,
    SOFTMAX,
    STEP,
    TANH,
    Activation,
    softmax_jacobian,
)
from tests.nbsrc.problems import random_problems

RIGHT, WRONG = 1e-6, 1e-3
ELEMENTWISE = [(SIGMOID, MSE), (TANH, MSE)]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(data=st.data())
def test_the_gradient_is_what_nudging_every_parameter_finds(data: st.DataObject) -> None:
    p = data.draw(random_problems())
    found = gradient(p.network, p.inputs, p.targets, p.cost).parameters
    expected = numerical_gradient(p.network, p.inputs, p.targets, p.cost)
    assert np.allclose(found, expected, rtol=1e-6, atol=1e-8)


@given(data=st.data())
def test_every_error_is_what_nudging_its_pre_activation_finds(data: st.DataObject) -> None:
    p = data.draw(random_problems())
    found = gradient(p.network, p.inputs, p.targets, p.cost).errors
    expected = numerical_errors(p.network, p.inputs, p.targets, p.cost)
    for error, nudged in zip(found, expected, strict=True):
        assert np.allclose(error, nudged, rtol=1e-6, atol=1e-8)


@given(data=st.data())
def test_the_input_gradient_is_what_nudging_every_input_finds(data: st.DataObject) -> None:
    p = data.draw(random_problems())
    found = input_gradient(p.network, gradient(p.network, p.inputs, p.targets, p.cost))
    expected = central_differences(
        lambda many: np.array([total_cost(p.network, x, p.targets, p.cost) for x in many]), p.inputs
    )
    assert np.allclose(found, expected, rtol=1e-6, atol=1e-8)


@given(data=st.data())
def test_scipy_finds_no_fault_in_the_gradient(data: st.DataObject) -> None:
    p = data.draw(random_problems())

    def cost_at(parameters: np.ndarray) -> float:
        return float(total_cost(p.network.with_parameters(parameters), p.inputs, p.targets, p.cost))

    def slope_at(parameters: np.ndarray) -> np.ndarray:
        moved = p.network.with_parameters(parameters)
        return gradient(moved, p.inputs, p.targets, p.cost).parameters

    size = 1 + np.linalg.norm(slope_at(p.network.parameters))
    assert check_grad(cost_at, slope_at, p.network.parameters) < 1e-5 * size


@given(data=st.data())
def test_penalties_add_what_nudging_finds(data: st.DataObject) -> None:
    p = data.draw(random_problems())
    penalties: list[Penalty] = [L2(0.3)]
    if p.network.activations[0] is not SOFTMAX:
        penalties.append(Contractive(0.2))
    arguments = (p.network, p.inputs, p.targets, p.cost)
    found = gradient(*arguments, penalties=penalties).parameters
    expected = numerical_gradient(*arguments, penalties=penalties)
    assert np.allclose(found, expected, rtol=1e-6, atol=1e-7)


@given(data=st.data())
def test_a_network_has_the_same_gradient_bits_in_an_ensemble_as_alone(data: st.DataObject) -> None:
    p = data.draw(random_problems(ensemble=True))
    together = gradient(p.network, p.inputs, p.targets, p.cost)
    for index in range(len(together.parameters)):
        alone = gradient(p.network.member(index), p.inputs, p.targets, p.cost)
        assert np.array_equal(alone.parameters, together.parameters[index])
        for one, many in zip(alone.errors, together.errors, strict=True):
            assert np.array_equal(one, many[index])


@given(data=st.data())
def test_an_error_given_by_hand_is_carried_back_alike(data: st.DataObject) -> None:
    p = data.draw(random_problems())
    passed = forward(p.network, p.inputs)
    whole = backward(p.network, passed, p.targets, p.cost)
    again = backward_from(p.network, passed, whole.errors[-1])
    assert np.array_equal(again.parameters, whole.parameters)


def test_the_slope_of_one_output_by_the_inputs_is_its_row_of_the_jacobian() -> None:
    network = new_network([3, 4, 2], rng(), output=IDENTITY)
    inputs = rng().normal(size=(5, 3))
    only_second = np.tile([0.0, 1.0], (5, 1))
    slopes = input_gradient(network, backward_from(network, forward(network, inputs), only_second))
    assert np.allclose(slopes, input_jacobian(network, inputs)[:, 1], rtol=1e-12)


@given(data=st.data())
def test_the_error_of_softmax_with_any_cost_goes_through_its_whole_jacobian(
    data: st.DataObject,
) -> None:
    p = data.draw(random_problems(pairs=[(SOFTMAX, MSE)]))
    passed = forward(p.network, p.inputs)
    slope = (passed.outputs - p.targets) / len(p.inputs)
    expected = np.einsum("njk,nj->nk", softmax_jacobian(passed.pre_activations[-1]), slope)
    found = backward(p.network, passed, p.targets, MSE).errors[-1]
    assert np.allclose(found, expected, atol=1e-15)


@pytest.mark.parametrize(
    ("output", "cost"), [(SOFTMAX, CROSS_ENTROPY), (SIGMOID, BINARY_CROSS_ENTROPY)]
)
def test_the_short_form_of_the_output_error_agrees_with_the_long_one(
    output: Activation, cost: Cost
) -> None:
    network = new_network([3, 4, 3], rng(), output=output)
    inputs, labels = rng().normal(size=(6, 3)), rng().integers(3, size=6)
    long_form = Cost("the same, worked out", cost.value, cost.gradient)
    short = gradient(network, inputs, labels, cost).parameters
    assert np.allclose(gradient(network, inputs, labels, long_form).parameters, short, rtol=1e-12)


def test_a_batch_has_the_mean_of_its_examples_gradients() -> None:
    network = new_network([3, 4, 2], rng())
    inputs, labels = rng().normal(size=(6, 3)), rng().integers(2, size=6)
    each = [gradient(network, inputs[[i]], labels[[i]], CROSS_ENTROPY).parameters for i in range(6)]
    batch = gradient(network, inputs, labels, CROSS_ENTROPY).parameters
    assert np.allclose(batch, np.mean(each, axis=0), rtol=1e-12, atol=1e-16)


def test_float32_gradients_are_float32_and_near_the_float64_ones() -> None:
    single, double = (
        new_network([3, 4, 2], rng(), hidden=RELU, dtype=t) for t in (np.float32, np.float64)
    )
    inputs, labels = rng().normal(size=(6, 3)), rng().integers(2, size=6)
    penalties: list[Penalty] = [L2(0.1), Contractive(0.1)]
    short, long = (
        gradient(n, inputs, labels, CROSS_ENTROPY, penalties=penalties) for n in (single, double)
    )
    arrays = [short.parameters, *short.errors, input_gradient(single, short)]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert np.allclose(short.parameters, long.parameters, atol=1e-5)


@pytest.mark.parametrize("name", PLANTED_BUGS)
@given(data=st.data())
def test_the_gradient_check_catches_each_planted_bug(name: str, data: st.DataObject) -> None:
    p = data.draw(
        random_problems(min_hidden=2, min_width=2, pairs=ELEMENTWISE, hidden=[SIGMOID, TANH])
    )
    arguments = (p.network, p.inputs, p.targets, p.cost)
    nudged = numerical_gradient(*arguments)
    right = gradient(*arguments).parameters
    broken = gradient(*arguments, equations=PLANTED_BUGS[name]).parameters
    assume(np.linalg.norm(nudged) > 1e-4)
    assert relative_error(right, nudged) < RIGHT
    assert relative_error(broken, nudged) > 10 * RIGHT


@pytest.mark.parametrize("name", PLANTED_BUGS)
@pytest.mark.parametrize("sizes", [[2, 3, 2], [3, 3, 3, 2]])
def test_the_equation_that_a_bug_broke_fails_and_no_other(name: str, sizes: list[int]) -> None:
    network = new_network(sizes, rng(), hidden=SIGMOID, output=SIGMOID)
    inputs, targets = rng(1).normal(size=(4, sizes[0])), rng(2).uniform(size=(4, 2))
    faults = check_equations(network, inputs, targets, MSE, PLANTED_BUGS[name])
    broken = {label for label, error in faults.items() if error > WRONG}
    assert broken == {BROKEN_EQUATION[name]}
    assert all(error < RIGHT for label, error in faults.items() if label not in broken)


@given(data=st.data())
def test_all_four_equations_hold(data: st.DataObject) -> None:
    p = data.draw(random_problems(min_hidden=1, pairs=ELEMENTWISE, hidden=[SIGMOID, TANH]))
    norms = [
        np.linalg.norm(error) for error in numerical_errors(p.network, p.inputs, p.targets, MSE)
    ]
    assume(min(norms) > 1e-4)
    faults = check_equations(p.network, p.inputs, p.targets, p.cost)
    assert set(faults) == {"BP1", "BP2", "BP3", "BP4"}
    assert max(faults.values()) < RIGHT


def test_a_step_has_no_gradient_to_follow() -> None:
    network = Network((1, 1, 1), (STEP, IDENTITY), np.ones(4))
    passed = forward(network, [[1.0]])
    with pytest.raises(ValueError, match="step activation has slope 0"):
        backward(network, passed, [[1.0]], MSE)
    with pytest.raises(ValueError, match="step activation has slope 0"):
        backward_from(network, passed, [[1.0]])
    with pytest.raises(ValueError, match="step activation has slope 0"):
        gradient(network, [[1.0]], [[1.0]], MSE)


def test_a_backward_pass_refuses_what_does_not_fit() -> None:
    network = new_network([2, 3], rng())
    passed = forward(network, np.zeros((4, 2)))
    with pytest.raises(ValueError, match=r"targets have shape \(3, 3\).*\(4, 3\)"):
        backward(network, passed, np.ones((3, 3)) / 3, CROSS_ENTROPY)
    with pytest.raises(ValueError, match=r"last_error has shape \(4, 2\).*\(4, 3\)"):
        backward_from(network, passed, np.zeros((4, 2)))
    with pytest.raises(ValueError, match="second derivative"):
        backward(network, passed, [0] * 4, CROSS_ENTROPY, penalties=[Contractive(1)])


def test_a_gradient_check_is_for_one_network_and_a_positive_nudge() -> None:
    network = new_network([2, 3], rng())
    with pytest.raises(ValueError, match="ensemble of 2"):
        numerical_gradient(stack([network, network]), np.zeros((4, 2)), [0] * 4, CROSS_ENTROPY)
    with pytest.raises(ValueError, match="nudge is 0"):
        numerical_gradient(network, np.zeros((4, 2)), [0] * 4, CROSS_ENTROPY, nudge=0)
    with pytest.raises(ValueError, match="softmax_jacobian"):
        check_equations(network, np.zeros((4, 2)), [0] * 4, CROSS_ENTROPY)


def test_checked_targets_are_in_the_networks_number_type() -> None:
    network = new_network([2, 3], rng(), dtype=np.float32)
    rows = checked_targets(network, np.zeros((2, 2)), [0, 2], CROSS_ENTROPY)
    assert rows.dtype == np.float32
