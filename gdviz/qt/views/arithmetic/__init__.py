"""The arithmetic of one neuron, forward and backward; `view` is the entry."""
