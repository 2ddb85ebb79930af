"""A trained network of an experiment as `gdviz.analysis.inspection` looks at it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.parameters import Parameters
from gdviz.training.config import TrainingConfig


def network_of(
    config: TrainingConfig, vector: npt.NDArray[np.float32], title: str = ""
) -> InspectedNetwork:
    """Give a network to be inspected.

    Parameters
    ----------
    config : TrainingConfig
        Of its training.
    vector : ndarray of shape (P,), float32
        Read-only from now on.
    title : str, optional
    """
    vector.flags.writeable = False
    parameters = Parameters(vector, config.architecture.layout)
    return InspectedNetwork(title, config.architecture, parameters, config.cost, "file")
