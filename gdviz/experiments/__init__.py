"""The lesson's claims, each tried: real runs with figures, pictures and a verdict.

Headless and reproducible from a seed. The command ``gdviz experiment`` and the Lab run what stands
in `EXPERIMENTS`.
"""

from __future__ import annotations

from gdviz.experiments import (
    batch_size,
    easy_and_hard,
    interpolation,
    memorisation,
    shuffled_labels,
)
from gdviz.experiments.experiment import Experiment

EXPERIMENTS: dict[str, Experiment] = {
    module.EXPERIMENT.name: module.EXPERIMENT
    for module in (shuffled_labels, memorisation, easy_and_hard, batch_size, interpolation)
}
"""All experiments by name, in the order in which they are listed."""

__all__ = ["EXPERIMENTS", "Experiment"]
