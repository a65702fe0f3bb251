"""Activation functions, their derivatives, and the kernels that training runs."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nbsrc.neurons.activations import (
    ACTIVATIONS,
    SIGMOID,
    SOFTMAX,
    STEP,
    TANH,
    Activation,
    softmax,
    softmax_jacobian,
)

ALL = [*ACTIVATIONS.values(), SOFTMAX]
# Where exp overflows, has an overflowing reciprocal, or rounds to 0, in float32 and in float64.
EDGES = [0, 88, -88, -95, -103, 709, -709, -715, -745]
TYPES = [np.float64, np.float32]


def points(low: float, high: float) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, (3, 4), elements=st.floats(low, high).filter(lambda x: abs(x) > 1e-3))


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
@given(z=points(-20, 20))
def test_the_derivative_is_the_slope_of_the_function(activation: Activation, z: np.ndarray) -> None:
    nudge = 1e-5
    slope = (activation(z + nudge) - activation(z - nudge)) / (2 * nudge)
    assert np.allclose(activation.derivative(z), slope, atol=1e-8)


@pytest.mark.parametrize(
    "activation", [a for a in ALL if a.second_derivative is not None], ids=lambda a: a.name
)
@given(z=points(-20, 20))
def test_the_second_derivative_is_the_slope_of_the_derivative(
    activation: Activation, z: np.ndarray
) -> None:
    nudge = 1e-5
    slope = (activation.derivative(z + nudge) - activation.derivative(z - nudge)) / (2 * nudge)
    assert activation.second_derivative is not None
    assert np.allclose(activation.second_derivative(z), slope, atol=1e-8)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
@given(z=points(-1000, 1000))
def test_the_training_kernel_writes_what_the_function_returns(
    activation: Activation, dtype: type, z: np.ndarray
) -> None:
    z = z.astype(dtype)
    out = np.full_like(z, np.nan)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        activation.function_into(z, out)
    expected = activation(z)
    assert expected.dtype == out.dtype == dtype
    # Of a softmax, what is far below 1 loses digits where its exponential ends.
    atol = 8 * np.finfo(dtype).eps if activation is SOFTMAX else np.finfo(dtype).tiny
    assert np.allclose(out, expected, rtol=8 * np.finfo(dtype).eps, atol=float(atol))


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
@given(z=points(-1000, 1000))
def test_the_derivative_kernel_writes_what_the_derivative_returns(
    activation: Activation, z: np.ndarray
) -> None:
    out = np.full_like(z, np.nan)
    activation.derivative_into(z, activation(z), out)
    assert np.allclose(out, activation.derivative(z), rtol=1e-12, atol=4e-16)


def test_an_activation_without_kernels_is_written_too() -> None:
    square = Activation("square", np.square, lambda z: 2 * z)
    z, out = np.array([3.0]), np.empty(1)
    square.function_into(z, out)
    assert out == 9
    square.derivative_into(z, out, out)
    assert out == 6


@given(z=points(-1e4, 1e4), shift=st.floats(-1e4, 1e4))
def test_softmax_rows_are_distributions_that_a_shift_leaves_alone(
    z: np.ndarray, shift: float
) -> None:
    assert np.allclose(softmax(z).sum(axis=-1), 1, rtol=1e-12)
    assert np.allclose(softmax(z + shift), softmax(z), atol=1e-9)


@pytest.mark.parametrize("dtype", TYPES)
@given(z=points(-9, 9), shifts=arrays(float, (3, 1), elements=st.sampled_from(EDGES)))
def test_softmax_is_the_one_of_scipy_also_where_exponentials_end(
    dtype: type, z: np.ndarray, shifts: np.ndarray
) -> None:
    z = (z + shifts).astype(dtype)
    assert np.allclose(softmax(z), scipy.special.softmax(z, axis=-1), atol=8 * np.finfo(dtype).eps)


@given(z=points(-1e4, 1e4))
def test_a_softmax_row_does_not_depend_on_its_neighbours(z: np.ndarray) -> None:
    rows = [softmax(row[None]) for row in z]
    assert np.allclose(np.concatenate(rows), softmax(z), rtol=1e-14, atol=0)


@given(z=points(-5, 5))
def test_the_softmax_jacobian_is_its_slope(z: np.ndarray) -> None:
    nudge = 1e-5
    for unit in range(z.shape[-1]):
        step = nudge * np.eye(z.shape[-1])[unit]
        slope = (softmax(z + step) - softmax(z - step)) / (2 * nudge)
        assert np.allclose(softmax_jacobian(z)[..., unit], slope, atol=1e-9)


def test_softmax_refuses_an_elementwise_derivative() -> None:
    with pytest.raises(ValueError, match="softmax_jacobian"):
        SOFTMAX.derivative(np.zeros((1, 2)))


@given(z=points(-30, 30))
def test_turning_all_signs_turns_yes_into_no(z: np.ndarray) -> None:
    np.testing.assert_allclose(SIGMOID(-z), 1 - SIGMOID(z), atol=1e-15)


@given(z=points(-30, 30))
def test_tanh_is_a_sigmoid_at_double_speed(z: np.ndarray) -> None:
    np.testing.assert_allclose(TANH(z), 2 * SIGMOID(2 * z) - 1, atol=1e-14)


def test_the_step_fires_only_above_zero() -> None:
    assert STEP(np.array([-1.0, 0.0, 1e-300])).tolist() == [0, 0, 1]
