"""A run on the clipboard: copied as text, and a text begun as a run.

All of it runs on the GUI thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from gdviz.runtime.commands import Restart
from gdviz.training.fit import check_fit
from gdviz.training.marks import BALL
from gdviz.training.run_text import read_run_text, run_text

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow


class RunClipboard:
    """Copies and pastes the run of a window.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def copy(self) -> None:
        """Put the shown branch on the clipboard, from its start on, and say so."""
        snapshot = self._window.session.snapshot
        if snapshot is None:
            return
        try:
            text = run_text(snapshot.config, snapshot.marks)
        except ValueError as error:
            self._window.message.say(f"The run cannot be copied: {error}.")
            return
        QGuiApplication.clipboard().setText(text)
        if snapshot.config.preset == "opened":
            remark = ", but not the weights of the file that it began with"
        elif any(mark.setting == BALL for mark in snapshot.marks):
            remark = ", but not where the network was moved by hand"
        else:
            remark = ""
        self._window.status.show_notice(f"Copied the run as text{remark}")

    def paste(self) -> None:
        """Begin the run on the clipboard, paused; a text that is none changes nothing."""
        window = self._window
        dataset = window.session.dataset
        try:
            config, changes = read_run_text(QGuiApplication.clipboard().text())
            trained_on = config.data
            config = config.replace(data=dataset.source)
            last = config
            check_fit(last, dataset)
            for _, settings in changes:
                last = last.replace(**dict(settings))
                check_fit(last, dataset)
        except ValueError as error:
            sentence = str(error)
            window.message.say(
                f"Not pasted: {sentence[:1].lower()}{sentence[1:]}. The session is as it was."
            )
            return
        window.message.clear()
        window.replacing.replace(Restart(config, changes, dataset), "pasted run")
        told = ["Pasted a run; Space begins it"]
        if changes:
            told.append(f"{len(changes)} {'change' if len(changes) == 1 else 'changes'} on its way")
        if trained_on != dataset.source:
            told.append(f"it was of {trained_on} and goes on with {dataset.source}")
        window.status.show_notice(", ".join(told))
