"""The state of the Lab in one frame, as values.

Names experiments for types only: start-up does not wait for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gdviz.experiments.experiment import Experiment, Finished
    from gdviz.experiments.result import Result
    from gdviz.experiments.settings import Settings

SKIPPED: Final = -1
"""In place of a guess: the student does not want to predict."""


@dataclass(frozen=True, eq=False, slots=True)
class Draft:
    """Settings as they stand in the form: texts, and what is wrong with them.

    Parameters
    ----------
    texts : mapping of str to str
        By the settings' keys.
    problems : mapping of str to str
        One sentence for each that is not valid.
    settings : Settings or None
        None while anything is wrong.
    changed : tuple of (str, str)
        Title and text of each that differs from its default.
    """

    texts: Mapping[str, str]
    problems: Mapping[str, str]
    settings: Settings | None
    changed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class UnderWay:
    """An experiment that is being run.

    Parameters
    ----------
    experiment : Experiment
    settings : Settings
    share : float
        0 to 1.
    doing : str
        What is being done, in a few words.
    seconds : float
        Since it was begun, at the last report.
    partial : Result or None
        What is known by now.
    guess : int or None
        What was predicted: see `LabState.guess`.
    """

    experiment: Experiment
    settings: Settings
    share: float = 0.0
    doing: str = "beginning"
    seconds: float = 0.0
    partial: Result | None = None
    guess: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Tried:
    """A result of this session.

    Parameters
    ----------
    number : int
        From 1, of this experiment.
    experiment : Experiment
    finished : Finished
    guess : int or None
        What was predicted before it was run: see `LabState.guess`.
    """

    number: int
    experiment: Experiment
    finished: Finished
    guess: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class LabState:
    """What the Lab's panels show.

    Parameters
    ----------
    experiments : tuple of Experiment
        All, in the order of the table.
    chosen : Experiment or None
    draft : Draft or None
        Settings for the next run of the chosen one.
    guess : int or None
        The option that the student committed to for the next run, `SKIPPED`, or None.
    under_way : UnderWay or None
        Perhaps of another experiment than the chosen one.
    tried : tuple of Tried
        All results of the session, of every experiment, oldest first.
    shown : tuple of Tried
        Of the chosen experiment, the one or two that are looked at.
    problem : str
        Why the last run of the chosen one has no result; empty if it has.
    """

    experiments: tuple[Experiment, ...] = ()
    chosen: Experiment | None = None
    draft: Draft | None = None
    guess: int | None = None
    under_way: UnderWay | None = None
    tried: tuple[Tried, ...] = ()
    shown: tuple[Tried, ...] = ()
    problem: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    """By experiment, for the shelf."""

    def tried_of(self, experiment: Experiment | None) -> tuple[Tried, ...]:
        """Give the results of one experiment, oldest first."""
        return tuple(one for one in self.tried if one.experiment is experiment)

    def is_under_way(self, experiment: Experiment | None) -> bool:
        """Whether this one is being run."""
        return self.under_way is not None and self.under_way.experiment is experiment
