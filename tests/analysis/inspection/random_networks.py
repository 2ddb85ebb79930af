"""Networks of any shape."""

import numpy as np

from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.parameters import Architecture, Parameters


def random_network(sizes=(784, 16, 16, 10), seed=0, title="random", **architecture):
    """A network with normal weights; every network of a seed and sizes is the same."""
    whole = Architecture(sizes, **architecture)
    vector = np.random.default_rng(seed).normal(0, 0.5, whole.n_parameters).astype(np.float32)
    vector.flags.writeable = False
    return InspectedNetwork(title, whole, Parameters(vector, whole.layout), "quadratic", "file")
