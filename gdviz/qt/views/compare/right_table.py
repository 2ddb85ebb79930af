"""Who is right on how many images: four cells, each a button that shows its images."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.inspection.comparing import SIGNIFICANT, RightAndWrong
from gdviz.qt import accuracy_text, number_text
from gdviz.qt.fonts import font
from gdviz.qt.widgets.labels import HintLabel, Label

Cell = Literal["both", "only_a", "only_b", "neither"]
CELLS: dict[Cell, tuple[str, bool, bool]] = {
    "both": ("both right", True, True),
    "only_a": ("only A right", True, False),
    "only_b": ("only B right", False, True),
    "neither": ("neither right", False, False),
}


class RightTable(QWidget):
    """Two by two counts, what each network gets right, and whether that is chance.

    Attributes
    ----------
    chosen : Signal(str)
        A key of `CELLS`.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for k, text in enumerate(("B right", "B wrong")):
            grid.addWidget(Label(text, 11, 400, "muted"), 0, k + 1)
            grid.addWidget(Label(text.replace("B", "A"), 11, 400, "muted"), k + 1, 0)
        for k, (key, (title, _, _)) in enumerate(CELLS.items()):
            button = QPushButton("–")
            button.setFont(font(13, 600))
            button.setCheckable(True)
            button.setAccessibleName(title)
            button.setToolTip(f"Show the images: {title}")
            button.clicked.connect(lambda _checked, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self.buttons[key] = button
            grid.addWidget(button, 1 + k // 2, 1 + k % 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        self.rights = [Label("", 12), Label("", 12)]
        self.verdict = HintLabel("")
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.choose("only_a")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        for label in self.rights:
            column.addWidget(label)
        column.addWidget(self.verdict)
        column.addStretch(1)

    def choose(self, key: str) -> None:
        """Mark a cell without emitting `chosen`."""
        self.buttons[key].setChecked(True)

    def current(self) -> Cell:
        """Give the cell whose images are shown."""
        return next(key for key in CELLS if self.buttons[key].isChecked())

    def show_counts(self, found: RightAndWrong | None) -> None:
        """Show other counts; None while they are not known."""
        for key, (title, a, b) in CELLS.items():
            count = None if found is None else int(found.counts[0 if a else 1, 0 if b else 1])
            text = number_text.NOT_KNOWN if count is None else number_text.whole(count)
            self.buttons[key].setText(text)
            self.buttons[key].setAccessibleDescription(f"{title}: {text} images")
        for name, label, outcomes in zip(
            "AB", self.rights, (None, None) if found is None else (found.first, found.second),
            strict=True,
        ):  # fmt: skip
            text = f"{name}: not tried yet"
            if outcomes is not None:
                text = f"{name}: {accuracy_words(outcomes.n_right, len(outcomes))}"
            label.setText(text)
        self.verdict.setText("" if found is None else verdict(found))


def accuracy_words(right: int, total: int) -> str:
    """Give a count with its share and interval."""
    return f"{accuracy_text.count(right, total)} right, {accuracy_text.accuracy(right, total)}"


def verdict(found: RightAndWrong) -> str:
    """Say which network is better, and whether chance alone would do that."""
    only_a, only_b = int(found.counts[0, 1]), int(found.counts[1, 0])
    same = f"On {number_text.whole(found.n_alike)} images both say the same."
    if only_a == only_b:
        return f"Neither is better: each alone is right on {number_text.whole(only_a)}. {same}"
    better = "A" if only_a > only_b else "B"
    chance = found.chance
    word = "beyond what chance gives" if chance < SIGNIFICANT else "within what chance gives"
    return (
        f"{better} is right on {number_text.whole(abs(only_a - only_b))} more: {word}, "
        f"p = {_probability(chance)} (McNemar's exact test of the images that only one gets "
        f"right). {same}"
    )


def _probability(chance: float) -> str:
    return "under 10⁻⁹" if chance < 1e-9 else number_text.cost(chance)
