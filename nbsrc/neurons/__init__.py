"""One neuron: activations, the perceptron rule, logic gates, a spiking cell."""
