"""Probes against direct solutions, and what cutting and comparing must keep."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.arrays import Array
from nbsrc.maps.probes import (
    Probe,
    cut_after,
    fit_probe,
    linear_cka,
    multiplications,
    representations,
    saturated_from,
)
from nbsrc.networks import forward, new_network

SEEDS = st.integers(0, 10_000)


def clouds(seed: int, apart: float = 1.0, n: int = 90) -> tuple[Array, Any]:
    rng = np.random.default_rng(seed)
    names = np.arange(n) % 3
    centres = apart * rng.normal(size=(3, 4))
    return rng.normal(size=(n, 4)) + centres[names], names


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_least_squares_solves_the_normal_equations(seed: int) -> None:
    rows, names = clouds(seed)
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    wanted = 2.0 * np.eye(3)[names] - 1
    solved = np.linalg.solve(
        scaled.T @ scaled + 0.5 * np.eye(4), scaled.T @ (wanted - wanted.mean(axis=0))
    )
    probe = fit_probe(rows, names, 0.5, least_squares=True)
    scores = scaled @ solved + wanted.mean(axis=0)
    assert np.allclose(rows @ probe.weights + probe.bias, scores)


@pytest.mark.parametrize("least_squares", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_clouds_far_apart_are_read_without_error(least_squares: bool, n_classes: int) -> None:
    rows, names = clouds(1, apart=30.0)
    names = names % n_classes
    probe = fit_probe(rows, names, least_squares=least_squares)
    assert probe.weights.shape == (4, n_classes)
    assert probe.error(rows, names) <= (0 if n_classes == 3 else 0.34)


@pytest.mark.parametrize("least_squares", [False, True])
def test_units_of_another_size_change_no_answer(least_squares: bool) -> None:
    rows, names = clouds(2)
    first = fit_probe(rows, names, least_squares=least_squares).labels(rows)
    scale = np.array([1000.0, 0.01, 1.0, 5.0])
    again = fit_probe(rows * scale + 3, names, least_squares=least_squares).labels(rows * scale + 3)
    assert (first == again).all()


def test_a_feature_that_never_changes_gets_no_weight() -> None:
    rows, names = clouds(3)
    probe = fit_probe(np.column_stack([rows, np.full(len(rows), 7.0)]), names)
    assert (probe.weights[-1] == 0).all()


def test_a_cut_network_answers_as_its_probe() -> None:
    rows, names = clouds(4)
    network = new_network([4, 6, 5, 3], np.random.default_rng(0))
    for k, layer in enumerate(representations(network, rows)):
        probe = fit_probe(layer, names)
        cut = cut_after(network, k, probe)
        assert cut.sizes == (*network.sizes[: k + 1], 3)
        assert np.allclose(forward(cut, rows).outputs, layer @ probe.weights + probe.bias)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_likeness_does_not_see_turns_shifts_and_size(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(20, 3)), rng.normal(size=(20, 5))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    alike = linear_cka(a, b)
    assert 0 <= alike <= 1
    assert np.isclose(linear_cka(3 * a @ turn - 2, b), alike)
    assert np.isclose(linear_cka(a, -a @ turn), 1)


def test_likeness_is_the_cosine_of_the_tables_of_products() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(12, 3)), rng.normal(size=(12, 4))
    tables = [(x - x.mean(axis=0)) @ (x - x.mean(axis=0)).T for x in (a, b)]
    cosine = np.sum(tables[0] * tables[1]) / np.prod([np.linalg.norm(t) for t in tables])
    assert np.isclose(linear_cka(a, b), cosine)


def test_errors_level_off_where_the_first_is_close_enough_to_the_least() -> None:
    assert saturated_from([9.0, 3.0, 2.5, 2.6], slack=0.5) == 1
    assert saturated_from([9.0, 3.0, 2.5, 2.6], slack=0.0) == 2


def test_multiplications_are_the_weights() -> None:
    network = new_network([4, 6, 5, 3], np.random.default_rng(0))
    assert multiplications(network.sizes) == sum(part.size for part in network.weights)


def test_bad_input_is_refused() -> None:
    rows, names = clouds(6)
    network = new_network([4, 6, 3], np.random.default_rng(0))
    with pytest.raises(ValueError, match="shape"):
        fit_probe(rows, names[:-1])
    with pytest.raises(ValueError, match="NaN"):
        fit_probe(np.where(rows > 2, np.nan, rows), names)
    with pytest.raises(ValueError, match="two classes"):
        fit_probe(rows, np.zeros(len(rows), int))
    with pytest.raises(ValueError, match="two classes"):
        fit_probe(rows, names * 2)
    with pytest.raises(ValueError, match="strength"):
        fit_probe(rows, names, 0.0)
    with pytest.raises(ValueError, match="reads 2 units"):
        cut_after(network, 1, Probe(np.zeros((2, 3)), np.zeros(3)))
    with pytest.raises(ValueError, match="n_hidden"):
        cut_after(network, 2, Probe(np.zeros((6, 3)), np.zeros(3)))
    with pytest.raises(ValueError, match="nothing to compare"):
        linear_cka(np.ones((3, 2)), rows[:3])
    with pytest.raises(ValueError, match="shapes"):
        linear_cka(rows[:3], rows[:4])
    with pytest.raises(ValueError, match="without NaN"):
        saturated_from([np.nan], 0.1)
