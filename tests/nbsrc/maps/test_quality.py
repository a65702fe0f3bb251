"""What a map keeps: against scikit-learn, SciPy, and maps whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.manifold import trustworthiness as theirs

from nbsrc.maps.quality import (
    clumping,
    continuity,
    distance_order,
    gaps,
    neighbour_ranks,
    neighbours_kept,
    pair_distances,
    spreads,
    stress,
    trustworthiness,
)


def cloud(n: int = 40, d: int = 6, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_trustworthiness_is_that_of_scikit_learn(seed: int, k: int) -> None:
    points, places = cloud(30, 5, seed), cloud(30, 2, seed + 1)
    expected = theirs(points, places, n_neighbors=k)
    assert trustworthiness(points, places, k) == pytest.approx(expected)
    assert continuity(places, points, k) == pytest.approx(expected)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 10), st.floats(0, 6))
def test_a_turned_and_enlarged_copy_keeps_everything(seed: int, size: float, turn: float) -> None:
    points = cloud(20, 2, seed)
    spun = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    places = size * points @ spun + 3
    assert neighbours_kept(points, places, 4) == 1
    assert trustworthiness(points, places, 4) == continuity(points, places, 4) == 1
    assert distance_order(points, places) == pytest.approx(1)
    assert stress(points, places) == pytest.approx(0, abs=1e-6)


def test_ranks_count_neighbours_and_never_oneself() -> None:
    points = cloud()
    points[1] = points[0]  # twins: still not oneself
    ranks = neighbour_ranks(points)
    assert (np.diag(ranks) == 0).all()
    assert (np.sort(ranks, axis=1) == np.arange(40)).all()


def test_a_map_that_knows_nothing_keeps_no_more_than_its_share() -> None:
    points = cloud(100, 5)
    kept = [neighbours_kept(points, cloud(100, 2, seed), 10) for seed in range(20)]
    assert np.mean(kept) == pytest.approx(10 / 99, abs=0.01)


def test_distances_and_their_order_are_those_of_scipy() -> None:
    points, places = cloud(), cloud(40, 2, 9)
    np.testing.assert_allclose(pair_distances(points), pdist(points))
    expected = spearmanr(pdist(points), pdist(places)).statistic
    assert distance_order(points, places) == pytest.approx(expected)


def test_stress_is_least_at_the_best_scale() -> None:
    points, places = cloud(), cloud(40, 2, 9)
    true, shown = pdist(points), pdist(places)
    trials = [((s * shown - true) ** 2).sum() / (true**2).sum() for s in np.linspace(0, 9, 2001)]
    assert stress(points, places) == pytest.approx(np.sqrt(min(trials)), rel=1e-4)


def test_sizes_and_gaps_of_groups_are_those_of_their_centres() -> None:
    points = np.array([[0.0, 1], [0, -1], [7, 4], [7, -4]])
    groups = np.array([4, 4, 9, 9])
    np.testing.assert_allclose(spreads(points, groups), [1, 4])
    np.testing.assert_allclose(gaps(points, groups), [7])


def test_clumps_clump_and_a_lattice_does_not() -> None:
    lattice = np.argwhere(np.ones((9, 9))).astype(float)
    pairs = np.repeat(lattice, 3, axis=0) + 0.01 * cloud(243, 2)
    assert clumping(lattice, 4) == pytest.approx(1)
    assert clumping(pairs, 4) > 20


@pytest.mark.parametrize("k", [0, 20, 50])
def test_too_many_neighbours_are_refused(k: int) -> None:
    with pytest.raises(ValueError, match="k is"):
        neighbours_kept(cloud(), cloud(40, 2), k)


def test_bad_input_is_refused() -> None:
    broken = cloud(40, 2)
    broken[0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        trustworthiness(cloud(), broken)
    with pytest.raises(ValueError, match="row for each point"):
        distance_order(cloud(), cloud(39, 2))
    with pytest.raises(ValueError, match="one group"):
        spreads(cloud(), np.zeros(3, int))
