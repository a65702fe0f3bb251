"""What every chapter is written with: claims, numbers in prose, the seed."""

from nbsrc.chapter.claims import claim
from nbsrc.chapter.prose import tell
from nbsrc.chapter.seed import book_seed, generator

__all__ = [
    "book_seed",
    "claim",
    "generator",
    "tell",
]
