"""Layers that push: a vector field moves every point a little, more so near its anchors.

Olah (2014) proposes, for two anchors, to learn a field that says which way to push the data,

    F(x) = (v₀ f₀(x) + v₁ f₁(x)) / (1 + f₀(x) + f₁(x)),

with vectors v and Gaussian bumps f. Here fₖ(x) = exp(−‖x − aₖ‖² / 2sₖ²) with anchor aₖ and width
sₖ, for any number of anchors, and the layer is x ↦ x + F(x). Anchors have the shape ``(m, d)``,
widths ``(m,)``, vectors ``(m, d)``, points ``(n, d)``; all may have ``n_networks`` in front.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import expit

from nbsrc.arrays import Array, as_array
from nbsrc.learning.optimisers import Adam

_TURN = float(brentq(lambda t: t * t - 1 - np.exp(-t * t / 2), 1, 2))
STEEPEST_SHARE = _TURN / (1 + float(np.exp(_TURN * _TURN / 2)))
"""The largest t / (1 + e^(t²/2)), which is ‖∇f‖ / (1 + f) of a bump of width 1 at distance t."""


def bumps(points: Any, anchors: Any, widths: Any) -> Any:
    """Return the heights fₖ(x) of all bumps at all points, of shape ``(..., n, m)``.

    >>> bumps(np.array([[0.0, 0.0], [1.0, 0.0]]), np.zeros((1, 2)), np.array([1.0])).round(4)
    array([[1.    ],
           [0.6065]])
    """
    points, anchors, widths = (as_array(a) for a in (points, anchors, widths))
    offsets = points[..., :, None, :] - anchors[..., None, :, :]
    return np.exp(-np.sum(offsets**2, axis=-1) / (2 * widths[..., None, :] ** 2))


def push(points: Any, anchors: Any, widths: Any, vectors: Any) -> Any:
    """Return F(x), the way each point is pushed, of the points' shape.

    >>> push(np.zeros((1, 2)), np.zeros((1, 2)), np.ones(1), np.array([[3.0, 0.0]]))
    array([[1.5, 0. ]])
    """
    heights = bumps(points, anchors, widths)
    return (heights / (1 + np.sum(heights, axis=-1, keepdims=True))) @ as_array(vectors)


def push_jacobian(points: Any, anchors: Any, widths: Any, vectors: Any) -> Any:
    """Return the slopes ∂(x + F)ᵢ/∂xⱼ of the layer at each point, of shape ``(..., n, d, d)``.

    F is a mean of the vectors and of 0, with weights fₖ and 1, so it leans to vₖ as fₖ grows:
    ∂F/∂fₖ = (vₖ − F) / (1 + Σf).

    >>> push_jacobian(np.zeros((1, 2)), np.zeros((1, 2)), np.ones(1), np.array([[3.0, 0.0]]))
    array([[[1., 0.],
            [0., 1.]]])
    """
    points, anchors, widths, vectors = (as_array(a) for a in (points, anchors, widths, vectors))
    heights = bumps(points, anchors, widths)
    shares = heights / (1 + np.sum(heights, axis=-1, keepdims=True))
    offsets = points[..., :, None, :] - anchors[..., None, :, :]
    slopes = -(shares / widths[..., None, :] ** 2)[..., None] * offsets
    leaning = vectors[..., None, :, :] - (shares @ vectors)[..., :, None, :]
    return leaning.mT @ slopes + np.eye(points.shape[-1])


def push_determinant(points: Any, anchors: Any, widths: Any, vectors: Any) -> Any:
    """Return det J of the layer at points of the plane: below 0 the sheet lies folded over.

    >>> field = np.array([[0.0, 0.0]]), np.array([1.0]), np.array([[8.0, 0.0]])
    >>> push_determinant(np.array([[0.0, 0.0], [1.4, 0.0]]), *field).round(2)
    array([ 1.  , -1.22])
    """
    slopes = push_jacobian(points, anchors, widths, vectors)
    return slopes[..., 0, 0] * slopes[..., 1, 1] - slopes[..., 0, 1] * slopes[..., 1, 0]


class FieldGradients(NamedTuple):
    """∂C/∂(anchors), ∂C/∂(widths), ∂C/∂(vectors), summed over the points, and ∂C/∂(points)."""

    anchors: Array
    widths: Array
    vectors: Array
    points: Array


def push_backward(
    points: Array, anchors: Array, widths: Array, vectors: Array, error: Array
) -> FieldGradients:
    """Carry ∂C/∂y, ``error`` of the points' shape, back through y = x + F(x).

    >>> one = np.ones((1, 2))
    >>> push_backward(one, one, np.ones(1), one, np.array([[2.0, 0.0]])).vectors
    array([[1., 0.]])
    """
    offsets = points[..., :, None, :] - anchors[..., None, :, :]
    squares = np.einsum("...nmd,...nmd->...nm", offsets, offsets)
    heights = np.exp(-squares / (2 * widths[..., None, :] ** 2))
    shares = heights / (1 + np.sum(heights, axis=-1, keepdims=True))
    pushed = shares @ vectors
    lean = error @ vectors.mT - np.sum(error * pushed, axis=-1, keepdims=True)
    pull = lean * shares / widths[..., None, :] ** 2  # ∂C/∂fₖ · fₖ / sₖ²
    by_offset = pull[..., None] * offsets
    return FieldGradients(
        np.sum(by_offset, axis=-3),
        np.sum(pull * squares, axis=-2) / widths,
        shares.mT @ error,
        error - np.sum(by_offset, axis=-2),
    )


def steepest_push(widths: Any, vectors: Any) -> Any:
    """Return a number that F's slope exceeds nowhere: V · c · Σ 1/sₖ.

    F lies among the vectors and 0, so ‖vₖ − F‖ is at most V, the largest distance among these; and
    ‖∇fₖ‖ / (1 + Σf) is at most c/sₖ, c being `STEEPEST_SHARE`.

    >>> round(float(steepest_push(np.array([0.5]), np.array([[1.0, 0.0]]))), 3)
    0.786
    """
    widths, vectors = as_array(widths), as_array(vectors)
    ends = np.concatenate([vectors, np.zeros_like(vectors[..., :1, :])], axis=-2)
    apart = np.linalg.norm(ends[..., :, None, :] - ends[..., None, :, :], axis=-1)
    return np.max(apart, axis=(-2, -1)) * STEEPEST_SHARE * np.sum(1 / widths, axis=-1)


def lipschitz_bound(widths: ArrayLike, vectors: ArrayLike) -> Array:
    """Return `steepest_push` of numbers that have been checked.

    Where it is below 1, x + F(x) is a homeomorphism of the whole space: two images are never closer
    than (1 − bound) times the points' distance, and y = x + F(x) is solved by iterating
    x ← y − F(x), a contraction (Behrmann et al. 2019, Theorem 1). Raises ``ValueError`` for widths
    that are not positive, vectors that are not finite, and shapes that do not fit.

    >>> round(float(lipschitz_bound([0.5], [[1.0, 0.0]])), 3)
    0.786
    """
    bound: Array = steepest_push(*_checked_field(widths, vectors))
    return bound


def certified_step(widths: ArrayLike, vectors: ArrayLike) -> Array:
    """Return a step h such that x + t·F(x) is a homeomorphism for every t from 0 to below h.

    It is sufficient, not necessary; infinite where all vectors are 0. Raises as `lipschitz_bound`.

    >>> round(float(certified_step([0.5], [[1.0, 0.0]])), 2)
    1.27
    """
    bound = lipschitz_bound(widths, vectors)
    with np.errstate(divide="ignore"):
        step: Array = np.divide(1.0, bound)
    return step


def _checked_field(widths: ArrayLike, vectors: ArrayLike) -> tuple[Array, Array]:
    spreads, arrows = np.asarray(widths, float), np.asarray(vectors, float)
    if arrows.ndim < 2 or spreads.shape != arrows.shape[:-1]:
        raise ValueError(f"widths {spreads.shape} do not fit vectors {arrows.shape}: one for each")
    if not (np.isfinite(spreads).all() and np.isfinite(arrows).all() and (spreads > 0).all()):
        raise ValueError("widths must be positive and vectors finite")
    return spreads, arrows


@dataclass(frozen=True, eq=False)
class FieldNetwork:
    """Field layers one after another, then one sigmoid unit; or an ensemble of such networks.

    ``parameters`` is ``(n_parameters,)`` or ``(n_networks, n_parameters)``: layer by layer the
    anchors, the logarithms of the widths and the vectors, then the sigmoid's weights and its bias.
    """

    n_layers: int
    n_anchors: int
    parameters: Array
    n_features: int = 2

    def __post_init__(self) -> None:
        expected = field_parameters(self.n_layers, self.n_anchors, self.n_features)
        if self.parameters.ndim not in (1, 2) or self.parameters.shape[-1] != expected:
            raise ValueError(
                f"parameters have shape {self.parameters.shape}; {self.n_layers} field layers of "
                f"{self.n_anchors} anchors need ({expected},), or (n_networks, {expected})"
            )
        if not np.isfinite(self.parameters).all():
            raise ValueError("parameters contain NaN or infinity")

    def layer(self, index: int) -> tuple[Array, Array, Array]:
        """Return anchors, widths and vectors of one layer, counted from 0."""
        m, d = self.n_anchors, self.n_features
        start = index * m * (2 * d + 1)
        flat = self.parameters[..., start : start + m * (2 * d + 1)]
        lead = flat.shape[:-1]
        return (
            flat[..., : m * d].reshape(*lead, m, d),
            np.exp(flat[..., m * d : m * d + m]),
            flat[..., m * d + m :].reshape(*lead, m, d),
        )

    def representations(self, points: ArrayLike) -> list[Array]:
        """Return the points as they are, and as each layer leaves them, ``(..., n, d)`` each."""
        made = [_checked_points(points, self.n_features)]
        for index in range(self.n_layers):
            made.append(made[-1] + push(made[-1], *self.layer(index)))
        return made

    def predict(self, points: ArrayLike) -> Array:
        """Return the sigmoid's answer at each point, of shape ``(..., n)``."""
        return self._answer(self.representations(points)[-1])

    def determinants(self, points: ArrayLike) -> Array:
        """Return det J of each layer where it meets the points, ``(n_layers, ..., n)``."""
        made = self.representations(points)[:-1]
        return np.array([push_determinant(x, *self.layer(i)) for i, x in enumerate(made)])

    def _answer(self, representation: Array) -> Array:
        d = self.n_features
        weights, bias = self.parameters[..., -d - 1 : -1], self.parameters[..., -1:]
        answer: Array = expit((representation @ weights[..., None])[..., 0] + bias)
        return answer


def field_parameters(n_layers: int, n_anchors: int, n_features: int = 2) -> int:
    """Return the number of parameters of a `FieldNetwork`.

    >>> field_parameters(2, 3)
    33
    """
    return n_layers * n_anchors * (2 * n_features + 1) + n_features + 1


def new_field_network(
    n_layers: int,
    n_anchors: int,
    points: ArrayLike,
    generators: Sequence[np.random.Generator],
    width: float = 0.5,
) -> FieldNetwork:
    """Return an ensemble: anchors drawn from the points, as Olah proposes, and small vectors.

    Raises ``ValueError`` for no generators, layers or anchors, or fewer points than anchors.

    >>> field = new_field_network(2, 3, np.eye(4)[:, :2], [np.random.default_rng(0)])
    >>> field.parameters.shape
    (1, 33)
    """
    rows = np.asarray(points, float)
    if not generators or n_layers < 1 or not 1 <= n_anchors <= len(rows) or not width > 0:
        raise ValueError(
            f"{len(generators)} generators, {n_layers} layers, {n_anchors} anchors among "
            f"{len(rows)} points, width {width}: give at least one of each, and a positive width"
        )
    d, made = rows.shape[-1], []
    for rng in generators:
        parts = []
        for _ in range(n_layers):
            chosen = rows[rng.choice(len(rows), n_anchors, replace=False)]
            parts += [chosen.ravel(), np.full(n_anchors, np.log(width))]
            parts.append(rng.normal(0, 0.3, n_anchors * d))
        parts.append(np.append(rng.normal(0, 1, d), 0.0))
        made.append(np.concatenate(parts))
    return FieldNetwork(n_layers, n_anchors, np.array(made), d)


def field_gradient(
    network: FieldNetwork, points: ArrayLike, labels: ArrayLike
) -> tuple[Array, Array]:
    """Return the mean cross-entropy on points with labels of 0 and 1, and its whole gradient."""
    answers = np.asarray(labels, float)
    made = network.representations(points)
    if answers.shape != made[0].shape[-2:-1] or not np.isin(answers, (0, 1)).all():
        raise ValueError(f"labels {answers.shape} for points {made[0].shape}: one each, 0 or 1")
    answer = network._answer(made[-1])
    likely = np.clip(np.where(answers == 1, answer, 1 - answer), 1e-300, None)
    delta = (answer - answers) / len(answers)
    weights = network.parameters[..., -network.n_features - 1 : -1]
    last = np.concatenate(
        [(delta[..., None, :] @ made[-1])[..., 0, :], delta.sum(axis=-1, keepdims=True)], axis=-1
    )
    error, pieces = delta[..., None] * weights[..., None, :], [last]
    for index in reversed(range(network.n_layers)):
        anchors, widths, vectors = network.layer(index)
        slopes = push_backward(made[index], anchors, widths, vectors, error)
        lead = slopes.widths.shape[:-1]
        flat = [slopes.anchors.reshape(*lead, -1), slopes.widths * widths]
        pieces = [*flat, slopes.vectors.reshape(*lead, -1), *pieces]
        error = slopes.points
    return -np.mean(np.log(likely), axis=-1), np.concatenate(pieces, axis=-1)


def train_fields(
    network: FieldNetwork,
    points: ArrayLike,
    labels: ArrayLike,
    *,
    n_epochs: int,
    rate: float = 0.03,
    record: Iterable[int] = (),
) -> tuple[FieldNetwork, NDArray[np.intp], Array]:
    """Train by backpropagation and Adam on all points at once.

    Returns the network, the recorded epochs (the last always), and the parameters at each. Raises
    ``ValueError`` for points or labels that do not fit.

    >>> points, labels = np.array([[0.0, 0.0], [1.0, 1.0]]), [0, 1]
    >>> start = new_field_network(1, 1, points, [np.random.default_rng(0)])
    >>> train_fields(start, points, labels, n_epochs=300)[0].predict(points).round()
    array([[0., 1.]])
    """
    parameters, wanted = network.parameters.copy(), frozenset(record)
    rule, kept = Adam(rate).start(parameters), []
    moving = FieldNetwork(network.n_layers, network.n_anchors, parameters, network.n_features)
    for epoch in range(n_epochs):
        if epoch in wanted:
            kept.append((epoch, parameters.copy()))
        rule(field_gradient(moving, points, labels)[1], rate)
    kept.append((n_epochs, parameters.copy()))
    epochs, states = zip(*kept, strict=True)
    return moving, np.array(epochs, dtype=np.intp), np.array(states)


def _checked_points(points: ArrayLike, n_features: int) -> Array:
    rows = np.asarray(points, float)
    if rows.ndim < 2 or rows.shape[-1] != n_features or not np.isfinite(rows).all():
        raise ValueError(
            f"points have shape {rows.shape}; give finite rows of {n_features} numbers"
        )
    return rows


__all__ = [
    "STEEPEST_SHARE",
    "FieldGradients",
    "FieldNetwork",
    "bumps",
    "certified_step",
    "field_gradient",
    "field_parameters",
    "lipschitz_bound",
    "new_field_network",
    "push",
    "push_backward",
    "push_determinant",
    "push_jacobian",
    "steepest_push",
    "train_fields",
]
