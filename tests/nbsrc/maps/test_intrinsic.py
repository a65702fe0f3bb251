"""Dimensions of known shapes: what the estimators find, keep, and miss."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_swiss_roll
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from nbsrc.maps.intrinsic import (
    components_for,
    decimated,
    gaussian_like,
    neighbour_ratios,
    principal_components,
    relative_contrast,
    shuffled,
    twonn,
    twonn_by_line,
)


def sphere(d: int, n: int, seed: int) -> np.ndarray:
    points = np.random.default_rng(seed).normal(size=(n, d + 1))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def circle(n: int, seed: int) -> np.ndarray:
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi, n)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def roll(n: int, seed: int) -> np.ndarray:
    return make_swiss_roll(n, random_state=seed)[0]


@pytest.mark.parametrize("estimate", [twonn, twonn_by_line])
@pytest.mark.parametrize(
    ("shape", "d"),
    [
        (lambda n, s: np.random.default_rng(s).uniform(size=(n, 2)), 2),
        (lambda n, s: np.random.default_rng(s).uniform(size=(n, 4)), 4),
        (circle, 1),
        (lambda n, s: sphere(2, n, s), 2),
        (lambda n, s: sphere(5, n, s), 5),
        (roll, 2),
    ],
)
def test_known_shapes(estimate: Any, shape: Any, d: int) -> None:
    found = [estimate(shape(1500, seed)) for seed in range(3)]
    assert np.mean(found) == pytest.approx(d, rel=0.12)


def test_many_dimensions_are_underrated() -> None:
    found = twonn(np.random.default_rng(0).uniform(size=(1500, 64)))
    assert 25 < found < 45


def test_ratios_are_those_of_a_neighbour_search() -> None:
    points = np.random.default_rng(1).normal(size=(1203, 3))  # more than one block of rows
    distances = NearestNeighbors(n_neighbors=3).fit(points).kneighbors(points)[0]
    assert np.allclose(neighbour_ratios(points), distances[:, 2] / distances[:, 1])


def test_the_likelihood_is_greatest_at_the_estimate() -> None:
    points = np.random.default_rng(2).normal(size=(300, 3))
    logs = np.log(neighbour_ratios(points))

    def likelihood(d: float) -> float:
        return float(len(logs) * np.log(d) - (d + 1) * logs.sum())

    best = twonn(points) * 300 / 299
    assert likelihood(best) >= max(likelihood(best * q) for q in (0.95, 0.999, 1.001, 1.05))


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(1e-3, 1e3), seed=st.integers(0, 99))
def test_moving_turning_scaling_and_reordering_change_nothing(scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(80, 3))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    moved = scale * (points @ turn + [1, -2, 3])[rng.permutation(80)]
    wider = np.column_stack([moved, np.full((80, 4), 7.0)])
    assert twonn(wider) == pytest.approx(twonn(points), rel=1e-6)
    assert twonn_by_line(wider) == pytest.approx(twonn_by_line(points), rel=1e-6)
    assert np.median(relative_contrast(moved)) == pytest.approx(
        np.median(relative_contrast(points)), rel=1e-6
    )


def test_noise_raises_the_dimension_most_at_the_smallest_scale() -> None:
    rng = np.random.default_rng(3)
    clean = np.column_stack([rng.uniform(size=(1600, 2)), np.zeros((1600, 18))])
    noisy = clean + 0.02 * rng.normal(size=clean.shape)
    all_, part = decimated(noisy, [1600, 100], rng, 4).mean(axis=1)
    assert twonn(clean) < 2.3
    assert all_ > part + 1 > twonn(clean)


def test_components_are_those_of_scikit_learn() -> None:
    points = np.random.default_rng(4).normal(size=(50, 6)) @ np.diag([5, 4, 3, 2, 1, 0.5])
    mean, components, variances = principal_components(points)
    theirs = PCA().fit(points)
    assert np.allclose(mean, theirs.mean_)
    assert np.allclose(np.abs(components), np.abs(theirs.components_))
    assert np.allclose(variances, theirs.explained_variance_ * 49 / 50)
    assert (components[np.arange(6), np.abs(components).argmax(axis=1)] > 0).all()


def test_components_for_a_share() -> None:
    assert [components_for(np.array([1.0, 2, 7]), s) for s in (0.7, 0.71, 0.9, 1)] == [1, 2, 2, 3]
    assert components_for(np.array([1.0, 0, 0]), 1) == 1


def test_contrast_by_search() -> None:
    points = np.random.default_rng(5).uniform(size=(20, 4))
    far = [
        [np.linalg.norm(p - q) for j, q in enumerate(points) if j != i]
        for i, p in enumerate(points)
    ]
    assert np.allclose(relative_contrast(points), [(max(f) - min(f)) / min(f) for f in far])


def test_contrast_falls_with_the_dimension() -> None:
    rng = np.random.default_rng(6)
    contrast = [np.median(relative_contrast(rng.uniform(size=(200, d)))) for d in (2, 10, 100)]
    assert contrast[0] > 2 * contrast[1] > 4 * contrast[2]


def test_rivals_keep_what_they_should() -> None:
    rng = np.random.default_rng(7)
    points = rng.normal(size=(4000, 3)) @ np.array([[1.0, 1, 0], [0, 1, 1], [0, 0, 2]])
    mixed, normal = shuffled(points, rng), gaussian_like(points, rng)
    assert np.array_equal(np.sort(mixed, axis=0), np.sort(points, axis=0))
    assert np.abs(np.corrcoef(mixed.T) - np.eye(3)).max() < 0.08
    assert np.allclose(np.cov(normal.T), np.cov(points.T), atol=0.4)
    assert np.allclose(normal.mean(axis=0), points.mean(axis=0), atol=0.15)


def test_bad_input_is_named() -> None:
    rng = np.random.default_rng(8)
    for measure in (neighbour_ratios, twonn, twonn_by_line, relative_contrast):
        with pytest.raises(ValueError, match="at least 3"):
            measure(np.zeros((2, 2)))
        with pytest.raises(ValueError, match="finite"):
            measure(np.array([[0.0], [1], [np.nan]]))
        with pytest.raises(ValueError, match="one place"):
            measure(np.array([[0.0], [1], [1]]))
        with pytest.raises(ValueError, match="n_points"):
            measure(np.zeros(4))
    square = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    for estimate in (twonn, twonn_by_line):
        with pytest.raises(ValueError, match="equally far"):
            estimate(square)
    with pytest.raises(ValueError, match="discarded"):
        twonn_by_line(rng.normal(size=(9, 2)), 1.0)
    with pytest.raises(ValueError, match="sizes"):
        decimated(square, [5], rng)
    with pytest.raises(ValueError, match="share"):
        components_for(np.array([1.0]), 0)
    with pytest.raises(ValueError, match="share"):
        components_for(np.zeros(3), 0.5)
