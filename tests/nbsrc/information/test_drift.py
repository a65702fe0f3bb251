"""Mean and spread of gradients over batches, against cases that can be worked by hand."""

import numpy as np
import pytest

from nbsrc.information.drift import gradient_drift
from nbsrc.learning.backpropagation import gradient
from nbsrc.networks.costs import CROSS_ENTROPY, MSE
from nbsrc.networks.network import Network, new_network
from nbsrc.neurons.activations import IDENTITY

LINE = Network((1, 1), (IDENTITY,), np.array([[0.0, 0.0]]))


def test_two_batches_that_pull_apart() -> None:
    """At weight 0 and input 1 the slope along the weight is minus the target: here −1 and −3."""
    found = gradient_drift(LINE, np.ones((1, 2, 1)), np.array([[[1.0], [3.0]]]), MSE, 1)
    assert found.mean.tolist() == [[2.0]]
    assert found.spread.tolist() == [[1.0]]
    assert found.signal_to_noise.tolist() == [[2.0]]


def test_batches_that_agree_have_no_noise() -> None:
    found = gradient_drift(LINE, np.ones((1, 6, 1)), np.full((1, 6, 1), 2.0), MSE, 2)
    assert found.spread.tolist() == [[0.0]]
    assert np.isinf(found.signal_to_noise).all()


def test_the_mean_over_equal_batches_is_the_gradient_on_all() -> None:
    rng = np.random.default_rng(5)
    networks = new_network([4, 3, 2], [np.random.default_rng(i) for i in range(3)])
    inputs = rng.normal(size=(3, 40, 4))
    targets = np.eye(2)[rng.integers(0, 2, (3, 40))]
    found = gradient_drift(networks, inputs, targets, CROSS_ENTROPY, 8)
    whole = gradient(networks, inputs, targets, CROSS_ENTROPY)
    expected = np.stack([np.linalg.norm(w, axis=(1, 2)) for w in whole.weights], axis=-1)
    np.testing.assert_allclose(found.mean, expected, rtol=1e-9)


def test_bad_input_is_told() -> None:
    ones = np.ones((1, 3, 1))
    with pytest.raises(ValueError, match="two whole batches"):
        gradient_drift(LINE, ones, ones, MSE, 2)
    with pytest.raises(ValueError, match="two whole batches"):
        gradient_drift(LINE, ones, ones, MSE, 0)
    with pytest.raises(ValueError, match="an ensemble"):
        gradient_drift(LINE.member(0), ones, ones, MSE, 1)
