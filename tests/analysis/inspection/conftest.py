"""Small networks of every kind to be inspected, and outcomes made of chosen numbers."""

import numpy as np
import pytest

from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.activations import OUTPUT_ACTIVATIONS
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


def made_outcomes(weighted_inputs, labels, output="sigmoid", steepness=1.0) -> Outcomes:
    """Give the outcomes of a network without hidden layers whose weighted inputs are known."""
    weighted = np.asarray(weighted_inputs, np.float32)
    labels = np.asarray(labels, np.uint8)
    architecture = Architecture(
        (1, weighted.shape[1]), output_activation=output, steepness=steepness
    )
    parameters = Parameters(np.zeros(architecture.layout.size, np.float32), architecture.layout)
    network = InspectedNetwork("made", architecture, parameters, "quadratic", "file")
    gain = steepness if output == "sigmoid" else 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = OUTPUT_ACTIVATIONS[output].function(np.float32(gain) * weighted)
        targets = np.eye(weighted.shape[1])[labels]
        costs = np.square(outputs - targets).sum(axis=1)
    return Outcomes(network, "test", labels, weighted, outputs, costs, outputs.argmax(axis=1))


@pytest.fixture
def made():
    """Give `made_outcomes`."""
    return made_outcomes


@pytest.fixture
def drawn():
    """Give random outcomes: ``drawn(n, n_outputs=10, scale=3)``, right about half the time."""

    def make(n=1_000, n_outputs=10, scale=3.0, output="sigmoid", seed=0):
        random = np.random.default_rng(seed)
        labels = random.integers(0, n_outputs, n)
        weighted = random.normal(0, scale, (n, n_outputs))
        weighted[np.arange(n), labels] += scale * 1.5
        return made_outcomes(weighted, labels, output)

    return make
