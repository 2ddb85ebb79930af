"""Drives a window from picture to picture, at exact steps.

The worker is told how many steps to take, and the window is grabbed when it has shown that
state with its evaluation and its cost surface. What has been recorded is kept whatever ends
it: Ctrl+C, a run that diverges, or the last picture.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from gdviz.analysis.interval import wilson_interval
from gdviz.cli.output import EXIT_FAILED, EXIT_NOTHING_TO_SHOW, CommandError, print_text
from gdviz.qt.main_window import MainWindow
from gdviz.qt.pictures import png_of
from gdviz.qt.saving import save_curves, save_network
from gdviz.runtime.commands import Pause, Step
from gdviz.runtime.snapshot import RunState
from gdviz.storage.atomic import write_atomically

DEFAULT_EPOCHS = 3
LIMIT_S = 120.0
"""Longest wait without a step, an evaluation or a surface coming nearer."""
_ENDED = frozenset({RunState.DIVERGED, RunState.FAILED})


class _Interrupted(Exception):  # noqa: N818  # not an error: the user has had enough
    """Ctrl+C while waiting."""


class Recording:
    """One recording.

    Parameters
    ----------
    window : MainWindow
        Shown, and its clock not started.
    output : Path
        A ``.png``, or a folder that exists.
    interrupted : callable
        Tells whether to stop; see `gdviz.cli.interruption`.

    Attributes
    ----------
    trouble : str
        Why the run ended early, with the step; empty if it did not.
    was_interrupted : bool
    """

    def __init__(self, window: MainWindow, output: Path, interrupted: Callable[[], bool]) -> None:
        self._window = window
        self._output = output
        self._as_folder = output.suffix == ""
        self._interrupted = interrupted
        self._n_frames = 0
        self.trouble = ""
        self.was_interrupted = False

    def run(self, n_frames: int, steps: int | None) -> None:
        """Take the pictures and save what belongs to them.

        Parameters
        ----------
        n_frames : int
        steps : int or None
            The last picture's step; None for the usual number of epochs.

        Raises
        ------
        CommandError
            If nothing can be shown.
        SaveError
            If it cannot be written.
        """
        try:
            self._take(n_frames, steps)
        except _Interrupted:
            self.was_interrupted = True
            identity = self._window.send(Pause())
            self._wait(partial(self._is_still, identity), held_off=True)
        session = self._window.session
        snapshot = session.snapshot
        if snapshot is not None and snapshot.state in _ENDED:
            message = snapshot.message[:1].lower() + snapshot.message[1:].removesuffix(".")
            named = "" if snapshot.state is RunState.DIVERGED else f"at step {snapshot.step:,}: "
            self.trouble = named + message
        if self._as_folder and snapshot is not None:
            save_curves(self._output / "curves.csv", session.history)
            save_network(self._output / "network.safetensors", snapshot)

    @property
    def report(self) -> dict[str, Any]:
        """What the command reports."""
        evaluation = self._window.session.evaluation
        correct = evaluation.test_correct if evaluation else 0
        total = evaluation.test_total if evaluation else 0
        return {
            "frames": self._n_frames,
            "steps": self._step(),
            "test_correct": correct,
            "test_total": total,
            "interval": list(wilson_interval(correct, total)) if total else None,
            "saved": str(self._output),
        }

    def _take(self, n_frames: int, steps: int | None) -> None:
        window = self._window
        self._wait(lambda: window.session.snapshot is not None and not window.files.work)
        if window.files.refusal:
            raise CommandError(window.files.refusal, EXIT_FAILED)
        if window.message.text:
            # A remark about the command line: it belongs into the terminal, not into pictures.
            print_text(window.message.text)
            window.message.clear()
        self._settle()
        first = self._step()
        last = first + self._steps_to_take() if steps is None else max(steps, first)
        for index, step in enumerate(
            frame_steps(first, last, n_frames) if self._as_folder else [last]
        ):
            self._advance(step)
            name = f"frame_{index:04d}_step_{self._step():06d}.png"
            self._grab(self._output / name if self._as_folder else self._output)
            if self._has_ended():
                break

    def _step(self) -> int:
        snapshot = self._window.session.snapshot
        return snapshot.step if snapshot else 0

    def _has_ended(self) -> bool:
        snapshot = self._window.session.snapshot
        return snapshot is not None and snapshot.state in _ENDED

    def _steps_to_take(self) -> int:
        session = self._window.session
        snapshot = session.snapshot
        if snapshot is None:
            return 0
        config = snapshot.config
        n_examples = config.n_examples or len(session.dataset.train)
        mini_batch = n_examples if config.mini_batch == "all" else config.mini_batch
        return min(DEFAULT_EPOCHS, max(config.epochs, 1)) * -(-n_examples // mini_batch)

    def _advance(self, step: int) -> None:
        before = -1
        # The configured end stops it on the way; a run that has diverged stays where it is.
        while before < self._step() < step:
            before = self._step()
            identity = self._window.send(Step(step - before))
            self._wait(partial(self._is_still, identity))
        self._settle()

    def _is_still(self, identity: int) -> bool:
        snapshot = self._window.session.snapshot
        return (
            snapshot is not None
            and snapshot.acknowledged >= identity
            and snapshot.state is not RunState.RUNNING
        )

    def _settle(self) -> None:
        """Wait until the evaluation and the surface of the present step are on the screen."""
        self._wait(self._is_settled)

    def _is_settled(self) -> bool:
        session = self._window.session
        snapshot, evaluation = session.snapshot, session.evaluation
        # A view may just have asked for a surface of another shape.
        if snapshot is None or snapshot.acknowledged < session.last_sent:
            return False
        if snapshot.state is RunState.FAILED:
            return True
        if evaluation is None or evaluation.step != snapshot.step:
            return False
        # What is painted in parts must be whole before a picture of it is taken.
        if snapshot.surface_progress is not None or not self._window.views.is_up_to_date:
            return False
        # Numbers near the end of float32 leave no plane to be drawn: then it stays as it is.
        surface = snapshot.surface
        return (
            snapshot.state is RunState.DIVERGED
            or snapshot.surface_failed_at == snapshot.step
            or (surface is not None and surface.step == snapshot.step)
        )

    def _wait(self, condition: Callable[[], bool], *, held_off: bool = False) -> None:
        """Let the window tick until a condition holds.

        Parameters
        ----------
        condition : callable
        held_off : bool, default False
            Whether Ctrl+C has to wait.

        Raises
        ------
        _Interrupted
            If the user has had enough.
        CommandError
            If nothing moves for `LIMIT_S`.
        """
        step, deadline = self._step(), time.monotonic() + LIMIT_S
        loop = QEventLoop()
        self._window.clock.start()
        try:
            while not condition():
                if self._interrupted() and not held_off:
                    raise _Interrupted
                if self._step() != step:
                    step, deadline = self._step(), time.monotonic() + LIMIT_S
                if time.monotonic() > deadline:
                    raise CommandError(
                        f"the window did not come to rest at step {step:,}", EXIT_NOTHING_TO_SHOW
                    )
                # The clock's ticks end the wait: a signal sets its flag between them.
                loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        finally:
            self._window.clock.stop()

    def _grab(self, path: Path) -> None:
        QApplication.processEvents()
        write_atomically(path, png_of(self._window))
        self._n_frames += 1


def frame_steps(first: int, last: int, n_frames: int) -> list[int]:
    """Give the steps at which pictures are taken: dense at first, when most happens.

    Parameters
    ----------
    first, last : int
    n_frames : int
        At least 1.

    Returns
    -------
    list of int
        Rising, from `first` to `last`; equal ones are possible on a short run.
    """
    if n_frames == 1:
        return [last]
    return [
        first + round((last - first) * (index / (n_frames - 1)) ** 2) for index in range(n_frames)
    ]
