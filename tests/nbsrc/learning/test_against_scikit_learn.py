"""scikit-learn's own networks as an independent oracle: outputs, loss, gradient, whole runs."""

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nbsrc.learning.backpropagation import gradient
from nbsrc.learning.optimisers import Adam, GradientDescent, Nesterov, Optimiser
from nbsrc.learning.training import train
from nbsrc.networks.costs import BINARY_CROSS_ENTROPY, CROSS_ENTROPY, MSE
from nbsrc.networks.network import Network, predict
from nbsrc.networks.objective import total_cost
from nbsrc.networks.penalties import L2
from nbsrc.networks.targets import one_hot
from nbsrc.neurons.activations import IDENTITY, RELU, SIGMOID, SOFTMAX, TANH, Activation

NAMES = {"identity": IDENTITY, "logistic": SIGMOID, "tanh": TANH, "relu": RELU}
X, LABELS = (array[::9] for array in load_digits(return_X_y=True))
X = X / 16


def as_network(model: MLPClassifier | MLPRegressor, output: Activation) -> Network:
    """Return our network with scikit-learn's parameters."""
    sizes = (model.coefs_[0].shape[0], *(len(biases) for biases in model.intercepts_))
    parameters = np.concatenate([array.ravel() for array in (*model.coefs_, *model.intercepts_)])
    hidden = (NAMES[model.activation],) * (len(sizes) - 2)
    return Network(sizes, (*hidden, output), parameters)


def fitted(model: Any, X: np.ndarray, y: np.ndarray) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


def their_loss_and_gradient(model: Any, X: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Ask scikit-learn's private ``_backprop`` for its loss and the slopes it goes down."""
    activations = [X, *(np.empty((len(X), len(b))) for b in model.intercepts_)]
    deltas = [np.empty_like(a) for a in activations[1:]]
    by_weights = [np.empty_like(weights) for weights in model.coefs_]
    by_biases = [np.empty_like(biases) for biases in model.intercepts_]
    loss, by_weights, by_biases = model._backprop(
        X, y, None, activations, deltas, by_weights, by_biases
    )
    return loss, np.concatenate([array.ravel() for array in (*by_weights, *by_biases)])


@pytest.mark.parametrize("name", NAMES)
def test_trained_weights_give_their_probabilities_loss_and_gradient(name: str) -> None:
    model = fitted(
        MLPClassifier((12, 8), activation=name, alpha=0.5, max_iter=15, random_state=0), X, LABELS
    )
    network = as_network(model, SOFTMAX)
    assert np.allclose(predict(network, X), model.predict_proba(X), rtol=1e-9, atol=1e-12)
    loss, slopes = their_loss_and_gradient(model, X, one_hot(LABELS, 10))
    penalties = [L2(0.5 / len(X))]
    ours = gradient(network, X, LABELS, CROSS_ENTROPY, penalties=penalties).parameters
    assert total_cost(network, X, LABELS, CROSS_ENTROPY, penalties) == pytest.approx(loss, rel=1e-9)
    assert np.allclose(ours, slopes, rtol=1e-9, atol=1e-12)


def test_two_classes_give_their_probabilities_loss_and_gradient() -> None:
    points, labels = (array[:100] for array in load_iris(return_X_y=True))
    model = fitted(MLPClassifier((5,), alpha=0, max_iter=40, random_state=0), points, labels)
    network = as_network(model, SIGMOID)
    assert np.allclose(predict(network, points)[:, 0], model.predict_proba(points)[:, 1], rtol=1e-9)
    loss, slopes = their_loss_and_gradient(model, points, labels[:, None])
    assert total_cost(network, points, labels, BINARY_CROSS_ENTROPY) == pytest.approx(loss)
    ours = gradient(network, points, labels, BINARY_CROSS_ENTROPY).parameters
    assert np.allclose(ours, slopes, rtol=1e-9, atol=1e-12)


def test_a_regressor_gives_its_predictions_loss_and_gradient() -> None:
    targets = X[:, 20] + X[:, 30] ** 2
    model = fitted(
        MLPRegressor(
            hidden_layer_sizes=(6,), activation="tanh", alpha=0, max_iter=20, random_state=0
        ),
        X,
        targets,
    )
    network = as_network(model, IDENTITY)
    assert np.allclose(predict(network, X)[:, 0], model.predict(X), rtol=1e-9, atol=1e-12)
    loss, slopes = their_loss_and_gradient(model, X, targets[:, None])
    assert total_cost(network, X, targets[:, None], MSE) == pytest.approx(loss)
    ours = gradient(network, X, targets[:, None], MSE).parameters
    assert np.allclose(ours, slopes, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("solver", "settings", "optimiser"),
    [
        ("sgd", {"momentum": 0.0}, GradientDescent(0.02)),
        ("sgd", {"momentum": 0.8, "nesterovs_momentum": True}, Nesterov(0.02, 0.8)),
        ("adam", {}, Adam(0.02)),
    ],
    ids=["gradient descent", "Nesterov", "Adam"],
)
def test_a_whole_run_ends_where_theirs_ends(
    solver: str, settings: dict, optimiser: Optimiser
) -> None:
    def model(n_epochs: int) -> MLPClassifier:
        return MLPClassifier(
            (9,), activation="tanh", solver=solver, alpha=0.0, batch_size=32, shuffle=False,
            learning_rate_init=0.02, max_iter=n_epochs, n_iter_no_change=99, tol=0.0,
            random_state=0, **settings,
        )  # fmt: skip

    start = fitted(model(1), X, LABELS)
    theirs = fitted(model(8), X, LABELS)
    # Their first epoch cannot be undone, so ours starts where they start: from their initial draw.
    initial = model(1)
    initial.learning_rate_init, initial.solver = 1e-300, "sgd"
    network = as_network(fitted(initial, X, LABELS), SOFTMAX)
    first, run = (
        train(network, X, LABELS, CROSS_ENTROPY, optimiser, n_epochs=n, batch_size=32).network
        for n in (1, 8)
    )
    assert np.allclose(first.parameters, as_network(start, SOFTMAX).parameters, atol=1e-11)
    assert np.allclose(run.parameters, as_network(theirs, SOFTMAX).parameters, atol=1e-9)
