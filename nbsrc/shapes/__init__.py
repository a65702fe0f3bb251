"""Shapes that networks make of their inputs: pieces, regions, constructions and errors."""
