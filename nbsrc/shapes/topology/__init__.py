"""What layers do to shapes, and what they cannot undo."""
