"""Replacing a run: what is asked of the worker in which order, and what undo brings back."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from gdviz.analysis.history import CurveHistory
from gdviz.qt.former_run import FORMER_ROWS
from gdviz.qt.keeping.command_order import CommandOrder
from gdviz.qt.replacing import (
    KEYFRAME_BYTES,
    MOST_FORMER_RUNS,
    MOST_KEYFRAMES,
    Replacing,
)
from gdviz.runtime.commands import LoadRun, LoadState, RequestRun, Restart, Run
from gdviz.runtime.snapshot import EMPTY_RECORDS, RunState, Snapshot
from gdviz.training.branches import FIRST_BRANCH, BranchedRun, BranchState
from gdviz.training.records import record_dtype
from gdviz.training.state import Keyframe, initial_state


class Runs:
    """A session whose worker is this class: it obeys when it is polled."""

    def __init__(self, config):
        self.handed_over = []
        self.order = CommandOrder(self.handed_over.append)
        self.obeyed = []
        self.run_id = 1
        self.refuses = self.hands_over_nothing = False
        self.coming = {}
        self.begin(config, 100)
        self.snapshot = self.answer(0, with_run=False)

    def begin(self, config, step):
        state = dataclasses.replace(initial_state(config), step=step)
        head = Keyframe(state, config, "numpy")
        branch = BranchState(FIRST_BRANCH, None, 0, head, (head,))
        self.run = BranchedRun((branch,), FIRST_BRANCH)
        history = CurveHistory(config.architecture.layout.n_layers)
        history.append(rows(1, step))
        self.histories = {FIRST_BRANCH: history}

    @property
    def last_sent(self):
        return self.order.last_sent

    def send(self, command):
        return self.order.send(command)

    def load_run(self, run, histories, dataset=None):
        identity = self.send(LoadRun(run, dataset))
        self.coming[identity] = histories
        return identity

    def poll(self):
        """Obey what has been handed over, and give the snapshot that says so."""
        commands = self.handed_over[:]
        self.handed_over.clear()
        for command in commands:
            self.obeyed.append(command)
            if isinstance(command, Restart | LoadState | LoadRun) and not self.refuses:
                self.run_id += 1
                if isinstance(command, LoadRun):
                    self.run, self.histories = command.run, self.coming.pop(command.id)
                else:
                    self.begin(command.config, 0)
        is_asked = any(isinstance(command, RequestRun) for command in commands)
        acknowledged = commands[-1].id if commands else self.snapshot.acknowledged
        with_run = is_asked and not self.hands_over_nothing
        self.snapshot = self.answer(acknowledged, with_run=with_run)
        self.order.see(self.snapshot)
        return self.snapshot

    def answer(self, acknowledged, *, with_run):
        head = self.run.branches[0].head
        return Snapshot(
            self.run_id, RunState.PAUSED, acknowledged, head.config, head.step, 0.0,
            head.parameters, EMPTY_RECORDS, head_step=head.step,
            branched_run=self.run if with_run else None,
        )  # fmt: skip


class Book:
    """Names that are told from one another."""

    def __init__(self):
        self.entries = {"1": {"name": "first"}}
        self.restored = []

    def state(self, *, with_deleted):
        assert with_deleted
        return dict(self.entries)

    def restore(self, state, *, is_of_next_run=False):
        assert is_of_next_run
        self.restored.append(state)


def rows(first, last):
    records = np.zeros(last - first + 1, record_dtype(2))
    records["step"] = np.arange(first, last + 1)
    return records


@pytest.fixture
def runs(small_config):
    return Runs(small_config)


@pytest.fixture
def book():
    return Book()


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
def replacing(runs, book, stack, said, parent):
    def wait(is_done, _limit_ms):
        while not is_done():
            replacing.see(runs.poll())
        return True

    replacing = Replacing(runs, book, stack, said.append, wait, parent)
    return replacing


def settle(replacing, runs):
    """Poll until nothing is waited for."""
    replacing.see(runs.poll())
    while replacing.is_busy:
        replacing.see(runs.poll())


def kinds(commands):
    return [type(command) for command in commands]


def test_the_whole_run_is_shown_before_it_is_replaced(replacing, runs, small_config):
    identity = replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    later = runs.send(Run())
    assert runs.handed_over == [RequestRun(most_keyframes=MOST_KEYFRAMES, id=identity - 1)]
    assert replacing.is_busy
    settle(replacing, runs)
    assert kinds(runs.obeyed) == [RequestRun, Restart, Run]
    assert [command.id for command in runs.obeyed] == [identity - 1, identity, later]
    assert not replacing.is_busy
    assert runs.order.last_look() is None, "what others want of a last look is theirs"


def test_undo_brings_the_former_run_back_and_redo_the_newer_one(
    replacing, runs, book, stack, small_config
):
    begun = []
    replacing.replaced.connect(lambda identity, config: begun.append((identity, config.seed)))
    former = runs.run
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    settle(replacing, runs)
    assert stack.undoText() == "restart"
    book.entries = {"1": {"name": "second"}}
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
    assert runs.run is former
    assert [seed for _, seed in begun] == [1, small_config.seed, 1, small_config.seed]
    assert [identity for identity, _ in begun] == [2, 4, 6, 8]
    assert [state["1"]["name"] for state in book.restored] == ["first", "second", "second"]


def test_another_whole_run_may_take_the_place_too(replacing, runs, stack, small_config):
    former = runs.run
    other = Runs(small_config.replace(seed=1))
    replacing.replace_by_run(other.run, other.histories, "opening of b.gdviz")
    settle(replacing, runs)
    assert (runs.run, runs.histories) == (other.run, other.histories)
    replacing.undo()
    settle(replacing, runs)
    assert runs.run is former


def test_steps_after_the_last_look_are_not_in_the_former_curves(replacing, runs, small_config):
    history = runs.histories[FIRST_BRANCH]
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    settle(replacing, runs)
    history.append(rows(101, 101))
    replacing.undo()
    settle(replacing, runs)
    assert runs.histories[FIRST_BRANCH].steps[-1] == 100


def test_long_curves_are_kept_thinned_and_those_on_the_screen_stay(replacing, runs, small_config):
    history = runs.histories[FIRST_BRANCH]
    history.append(rows(101, 3 * FORMER_ROWS))
    head = runs.run.branches[0].head
    head = dataclasses.replace(head, state=dataclasses.replace(head.state, step=3 * FORMER_ROWS))
    branch = dataclasses.replace(runs.run.branches[0], head=head)
    runs.run = dataclasses.replace(runs.run, branches=(branch,))
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    settle(replacing, runs)
    replacing.undo()
    settle(replacing, runs)
    assert len(history) == 3 * FORMER_ROWS
    assert len(runs.histories[FIRST_BRANCH]) <= FORMER_ROWS
    assert runs.histories[FIRST_BRANCH].steps[-1] == 3 * FORMER_ROWS


def test_a_large_network_is_kept_with_fewer_keyframes(replacing, runs, small_config):
    large = small_config.replace(layer_sizes=(16, 60_000, 3), optimizer="adam")
    runs.begin(large, 5)
    runs.poll()
    replacing.replace(Restart(small_config), "restart")
    n_bytes = 4 * 3 * large.architecture.n_parameters
    assert runs.handed_over[-1].most_keyframes == max(1, KEYFRAME_BYTES // n_bytes) == 1


def test_quick_repeats_keep_their_order(replacing, runs, stack, small_config):
    for seed in (1, 2):
        replacing.replace(Restart(small_config.replace(seed=seed)), "another start")
    replacing.undo()
    replacing.undo()
    replacing.redo()
    settle(replacing, runs)
    begun = [command for command in runs.obeyed if not isinstance(command, RequestRun)]
    assert kinds(begun) == [Restart, Restart, LoadRun, LoadRun, LoadRun]
    loaded = [command.run.branches[0].head.config.seed for command in begun[2:]]
    assert loaded == [1, small_config.seed, 1]
    assert (stack.index(), stack.count()) == (1, 2)


def test_a_replacement_that_was_undone_may_be_dropped_while_it_is_awaited(
    replacing, runs, stack, small_config
):
    replacing.replace(Restart(small_config.replace(seed=1)), "another start")
    settle(replacing, runs)
    replacing.undo()
    replacing.replace(Restart(small_config.replace(seed=2)), "another start")
    settle(replacing, runs)
    assert stack.count() == 1
    replacing.undo()
    settle(replacing, runs)
    assert runs.run.branches[0].head.config.seed == small_config.seed


def test_a_restart_that_changes_nothing_is_not_to_be_undone(replacing, runs, stack, small_config):
    runs.begin(small_config, 0)
    runs.poll()
    replacing.replace(Restart(small_config), "restart")
    settle(replacing, runs)
    assert (stack.count(), kinds(runs.obeyed)) == (0, [Restart])
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
    assert kinds(runs.obeyed).count(LoadRun) == MOST_FORMER_RUNS


def test_a_refused_replacement_leaves_nothing_to_undo(replacing, runs, stack, small_config):
    runs.refuses = True
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    settle(replacing, runs)
    assert stack.count() == 0
    assert kinds(runs.obeyed) == [RequestRun, Restart]


def test_a_run_that_is_not_shown_cannot_be_had_back(replacing, runs, said, small_config):
    runs.hands_over_nothing = True
    replacing.replace(Restart(small_config.replace(seed=1)), "restart")
    settle(replacing, runs)
    replacing.undo()
    settle(replacing, runs)
    assert said == ["That run was not kept, so that it cannot be had back."]
    assert kinds(runs.obeyed) == [RequestRun, Restart]
