"""The perceptron rule: against a plain loop, scikit-learn, and its theorem."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron

from nbsrc import data
from nbsrc.neurons import logic, perceptron


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 40), st.floats(0.02, 0.6), st.integers(2, 6), st.integers(0, 10_000))
def test_the_number_of_mistakes_never_exceeds_novikoffs_bound(
    n: int, margin: float, n_features: int, index: int
) -> None:
    points, labels, normal = data.separable_points(n, margin, n_features, index)
    run = perceptron.train_perceptron(points, labels)
    assert run.converged
    assert run.n_updates <= perceptron.mistake_bound(points, labels, normal)
    assert (labels * (points @ run.weights[-1]) > 0).all()


def test_it_ends_at_the_weights_of_scikit_learns_perceptron() -> None:
    points, labels, _ = data.separable_points(60, 0.05, 3, index=4)
    run = perceptron.train_perceptron(points, labels)
    reference = Perceptron(fit_intercept=False, shuffle=False, tol=None, max_iter=1000)
    reference.fit(points, labels)
    np.testing.assert_allclose(run.weights[-1], reference.coef_[0], atol=1e-12)


def test_each_update_adds_the_point_that_was_wrong() -> None:
    points, labels, _ = data.separable_points(30, 0.05, index=1)
    run = perceptron.train_perceptron(points, labels)
    for before, after, row in zip(run.weights, run.weights[1:], run.causes, strict=False):
        assert labels[row] * (points[row] @ before) <= 0
        np.testing.assert_array_equal(after, before + labels[row] * points[row])


def test_it_stops_at_the_limit_where_no_line_separates() -> None:
    corners = perceptron.with_constant(np.array(logic.CORNERS, dtype=float))
    run = perceptron.train_perceptron(corners, np.array([-1, 1, 1, -1]), max_updates=500)
    assert (run.n_updates, run.converged) == (500, False)


def float_weights_after_passes(
    points: np.ndarray, labels: Sequence[int], n_passes: int
) -> np.ndarray:
    """Follow the rule in floating point, by its textbook form."""
    weights, after = np.zeros(points.shape[1]), []
    for _ in range(n_passes):
        for x, label in zip(points, labels, strict=True):
            if label * (x @ weights) <= 0:
                weights = weights + label * x
        after.append(weights)
    return np.array(after)


small = st.integers(-3, 3)


@given(st.lists(st.tuples(small, small, st.sampled_from([-1, 1])), min_size=2, max_size=6))
def test_the_exact_cycle_is_the_shortest_in_which_the_float_rule_comes_back(
    examples: list[tuple[int, int, int]],
) -> None:
    points, labels = [(x, y, 1) for x, y, _ in examples], [label for *_, label in examples]
    n_passes = perceptron.exact_cycle(points, labels, max_passes=3000)
    after = float_weights_after_passes(np.array(points, float), labels, 4000)[-200:]
    longest = n_passes or 1  # a rule that has settled comes back after every pass
    assert longest <= 100
    np.testing.assert_array_equal(after[:-longest], after[longest:])
    for fewer in range(1, longest):
        assert (after[:-fewer] != after[fewer:]).any()


def test_the_rule_goes_round_xor_and_settles_on_and() -> None:
    corners = [(*corner, 1) for corner in logic.CORNERS]
    assert perceptron.exact_cycle(corners, [-1, 1, 1, -1]) == 1
    assert perceptron.exact_cycle(corners, [-1, -1, -1, 1]) == 0


@pytest.mark.parametrize("labels", [[0, 1], [1, 2]])
def test_labels_other_than_plus_and_minus_one_are_refused(labels: list[int]) -> None:
    with pytest.raises(ValueError, match=r"\+1 and -1"):
        perceptron.train_perceptron(np.eye(2), np.array(labels))


def test_a_separator_that_does_not_separate_has_no_bound() -> None:
    with pytest.raises(ValueError, match="does not separate"):
        perceptron.mistake_bound(np.eye(2), np.array([1, -1]), np.array([-1.0, 1.0]))
