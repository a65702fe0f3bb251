"""What layers do to shapes and cannot undo: motions, certificates, links, other layers."""
