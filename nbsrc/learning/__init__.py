"""Learning: backpropagation, optimisers, training, and how to check them."""

from nbsrc.learning.backpropagation import (
    FOUR_EQUATIONS,
    Equations,
    Gradients,
    backward,
    backward_from,
    bias_gradient,
    gradient,
    hidden_error,
    input_gradient,
    output_error,
    weight_gradient,
)
from nbsrc.learning.early_stopping import EarlyStopping
from nbsrc.learning.gradient_check import (
    central_differences,
    check_equations,
    numerical_errors,
    numerical_gradient,
    relative_error,
)
from nbsrc.learning.momentum import best_settings, heavy_ball, kept_by, settings_within
from nbsrc.learning.optimisers import Adam, GradientDescent, Momentum, Nesterov, RMSProp, descend
from nbsrc.learning.planted_bugs import BROKEN_EQUATION, PLANTED_BUGS
from nbsrc.learning.schedules import cosine, inverse_time, step_decay, warm_up
from nbsrc.learning.training import History, Training, spread_steps, train

__all__ = [
    "BROKEN_EQUATION",
    "FOUR_EQUATIONS",
    "PLANTED_BUGS",
    "Adam",
    "EarlyStopping",
    "Equations",
    "GradientDescent",
    "Gradients",
    "History",
    "Momentum",
    "Nesterov",
    "RMSProp",
    "Training",
    "backward",
    "backward_from",
    "best_settings",
    "bias_gradient",
    "central_differences",
    "check_equations",
    "cosine",
    "descend",
    "gradient",
    "heavy_ball",
    "hidden_error",
    "input_gradient",
    "inverse_time",
    "kept_by",
    "numerical_errors",
    "numerical_gradient",
    "output_error",
    "relative_error",
    "settings_within",
    "spread_steps",
    "step_decay",
    "train",
    "warm_up",
    "weight_gradient",
]
