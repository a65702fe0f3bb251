"""One neuron: its formula and its geometry, against loops and plane geometry done by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nbsrc.neurons import neuron
from nbsrc.neurons.activations import STEP

numbers = st.floats(-100, 100).map(lambda x: round(x, 3))
vectors = st.integers(1, 6).flatmap(
    lambda n: st.tuples(arrays(float, (4, n), elements=numbers), arrays(float, n, elements=numbers))
)


@given(vectors, numbers)
def test_the_pre_activation_is_the_sum_of_products_and_the_bias(
    inputs_and_weights: tuple[np.ndarray, np.ndarray], bias: float
) -> None:
    inputs, weights = inputs_and_weights
    by_hand = [
        math.fsum([*(x * w for x, w in zip(row, weights, strict=True)), bias]) for row in inputs
    ]
    np.testing.assert_allclose(neuron.pre_activation(inputs, weights, bias), by_hand, atol=1e-9)


@given(vectors, numbers)
def test_walking_the_signed_distance_back_along_the_normal_reaches_the_border(
    both: tuple[np.ndarray, np.ndarray], bias: float
) -> None:
    inputs, weights = both
    if np.linalg.norm(weights) < 1e-2:
        return
    normal = weights / np.linalg.norm(weights)
    feet = inputs - np.outer(neuron.signed_distance(inputs, weights, bias), normal)
    scale = np.abs(inputs).max() * np.abs(weights).max() + abs(bias) + 1
    assert np.abs(neuron.pre_activation(feet, weights, bias)).max() < 1e-10 * scale


@given(vectors, numbers, st.floats(0.01, 100))
def test_scaling_all_parameters_changes_no_decision(
    both: tuple[np.ndarray, np.ndarray], bias: float, factor: float
) -> None:
    inputs, weights = both
    z = neuron.pre_activation(inputs, weights, bias)
    clear = np.abs(z) > 1e-6
    before = neuron.output(inputs, weights, bias, STEP)
    after = neuron.output(inputs, factor * weights, factor * bias, STEP)
    assert (before == after)[clear].all()


def test_shapes_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"\(4, 3\).*\(2,\)"):
        neuron.pre_activation(np.zeros((4, 3)), [1, 2], 0)


def test_zero_weights_have_no_border() -> None:
    with pytest.raises(ValueError, match="no boundary"):
        neuron.signed_distance([[0.0, 0.0]], [0.0, 0.0], 1.0)
