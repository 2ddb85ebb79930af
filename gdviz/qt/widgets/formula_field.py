"""A field for a formula: what is wrong with it stands below, the last good one stays."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.widgets.labels import HintLabel


class FormulaField(QWidget):
    """One line to type into, and a sentence below it.

    Parameters
    ----------
    name : str
        For a screen reader.
    problem_of : callable
        ``(text)``: gives a sentence if the text is no formula, otherwise nothing.
    hint : str
        Stands below while nothing is wrong.

    Attributes
    ----------
    taken : Signal(str)
        A good formula of the user's, at Enter or when the field is left; `set_text` does not
        emit it.
    """

    taken = Signal(str)

    def __init__(self, name: str, problem_of: Callable[[str], str], hint: str) -> None:
        super().__init__()
        self._problem_of, self._hint = problem_of, hint
        self._good = ""
        self.line = QLineEdit()
        self.line.setFont(font(12))
        self.line.setAccessibleName(name)
        self.below = HintLabel(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.line)
        column.addWidget(self.below)
        self.line.editingFinished.connect(self._take)
        self._say("")

    def text(self) -> str:
        """Give the last good formula."""
        return self._good

    def error(self) -> str:
        """Give what is wrong with what is typed; empty if nothing is."""
        return self.below.text() if self.line.property("state") == "error" else ""

    def set_text(self, text: str) -> None:
        """Show a good formula."""
        self._good = text
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self._say("")

    def _take(self) -> None:  # a slot
        text = self.line.text().strip()
        problem = self._problem_of(text)
        self._say(problem)
        if not problem and text != self._good:
            self._good = text
            self.taken.emit(text)

    def _say(self, problem: str) -> None:
        self.below.setText(problem or self._hint)
        self.below.set_role("error" if problem else "muted")
        self.line.setAccessibleDescription(problem or self._hint)
        self.line.setToolTip(problem or self._hint)
        state = "error" if problem else ""
        if self.line.property("state") != state:
            self.line.setProperty("state", state)
            self.line.style().unpolish(self.line)
            self.line.style().polish(self.line)
