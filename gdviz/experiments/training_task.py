"""Trains one network of an experiment: a task for any executor, and what comes of it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gdviz.data.corruption import damaged, shuffle_labels
from gdviz.data.dataset import Dataset
from gdviz.data.sources import load_dataset
from gdviz.nn.parameters import Parameters
from gdviz.runtime.tasks import Channel
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import score
from gdviz.training.trainer import Trainer

Floats = npt.NDArray[np.float64]

BURST_S = 0.03
"""Aim of the time between two looks whether to stop; how many steps that is does not change them.
Long beside what is done in Python between two bursts, so that threads seldom wait for each other.
"""
_FIRST_STEPS = 20


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """What a measure may look at when a network is scored.

    Parameters
    ----------
    config : TrainingConfig
    parameters : Parameters
        Read-only.
    dataset : Dataset
        As it is trained on: damaged as the task says.
    true : Dataset
        The same examples undamaged.
    n_examples : int
        Training examples in use: the first so many.
    """

    config: TrainingConfig
    parameters: Parameters
    dataset: Dataset
    true: Dataset
    n_examples: int


Measure = Callable[[Moment], Mapping[str, float]]
"""Of the top level of a module; gives numbers by names."""


@dataclass(frozen=True, slots=True)
class TrainingTask:
    """A network to be trained.

    Parameters
    ----------
    config : TrainingConfig
        ``epochs`` says how long; ``shuffle_labels`` holds as everywhere.
    damage : str
        A key of `gdviz.data.corruption.DAMAGES`; done to the examples in use before they are
        taken.
    damage_seed : int or None
        Of damage and shuffled labels; None for the configuration's. Given where networks of
        different starts are to learn the same.
    score_at : tuple of float
        Epochs, fractions too, at which it is scored, in order; the start and the end always are.
    measures : tuple of callable
        What is measured besides, each time.
    n_train, n_test : int or None
        Examples on which it is scored, the first so many; None for all in use.
    """

    config: TrainingConfig
    damage: str = ""
    damage_seed: int | None = None
    score_at: tuple[float, ...] = ()
    measures: tuple[Measure, ...] = ()
    n_train: int | None = None
    n_test: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class TrainingOutcome:
    """A network that was trained, or is being trained.

    Parameters
    ----------
    epochs : ndarray of shape (n,)
        When it was scored.
    train_cost, test_cost : ndarray of shape (n,)
        Mean over the examples.
    train_correct, test_correct : ndarray of shape (n,), int
    n_train, n_test : int
    vector : ndarray of shape (P,), float32
        The parameters at the last scoring.
    diverged_at : int or None
        The step at which the cost stopped being finite.
    measured : dict of str to ndarray of shape (n,)
        What the task's measures gave.
    """

    epochs: Floats
    train_cost: Floats
    test_cost: Floats
    train_correct: npt.NDArray[np.int64]
    test_correct: npt.NDArray[np.int64]
    n_train: int
    n_test: int
    vector: npt.NDArray[np.float32]
    diverged_at: int | None = None
    measured: dict[str, Floats] = field(default_factory=dict)

    @property
    def train_accuracy(self) -> Floats:
        """Shares from 0 to 1, shape (n,)."""
        return self.train_correct / self.n_train

    @property
    def test_accuracy(self) -> Floats:
        """Shares from 0 to 1, shape (n,)."""
        return self.test_correct / self.n_test


def percents_right(outcomes: Sequence[TrainingOutcome]) -> Floats:
    """Give how many per cent of the test images each network gets right at its end, shape (n,)."""
    return np.array([100 * outcome.test_accuracy[-1] for outcome in outcomes])


@lru_cache(maxsize=2)
def dataset_of(source: str) -> Dataset:
    """Give a dataset, loaded once in each process.

    Raises
    ------
    DataError
    """
    return load_dataset(source)


def fitted(config: TrainingConfig, dataset: Dataset) -> TrainingConfig:
    """Give a configuration whose first and last layers fit a dataset, and no more examples."""
    sizes = (dataset.n_inputs, *config.layer_sizes[1:-1], max(dataset.n_classes, 2))
    if dataset.n_inputs == config.layer_sizes[0] and dataset.n_classes <= config.layer_sizes[-1]:
        sizes = config.layer_sizes
    n_examples = config.n_examples
    if n_examples is not None:
        n_examples = min(n_examples, len(dataset.train))
    return config.replace(layer_sizes=sizes, n_examples=n_examples)


def examples_of(task: TrainingTask) -> tuple[Dataset, Dataset]:
    """Give the dataset as a task trains on it, damaged as it says, and the same undamaged."""
    true = dataset_of(task.config.data)
    config = fitted(task.config, true)
    n_examples = config.n_examples or len(true.train)
    seed = config.seed if task.damage_seed is None else task.damage_seed
    # As in any run of this configuration labels are shuffled before examples are left out: what
    # is opened in Train has learned the labels that it finds there.
    shuffled = shuffle_labels(true, config.shuffle_labels, seed)
    true, shuffled = (
        dataclasses.replace(whole, train=whole.train.first(n_examples))
        for whole in (true, shuffled)
    )
    return damaged(shuffled, task.damage, 0.0, seed), true


def train(task: TrainingTask, channel: Channel) -> TrainingOutcome:
    """Train one network; in a thread of this process, another process or another machine.

    Notes
    -----
    Equal tasks have equal outcomes, wherever they run, as far as the machines add in the same
    order.
    """
    config = fitted(task.config, dataset_of(task.config.data))
    dataset, true = examples_of(task)
    channel.look()
    trainer = Trainer(config, dataset)
    scores, bursts = _Scores(task, trainer, true, channel), _Bursts(trainer, channel)
    goals = sorted({at for at in task.score_at if 0 < at < config.epochs} | {float(config.epochs)})
    scores.add()
    for goal in goals:
        goal_step = round(goal * trainer.steps_per_epoch)
        while trainer.step < goal_step and trainer.diverged_at is None:
            bursts.advance(goal_step - trainer.step)
        scores.add()
        if trainer.diverged_at is not None:
            break
        channel.tell(min(trainer.epoch_progress / max(config.epochs, 1), 1.0), scores.outcome())
    return scores.outcome()


class _Bursts:
    """Steps in bursts of about `BURST_S`, whatever network and mini-batch."""

    def __init__(self, trainer: Trainer, channel: Channel) -> None:
        self._trainer, self._channel = trainer, channel
        self._n_steps = _FIRST_STEPS

    def advance(self, most: int) -> None:
        """Take some steps, at most so many; raises `Cancelled` if nobody wants them."""
        self._channel.look()
        begun = time.thread_time()  # Of this thread: a busy machine does not cut bursts short.
        taken = len(self._trainer.advance(min(self._n_steps, most), self._should_stop))
        seconds = max(time.thread_time() - begun, 1e-6)
        fitting = round(taken * BURST_S / seconds)
        # Not much more than last time: a burst may have been short by chance.
        self._n_steps = min(max(fitting, 1), 2 * self._n_steps)

    def _should_stop(self) -> bool:
        """Look within a large step, which is left by an exception."""
        self._channel.look()
        return False


class _Scores:
    """How a network did, each time that it was looked at."""

    def __init__(
        self, task: TrainingTask, trainer: Trainer, true: Dataset, channel: Channel
    ) -> None:
        self._look = channel.look
        self._trainer, self._true, self._measures = trainer, true, task.measures
        self._n_train = min(task.n_train or trainer.n_examples, trainer.n_examples)
        n_test = len(trainer.dataset.test)
        self._n_test = min(task.n_test or n_test, n_test)
        self._rows: list[tuple[float, float, float, int, int]] = []
        self._measured: dict[str, list[float]] = {}
        self._vector = trainer.parameters.vector

    def add(self) -> None:
        """Score the network as it is."""
        trainer, dataset = self._trainer, self._trainer.dataset
        config, parameters = trainer.config, trainer.parameters
        about = config.architecture, parameters
        train_cost, train_right = score(
            *about, dataset.train, config.cost, self._look, self._n_train
        )
        test_cost, test_right = score(*about, dataset.test, config.cost, self._look, self._n_test)
        self._rows.append((trainer.epoch_progress, train_cost, test_cost, train_right, test_right))
        moment = Moment(config, parameters, dataset, self._true, trainer.n_examples)
        for measure in self._measures:
            for name, value in measure(moment).items():
                self._measured.setdefault(name, []).append(value)
        self._vector = parameters.vector

    def outcome(self) -> TrainingOutcome:
        """Give what is known by now, as arrays of its own."""
        epochs, train_cost, test_cost, train_right, test_right = zip(*self._rows, strict=True)
        return TrainingOutcome(
            np.array(epochs),
            np.array(train_cost),
            np.array(test_cost),
            np.array(train_right),
            np.array(test_right),
            self._n_train,
            self._n_test,
            self._vector,
            self._trainer.diverged_at,
            {name: np.array(values) for name, values in self._measured.items()},
        )
