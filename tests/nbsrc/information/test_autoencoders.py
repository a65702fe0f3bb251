"""Autoencoders: their two halves, what they lose, and the bits of their codes."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.information.autoencoders import (
    begun_at_mean,
    column_bits,
    halves,
    new_autoencoder,
    quantised,
    spread_lost,
)
from nbsrc.networks import predict
from nbsrc.neurons.activations import IDENTITY, SIGMOID, TANH

RNG = np.random.default_rng(7)


def generators(n: Any) -> Any:
    return [np.random.default_rng(i) for i in range(n)]


def test_layers_mirror_and_only_the_code_is_linear() -> None:
    made = new_autoencoder([9, 6, 3], np.random.default_rng(0), output=SIGMOID)
    assert made.sizes == (9, 6, 3, 6, 9)
    assert made.activations == (TANH, IDENTITY, TANH, SIGMOID)
    assert made.parameters.dtype == np.float32


@pytest.mark.parametrize("n", [None, 3])
@pytest.mark.parametrize("layer", [None, 1, 3])
def test_decoder_after_encoder_is_the_network(n: Any, layer: Any) -> None:
    given_rng = np.random.default_rng(0) if n is None else generators(n)
    made = new_autoencoder([9, 6, 3], given_rng, dtype=np.float64, output=SIGMOID)
    moved = made.with_parameters(made.parameters + RNG.normal(size=made.parameters.shape))
    encode, decode = halves(moved, layer)
    images = RNG.random((5, 9))
    assert np.array_equal(predict(decode, predict(encode, images)), predict(moved, images))
    assert encode.sizes[-1] == decode.sizes[0] == moved.sizes[2 if layer is None else layer]


def test_halves_of_an_ensemble_are_its_members_halves() -> None:
    made = new_autoencoder([9, 6, 3], generators(3))
    for index in range(3):
        for whole, alone in zip(halves(made), halves(made.member(index)), strict=True):
            assert np.array_equal(whole.member(index).parameters, alone.parameters)


@pytest.mark.parametrize("layer", [0, 4, -1])
def test_only_hidden_layers_can_be_cut(layer: Any) -> None:
    with pytest.raises(ValueError, match="hidden layers are 1 to 3"):
        halves(new_autoencoder([9, 6, 3], np.random.default_rng(0)), layer)


def test_no_door_no_autoencoder() -> None:
    with pytest.raises(ValueError, match="the code"):
        new_autoencoder([9], np.random.default_rng(0))


def test_nothing_and_everything_lost() -> None:
    images = RNG.random((6, 4))
    mean = images.mean(axis=0)
    assert spread_lost(images, images, mean) == 0
    assert spread_lost(images, np.broadcast_to(mean, images.shape), mean) == pytest.approx(1)
    both = np.stack([images, np.broadcast_to(mean, images.shape)])
    assert spread_lost(images, both, mean).tolist() == pytest.approx([0, 1])


def test_a_projection_loses_the_variances_it_leaves_out() -> None:
    images = RNG.normal(size=(40, 5)) * [5, 4, 3, 2, 1]
    mean = images.mean(axis=0)
    _, sizes, rows = np.linalg.svd(images - mean, full_matrices=False)
    kept = mean + (images - mean) @ rows[:2].T @ rows[:2]
    expected = (sizes[2:] ** 2).sum() / (sizes**2).sum()
    assert spread_lost(images, kept, mean) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("images", "rebuilt", "mean", "words"),
    [
        (np.ones((2, 3)), np.ones((2, 4)), np.ones(3), "rebuilt"),
        (np.ones((2, 3)), np.ones((2, 3)), np.ones(4), "mean image"),
        (np.ones((2, 3)), np.full((2, 3), np.nan), np.ones(3), "NaN"),
        (np.ones((2, 3)), np.ones((2, 3)), np.ones(3), "no spread"),
    ],
)
def test_losses_of_what_does_not_fit(images: Any, rebuilt: Any, mean: Any, words: Any) -> None:
    with pytest.raises(ValueError, match=words):
        spread_lost(images, rebuilt, mean)


@given(st.integers(1, 12), st.lists(st.floats(-3, 3), min_size=1, max_size=20))
def test_inside_the_range_a_bin_errs_by_half_its_width_at_most(bits: Any, numbers: Any) -> None:
    bins, middles = quantised(np.array(numbers), bits, -3.0, 3.0)
    assert (np.abs(middles - numbers) <= 3 / 2**bits + 1e-12).all()
    assert bins.min() >= 0 and bins.max() < 2**bits


def test_the_worked_number_of_the_chapter() -> None:
    bins, middles = quantised(np.array([1.3]), 3, -4.0, 4.0)
    assert (f"{bins[0]:03b}", middles[0]) == ("101", 1.5)


def test_each_column_may_have_ends_of_its_own() -> None:
    bins, _ = quantised(np.array([[0.9, 0.9]]), 1, np.array([0.0, 0.0]), np.array([1.0, 10.0]))
    assert bins.tolist() == [[1, 0]]


@pytest.mark.parametrize("bits", [-1, 33])
def test_bits_that_are_none(bits: Any) -> None:
    with pytest.raises(ValueError, match="bits"):
        quantised(np.zeros(2), bits, 0.0, 1.0)


@pytest.mark.parametrize("codes", [np.array([np.nan]), np.array([])])
def test_codes_that_are_none(codes: Any) -> None:
    with pytest.raises(ValueError, match="finite"):
        quantised(codes, 2, 0.0, 1.0)


def test_a_range_that_is_none() -> None:
    with pytest.raises(ValueError, match="below"):
        quantised(np.zeros(2), 2, 1.0, 1.0)


def test_a_coder_who_knows_nothing_pays_for_every_value_alike() -> None:
    unknown, new = np.zeros((0, 3), int), RNG.integers(0, 17, (50, 3))
    assert column_bits(unknown, new, 17) == pytest.approx(3 * math.log2(17))


def test_with_many_rows_the_price_nears_the_entropy() -> None:
    p = np.array([0.5, 0.25, 0.25])
    rows = np.repeat([0, 1, 2], (p * 4000).astype(int))[:, None]
    assert column_bits(rows, rows, 3) == pytest.approx(1.5, abs=1e-3)


@given(st.integers(0, 1000))
def test_wrong_frequencies_never_pay(seed: Any) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 4, (30, 1))
    counts = np.bincount(rows[:, 0], minlength=4)
    share = counts[counts > 0] / 30
    entropy = -(share * np.log2(share)).sum()
    assert column_bits(rng.integers(0, 4, (30, 1)), rows, 4) >= entropy - 1e-12


@pytest.mark.parametrize(
    ("known", "new", "words"),
    [
        (np.zeros((2, 2), int), np.zeros((2, 3), int), "fit"),
        (np.zeros((2, 2), int), np.zeros((0, 2), int), "fit"),
        (np.zeros((2, 1)), np.zeros((2, 1), int), "whole"),
        (np.zeros((2, 1), int), np.full((2, 1), 2), "below 2"),
        (np.full((2, 1), -1), np.zeros((2, 1), int), "from 0"),
    ],
)
def test_rows_that_no_coder_can_price(known: Any, new: Any, words: Any) -> None:
    with pytest.raises(ValueError, match=words):
        column_bits(known, new, 2)


@pytest.mark.parametrize("output", [IDENTITY, SIGMOID])
@pytest.mark.parametrize("n", [None, 3])
def test_a_network_begun_at_the_mean_gives_the_mean_image_back(n: Any, output: Any) -> None:
    given_rng = np.random.default_rng(0) if n is None else generators(n)
    mean_image = RNG.uniform(0.1, 0.9, 9)
    made = new_autoencoder([9, 6, 3], given_rng, output=output, dtype=np.float64)
    begun = begun_at_mean(made, mean_image)
    assert np.allclose(predict(begun, mean_image[None]), mean_image, atol=1e-12)
    assert all(np.array_equal(*both) for both in zip(made.weights, begun.weights, strict=True))
    assert not np.allclose(predict(made, mean_image[None]), mean_image, atol=0.01)


def test_the_first_layer_then_sees_centred_images() -> None:
    made = new_autoencoder([9, 3], np.random.default_rng(0), dtype=np.float64)
    mean_image, images = RNG.random(9), RNG.random((5, 9))
    encode, centred = halves(begun_at_mean(made, mean_image))[0], halves(made)[0]
    assert np.allclose(predict(encode, images), predict(centred, images - mean_image))


@pytest.mark.parametrize("wrong", [np.zeros(3), np.full(4, np.nan)])
def test_a_mean_image_must_fit(wrong: Any) -> None:
    with pytest.raises(ValueError, match="mean image"):
        begun_at_mean(new_autoencoder([4, 2], np.random.default_rng(0)), wrong)
