"""Curves through layers: the bound holds on fine samples, and what is certified is right."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nbsrc.shapes.topology.curve_images import circle, keep_apart, through_tanh
from nbsrc.shapes.topology.links import hopf, linking_number


def layers(seed: Any, count: Any, scale: Any) -> Any:
    rng = np.random.default_rng(seed)
    return list(rng.normal(size=(count, 3, 3)) * scale), list(rng.normal(size=(count, 3)))


def ring(n: Any) -> Any:
    return hopf(n)[1]


@given(st.integers(0, 10**6), st.floats(0.2, 4))
@settings(max_examples=30, deadline=None)
def test_true_image_is_within_the_bound_of_every_side(seed: Any, scale: Any) -> None:
    weights, biases = layers(seed, 3, scale)
    coarse, parts = 24, 20
    true = ring(coarse * parts)
    for followed, w, b in zip(
        through_tanh(circle(ring(coarse)), weights, biases), weights, biases, strict=True
    ):
        true = np.tanh(true @ w + b)
        share = (np.arange(parts) / parts)[None, :, None]
        corners = followed.corners
        side = (1 - share) * corners[:, None] + share * np.roll(corners, -1, axis=0)[:, None]
        off = np.abs(true.reshape(coarse, parts, 3) - side)
        assert (off <= followed.off[:, None] + 1e-12).all()


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_what_keeps_apart_has_the_linking_number_of_the_theorem(seed: Any) -> None:
    weights, biases = layers(seed, 2, 1.0)
    sign = 1
    pair = [through_tanh(circle(c), weights, biases) for c in hopf(120)]
    for w, a, b in zip(weights, *pair, strict=True):
        sign *= int(np.sign(np.linalg.det(w)))
        if keep_apart(a, b):
            assert linking_number(a.corners, b.corners) == sign


def test_curves_that_meet_are_not_certified() -> None:
    a = circle(ring(30))
    assert not keep_apart(a, a)
