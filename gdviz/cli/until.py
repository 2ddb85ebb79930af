"""The options that end a run early, and a run that follows them to the exact step."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from gdviz.analysis.goal_tracker import GoalTracker, Reached
from gdviz.cli.options import number
from gdviz.cli.output import CommandError
from gdviz.training.evaluation import Evaluation
from gdviz.training.goal import Goal
from gdviz.training.trainer import Trainer

# Option, the field of Goal it sets, what it takes, what it says, and its unit over the field's.
_OPTIONS = (
    ("--until-cost", "cost", "X", "stop once the smoothed mini-batch cost is X or less", 1),
    (
        "--until-accuracy",
        "accuracy",
        "PERCENT",
        "stop once so many per cent of the test images are right, scored once an epoch",
        100,
    ),
    (
        "--until-plateau",
        "plateau_epochs",
        "EPOCHS",
        "stop once the smoothed cost has not fallen by 1 %% for so long",
        1,
    ),
    ("--until-minutes", "minutes", "M", "stop after so many minutes of training", 1),
)


def add_until_options(parser: argparse.ArgumentParser) -> None:
    """Add the options; what comes first ends the run, and ``--epochs`` ends it in any case."""
    group = parser.add_argument_group(
        "run until", "What comes first ends the run; --epochs and --steps end it in any case."
    )
    for option, field, metavar, text, _ in _OPTIONS:
        group.add_argument(option, dest=f"until_{field}", type=number, metavar=metavar, help=text)


def goal_of(arguments: argparse.Namespace) -> Goal | None:
    """Give the goal that the options mean; None without any.

    Raises
    ------
    CommandError
        Exit code 2: a value is out of range.
    """
    values = {}
    for option, field, _, _, unit in _OPTIONS:
        value = getattr(arguments, f"until_{field}")
        if value is None:
            continue
        try:
            Goal(**{field: value / unit})
        except ValueError:
            most = " and at most 100" if unit == 100 else ""
            raise CommandError(f"{option} must be above 0{most}, not {value:g}", 2) from None
        values[field] = value / unit
    return Goal(**values) if values else None


class GuidedRun:
    """Moves a trainer in bursts, and ends exactly at the step that reaches the goal.

    Parameters
    ----------
    trainer : Trainer
    goal : Goal or None
    evaluate : callable
        Scores the network as it is now; called at the end of each epoch if the goal asks how
        well the network does on the test images.
    """

    def __init__(
        self, trainer: Trainer, goal: Goal | None, evaluate: Callable[[], Evaluation]
    ) -> None:
        self._trainer, self._evaluate = trainer, evaluate
        self._tracker: GoalTracker | None = None
        if goal is not None:
            self._tracker = GoalTracker(
                goal, trainer.step, trainer.epoch_progress, trainer.steps_per_epoch
            )
        self.evaluations: list[Evaluation] = []
        """One for each epoch that was scored."""

    @property
    def reached(self) -> Reached | None:
        """What the goal was reached by, or None."""
        return self._tracker.reached if self._tracker else None

    def advance(self, steps: int, should_stop: Callable[[], bool]) -> npt.NDArray[Any]:
        """Take steps as `Trainer.advance` does, but none beyond the goal."""
        trainer, tracker = self._trainer, self._tracker
        if tracker is None:
            return trainer.advance(steps, should_stop)
        before = trainer.state()
        records = trainer.advance(steps, should_stop)
        tracker.see(records)
        if tracker.reached and tracker.reached.step < trainer.step:
            records = records[: tracker.reached.step - before.step]
            trainer.restore(before)
            while trainer.step < tracker.reached.step:
                trainer.advance(tracker.reached.step - trainer.step)
        return records

    def look(self, seconds: float) -> None:
        """Look at the time spent training, and at the test images where an epoch has ended."""
        trainer, tracker = self._trainer, self._tracker
        if tracker is None or tracker.reached:
            return
        tracker.see_time(seconds, trainer.step)
        if tracker.goal.accuracy is not None and trainer.position == 0:
            evaluation = self._evaluate()
            self.evaluations.append(evaluation)
            tracker.see_evaluation(evaluation)
