"""The control of time against a worker that is played by hand."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.qt.playback import BACKWARD, FORWARD
from gdviz.qt.time_control import TimeControl
from gdviz.runtime.commands import SeekTo
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.training.branches import BranchInfo
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import Mark
from gdviz.training.records import record_dtype
from gdviz.training.state import initial_state

CONFIG = TrainingConfig(layer_sizes=(4, 3, 2))
PARAMETERS = initial_state(CONFIG).parameters
RECORDS = np.zeros(0, record_dtype(2))
BRANCHES = (BranchInfo(1, None, 0, 1000, CONFIG), BranchInfo(2, 1, 400, 700, CONFIG))


class Worker:
    """Obeys `SeekTo` when it is told to, one after another."""

    def __init__(self, head: int = 1000) -> None:
        self.time_s = 0.0
        self.sent: list[SeekTo] = []
        self.n_obeyed = 0
        self.control = TimeControl(self.send, now=lambda: self.time_s)
        self.snapshot = Snapshot(
            1, RunState.PAUSED, 0, CONFIG, head, 0.0, PARAMETERS, RECORDS, head_step=head,
            branches=BRANCHES,
        )  # fmt: skip
        self.control.follow(self.snapshot)

    def send(self, command) -> int:
        self.sent.append(command)
        return len(self.sent)

    @property
    def steps(self) -> list[int]:
        return [command.step for command in self.sent]

    def show(self, **changes) -> None:
        """Let the window see a snapshot."""
        self.snapshot = dataclasses.replace(self.snapshot, **changes)
        self.control.follow(self.snapshot)

    def obey(self) -> None:
        """Do the next thing that was asked."""
        command = self.sent[self.n_obeyed]
        self.n_obeyed += 1
        self.show(step=command.step, acknowledged=self.n_obeyed, state=RunState.PAUSED)

    def play(self, seconds: float, ticks_per_second: int = 60) -> list[int]:
        """Let time pass, obeying at once; give the steps that were seen."""
        seen = []
        for _ in range(round(seconds * ticks_per_second)):
            self.time_s += 1 / ticks_per_second
            self.control.tick()
            while self.n_obeyed < len(self.sent):
                self.obey()
                seen.append(self.snapshot.step)
        return seen


@pytest.fixture
def worker(qapp) -> Worker:
    return Worker()


def test_seek_one_is_under_way_and_the_last_one_asked_for_comes(worker):
    for step in (900, 800, 700, 650):
        worker.control.seek(step)
    assert worker.steps == [900]
    assert worker.control.shown_step == 650
    worker.obey()
    assert worker.steps == [900, 650]
    worker.obey()
    assert worker.steps == [900, 650]
    assert (worker.control.shown_step, worker.snapshot.step) == (650, 650)


@given(st.lists(st.one_of(st.integers(-50, 1100), st.just("obey")), max_size=40))
def test_seek_whatever_the_order_ends_at_the_last_step_asked_for(asked):
    worker, last = Worker(), 1000
    for entry in asked:
        if entry != "obey":
            worker.control.seek(entry)
            last = min(max(entry, 0), 1000)
        elif worker.n_obeyed < len(worker.sent):
            worker.obey()
        assert len(worker.sent) - worker.n_obeyed <= 1
    while worker.n_obeyed < len(worker.sent):
        worker.obey()
    assert worker.snapshot.step == last


def test_seek_to_what_is_shown_sends_nothing(worker):
    worker.control.seek(1000)
    assert worker.steps == []


def test_seek_to_the_newest_step_of_a_run_that_goes_on_stops_it(worker):
    worker.show(state=RunState.RUNNING)
    worker.control.seek(1000)
    assert worker.steps == [1000]


def test_seek_old_news_do_not_move_the_step_asked_for(worker):
    worker.control.seek(100)
    worker.show(step=1000)
    assert worker.control.shown_step == 100
    assert worker.control.is_past


def test_step_by_counts_from_the_step_asked_for(worker):
    for _ in range(3):
        worker.control.step_by(-1)
    worker.obey()
    worker.obey()
    assert worker.snapshot.step == 997


def test_give_way_lets_the_worker_stand_where_it_was_asked_to(worker):
    worker.control.seek(500)
    worker.control.seek(300)
    worker.control.give_way()
    assert worker.steps == [500, 300]
    worker.obey()
    worker.obey()
    assert worker.steps == [500, 300]


def test_a_step_that_was_waited_for_does_not_stop_a_run_begun_meanwhile(worker):
    worker.control.seek(500)
    worker.control.seek(300)
    worker.show(state=RunState.RUNNING, step=1010, head_step=1010, acknowledged=1)
    assert worker.steps == [500]


def test_another_run_forgets_everything(worker):
    worker.control.seek(500)
    worker.control.set_loop(10, 20)
    worker.control.note_save(1000)
    worker.show(run_id=2, step=0, head_step=0, branch=1)
    control = worker.control
    assert (control.shown_step, control.is_past, control.is_looping) == (0, False, False)
    assert control.saves == frozenset()


# Playing


def test_play_at_the_newest_step_plays_the_whole_run_in_the_seconds_chosen(worker):
    worker.control.toggle_play(FORWARD)
    seen = worker.play(9.9)
    assert worker.control.direction == FORWARD
    assert seen == sorted(seen)
    assert seen[0] < 20
    seen += worker.play(0.2)
    assert seen[-1] == 1000
    assert worker.control.direction is None


def test_play_on_a_slow_machine_skips_steps_and_takes_as_long(worker):
    worker.control.toggle_play(FORWARD)
    seen = worker.play(11, ticks_per_second=2)
    assert len(seen) <= 21
    assert seen[-1] == 1000
    assert worker.control.direction is None


def test_play_while_a_seek_is_under_way_asks_for_no_other(worker):
    worker.control.toggle_play(BACKWARD)
    for _ in range(30):
        worker.time_s += 0.1
        worker.control.tick()
    assert len(worker.sent) == 1
    worker.obey()
    worker.control.tick()
    assert worker.steps[-1] == 700


def test_play_at_one_step_a_second_shows_each_step(worker):
    worker.control.seek(10)
    worker.obey()
    worker.control.set_speed("1")
    worker.control.toggle_play(FORWARD)
    assert worker.play(4.05) == [11, 12, 13, 14]


def test_play_backward_ends_at_the_start(worker):
    worker.control.set_speed("in_3")
    worker.control.toggle_play(BACKWARD)
    assert worker.play(3.1)[-1] == 0
    assert worker.control.direction is None


def test_play_in_a_loop_stays_in_it_and_goes_on(worker):
    worker.control.set_loop(100, 149)
    worker.control.set_speed("100")
    worker.control.toggle_play(FORWARD)
    seen = worker.play(3)
    assert set(seen) <= set(range(100, 150))
    assert sum(after < before for before, after in itertools.pairwise(seen)) >= 4
    assert worker.control.direction == FORWARD


def test_speed_changed_while_playing_goes_on_from_there(worker):
    worker.control.seek(0)
    worker.obey()
    worker.control.set_speed("10")
    worker.control.toggle_play(FORWARD)
    assert worker.play(1.01)[-1] == 10
    worker.control.set_speed("100")
    assert worker.play(1.01)[-1] == pytest.approx(110, abs=2)


def play_a_while(worker: Worker) -> None:
    worker.control.toggle_play(FORWARD)
    worker.play(1)
    assert worker.control.direction == FORWARD


@pytest.mark.parametrize(
    "change",
    [
        {"state": RunState.RUNNING},
        {"branch": 2},
        {"head_step": 2000},
        {"branches": (dataclasses.replace(BRANCHES[0], marks=(Mark(5, "l2", 0.0, 0.1),)),)},
        {"run_id": 2},
    ],
    ids=["run", "fork", "trained", "setting", "restart"],
)
def test_play_stops_at_whatever_changes_the_run(worker, change):
    play_a_while(worker)
    worker.show(**change)
    assert worker.control.direction is None


@pytest.mark.parametrize("act", ["seek", "same", "give_way"])
def test_play_stops_when_the_user_takes_over(worker, act):
    play_a_while(worker)
    control = worker.control
    {
        "seek": lambda: control.seek(3),
        "same": lambda: control.toggle_play(FORWARD),
        "give_way": control.give_way,
    }[act]()
    assert control.direction is None
    worker.play(1)
    assert worker.snapshot.step == (3 if act == "seek" else worker.steps[-1])


def test_play_from_a_run_that_goes_on_looks_back_first(worker):
    worker.show(state=RunState.RUNNING)
    worker.control.toggle_play(FORWARD)
    assert worker.steps == [0]
    worker.show(step=1010, head_step=1010)
    assert worker.control.direction == FORWARD
    worker.obey()
    assert worker.control.direction == FORWARD


def test_play_of_a_run_without_steps_does_nothing(qapp):
    worker = Worker(head=0)
    worker.control.toggle_play(FORWARD)
    assert worker.control.direction is None


# The loop, saves, divergence


def test_loop_ends_are_where_it_was_said(worker):
    control = worker.control
    control.toggle_loop()
    assert control.ends == (0, 1000)
    control.seek(200)
    control.loop_from_here()
    assert control.ends == (200, 1000)
    control.seek(600)
    control.loop_to_here()
    assert control.ends == (200, 600)
    control.toggle_loop()
    assert control.ends == (0, 1000)


@pytest.mark.parametrize(("act", "ends"), [("from", (800, 1000)), ("to", (0, 100))])
def test_loop_an_end_beyond_the_other_lets_that_go(worker, act, ends):
    control = worker.control
    control.set_loop(200, 600)
    if act == "from":
        control.set_loop(800, 600)
    else:
        control.set_loop(200, 100)
    assert control.ends == ends


def test_saves_and_divergence_are_noted_with_their_branch(worker):
    told = []
    worker.control.changed.connect(lambda: told.append(1))
    worker.control.note_save(500)
    worker.control.note_save(300, 2)
    assert worker.control.saves == {(1, 500), (2, 300)}
    worker.show(state=RunState.DIVERGED, step=1000)
    assert worker.control.divergences == {(1, 1000)}
    assert len(told) == 3
