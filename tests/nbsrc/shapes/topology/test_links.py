"""Links: crossings against Gauss's integral, known links, and what leaves a link as it is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nbsrc.shapes.topology.links import (
    borromean,
    closed_polygon,
    colouring_determinant,
    crossings,
    gauss_linking,
    hopf,
    least_distance,
    linking_number,
    side_distances,
    torus_link,
    unlink,
    whitehead,
)

seeds = st.integers(0, 2**32 - 1)


def random_pair(seed: Any, n: Any = 8, m: Any = 6) -> Any:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 3)), rng.normal(size=(m, 3))


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_gauss_integral_is_the_count_of_crossings(seed: Any) -> None:
    a, b = random_pair(seed)
    assume(least_distance(a, b) > 1e-6)
    assert_allclose(gauss_linking(a, b), linking_number(a, b), atol=1e-7)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_linking_number_is_that_of_sampled_discs_pierced(seed: Any) -> None:
    # independent: b against the fan of triangles that a spans, a disc with signed hits
    a, b = random_pair(seed)
    apex, hits = a.mean(axis=0), 0
    for p, p2 in zip(a, np.roll(a, -1, axis=0), strict=True):
        normal = np.cross(p - apex, p2 - apex)
        for q, q2 in zip(b, np.roll(b, -1, axis=0), strict=True):
            low, high = (q - apex) @ normal, (q2 - apex) @ normal
            if low * high < 0:
                at = q + (q2 - q) * low / (low - high) - apex
                inside = np.linalg.lstsq(np.column_stack([p - apex, p2 - apex]), at, rcond=None)[0]
                if inside.min() > 0 and inside.sum() < 1:
                    hits += 1 if high > low else -1
    assert linking_number(a, b) == hits


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_mirror_and_orientation_flip_the_sign_and_invertible_maps_keep_it(seed: Any) -> None:
    a, b = random_pair(seed)
    n = linking_number(a, b)
    assert linking_number(b, a) == n
    assert linking_number(a[::-1], b) == -n
    assert linking_number(a * [1, 1, -1], b * [1, 1, -1]) == -n
    w = np.random.default_rng(seed + 1).normal(size=(3, 3))
    assume(abs(np.linalg.det(w)) > 0.05)
    assert linking_number(a @ w + 2, b @ w + 2) == n * np.sign(np.linalg.det(w))


def test_known_links() -> None:
    assert linking_number(*hopf(31)) == 1
    assert linking_number(*unlink(31)) == 0
    assert linking_number(*whitehead(90)) == 0
    assert [linking_number(*torus_link(k, 150)) for k in (1, 2, 3, 4)] == [1, 2, 3, 4]
    rings = borromean(60)
    assert all(linking_number(rings[i], rings[j]) == 0 for i, j in ((0, 1), (0, 2), (1, 2)))


def test_colouring_determinants_are_those_of_the_tables() -> None:
    # L2a1, L4a1, L5a1 and L6a4 of the tables: 2, 4, 8, 16; a trefoil: 3
    assert colouring_determinant(hopf(40)) == 2
    assert colouring_determinant(torus_link(2, 120)) == 4
    assert colouring_determinant(whitehead(90)) == 8
    assert colouring_determinant(borromean(60)) == 16
    assert colouring_determinant(unlink(40)) == 0
    t = 2 * np.pi * np.arange(80) / 80
    radius = 2 + np.cos(3 * t)
    trefoil = np.column_stack([radius * np.cos(2 * t), radius * np.sin(2 * t), np.sin(3 * t)])
    assert colouring_determinant([trefoil]) == 3
    assert colouring_determinant([unlink(40)[0]]) == 1


@given(seeds)
@settings(max_examples=8, deadline=None)
def test_colouring_determinant_is_that_of_the_turned_link(seed: Any) -> None:
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    assert colouring_determinant([c @ turn for c in whitehead(60)]) == 8


def test_crossings_lie_one_over_the_other() -> None:
    a, b = hopf(50)
    found = crossings(a, b)
    sides = [np.roll(c, -1, axis=0) - c for c in (a, b)]
    on_a = a[found.first] + found.along[:, :1] * sides[0][found.first]
    on_b = b[found.second] + found.along[:, 1:] * sides[1][found.second]
    way = on_b - on_a
    assert_allclose(np.cross(way, found.view), 0, atol=1e-9)
    assert ((way @ found.view > 0) == found.second_above).all()


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_least_distance_is_that_of_a_fine_sample(seed: Any) -> None:
    a, b = random_pair(seed, 5, 4)
    t = np.linspace(0, 1, 60)[:, None, None]
    fine = [((1 - t) * c + t * np.roll(c, -1, axis=0)).reshape(-1, 3) for c in (a, b)]
    sampled = np.linalg.norm(fine[0][:, None] - fine[1][None], axis=-1).min()
    exact = least_distance(a, b)
    assert exact <= sampled + 1e-12
    assert sampled - exact < 0.1
    assert side_distances(a, b).shape == (5, 4)


def test_curves_that_touch_have_no_linking_number() -> None:
    a, b = hopf(40)
    touching = b - b[0] + a[3]
    assert least_distance(a, touching) < 1e-15
    for count in (linking_number, crossings):
        with pytest.raises(ValueError, match="touch"):
            count(a, touching)
    with pytest.raises(ValueError, match="touch"):
        gauss_linking(a, b - b[0] + a[0])


@pytest.mark.parametrize(
    "bad", [np.zeros((2, 3)), np.zeros((5, 2)), np.full((4, 3), np.nan), np.zeros(3)]
)
def test_what_is_no_closed_curve_is_refused(bad: Any) -> None:
    good = hopf(10)[0]
    for asked in (linking_number, gauss_linking, crossings):
        with pytest.raises(ValueError, match=r"curve"):
            asked(bad, good)
    with pytest.raises(ValueError, match=r"curve"):
        closed_polygon(bad)


def test_dimensions_must_agree() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        least_distance(hopf(5)[0], hopf(5)[0][:, :2])


def test_a_ring_lifted_into_a_fourth_dimension_is_as_far_as_it_is_lifted() -> None:
    a, b = hopf(20)
    touching = b - b[0] + a[0]
    lifted = [np.column_stack([c, np.full(20, h)]) for c, h in ((a, 0), (touching, 0.7))]
    assert_allclose(least_distance(*lifted), 0.7)


def test_corners_that_coincide_change_nothing() -> None:
    a, b = hopf(20)
    assert linking_number(np.repeat(a, 2, axis=0), np.repeat(b, 3, axis=0)) == 1


def test_sides_on_one_axis_that_miss_each_other_do_not_cross() -> None:
    a = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0]])
    b = np.array([[2.0, 0, 0], [3, 0, 0], [3, 0, 1]])
    assert linking_number(a, b) == 0
    with pytest.raises(ValueError, match="touch"):
        linking_number(a, b - [1.5, 0, 0])
