"""The frame clock, the session's polling, the message strip and the error handler."""

import dataclasses
import logging

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.smoothing import ExponentialMean
from gdviz.qt.errors import ErrorHandler
from gdviz.qt.frame_clock import KEPT_FRAMES, FrameClock
from gdviz.qt.message_strip import MessageStrip
from gdviz.qt.session import Session
from gdviz.runtime.commands import (
    ChangeSettings,
    DeleteBranch,
    Fork,
    RequestRun,
    Restart,
    RestoreBranch,
    SeekTo,
    Step,
    StepBack,
)
from gdviz.runtime.frame_in_work import FrameInWork
from gdviz.runtime.snapshot import RunState

RUNNING = RunState.RUNNING


def test_the_clock_ticks_by_itself_only_when_started(qapp, qtbot):
    ticks = []
    parent = QObject()
    clock = FrameClock(lambda: ticks.append(1), parent)
    qapp.processEvents()
    assert ticks == []
    clock.start()
    qtbot.waitUntil(lambda: len(ticks) >= 3, timeout=60_000)
    clock.stop()
    count = len(ticks)
    qtbot.wait(50)
    assert len(ticks) == count


def test_the_clock_keeps_account_within_bounds(qapp):
    parent = QObject()
    clock = FrameClock(lambda: None, parent)
    for _ in range(KEPT_FRAMES + 10):
        clock.tick()
    assert len(clock.costs_ms) == len(clock.intervals_ms) == KEPT_FRAMES
    assert min(clock.costs_ms) >= 0


class Told(FrameInWork):
    def __init__(self, told):
        super().__init__()
        self.told = told

    def begin(self):
        super().begin()
        self.told.append("begin")
        assert self.flag[0]

    def end(self):
        super().end()
        self.told.append("end")
        assert not self.flag[0]


class PaintedWidget(QWidget):
    def __init__(self, told):
        super().__init__()
        self.told = told

    def paintEvent(self, _event):
        self.told.append("paint")


def test_a_frame_is_told_from_its_begin_until_it_is_painted(qapp, qtbot):
    told = []
    widget = PaintedWidget(told)
    qtbot.addWidget(widget)

    def work():
        told.append("work")
        widget.update()

    clock = FrameClock(work, widget, Told(told))
    clock.watch(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    qtbot.waitUntil(lambda: "paint" in told, timeout=60_000)
    told.clear()
    clock.tick()
    assert told == ["begin", "work"]
    qtbot.waitUntil(lambda: "end" in told, timeout=60_000)
    assert told == ["begin", "work", "paint", "end"]


def test_a_frame_in_which_an_answer_is_awaited_holds_nobody_up(qtbot):
    parent, told = QObject(), []
    clock = FrameClock(lambda: None, parent, Told(told))
    clock.start()
    clock.hurry(is_hurried=True)
    clock.tick()
    assert "begin" not in told
    clock.hurry(is_hurried=False)
    clock.tick()
    assert told[-1] == "begin"
    clock.stop()


def test_a_frame_that_fails_is_over_all_the_same(qtbot):
    def fail():
        raise ZeroDivisionError

    parent, told = QObject(), []
    clock = FrameClock(fail, parent, Told(told))
    with pytest.raises(ZeroDivisionError):
        clock.tick()
    qtbot.waitUntil(lambda: told == ["begin", "end"], timeout=60_000)


@pytest.fixture
def session(blobs, small_config):
    result = Session(blobs, small_config)
    yield result
    assert result.close()
    assert result.close()


def polled(session, qtbot, condition):
    qtbot.waitUntil(
        lambda: session.poll() is not None and condition(session.snapshot), timeout=60_000
    )
    return session.snapshot


def test_a_session_counts_its_commands_and_gathers_every_step(session, qtbot, qapp):
    first = session.send(Step(5))
    second = session.send(Step(7))
    assert second == first + 1
    polled(session, qtbot, lambda s: s.acknowledged >= second and s.step >= 7)
    assert len(session.history) == session.snapshot.step


def test_snapshots_of_an_older_run_are_dropped(session, qtbot, qapp, small_config):
    old = polled(session, qtbot, lambda s: s.run_id == 1)
    session.send(Restart(small_config))
    new = polled(session, qtbot, lambda s: s.run_id == 2)
    session._loop.mailbox.take()
    session._loop.mailbox.put(old)
    assert session.poll() is None
    assert session.snapshot is new
    session._loop.mailbox.put(dataclasses.replace(new, acknowledged=99))
    assert session.poll() is not None


def test_histories_come_with_their_run_and_with_no_other(session, qtbot, small_config):
    """One that is refused, or replaced before it is seen, leaves nothing behind."""
    session.send(Step(5))
    session.send(RequestRun(1))
    found = []

    def has_run(snapshot):
        found.extend([snapshot.branched_run] if snapshot.branched_run else [])
        return bool(found)

    polled(session, qtbot, has_run)
    foreign = CurveHistory(2, 4096)
    (branch,) = found[0].branches
    unfit = dataclasses.replace(
        branch.head, config=branch.head.config.replace(layer_sizes=(16, 5, 3))
    )
    refused = dataclasses.replace(found[0], branches=(dataclasses.replace(branch, head=unfit),))
    session.load_run(refused, {1: foreign})
    session.load_run(found[0], {1: foreign})
    session.send(Restart(small_config))
    last = session.last_sent
    polled(session, qtbot, lambda s: s.acknowledged >= last and s.step == 0)
    assert session.history is not foreign
    kept = session.history.copy()
    identity = session.load_run(found[0], {1: kept})
    polled(session, qtbot, lambda s: s.acknowledged >= identity)
    assert session.history is kept


def test_a_run_first_seen_on_a_new_branch_has_its_shared_past(session, qtbot):
    """Loaded, looked back and forked before anybody looked."""
    session.send(Step(60))
    polled(session, qtbot, lambda s: s.step == 60)
    session.send(RequestRun(1))
    polled(session, qtbot, lambda s: s.branched_run is not None)
    run, history = session.snapshot.branched_run, session.history.copy()
    session.load_run(run, {1: history})
    for command in (SeekTo(30), ChangeSettings((("learning_rate", 0.1),)), Step(30)):
        session.send(command)
    last = session.last_sent
    polled(session, qtbot, lambda s: s.acknowledged >= last and s.step == 60)
    assert session.snapshot.branch == 2
    assert session.history.steps.tolist() == list(range(1, 61))
    assert session.histories[1].steps.tolist() == list(range(1, 61))


def test_histories_of_the_branches_deleted_last_are_kept(session, qtbot, monkeypatch):
    monkeypatch.setattr("gdviz.qt.session.MOST_DELETED", 2)

    def done(*commands):
        for command in commands:
            identity = session.send(command)
        polled(session, qtbot, lambda s: s.acknowledged >= identity and s.state is not RUNNING)

    done(Step(20))
    for _ in range(4):
        done(Fork(), Step(5))
    for branch in (4, 3, 2, 1):
        done(DeleteBranch(branch))
    assert set(session.histories) == {5, 2, 1}
    done(RestoreBranch(1))
    done(DeleteBranch(1))
    assert set(session.histories) == {5, 2, 1}


SMOOTHED_APART = [("cost", "cross_entropy", True), ("output_activation", "identity", True),
                  ("learning_rate", 0.25, False)]  # fmt: skip


@pytest.mark.parametrize(("setting", "value", "apart"), SMOOTHED_APART)
def test_costs_of_two_kinds_are_smoothed_apart(setting, value, apart, session, qtbot, qapp):
    """Also over a step back to before the change, and over one that is taken back at its step."""

    def done(*commands):
        for command in commands:
            identity = session.send(command)
        polled(session, qtbot, lambda s: s.acknowledged >= identity and s.state is not RUNNING)
        costs = session.history.costs
        parts = np.split(costs, [20]) if apart and session.snapshot.marks else [costs]
        expected = np.concatenate([ExponentialMean(50).extend(part) for part in parts])
        np.testing.assert_allclose(session.history.smoothed, expected, rtol=1e-5)
        return session.snapshot

    first = done(Step(20))
    before = getattr(first.config, setting)
    changed = done(ChangeSettings(((setting, value),)), Step(10))
    assert [(mark.step, mark.setting) for mark in changed.marks] == [(20, setting)]
    assert done(*[StepBack()] * 10).step == 20
    back = ChangeSettings(((setting, before),))
    assert done(back, Step(10)).marks == ()
    assert done(*[StepBack()] * 15, Step(5)).step == 20
    assert [mark.step for mark in done(ChangeSettings(((setting, value),)), Step(5)).marks] == [20]
    assert done(*[StepBack()] * 6, Fork(), Step(8)).marks == ()


def test_the_strip_says_one_sentence_with_its_remedies(qtbot, qapp):
    strip = MessageStrip(None)
    qtbot.addWidget(strip)
    assert strip.text == ""
    triggered = []
    action = QAction("Back", strip)
    action.triggered.connect(lambda: triggered.append(1))
    strip.say("It diverged.", (action,))
    assert strip.text == "It diverged."
    assert strip.findChild(QLabel, "message_text").text() == "It diverged."
    assert strip.accessibleDescription() == "It diverged."
    back = next(b for b in strip.findChildren(QPushButton) if b.text() == "Back")
    back.click()
    assert triggered == [1]
    assert strip.text == ""
    strip.say("Another.")
    qapp.sendPostedEvents(None, 52)
    assert [b.text() for b in strip.findChildren(QPushButton)] == ["Dismiss"]
    strip.findChild(QPushButton).click()
    assert strip.text == ""


def test_errors_are_shown_one_at_a_time_and_once(qtbot, qapp, expect_log):
    handler = ErrorHandler()

    def boxes():
        return [
            w
            for w in QApplication.topLevelWidgets()
            if isinstance(w, QMessageBox) and w.isVisible()
        ]

    handler(ValueError, ValueError("one"), None)
    handler(ValueError, ValueError("two"), None)
    assert [box.informativeText() for box in boxes()] == ["ValueError: one"]
    boxes()[0].accept()
    assert boxes() == []
    handler(ValueError, ValueError("one"), None)
    assert boxes() == [], "shown before"
    handler(ValueError, ValueError("two"), None)
    assert [box.informativeText() for box in boxes()] == ["ValueError: two"]
    boxes()[0].accept()
    errors = [r for r in expect_log.records if r.levelno == logging.ERROR]
    assert len(errors) == 4
    qapp.sendPostedEvents(None, 52)
