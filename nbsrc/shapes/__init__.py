"""Shapes that networks make of their inputs: pieces, regions, constructions and errors."""

from nbsrc.shapes.budgets import AdamEach, sizes_within, with_random_biases
from nbsrc.shapes.bumps import (
    interpolated,
    polyline,
    relu_network,
    soft_step,
    staircase,
    step_network,
)
from nbsrc.shapes.counting import (
    folding_lower_bound,
    folds,
    maxout_lower_bound,
    shallow_maximum,
    upper_bound,
)
from nbsrc.shapes.errors import (
    interpolation_error,
    modulus_of_continuity,
    relu_kinks,
    relu_steepest,
    staircase_distance,
    staircase_error,
    sup_between,
)
from nbsrc.shapes.folding import assembled, folding_network
from nbsrc.shapes.maxout import MaxoutNetwork, folding_maxout, maxout_regions
from nbsrc.shapes.pieces import kinks
from nbsrc.shapes.polygons import rectangle
from nbsrc.shapes.regions import linear_regions
from nbsrc.shapes.sampling import ball_points, barron_bound, bell, bell_norm, draw_steps

__all__ = [
    "AdamEach",
    "MaxoutNetwork",
    "assembled",
    "ball_points",
    "barron_bound",
    "bell",
    "bell_norm",
    "draw_steps",
    "folding_lower_bound",
    "folding_maxout",
    "folding_network",
    "folds",
    "interpolated",
    "interpolation_error",
    "kinks",
    "linear_regions",
    "maxout_lower_bound",
    "maxout_regions",
    "modulus_of_continuity",
    "polyline",
    "rectangle",
    "relu_kinks",
    "relu_network",
    "relu_steepest",
    "shallow_maximum",
    "sizes_within",
    "soft_step",
    "staircase",
    "staircase_distance",
    "staircase_error",
    "step_network",
    "sup_between",
    "upper_bound",
    "with_random_biases",
]
