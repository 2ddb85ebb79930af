"""Where in the run is looked at: seeking, playing, a loop, and what was saved or went wrong.

One for a window, on the GUI thread, whether or not the timeline is in sight. It asks the worker
with `SeekTo`, one at a time: while one is under way only the last step asked for is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from gdviz.qt.playback import DEFAULT_SPEED, Direction, Playback, Speed, begun, speed_of
from gdviz.runtime.commands import (
    CancelLearningRate,
    CancelSurface,
    Command,
    FindLearningRate,
    LoadCompiler,
    RequestRun,
    RequestState,
    SeekTo,
    SetDetail,
    SetProbe,
    SetSpeed,
    SetSurface,
)
from gdviz.runtime.snapshot import RunState, Snapshot

ALONGSIDE = (
    SeekTo, SetDetail, SetProbe, SetSpeed, SetSurface, CancelSurface, FindLearningRate,
    CancelLearningRate, RequestState, RequestRun, LoadCompiler,
)  # fmt: skip
"""Commands that leave a run where it is looked at: before any other, `TimeControl.give_way`."""

Place = tuple[int, int]
"""A branch's id and a step of it."""


class TimeControl(QObject):
    """Moves through the steps that a branch has taken.

    Parameters
    ----------
    send : callable
        Sends a command to the worker and gives its id.
    parent : QObject, optional
    now : callable, optional
        The time in seconds.

    Attributes
    ----------
    changed : Signal()
        Playing, its speed, the loop or what was noted is not what it was.
    """

    changed = Signal()

    def __init__(
        self,
        send: Callable[[Command], int],
        parent: QObject | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._send = send
        self.now = now
        self.snapshot: Snapshot | None = None
        """The newest that was followed."""
        self.speed: Speed = speed_of(DEFAULT_SPEED)
        self.is_looping = False
        self.loop_from: int | None = None
        """Where the loop begins; None for the start of the run."""
        self.loop_to: int | None = None
        """Where it ends; None for the newest step."""
        self.saves: frozenset[Place] = frozenset()
        """Where networks were saved from this run."""
        self.divergences: frozenset[Place] = frozenset()
        """Where a branch was seen to diverge."""
        self._playback: Playback | None = None
        self._played: tuple[object, ...] | None = None
        self._waiting: int | None = None
        """Id of the `SeekTo` under way."""
        self._asked: int | None = None
        """The step asked for last, until it is shown."""
        self._is_sent = True

    # --- what is so -----------------------------------------------------------------------

    @property
    def shown_step(self) -> int:
        """The step asked for last, or the one that is shown."""
        if self._asked is not None:
            return self._asked
        return self.snapshot.step if self.snapshot is not None else 0

    @property
    def is_past(self) -> bool:
        """Whether that is before the newest step."""
        return self.snapshot is not None and self.shown_step < self.snapshot.head_step

    @property
    def direction(self) -> Direction | None:
        """Where it is playing to; None while it is not."""
        return None if self._playback is None else self._playback.direction

    @property
    def ends(self) -> tuple[int, int]:
        """First and last step of what is played: of the run, or of the loop."""
        first, last = self.run_ends
        if not self.is_looping:
            return first, last
        start = first if self.loop_from is None else self.loop_from
        stop = last if self.loop_to is None else self.loop_to
        start = min(max(start, first), last)
        return start, max(min(stop, last), start)

    @property
    def run_ends(self) -> tuple[int, int]:
        """First and newest step that can be looked at."""
        if self.snapshot is None:
            return 0, 0
        return self.snapshot.start_step, max(self.snapshot.head_step, self.snapshot.start_step)

    # --- looking elsewhere ----------------------------------------------------------------

    def seek(self, step: int) -> None:
        """Look at a step; stops playing. May be called as often as the pointer moves."""
        self.stop()
        self._ask(step)

    @Slot()
    def newest(self) -> None:
        """Go back to the newest step."""
        self.seek(self.run_ends[1])

    def step_by(self, count: int) -> None:
        """Look so many steps further, or back; counted from the step asked for last."""
        self.seek(self.shown_step + count)

    @Slot()
    def give_way(self) -> None:
        """Stop, and have the worker stand where it was last asked to: something else follows."""
        self.stop()
        if self._asked is not None and not self._is_sent:
            self._send_seek(self._asked)

    # --- playing --------------------------------------------------------------------------

    def toggle_play(self, direction: Direction) -> None:
        """Play in a direction, or stop if it does so already."""
        if self.direction == direction or self.run_ends[0] == self.run_ends[1]:
            self.stop()
        else:
            self._begin(direction)

    @Slot()
    def stop(self) -> None:
        """Stop playing, where it is."""
        if self._playback is not None:
            self._playback, self._played = None, None
            self.changed.emit()

    def set_speed(self, key: str) -> None:
        """Play at another speed, from now on.

        Raises
        ------
        KeyError
            If there is no such speed.
        """
        self.speed = speed_of(key)
        if self._playback is not None:
            self._playback = self._playback.at_rate(self._rate(), self.now())
        self.changed.emit()

    # --- the loop -------------------------------------------------------------------------

    @Slot()
    def toggle_loop(self) -> None:
        """Repeat the loop's range, or no longer."""
        self.is_looping = not self.is_looping
        self._range_changed()

    @Slot()
    def loop_from_here(self) -> None:
        """Begin the loop at the step that is shown."""
        self.set_loop(self.shown_step, self.loop_to)

    @Slot()
    def loop_to_here(self) -> None:
        """End the loop at the step that is shown."""
        self.set_loop(self.loop_from, self.shown_step)

    def set_loop(self, first: int | None, last: int | None) -> None:
        """Repeat this range; None for an end of the run. The end moved last stays."""
        if first is not None and last is not None and first > last:
            first, last = (first, None) if first != self.loop_from else (None, last)
        self.loop_from, self.loop_to, self.is_looping = first, last, True
        self._range_changed()

    def _range_changed(self) -> None:
        if self._playback is not None:
            self._begin(self._playback.direction)
        self.changed.emit()

    # --- following ------------------------------------------------------------------------

    def note_save(self, step: int, branch: int | None = None) -> None:
        """Mark that the network was saved at a step of a branch, or of the one that is shown."""
        if branch is None:
            branch = self.snapshot.branch if self.snapshot is not None else 0
        self.saves |= {(branch, step)}
        self.changed.emit()

    def follow(self, snapshot: Snapshot) -> None:
        """Learn what the worker does; each snapshot that is shown."""
        before, self.snapshot = self.snapshot, snapshot
        if before is None or before.run_id != snapshot.run_id:
            self._forget()
        elif before.branch != snapshot.branch:
            self._asked, self._is_sent = None, True
        if snapshot.state is RunState.DIVERGED:
            self._note_divergence(snapshot)
        if self._waiting is not None:
            if snapshot.acknowledged < self._waiting:
                return
            self._waiting = None
            if self._asked is not None and not self._is_sent and not self._runs_on(snapshot):
                self._send_seek(self._asked)
                return
        self._asked, self._is_sent = None, True
        self._watch_playing(snapshot)

    @Slot()
    def tick(self) -> None:
        """Show what is to be shown now, if it is playing; once a frame."""
        if self._playback is None or self._waiting is not None:
            return
        now = self.now()
        step = self._playback.step_at(now)
        is_over = self._playback.is_over_at(now)
        if step != self.shown_step:
            self._ask(step)
        if is_over:
            self.stop()

    def _begin(self, direction: Direction) -> None:
        loops = self.is_looping
        self._playback = begun(
            self.shown_step, self.now(), direction, self._rate(), self.ends, loops=loops
        )
        self._played = None
        if self._runs_on(self.snapshot):
            self._ask(self._playback.start_step)
        self.changed.emit()

    def _rate(self) -> float:
        first, last = self.run_ends
        return self.speed.rate(last - first)

    def _ask(self, step: int) -> None:
        first, last = self.run_ends
        step = min(max(step, first), last)
        if step == self.shown_step and not self._runs_on(self.snapshot):
            return
        self._asked, self._is_sent = step, False
        if self._waiting is None:
            self._send_seek(step)

    def _send_seek(self, step: int) -> None:
        self._is_sent = True
        self._waiting = self._send(SeekTo(step))

    def _watch_playing(self, snapshot: Snapshot) -> None:
        """Stop at a run that goes on, and at whatever has changed it meanwhile."""
        if self._playback is None:
            return
        newest = next((b for b in snapshot.branches if b.id == snapshot.branch), None)
        marks = () if newest is None else newest.marks
        played = (snapshot.branch, snapshot.head_step, marks)
        if self._played is None:
            self._played = played
        if self._runs_on(snapshot) or played != self._played:
            self.stop()

    def _runs_on(self, snapshot: Snapshot | None) -> bool:
        return snapshot is not None and snapshot.state is RunState.RUNNING

    def _note_divergence(self, snapshot: Snapshot) -> None:
        place = (snapshot.branch, snapshot.step)
        if place not in self.divergences:
            self.divergences |= {place}
            self.changed.emit()

    def _forget(self) -> None:
        """Another run: nothing of the former one's is left."""
        self._waiting, self._asked, self._is_sent = None, None, True
        self._playback, self._played = None, None
        self.is_looping, self.loop_from, self.loop_to = False, None, None
        self.saves, self.divergences = frozenset(), frozenset()
        self.changed.emit()
