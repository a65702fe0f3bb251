"""Networks built to have many regions, by folding their inputs like paper.

A fold maps several pieces of the input onto one, so that whatever the layers above draw there
appears in all of them.
"""

import numpy as np
from numpy.typing import NDArray

from nbsrc.networks.network import Network
from nbsrc.neurons.activations import IDENTITY, RELU

Matrix = NDArray[np.float64]


def assembled(weights: list[Matrix], biases: list[Matrix]) -> Network:
    """Return the ReLU network with these weights and biases and a linear output layer.

    >>> assembled([np.ones((2, 3)), np.ones((3, 1))], [np.zeros(3), np.zeros(1)]).sizes
    (2, 3, 1)
    """
    sizes = (weights[0].shape[0], *(len(bias) for bias in biases))
    flat = [array.ravel() for array in (*weights, *biases)]
    activations = (*(RELU,) * (len(weights) - 1), IDENTITY)
    return Network(sizes, activations, np.concatenate(flat).astype(float))


def tent_network(n_folds: int) -> Network:
    """Return a network that folds [0, 1] in half so many times: the sawtooth of 2^k pieces.

    Every layer has two units and computes the tent 2 max(0, x) − 4 max(0, x − ½), which maps [0, 1]
    onto itself twice (Telgarsky 2016). Raises ``ValueError`` for less than one fold.

    >>> from nbsrc.networks.network import predict
    >>> predict(tent_network(2), [[0], [0.25], [0.5], [1]]).ravel().tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    if n_folds < 1:
        raise ValueError(f"n_folds is {n_folds}; give 1 or more")
    tent = np.array([[2.0], [-4.0]])
    both, halfway = np.ones((1, 2)), np.array([0.0, -0.5])
    weights = [both, *[tent @ both] * (n_folds - 1), tent]
    return assembled(weights, [*[halfway] * n_folds, np.zeros(1)])


def zigzag(n_pieces: int) -> tuple[Matrix, Matrix, Matrix]:
    """Return n ReLU units of one input whose sum zigzags n times between 0 and 1 over [0, 1].

    The three arrays, (n,) each, are the weights in, the biases and the weights out (Montúfar et al.
    2014, Equation 4, with our signs): p x, p x − 1, ..., p x − (p − 1), summed with 1, −2, 2, ....

    >>> slopes, biases, out = zigzag(3)
    >>> x = np.array([0, 1 / 3, 2 / 3, 1])
    >>> (np.maximum(0, np.outer(x, slopes) + biases) @ out).round(12).tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    if n_pieces < 1:
        raise ValueError(f"n_pieces is {n_pieces}; give 1 or more")
    out = np.where(np.arange(n_pieces) % 2, -2.0, 2.0)
    out[0] = 1
    return np.full(n_pieces, float(n_pieces)), -np.arange(float(n_pieces)), out


def folding_network(n_units: int, n_layers: int) -> Network:
    """Return a network of L layers of n units that folds the square [0, 1]² as often as it can.

    Each layer but the last zigzags n/2 times along each axis, so that (n/2)² cells are mapped onto
    the whole square. The last layer draws n lines in general position there: 1 + n + C(n, 2)
    regions, which all cells below it repeat (Montúfar et al. 2014, Theorem 4). The output grows
    along both axes inside of every cell, so that no two neighbours have one map: linear regions and
    activation regions are equally many, (n/2)^(2 (L − 1)) (1 + n + C(n, 2)) ≥ (n/2)^(2 L).

    Raises ``ValueError`` for an odd number of units, fewer than four, and for no layers.

    >>> folding_network(4, 3).sizes
    (2, 4, 4, 4, 1)
    """
    if n_units < 4 or n_units % 2:
        raise ValueError(f"n_units is {n_units}; give an even number of 4 or more")
    if n_layers < 1:
        raise ValueError(f"n_layers is {n_layers}; give 1 or more")
    slopes, offsets, out = zigzag(n_units // 2)
    spread = np.kron(np.eye(2), slopes)
    gathered: Matrix = np.kron(np.eye(2), out[:, None]).astype(float)
    last, last_bias, output = crossing_lines(n_units)
    weights, biases = [], []
    entering: Matrix = np.eye(2)
    for _ in range(n_layers - 1):
        weights.append(entering @ spread)
        biases.append(np.tile(offsets, 2))
        entering = gathered
    return assembled(
        [*weights, entering @ last, output[:, None]], [*biases, last_bias, np.zeros(1)]
    )


def crossing_lines(n_lines: int) -> tuple[Matrix, Matrix, Matrix]:
    """Return lines in general position whose crossings all lie inside of the unit square.

    They are units: weights (2, n), biases (n,), and weights out (n,) with which the sum grows along
    both axes wherever a unit is active, and one is everywhere but in a small triangle in the
    middle. The lines touch a small circle round (½, ½), so that no three meet. Raises
    ``ValueError`` for fewer than three.

    >>> weights, biases, out = crossing_lines(3)
    >>> weights.shape, biases.shape, out.shape
    ((2, 3), (3,), (3,))
    """
    if n_lines < 3:
        raise ValueError(f"n_lines is {n_lines}; give 3 or more")
    angles = np.pi / 2 * (np.arange(n_lines) + 0.5) / n_lines
    normals = np.stack([np.cos(angles), np.sin(angles)])
    biases = -normals.sum(axis=0) / 2 - 0.2
    facing = np.ones(n_lines)
    facing[n_lines // 2] = -1
    return normals * facing, biases * facing, facing * (1 + np.arange(n_lines) / (3 * n_lines))
