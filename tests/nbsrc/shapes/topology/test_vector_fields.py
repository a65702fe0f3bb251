"""The layer that pushes: values by hand, slopes by differences, folds and steps by search."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from nbsrc.shapes.topology.sets import disk_in_ring
from nbsrc.shapes.topology.vector_fields import (
    STEEPEST_SHARE,
    FieldNetwork,
    certified_step,
    field_gradient,
    lipschitz_bound,
    new_field_network,
    push,
    push_backward,
    push_determinant,
    push_jacobian,
    train_fields,
)

seeds = st.integers(0, 10**6)


def a_field(rng: Any, m: Any = 3, d: Any = 2) -> Any:
    return rng.normal(size=(m, d)), rng.uniform(0.3, 1.5, m), rng.normal(0, 2, (m, d))


def differences(f: Any, x: Any, nudge: Any = 1e-6) -> Any:
    """Return ∂f/∂x of a number f, entry by entry."""
    slopes = np.empty_like(x)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += nudge
        behind[i] -= nudge
        slopes[i] = (f(ahead) - f(behind)) / (2 * nudge)
    return slopes


def test_two_anchors_push_as_the_formula_says() -> None:
    anchors, widths = np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([1.0, 0.5])
    vectors = np.array([[1.0, 0.0], [0.0, 3.0]])
    f0, f1 = np.exp(-0.5), np.exp(-2.0)
    made = push(np.array([[1.0, 0.0]]), anchors, widths, vectors)
    np.testing.assert_allclose(made, [[f0 / (1 + f0 + f1), 3 * f1 / (1 + f0 + f1)]])


@settings(max_examples=40, deadline=None)
@given(seed=seeds, d=st.integers(1, 3), m=st.integers(1, 4))
def test_the_matrix_of_slopes_is_that_of_differences(seed: Any, d: Any, m: Any) -> None:
    rng = np.random.default_rng(seed)
    field, x = a_field(rng, m, d), rng.normal(size=(1, d))
    made = push_jacobian(x, *field)[0]
    for i in range(d):
        row = differences(lambda p, i=i: (p + push(p, *field))[0, i], x)
        np.testing.assert_allclose(made[i], row[0], atol=1e-7)
    if d == 2:
        np.testing.assert_allclose(push_determinant(x, *field), np.linalg.det(made), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, d=st.integers(1, 3), m=st.integers(1, 4))
def test_every_gradient_of_the_layer_is_that_of_differences(seed: Any, d: Any, m: Any) -> None:
    rng = np.random.default_rng(seed)
    (anchors, widths, vectors), points = a_field(rng, m, d), rng.normal(size=(4, d))
    aim = rng.normal(size=(4, d))

    def cost(p: Any, a: Any, s: Any, v: Any) -> Any:
        return float(np.sum(aim * np.sin(p + push(p, a, s, v))))

    error = aim * np.cos(points + push(points, anchors, widths, vectors))
    made = push_backward(points, anchors, widths, vectors, error)
    pairs = [
        (made.points, lambda p: cost(p, anchors, widths, vectors), points),
        (made.anchors, lambda a: cost(points, a, widths, vectors), anchors),
        (made.widths, lambda s: cost(points, anchors, s, vectors), widths),
        (made.vectors, lambda v: cost(points, anchors, widths, v), vectors),
    ]
    for gradient, f, x in pairs:
        np.testing.assert_allclose(gradient, differences(f, x), atol=2e-7, rtol=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_the_gradient_of_a_whole_network_is_that_of_differences(seed: Any) -> None:
    rng = np.random.default_rng(seed)
    points, labels = disk_in_ring(8, rng)
    start = new_field_network(2, 2, points, [rng])
    made = field_gradient(start, points, labels)[1]

    def cost(parameters: Any) -> Any:
        return float(field_gradient(FieldNetwork(2, 2, parameters), points, labels)[0][0])

    np.testing.assert_allclose(made, differences(cost, start.parameters), atol=1e-7)


def test_an_ensemble_trains_as_its_members_do() -> None:
    points, labels = disk_in_ring(20, np.random.default_rng(0))
    both = new_field_network(1, 2, points, [np.random.default_rng(i) for i in (1, 2)])
    alone = FieldNetwork(1, 2, both.parameters[[1]])
    trained = [train_fields(n, points, labels, n_epochs=20)[0].parameters for n in (both, alone)]
    np.testing.assert_allclose(trained[0][1], trained[1][0], atol=1e-10)


def test_training_lowers_the_cost_and_keeps_what_is_asked_for() -> None:
    points, labels = disk_in_ring(40, np.random.default_rng(0))
    start = new_field_network(1, 2, points, [np.random.default_rng(1)])
    trained, epochs, states = train_fields(start, points, labels, n_epochs=60, record=[0, 30])
    assert epochs.tolist() == [0, 30, 60]
    np.testing.assert_array_equal(states[0], start.parameters)
    np.testing.assert_array_equal(states[-1], trained.parameters)
    assert field_gradient(trained, points, labels)[0] < field_gradient(start, points, labels)[0]


def test_the_steepest_share_is_the_largest() -> None:
    found = minimize_scalar(lambda t: -t / (1 + np.exp(t * t / 2)), bounds=(0, 5), method="bounded")
    assert pytest.approx(-found.fun, abs=1e-9) == STEEPEST_SHARE


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_no_two_points_are_driven_together_faster_than_the_bound(seed: Any) -> None:
    rng = np.random.default_rng(seed)
    anchors, widths, vectors = a_field(rng)
    one, two = rng.normal(0, 2, (2, 50, 2))
    apart = np.linalg.norm(one - two, axis=1)
    pushed = push(one, anchors, widths, vectors) - push(two, anchors, widths, vectors)
    bound = lipschitz_bound(widths, vectors)
    assert (np.linalg.norm(pushed, axis=1) <= bound * apart + 1e-12).all()
    np.testing.assert_allclose(certified_step(widths, vectors) * bound, 1)


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_below_the_certified_step_no_place_is_folded(seed: Any) -> None:
    rng = np.random.default_rng(seed)
    anchors, widths, vectors = a_field(rng)
    step = 0.99 * certified_step(widths, vectors)
    grid = np.stack(np.meshgrid(*[np.linspace(-4, 4, 41)] * 2), axis=-1).reshape(-1, 2)
    assert push_determinant(grid, anchors, widths, step * vectors).min() > 0


def test_one_anchor_folds_from_an_arrow_of_three_and_a_half_widths() -> None:
    # along the arrow det J = 1 − ‖v‖/s · t / 4cosh²(t²/4), steepest where t² tanh(t²/4) = 1
    t = np.linspace(0, 4, 4001)
    limit = 1 / np.max(t / (4 * np.cosh(t**2 / 4) ** 2))
    assert limit == pytest.approx(3.594, abs=0.001)
    line = np.column_stack([np.linspace(-3, 3, 6001), np.zeros(6001)])
    for length, folded in ((0.99 * limit, False), (1.01 * limit, True)):
        field = np.zeros((1, 2)), np.array([0.7]), np.array([[0.7 * length, 0.0]])
        assert (push_determinant(line, *field).min() < 0) == folded


def test_no_vector_no_push() -> None:
    assert certified_step([1.0], [[0.0, 0.0]]) == np.inf
    assert (push(np.ones((2, 2)), np.zeros((1, 2)), np.ones(1), np.zeros((1, 2))) == 0).all()


@pytest.mark.parametrize(
    ("widths", "vectors"),
    [([0.0], [[1.0, 0.0]]), ([1.0, 1.0], [[1.0, 0.0]]), ([1.0], [[np.nan, 0.0]]), ([1.0], [1.0])],
)
def test_bad_fields_raise(widths: Any, vectors: Any) -> None:
    with pytest.raises(ValueError):
        lipschitz_bound(widths, vectors)


def test_bad_networks_points_and_labels_raise() -> None:
    rng = np.random.default_rng(0)
    start = new_field_network(1, 2, np.eye(3)[:, :2], [rng])
    for points, labels in (
        (np.full((2, 2), np.nan), [0, 1]),
        (np.ones((2, 3)), [0, 1]),
        (np.ones((2, 2)), [0, 1, 1]),
        (np.ones((2, 2)), [0, 2]),
    ):
        with pytest.raises(ValueError):
            field_gradient(start, points, labels)
    for wrong in (np.zeros(5), np.full(13, np.nan)):
        with pytest.raises(ValueError):
            FieldNetwork(1, 2, wrong)
    for layers, anchors, generators in ((1, 4, [rng]), (1, 2, []), (0, 2, [rng])):
        with pytest.raises(ValueError):
            new_field_network(layers, anchors, np.eye(3)[:, :2], generators)
