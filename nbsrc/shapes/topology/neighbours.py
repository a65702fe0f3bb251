"""The k-nearest-neighbour layer: a vote among the nearest examples, each with weight 1/distance.

The share of class c in the vote at a query q is

    v_c = Σ [label of j is c] / d_j  ÷  Σ 1 / d_j,    d_j = ‖q − p_j‖,

both sums over the k points p_j that are nearest to q. It has slopes along the query and along every
neighbour, so a network below it can be trained for it. In training each example of a batch is
judged by the others of its own batch, itself left out (Olah 2014, k-nearest-neighbour layers). A
leave-one-out vote to learn from is older, with weights exp(−d²) (Goldberger et al. 2004;
Salakhutdinov and Hinton 2007).

Two rules for what the formula leaves open. Of points equally near, those given first count as
nearer. Where points coincide with the query, they share the whole vote equally and all others have
none, which is the limit of the formula; a coinciding pair pulls on nothing, its slope is taken as
0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from nbsrc.arrays import Array
from nbsrc.learning.backpropagation import backward_from
from nbsrc.learning.optimisers import Optimiser, rate_at
from nbsrc.networks.network import Network, forward
from nbsrc.networks.targets import checked_labels
from nbsrc.neurons.activations import SOFTMAX

LEAST_SHARE = 1e-9
"""What a share is taken as at least before its logarithm, where no neighbour is of the class."""
TOUCHING = 1e-100
"""Points that are no further apart coincide; beyond it, 1/d³ is a number."""


@dataclass(frozen=True, eq=False)
class Votes:
    """A vote at each of m queries among n points, opened up.

    ``shares`` (m, n_classes) add up to 1 in each row; ``nearest`` (m, k) are the voters, the
    nearest first; ``distances`` and ``weights`` (m, k) are theirs. Weights of coinciding voters are
    1, and 0 for the others of that row.
    """

    queries: Array
    points: Array
    labels: NDArray[np.intp]
    shares: Array
    nearest: NDArray[np.intp]
    distances: Array
    weights: Array

    @property
    def winners(self) -> NDArray[np.intp]:
        """The class with the largest share at each query, (m,); the first of several."""
        return np.asarray(np.argmax(self.shares, axis=1), dtype=np.intp)


def vote(queries: ArrayLike, points: ArrayLike, labels: ArrayLike, k: int, n_classes: int) -> Votes:
    """Return the vote of the k nearest of ``points`` (n, d) at each of ``queries`` (m, d).

    ``labels`` (n,) are whole numbers from 0 to ``n_classes`` − 1. Raises ``ValueError`` for shapes
    that do not fit, NaN or infinity, and fewer points than neighbours.

    >>> made = vote([[0.0]], [[1.0], [-2.0], [4.0], [9.0]], [0, 1, 1, 0], k=3, n_classes=2)
    >>> made.weights, made.shares.round(3)
    (array([[1.  , 0.5 , 0.25]]), array([[0.571, 0.429]]))
    """
    q, p, names = _checked(queries, points, labels, n_classes)
    _check_k(k, len(p), "points")
    return _voted(q, p, names, cdist(q, p), k, n_classes)


def batch_vote(representation: ArrayLike, labels: ArrayLike, k: int, n_classes: int) -> Votes:
    """Return the vote at each example of a batch (n, d) among the others, itself left out.

    Raises as :func:`vote`, and where ``k`` is not less than n.

    >>> batch_vote([[0.0], [1.0], [3.0]], [0, 0, 1], k=2, n_classes=2).shares.round(2)
    array([[0.75, 0.25],
           [0.67, 0.33],
           [1.  , 0.  ]])
    """
    q, _, names = _checked(representation, representation, labels, n_classes)
    _check_k(k, len(q) - 1, "other examples in the batch")
    distances = cdist(q, q)
    np.fill_diagonal(distances, np.inf)
    return _voted(q, q, names, distances, k, n_classes)


def vote_slopes(made: Votes, upstream: ArrayLike) -> tuple[Array, Array]:
    """Return how a number changes with the queries (m, d) and the points (n, d).

    ``upstream`` (m, n_classes) is how it changes with the shares. Who the voters are is taken as
    given: where two points change places as the k-th and the next, the vote jumps and has no
    slope. For a :func:`batch_vote`, add the two: an example is a query and a voter.
    """
    along = np.asarray(upstream, float)
    if along.shape != made.shares.shape:
        raise ValueError(f"upstream has shape {along.shape}; the shares have {made.shares.shape}")
    d, weights = made.distances, made.weights
    apart = d.min(axis=1, keepdims=True) > TOUCHING
    of_voter = np.take_along_axis(along, made.labels[made.nearest], axis=1)
    mean = np.sum(along * made.shares, axis=1, keepdims=True)
    by_weight = (of_voter - mean) / weights.sum(axis=1, keepdims=True)
    # the weight 1/d falls by 1/d² with d, and d grows by (q − p)/d with q
    factor = np.where(apart, -by_weight / np.where(apart, d, 1.0) ** 3, 0.0)
    factors = np.zeros((len(made.queries), len(made.points)))
    np.put_along_axis(factors, made.nearest, factor, axis=1)
    by_query = made.queries * factors.sum(axis=1)[:, None] - factors @ made.points
    by_point = made.points * factors.sum(axis=0)[:, None] - factors.T @ made.queries
    return by_query, by_point


def vote_cost(made: Votes, labels: ArrayLike) -> tuple[float, Array]:
    """Return the mean of −ln(share of the true class), and its slope along the shares.

    ``labels`` (m,) are the queries' own. A share below ``LEAST_SHARE`` counts as that, and has no
    slope.

    >>> made = vote([[0.0]], [[1.0], [-2.0], [4.0]], [0, 1, 1], k=3, n_classes=2)
    >>> cost, along = vote_cost(made, [0])
    >>> round(cost, 4), along
    (0.5596, array([[-1.75,  0.  ]]))
    """
    n_classes = made.shares.shape[1]
    true = checked_labels(labels, n_classes)
    if true.shape != (len(made.shares),):
        raise ValueError(f"labels have shape {true.shape}; there are {len(made.shares)} queries")
    rows = np.arange(len(true))
    share = made.shares[rows, true]
    along = np.zeros_like(made.shares)
    along[rows, true] = np.where(share > LEAST_SHARE, -1 / np.maximum(share, LEAST_SHARE), 0.0)
    cost = float(-np.log(np.maximum(share, LEAST_SHARE)).mean())
    return cost, along / len(true)


def train_by_votes(
    network: Network,
    inputs: ArrayLike,
    labels: ArrayLike,
    optimiser: Optimiser,
    *,
    n_epochs: int,
    batch_size: int,
    k: int | None,
    n_classes: int,
    randomness: np.random.Generator,
) -> list[Network]:
    """Return the network after each epoch, the start included, trained under the vote.

    Its outputs are the representation; softmax there is refused. Each example is judged by the
    ``k`` nearest others of its batch (None: by all of them). The examples left over by the last
    batch of an epoch wait for the next one. Raises ``ValueError`` before any work for what does not
    fit.
    """
    rows, names = np.asarray(inputs, float), checked_labels(labels, n_classes)
    _check_run(network, rows, names, n_epochs, batch_size)
    voters = batch_size - 1 if k is None else k
    _check_k(voters, batch_size - 1, "other examples in the batch")
    moving = network.with_parameters(network.parameters.copy())
    rule, kept, step = optimiser.start(moving.parameters), [network], 0
    for _ in range(n_epochs):
        order = randomness.permutation(len(rows))
        for at in range(0, len(rows) - batch_size + 1, batch_size):
            chosen = order[at : at + batch_size]
            passed = forward(moving, rows[chosen])
            made = batch_vote(passed.outputs, names[chosen], voters, n_classes)
            _, along = vote_cost(made, names[chosen])
            slope = np.add(*vote_slopes(made, along))
            last = slope * network.activations[-1].derivative(passed.pre_activations[-1])
            gradient = backward_from(moving, passed, last).parameters
            rule(gradient, rate_at(optimiser.learning_rate, step))
            step += 1
        kept.append(network.with_parameters(moving.parameters.copy()))
    return kept


def _voted(
    q: Array, p: Array, names: NDArray[np.intp], distances: Array, k: int, n_classes: int
) -> Votes:
    nearest = _nearest(distances, k)
    d = np.take_along_axis(distances, nearest, axis=1)
    touching = d <= TOUCHING
    touched = touching.any(axis=1, keepdims=True)
    weights = np.where(touched, touching.astype(float), 1 / np.where(touching, 1.0, d))
    shares = np.zeros((len(q), n_classes))
    rows = np.broadcast_to(np.arange(len(q))[:, None], nearest.shape)
    np.add.at(shares, (rows, names[nearest]), weights)
    shares /= weights.sum(axis=1, keepdims=True)
    return Votes(q, p, names, shares, nearest, d, weights)


def _nearest(distances: Array, k: int) -> NDArray[np.intp]:
    """Return the places of the k smallest entries of each row, in order; ties go to the first."""
    if k < distances.shape[1] // 4:
        some = np.sort(np.argpartition(distances, k - 1, axis=1)[:, :k], axis=1)
        near = np.take_along_axis(distances, some, axis=1)
        tied = np.count_nonzero(distances <= near.max(axis=1, keepdims=True), axis=1) > k
        order = np.argsort(near, axis=1, kind="stable")
        made = np.take_along_axis(some, order, axis=1)
        made[tied] = np.argsort(distances[tied], axis=1, kind="stable")[:, :k]
        return made
    return np.argsort(distances, axis=1, kind="stable")[:, :k]


def _checked(
    queries: ArrayLike, points: ArrayLike, labels: ArrayLike, n_classes: int
) -> tuple[Array, Array, NDArray[np.intp]]:
    q, p = np.asarray(queries, float), np.asarray(points, float)
    names = checked_labels(labels, n_classes).astype(np.intp)
    if q.ndim != 2 or p.ndim != 2 or q.shape[1] != p.shape[1] or not q.size:
        raise ValueError(
            f"queries have shape {q.shape} and points {p.shape}; give (m, d) and (n, d)"
        )
    if names.shape != (len(p),):
        raise ValueError(f"labels have shape {names.shape}; give one for each of {len(p)} points")
    if not (np.isfinite(q).all() and np.isfinite(p).all()):
        raise ValueError("queries or points contain NaN or infinity")
    return q, p, names


def _check_k(k: int, available: int, what: str) -> None:
    if not 1 <= k <= available:
        raise ValueError(f"k is {k}; there are {available} {what}, so give 1 to {available}")


def _check_run(
    network: Network, rows: Array, names: NDArray[np.integer], n_epochs: int, batch_size: int
) -> None:
    if network.activations[-1] is SOFTMAX or network.n_networks is not None:
        raise ValueError("give one network whose last activation acts on single units, not softmax")
    if rows.ndim != 2 or rows.shape[1] != network.sizes[0] or names.shape != (len(rows),):
        raise ValueError(
            f"inputs have shape {rows.shape}, labels {names.shape}; "
            f"this network needs (n, {network.sizes[0]}) and (n,)"
        )
    if not np.isfinite(rows).all():
        raise ValueError("inputs contain NaN or infinity")
    if n_epochs < 0 or not 2 <= batch_size <= len(rows):
        raise ValueError(
            f"n_epochs is {n_epochs} and batch_size {batch_size}; "
            f"give 0 or more, and 2 to {len(rows)}"
        )


def errors_by_k(
    points: ArrayLike,
    labels: ArrayLike,
    queries: ArrayLike,
    true_labels: ArrayLike,
    ks: Sequence[int],
    n_classes: int,
) -> Array:
    """Return the share of ``queries`` whose vote is won by a wrong class, for each k of ``ks``.

    ``true_labels`` (m,) are the queries' own. Raises as :func:`vote` for the largest k, and for
    labels that do not fit.

    >>> errors_by_k([[0.0], [1.0], [3.0]], [0, 1, 1], [[0.48]], [1], ks=[1, 2, 3], n_classes=2)
    array([1., 1., 0.])
    """
    true = checked_labels(true_labels, n_classes)
    if len(ks) == 0 or min(ks) < 1:
        raise ValueError(f"ks are {list(ks)}; give at least one, each 1 or more")
    made = vote(queries, points, labels, max(ks), n_classes)
    if true.shape != (len(made.queries),):
        raise ValueError(f"true_labels have shape {true.shape}; {len(made.queries)} are needed")
    of_class = made.labels[made.nearest][..., None] == np.arange(n_classes)
    totals = np.cumsum(made.weights[..., None] * of_class, axis=1)
    wrong: Array = np.array([(totals[:, k - 1].argmax(axis=1) != true).mean() for k in ks])
    return wrong
