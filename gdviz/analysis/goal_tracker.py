"""Looks whether a run has reached its goal, and says so in a sentence with the numbers.

No clocks and no threads: it is told the records, the evaluations and the seconds. It stands
above `gdviz.training` because it reads the same smoothed cost as the curves do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.history import SMOOTHING_STEPS
from gdviz.analysis.interval import wilson_interval
from gdviz.analysis.smoothing import ExponentialMean
from gdviz.training.evaluation import Evaluation
from gdviz.training.goal import PLATEAU_FALL, Goal

RECENT_STEPS = 10 * SMOOTHING_STEPS
"""Costs of so many steps before the goal was set make the smoothed cost: what is older weighs
less than 0.005 %."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A goal that is reached.

    Parameters
    ----------
    condition : str
        The field of `Goal` that was met first.
    step : int
        Steps taken when it was met.
    sentence : str
        For people, with the numbers.
    """

    condition: str
    step: int
    sentence: str


class GoalTracker:
    """Follows one run towards one goal.

    Owned by one thread. Which step reaches the goal does not depend on how the records are
    cut into pieces; once `reached` is set it does not change.

    Parameters
    ----------
    goal : Goal
    step : int
        Steps taken when the goal is set; evaluations of earlier ones do not count.
    epoch : float
        Passes over the training examples by then.
    steps_per_epoch : int
    recent_costs : ndarray, optional
        Mini-batch costs of the steps just before, oldest first; the last `RECENT_STEPS` of
        them are the beginning of the smoothed cost.

    Notes
    -----
    The smoothed cost is that of `gdviz.analysis.history`. It counts once it is a mean of
    `SMOOTHING_STEPS` mini-batches, or of one epoch if that has fewer: before, one easy
    mini-batch could end a run.

    A plateau is counted from the lowest level: the first smoothed cost that counts, then each
    one that is at least `PLATEAU_FALL` lower than the level before it. It is reached at the
    first step that lies ``plateau_epochs`` or more after the step of that level without a new
    one. So a cost that falls by less than 1 % in that many epochs in total has stopped falling,
    however it shakes meanwhile.
    """

    def __init__(
        self,
        goal: Goal,
        step: int,
        epoch: float,
        steps_per_epoch: int,
        recent_costs: npt.NDArray[Any] | None = None,
    ) -> None:
        self.goal = goal
        self.reached: Reached | None = None
        """The first condition that was met, or None."""
        self._start = step
        self._enough = min(SMOOTHING_STEPS, steps_per_epoch)
        self._mean = ExponentialMean(SMOOTHING_STEPS)
        self._n_costs = 0
        self._level: tuple[float, float, int] | None = None
        """Of the plateau: the lowest level, and the epoch and the step it was met at."""
        if goal.epochs is not None and epoch >= goal.epochs:
            self._reach("epochs", step, f"The run is at epoch {epoch:,.6g} already")
        costs = np.empty(0) if recent_costs is None else recent_costs[-RECENT_STEPS:]
        smoothed = self._smoothed(costs)
        if goal.cost is not None and len(smoothed) and smoothed[-1] <= np.float32(goal.cost):
            self._reach("cost", step, f"The smoothed cost is {smoothed[-1]:.4g} already")

    def see(self, records: npt.NDArray[Any]) -> None:
        """Take the records of the steps that follow those seen before.

        Parameters
        ----------
        records : structured ndarray of `gdviz.training.records.record_dtype`
            May be empty.
        """
        if not len(records):
            return
        goal, found = self.goal, []
        epochs, steps = records["epoch"], records["step"]
        smoothed = self._smoothed(records["cost"])
        if goal.epochs is not None:
            at = int(np.searchsorted(epochs, goal.epochs))
            if at < len(records):
                found.append((at, "epochs", f"Reached epoch {epochs[at]:,.6g}"))
        if goal.cost is not None:
            at = _first(smoothed <= np.float32(goal.cost))
            if at < len(records):
                found.append((at, "cost", f"Reached a smoothed cost of {smoothed[at]:.4g}"))
        if goal.plateau_epochs is not None:
            at = self._follow_level(epochs, steps, smoothed, goal.plateau_epochs)
            if at < len(records):
                found.append((at, "plateau", self._plateau(float(smoothed[at]))))
        if found:
            at, condition, what = min(found, key=lambda entry: entry[0])
            self._reach(condition, int(steps[at]), what)

    def see_evaluation(self, evaluation: Evaluation) -> None:
        """Take an evaluation of any step; one from before the goal was set is passed over."""
        wanted = self.goal.accuracy
        if wanted is None or evaluation.step < self._start:
            return
        if evaluation.test_accuracy >= wanted:
            low, high = wilson_interval(evaluation.test_correct, evaluation.test_total)
            share = f"{100 * evaluation.test_accuracy:.4g} % [{100 * low:.1f}, {100 * high:.1f}]"
            self._reach("accuracy", evaluation.step, f"Reached test accuracy {share}")

    def see_time(self, seconds: float, step: int) -> None:
        """Take how long has been trained since the goal was set, pauses not counted."""
        wanted = self.goal.minutes
        if wanted is not None and seconds >= 60 * wanted:
            self._reach("minutes", step, f"Trained for {seconds / 60:,.3g} min")

    def _smoothed(self, costs: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Go on with the smoothed cost, as it is shown; NaN where it does not count yet."""
        # In float32, as in the curves: how it was cut changes a double's last bit.
        if self.goal.cost is None and self.goal.plateau_epochs is None:
            return np.empty(0, np.float32)  # Nobody asks.
        smoothed = self._mean.extend(costs).astype(np.float32)
        smoothed[: max(0, self._enough - 1 - self._n_costs)] = np.nan
        self._n_costs += len(costs)
        return smoothed

    def _follow_level(
        self,
        epochs: npt.NDArray[np.float64],
        steps: npt.NDArray[np.int64],
        smoothed: npt.NDArray[np.float32],
        length: float,
    ) -> int:
        """Give the index at which the plateau is reached; their number if it is not."""
        at = 0
        if self._level is None:
            at = _first(np.isfinite(smoothed))
            if at == len(smoothed):
                return at
            self._level = float(smoothed[at]), float(epochs[at]), int(steps[at])
        while True:
            lowest, since, _ = self._level
            fall = at + _first(smoothed[at:] <= np.float32((1 - PLATEAU_FALL) * lowest))
            end = at + int(np.searchsorted(epochs[at:], since + length))
            if fall == len(smoothed) or end < fall:
                return end
            at = fall
            self._level = float(smoothed[at]), float(epochs[at]), int(steps[at])

    def _plateau(self, now: float) -> str:
        assert self._level is not None
        lowest, since, step = self._level
        return (
            f"The smoothed cost has not fallen by {100 * PLATEAU_FALL:g} % since step {step:,} "
            f"(epoch {since:,.6g}): it was {lowest:.4g} there and is {now:.4g}"
        )

    def _reach(self, condition: str, step: int, what: str) -> None:
        if self.reached is None:
            sentence = f"{what} at step {step:,}; the goal was {self.goal.name}."
            self.reached = Reached(condition, step, sentence)


def _first(holds: npt.NDArray[np.bool_]) -> int:
    """Give the index of the first true entry; their number if there is none."""
    at = int(np.argmax(holds)) if len(holds) else 0
    return at if len(holds) and holds[at] else len(holds)
