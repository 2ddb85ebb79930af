"""Replacing a run: what is asked of the worker in which order, and what undo brings back."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from gdviz.analysis.history import CurveHistory
from gdviz.qt.replacing import MOST_FORMER_RUNS, MOST_KEYFRAMES, Replacing
from gdviz.runtime.commands import LoadState, Pause, RequestRun, Restart
from gdviz.runtime.snapshot import EMPTY_RECORDS, RunState, Snapshot
from gdviz.training.branches import FIRST_BRANCH, BranchedRun, BranchState
from gdviz.training.records import record_dtype
from gdviz.training.state import Keyframe, initial_state


class Runs:
    """A session without a worker: what it has been sent, and answers on demand."""

    def __init__(self, config):
        self.sent = []
        self.loaded = []
        self.run_id = 1
        self.begin(config, 100)

    def begin(self, config, step):
        state = dataclasses.replace(initial_state(config), step=step)
        head = Keyframe(state, config, "numpy")
        branch = BranchState(FIRST_BRANCH, None, 0, head, (head,))
        self.run = BranchedRun((branch,), FIRST_BRANCH)
        history = CurveHistory(config.architecture.layout.n_layers)
        records = np.zeros(step, record_dtype(config.architecture.layout.n_layers))
        records["step"] = np.arange(1, step + 1)
        history.append(records)
        self.histories = {FIRST_BRANCH: history}

    def send(self, command):
        self.sent.append(command)
        if isinstance(command, Restart | LoadState):
            self.run_id += 1
            self.begin(command.config, 0)
        return len(self.sent)

    def load_run(self, run, histories):
        self.sent.append(None)
        self.loaded.append(run)
        self.run_id += 1
        self.run, self.histories = run, histories
        return len(self.sent)

    def answer(self, *, with_run=True):
        config = self.run.branches[0].head.config
        head = self.run.branches[0].head
        return Snapshot(
            self.run_id, RunState.PAUSED, len(self.sent), config, head.step, 0.0,
            head.parameters, EMPTY_RECORDS, branched_run=self.run if with_run else None,
        )  # fmt: skip


@pytest.fixture
def runs(small_config):
    return Runs(small_config)


@pytest.fixture
def parent(qapp):
    return QObject()


@pytest.fixture
def said():
    return []


@pytest.fixture
def stack(parent):
    return QUndoStack(parent)


@pytest.fixture
def replacing(runs, stack, said, parent):
    return Replacing(runs, stack, said.append, parent)


def settle(replacing, runs):
    """Answer until nothing is waited for."""
    while replacing.is_busy:
        replacing.see(runs.answer())
    replacing.see(runs.answer())


def seeds(commands):
    return [command.config.seed for command in commands if isinstance(command, Restart)]


def test_the_whole_run_is_had_before_it_is_replaced(replacing, runs, small_config):
    told = []
    replacing.about_to_replace.connect(told.append)
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    assert runs.sent == [Pause(), RequestRun(most_keyframes=MOST_KEYFRAMES)]
    former = runs.run
    old = dataclasses.replace(runs.answer(), acknowledged=1)
    replacing.see(old)
    assert told == []
    replacing.see(runs.answer())
    assert told == [former]
    assert seeds(runs.sent) == [1]


def test_undo_brings_the_former_run_back_and_redo_the_newer_one(
    replacing, runs, stack, small_config
):
    begun = []
    replacing.replaced.connect(lambda identity, config: begun.append((identity, config.seed)))
    former = runs.run
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    settle(replacing, runs)
    assert stack.undoText() == "restart"
    newer = runs.run
    replacing.undo()
    settle(replacing, runs)
    assert runs.run is former
    assert len(runs.histories[FIRST_BRANCH]) == 100
    replacing.redo()
    settle(replacing, runs)
    assert runs.run is newer
    replacing.undo()
    settle(replacing, runs)
    assert runs.loaded == [former, newer, former]
    assert [seed for _, seed in begun] == [1, small_config.seed, 1, small_config.seed]
    assert [identity for identity, _ in begun] == [3, 6, 9, 12]


def test_steps_after_the_handing_over_are_not_in_the_former_curves(replacing, runs, small_config):
    history = runs.histories[FIRST_BRANCH]
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    settle(replacing, runs)
    late = np.zeros(1, record_dtype(2))
    late["step"] = 101
    history.append(late)
    replacing.undo()
    settle(replacing, runs)
    assert runs.histories[FIRST_BRANCH].steps[-1] == 100


def test_quick_repeats_keep_their_order(replacing, runs, stack, small_config):
    for seed in (1, 2):
        replacing.replace(Restart(small_config.replace(seed=seed)), "another start")
    replacing.undo()
    replacing.undo()
    replacing.redo()
    settle(replacing, runs)
    assert seeds(runs.sent) == [1, 2]
    assert [run.branches[0].head.config.seed for run in runs.loaded] == [1, small_config.seed, 1]
    assert (stack.index(), stack.count()) == (1, 2)


def test_a_restart_that_changes_nothing_is_not_to_be_undone(replacing, runs, stack, small_config):
    runs.begin(small_config, 0)
    replacing.replace(Restart(small_config), "restart")
    settle(replacing, runs)
    assert stack.count() == 0
    replacing.replace(Restart(small_config, ((3, (("learning_rate", 1.0),)),)), "paste")
    settle(replacing, runs)
    assert stack.count() == 1


def test_only_the_last_runs_are_kept_and_nothing_before_them_is_undone(
    replacing, runs, stack, said, small_config
):
    undone = []

    class Setting(QUndoCommand):
        def undo(self):
            undone.append(self.text())

    stack.push(Setting("of the first run"))
    for seed in range(1, MOST_FORMER_RUNS + 3):
        replacing.replace(Restart(small_config.replace(seed=seed)), "another start")
        settle(replacing, runs)
        stack.push(Setting(f"of seed {seed}"))
    for _ in range(2 * MOST_FORMER_RUNS + 1):
        assert said == []
        replacing.undo()
        settle(replacing, runs)
    assert undone == [f"of seed {seed}" for seed in (5, 4, 3, 2)]
    assert runs.run.branches[0].head.config.seed == 2
    replacing.undo()
    assert said == [
        "Only the last 3 runs can be had back: what was done before them cannot be undone."
    ]
    assert len(runs.loaded) == MOST_FORMER_RUNS


def test_a_refused_replacement_leaves_nothing_to_undo(replacing, runs, stack, small_config):
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    former = runs.answer()
    replacing.see(former)
    replacing.see(dataclasses.replace(former, acknowledged=3, branched_run=None))
    assert stack.count() == 0
    assert runs.loaded == []


def test_a_run_that_is_not_handed_over_is_replaced_for_good(replacing, runs, stack, small_config):
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    replacing.see(runs.answer(with_run=False))
    assert seeds(runs.sent) == [1]
    assert stack.count() == 0
