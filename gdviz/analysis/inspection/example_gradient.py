"""The gradient of the cost of one example: which way each parameter would have to go for it."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork
from gdviz.nn.network import gradient
from gdviz.nn.parameters import Parameters


def takes(network: InspectedNetwork, example: ExampleImage) -> bool:
    """Whether a network has as many inputs as an image has pixels."""
    return len(example.image) == network.n_inputs


def example_gradient(network: InspectedNetwork, example: ExampleImage) -> Parameters | None:
    """Give ∂C/∂(each parameter) of one example; None if nobody says what it should be.

    Raises
    ------
    ValueError
        If the network does not take the image.
    """
    if not takes(network, example):
        raise ValueError(f"{len(example.image)} pixels are not {network.n_inputs} inputs")
    target = example.target(network.n_outputs)
    if target is None:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        return gradient(
            network.architecture,
            network.parameters,
            example.image[np.newaxis],
            target[np.newaxis],
            network.cost,
        )[1]
