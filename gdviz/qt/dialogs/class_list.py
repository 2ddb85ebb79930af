"""The classes of a dataset: which are chosen, and how many examples each has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.painting import elided
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.meter_bar import MeterBar
from gdviz.qt.widgets.scrolled import scrolled

NAME_WIDTH = 112


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class.

    Parameters
    ----------
    label : int
    name : str
    n_train, n_test : int
    """

    label: int
    name: str
    n_train: int
    n_test: int


class ClassList(QWidget):
    """A check box, a bar and a count for each class.

    Attributes
    ----------
    changed : Signal()
        Others are chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checks: dict[int, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(Label("Classes, training images", 12, 600))
        head.addStretch(1)
        for text, is_on in (("All", True), ("None", False)):
            button = QPushButton(text, self)
            button.setObjectName(f"button_classes_{text.lower()}")
            button.setFont(font(11))
            button.setProperty("role", "ghost")
            button.setAutoDefault(False)
            button.setAccessibleName(f"Choose {'every class' if is_on else 'no class'}")
            button.clicked.connect(lambda _checked=False, is_on=is_on: self._set_all(is_on))
            head.addWidget(button)
        column.addLayout(head)
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        column.addWidget(scrolled(self._rows), 1)

    def show_classes(self, rows: Sequence[ClassRow], chosen: set[int]) -> None:
        """Show other classes, some of them chosen; tells nobody."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._checks = {}
        most = max((row.n_train for row in rows), default=1) or 1
        for place, row in enumerate(rows):
            self._add(place, row, most, is_on=row.label in chosen)

    def chosen(self) -> list[int]:
        """Give the labels that are chosen, rising."""
        return sorted(label for label, check in self._checks.items() if check.isChecked())

    def _add(self, place: int, row: ClassRow, most: int, *, is_on: bool) -> None:
        check = QCheckBox(self._rows)
        check.setObjectName(f"check_class_{row.label}")
        check.setFont(font(12))
        check.setText(elided(row.name, check.font(), NAME_WIDTH).replace("&", "&&"))
        counts = f"{row.n_train:,} training, {row.n_test:,} test images"
        check.setAccessibleName(f"{row.name}: {counts}")
        check.setToolTip(f"{row.name}: {counts}")
        check.setChecked(is_on)
        check.toggled.connect(self.changed)
        bar = MeterBar(f"Training images of {row.name}", "curve_1", self._rows)
        bar.set_share(row.n_train / most)
        count = Label(f"{row.n_train:,}", 12, 400, "muted", self._rows)
        count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._checks[row.label] = check
        for column, widget in enumerate((check, bar, count)):
            self._grid.addWidget(widget, place, column)

    def _set_all(self, is_on: bool) -> None:
        for check in self._checks.values():
            check.blockSignals(True)
            check.setChecked(is_on)
            check.blockSignals(False)
        self.changed.emit()
