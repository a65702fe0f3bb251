"""Learning: backpropagation, optimisers, training, and how to check them."""
