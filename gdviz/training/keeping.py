"""What a burst leaves behind: a row for each step, and the states that were kept on the way."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import read_only
from gdviz.engine.engine import Keeping, Kept
from gdviz.nn.parameters import Layout, Parameters
from gdviz.nn.schedules import schedule_factor
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import Mark
from gdviz.training.records import record_dtype
from gdviz.training.state import TrainingState
from gdviz.training.stepper import Float32, StepsTaken

KEPT_BYTES = 8 << 20
MOST_KEPT = 64


def most_kept(bytes_each: int) -> int:
    """Give how many states one burst may keep, at least 1."""
    return max(1, min(KEPT_BYTES // bytes_each, MOST_KEPT))


class Pace(NamedTuple):
    """How a step moves through the examples.

    Parameters
    ----------
    mini_batch, n_examples : int
    layout : Layout
        Of the parameters.
    """

    mini_batch: int
    n_examples: int
    layout: Layout


class Place(NamedTuple):
    """Where a run is: steps taken, whole epochs, examples of the present one."""

    step: int
    epoch: int
    position: int

    def after(self, n_steps: int, pace: Pace) -> Place:
        """Give the place so many steps on, at most at the end of this epoch."""
        position = self.position + n_steps * pace.mini_batch
        if position >= pace.n_examples:
            return Place(self.step + n_steps, self.epoch + 1, 0)
        return Place(self.step + n_steps, self.epoch, position)


def learning_rates(config: TrainingConfig, place: Place, pace: Pace, n_steps: int) -> Float32:
    """Give the learning rate of each of the next steps, shape (n_steps,)."""
    rate, schedule = config.learning_rate, config.schedule
    if schedule == "constant":
        return np.full(n_steps, rate, np.float32)
    positions = place.position + pace.mini_batch * np.arange(n_steps)
    epochs = (place.epoch + positions / pace.n_examples).tolist()
    return np.array(
        [rate * schedule_factor(schedule, passed, config.schedule_epochs) for passed in epochs],
        np.float32,
    )


def step_rows(
    steps: StepsTaken, learning_rates: Float32, place: Place, pace: Pace
) -> npt.NDArray[Any]:
    """Give a row of `record_dtype` for each step that was taken.

    Parameters
    ----------
    steps : StepsTaken
    learning_rates : ndarray of shape (n,)
        Of these steps.
    place : Place
        Where the first began.
    pace : Pace
    """
    counts = np.arange(1, len(steps.costs) + 1)
    seen = np.minimum(place.position + pace.mini_batch * counts, pace.n_examples)
    rows = np.empty(len(counts), record_dtype(pace.layout.n_layers))
    rows["step"] = place.step + counts
    rows["epoch"] = place.epoch + seen / pace.n_examples
    rows["cost"] = steps.costs
    rows["learning_rate"] = learning_rates
    rows["gradient_norm"] = steps.norms
    return rows


def kept_states(
    kept: list[Kept], keeping: Keeping, place: Place, marks: tuple[Mark, ...], pace: Pace
) -> list[TrainingState]:
    """Give what an engine has kept in a burst as states.

    Parameters
    ----------
    kept : list
        From `Engine.kept`; private copies, which are marked read-only.
    keeping : Keeping
        What it was told.
    place : Place
        Where the burst began.
    marks : tuple of Mark
    pace : Pace
    """
    states = []
    for k, (vector, memory, n_updates) in enumerate(kept):
        at = place.after(keeping.after + k * keeping.every, pace)
        parameters = Parameters(read_only(vector), pace.layout)
        states.append(TrainingState(parameters, read_only(memory), n_updates, *at, marks))
    return states
