"""Runs of `learning-rate`: networks at many rates, and full-batch descent with its curvature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.cost_curvature import cost_curvature
from gdviz.analysis.curvature import Curvature
from gdviz.analysis.stability import stability
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import (
    TrainingOutcome,
    TrainingTask,
    dataset_of,
    fitted,
    percents_right,
)
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.initializers import INITIALIZERS
from gdviz.runtime.tasks import Channel
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.trainer import Trainer

Numbers = npt.NDArray[np.float64]

LESSON, OTHER = "lesson", "other"
NEAR = 0.8
"""A curvature of so many times 2/η has come to the edge."""
NOTHING = 2.0
"""An accuracy below so many times chance is no learning."""
_CURVATURE_PURPOSE = 82
"""Of the seed, for the vector from which the search for the largest curvature begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSettings(Settings):
    """What can be set of it; the other network is the one beside the lesson's."""

    rates: tuple[float, ...] = setting(
        (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0), "Learning rates",
        "η at which both networks are trained, on mini-batches of 32.", 1e-6, 1e6,
    )  # fmt: skip
    n_starts: int = setting(4, "Starts", "Networks trained at each of them.", 1, 100)
    epochs: int = setting(3, "Epochs", "How long each of them is trained.", 1, 1_000)
    n_examples: int = setting(
        60_000, "Training images", "The first so many are trained on.", 10, 1_000_000
    )
    hidden_activation: str = setting(
        "relu", "Activation", "Of the other network.", choices=tuple(ACTIVATIONS)
    )
    output_activation: str = setting(
        "softmax", "Output", "Of the other network.", choices=tuple(OUTPUT_ACTIVATIONS)
    )
    cost: str = setting("cross_entropy", "Cost", "Of the other network.", choices=tuple(COSTS))
    initializer: str = setting(
        "he", "Initializer", "Of the other network.", choices=tuple(INITIALIZERS)
    )
    full_batch_rates: tuple[float, ...] = setting(
        (0.1, 0.2, 0.4), "Full-batch rates",
        "η at which the other network goes down the cost of all its images at once.", 1e-6, 1e6,
    )  # fmt: skip
    full_batch_starts: int = setting(2, "Full-batch starts", "Networks at each of them.", 1, 100)
    full_batch_images: int = setting(
        3_000, "Full-batch images", "All the images of the full-batch descent.", 10, 1_000_000
    )
    steps: int = setting(500, "Full-batch steps", "Steps of the descent.", 1, 1_000_000)
    looks: int = setting(
        40, "Curvatures", "How often its largest curvature is computed.", 2, 10_000
    )

    def network(self, key: str) -> TrainingConfig:
        """Give one of the two networks."""
        config = PRESETS["lesson"].replace(data=self.data, seed=self.seed)
        if key == LESSON:
            return config
        return config.replace(
            hidden_activation=self.hidden_activation,
            output_activation=self.output_activation,
            cost=self.cost,
            initializer=self.initializer,
        )

    def title(self, key: str) -> str:
        """Name one of the two networks by what it is made of."""
        config = self.network(key)
        cost = COSTS[config.cost].title.lower()
        output = OUTPUT_ACTIVATIONS[config.output_activation].title.lower()
        return f"{ACTIVATIONS[config.hidden_activation].title}, {output}, {cost}"


def sweep_tasks(settings: RateSettings) -> list[TrainingTask]:
    """Give one task for each start of each rate of each network, in this nesting."""
    return [
        TrainingTask(
            settings.network(key).replace(
                learning_rate=rate,
                epochs=settings.epochs,
                n_examples=settings.n_examples,
                seed=settings.seed + start,
            ),
            n_train=10_000,
        )
        for key in (LESSON, OTHER)
        for rate in settings.rates
        for start in range(settings.n_starts)
    ]


@dataclass(frozen=True, eq=False, slots=True)
class AtRate:
    """Networks trained at one learning rate.

    Parameters
    ----------
    rate : float
    config : TrainingConfig
        Of the first start, as it fits the data.
    outcomes : tuple of TrainingOutcome
    """

    rate: float
    config: TrainingConfig
    outcomes: tuple[TrainingOutcome, ...]

    @property
    def accuracies(self) -> Numbers:
        """Per cent of the test images, shape (n_starts,)."""
        return percents_right(self.outcomes)

    @property
    def costs(self) -> Numbers:
        """Training costs at the end, shape (n_starts,)."""
        return np.array([outcome.train_cost[-1] for outcome in self.outcomes])

    @property
    def diverged(self) -> tuple[int, ...]:
        """The steps at which the cost stopped being finite, of the starts in which it did."""
        steps = (outcome.diverged_at for outcome in self.outcomes)
        return tuple(step for step in steps if step is not None)

    @property
    def fate(self) -> str:
        """What became of them, in a few words; empty if they learned."""
        n = len(self.outcomes)
        if self.diverged:
            first = f"{min(self.diverged):,}"
            return f"diverged in {len(self.diverged)} of {n}, at step {first} first"
        n_stuck = int((self.accuracies < NOTHING * 100 / self.config.layer_sizes[-1]).sum())
        return f"at chance in {n_stuck} of {n}" if n_stuck else ""


def sweeps_of(settings: RateSettings, known: list[Any]) -> dict[str, list[AtRate]]:
    """Give what is known of each network at each rate, where all starts are done."""
    sweeps: dict[str, list[AtRate]] = {LESSON: [], OTHER: []}
    n, dataset = settings.n_starts, dataset_of(settings.data)
    for place, task in enumerate(sweep_tasks(settings)[::n]):
        part = known[place * n : (place + 1) * n]
        if all(_is_whole(outcome, settings) for outcome in part):
            key = LESSON if place < len(settings.rates) else OTHER
            config = fitted(task.config, dataset)
            sweeps[key].append(AtRate(config.learning_rate, config, tuple(part)))
    return sweeps


def _is_whole(outcome: object, settings: RateSettings) -> bool:
    return isinstance(outcome, TrainingOutcome) and (
        outcome.diverged_at is not None or bool(outcome.epochs[-1] >= settings.epochs)
    )


@dataclass(frozen=True, slots=True)
class Descent:
    """A full-batch descent to be followed.

    Parameters
    ----------
    config : TrainingConfig
        Its epochs are its steps.
    n_looks : int
    """

    config: TrainingConfig
    n_looks: int


@dataclass(frozen=True, eq=False, slots=True)
class Path:
    """A full-batch descent that was followed, or is.

    Parameters
    ----------
    config : TrainingConfig
        As it fits the data.
    costs : ndarray of shape (n_steps,)
        Over all its images, before each step.
    looked_at : ndarray of shape (n,)
        Steps taken when the curvature was computed, from 0.
    curvatures : ndarray of shape (n,)
        The largest one.
    diverged_at : int or None
    vector : ndarray of shape (P,), float32
    """

    config: TrainingConfig
    costs: Numbers
    looked_at: Numbers
    curvatures: Numbers
    diverged_at: int | None
    vector: npt.NDArray[np.float32]

    @property
    def ratios(self) -> Numbers:
        """The curvatures as shares of the limit 2/η, shape (n,)."""
        limit = stability(0.0, self.config.learning_rate).limit
        return np.asarray(self.curvatures / limit)

    @property
    def arrival(self) -> int | None:
        """The first look, after the start's, at which the curvature is near 2/η or above."""
        at = np.flatnonzero(self.ratios[1:] >= NEAR)
        return int(at[0]) + 1 if len(at) else None

    @property
    def since_arrival(self) -> Numbers:
        """The ratios from the arrival on; empty if it never came."""
        return self.ratios[len(self.ratios) if self.arrival is None else self.arrival :]

    @property
    def fall(self) -> float:
        """By how much the cost has fallen since the arrival; 0 if it has just come, or never."""
        if self.arrival is None:
            return 0.0
        since = self.costs[int(self.looked_at[self.arrival]) :]
        return float(since[0] - since[-1]) if len(since) else 0.0

    def rises(self, *, after: bool) -> tuple[int, int]:
        """Count the steps by which the cost rose, and all steps, after the arrival or before."""
        steps = np.diff(self.costs) > 0
        end = len(self.costs) if self.arrival is None else int(self.looked_at[self.arrival])
        chosen = steps[end:] if after else steps[:end]
        return int(chosen.sum()), len(chosen)


def descents_of(settings: RateSettings) -> list[Descent]:
    """Give one descent for each start of each full-batch rate."""
    config = settings.network(OTHER).replace(
        mini_batch="all", n_examples=settings.full_batch_images, epochs=settings.steps
    )
    return [
        Descent(
            config.replace(learning_rate=rate, seed=settings.seed + start),
            min(settings.looks, settings.steps + 1),
        )
        for rate in settings.full_batch_rates
        for start in range(settings.full_batch_starts)
    ]


def descend(task: Descent, channel: Channel) -> Path:
    """Follow one descent: its cost at every step, its largest curvature at some."""
    dataset = dataset_of(task.config.data)
    config = fitted(task.config, dataset)
    trainer = Trainer(config, dataset)
    examples = dataset.train.first(trainer.n_examples)
    generator = np.random.default_rng((config.seed, _CURVATURE_PURPOSE))
    found: Curvature | None = None
    costs: list[float] = []
    looks: list[tuple[int, float]] = []
    for goal in np.linspace(0, config.epochs, task.n_looks).round().astype(int).tolist():
        while trainer.step < goal and trainer.diverged_at is None:
            channel.look()
            costs += trainer.advance(1)["cost"].tolist()
        if trainer.diverged_at is not None:
            break
        channel.look()
        about = trainer.parameters, examples.images, examples.labels, config.cost, generator
        try:
            found = cost_curvature(config.architecture, *about, previous=found, step=trainer.step)
        except ValueError:  # the parameters are finite still, the curvature is not
            return _path(config, trainer, costs, looks, trainer.step)
        assert found is not None, "nobody told it to stop"
        looks.append((trainer.step, float(found.values[0])))
        channel.tell(goal / max(config.epochs, 1), _path(config, trainer, costs, looks))
    return _path(config, trainer, costs, looks, trainer.diverged_at)


def _path(
    config: TrainingConfig,
    trainer: Trainer,
    costs: list[float],
    looks: list[tuple[int, float]],
    diverged_at: int | None = None,
) -> Path:
    looked_at, curvatures = np.array(looks, np.float64).reshape(-1, 2).T
    vector = trainer.parameters.vector.astype(np.float32)
    return Path(config, np.array(costs), looked_at, curvatures, diverged_at, vector)
