"""One neuron: activations, the perceptron rule, logic gates, a spiking cell."""

from nbsrc.neurons.activations import (
    ACTIVATIONS,
    IDENTITY,
    LEAKY_RELU,
    RELU,
    SIGMOID,
    SOFTMAX,
    STEP,
    TANH,
    Activation,
    leaky_relu,
    relu,
    sigmoid,
    sigmoid_derivative,
    softmax,
    softmax_jacobian,
    step,
    tanh_derivative,
)
from nbsrc.neurons.cuts import fenced_area, region_radius
from nbsrc.neurons.neuron import output, pre_activation, signed_distance

__all__ = [
    "ACTIVATIONS",
    "IDENTITY",
    "LEAKY_RELU",
    "RELU",
    "SIGMOID",
    "SOFTMAX",
    "STEP",
    "TANH",
    "Activation",
    "fenced_area",
    "leaky_relu",
    "output",
    "pre_activation",
    "region_radius",
    "relu",
    "sigmoid",
    "sigmoid_derivative",
    "signed_distance",
    "softmax",
    "softmax_jacobian",
    "step",
    "tanh_derivative",
]
