"""The perceptron rule: against a plain loop, scikit-learn, and its theorem."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron

from nbsrc import data
from nbsrc.neurons import logic, perceptron


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 40), st.floats(0.02, 0.6), st.integers(2, 6), st.integers(0, 10_000))
def test_the_number_of_mistakes_never_exceeds_novikoffs_bound(n, margin, n_features, index):
    points, labels, normal = data.separable_points(n, margin, n_features, index)
    run = perceptron.train_perceptron(points, labels)
    assert run.converged
    assert run.n_updates <= perceptron.mistake_bound(points, labels, normal)
    assert (labels * (points @ run.weights[-1]) > 0).all()


def test_it_ends_at_the_weights_of_scikit_learns_perceptron():
    points, labels, _ = data.separable_points(60, 0.05, 3, index=4)
    run = perceptron.train_perceptron(points, labels)
    reference = Perceptron(fit_intercept=False, shuffle=False, tol=None, max_iter=1000)
    reference.fit(points, labels)
    np.testing.assert_allclose(run.weights[-1], reference.coef_[0], atol=1e-12)


def test_each_update_adds_the_point_that_was_wrong():
    points, labels, _ = data.separable_points(30, 0.05, index=1)
    run = perceptron.train_perceptron(points, labels)
    for before, after, row in zip(run.weights, run.weights[1:], run.causes, strict=False):
        assert labels[row] * (points[row] @ before) <= 0
        np.testing.assert_array_equal(after, before + labels[row] * points[row])


def test_it_stops_at_the_limit_where_no_line_separates():
    corners = perceptron.with_constant(np.array(logic.CORNERS, dtype=float))
    run = perceptron.train_perceptron(corners, np.array([-1, 1, 1, -1]), max_updates=500)
    assert (run.n_updates, run.converged) == (500, False)


def test_the_exact_cycle_is_the_one_that_the_float_rule_runs_through():
    corners = [(*corner, 1) for corner in logic.CORNERS]
    labels = [-1, 1, 1, -1]
    passes = perceptron.exact_cycle(corners, labels)
    run = perceptron.train_perceptron(np.array(corners, float), np.array(labels), max_updates=400)
    visited = [tuple(w) for w in run.weights]
    assert passes > 0 and len(set(visited)) < 100 and len(visited) == 401


def test_no_cycle_is_reported_where_the_rule_settles():
    corners = [(*corner, 1) for corner in logic.CORNERS]
    assert perceptron.exact_cycle(corners, [-1, -1, -1, 1]) == 0


@pytest.mark.parametrize("labels", [[0, 1], [1, 2]])
def test_labels_other_than_plus_and_minus_one_are_refused(labels):
    with pytest.raises(ValueError, match=r"\+1 and -1"):
        perceptron.train_perceptron(np.eye(2), np.array(labels))


def test_a_separator_that_does_not_separate_has_no_bound():
    with pytest.raises(ValueError, match="does not separate"):
        perceptron.mistake_bound(np.eye(2), np.array([1, -1]), np.array([-1.0, 1.0]))
