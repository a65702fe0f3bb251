"""Maps laid upon one another, against SciPy's Procrustes analysis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import procrustes
from sklearn.decomposition import PCA

from nbsrc.maps.alignment import aligned, aligned_in_turn, principal_map, to_unit


@given(st.integers(0, 99), st.sampled_from([2, 3]))
def test_a_map_is_turned_and_mirrored_as_scipy_does_it_and_never_bent(seed: int, m: int) -> None:
    one, other = np.random.default_rng(seed).normal(size=(2, 9, m))
    found = aligned(one, other)
    theirs = procrustes(to_unit(other), to_unit(one))[1]
    assert found / np.linalg.norm(found) == pytest.approx(theirs / np.linalg.norm(theirs))
    gaps = [np.linalg.norm(p[:, None] - p[None], axis=-1) for p in (found, to_unit(one))]
    assert gaps[0] == pytest.approx(gaps[1])


def test_maps_are_aligned_one_after_the_other() -> None:
    first = np.random.default_rng(1).normal(size=(6, 2))
    laid = aligned_in_turn([first, first @ [[0, 1], [1, 0]], 5 * first + 3])
    assert laid[1] == pytest.approx(laid[0])
    assert laid[2] == pytest.approx(laid[0])


def test_principal_axes_are_scikit_learns_up_to_sign() -> None:
    points = np.random.default_rng(2).normal(size=(20, 5))
    theirs = PCA(2).fit_transform(points)
    assert np.abs(principal_map(points)) == pytest.approx(np.abs(theirs))


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        to_unit(np.array([[np.inf, 0.0]]))
    with pytest.raises(ValueError, match="no size"):
        to_unit(np.ones((3, 2)))
    with pytest.raises(ValueError, match="do not fit"):
        aligned(np.ones((3, 2)), np.ones((4, 2)))
