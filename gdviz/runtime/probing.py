"""One test image through the network, for the views that show what it says."""

from __future__ import annotations

import numpy as np

from gdviz.data.dataset import Split
from gdviz.nn import network
from gdviz.nn.parameters import Parameters
from gdviz.runtime.snapshot import Probe
from gdviz.training.config import TrainingConfig


def probe_of(config: TrainingConfig, parameters: Parameters, split: Split, index: int) -> Probe:
    """Send one image through the reference network: 13,002 products, not worth more.

    Parameters
    ----------
    config : TrainingConfig
    parameters : Parameters
    split : Split
    index : int
        Row of the split.
    """
    label = int(split.labels[index])
    target = network.one_hot(np.array([label]), config.layer_sizes[-1])
    with np.errstate(over="ignore", invalid="ignore"):
        passed = network.forward(config.architecture, parameters, split.inputs(np.array([index])))
        cost = network.costs_of(config.architecture, passed, target, config.cost)
        differences = (passed.outputs[0] - target[0]) ** 2
    activations = tuple(a[0] for a in passed.activations[1:])
    for array in (*activations, differences):
        array.flags.writeable = False
    return Probe(index, label, activations, float(cost[0]), differences)
