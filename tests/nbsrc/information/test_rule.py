"""The rule of twelve bits: what no rotation changes, and what the cut does."""

import numpy as np
import pytest

from nbsrc.information.rule import corners, patterns, rotations, rule_labels, rule_values


def test_sixty_different_shuffles_keep_all_distances_and_turn_nothing_inside_out() -> None:
    points, shuffles = corners(), rotations()
    assert len(np.unique(shuffles, axis=0)) == 60
    for shuffle in shuffles:
        turn = np.linalg.lstsq(points, points[shuffle], rcond=None)[0]
        np.testing.assert_allclose(points @ turn, points[shuffle], atol=1e-12)
        assert np.linalg.det(turn) == pytest.approx(1)


def test_the_rotations_are_a_group() -> None:
    known = {tuple(shuffle) for shuffle in rotations()}
    assert all(tuple(a[b]) in known for a in rotations()[::7] for b in rotations())


@pytest.mark.parametrize("seed", range(3))
def test_no_rotation_changes_a_value_and_some_other_shuffle_does(seed: int) -> None:
    weights = np.random.default_rng(seed).normal(size=6)
    values = rule_values(weights)
    for shuffle in rotations():
        np.testing.assert_array_equal(rule_values(weights, patterns()[:, shuffle]), values)
    swapped = np.r_[1, 0, 2:12]
    assert (rule_values(weights, patterns()[:, swapped]) != values).any()


def test_powers_are_those_of_spherical_harmonics() -> None:
    """Degree 1 is three times the squared length of the sum of the burning lamps' places."""
    rows = patterns()[::37]
    lengths = np.sum((rows @ corners()) ** 2, axis=1)
    np.testing.assert_allclose(rule_values([0.0, 1.0], rows), 3 * lengths, atol=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_turning_every_lamp_over_leaves_the_answer(seed: int) -> None:
    labels = rule_labels(np.random.default_rng(seed))
    assert (labels == labels[::-1]).all()  # pattern k turned over is pattern 4095 − k


def test_both_answers_are_nearly_equally_frequent() -> None:
    shares = [rule_labels(np.random.default_rng([7, seed])).mean() for seed in range(50)]
    assert min(shares) > 0.4
    assert max(shares) <= 0.5


@pytest.mark.parametrize(
    ("weights", "rows", "said"),
    [
        ([], None, "one finite number a degree"),
        ([np.nan], None, "one finite number a degree"),
        ([1.0], [[1, 0]], r"\(n, 12\)"),
        ([1.0], [[2] * 12], "0 and 1"),
    ],
)
def test_bad_input_is_told(weights: list[float], rows: list[list[int]] | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rule_values(weights, rows)
