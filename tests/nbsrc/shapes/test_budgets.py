"""Equal numbers of parameters, random biases, and a learning rate for each network."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from nbsrc.learning import Adam, train
from nbsrc.networks import MSE, Network, new_network
from nbsrc.networks.network import count_parameters
from nbsrc.neurons.activations import IDENTITY
from nbsrc.shapes.budgets import AdamEach, sizes_within, with_random_biases


@given(some.integers(1, 64), some.integers(1, 10), some.integers(1, 6), some.integers(200, 3000))
def test_hidden_layers_are_equal_but_for_one_unit_and_the_count_is_near(
    n_inputs: int, n_outputs: int, depth: int, n_parameters: int
) -> None:
    try:
        sizes = sizes_within(n_inputs, n_outputs, depth, n_parameters)
    except ValueError as error:
        assert "to within 3%" in str(error)
        return
    hidden = sizes[1:-1]
    assert (sizes[0], sizes[-1], len(hidden)) == (n_inputs, n_outputs, depth)
    assert max(hidden) - min(hidden) <= 1 and list(hidden) == sorted(hidden, reverse=True)
    assert abs(count_parameters(sizes) - n_parameters) <= 0.03 * n_parameters


def test_no_other_such_network_is_nearer() -> None:
    for depth in (1, 2, 3):
        found = sizes_within(2, 1, depth, 150)
        others = [
            (2, *sorted(widths, reverse=True), 1)
            for widths in itertools.product(range(1, 40), repeat=depth)
            if max(widths) - min(widths) <= 1
        ]
        nearest = min(abs(count_parameters(sizes) - 150) for sizes in others)
        assert abs(count_parameters(found) - 150) == nearest


@pytest.mark.parametrize("counts", [(0, 1, 1, 10), (1, 0, 1, 10), (1, 1, 0, 10), (1, 1, 1, 0)])
def test_counts_below_one_are_refused(counts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        sizes_within(*counts)


def test_a_count_that_no_such_network_has_is_refused() -> None:
    with pytest.raises(ValueError, match="have 100 parameters"):
        sizes_within(500, 1, 1, 100)


@pytest.mark.parametrize("tolerance", [-0.1, 1.0, float("nan")])
def test_a_tolerance_that_is_no_share_is_refused(tolerance: float) -> None:
    with pytest.raises(ValueError, match="share"):
        sizes_within(2, 1, 1, 100, tolerance)


def test_each_network_walks_as_it_does_alone_with_its_own_falling_rate() -> None:
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(20, 2)), rng.normal(size=(20, 1))
    rates = (0.01, 0.1)

    def start() -> Network:
        return new_network([2, 4, 1], [np.random.default_rng(i) for i in range(2)], output=IDENTITY)

    def falling(rate: float) -> Callable[[int], float]:
        return lambda step: rate * (1 - step / 50)

    both = train(start(), inputs, targets, MSE, AdamEach(rates, 50), n_epochs=50).network
    for i, rate in enumerate(rates):
        alone = train(start(), inputs, targets, MSE, Adam(falling(rate)), n_epochs=50).network
        assert np.abs(both.parameters[i] - alone.parameters[i]).max() < 1e-12


@pytest.mark.parametrize("rates", [(), (0.0,), (0.1, -1.0), (float("nan"),), (float("inf"),)])
def test_rates_that_are_not_positive_are_refused(rates: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="positive"):
        AdamEach(rates, 10)


def test_steps_and_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="n_steps"):
        AdamEach((0.1,), 0)
    with pytest.raises(ValueError, match="2 rates need"):
        AdamEach((0.1, 0.2), 10).start(np.zeros((3, 4)))


def test_random_biases_fill_their_range_and_leave_the_weights() -> None:
    start = new_network([4, 400, 1], [np.random.default_rng(i) for i in range(3)])
    made = with_random_biases(start, [np.random.default_rng(i) for i in range(3)])
    for layer, reach in enumerate((1 / 2, 1 / 20)):
        assert np.array_equal(made.weights[layer], start.weights[layer])
        assert (np.abs(made.biases[layer]) <= reach).all()
    assert (made.biases[0].min(axis=1) < -0.49).all() and (made.biases[0].max(axis=1) > 0.49).all()
    assert not start.biases[0].any()
    alone = with_random_biases(
        new_network([4, 400, 1], [np.random.default_rng(1)]), [np.random.default_rng(1)]
    )
    assert np.array_equal(alone.parameters[0], made.parameters[1])


def test_random_biases_need_a_generator_for_each_network() -> None:
    many = new_network([1, 2, 1], [np.random.default_rng(i) for i in range(2)])
    for network in (many, new_network([1, 2, 1], np.random.default_rng(0))):
        with pytest.raises(ValueError, match="one for each"):
            with_random_biases(network, [np.random.default_rng(0)])
