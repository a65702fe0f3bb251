"""t-SNE: affinities, cost and gradient against definitions, differences and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.manifold import TSNE
from sklearn.manifold._t_sne import _joint_probabilities

from nbsrc.maps.tsne import (
    affinities,
    divergence,
    gradient,
    learning_rate,
    neighbour_probabilities,
    perplexity_of,
    squared_distances,
    tsne,
)


def cloud(n: int = 40, d: int = 6, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def test_squared_distances_are_those_of_scipy_in_batches_too() -> None:
    points = cloud(24).reshape(2, 12, 6)
    for one, found in zip(points, squared_distances(points), strict=True):
        np.testing.assert_allclose(found, cdist(one, one, "sqeuclidean"), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(1.5, 15), st.floats(1e-3, 1e3))
def test_every_row_has_the_perplexity_asked_for(seed: int, wanted: float, unit: float) -> None:
    rows = neighbour_probabilities(squared_distances(unit * cloud(20, 3, seed)), wanted)
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    np.testing.assert_allclose(perplexity_of(rows), wanted, rtol=1e-6)
    assert (np.diag(rows) == 0).all()


def test_a_row_is_a_gaussian_of_the_distances() -> None:
    squared = squared_distances(cloud())
    row = neighbour_probabilities(squared, 8.0)[5]
    others = np.arange(len(row)) != 5
    slope, rest = np.polyfit(squared[5][others], np.log(row[others]), 1)
    assert slope < 0
    np.testing.assert_allclose(slope * squared[5][others] + rest, np.log(row[others]), atol=1e-8)


def test_affinities_are_those_of_scikit_learn() -> None:
    points = cloud()
    squared = squared_distances(points)
    theirs = _joint_probabilities(squared.astype(np.float32), 10.0, 0)
    ours = affinities(points, 10.0)[np.triu_indices(len(points), 1)]
    np.testing.assert_allclose(ours, theirs, atol=2e-7)
    np.testing.assert_allclose(affinities(points, 10.0).sum(), 1)


def test_the_gradient_is_that_of_differences() -> None:
    pull, places = affinities(cloud(12), 4.0), cloud(12, 2, 7)
    found, step = gradient(pull, places), 1e-6
    for i, axis in np.ndindex(places.shape):
        nudge = np.zeros_like(places)
        nudge[i, axis] = step
        slope = (divergence(pull, places + nudge) - divergence(pull, places - nudge)) / (2 * step)
        assert found[i, axis] == pytest.approx(float(slope), abs=1e-8)


def test_the_cost_falls_once_the_exaggeration_is_over() -> None:
    pull = affinities(cloud(), 8.0)
    maps = tsne(pull, 1e-4 * cloud(40, 2, 1), 400, [0, 100, 150, 200, 300, 400])
    costs = divergence(pull, maps)
    assert (np.diff(costs[1:]) < 1e-3).all()
    assert costs[-1] < 0.7 * costs[0]


def test_the_cost_ends_where_that_of_scikit_learn_ends() -> None:
    groups = np.repeat([0, 6, 12], 20)[:, None]
    points = cloud(60, 5) + groups
    pull = affinities(points, 10.0)
    ours = min(float(divergence(pull, tsne(pull, 1e-4 * cloud(60, 2, s), 600))) for s in range(3))
    theirs = TSNE(perplexity=10, method="exact", init="random", random_state=0).fit(points)
    assert ours == pytest.approx(theirs.kl_divergence_, rel=0.15, abs=0.05)


def test_runs_side_by_side_are_the_runs_one_by_one() -> None:
    pull = np.stack([affinities(cloud(30), p) for p in (3.0, 9.0)])
    start = 1e-4 * cloud(60, 2).reshape(2, 30, 2)
    both = tsne(pull, start, 40, [10, 40])
    for run in range(2):
        np.testing.assert_allclose(tsne(pull[run], start[run], 40), both[1, run], rtol=1e-6)


def test_the_rate_follows_the_number_of_points() -> None:
    assert (learning_rate(100, 12), learning_rate(48_000, 12)) == (50, 1000)


@pytest.mark.parametrize("perplexity", [1.0, 39.0, 80.0, 0.5])
def test_an_impossible_perplexity_is_refused(perplexity: float) -> None:
    with pytest.raises(ValueError, match="perplexity is"):
        affinities(cloud(), perplexity)


def test_bad_input_is_refused_before_any_work() -> None:
    broken = cloud()
    broken[3, 1] = np.nan
    with pytest.raises(ValueError, match="finite"):
        affinities(broken, 5.0)
    with pytest.raises(ValueError, match="square table"):
        neighbour_probabilities(np.zeros((3, 4)), 2.0)
    with pytest.raises(ValueError, match="NaN"):
        neighbour_probabilities(np.full((5, 5), np.nan), 2.0)
    with pytest.raises(ValueError, match="do not fit"):
        tsne(affinities(cloud(), 5.0), np.zeros((7, 2)))
    with pytest.raises(ValueError, match="NaN"):
        tsne(affinities(cloud(), 5.0), np.full((40, 2), np.inf))
    with pytest.raises(ValueError, match="keep"):
        tsne(affinities(cloud(), 5.0), cloud(40, 2), 10, [11])
