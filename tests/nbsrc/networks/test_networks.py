"""Networks: parameters, the forward pass, ensembles, and what they refuse."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.networks.initialisation import INITIALISATIONS
from nbsrc.networks.network import (
    Network,
    count_parameters,
    forward,
    forward_from,
    input_jacobian,
    new_network,
    predict,
    stack,
)
from nbsrc.neurons.activations import ACTIVATIONS, SIGMOID, SOFTMAX, STEP, TANH, Activation
from tests.nbsrc.problems import random_problems


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(data=st.data())
def test_a_unit_is_a_weighted_sum_and_an_activation(data: st.DataObject) -> None:
    problem = data.draw(random_problems())
    network, passed = problem.network, forward(problem.network, problem.inputs)
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        for sample, entering in enumerate(passed.activations[layer]):
            for unit in range(len(biases)):
                terms = [w * a for w, a in zip(weights[:, unit], entering, strict=True)]
                z = passed.pre_activations[layer][sample, unit]
                assert z == pytest.approx(sum(terms) + biases[unit], abs=1e-12)
        expected = network.activations[layer](passed.pre_activations[layer])
        assert np.allclose(passed.activations[layer + 1], expected, rtol=1e-13, atol=1e-15)


@given(data=st.data())
def test_a_network_gives_the_same_bits_in_an_ensemble_as_alone(data: st.DataObject) -> None:
    problem = data.draw(random_problems(ensemble=True))
    together = predict(problem.network, problem.inputs)
    for index in range(len(together)):
        alone = predict(problem.network.member(index), problem.inputs)
        assert np.array_equal(alone, together[index])


def test_each_network_of_an_ensemble_may_have_inputs_of_its_own() -> None:
    ensemble = new_network([2, 3, 1], [rng(0), rng(1)], output=TANH)
    inputs = rng().normal(size=(2, 4, 2))
    together = predict(ensemble, inputs)
    for index in range(2):
        assert np.array_equal(predict(ensemble.member(index), inputs[index]), together[index])


def test_a_new_ensemble_is_the_stack_of_its_networks() -> None:
    ensemble = new_network([3, 4, 2], [rng(0), rng(1)])
    members = [new_network([3, 4, 2], rng(seed)) for seed in range(2)]
    assert np.array_equal(stack(members).parameters, ensemble.parameters)


@pytest.mark.parametrize("output", [*ACTIVATIONS.values(), SOFTMAX], ids=lambda a: a.name)
def test_float32_stays_float32_all_the_way(output: Activation) -> None:
    network = new_network([2, 3, 2], rng(), hidden=SIGMOID, output=output, dtype=np.float32)
    passed = forward(network, rng().normal(size=(4, 2)))
    arrays = [network.parameters, *network.weights, *passed.activations, *passed.pre_activations]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_float32_and_float64_networks_start_from_the_same_numbers() -> None:
    double, single = (new_network([5, 4, 3], rng(), dtype=t) for t in (np.float64, np.float32))
    assert np.array_equal(double.parameters.astype(np.float32), single.parameters)


@given(data=st.data())
def test_going_on_from_a_pre_activation_gives_the_same_outputs(data: st.DataObject) -> None:
    problem = data.draw(random_problems(ensemble=data.draw(st.booleans())))
    passed = forward(problem.network, problem.inputs)
    for layer, z in enumerate(passed.pre_activations):
        rest = forward_from(problem.network, layer, z)
        assert np.allclose(rest.outputs, passed.outputs, rtol=1e-12, atol=1e-14)


@given(data=st.data())
def test_the_input_jacobian_is_the_slope_of_each_output_along_each_input(
    data: st.DataObject,
) -> None:
    problem = data.draw(random_problems(ensemble=data.draw(st.booleans())))
    nudge, inputs = 1e-5, problem.inputs
    jacobian = input_jacobian(problem.network, inputs)
    for feature in range(inputs.shape[1]):
        step = nudge * np.eye(inputs.shape[1])[feature]
        above, below = (predict(problem.network, inputs + s) for s in (step, -step))
        assert np.allclose(jacobian[..., feature], (above - below) / (2 * nudge), atol=1e-6)


@given(sizes=st.lists(st.integers(1, 9), min_size=2, max_size=5))
def test_every_parameter_is_counted_and_seen_once(sizes: list[int]) -> None:
    numbers = np.arange(float(count_parameters(sizes)))
    network = Network(tuple(sizes), (TANH,) * (len(sizes) - 1), numbers)
    seen = np.concatenate([w.ravel() for w in (*network.weights, *network.biases)])
    assert np.array_equal(np.sort(seen), numbers)


@pytest.mark.parametrize("ensemble", [False, True])
def test_weights_and_biases_are_views_of_the_parameters(ensemble: bool) -> None:
    network = new_network([2, 3, 1], [rng(0), rng(1)] if ensemble else rng())
    for view in (*network.weights, *network.biases, *network.bias_rows):
        assert np.shares_memory(view, network.parameters)


def test_initialisations_have_the_spread_they_promise() -> None:
    spreads = {"standard normal": 1, "scaled normal": 1 / 20, "zeros": 0}
    spreads |= {"Xavier": np.sqrt(2 / 1000), "He": np.sqrt(2 / 400)}
    for name, draw in INITIALISATIONS.items():
        weights = draw(rng(), 400, 600)
        assert weights.shape == (400, 600)
        assert weights.std() == pytest.approx(spreads[name], rel=0.01)


def test_biases_start_at_zero() -> None:
    assert not any(bias.any() for bias in new_network([3, 4, 2], rng()).biases)


def small() -> Network:
    return new_network([2, 3, 1], rng(), output=TANH)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (np.zeros((4, 3)), r"\(4, 3\).*\(n_samples, 2\)"),
        (np.zeros(2), r"\(2,\)"),
        (np.zeros((0, 2)), "no examples"),
        (np.zeros((2, 4, 2)), r"\(2, 4, 2\)"),
        ([[np.nan, 0.0]], "NaN"),
        ([[np.inf, 0.0]], "infinity"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_by_shape(inputs: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        forward(small(), inputs)


def test_an_ensemble_names_both_shapes_it_takes() -> None:
    ensemble = stack([small(), small()])
    with pytest.raises(ValueError, match=r"\(n_samples, 2\) or \(2, n_samples, 2\)"):
        forward(ensemble, np.zeros((3, 4, 2)))


@pytest.mark.parametrize(
    ("sizes", "activations", "parameters", "message"),
    [
        ((2,), (), np.zeros(0), "at least inputs and outputs"),
        ((2, 0), (TANH,), np.zeros(0), "1 or more"),
        ((2, 1), (TANH, TANH), np.zeros(3), "one per layer"),
        ((2, 2, 1), (SOFTMAX, TANH), np.zeros(9), "output layer only"),
        ((2, 1), (TANH,), np.zeros(4), r"\(4,\).*\(3,\)"),
        ((2, 1), (TANH,), np.zeros((0, 3)), "no networks"),
        ((2, 1), (TANH,), np.zeros(3, int), "float64 or float32"),
        ((2, 1), (TANH,), np.array([0, np.nan, 0]), "NaN"),
    ],
)
def test_parts_that_make_no_network_are_refused(
    sizes: tuple[int, ...],
    activations: tuple[Activation, ...],
    parameters: np.ndarray,
    message: str,
) -> None:
    with pytest.raises(ValueError, match=message):
        Network(sizes, activations, parameters)


def test_networks_of_different_shapes_make_no_ensemble() -> None:
    with pytest.raises(ValueError, match=r"\(2, 4, 1\).*\(2, 3, 1\)"):
        stack([small(), new_network([2, 4, 1], rng(), output=TANH)])
    with pytest.raises(ValueError, match="at least one"):
        stack([])
    with pytest.raises(ValueError, match="itself an ensemble"):
        stack([stack([small()])])
    with pytest.raises(ValueError, match="no members"):
        small().member(0)
    with pytest.raises(ValueError, match="no random generators"):
        new_network([2, 1], [])


def test_a_step_network_computes_exclusive_or() -> None:
    parameters = np.array([1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -0.5, -1.5, -0.5])
    network = Network((2, 2, 1), (STEP, STEP), parameters)
    assert predict(network, [[0, 0], [0, 1], [1, 0], [1, 1]]).ravel().tolist() == [0, 1, 1, 0]
