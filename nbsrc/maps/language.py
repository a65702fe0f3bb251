"""A small language model: from the last few words, how probable is each word as the next?

Each word has a vector, its *embedding*; those of the context, side by side, are the inputs of two
tanh layers and a softmax, as in Bengio, Ducharme, Vincent and Jauvin (2003), who have one hidden
layer and, in some runs, straight links from the inputs to the outputs. Beside it stand the rivals
that count: words alone, and pairs of words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from nbsrc.arrays import Array
from nbsrc.learning.optimisers import Adam
from nbsrc.maps.text import Contexts, Numbers


@dataclass(frozen=True)
class Shape:
    """How large a model is: words known, words of context, and units."""

    n_words: int
    length: int = 3
    embedding: int = 24
    first: int = 64
    second: int = 48

    @property
    def parts(self) -> list[tuple[int, ...]]:
        """The shapes of the embedding, then of the weights and biases of the three layers."""
        inputs = self.length * self.embedding
        units = [inputs, self.first, self.second, self.n_words]
        layers = [part for m, n in pairwise(units) for part in ((m, n), (n,))]
        return [(self.n_words, self.embedding), *layers]

    @property
    def n_parameters(self) -> int:
        """The number of all parameters."""
        return sum(int(np.prod(part)) for part in self.parts)


@dataclass(frozen=True, eq=False)
class LanguageModel:
    """A model of a shape; ``parameters`` (n_parameters,) are written to by training alone."""

    shape: Shape
    parameters: Array

    def __post_init__(self) -> None:
        if self.parameters.shape != (self.shape.n_parameters,):
            raise ValueError(
                f"parameters have shape {self.parameters.shape}; this shape of model needs "
                f"({self.shape.n_parameters},)"
            )
        if not np.isfinite(self.parameters).all():
            raise ValueError("parameters contain NaN or infinity")

    @cached_property
    def parts(self) -> list[Array]:
        """The embedding, then weights and biases of the three layers, views of ``parameters``."""
        return _views(self.parameters, self.shape)

    @property
    def embedding(self) -> Array:
        """The words' vectors, (n_words, embedding)."""
        return self.parts[0]


def _views(flat: Array, shape: Shape) -> list[Array]:
    ends = np.cumsum([int(np.prod(part)) for part in shape.parts])
    pieces = np.split(flat, ends[:-1])
    return [piece.reshape(part) for piece, part in zip(pieces, shape.parts, strict=True)]


def new_model(
    shape: Shape,
    rng: np.random.Generator,
    shares: Array | None = None,
    dtype: type = np.float32,
) -> LanguageModel:
    """Return a model with random weights that begins near the words' ``shares`` (n_words,).

    Weights have variance 1 / fan-in, those of the last layer a hundredth of it; its biases are the
    logarithms of the shares, or 0. Raises ``ValueError`` for a shape with a part below 1, and for
    shares that are not positive or not one for each word.
    """
    if min(shape.n_words, shape.length, shape.embedding, shape.first, shape.second) < 1:
        raise ValueError(f"every part of a model's shape is 1 or more; got {shape}")
    if shares is not None and not (len(shares) == shape.n_words and np.min(shares) > 0):
        raise ValueError(f"shares must be {shape.n_words} numbers above 0, one for each word")
    model = LanguageModel(shape, np.zeros(shape.n_parameters, dtype))
    embedding, w1, _, w2, _, w3, b3 = model.parts
    if shares is not None:
        b3[:] = np.log(shares)
    embedding[:] = 0.3 * rng.normal(size=embedding.shape)
    for weights, scale in ((w1, 1.0), (w2, 1.0), (w3, 0.1)):
        weights[:] = scale * rng.normal(size=weights.shape) / np.sqrt(len(weights))
    return model


def layers(model: LanguageModel, before: Numbers) -> list[Array]:
    """Return the inputs, hidden layers 1 and 2, and the last pre-activations: (n, units) each.

    Raises ``ValueError`` for contexts of another length and for words that the model lacks.
    """
    before = np.asarray(before)
    if before.ndim != 2 or before.shape[1] != model.shape.length:
        raise ValueError(f"contexts have shape {before.shape}; give (n, {model.shape.length})")
    if before.size and not 0 <= before.min() <= before.max() < model.shape.n_words:
        raise ValueError(f"word numbers run from 0 to {model.shape.n_words - 1}")
    return _layers(model, before)


def _layers(model: LanguageModel, before: Numbers) -> list[Array]:
    w3, b3 = model.parts[5:]
    hidden = _hidden(model, before)
    return [*hidden, hidden[-1] @ w3 + b3]


def _hidden(model: LanguageModel, before: Numbers) -> list[Array]:
    embedding, w1, b1, w2, b2, *_ = model.parts
    inputs = embedding[before].reshape(len(before), -1)
    first = np.tanh(inputs @ w1 + b1)
    return [inputs, first, np.tanh(first @ w2 + b2)]


def next_words(model: LanguageModel, before: Numbers) -> Array:
    """Return the probability of each word as the next one, (n, n_words)."""
    return _softmax(layers(model, before)[-1])


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def cost(model: LanguageModel, places: Contexts) -> float:
    """Return the mean of −log p of the word that follows, in nats."""
    z = layers(model, places.before)[-1].astype(float)
    z -= z.max(axis=1, keepdims=True)
    right = z[np.arange(len(places)), places.word]
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - right))


def gradient(model: LanguageModel, places: Contexts, out: Array | None = None) -> Array:
    """Return the slope of :func:`cost` at the model's parameters, in their order."""
    made = np.empty_like(model.parameters) if out is None else out
    _write_gradient(model, places.before, places.word, _views(made, model.shape))
    return made


def _write_gradient(
    model: LanguageModel, before: Numbers, word: Numbers, slopes: Sequence[Array]
) -> None:
    _, w1, _, w2, _, w3, _ = model.parts
    d_embedding, d_w1, d_b1, d_w2, d_b2, d_w3, d_b3 = slopes
    inputs, first, second, z = _layers(model, before)
    error = _softmax(z)
    error[np.arange(len(word)), word] -= 1
    error /= len(word)
    np.matmul(second.T, error, out=d_w3)
    error.sum(axis=0, out=d_b3)
    error = (error @ w3.T) * (1 - second * second)
    np.matmul(first.T, error, out=d_w2)
    error.sum(axis=0, out=d_b2)
    error = (error @ w2.T) * (1 - first * first)
    np.matmul(inputs.T, error, out=d_w1)
    error.sum(axis=0, out=d_b1)
    d_embedding[:] = 0
    np.add.at(d_embedding, before.ravel(), (error @ w1.T).reshape(before.size, -1))


def train_model(
    model: LanguageModel,
    places: Contexts,
    rng: np.random.Generator,
    *,
    epochs: int = 5,
    batch_size: int = 256,
    learning_rate: float = 6e-3,
) -> LanguageModel:
    """Return the model after Adam's steps, the learning rate falling evenly to zero.

    Raises ``ValueError`` for fewer places than one batch and for numbers that are not positive.
    """
    if min(epochs, batch_size) < 1 or not learning_rate > 0:
        raise ValueError("epochs, batch_size and learning_rate must be positive")
    if len(places) < batch_size:
        raise ValueError(f"{len(places)} places are fewer than one batch of {batch_size}")
    layers(model, places.before[:1])
    trained = LanguageModel(model.shape, model.parameters.copy())
    rule = Adam().start(trained.parameters)
    slope = np.empty_like(trained.parameters)
    slopes = _views(slope, trained.shape)
    n_batches = len(places) // batch_size
    for epoch in range(epochs):
        order = rng.permutation(len(places))
        for batch in range(n_batches):
            rows = order[batch * batch_size : (batch + 1) * batch_size]
            _write_gradient(trained, places.before[rows], places.word[rows], slopes)
            done = (epoch * n_batches + batch) / (epochs * n_batches)
            rule(slope, learning_rate * (1 - done))
    return trained


def perplexity(probabilities: Array) -> float:
    """Return e to the mean of −log p, for the probabilities (n,) that the true words were given.

    Guessing evenly among k words has perplexity k. Raises ``ValueError`` unless all are above 0 and
    at most 1.

    >>> round(perplexity(np.array([0.1, 0.1, 0.1])), 9)
    10.0
    """
    p = np.asarray(probabilities, float)
    if p.size == 0 or not ((p > 0) & (p <= 1 + 1e-6)).all():
        raise ValueError("probabilities must be above 0 and at most 1, one or more of them")
    return float(np.exp(-np.mean(np.log(p))))


def given(probabilities: Array, word: Numbers) -> Array:
    """Return what the rows (n, n_words) give to the words (n,) that came."""
    return np.asarray(probabilities)[np.arange(len(word)), word]


def word_shares(places: Contexts, n_words: int) -> Array:
    """Return each word's share of the text, (n_words,), one more of each counted (Laplace)."""
    counts = np.bincount(places.word, minlength=n_words) + 1.0
    return np.asarray(counts / counts.sum())


def pair_counts(places: Contexts, n_words: int) -> Array:
    """Return how often each word follows each, (n_words before, n_words after)."""
    counts = np.zeros((n_words, n_words))
    np.add.at(counts, (places.last, places.word), 1)
    return counts


def pair_shares(places: Contexts, n_words: int) -> Array:
    """Return p(next | last), (n_words, n_words): counted pairs, smoothed with the words alone.

    A word after which t different words were seen, in c places, gives them c / (c + t) and leaves
    t / (c + t) to the words' own shares (Witten and Bell 1991).
    """
    counts = pair_counts(places, n_words)
    different = np.maximum((counts > 0).sum(axis=1, keepdims=True), 1)
    shares: Array = (counts + different * word_shares(places, n_words)) / (
        counts.sum(axis=1, keepdims=True) + different
    )
    return shares


def means_by_word(values: Array, last: Numbers, n_words: int) -> Array:
    """Return the mean of the rows (n, units) for each last word, (n_words, units); 0 for none."""
    n = len(last)
    member = csr_array((np.ones(n), (last, np.arange(n))), shape=(n_words, n))
    found: Array = member @ values / np.maximum(np.bincount(last, minlength=n_words), 1)[:, None]
    return np.asarray(found)


def word_vectors(model: LanguageModel, places: Contexts) -> list[Array]:
    """Return what stands for each word: its embedding, and its mean activity in layers 1 and 2.

    The mean is over all places of which it is the last word.
    """
    layers(model, places.before[:1])
    _, first, second = _hidden(model, places.before)
    n = model.shape.n_words
    means = [means_by_word(layer, places.last, n) for layer in (first, second)]
    return [model.embedding.astype(float), *means]


def triple_probabilities(places: Contexts, asked: Contexts, n_words: int) -> Array:
    """Return p(word | the two before it) of the asked places, (n_asked,), counted in ``places``.

    Triples are smoothed with pairs as pairs are with words alone; raises ``ValueError`` for
    contexts of one word.
    """
    if places.before.shape[1] < 2 or asked.before.shape[1] < 2:
        raise ValueError("contexts need two words or more")
    pairs = given(pair_shares(places, n_words)[asked.last], asked.word)

    def codes(found: Contexts) -> tuple[Numbers, Numbers]:
        pair = found.before[:, -2] * n_words + found.last
        return pair, pair * n_words + found.word

    (pair, triple), (asked_pair, asked_triple) = codes(places), codes(asked)
    kinds, times = np.unique(triple, return_counts=True)
    seen, times_seen = np.unique(pair, return_counts=True)
    firsts, different = np.unique(kinds // n_words, return_counts=True)

    def looked_up(keys: Numbers, values: Numbers, wanted: Numbers) -> Array:
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[place] == wanted, values[place], 0).astype(float)

    new = np.maximum(looked_up(firsts, different, asked_pair), 1e-12)
    total = looked_up(seen, times_seen, asked_pair)
    found: Array = (looked_up(kinds, times, asked_triple) + new * pairs) / (total + new)
    return found
