"""The information bottleneck: keep little of X, know much of Y.

A joint table has rows X and columns Y, shape ``(n_x, n_y)``. An encoder p(t | x) has a row for each
x, shape ``(..., n_x, n_t)``, and the axes before are many encoders at once. All is in bits.

Tishby, Pereira & Bialek (1999), "The information bottleneck method": the functional and its
iterations; Pereira, Tishby & Lee (1993), "Distributional clustering of English words": annealing.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nbsrc.arrays import Array, as_array
from nbsrc.information.discrete import binary_entropy, checked_table, entropy, mutual_information


def kept_and_known(joint: Any, encoder: Any) -> tuple[Array, Array]:
    """Return I(X; T) and I(T; Y) in bits, each ``(...)``, of an encoder ``(..., n_x, n_t)``.

    Raises ``ValueError`` for a table or an encoder that holds no probabilities, a letter x that
    never occurs, and for sizes that do not fit.

    >>> joint = [[0.25, 0.25], [0.5, 0]]
    >>> kept, known = kept_and_known(joint, np.eye(2))
    >>> float(kept), round(float(known), 4)
    (1.0, 0.3113)
    """
    p_xy, p_tx = _checked(joint, encoder)
    of_x = p_xy.sum(axis=-1, keepdims=True)
    return mutual_information(of_x * p_tx), mutual_information(p_tx.swapaxes(-1, -2) @ p_xy)


def functional(joint: Any, encoder: Any, beta: Any) -> Array:
    """Return I(X; T) − β I(T; Y) in bits: what the bottleneck makes small.

    ``beta``, one number or ``(...)``, finite and not negative. Errors as in :func:`kept_and_known`.

    >>> float(functional([[0.5, 0], [0, 0.5]], np.eye(2), 3))
    -2.0
    """
    kept, known = kept_and_known(joint, encoder)
    return np.asarray(kept - checked_beta(beta) * known)


def improved(joint: Any, encoder: Any, beta: Any) -> Array:
    """Return the encoder after one round of the iterations; the functional never rises.

    p(t) and p(y | t) follow from the encoder; then p(t | x) ∝ p(t) · 2^(−β D), with D the
    divergence of p(y | t) from p(y | x) in bits (Tishby, Pereira & Bialek 1999). A cluster that no
    x uses stays empty. Errors as in :func:`functional`.

    >>> half = np.full((2, 2), 0.5)  # clusters that are alike stay alike
    >>> improved([[0.5, 0], [0, 0.5]], half, 5)
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    p_xy, p_tx = _checked(joint, encoder)
    return _round(p_xy, p_tx, checked_beta(beta)[..., None, None])


def minimised(joint: Any, encoder: Any, beta: Any, n_steps: int = 200) -> Array:
    """Return the encoder after ``n_steps`` rounds of :func:`improved`, checked once."""
    p_xy, p_tx = _checked(joint, encoder)
    slope = checked_beta(beta)[..., None, None]
    for _ in range(n_steps):
        p_tx = _round(p_xy, p_tx, slope)
    return p_tx


def annealed(
    joint: Any,
    betas: Sequence[float] | Array,
    shape: tuple[int, ...],
    rng: np.random.Generator,
    n_steps: int = 150,
    shake: float = 0.05,
) -> Array:
    """Return encoders ``(n_betas, *runs, n_x, n_t)``, one run begun from the last at each β.

    ``shape`` is ``(*runs, n_t)``. Every β begins by shaking the encoder by a factor of up to
    1 ± ``shake``, so that clusters which lie on one another can part. It may still rest in a dip
    that is not the deepest; hence several runs. Raises ``ValueError`` where
    the betas do not grow, and as :func:`functional`.

    >>> joint = np.array([[4, 1], [3, 2], [1, 4]]) / 15
    >>> annealed(joint, [1, 20], (5, 2), np.random.default_rng(0)).shape
    (2, 5, 3, 2)
    """
    path = checked_beta(betas)
    if path.ndim != 1 or not path.size or (np.diff(path) <= 0).any():
        raise ValueError("give one β or more, each above the one before")
    if not 0 < shake < 1:
        raise ValueError(f"shake is {shake}; give a number between 0 and 1")
    *runs, n_t = shape
    p_xy = np.asarray(checked_table(joint, axes=2))
    p_tx = np.full((*runs, len(p_xy), n_t), 1 / n_t)
    found = []
    for beta in path:
        p_tx = p_tx * (1 + shake * rng.uniform(-1, 1, p_tx.shape))
        p_tx = minimised(p_xy, p_tx / p_tx.sum(axis=-1, keepdims=True), beta, n_steps)
        found.append(p_tx)
    return np.array(found)


def best_run(joint: Any, encoders: Any, betas: Any) -> Array:
    """Return of encoders ``(n_betas, n_runs, n_x, n_t)`` the one of least functional at each β.

    >>> pair = np.array([[np.eye(2), np.full((2, 2), 0.5)]])
    >>> best_run([[0.5, 0], [0, 0.5]], pair, [5])[0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    values = functional(joint, encoders, checked_beta(betas)[:, None])
    made: Array = np.asarray(encoders)[np.arange(len(values)), values.argmin(axis=1)]
    return made


def joined(joint: Any, encoder: Any, tolerance: float = 0.01) -> Array:
    """Return one encoder ``(n_x, n_t)`` whose clusters that say the same of Y have become one.

    Two clusters are one where no probability p(y | t) differs by more than ``tolerance``; the
    later joins the earlier and stays empty, as does a cluster of probability below 1e-6.

    >>> joined([[0.5, 0], [0, 0.5]], [[0.3, 0.7], [0.3, 0.7]]).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    p_xy, p_tx = _checked(joint, encoder)
    if p_tx.ndim != 2:
        raise ValueError(f"give one encoder (n_x, n_t); got shape {p_tx.shape}")
    both = p_tx.T @ p_xy
    of_t = both.sum(axis=1)
    answers = both / np.maximum(of_t, 1e-300)[:, None]
    made, kept = np.zeros_like(p_tx), np.flatnonzero(of_t >= 1e-6)[:1].tolist()
    for t, share in enumerate(of_t):
        near = [k for k in kept if np.abs(answers[k] - answers[t]).max() <= tolerance]
        target = near[0] if near else t if share >= 1e-6 else kept[0]
        made[:, target] += p_tx[:, t]
        kept += [] if target in kept else [target]
    return made


def grouping(labels: Any, n_groups: int | None = None) -> Array:
    """Return the encoder ``(..., n_x, n_t)`` that puts x into the group ``labels[..., x]``.

    Raises ``ValueError`` for labels that are no whole numbers from 0 to ``n_groups`` − 1.

    >>> grouping([0, 1, 1])
    array([[1., 0.],
           [0., 1.],
           [0., 1.]])
    """
    groups = np.asarray(labels)
    if not groups.size or groups.dtype.kind not in "iub":
        raise ValueError("labels are whole numbers, one for each x")
    n = int(groups.max()) + 1 if n_groups is None else n_groups
    if groups.min() < 0 or groups.max() >= n:
        raise ValueError(f"labels run from 0 to {n - 1}; got {groups.min()} to {groups.max()}")
    return np.eye(n)[groups.astype(np.intp)]


def binary_curve(flip: Any, noise: Any) -> tuple[Array, Array]:
    """Return I(X; T) and I(T; Y) on the curve of a fair bit X whose answer Y is a flipped bit.

    ``noise``, how often Y differs from X; ``flip``, from 0 to ½, how often T does, which runs along
    the curve. No encoder does better (Wyner & Ziv 1973, "Mrs. Gerber's lemma"). A formula: live
    arrays pass through.

    >>> kept, known = binary_curve(0.0, 0.25)
    >>> round(float(kept), 4), round(float(known), 4)
    (1.0, 0.1887)
    """
    both = flip * (1 - noise) + (1 - flip) * noise
    return 1 - binary_entropy(flip), 1 - binary_entropy(both)


def rate_distortion(p: Any, distortions: Any, slope: float, n_steps: int = 500) -> Array:
    """Return the encoder ``(n_x, n_t)`` of the least I(X; T) + slope · E d(X, T).

    Blahut (1972) and Arimoto (1972): a fixed table of ``distortions`` ``(n_x, n_t)`` in place of
    the bottleneck's divergences. Raises ``ValueError`` for distortions that are not finite.

    >>> made = rate_distortion([0.5, 0.5], [[0, 1], [1, 0]], np.log2(3))
    >>> made.round(4).tolist()  # the flip that makes (1 − f) / f = 2^slope
    [[0.75, 0.25], [0.25, 0.75]]
    """
    of_x, cost = checked_table(p), np.asarray(distortions, float)
    if cost.ndim != 2 or len(cost) != of_x.size or not np.isfinite(cost).all():
        raise ValueError(f"give a finite distortion for each x and t; got shape {cost.shape}")
    scale = float(checked_beta(slope))
    p_tx = np.full(cost.shape, 1 / cost.shape[1])
    for _ in range(n_steps):
        p_tx = _tilted(of_x @ p_tx, cost, scale)
    return p_tx


def deviation_bound(n: Any, n_clusters: Any, n_answers: int, delta: float = 0.05) -> Array:
    """Return bits by which Î(T; Y) from ``n`` independent pairs (t, y) may err, but for ``delta``.

    log₂(1 + (|T||Y| − 1)/n), the most that plug-in entropies are biased (Paninski 2003), plus
    3 log₂(n) √(2 ln(2/δ)/n), McDiarmid's inequality: one pair exchanged moves each of three
    entropies by 2 log₂(n)/n at most. A formula: live arrays pass through, unchecked. Raises
    ``ValueError`` for n below 3, counts below 1 and delta outside (0, 1).

    >>> round(float(deviation_bound(1000, 2, 26)), 2)
    2.64
    """
    size, clusters = as_array(n, float), as_array(n_clusters, float)
    if not 0 < delta < 1:
        raise ValueError(f"delta lies between 0 and 1; got {delta}")
    if isinstance(size, np.ndarray) and not (np.isfinite(size) & (size >= 3)).all():
        raise ValueError("the bound needs 3 pairs or more")
    if isinstance(clusters, np.ndarray) and min(clusters.min(), n_answers) < 1:
        raise ValueError("there is at least one cluster and one answer")
    bias = np.log2(1 + (clusters * n_answers - 1) / size)
    made: Array = bias + 3 * np.log2(size) * np.sqrt(2 * np.log(2 / delta) / size)
    return made


def checked_beta(beta: Any) -> Array:
    """Return β as an array; raises ``ValueError`` where one is negative or no finite number."""
    value = np.asarray(beta, float)
    if not np.isfinite(value).all() or (value < 0).any():
        raise ValueError(f"β is a finite number, not negative; got {beta}")
    return value


def _checked(joint: Any, encoder: Any) -> tuple[Array, Array]:
    p_xy, p_tx = np.asarray(checked_table(joint, axes=2)), np.asarray(encoder, float)
    if p_xy.ndim != 2:
        raise ValueError(f"give one joint table (n_x, n_y); got shape {p_xy.shape}")
    if (p_xy.sum(axis=1) <= 0).any():
        raise ValueError("an x of the table never occurs; leave its row out")
    if p_tx.ndim < 2 or p_tx.shape[-2] != len(p_xy):
        raise ValueError(f"an encoder has a row for each of {len(p_xy)} x; got shape {p_tx.shape}")
    return p_xy, np.asarray(checked_table(p_tx))


def _round(p_xy: Array, p_tx: Array, beta: Array) -> Array:
    of_x = p_xy.sum(axis=1)
    given_x = p_xy / of_x[:, None]
    of_t = of_x @ p_tx
    of_ty = p_tx.swapaxes(-1, -2) @ p_xy
    given_t = of_ty / np.maximum(of_t, 1e-300)[..., None]
    logs = np.log2(np.maximum(given_t, 1e-300))
    # D(p(y|x) ‖ p(y|t)) = −H(Y|x) − Σ p(y|x) log p(y|t)
    far = -entropy(given_x)[:, None] - given_x @ logs.swapaxes(-1, -2)
    return _tilted(of_t, far, beta)


def _tilted(of_t: Array, far: Array, beta: Any) -> Array:
    """Return p(t) 2^(−β d(x, t)), each row made to sum to 1."""
    scores = np.log2(np.maximum(of_t, 1e-300))[..., None, :] - beta * far
    weights = np.exp2(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
