"""A network as a diagram of neurons and edges: where its parts stand, and painting them."""
