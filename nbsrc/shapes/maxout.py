"""Maxout networks with two inputs: their linear regions, and one with many.

A maxout unit of rank k gives the largest of k affine functions (Goodfellow et al. 2013); a ReLU
unit is one of rank 2 whose second function is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nbsrc.arrays import Array
from nbsrc.shapes.polygons import TOLERANCE, Cutting, checked_domain
from nbsrc.shapes.regions import ROUNDING, Regions


@dataclass(frozen=True, eq=False)
class MaxoutNetwork:
    """Layers of maxout units of one rank, and a linear output.

    ``weights[l]`` has shape (rank, fan_in, fan_out) and ``biases[l]`` (rank, fan_out): unit j of
    layer l is max over r of a @ weights[l][r, :, j] + biases[l][r, j]. The output is a @ output,
    with ``output`` of shape (fan_in, n_outputs). Raises ``ValueError`` where these do not fit
    together, and for NaN or infinity.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    output: Array

    def __post_init__(self) -> None:
        if not self.weights or len(self.weights) != len(self.biases):
            raise ValueError("give as many biases as weights, for one layer or more")
        fan_in = self.weights[0].shape[1] if self.weights[0].ndim == 3 else 0
        for layer, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            expected = f"layer {layer}: weights (rank, {fan_in}, n) and biases (rank, n)"
            if weights.ndim != 3 or biases.shape != (weights.shape[0], weights.shape[2]):
                raise ValueError(f"{expected}; got {weights.shape} and {biases.shape}")
            if weights.shape[1] != fan_in:
                raise ValueError(f"{expected}; got {weights.shape} and {biases.shape}")
            fan_in = weights.shape[2]
        if self.output.ndim != 2 or len(self.output) != fan_in:
            raise ValueError(f"the output has shape {self.output.shape}; give ({fan_in}, n)")
        if not all(np.isfinite(a).all() for a in (*self.weights, *self.biases, self.output)):
            raise ValueError("the network contains NaN or infinity")

    def __call__(self, inputs: ArrayLike) -> Array:
        """Return the outputs (n_samples, n_outputs) for inputs (n_samples, n_inputs)."""
        a = np.asarray(inputs, float)
        for weights, biases in zip(self.weights, self.biases, strict=True):
            a = (a @ weights + biases[:, None]).max(axis=0)
        made: Array = a @ self.output
        return made


def maxout_regions(network: MaxoutNetwork, domain: ArrayLike) -> Regions:
    """Return the regions of a maxout network with two inputs in a convex domain, exactly.

    ``patterns`` (n_regions, n_units) tell which of its affine functions each unit gives. A set of
    inputs with one pattern may come in several polygons here, for a unit's functions are compared
    one after another: count ``n_linear``, which joins neighbours that share one affine map.
    Tolerances and errors are those of :func:`nbsrc.shapes.regions.linear_regions`.

    >>> ridge = MaxoutNetwork((np.array([[[1.0], [0]], [[-1.0], [0]]]),), (np.zeros((2, 1)),),
    ...                       np.ones((1, 1)))
    >>> maxout_regions(ridge, [[-1, -1], [1, -1], [1, 1], [-1, 1]]).n_linear
    2
    """
    if network.weights[0].shape[1] != 2:
        raise ValueError(f"the network has {network.weights[0].shape[1]} inputs; 2 are needed")
    cutting = Cutting.of(checked_domain(domain))
    size = float(np.linalg.norm(np.ptp(cutting.corners, axis=0)))
    reach = np.abs(cutting.corners).max(axis=0)
    slopes, offsets = np.eye(2)[None], np.zeros((1, 2))
    patterns = np.empty((1, 0), np.intp)
    for weights, biases in zip(network.weights, network.biases, strict=True):
        terms = (np.abs(slopes) @ reach + np.abs(offsets)) @ np.abs(weights).max(axis=0)
        rounding = ROUNDING * (terms + np.abs(biases).max(axis=0))
        tilts = np.einsum("pix,riu->prux", slopes, weights)
        levels = np.einsum("pi,riu->pru", offsets, weights) + biases
        origin, largest = np.arange(len(cutting)), np.empty((len(cutting), 0), np.intp)
        for unit in range(weights.shape[2]):
            best = np.zeros(len(cutting), np.intp)
            for rank in range(1, len(weights)):
                tilt = tilts[origin, rank, unit] - tilts[origin, best, unit]
                level = levels[origin, rank, unit] - levels[origin, best, unit]
                near = TOLERANCE * size * np.linalg.norm(tilt, axis=1)
                parents, above = cutting.cut(tilt, level, np.maximum(near, rounding[origin, unit]))
                origin, largest = origin[parents], largest[parents]
                best = np.where(above, rank, best[parents])
            largest = np.concatenate([largest, best[:, None]], axis=1)
        patterns = np.concatenate([patterns[origin], largest], axis=1)
        units = np.arange(weights.shape[2])
        slopes = tilts[origin[:, None], largest, units]
        offsets = levels[origin[:, None], largest, units]
    slopes, offsets = network.output.T @ slopes, offsets @ network.output
    return Regions(cutting.corners, cutting.starts, patterns, slopes, offsets, cutting.neighbours())


def folding_maxout(rank: int, n_layers: int) -> MaxoutNetwork:
    """Return L layers of two maxout units of rank k with k^(L − 1) k² linear regions or more.

    The regions lie in the square [−1, 1]². All layers but the last divide the plane into k sectors
    that are mapped onto one another, like a paper cone cut open and folded at k rays; the last
    divides the square into k × k cells. Theorem 8 of Montúfar et al. (2014) promises so many
    for layers as wide as the input. Sectors that are folded onto one another come in pairs: raises
    ``ValueError`` for an odd rank, and for no layers.

    >>> folding_maxout(4, 2).weights[0].shape
    (4, 2, 2)
    """
    if rank < 2 or rank % 2:
        raise ValueError(f"rank is {rank}; give an even number of 2 or more")
    if n_layers < 1:
        raise ValueError(f"n_layers is {n_layers}; give 1 or more")
    fold, steepness = _sectors(rank)
    # From (h, steepness · h + g) to the square: 2 (h − 1) and 2 g.
    undo = 2 * np.array([[1.0, -steepness], [0.0, 1.0]])
    back = np.array([-2.0, 0.0])
    weights, biases = [], []
    entering, shift = np.eye(2), np.zeros(2)
    steps = np.arange(rank)
    cells = np.zeros((rank, 2, 2))
    cells[:, 0, 0] = cells[:, 1, 1] = 1 + steps
    ends = -(np.cumsum(2 * steps / rank - 1) + 1)  # neighbours meet at −1 + 2 r / rank
    for layer in range(n_layers):
        last = layer == n_layers - 1
        weights.append(entering @ (cells if last else fold))
        bias = np.stack([ends, ends], axis=1) if last else np.zeros((rank, 2))
        biases.append(bias + shift @ (cells if last else fold))
        entering, shift = undo, back
    return MaxoutNetwork(tuple(weights), tuple(biases), np.array([[1.0], [2**0.5]]))


def _sectors(rank: int) -> tuple[Array, float]:
    """Return two units that fold the plane's k sectors onto one another, and their steepness.

    Unit 1 is h, which is 1 on a regular polygon; unit 2 is steepness · h + g, where g runs from −h
    to h in every sector, up in one and down in the next; the steep part makes it convex.
    """
    scale = 1.5 if rank == 2 else 1.5 / np.cos(np.pi / rank)
    if rank == 2:
        ahead = np.array([[1.0, 0], [-1, 0]])
        return scale * np.stack([ahead, np.array([[0, 1.0], [0, 1]])], axis=2), 0.0
    angles = 2 * np.pi * np.arange(rank) / rank
    ahead = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    aside = np.stack([-np.sin(angles), np.cos(angles)], axis=1) / np.tan(np.pi / rank)
    along = aside * np.where(np.arange(rank) % 2, -1.0, 1.0)[:, None]
    steepness = float(2 / np.sin(np.pi / rank) ** 2)
    return scale * np.stack([ahead, steepness * ahead + along], axis=2), steepness
