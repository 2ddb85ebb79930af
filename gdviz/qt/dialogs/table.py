"""A picture as a table: its numbers for reading, copying and for screen readers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QWidget

from gdviz.analysis.description import Cell, Description
from gdviz.qt import number_text
from gdviz.qt.dialogs.panel_dialog import PanelDialog
from gdviz.qt.fonts import font
from gdviz.qt.widgets.labels import Label

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class DescriptionModel(QAbstractTableModel):
    """The table of a description."""

    def __init__(self, description: Description, parent: QWidget) -> None:
        super().__init__(parent)
        self._description = description

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt override."""
        return 0 if parent.isValid() else len(self._description.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt override."""
        return 0 if parent.isValid() else len(self._description.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt override."""
        cell = self._description.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(cell)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if isinstance(cell, str) else _RIGHT
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Qt override."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        is_column = orientation == Qt.Orientation.Horizontal
        return self._description.columns[section] if is_column else f"{section + 1:,}"


def cell_text(cell: Cell) -> str:
    """Give a cell as people read it: whole numbers in groups of three, others to six figures."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return number_text.whole(cell)
    return f"{cell:.6g}".replace("-", "−")


class TableDialog(PanelDialog):
    """The sentence and the table of a picture.

    Parameters
    ----------
    parent : QWidget
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__("table", "Table", parent)
        self._description = Description("")
        self._sentence = Label("", 12, 400)
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.body.addWidget(self._sentence)
        self._table = QTableView(self)
        self._table.setAccessibleName("Table")
        self._table.setFont(font(12))
        self._table.setShowGrid(False)
        self._table.setCornerButtonEnabled(False)
        self._table.setTabKeyNavigation(False)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        # Else all of the rows are measured, thousands of them.
        header.setResizeContentsPrecision(50)
        self._table.verticalHeader().setDefaultSectionSize(24)
        self.body.addWidget(self._table, 1)
        self.buttons.addStretch(1)
        self._copy = self.add_button("Copy")
        self._copy.clicked.connect(self.copy)
        self.add_button("Close").clicked.connect(self.close)
        self.resize(560, 480)

    def show_description(self, title: str, description: Description) -> None:
        """Show what a picture shows; it stays as it was at this moment."""
        self._description = description
        self.setWindowTitle(f"{title} as a table")
        self.subtitle.set_whole_text(title)
        self._sentence.setText(description.sentence)
        self._show_rows(description)
        self.bring_up()

    def _show_rows(self, description: Description) -> None:
        former = self._table.model()
        has_rows = bool(description.columns)
        # Hidden first: a table in sight that loses all its columns takes Qt down with it.
        self._table.setVisible(has_rows)
        self._table.setModel(DescriptionModel(description, self) if has_rows else None)
        if isinstance(former, DescriptionModel):
            former.deleteLater()

    def copy(self) -> None:
        """Put the sentence and the table on the clipboard, tabs between the cells."""
        QApplication.clipboard().setText(self._description.as_text())
