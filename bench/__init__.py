"""Measurements of speed, run by hand: they print ratios, and no test depends on them."""
