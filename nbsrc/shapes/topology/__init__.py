"""Layers and what they do to shapes."""
