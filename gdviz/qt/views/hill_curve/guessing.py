"""Left or right first: the user says where the ball goes before it goes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.widgets.labels import HintLabel


class Guessing(QWidget):
    """A switch, a question with two buttons, and what came of it.

    Attributes
    ----------
    switched : Signal(bool)
        Whether to ask.
    guessed : Signal(str)
        ``left`` or ``right``.
    """

    switched = Signal(bool)
    guessed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.n_right = self.n_asked = 0
        self.box = QCheckBox("Predict left or right first")
        self.box.setFont(font(12))
        self.said = HintLabel()
        self.left, self.right = QPushButton("Left"), QPushButton("Right")
        row = QHBoxLayout()
        row.setSpacing(8)
        for button, key in ((self.left, "left"), (self.right, "right")):
            button.setFont(font(12, 500))
            button.setFixedHeight(28)
            button.setAccessibleDescription(f"The ball goes {key}")
            button.clicked.connect(lambda _checked=False, key=key: self.guessed.emit(key))
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.box)
        column.addLayout(row)
        column.addWidget(self.said)
        self.box.toggled.connect(self.switched)
        self.show_nothing()

    def ask(self, question: str) -> None:
        """Ask."""
        self._show(question, is_open=True)

    def reveal(self, is_right: bool, answer: str) -> None:
        """Tell the answer and keep the score."""
        self.n_asked += 1
        self.n_right += is_right
        self._show(f"{answer} {self.n_right} of {self.n_asked} right.", is_open=False)

    def show_nothing(self) -> None:
        """Ask nothing."""
        self._show("", is_open=False)
        self.left.hide()
        self.right.hide()

    def _show(self, text: str, *, is_open: bool) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        for button in (self.left, self.right):
            button.setVisible(True)
            button.setEnabled(is_open)
