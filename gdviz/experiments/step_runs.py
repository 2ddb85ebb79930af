"""Runs of `step-activations`: networks trained at each steepness, and one looked at on all.

σ(kz) of W and b is σ(z) of kW and kb: a steeper network is one whose start has larger weights,
and a step of η there is one of ηk² here. So that steepness is not taken for a wrong learning
rate, each steepness is trained with η, η/k and η/k²; the one with the lowest mean training cost
counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.smoothness import HARD, Smoothness, smoothness
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import (
    TrainingOutcome,
    TrainingTask,
    dataset_of,
    fitted,
    percents_right,
)
from gdviz.nn.parameters import Parameters
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.tasks import Channel
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.state import initial_state

Numbers = npt.NDArray[np.float64]

N_SCORED = 10_000
"""Training images, at most, of the cost by which a learning rate is chosen."""
POWERS = (0, -1, -2)
"""Each steepness k is trained with η times k to these."""
LOOKED_AT = (
    0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 50.0, 100.0, 200.0, 300.0, 500.0,
    1000.0,
)  # fmt: skip
"""Steepnesses at which a trained network is looked at, beside hard steps; 1 is among them."""
STAIRS = (1.0, 10.0, HARD)
"""Steepnesses of the cost along a line."""
_STAIR_EXAMPLES = 20
"""So few that single steps are seen."""
_STAIR_REACH = 0.5
"""The line reaches so far to both sides, as a share of the length of all parameters."""
_STAIR_POINTS = 401
_STAIRS_PURPOSE = 81
"""Of the seed, for the line's direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSettings(Settings):
    """What can be set of it."""

    steepnesses: tuple[float, ...] = setting(
        (0.3, 1.0, 3.0, 10.0, 30.0, 100.0), "Steepnesses",
        "k of σ(kz) at which networks are trained; 1 and hard steps always are.", 0.01, 1_000,
    )  # fmt: skip
    n_starts: int = setting(4, "Starts", "How many networks are trained at each.", 1, 100)
    epochs: int = setting(8, "Epochs", "How long each network is trained.", 1, 1_000)
    n_examples: int = setting(
        60_000, "Training images", "The first so many are trained on.", 10, 1_000_000
    )
    learning_rate: float = setting(
        0.7, "Learning rate", "η at k = 1; at others η, η/k and η/k² are tried.", 1e-6, 1e3
    )
    n_test: int = setting(
        10_000, "Test images", "Test images on which a trained network is looked at.", 1, 1_000_000
    )

    @property
    def trained_at(self) -> tuple[float, ...]:
        """Steepnesses in order, 1 and hard steps among them."""
        return (*sorted({*self.steepnesses, 1.0}), HARD)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A steepness and a learning rate."""

    steepness: float
    learning_rate: float

    def config(self, settings: StepSettings) -> TrainingConfig:
        """Give the lesson's network with them."""
        config = PRESETS["lesson"].replace(
            data=settings.data,
            epochs=settings.epochs,
            n_examples=settings.n_examples,
            learning_rate=self.learning_rate,
            seed=settings.seed,
        )
        if self.steepness == HARD:
            return config.replace(hidden_activation="step")
        return config.replace(steepness=self.steepness)


def attempts_of(settings: StepSettings) -> tuple[Attempt, ...]:
    """Give what is tried; k = 1 first, for the others are compared with it."""
    rate = settings.learning_rate
    attempts = [Attempt(1.0, rate), Attempt(HARD, rate)]
    for k in settings.trained_at:
        if k not in (1.0, HARD):
            attempts += [Attempt(k, rate * k**power) for power in POWERS]
    return tuple(attempts)


def tasks_of(settings: StepSettings) -> list[TrainingTask]:
    """Give one task for each start of each attempt, attempt by attempt."""
    return [
        TrainingTask(attempt.config(settings).replace(seed=settings.seed + start), n_train=N_SCORED)
        for attempt in attempts_of(settings)
        for start in range(settings.n_starts)
    ]


@dataclass(frozen=True, eq=False, slots=True)
class Trained:
    """Networks of one steepness, trained with the learning rate that suited them best.

    Parameters
    ----------
    attempt : Attempt
    config : TrainingConfig
        Of the first start, as it fits the data.
    outcomes : tuple of TrainingOutcome
    """

    attempt: Attempt
    config: TrainingConfig
    outcomes: tuple[TrainingOutcome, ...]

    @property
    def accuracies(self) -> Numbers:
        """Per cent of the test images, shape (n_starts,)."""
        return percents_right(self.outcomes)

    @property
    def cost(self) -> float:
        """Mean training cost; infinite if one diverged."""
        costs = np.array([outcome.train_cost[-1] for outcome in self.outcomes])
        return float(costs.mean()) if np.isfinite(costs).all() else np.inf

    def n_moved(self) -> int:
        """Count the hidden weights and biases that differ from their start in any network."""
        hidden = slice(0, self.n_hidden)
        moved = np.zeros(self.n_hidden, bool)
        for start, outcome in enumerate(self.outcomes):
            begun = initial_state(self.config.replace(seed=self.config.seed + start)).parameters
            moved |= begun.vector[hidden] != outcome.vector[hidden]
        return int(moved.sum())

    @property
    def n_hidden(self) -> int:
        """Weights and biases of the hidden layers."""
        return int(self.config.architecture.layout.layer_slices[-1].start)


def trained_of(settings: StepSettings, known: list[Any]) -> dict[float, Trained]:
    """Give the best of each steepness of which all networks are trained."""
    best: dict[float, Trained] = {}
    given: dict[float, int] = {}
    attempts = attempts_of(settings)
    for index, attempt in enumerate(attempts):
        part = known[index * settings.n_starts : (index + 1) * settings.n_starts]
        if not all(_is_whole(outcome, settings) for outcome in part):
            continue
        given[attempt.steepness] = given.get(attempt.steepness, 0) + 1
        config = fitted(attempt.config(settings), dataset_of(settings.data))
        found = Trained(attempt, config, tuple(part))
        other = best.get(attempt.steepness)
        if other is None or found.cost < other.cost:
            best[attempt.steepness] = found
    wanted = [attempt.steepness for attempt in attempts]
    whole = {k: best[k] for k in best if given[k] == wanted.count(k)}
    return dict(sorted(whole.items()))


def _is_whole(outcome: object, settings: StepSettings) -> bool:
    return isinstance(outcome, TrainingOutcome) and (
        outcome.diverged_at is not None or bool(outcome.epochs[-1] >= settings.epochs)
    )


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """A trained network to be looked at.

    Parameters
    ----------
    config : TrainingConfig
    vector : ndarray of shape (P,), float32
    n_examples : int
    has_stairs : bool
        Whether the cost along a line is computed too.
    """

    config: TrainingConfig
    vector: npt.NDArray[np.float32]
    n_examples: int
    has_stairs: bool


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """A trained network at all steepnesses.

    Parameters
    ----------
    looks : tuple of Smoothness
        At `LOOKED_AT`, then with hard steps.
    places : ndarray of shape (m,)
        Along the line, as shares of the length of all parameters; empty without stairs.
    stairs : tuple of ndarray (m,)
        The cost there, for each of `STAIRS`.
    """

    looks: tuple[Smoothness, ...]
    places: Numbers
    stairs: tuple[Numbers, ...] = ()

    def at(self, steepness: float) -> Smoothness:
        """Give the look at one steepness, which is the nearest."""
        if steepness == HARD:
            return self.looks[-1]
        return min(self.looks[:-1], key=lambda look: abs(np.log(look.steepness / steepness)))


def look(task: Look, channel: Channel) -> Seen:
    """Look at a trained network on all steepnesses."""
    test = dataset_of(task.config.data).test.first(task.n_examples)
    looks = []
    for k in (*LOOKED_AT, HARD):
        looks.append(_seen(task, task.vector, test.images, test.labels, k))
        channel.look()
    if not task.has_stairs:
        return Seen(tuple(looks), np.empty(0))
    return Seen(tuple(looks), *_stairs(task, channel))


def _stairs(task: Look, channel: Channel) -> tuple[Numbers, tuple[Numbers, ...]]:
    """Give places on a random line through the network, and the cost there."""
    train = dataset_of(task.config.data).train.first(_STAIR_EXAMPLES)
    generator = np.random.default_rng((task.config.seed, _STAIRS_PURPOSE))
    direction = generator.standard_normal(task.vector.size)
    direction *= np.linalg.norm(task.vector) / np.linalg.norm(direction)
    places = np.linspace(-_STAIR_REACH, _STAIR_REACH, _STAIR_POINTS)
    stairs = []
    for k in STAIRS:
        channel.look()
        costs = [
            _seen(task, task.vector + place * direction, train.images, train.labels, k).cost
            for place in places
        ]
        stairs.append(np.array(costs))
    return places, tuple(stairs)


def _seen(
    task: Look,
    vector: npt.NDArray[Any],
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    steepness: float,
) -> Smoothness:
    architecture = task.config.architecture
    parameters = Parameters(vector, architecture.layout)
    found = smoothness(architecture, parameters, images, labels, task.config.cost, steepness)
    if found is None:
        raise Cancelled
    return found
