"""The window's face of the training loop: sends commands, gathers what snapshots tell.

All of it runs on the GUI thread; the worker never calls into it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy.typing as npt

from gdviz.analysis.history import MAXIMUM_ROWS, CurveHistory
from gdviz.data.dataset import Dataset
from gdviz.engine.engine import EngineName
from gdviz.qt.keeping.command_order import CommandOrder
from gdviz.qt.views.view import Frame
from gdviz.runtime.branches import MOST_DELETED
from gdviz.runtime.commands import Command, LoadRun
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.runtime.training_loop import TrainingLoop
from gdviz.training.branches import FIRST_BRANCH, BranchedRun
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.marks import BALL
from gdviz.training.state import TrainingState

COST_SETTINGS = frozenset({"cost", "output_activation", BALL})
"""Marks after which the cost means something else: a mean over both sides would mean nothing."""


NO_BRANCH = 0
"""Id of none: branches count from `FIRST_BRANCH`."""
PARKED_ROWS = 2**19
"""Rows that are kept of all branches which are not trained now."""
FEWEST_ROWS = 2**12
"""Of each of them, however many they are."""


class Session:
    """Owns a training loop and the history of its present run.

    Parameters
    ----------
    dataset : Dataset
    config : TrainingConfig
    state : TrainingState, optional
        Where to begin.
    engine : {"auto", "compiled", "numpy"}
    compiler_waits : bool, default False
        See `gdviz.runtime.training_loop.TrainingLoop`.

    Raises
    ------
    ValueError
        If the configuration does not fit the dataset.
    """

    def __init__(
        self,
        dataset: Dataset,
        config: TrainingConfig,
        state: TrainingState | None = None,
        engine: EngineName = "auto",
        *,
        compiler_waits: bool = False,
    ) -> None:
        self.dataset = dataset
        """What the run is about that is shown: all of it, labels as they are in the data."""
        self.history = CurveHistory(config.architecture.layout.n_layers, MAXIMUM_ROWS)
        """Of the branch that is shown."""
        self.histories: dict[int, CurveHistory] = {FIRST_BRANCH: self.history}
        """Of all branches of the run, by their ids; what they share is in each."""
        self._live = FIRST_BRANCH
        self._deleted: list[int] = []
        """Branches that are gone and may come back, the one deleted last at the end."""
        self._loaded: dict[int, dict[int, CurveHistory]] = {}
        self.evaluation: Evaluation | None = None
        self.snapshot: Snapshot | None = None
        """The newest seen, or None before the first."""
        self._engine = engine
        self._loop = TrainingLoop(dataset, config, state, engine, compiler_waits=compiler_waits)
        self.order = CommandOrder(self._loop.send)
        self._loop.start()

    def send(self, command: Command) -> int:
        """Send a command; give the id that its acknowledgement will carry."""
        return self.order.send(command)

    @property
    def last_sent(self) -> int:
        """Id of the command sent last."""
        return self.order.last_sent

    @property
    def is_answered(self) -> bool:
        """Whether the newest snapshot shows what every command has done."""
        return self.snapshot is not None and self.snapshot.acknowledged >= self.last_sent

    def poll(self) -> Frame | None:
        """Take the newest snapshot, if there is one, into the history and give its frame."""
        snapshot = self._loop.mailbox.take()
        if snapshot is None:
            return None
        self.order.see(snapshot)
        if self.snapshot is None or snapshot.run_id != self.snapshot.run_id:
            if self.snapshot is not None and snapshot.run_id < self.snapshot.run_id:
                return None
            self._begin_run(snapshot)
        # Of runs that were refused, or replaced before they were seen.
        self._loaded = {k: v for k, v in self._loaded.items() if k > snapshot.acknowledged}
        for news in snapshot.earlier:
            self._follow(news.branch, news.parent, news.fork_step)
            _take(self.history, news.records, news.evaluations, news.rewound_to)
        live = next((info for info in snapshot.branches if info.id == snapshot.branch), None)
        if live is not None:
            self._follow(live.id, live.parent, live.fork_step)
            self._forget_deleted({info.id for info in snapshot.branches})
        if snapshot.rewound_to is not None:
            self.history.rewind(snapshot.rewound_to)
        restarts = {mark.step for mark in snapshot.marks if mark.setting in COST_SETTINGS}
        # Before what follows is appended: a change may have been taken back at the same step.
        if not snapshot.is_past:
            self.history.forget_restarts(restarts)
        for step in restarts:
            self.history.restart_smoothing(step)
        newest = max(snapshot.step, snapshot.head_step)
        evaluations = tuple(e for e in snapshot.evaluations if e.step <= newest)
        _take(self.history, snapshot.records, evaluations)
        self.evaluation = self.history.evaluation_at(snapshot.step)
        self.snapshot = snapshot
        return Frame(
            snapshot, self.history, self.evaluation, histories=MappingProxyType(self.histories)
        )

    def load_run(
        self,
        run: BranchedRun,
        histories: dict[int, CurveHistory],
        dataset: Dataset | None = None,
    ) -> int:
        """Begin a run that was saved with its branches; give the command's id.

        Parameters
        ----------
        run : BranchedRun
        histories : dict of int to CurveHistory
            By branch; they are the session's from now on. One that is missing begins empty.
        dataset : Dataset, optional
            What it was trained on; by default what the present run is.
        """
        identity = self.send(LoadRun(run, dataset))
        self._loaded[identity] = histories
        return identity

    def _begin_run(self, snapshot: Snapshot) -> None:
        """Another run: its histories begin, or come with it."""
        self.histories = self._loaded.pop(snapshot.begun_by, {})
        if snapshot.dataset is not None:
            self.dataset = snapshot.dataset
        self._deleted = []
        self._live = NO_BRANCH
        self.history = CurveHistory(snapshot.config.architecture.layout.n_layers, MAXIMUM_ROWS)
        if not snapshot.branches:
            self._follow(snapshot.branch, None, 0)

    def _forget_deleted(self, known: set[int]) -> None:
        """Keep the histories of the newest deleted branches, as the worker keeps their states."""
        self._deleted = [branch for branch in self._deleted if branch not in known]
        gone = set(self.histories) - known - set(self._deleted)
        self._deleted += sorted(gone)
        while len(self._deleted) > MOST_DELETED:
            del self.histories[self._deleted.pop(0)]

    def _follow(self, branch: int, parent: int | None, fork_step: int) -> None:
        """Take up another branch; what it shares with the one it left is copied."""
        if branch == self._live:
            return
        if branch not in self.histories:
            # Without a parent that is known, the present one: empty when a run begins.
            known = self.history if parent is None else self.histories.get(parent, self.history)
            self.histories[branch] = known.copy(fork_step)
        if self._live != NO_BRANCH:
            self.history.thin_to(max(PARKED_ROWS // len(self.histories), FEWEST_ROWS))
        self._live, self.history = branch, self.histories[branch]

    @property
    def is_running(self) -> bool:
        """True if the worker was training when it was last heard of."""
        return self.snapshot is not None and self.snapshot.state is RunState.RUNNING

    @property
    def smoothed_cost(self) -> float | None:
        """The smoothed mini-batch cost at the step that is shown, or None before the first."""
        return None if self.snapshot is None else self.history.smoothed_at(self.snapshot.step)

    def close(self) -> bool:
        """Stop the worker and wait for it, with a limit; may be called again.

        Returns
        -------
        bool
            True if the thread has ended.
        """
        return self._loop.close()


def _take(
    history: CurveHistory,
    records: npt.NDArray[Any],
    evaluations: tuple[Evaluation, ...],
    rewound_to: int | None = None,
) -> None:
    """Take over what has come of one branch."""
    if rewound_to is not None:
        history.rewind(rewound_to)
    history.append(records)
    for evaluation in evaluations:
        history.add_evaluation(evaluation)
