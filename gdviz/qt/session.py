"""The window's face of the training loop: sends commands, gathers what snapshots tell.

All of it runs on the GUI thread; the worker never calls into it.
"""

from __future__ import annotations

import numpy as np

from gdviz.analysis.history import MAXIMUM_ROWS, CurveHistory
from gdviz.data.dataset import Dataset
from gdviz.engine.engine import EngineName
from gdviz.qt.keeping.command_order import CommandOrder
from gdviz.qt.views.view import Frame
from gdviz.runtime.commands import Command
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.runtime.training_loop import TrainingLoop
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.marks import BALL
from gdviz.training.state import TrainingState

COST_SETTINGS = frozenset({"cost", "output_activation", BALL})
"""Marks after which the cost means something else: a mean over both sides would mean nothing."""


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
        self.history = CurveHistory(config.architecture.layout.n_layers, MAXIMUM_ROWS)
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

    def poll(self) -> Frame | None:
        """Take the newest snapshot, if there is one, into the history and give its frame."""
        snapshot = self._loop.mailbox.take()
        if snapshot is None:
            return None
        self.order.see(snapshot)
        if self.snapshot is None or snapshot.run_id != self.snapshot.run_id:
            if self.snapshot is not None and snapshot.run_id < self.snapshot.run_id:
                return None
            self.history = CurveHistory(snapshot.config.architecture.layout.n_layers, MAXIMUM_ROWS)
            self.evaluation = None
        if snapshot.rewound_to is not None:
            self.history.rewind(snapshot.rewound_to)
            self.evaluation = self.history.evaluations[-1] if self.history.evaluations else None
        restarts = {mark.step for mark in snapshot.marks if mark.setting in COST_SETTINGS}
        # Before what follows is appended: a change may have been taken back at the same step.
        self.history.forget_restarts(restarts)
        for step in restarts:
            self.history.restart_smoothing(step)
        self.history.append(snapshot.records)
        for evaluation in snapshot.evaluations:
            if evaluation.step <= snapshot.step:
                self.history.add_evaluation(evaluation)
                self.evaluation = self.history.evaluations[-1]
        self.snapshot = snapshot
        return Frame(snapshot, self.history, self.evaluation)

    @property
    def is_running(self) -> bool:
        """True if the worker was training when it was last heard of."""
        return self.snapshot is not None and self.snapshot.state is RunState.RUNNING

    @property
    def smoothed_cost(self) -> float | None:
        """The smoothed mini-batch cost now, or None before the first step."""
        if not len(self.history):
            return None
        value = float(self.history.smoothed[-1])
        return value if np.isfinite(value) else None

    def close(self) -> bool:
        """Stop the worker and wait for it, with a limit; may be called again.

        Returns
        -------
        bool
            True if the thread has ended.
        """
        return self._loop.close()
