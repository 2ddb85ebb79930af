"""The straight line from the start of a training to its end, and its own path beside it: a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.experiments.training_task import Floats, TrainingTask, examples_of, train
from gdviz.nn.parameters import Parameters
from gdviz.runtime.tasks import Channel
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import score
from gdviz.training.state import initial_state

BEYOND = 0.25
"""The line goes on so far beyond the end, in units of its length."""
_TRAINED = 0.6
"""Share of the work that training is."""


@dataclass(frozen=True, slots=True)
class Walking:
    """A line to be walked.

    Parameters
    ----------
    training : TrainingTask
        Its ``score_at`` says where the path is looked at, its ``n_train`` on how many images.
    n_points : int
        Of the line, from start to end.
    """

    training: TrainingTask
    n_points: int


@dataclass(frozen=True, eq=False, slots=True)
class Walk:
    """A line that was walked, and the path of training.

    Parameters
    ----------
    config : TrainingConfig
    vector : ndarray of shape (P,), float32
        The end.
    places : ndarray of shape (n,)
        On the line: 0 start, 1 end, then a little beyond.
    costs : ndarray of shape (n,)
        Mean over the first training images.
    accuracies : ndarray of shape (n,)
        Share of them that is right, 0 to 1.
    n_points : int
        The first so many are from start to end.
    n_images : int
    path_places, path_off : ndarray of shape (m,)
        Where the path is: the nearest place on the line, and how far it is from there in units
        of the line's length.
    path_costs : ndarray of shape (m,)
        On the same images.
    length : float
        Of the path in units of the line's, at least: corners between two looks are cut.
    """

    config: TrainingConfig
    vector: npt.NDArray[np.float32]
    places: Floats
    costs: Floats
    accuracies: Floats
    n_points: int
    n_images: int
    path_places: Floats
    path_off: Floats
    path_costs: Floats
    length: float

    @property
    def within(self) -> Floats:
        """The costs from start to end."""
        return self.costs[: self.n_points]

    @property
    def is_finite(self) -> bool:
        """Whether the training went well, and all of the line can be told."""
        return bool(np.isfinite(self.within).all() and np.isfinite(self.path_off).all())

    @property
    def fall(self) -> float:
        """By how much the end is lower than the start."""
        return float(self.within[0] - self.within[-1])

    @property
    def rise(self) -> float:
        """The highest climb on the way, from the lowest point before it."""
        return highest_rise(self.within)

    @property
    def farthest(self) -> float:
        """How far the path leaves the line, in units of the line's length."""
        return float(self.path_off.max())


def highest_rise(costs: Floats) -> float:
    """Give the highest climb on the way, from the lowest point before it.

    Parameters
    ----------
    costs : ndarray of shape (n,)

    Returns
    -------
    float
        0 for a line that only falls.
    """
    return float((costs - np.minimum.accumulate(costs)).max())


def seen_from_line(points: npt.NDArray[np.floating[Any]]) -> tuple[Floats, Floats, float]:
    """Give where a path is beside the straight line between its ends.

    Parameters
    ----------
    points : ndarray of shape (m, P)
        At least two, the first and the last not the same.

    Returns
    -------
    places : ndarray of shape (m,)
        Of the nearest points on the line: 0 the first, 1 the last.
    off : ndarray of shape (m,)
        Distances from there, in units of the line's length.
    length : float
        Of the path through the points, in the same units.

    References
    ----------
    Goodfellow, Vinyals, Saxe (2014) plot both of a path.
    """
    away = points.astype(np.float64) - points[0]
    line = away[-1]
    squared = float(line @ line)
    places = away @ line / squared
    beside = away - places[:, np.newaxis] * line
    off = np.sqrt((beside * beside).sum(axis=1) / squared)
    steps = np.diff(away, axis=0)
    length = float(np.sqrt((steps * steps).sum(axis=1) / squared).sum())
    return places, off, length


def walked(walking: Walking, channel: Channel) -> Walk:
    """Train one network, then walk straight from its start to its end."""
    task, collecting = walking.training, _Collecting(channel)
    outcome = train(task, collecting)
    config, split = task.config, examples_of(task)[0].train
    start = initial_state(config).parameters
    whole = walking.n_points - 1
    places = np.arange(walking.n_points + int(BEYOND * whole)) / whole
    costs, right = np.empty(len(places)), np.empty(len(places))
    for k, place in enumerate(places):
        channel.look()
        here = start.vector + np.float32(place) * (outcome.vector - start.vector)
        parameters = Parameters(here.astype(np.float32), start.layout)
        costs[k], right[k] = score(
            config.architecture, parameters, split, config.cost, n_examples=outcome.n_train
        )
        channel.tell(_TRAINED + (1 - _TRAINED) * (k + 1) / len(places), None)
    points = np.stack([start.vector, *collecting.vectors])
    if outcome.diverged_at is None:
        path_places, path_off, length = seen_from_line(points)
    else:
        path_places, path_off = np.full((2, len(points)), np.nan)
        length = np.nan
    return Walk(
        config,
        outcome.vector,
        places,
        costs,
        right / outcome.n_train,
        walking.n_points,
        outcome.n_train,
        path_places,
        path_off,
        outcome.train_cost[: len(points)],
        length,
    )


class _Collecting:
    """Keeps the parameters of each look at a training that goes on; passes on how far it is."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.vectors: list[npt.NDArray[np.float32]] = []

    def look(self) -> None:
        self._channel.look()

    def tell(self, share: float, part: Any) -> None:
        self.vectors.append(part.vector)
        self._channel.tell(_TRAINED * share, None)
