"""A network as a diagram of neurons and edges; `view` is the entry."""
