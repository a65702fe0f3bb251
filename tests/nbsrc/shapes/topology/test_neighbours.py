"""The nearest-neighbour layer against scikit-learn, central differences and votes by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier

from nbsrc.arrays import Array
from nbsrc.learning import Adam
from nbsrc.networks import Network, forward, new_network
from nbsrc.neurons.activations import IDENTITY
from nbsrc.shapes.topology.neighbours import (
    Votes,
    batch_vote,
    errors_by_k,
    train_by_votes,
    vote,
    vote_cost,
    vote_slopes,
)

SEEDS = st.integers(0, 10_000)


def some(seed: int, n: int = 30, d: int = 3) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    names = np.concatenate([np.arange(3), rng.integers(0, 3, n - 3)])
    return rng.normal(size=(8, d)), rng.normal(size=(n, d)), names


@given(SEEDS, st.integers(1, 30))
@settings(max_examples=20, deadline=None)
def test_shares_are_those_of_scikit_learn(seed: int, k: int) -> None:
    queries, points, names = some(seed)
    queries[0] = points[4]
    reference = KNeighborsClassifier(k, weights="distance", algorithm="kd_tree").fit(points, names)
    found = vote(queries, points, names, k, 3).shares
    assert np.allclose(found, reference.predict_proba(queries), atol=1e-9)


def cost_at(flat: Array, like: Array, names: Array, k: int) -> float:
    return vote_cost(batch_vote(flat.reshape(like.shape), names, k, 3), names)[0]


@given(SEEDS, st.sampled_from([3, 5, 11]))
@settings(max_examples=20, deadline=None)
def test_slopes_of_a_batch_are_central_differences(seed: int, k: int) -> None:
    _, points, names = some(seed, n=12)
    made = batch_vote(points, names, k, 3)
    beyond = np.sort(np.linalg.norm(points[:, None] - points, axis=2), axis=1)
    gaps = np.diff(beyond[:, k : k + 2], axis=1)
    if (gaps < 1e-3).any() or made.shares[np.arange(12), names].min() < 1e-6:
        return  # a voter is about to change, or nobody votes for the class: no slope there
    _, along = vote_cost(made, names)
    slopes = np.add(*vote_slopes(made, along)).ravel()
    h, flat = 1e-6, points.ravel()
    cost = [
        [cost_at(flat + sign * h * e, points, names, k) for e in np.eye(len(flat))]
        for sign in (1, -1)
    ]
    nudged = (np.array(cost[0]) - np.array(cost[1])) / (2 * h)
    assert np.allclose(slopes, nudged, rtol=1e-4, atol=1e-5 * (1 + np.abs(slopes).max()))


def test_of_points_equally_near_the_first_one_votes() -> None:
    points = np.array([[2.0], [1.0], [-1.0], [1.0]] + [[9.0]] * 12)
    made = vote([[0.0]], points, [0] * 16, 2, 1)
    assert made.nearest.tolist() == [[1, 2]]


def test_points_on_the_query_share_the_whole_vote_and_pull_on_nothing() -> None:
    made = vote([[0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0], [1e-9, 0.0]], [0, 1, 1], 3, 2)
    assert made.shares.tolist() == [[0.5, 0.5]]
    for slopes in vote_slopes(made, [[1.0, 0.0]]):
        assert (slopes == 0).all()


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_moving_and_scaling_everything_changes_no_share(seed: int) -> None:
    queries, points, names = some(seed)
    there = vote(queries * 7 + 1, points * 7 + 1, names, 5, 3)
    assert np.allclose(there.shares, vote(queries, points, names, 5, 3).shares)


def test_errors_for_all_k_are_those_of_each_k_alone() -> None:
    queries, points, names = some(3)
    true = some(4, n=8)[2]
    alone = [np.mean(vote(queries, points, names, k, 3).winners != true) for k in (1, 4, 9)]
    assert errors_by_k(points, names, queries, true, [1, 4, 9], 3).tolist() == alone


def test_training_lowers_the_cost_and_leaves_the_start_alone() -> None:
    _, points, names = some(1, n=60)
    start = new_network([3, 8, 2], np.random.default_rng(0), output=IDENTITY)
    before = start.parameters.copy()
    kept = train_by_votes(
        start, points, names, Adam(0.01), n_epochs=30, batch_size=30, k=5, n_classes=3,
        randomness=np.random.default_rng(1),
    )  # fmt: skip

    def cost(network: Network) -> float:
        made: Votes = batch_vote(forward(network, points).outputs, names, 5, 3)
        return vote_cost(made, names)[0]

    assert len(kept) == 31 and cost(kept[-1]) < cost(kept[0]) - 0.1
    assert (start.parameters == before).all()


@pytest.mark.parametrize(
    ("queries", "points", "labels", "k", "words"),
    [
        ([[0.0]], [[1.0], [2.0]], [0, 1], 3, "2 points"),
        ([[0.0]], [[1.0], [2.0]], [0, 1], 0, "k is 0"),
        ([[np.nan]], [[1.0]], [0], 1, "NaN"),
        ([[0.0]], [[np.inf]], [0], 1, "NaN or infinity"),
        ([[0.0, 1.0]], [[1.0]], [0], 1, "shape"),
        ([[0.0]], [[1.0], [2.0]], [0], 1, "one for each"),
        ([[0.0]], [[1.0]], [5], 1, "5"),
    ],
)
def test_bad_input_is_refused(
    queries: object, points: object, labels: object, k: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        vote(queries, points, labels, k, 2)  # type: ignore[arg-type]


def test_a_batch_has_one_neighbour_less_than_examples() -> None:
    with pytest.raises(ValueError, match="2 other examples"):
        batch_vote([[0.0], [1.0], [2.0]], [0, 1, 1], 3, 2)


def test_a_softmax_network_is_not_trained_by_votes() -> None:
    network = new_network([1, 2], np.random.default_rng(0))
    with pytest.raises(ValueError, match="softmax"):
        train_by_votes(
            network, [[0.0], [1.0]], [0, 1], Adam(), n_epochs=1, batch_size=2, k=None, n_classes=2,
            randomness=np.random.default_rng(0),
        )  # fmt: skip
