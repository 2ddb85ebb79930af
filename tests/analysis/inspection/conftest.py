"""Small networks of every kind to be inspected."""

import numpy as np
import pytest

from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.parameters import Architecture, Parameters


@pytest.fixture
def make_network():
    """Give a function that makes a network with drawn parameters; float64 where slopes count."""

    def make(
        sizes,
        hidden="sigmoid",
        output="sigmoid",
        cost="quadratic",
        dtype=np.float32,
        steepness=1.0,
        seed=0,
    ):
        architecture = Architecture(sizes, hidden, output, steepness)
        drawn = np.random.default_rng(seed).normal(size=architecture.n_parameters)
        parameters = Parameters((0.5 * drawn).astype(dtype), architecture.layout)
        return InspectedNetwork("drawn", architecture, parameters, cost, "file")

    return make
