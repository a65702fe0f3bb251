"""Stretches against differences, singular values, and networks whose stretch is known."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.networks import Network, forward, new_network, stack
from nbsrc.neurons.activations import IDENTITY, SIGMOID, TANH
from nbsrc.shapes.topology.stretch import (
    largest_stretch,
    representation_jacobian,
    stretch_of_pairs,
    stretches,
)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), layer=st.integers(0, 2))
def test_the_slopes_of_every_hidden_layer_are_those_of_differences(seed: Any, layer: Any) -> None:
    rng = np.random.default_rng(seed)
    network = new_network([2, 3, 2, 4, 1], rng, output=SIGMOID)
    points, nudge = rng.normal(size=(5, 2)), 1e-6
    made = representation_jacobian(network, points, layer)
    for i in range(2):
        step = nudge * np.eye(2)[i]
        ahead, behind = (forward(network, points + s).activations[layer + 1] for s in (step, -step))
        np.testing.assert_allclose(made[:, :, i], (ahead - behind) / (2 * nudge), atol=1e-7)


def test_an_ensemble_has_the_slopes_of_its_members() -> None:
    rng = np.random.default_rng(0)
    alone = [new_network([2, 2, 1], rng, output=SIGMOID) for _ in range(3)]
    points = rng.normal(size=(4, 2))
    together = representation_jacobian(stack(alone), points)
    np.testing.assert_allclose(together, [representation_jacobian(n, points) for n in alone])


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(1, 4))
def test_the_closed_form_is_the_largest_singular_value(seed: Any, units: Any) -> None:
    matrices = np.random.default_rng(seed).normal(size=(6, units, 2))
    largest, smallest = stretches(matrices)
    np.testing.assert_allclose(largest_stretch(matrices), largest, rtol=1e-9)
    turned = np.linspace(0, np.pi, 400)
    lengths = np.linalg.norm(matrices @ np.array([np.cos(turned), np.sin(turned)]), axis=-2)
    assert (lengths.max(axis=-1) <= largest + 1e-9).all()
    np.testing.assert_allclose(lengths.max(axis=-1), largest, rtol=1e-3)
    assert (lengths.min(axis=-1) >= smallest - 1e-9).all()


def test_one_unit_flattens_a_direction() -> None:
    largest, smallest = stretches(np.array([[3.0, 4.0]]))
    assert (float(largest), float(smallest)) == (5.0, 0.0)


def test_a_rotation_stretches_nothing_and_doubling_doubles() -> None:
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    np.testing.assert_allclose(stretches(2 * turn), (2.0, 2.0))
    points = np.random.default_rng(0).normal(size=(20, 2))
    labels = np.repeat([0, 1], 10)
    np.testing.assert_allclose(stretch_of_pairs(points, 2 * points @ turn, labels), (2.0, 2.0))


def test_pulling_two_clusters_apart_stretches_between_and_not_within() -> None:
    points = np.vstack([np.eye(2), np.eye(2) + 5.0])
    labels = np.array([0, 0, 1, 1])
    own, other = stretch_of_pairs(points, points + 100.0 * labels[:, None], labels)
    assert own == pytest.approx(1.0)
    assert other > 10


@pytest.mark.parametrize("layer", [1, -2])
def test_there_is_no_layer_beyond_the_hidden_ones(layer: Any) -> None:
    network = Network((2, 2, 1), (TANH, SIGMOID), np.zeros(9))
    with pytest.raises(ValueError, match="hidden layer"):
        representation_jacobian(network, np.zeros((1, 2)), layer)


def test_bad_input_is_one_clear_error() -> None:
    network = Network((2, 1), (IDENTITY,), np.zeros(3))
    with pytest.raises(ValueError, match="has 0"):
        representation_jacobian(network, np.zeros((1, 2)))
    for wrong in (np.array([[np.nan, 1.0]]), np.ones(3)):
        with pytest.raises(ValueError):
            stretches(wrong)
    with pytest.raises(ValueError, match="two"):
        largest_stretch(np.ones((2, 3)))


@pytest.mark.parametrize(
    ("points", "images", "labels"),
    [
        (np.zeros((4, 2)), np.zeros((3, 2)), [0, 0, 1, 1]),
        (np.arange(8.0).reshape(4, 2), np.full((4, 2), np.nan), [0, 0, 1, 1]),
        (np.arange(8.0).reshape(4, 2), np.zeros((4, 2)), [0, 0, 0, 1]),
        (np.arange(8.0).reshape(4, 2), np.zeros((4, 2)), [0, 0, 0, 0]),
        (np.zeros((4, 2)), np.zeros((4, 2)), [0, 0, 1, 1]),
    ],
)
def test_pairs_that_make_no_sense_raise(points: Any, images: Any, labels: Any) -> None:
    with pytest.raises(ValueError):
        stretch_of_pairs(points, images, labels)
