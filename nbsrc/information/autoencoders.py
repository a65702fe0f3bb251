"""Autoencoders: a network that copies its input through a narrow layer, and that layer's bits.

The narrow layer is the *code*; what comes before it is the *encoder*, what comes after the
*decoder*. Pictures are rows from 0 to 1, ``(n_images, n_pixels)``; an ensemble of networks has one
more axis in front, as everywhere in :mod:`nbsrc.networks`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nbsrc.arrays import Array
from nbsrc.networks.initialisation import Initialisation, xavier
from nbsrc.networks.network import Network, new_network
from nbsrc.neurons.activations import IDENTITY, SIGMOID, TANH, Activation


def new_autoencoder(
    sizes: Sequence[int],
    randomness: np.random.Generator | Sequence[np.random.Generator],
    *,
    hidden: Activation = TANH,
    code: Activation = IDENTITY,
    output: Activation = IDENTITY,
    initialisation: Initialisation = xavier,
    dtype: DTypeLike = np.float32,
) -> Network:
    """Return a network with random weights whose layers run from pixels to code and back.

    ``sizes`` are those of the encoder, pixels first and the code last: ``[64, 32, 2]`` makes
    64-32-2-32-64. The code's units are linear unless ``code`` says otherwise. One generator makes
    one network, several an ensemble. Raises ``ValueError`` where ``sizes`` name no layer.

    >>> new_autoencoder([64, 32, 2], np.random.default_rng(0)).sizes
    (64, 32, 2, 32, 64)
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes are {list(sizes)}; give at least the pixels and the code")
    mirrored = (*sizes, *reversed(sizes[:-1]))
    made = new_network(
        mirrored,
        randomness,
        hidden=hidden,
        output=output,
        initialisation=initialisation,
        dtype=dtype,
    )
    activations = list(made.activations)
    activations[len(sizes) - 2] = code
    return Network(made.sizes, tuple(activations), made.parameters)


def begun_at_mean(network: Network, mean_image: Array) -> Network:
    """Return the network with biases that take ``mean_image`` (n_pixels,) off and put it on again.

    The first layer sees images less their mean, as if its inputs were centred; if the last one's
    units are linear or sigmoids, its biases answer the mean image where its inputs are silent (for
    a sigmoid, ink cut off at 0.001 and 0.999). Weights stay, and so do the biases between. Works on
    one network or an ensemble. Raises ``ValueError`` for a mean image of another size or with NaN.

    >>> made = new_autoencoder([2, 1], np.random.default_rng(0), dtype=float)
    >>> begun_at_mean(made, np.array([0.25, 1.0])).biases[-1].tolist()
    [0.25, 1.0]
    """
    mean_image = np.asarray(mean_image, float)
    if mean_image.shape != network.sizes[:1] or not np.isfinite(mean_image).all():
        raise ValueError(
            f"the mean image has shape {mean_image.shape}, the pixels are {network.sizes[0]}; "
            "it needs a finite number for each"
        )
    begun = network.with_parameters(network.parameters.copy())
    begun.biases[0][...] = -(mean_image @ begun.weights[0]).reshape(begun.biases[0].shape)
    if begun.activations[-1].name == IDENTITY.name:
        begun.biases[-1][...] = mean_image
    elif begun.activations[-1].name == SIGMOID.name:
        ink = np.clip(mean_image, 1e-3, 1 - 1e-3)
        begun.biases[-1][...] = np.log(ink / (1 - ink))
    return begun


def halves(network: Network, layer: int | None = None) -> tuple[Network, Network]:
    """Return a network's encoder and decoder, cut at the units of ``layer`` (inputs are layer 0).

    Without ``layer`` it is the narrowest hidden one, the first of several. One after the other
    they give what the network gives. Raises ``ValueError`` for a layer that is not hidden.

    >>> whole = new_autoencoder([4, 3, 2], np.random.default_rng(0))
    >>> [half.sizes for half in halves(whole)]
    [(4, 3, 2), (2, 3, 4)]
    """
    last = len(network.sizes) - 1
    if last < 2:
        raise ValueError(f"sizes are {network.sizes}: no hidden layer to cut at")
    cut = 1 + int(np.argmin(network.sizes[1:last])) if layer is None else layer
    if not 1 <= cut < last:
        raise ValueError(f"layer is {cut}; hidden layers are 1 to {last - 1}")
    weights, biases = network.weights, network.biases
    return _part(network, weights, biases, 0, cut), _part(network, weights, biases, cut, last)


def spread_lost(images: Array, rebuilt: Array, mean_image: Array) -> Array:
    """Return the squared error of rebuilt images as a share of the mean image's.

    0: nothing is lost; 1: no better than to answer ``mean_image`` (n_pixels,) to everything, which
    a code of no numbers can do. ``rebuilt`` may have axes in front of ``(n_images, n_pixels)``,
    which are kept. Raises ``ValueError`` for shapes that do not fit, for NaN, and where all images
    are the mean image.

    >>> images = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> float(spread_lost(images, np.array([[0.5, 1.0], [0.5, 0.0]]), np.array([0.5, 0.5])))
    0.5
    """
    images, rebuilt, mean_image = (np.asarray(a, float) for a in (images, rebuilt, mean_image))
    if images.ndim != 2 or rebuilt.shape[-2:] != images.shape:
        raise ValueError(
            f"images have shape {images.shape}, the rebuilt ones {rebuilt.shape}; "
            "both need (n_images, n_pixels)"
        )
    if mean_image.shape != images.shape[1:]:
        raise ValueError(f"the mean image has shape {mean_image.shape}, not {images.shape[1:]}")
    if not all(np.isfinite(a).all() for a in (images, rebuilt, mean_image)):
        raise ValueError("images contain NaN or infinity")
    most = float(((images - mean_image) ** 2).sum())
    if most == 0:
        raise ValueError("all images are the mean image: there is no spread to lose")
    lost: Array = ((images - rebuilt) ** 2).sum(axis=(-2, -1)) / most
    return lost


def quantised(
    codes: Array, bits: int, low: Array | float, high: Array | float
) -> tuple[NDArray[np.int64], Array]:
    """Return each number's bin, from 0, of 2^bits equal ones, and the middle of that bin.

    The bins lie from ``low`` to ``high``, each a number or one for each column of ``codes``; what
    is beyond goes into the bin at the end. 0 bits keep nothing. Raises ``ValueError`` unless
    0 ≤ bits ≤ 32, codes are finite and low < high.

    >>> bins, middles = quantised(np.array([0.0, 0.3, 2.0]), 2, 0.0, 1.0)
    >>> bins.tolist(), middles.tolist()
    ([0, 1, 3], [0.125, 0.375, 0.875])
    """
    codes, low, high = (np.asarray(a, float) for a in (codes, low, high))
    if not 0 <= bits <= 32:
        raise ValueError(f"bits is {bits}; it must be from 0 to 32")
    if not np.isfinite(codes).all() or codes.size == 0:
        raise ValueError("codes must be finite numbers, at least one")
    if not (low < high).all() or not np.isfinite(high - low).all():
        raise ValueError("low must lie below high, both finite")
    n_bins = 2**bits
    bins = np.clip(np.floor((codes - low) / (high - low) * n_bins), 0, n_bins - 1).astype(np.int64)
    return bins, low + (bins + 0.5) * (high - low) / n_bins


def column_bits(known: NDArray[np.int64], new: NDArray[np.int64], n_values: int) -> float:
    """Return the mean bits a row of ``new`` takes, column by column, with ``known``'s frequencies.

    Both hold whole numbers from 0 to below ``n_values``, ``(n_rows, n_columns)``. Each column has
    a table of its own, the frequencies in ``known`` with every value counted once more; a row's
    price is the sum of log₂(1/p). That is what an ideal coder who looks at one column at a time
    pays on rows that it has not seen: an upper bound of what a cleverer one would. Raises
    ``ValueError`` for other shapes or numbers.

    >>> column_bits(np.array([[0], [1]]), np.array([[0], [1], [1]]), 2)
    1.0
    """
    known, new = np.asarray(known), np.asarray(new)
    if known.ndim != 2 or new.ndim != 2 or known.shape[1] != new.shape[1] or not new.size:
        raise ValueError(f"rows of shapes {known.shape} and {new.shape} do not fit together")
    for rows in (known, new):
        if not np.issubdtype(rows.dtype, np.integer):
            raise ValueError(f"values are {rows.dtype}; whole numbers are needed")
        if rows.size and not (rows.min() >= 0 and rows.max() < n_values):
            raise ValueError(f"values must be from 0 to below {n_values}")
    total = 0.0
    for seen, asked in zip(known.T, new.T, strict=True):
        counts = np.bincount(seen, minlength=n_values) + 1.0
        total -= float(np.log2(counts / counts.sum())[asked].mean())
    return total


def _part(
    network: Network, weights: Sequence[Array], biases: Sequence[Array], start: int, end: int
) -> Network:
    """Return the layers from ``start`` to ``end`` as a network of their own."""
    leading = network.parameters.shape[:-1]
    pieces = [a.reshape(*leading, -1) for a in (*weights[start:end], *biases[start:end])]
    return Network(
        network.sizes[start : end + 1],
        network.activations[start:end],
        np.concatenate(pieces, axis=-1),
    )
