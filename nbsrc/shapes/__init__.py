"""Shapes that networks make: steps, towers, regions."""
