"""One neuron on the bench; `view` is the entry."""
