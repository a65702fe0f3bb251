"""What layers do to shapes and cannot undo: motions, certificates, links, stretching, other layers."""
