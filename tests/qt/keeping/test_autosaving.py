"""When the session is saved by itself, by a clock in the test's hand."""

import errno
import threading
from dataclasses import dataclass

import pytest

from gdviz.qt.file_work import FileWork
from gdviz.qt.keeping.autosaving import BYTES_PER_S, PAUSE_S, Autosaving
from gdviz.runtime.snapshot import RunState
from gdviz.storage.atomic import SaveError

INTERVAL_S = 5.0


@dataclass
class Standing:
    """All of a snapshot that counts here."""

    state: RunState


@dataclass
class Content:
    """Something gathered."""

    text: bytes

    def content(self, _kept_as=None) -> bytes:
        return self.text


class Slots:
    """Slots in memory, which may be full."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_full = False
        self.go_on = threading.Event()
        self.go_on.set()
        self.ends: list[str] = []

    def write(self, content: bytes) -> None:
        self.go_on.wait(60)
        if self.is_full:
            raise SaveError(errno.ENOSPC, "there is no space left on the disk")
        self.written.append(content)

    def discard(self) -> None:
        self.ends.append("discarded")

    def close(self) -> None:
        self.ends.append("closed")


class Desk:
    """An `Autosaving` with its surroundings."""

    def __init__(self, qtbot) -> None:
        self.time = 0.0
        self.n_asked = 0
        self.said: list[str] = []
        self.slots = Slots()
        self.work = FileWork("test-autosaving")
        self.qtbot = qtbot
        self.saving = Autosaving(
            lambda: self.slots, self.work, self._ask, self.said.append, INTERVAL_S,
            now=lambda: self.time,
        )  # fmt: skip

    def _ask(self) -> None:
        self.n_asked += 1

    def see(self, changes: object, state: RunState = RunState.RUNNING) -> None:
        self.saving.see(Standing(state), changes)

    def poll_at(self, time: float) -> int:
        """Look at a time; give how often the run was asked for so far."""
        self.time = time
        self.saving.poll()
        return self.n_asked

    def answer(self, text: bytes = b"session") -> None:
        """Answer, and wait until that is written."""
        self.saving.write(Content(text))
        self.wait()

    def wait(self) -> None:
        def ended() -> bool:
            self.saving.poll()
            return self.saving._job is None

        self.qtbot.waitUntil(ended)


@pytest.fixture
def desk(qtbot):
    made = Desk(qtbot)
    yield made
    made.slots.go_on.set()
    made.work.close()


def test_nothing_is_saved_before_anything_has_changed(desk):
    desk.see("start", RunState.READY)
    desk.see("start", RunState.READY)
    assert desk.poll_at(1000) == 0
    assert desk.saving.is_up_to_date


def test_a_change_is_saved_after_the_interval_and_once(desk):
    desk.see("start", RunState.READY)
    desk.see("step 1")
    assert desk.poll_at(INTERVAL_S - 0.1) == 0
    assert desk.poll_at(INTERVAL_S) == 1
    assert desk.poll_at(3 * INTERVAL_S) == 1, "the answer is still awaited"
    desk.answer(b"step 1")
    assert desk.slots.written == [b"step 1"]
    assert desk.poll_at(100) == 1
    desk.see("step 2")
    assert desk.poll_at(200) == 2


def test_a_pause_is_saved_at_once_but_not_thirty_times_a_second(desk):
    desk.see("start", RunState.READY)
    desk.see("step 1")
    desk.see("step 1", RunState.PAUSED)
    assert desk.poll_at(PAUSE_S) == 1
    desk.answer()
    desk.see("step 2")
    desk.see("step 2", RunState.PAUSED)
    assert desk.poll_at(PAUSE_S + 0.1) == 1
    assert desk.poll_at(2 * PAUSE_S) == 2


def test_what_changes_while_it_is_written_is_saved_the_next_time(desk):
    desk.see("start", RunState.READY)
    desk.see("step 1")
    desk.poll_at(INTERVAL_S)
    desk.slots.go_on.clear()
    desk.saving.write(Content(b"step 1"))
    desk.see("step 2")
    assert desk.poll_at(5 * INTERVAL_S) == 1, "one at a time"
    assert desk.saving.is_under_way
    desk.slots.go_on.set()
    desk.wait()
    assert desk.poll_at(10 * INTERVAL_S) == 2


def test_a_failure_is_said_once_until_it_works_again(desk):
    desk.see("start", RunState.READY)
    desk.slots.is_full = True
    for k in range(1, 4):
        desk.see(f"step {k}")
        assert desk.poll_at(k * INTERVAL_S) == k
        desk.answer()
    assert len(desk.said) == 1
    assert "no space left" in desk.said[0]
    assert desk.poll_at(4 * INTERVAL_S) == 4, "it is tried again, also without another change"
    desk.slots.is_full = False
    desk.answer(b"again")
    assert desk.slots.written == [b"again"]
    assert desk.saving.is_up_to_date
    desk.slots.is_full = True
    desk.see("step 9")
    assert desk.poll_at(5 * INTERVAL_S) == 5
    desk.answer()
    assert len(desk.said) == 2


def test_without_an_answer_it_is_asked_again(desk):
    desk.see("start", RunState.READY)
    desk.see("step 1")
    assert desk.poll_at(INTERVAL_S) == 1
    desk.saving.write(None)
    assert desk.slots.written == []
    assert desk.poll_at(2 * INTERVAL_S) == 2


def test_save_soon_waits_for_no_interval(desk):
    desk.see("start", RunState.READY)
    desk.saving._rest_s = 100  # the last one took five seconds
    desk.saving.save_soon()
    assert desk.poll_at(0.0) == 1
    assert not desk.saving.is_up_to_date
    desk.answer()
    assert desk.saving.is_up_to_date


@pytest.mark.parametrize(
    ("is_discarded", "ends"), [(True, ["discarded", "closed"]), (False, ["closed"])]
)
def test_slots_are_given_back_at_the_end(desk, is_discarded, ends):
    desk.saving.close(is_discarded=is_discarded)
    assert desk.slots.ends == [], "they were never opened"
    desk.saving.save_soon()
    desk.poll_at(0.0)
    desk.answer()
    desk.saving.close(is_discarded=is_discarded)
    assert desk.slots.ends == ends


def test_a_large_session_is_written_less_often(desk):
    desk.see("start", RunState.READY)
    desk.see("step 1")
    desk.poll_at(INTERVAL_S)
    desk.answer(bytes(20 * BYTES_PER_S))
    desk.see("step 2")
    assert desk.poll_at(INTERVAL_S + 19) == 1
    assert desk.poll_at(INTERVAL_S + 100) == 2
