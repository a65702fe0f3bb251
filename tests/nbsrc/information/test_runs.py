"""Training on the rule: what is kept, who saw what, and that a replay gives the same numbers."""

import numpy as np
import pytest

from nbsrc.information.runs import Runs, train_on_rule


@pytest.fixture(scope="module")
def runs() -> Runs:
    return train_on_rule("test", n_networks=2, n_epochs=6, n_checkpoints=4)


def test_checkpoints_reach_from_the_start_to_the_end(runs: Runs) -> None:
    assert runs.epochs[0] == 0 and runs.epochs[-1] == 6
    shapes = [layer.shape for layer in runs.activations(0)]
    assert shapes == [(2, 4096, size) for size in (10, 7, 5, 4, 3, 2)]


def test_each_network_sees_its_own_share(runs: Runs) -> None:
    assert runs.seen.sum(axis=1).tolist() == [round(0.85 * 4096)] * 2
    assert (runs.seen[0] != runs.seen[1]).any()


def test_accuracy_counts_what_was_seen_or_not(runs: Runs) -> None:
    right = np.argmax(runs.activations(3)[-1], axis=-1) == runs.labels
    seen, unseen = runs.accuracy(3, on_seen=True), runs.accuracy(3)
    n_seen = runs.seen.sum(axis=1)
    total = (seen * n_seen + unseen * (4096 - n_seen)) / 4096
    np.testing.assert_allclose(total, right.mean(axis=1))


def test_a_network_alone_is_the_same_as_in_an_ensemble(runs: Runs) -> None:
    alone = train_on_rule("test", n_networks=1, n_epochs=6, n_checkpoints=4)
    np.testing.assert_array_equal(alone.history.parameters[:, 0], runs.history.parameters[:, 0])


def test_named_epochs_are_kept_beside_the_first_and_the_last() -> None:
    named = train_on_rule("test", n_networks=1, n_epochs=5, keep=[1, 3])
    assert named.epochs.tolist() == [0, 1, 3, 5]


def test_shuffled_answers_are_as_many_and_elsewhere(runs: Runs) -> None:
    shuffled = train_on_rule("test", n_networks=1, n_epochs=1, n_checkpoints=2, shuffled=True)
    assert shuffled.labels.sum() == runs.labels.sum()
    assert 0.4 < np.mean(shuffled.labels == runs.labels) < 0.6


def test_bad_input_is_told() -> None:
    with pytest.raises(ValueError, match="to train and to test"):
        train_on_rule("test", share=1.0)
    with pytest.raises(ValueError, match="checkpoints"):
        train_on_rule("test", n_checkpoints=1)
