"""gdviz: a neural network learns handwritten digits in front of you.

As a library it trains, saves, loads and slices without a window, and without Qt installed.
The names below are loaded when they are first used, so that ``import gdviz`` is quick.

Examples
--------
Train the lesson's network for a while on 2,000 of the 60,000 images, and score it:

>>> import gdviz
>>> dataset = gdviz.load_mnist()
>>> config = gdviz.PRESETS["lesson"].replace(n_examples=2000, epochs=2)
>>> isinstance(config, gdviz.TrainingConfig)
True
>>> trainer = gdviz.Trainer(config, dataset)
>>> while trainer.epoch < config.epochs:
...     records = trainer.advance(100)
>>> trainer.step
126
>>> result = gdviz.evaluate(config.architecture, trainer.parameters, dataset, config.cost)
>>> low, high = gdviz.wilson_interval(result.test_correct, result.test_total)
>>> 0.2 < low < result.test_accuracy < high < 0.95
True

Save it with all that is needed to go on, load it, open it as any network file:

>>> import tempfile, pathlib
>>> folder = tempfile.TemporaryDirectory()
>>> path = pathlib.Path(folder.name) / "network.safetensors"
>>> gdviz.save_checkpoint(path, trainer.config, trainer.state())
>>> config, state = gdviz.load_checkpoint(path)
>>> again = gdviz.Trainer(config, dataset, state)
>>> again.step
126
>>> network = gdviz.read_network(path)
>>> network.architecture == gdviz.Architecture((784, 16, 16, 10))
True
>>> isinstance(network.parameters, gdviz.Parameters)
True

Slice the real cost on a random plane through it, 5 by 5 points on the first 100 images:

>>> import numpy as np
>>> plane = gdviz.random_plane(network.parameters, np.random.default_rng(0), step=126)
>>> axis = np.linspace(-1, 1, 5)
>>> images, labels = dataset.train.images[:100], dataset.train.labels[:100]
>>> task = gdviz.begin_slice(config.architecture, plane, axis, axis, images, labels, config.cost)
>>> surface = gdviz.compute_surface(task)
>>> surface.cost.shape
(5, 5)

Its middle is the cost of the network itself, which the readable reference gives too:

>>> targets = gdviz.one_hot(labels)
>>> inputs = dataset.train.inputs(slice(100))
>>> cost, slope = gdviz.gradient(
...     config.architecture, network.parameters, inputs, targets, config.cost
... )
>>> bool(np.isclose(surface.cost[2, 2], cost))
True
>>> folder.cleanup()
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Architecture": "gdviz.nn.parameters",
    "PRESETS": "gdviz.training.config",
    "Parameters": "gdviz.nn.parameters",
    "Trainer": "gdviz.training.trainer",
    "TrainingConfig": "gdviz.training.config",
    "begin_slice": "gdviz.analysis.cost_surface",
    "compute_surface": "gdviz.analysis.cost_surface",
    "evaluate": "gdviz.training.evaluation",
    "gradient": "gdviz.nn.network",
    "load_checkpoint": "gdviz.storage.checkpoint",
    "load_mnist": "gdviz.data.mnist",
    "one_hot": "gdviz.nn.network",
    "random_plane": "gdviz.analysis.directions",
    "read_network": "gdviz.storage.readers",
    "save_checkpoint": "gdviz.storage.checkpoint",
    "wilson_interval": "gdviz.analysis.interval",
}
"""Each public name and the module that holds it."""

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604  # the table's keys are names


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'gdviz' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Give the public names."""
    return sorted(__all__)
