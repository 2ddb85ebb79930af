"""Exceptions in slots: one handler, one dialog at a time, nothing lost silently."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtWidgets import QApplication, QMessageBox

logger = logging.getLogger(__name__)


class ErrorHandler:
    """Shows unexpected exceptions of the GUI thread, the first of each kind.

    Installed as `sys.excepthook`; what it shows is logged too.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._box: QMessageBox | None = None
        self._previous: Callable[..., object] = sys.excepthook

    def install(self) -> None:
        """Take over from Python's own handler."""
        self._previous = sys.excepthook
        sys.excepthook = self

    def uninstall(self) -> None:
        """Give back."""
        sys.excepthook = self._previous

    def __call__(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        """Log an exception and show it, unless it was shown before; Ctrl+C quits."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        logger.error("unexpected error", exc_info=(kind, error, traceback))
        text = f"{kind.__name__}: {error}"
        if self._box is not None or text in self._seen:
            return
        self._seen.add(text)
        # Kept: without an active window nothing else would own it, and it would vanish at once.
        self._box = box = QMessageBox(QApplication.activeWindow())
        box.setWindowTitle("gdviz")
        box.setText("Something went wrong inside gdviz. Training goes on if it can.")
        box.setInformativeText(text)
        box.finished.connect(self._closed)
        box.open()

    def _closed(self, _result: int) -> None:
        box, self._box = self._box, None
        if box is not None:
            box.deleteLater()
