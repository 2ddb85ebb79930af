"""Rows of settings: names on the left, values in one column on the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from gdviz.qt.widgets.labels import HintLabel, Label

VALUE_WIDTH = 136
ROW_HEIGHT = 28


class SettingsForm(QWidget):
    """A form of rows 28 high and 4 apart, in sections 12 apart.

    Parameters
    ----------
    parent : QWidget, optional

    Notes
    -----
    A label is its field's buddy, so that a screen reader reads it and an ``&`` in it works.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnMinimumWidth(1, VALUE_WIDTH)
        self._n_rows = 0
        self._rows: dict[QWidget, tuple[int, Label]] = {}

    def add_section(self, title: str) -> Label:
        """Begin a section and give its head."""
        head = Label(title, 12, 600)
        head.setFixedHeight(16)
        if self._n_rows:
            self.add_gap(8)
        self._grid.addWidget(head, self._next_row(), 0, 1, 2)
        return head

    def add_row(self, name: str, field: QWidget) -> Label:
        """Add a named field, 136 wide, and give its label."""
        label = Label(name, 12, 400, "muted")
        label.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(name)
        field.setFixedWidth(VALUE_WIDTH)
        row = self._next_row()
        self._grid.setRowMinimumHeight(row, ROW_HEIGHT)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(field, row, 1)
        self._rows[field] = row, label
        return label

    def set_row_visible(self, field: QWidget, is_visible: bool) -> None:
        """Show or hide a field that `add_row` added, with its name."""
        row, label = self._rows[field]
        self._grid.setRowMinimumHeight(row, ROW_HEIGHT if is_visible else 0)
        label.setVisible(is_visible)
        field.setVisible(is_visible)

    def add_gap(self, height: int) -> None:
        """Leave room between rows."""
        self._grid.setRowMinimumHeight(self._next_row(), height)

    def add_wide(self, field: QWidget) -> None:
        """Add a widget over both columns: a slider, a button."""
        self._grid.addWidget(field, self._next_row(), 0, 1, 2)

    def add_hint(self, text: str = "") -> HintLabel:
        """Add a caption over both columns and give it."""
        hint = HintLabel(text)
        hint.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(hint, self._next_row(), 0, 1, 2)
        return hint

    def _next_row(self) -> int:
        """Give the index of a new row."""
        self._n_rows += 1
        return self._n_rows - 1
