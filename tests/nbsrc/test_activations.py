"""Activations against independent formulas, and their slopes against finite differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.differentiate import derivative

from nbsrc.activations import ACTIVATIONS, SIGMOID, TANH, sigmoid

smooth = [ACTIVATIONS[name] for name in ("identity", "sigmoid", "tanh")]
kinked = [ACTIVATIONS[name] for name in ("ReLU", "leaky ReLU")]
reals = st.floats(-30, 30)


@pytest.mark.parametrize("activation", smooth, ids=lambda a: a.name)
def test_slopes_agree_with_numerical_differentiation(activation):
    z = np.linspace(-8, 8, 161)
    numerical = derivative(activation.function, z, initial_step=0.1).df
    np.testing.assert_allclose(activation.derivative(z), numerical, atol=1e-9)


@pytest.mark.parametrize("activation", kinked, ids=lambda a: a.name)
@given(z=reals.filter(lambda z: abs(z) > 1e-3))
def test_slopes_of_kinked_activations_agree_away_from_the_kink(activation, z):
    h = 1e-5
    numerical = (activation.function(z + h) - activation.function(z - h)) / (2 * h)
    assert activation.derivative(np.array(z)) == pytest.approx(numerical, abs=1e-6)


@given(z=reals)
def test_sigmoid_is_symmetric_about_one_half(z):
    assert sigmoid(np.array(-z)) == pytest.approx(1 - sigmoid(np.array(z)), abs=1e-15)


@given(z=reals)
def test_tanh_is_a_stretched_sigmoid(z):
    assert TANH(np.array(z)) == pytest.approx(2 * SIGMOID(np.array(2 * z)) - 1, abs=1e-14)


def test_the_step_fires_only_above_zero():
    assert ACTIVATIONS["step"](np.array([-1.0, 0.0, 1e-300])).tolist() == [0, 0, 1]


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_shapes_and_single_precision_are_kept(activation):
    z = np.linspace(-2, 2, 6, dtype=np.float32).reshape(2, 3)
    for result in (activation.function(z), activation.derivative(z)):
        assert (result.shape, result.dtype) == ((2, 3), np.float32)
