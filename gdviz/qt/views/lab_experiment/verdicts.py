"""The verdicts of a result: a picture, a word, the figure, and the sentence with n."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gdviz.experiments.result import Claim
from gdviz.qt.lab import words
from gdviz.qt.lab.verdict_mark import VerdictMark
from gdviz.qt.widgets.labels import HintLabel, Label


class _Verdict(QWidget):
    """One claim."""

    def __init__(self) -> None:
        super().__init__()
        self.mark = VerdictMark(words.UNTOLD)
        self.word, self.figure = Label("", 12, 600), Label("", 12, 600)
        self.sentence, self.claim = Label("", 12, 400), HintLabel()
        self.sentence.setWordWrap(True)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.word)
        line.addStretch(1)
        line.addWidget(self.figure)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.mark, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(line, 0, 1)
        grid.addWidget(self.sentence, 1, 1)
        grid.addWidget(self.claim, 2, 1)

    def show_claim(self, claim: Claim) -> None:
        """Show another claim."""
        word = words.word_of(claim)
        self.mark.set_word(word)
        self.word.setText(word[:1].upper() + word[1:])
        self.figure.setText(words.measured(claim))
        self.sentence.setText(claim.verdict)
        self.claim.setText(f"Tried: {claim.claim}")


class Verdicts(QWidget):
    """All verdicts of a result below each other."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[_Verdict] = []
        self.title, self.came_true = Label("", 12, 600), Label("", 12, 400)
        self.title.setWordWrap(True)
        self.came_true.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._column.addWidget(self.title)
        self._column.addWidget(self.came_true)
        self._column.addStretch(1)

    def show_claims(self, title: str, claims: tuple[Claim, ...], came_true: str) -> None:
        """Show the verdicts of a result, and what came true of a prediction."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.came_true.setText(came_true)
        self.came_true.setVisible(bool(came_true))
        while len(self.rows) > len(claims):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.deleteLater()
        while len(self.rows) < len(claims):
            row = _Verdict()
            self.rows.append(row)
            self._column.insertWidget(len(self.rows), row)
        for row, claim in zip(self.rows, claims, strict=True):
            row.show_claim(claim)
