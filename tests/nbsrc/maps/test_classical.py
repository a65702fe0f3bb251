"""PCA, MDS and Isomap as maps: on data whose right map is known."""

import warnings
from typing import Any

import numpy as np
import pytest

from nbsrc.maps.classical import isomap, mds_map, pca_map
from nbsrc.maps.quality import pair_distances, stress


def sheet_in_space() -> np.ndarray:
    flat = np.random.default_rng(1).normal(size=(30, 2))
    return flat @ np.linalg.qr(np.random.default_rng(2).normal(size=(5, 2)))[0].T


@pytest.mark.parametrize("draw", [pca_map, mds_map])
def test_a_flat_sheet_keeps_its_distances(draw: Any) -> None:
    points = sheet_in_space()
    assert stress(points, draw(points)) < 1e-3


def test_pca_shows_a_shadow_so_no_distance_grows() -> None:
    points = np.random.default_rng(0).normal(size=(20, 6))
    assert (pair_distances(pca_map(points)) <= pair_distances(points) + 1e-9).all()


def test_isomap_unrolls_an_arc() -> None:
    angle = np.linspace(0, 5, 40)
    arc = np.column_stack([np.cos(angle), np.sin(angle), 0 * angle])
    assert abs(np.corrcoef(angle, isomap(arc, 3)[:, 0])[0, 1]) > 0.9999


def test_isomap_joins_pieces_without_a_word() -> None:
    pieces = np.random.default_rng(0).normal(size=(30, 3)) + np.repeat([0, 90], 15)[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(isomap(pieces, 4)).all()


@pytest.mark.parametrize("draw", [pca_map, mds_map, isomap])
def test_bad_points_are_refused(draw: Any) -> None:
    with pytest.raises(ValueError, match="finite points"):
        draw(np.array([[1.0, np.nan], [0, 0], [1, 1]]))


def test_too_many_neighbours_are_refused() -> None:
    with pytest.raises(ValueError, match="k is 30"):
        isomap(sheet_in_space(), 30)
