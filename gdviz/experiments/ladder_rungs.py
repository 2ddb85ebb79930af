"""The rungs of the ladder: what is changed on each, and what is known of it.

Values for `ladder`, its verdicts and pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.experiments.gains import gain_interval, percent_interval
from gdviz.experiments.repeats import Interval
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import TrainingOutcome, percents_right
from gdviz.training.config import PRESETS, TrainingConfig

Numbers = npt.NDArray[np.float64]
Gain = tuple[float, Interval | None]
"""In points, with its 95 % interval."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One change.

    Parameters
    ----------
    title : str
    kind : int
        The place of its answer among those of the prediction; -1 for the lesson's network.
    changes : mapping
        Settings of `TrainingConfig`.
    """

    title: str
    kind: int
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderSettings(Settings):
    """What can be set of it."""

    n_starts: int = setting(4, "Starts", "How many networks are trained on each rung.", 1, 100)
    epochs: int = setting(12, "Epochs", "How long each network is trained.", 1, 1_000)
    n_examples: int = setting(
        60_000, "Training images", "The first so many are trained on.", 10, 1_000_000
    )
    hidden: tuple[int, ...] = setting(
        (128, 64), "Wider hidden layers", "Neurons of the hidden layers from that rung on.",
        1, 10_000,
    )  # fmt: skip
    shift: float = setting(
        1.0, "Shift in pixels", "How far training images are moved at most on the last rung.", 0, 14
    )


@dataclass(frozen=True, eq=False, slots=True)
class Climbed:
    """What is known of a rung.

    Parameters
    ----------
    rung : Rung
    config : TrainingConfig
        Of the first start.
    outcomes : tuple of TrainingOutcome
        Of the starts that are trained.
    """

    rung: Rung
    config: TrainingConfig
    outcomes: tuple[TrainingOutcome, ...]

    @property
    def accuracies(self) -> Numbers:
        """Per cent of the test images, shape (n_starts,)."""
        return percents_right(self.outcomes)

    @property
    def mean(self) -> float:
        """Of the accuracies."""
        return float(self.accuracies.mean())

    @property
    def interval(self) -> Interval | None:
        """Student's, between the starts."""
        return percent_interval(self.accuracies)


def rungs_of(settings: LadderSettings, *, is_square: bool) -> tuple[Rung, ...]:
    """Give the rungs, the lesson's network first.

    Parameters
    ----------
    settings : LadderSettings
    is_square : bool
        Whether the images can be moved; if not, the last rung is left out.
    """
    rungs = (
        Rung("lesson", -1, {}),
        Rung("softmax, cross-entropy", 0, {
            "output_activation": "softmax", "cost": "cross_entropy", "learning_rate": 0.2,
        }),
        Rung("ReLU", 0, {
            "hidden_activation": "relu", "initializer": "he", "learning_rate": 0.1,
        }),
        Rung("Adam", 1, {"optimizer": "adam", "learning_rate": 0.001}),
        Rung("one-cycle schedule", 1, {"schedule": "one_cycle", "learning_rate": 0.006}),
        Rung("wider hidden layers", 2, {"hidden": settings.hidden, "learning_rate": 0.003}),
        Rung("shifted images", 3, {"augment_shift": settings.shift}),
    )  # fmt: skip
    return rungs if is_square else rungs[:-1]


def configs_of(settings: LadderSettings, rungs: tuple[Rung, ...]) -> list[TrainingConfig]:
    """Give the configuration of each rung's first start: all changes up to it."""
    config = PRESETS["lesson"].replace(
        data=settings.data,
        seed=settings.seed,
        epochs=settings.epochs,
        n_examples=settings.n_examples,
        schedule_epochs=float(settings.epochs),
    )
    configs = []
    for rung in rungs:
        changes = dict(rung.changes)
        if "hidden" in changes:
            ends = config.layer_sizes[0], config.layer_sizes[-1]
            changes["layer_sizes"] = (ends[0], *changes.pop("hidden"), ends[1])
        config = config.replace(**changes)
        configs.append(config)
    return configs


def gains_of(climbed: list[Climbed]) -> list[Gain]:
    """Give what each rung gains over the one below, in points, the first rung left out."""
    return [
        (over.mean - under.mean, gain_interval(under.accuracies, over.accuracies))
        for under, over in pairwise(climbed)
    ]
