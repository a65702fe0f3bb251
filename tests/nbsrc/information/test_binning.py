"""Edges lie where their strategy says, every value is in one bin, every row has its own label."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.information.binning import (
    STRATEGIES,
    bin_edges,
    bin_numbers,
    binned_labels,
    clipped_share,
    row_labels,
)

SEEDS = st.integers(0, 2**32 - 1)


def by_hand(value: float, edges: np.ndarray) -> int:
    """The rule, word by word."""
    if value < edges[0]:
        return 0
    for j in range(len(edges) - 2):
        if edges[j] <= value < edges[j + 1]:
            return j
    return len(edges) - 2


@pytest.mark.parametrize("even", [True, False])
@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 40))
def test_each_value_is_where_the_rule_puts_it(even: bool, seed: int, n_bins: int) -> None:
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.normal(0, 10, 2))
    edges = np.linspace(low, high, n_bins + 1)
    if not even:
        edges = np.sort(np.concatenate([edges[:1], edges[:1], rng.normal(0, 10, n_bins)]))
    next_to = np.concatenate([edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)])
    values = np.concatenate([next_to, rng.normal(0, 10, 30), [-1e9, 1e9]])
    wanted = [by_hand(value, edges) for value in values]
    assert bin_numbers(values, edges).tolist() == wanted


def test_an_edge_belongs_to_the_bin_above_it_and_the_last_to_the_last_bin() -> None:
    edges = bin_edges([0.0], 4, "fixed")
    assert bin_numbers([-1, -0.5, 0, 0.5, 1], edges).tolist() == [0, 1, 2, 3, 3]
    assert bin_numbers(np.nextafter([-0.5, 0, 0.5], -2), edges).tolist() == [0, 1, 2]
    assert bin_numbers([-9, 9], edges).tolist() == [0, 3]


def test_thirty_bins_between_minus_one_and_one() -> None:
    edges = bin_edges([0.0], 30, "fixed")
    assert len(edges) == 31
    assert np.diff(edges) == pytest.approx(2 / 30)
    centres = (edges[1:] + edges[:-1]) / 2
    assert bin_numbers(centres, edges).tolist() == list(range(30))


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 12), st.integers(1, 4), st.sampled_from(["unit", "unit quantile"]))
def test_units_have_bins_of_their_own(seed: int, n_bins: int, units: int, strategy: str) -> None:
    values = np.random.default_rng(seed).normal(size=(2, 25, units)) ** 3
    edges = bin_edges(values, n_bins, strategy)
    assert edges.shape == (2, units, n_bins + 1)
    bins = bin_numbers(values, edges)
    assert bins.shape == values.shape
    for place in np.ndindex(2, units):
        alone = values[place[0], :, place[1]]
        assert edges[place][[0, -1]] == pytest.approx([alone.min(), alone.max()])
        wanted = [by_hand(value, edges[place]) for value in alone]
        assert bins[place[0], :, place[1]].tolist() == wanted
        if strategy == "unit quantile":
            counts = np.bincount(wanted, minlength=n_bins)
            assert counts.max() - counts.min() <= 1


def test_global_bins_span_all_units_and_epochs() -> None:
    values = np.arange(24.0).reshape(2, 3, 4)
    assert bin_edges(values, 23, "global") == pytest.approx(np.arange(24))
    assert bin_edges(values, 1, "quantile") == pytest.approx([0, 23])
    counts = np.bincount(bin_numbers(values, bin_edges(values, 6, "quantile")).ravel())
    assert counts.tolist() == [4] * 6


def test_a_constant_unit_falls_into_one_bin() -> None:
    values = np.column_stack([np.full(5, 0.3), np.arange(5.0)])
    for strategy in STRATEGIES:
        bins = bin_numbers(values, bin_edges(values, 3, strategy))
        assert len(set(bins[:, 0].tolist())) == 1
    assert len(set(bin_numbers([2.0, 2.0], bin_edges([2.0, 2.0], 7)).tolist())) == 1


def test_clipped_values_are_counted() -> None:
    relu = np.array([[0.0, 0.5], [1.0, 1.5], [2.0, 40.0]])
    assert clipped_share(relu, bin_edges(relu, 30, "fixed")) == pytest.approx(3 / 6)
    assert clipped_share(relu, bin_edges(relu, 30, "global")) == 0
    assert clipped_share(relu, bin_edges(relu, 30, "unit")) == 0
    assert clipped_share(relu, np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]])) == pytest.approx(1 / 6)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 12), st.sampled_from([1, 2, 30, 1_000_000]))
def test_rows_share_a_label_where_they_are_equal(seed: int, units: int, radix: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, radix, (3, 40, units))
    rows[:, 20:] = rows[:, rng.integers(0, 20, 20)]  # many are met again
    labels = row_labels(rows)
    for alone, own in zip(labels, rows, strict=True):
        wanted = np.unique(own, axis=0, return_inverse=True)[1].ravel()
        assert alone.tolist() == wanted.tolist()


def test_labels_are_those_of_the_rows_of_bins() -> None:
    values = np.random.default_rng(7).uniform(-1, 1, (4, 60, 3))
    edges = bin_edges(values, 3, "fixed")
    labels = binned_labels(values, edges)
    assert labels.shape == (4, 60)
    assert (labels == row_labels(bin_numbers(values, edges))).all()
    assert (labels[2] == binned_labels(values[2], edges)).all()
    units = bin_edges(values, 3, "unit")
    assert (binned_labels(values, units)[1] == binned_labels(values[1], units[1])).all()
    assert binned_labels(values[0], units).shape == (4, 60)


def test_many_networks_in_blocks_are_as_one_by_one() -> None:
    values = np.random.default_rng(9).normal(size=(7, 3, 900, 4))
    for strategy in STRATEGIES:
        edges = bin_edges(values, 5, strategy)
        labels = binned_labels(values, edges)
        for place in np.ndindex(7, 3):
            own = edges[place] if edges.ndim > 1 else edges
            assert (labels[place] == binned_labels(values[place], own)).all()


def test_a_layer_of_five_hundred_units_does_not_collide() -> None:
    rows = np.random.default_rng(8).integers(0, 30, (50, 500))
    rows[1] = rows[0]
    rows[1, 3] += 1  # one bin of one early unit
    assert len(set(row_labels(rows).tolist())) == 50


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bin_edges([1.0], 3, "best"), "strategy"),
        (lambda: bin_edges([1.0], 0), "n_bins"),
        (lambda: bin_edges([1.0], 2.5), "n_bins"),  # type: ignore[arg-type]
        (lambda: bin_edges([], 3), "empty"),
        (lambda: bin_edges([1.0, np.nan], 3), "finite"),
        (lambda: bin_edges([1.0], 3, "fixed", low=1, high=-1), "low"),
        (lambda: bin_edges([1.0, 2.0], 3, "unit"), "n_units"),
        (lambda: bin_numbers([np.inf], [0.0, 1.0]), "finite"),
        (lambda: bin_numbers([0.0], [0.0]), "two"),
        (lambda: bin_numbers([0.0], [1.0, 0.0]), "fall"),
        (lambda: bin_numbers([[0.0]], [[0.0, 1.0], [0.0, 1.0]]), "shape"),
        (lambda: binned_labels([0.0, 1.0], [0.0, 1.0]), "shape"),
        (lambda: row_labels([[0.5]]), "whole"),
        (lambda: row_labels([[-1]]), "negative"),
    ],
)
def test_bad_input_is_one_clear_error(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=words):
        call()
