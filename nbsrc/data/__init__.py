"""Data that the chapters use: bundled or synthetic, always offline."""

from nbsrc.data.images import MNIST_VARIABLE, DataError, Images, digits, mnist, read_mnist
from nbsrc.data.points import separable_points

__all__ = [
    "MNIST_VARIABLE",
    "DataError",
    "Images",
    "digits",
    "mnist",
    "read_mnist",
    "separable_points",
]
