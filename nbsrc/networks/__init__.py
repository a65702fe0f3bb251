"""Networks of neurons: layers and the forward pass, costs, penalties, targets."""

from nbsrc.networks.costs import BINARY_CROSS_ENTROPY, COSTS, CROSS_ENTROPY, MSE, Cost
from nbsrc.networks.initialisation import (
    INITIALISATIONS,
    he,
    scaled_normal,
    standard_normal,
    xavier,
    zeros,
)
from nbsrc.networks.network import (
    Network,
    Pass,
    count_parameters,
    forward,
    forward_from,
    input_jacobian,
    new_network,
    predict,
    stack,
)
from nbsrc.networks.objective import mean_cost, total_cost
from nbsrc.networks.penalties import L2, Contractive
from nbsrc.networks.targets import accuracy, one_hot, predicted_labels

__all__ = [
    "BINARY_CROSS_ENTROPY",
    "COSTS",
    "CROSS_ENTROPY",
    "INITIALISATIONS",
    "L2",
    "MSE",
    "Contractive",
    "Cost",
    "Network",
    "Pass",
    "accuracy",
    "count_parameters",
    "forward",
    "forward_from",
    "he",
    "input_jacobian",
    "mean_cost",
    "new_network",
    "one_hot",
    "predict",
    "predicted_labels",
    "scaled_normal",
    "stack",
    "standard_normal",
    "total_cost",
    "xavier",
    "zeros",
]
