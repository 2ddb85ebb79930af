"""The Lab of a window: which experiment is looked at, and the one that is being run.

Everything here is on the GUI thread. Views take a `LabState` with their frame. Experiments are
imported when the workspace is first in sight: start-up does not wait for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from gdviz.data.dataset import Dataset
from gdviz.qt.lab.values import Draft, LabState, Tried, UnderWay
from gdviz.runtime.background_job import BackgroundJob, Cancelled

if TYPE_CHECKING:
    from gdviz.experiments.experiment import Experiment
    from gdviz.experiments.result import KeptNetwork
    from gdviz.experiments.settings import Settings
    from gdviz.qt.lab.work import LabWork

MOST_SHOWN = 2
"""Results that are looked at beside each other."""
BUSY = "Another experiment is being run; cancel it first, or wait."


def every_experiment() -> Mapping[str, Experiment]:
    """Give the table of experiments."""
    from gdviz.experiments import EXPERIMENTS  # noqa: PLC0415  # start-up does not wait for them

    return EXPERIMENTS


class LabControl(QObject):
    """Chooses, sets, runs and keeps experiments.

    Parameters
    ----------
    dataset : Dataset
        Its source is the default of what experiments run on.
    parent : QObject, optional
    table : callable
        Gives the experiments by name; called once, when they are first wanted.

    Attributes
    ----------
    inspect_asked, train_asked : Signal(object, str)
        A `KeptNetwork` and a title: it is to be looked at, or trained on.
    export_asked : Signal(object)
        A `Finished` whose figures are to be written into a folder.
    told : Signal(str)
        One sentence about what has been done.
    """

    inspect_asked = Signal(object, str)
    train_asked = Signal(object, str)
    export_asked = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        dataset: Dataset,
        parent: QObject | None = None,
        table: Callable[[], Mapping[str, Experiment]] = every_experiment,
    ) -> None:
        super().__init__(parent)
        self._data, self._table = dataset.source, table
        self._state = LabState()
        self._is_changed = False
        self._drafts: dict[str, Draft] = {}
        self._guesses: dict[str, int | None] = {}
        self._shown: dict[str, tuple[Tried, ...]] = {}
        self._work: LabWork | None = None
        self._job: BackgroundJob[Any] | None = None
        self._begun = 0.0
        self._report: Any = None
        self._wanted = ""
        self._is_closed = False

    # --- what is looked at ----------------------------------------------------------------

    @property
    def state(self) -> LabState:
        """What the panels show."""
        return self._state

    def take_change(self) -> bool:
        """Give whether anything is new since this was asked last."""
        changed, self._is_changed = self._is_changed, False
        return changed

    def open(self) -> None:
        """The workspace comes into sight: from now on there are experiments."""
        if self._state.experiments:
            return
        experiments = tuple(self._table().values())
        self._change(experiments=experiments)
        names = [experiment.name for experiment in experiments]
        if names:
            self.choose(self._wanted if self._wanted in names else names[0])

    def reset(self, dataset: Dataset) -> None:
        """Another run begins, perhaps on other data, which are the default from now on."""
        if dataset.source == self._data:
            return
        former, self._data = self._data, dataset.source
        for name, draft in list(self._drafts.items()):
            if draft.texts.get("data") == former:
                texts = {**draft.texts, "data": self._data}
                self._drafts[name] = self._drafted(self._experiment(name), texts)
        self._refresh()

    def choose(self, name: str) -> None:
        """Look at an experiment; before the first `open` it is noted."""
        self._wanted = name
        if not self._state.experiments:
            return
        self._state = replace(self._state, chosen=self._experiment(name))
        self._refresh()

    def look_at(self, *tried: Tried) -> None:
        """Look at one result of the chosen experiment, or at two beside each other."""
        if self._state.chosen is not None:
            self._shown[self._state.chosen.name] = tuple(tried[-MOST_SHOWN:])
            self._refresh()

    def forget(self, tried: Tried) -> None:
        """Drop a result; its memory is free again."""
        name = tried.experiment.name
        left = tuple(one for one in self._state.tried if one is not tried)
        shown = tuple(one for one in self._shown.get(name, ()) if one is not tried)
        of_it = [one for one in left if one.experiment is tried.experiment]
        self._shown[name] = shown or tuple(of_it[-1:])
        self._state = replace(self._state, tried=left)
        self._refresh()

    # --- before a run ---------------------------------------------------------------------

    def guess(self, option: int | None) -> None:
        """Commit to an option, `SKIPPED`, or to none again."""
        if self._state.chosen is not None:
            self._guesses[self._state.chosen.name] = option
            self._refresh()

    def write(self, key: str, text: str) -> None:
        """Set a setting of the chosen experiment by its text."""
        experiment, draft = self._state.chosen, self._state.draft
        if experiment is None or draft is None or draft.texts.get(key) == text:
            return
        self._drafts[experiment.name] = self._drafted(experiment, {**draft.texts, key: text})
        self._refresh()

    def write_all(self, *, is_quick: bool = False) -> None:
        """Set everything back to its default, or to a run of a second or two."""
        if self._state.chosen is not None:
            self._drafts[self._state.chosen.name] = self._first(self._state.chosen, is_quick)
            self._refresh()

    def write_as(self, settings: Settings) -> None:
        """Set everything as it was in a run."""
        from gdviz.qt.lab.drafts import draft_of_settings  # noqa: PLC0415  # as `every_experiment`

        experiment = self._state.chosen
        if experiment is not None:
            self._drafts[experiment.name] = draft_of_settings(experiment, settings, self._data)
            self._refresh()

    # --- a run ----------------------------------------------------------------------------

    def run(self) -> bool:
        """Begin the chosen experiment with the settings of its draft; give whether it was."""
        experiment, draft = self._state.chosen, self._state.draft
        if experiment is None or draft is None or draft.settings is None or self._is_closed:
            return False
        if self._job is not None:
            self.told.emit(BUSY)
            return False
        from gdviz.qt.lab.work import LabWork  # noqa: PLC0415  # as `every_experiment`

        if self._work is None:
            self._work = LabWork()
        self._job = self._work.begin(experiment, draft.settings)
        self._begun, self._report = time.monotonic(), None
        work = UnderWay(experiment, draft.settings, guess=self._state.guess)
        problems = {k: v for k, v in self._state.problems.items() if k != experiment.name}
        self._state = replace(self._state, under_way=work, problems=problems)
        self._refresh()
        return True

    def cancel(self) -> None:
        """Give up what is being run; its threads look whether to go on every few milliseconds."""
        work = self._state.under_way
        if self._job is None or work is None:
            return
        self._job.cancel()
        self._job = None
        self._change(under_way=None)
        seconds = time.monotonic() - self._begun
        self.told.emit(f"{work.experiment.title}: cancelled after {seconds:.1f} s, nothing is kept")

    @property
    def progress(self) -> tuple[str, float] | None:
        """What is being run, and how far it is; None if nothing is."""
        work = self._state.under_way
        return None if work is None else (work.experiment.title, work.share)

    def tick(self) -> None:
        """Take what the work has told; called at every tick of the frame clock."""
        job, work = self._job, self._state.under_way
        if job is None or work is None:
            return
        if job.done:
            self._job = None
            self._take(job, work)
        elif job.partial is not None and job.partial is not self._report:
            self._report = report = job.partial
            seconds = time.monotonic() - self._begun
            partial = work.partial if report.result is None else report.result
            self._change(
                under_way=replace(
                    work, share=report.share, doing=report.doing, seconds=seconds, partial=partial
                )
            )

    def close(self) -> None:
        """Give up what is being run and wait for the threads to end; may be called again."""
        self._is_closed = True
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self._change(under_way=None)
        if self._work is not None:
            self._work.close()
            self._work = None

    # --- what becomes of a result -----------------------------------------------------------

    def inspect(self, network: KeptNetwork, title: str) -> None:
        """Have a network looked at in Inspect."""
        self.inspect_asked.emit(network, title)

    def train(self, network: KeptNetwork, title: str) -> None:
        """Have a new run begin at a network."""
        self.train_asked.emit(network, title)

    def export(self, tried: Tried) -> None:
        """Have a result written into a folder."""
        self.export_asked.emit(tried.finished)

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard, and say what it is."""
        QGuiApplication.clipboard().setText(text)
        self.told.emit(f"Copied {what}")

    # --- inside ---------------------------------------------------------------------------

    def _take(self, job: BackgroundJob[Any], work: UnderWay) -> None:
        """Keep what came of a run, or say why nothing did."""
        name = work.experiment.name
        try:
            finished = job.result()
        except Cancelled:
            finished = None
        except Exception as error:  # noqa: BLE001  # the panel says so, the window goes on
            problems = {**self._state.problems, name: _sentence(error)}
            self._state = replace(self._state, under_way=None, problems=problems)
            self._refresh()
            return
        if finished is None:
            self._change(under_way=None)
            return
        number = max((t.number for t in self._state.tried_of(work.experiment)), default=0) + 1
        tried = Tried(number, work.experiment, finished, work.guess)
        before = self._shown.get(name, ())
        # Two were looked at beside each other: the new one stands beside the first of them.
        self._shown[name] = (*before[:1], tried) if len(before) == MOST_SHOWN else (tried,)
        self._state = replace(self._state, under_way=None, tried=(*self._state.tried, tried))
        self._refresh()
        self.told.emit(f"{work.experiment.title}: done in {finished.seconds:.1f} s")

    def _experiment(self, name: str) -> Experiment:
        found = [one for one in self._state.experiments if one.name == name]
        if not found:
            raise ValueError(f"unknown experiment {name!r}")
        return found[0]

    def _drafted(self, experiment: Experiment, texts: Mapping[str, str]) -> Draft:
        from gdviz.qt.lab.drafts import draft_of  # noqa: PLC0415  # as `every_experiment`

        return draft_of(experiment, texts, self._data)

    def _first(self, experiment: Experiment, is_quick: bool) -> Draft:
        from gdviz.qt.lab.drafts import first_draft  # noqa: PLC0415  # as `every_experiment`

        return first_draft(experiment, self._data, is_quick=is_quick)

    def _refresh(self) -> None:
        """Take over what belongs to the chosen experiment."""
        chosen = self._state.chosen
        if chosen is None:
            self._change()
            return
        name = chosen.name
        if name not in self._drafts:
            self._drafts[name] = self._first(chosen, is_quick=False)
        self._change(
            draft=self._drafts[name],
            guess=self._guesses.get(name),
            shown=self._shown.get(name, ()),
            problem=self._state.problems.get(name, ""),
        )

    def _change(self, **changes: Any) -> None:
        self._state = replace(self._state, **changes)
        self._is_changed = True


def _sentence(error: Exception) -> str:
    """Give one sentence for what went wrong; what nobody expected names its kind."""
    text = " ".join(str(error).split())
    if not isinstance(error, ValueError | RuntimeError | OSError) or not text:
        text = f"{type(error).__name__}: {text}".rstrip(": ")
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."
