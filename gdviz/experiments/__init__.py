"""The lesson's claims, each tried: real runs with figures, pictures and a verdict.

Headless and reproducible from a seed. The command ``gdviz experiment`` and the Lab run what stands
in `EXPERIMENTS`.
"""

from __future__ import annotations

from gdviz.experiments import (
    batch_size,
    easy_and_hard,
    fragility,
    interpolation,
    ladder,
    learning_rate,
    memorisation,
    noise,
    shuffled_labels,
    starts,
    step_activations,
)
from gdviz.experiments.experiment import Experiment

EXPERIMENTS: dict[str, Experiment] = {
    module.EXPERIMENT.name: module.EXPERIMENT
    for module in (
        shuffled_labels,
        memorisation,
        easy_and_hard,
        starts,
        noise,
        ladder,
        step_activations,
        batch_size,
        learning_rate,
        interpolation,
        fragility,
    )
}
"""All experiments by name, in the order in which they are listed."""

__all__ = ["EXPERIMENTS", "Experiment"]
