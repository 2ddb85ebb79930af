"""The tree of branches: a row of two lines for each, renamed in place."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gdviz.qt.branch_book import BranchBook
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, elided, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.branches.rows import BranchRow

ROW_HEIGHT = 38
LEAST_ROWS = 3
"""So many are seen without scrolling."""
INDENTATION = 16
SAMPLE = 26.0
ID_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class BranchTree(QTreeWidget):
    """All branches; Enter or a double click chooses one to go on with, F2 renames it.

    Attributes
    ----------
    chosen : Signal(int)
        Go on with a branch.
    picked : Signal(int)
        Another branch is the current one, by hand.
    renamed : Signal(int, str)
    """

    chosen = Signal(int)
    picked = Signal(int)
    renamed = Signal(int, str)

    def __init__(self, book: BranchBook) -> None:
        super().__init__()
        self._book = book
        self.rows: list[BranchRow] = []
        self._items: dict[int, QTreeWidgetItem] = {}
        self._is_filling = False
        self.setAccessibleName("Branches of the run")
        self.setHeaderHidden(True)
        self.setColumnCount(1)
        self.setIndentation(INDENTATION)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("branch_tree")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setItemDelegate(_RowDelegate(self))
        self.itemActivated.connect(lambda item, _column: self.chosen.emit(_id_of(item)))
        self.currentItemChanged.connect(self._current_changed)
        self.itemChanged.connect(self._edited)

    def show_rows(self, rows: list[BranchRow]) -> None:
        """Show other rows; the current branch stays, if it is still there."""
        shape = [(row.info.id, row.depth) for row in rows]
        before = [(row.info.id, row.depth) for row in self.rows]
        self.rows = rows
        self._is_filling = True
        try:
            if shape != before:
                self._rebuild()
            self._write()
        finally:
            self._is_filling = False
        self.setMaximumHeight(max(len(rows), 1) * ROW_HEIGHT)
        self.setMinimumHeight(min(len(rows), LEAST_ROWS) * ROW_HEIGHT)
        self.viewport().update()

    def row(self, branch: int) -> BranchRow | None:
        """Give the row of a branch, or None."""
        return next((row for row in self.rows if row.info.id == branch), None)

    def current(self) -> int | None:
        """Give the branch that the keyboard is at, or None."""
        item = self.currentItem()
        return None if item is None else _id_of(item)

    def make_current(self, branch: int) -> None:
        """Move the keyboard to a branch, without telling that it was picked."""
        item = self._items.get(branch)
        if item is not None and item is not self.currentItem():
            self._is_filling = True
            self.setCurrentItem(item)
            self._is_filling = False

    def edit_name(self) -> None:
        """Let the user write another name for the current branch."""
        item = self.currentItem()
        if item is not None:
            self.scrollToItem(item)
            self.editItem(item, 0)

    def name_of(self, branch: int) -> str:
        """Give what a branch is called."""
        return self._book.name(branch)

    def look_of(self, branch: int, theme: Theme) -> tuple[str, tuple[float, ...], bool]:
        """Give colour and dash of a branch, and whether it is hidden."""
        book = self._book
        return book.color(branch, theme), book.dash(branch), book.is_hidden(branch)

    def _rebuild(self) -> None:
        current = self.current()
        self.clear()
        self._items = {}
        above: list[QTreeWidgetItem] = []
        for row in self.rows:
            item = QTreeWidgetItem()
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(0, ID_ROLE, row.info.id)
            del above[row.depth :]
            if above:
                above[-1].addChild(item)
            else:
                self.addTopLevelItem(item)
            above.append(item)
            self._items[row.info.id] = item
        self.expandAll()
        if current in self._items:
            self.setCurrentItem(self._items[current])

    def _write(self) -> None:
        for row in self.rows:
            item, name = self._items[row.info.id], self.name_of(row.info.id)
            words = row.described(name)
            if self._book.is_hidden(row.info.id):
                words += "; hidden"
            for role, text in (
                (Qt.ItemDataRole.DisplayRole, name),
                (Qt.ItemDataRole.ToolTipRole, words),
                (Qt.ItemDataRole.AccessibleTextRole, words),
            ):
                if item.data(0, role) != text:
                    item.setData(0, role, text)

    def _current_changed(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None and not self._is_filling:
            self.picked.emit(_id_of(item))

    def _edited(self, item: QTreeWidgetItem, _column: int) -> None:
        if not self._is_filling:
            self.renamed.emit(_id_of(item), item.text(0))

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Qt override: an elbow from the branch above, nothing at the root."""
        if not index.parent().isValid():
            return
        x = rect.right() + 1 - INDENTATION / 2 + 0.5
        middle = rect.center().y() + 0.5
        painter.setPen(QPen(QColor(mix(current_theme().panel, current_theme().muted, 0.6)), 1))
        last = index.row() == index.model().rowCount(index.parent()) - 1
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, middle if last else rect.bottom() + 1))
        painter.drawLine(QPointF(x, middle), QPointF(rect.right() + 1, middle))
        above, x = index.parent(), x - INDENTATION
        while above.parent().isValid():
            if above.row() < above.model().rowCount(above.parent()) - 1:
                painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom() + 1))
            above, x = above.parent(), x - INDENTATION


class _RowDelegate(QStyledItemDelegate):
    """Paints a row: sample, name and accuracy; below, where it runs and how many are right."""

    def __init__(self, tree: BranchTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Qt override."""
        del option, index
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt override."""
        row = self._tree.row(int(index.data(ID_ROLE)))
        if row is None:
            return
        theme = current_theme()
        rect = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, state, theme)
        self._paint_words(painter, rect.adjusted(8, 2, -8, -2), row, theme)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag, theme: Theme
    ) -> None:
        inside = rect.adjusted(0.75, 1.75, -0.75, -1.75)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(theme.panel, theme.accent, 0.16)))
            painter.drawRoundedRect(inside, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside, 6, 6)

    def _paint_words(self, painter: QPainter, rect: QRectF, row: BranchRow, theme: Theme) -> None:
        color, dash, is_hidden = self._tree.look_of(row.info.id, theme)
        if is_hidden:
            color = mix(theme.panel, color, 0.45)
        upper = QRectF(rect.left(), rect.top(), rect.width(), 17)
        lower = QRectF(rect.left(), rect.top() + 17, rect.width(), 16)
        self._paint_sample(painter, upper, color, () if row.is_live else dash, is_live=row.is_live)
        left = SAMPLE + 10
        strong, plain = font(12, 600), font(11)
        letters(painter, upper, row.score, strong, theme.text, RIGHT)
        letters(painter, lower, row.count, plain, theme.muted, RIGHT)
        room = upper.adjusted(left, 0, -text_width(row.score, strong) - 10, 0)
        name_font = strong if row.is_live else font(12, 500)
        name = elided(self._tree.name_of(row.info.id), name_font, room.width())
        letters(painter, room, name, name_font, theme.muted if is_hidden else theme.text)
        room = lower.adjusted(left, 0, -text_width(row.count, plain) - 10, 0)
        words = " · ".join(
            [row.where, *(["live"] if row.is_live else []), *(["hidden"] if is_hidden else [])]
        )
        letters(painter, room, elided(words, plain, room.width()), plain, theme.muted, LEFT)

    def _paint_sample(
        self,
        painter: QPainter,
        rect: QRectF,
        color: str,
        dash: tuple[float, ...],
        *,
        is_live: bool,
    ) -> None:
        """Paint the line as it is on the curves; that of the live branch ends in a ball."""
        pen = QPen(QColor(color), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dash:
            pen.setDashPattern(list(dash))
        painter.setPen(pen)
        middle = rect.center().y()
        painter.drawLine(QPointF(rect.left(), middle), QPointF(rect.left() + SAMPLE, middle))
        if is_live:
            theme = current_theme()
            painter.setPen(QPen(QColor(theme.panel), 1.5))
            painter.setBrush(QColor(theme.ball))
            painter.drawEllipse(QPointF(rect.left() + SAMPLE - 4, middle), 4.5, 4.5)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Qt override: one line, with its explanation."""
        del option, index
        editor = QLineEdit(parent)
        editor.setFont(font(12, 500))
        editor.setAccessibleName("Name of the branch")
        editor.setPlaceholderText("Empty: its first name")
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Qt override: beside the sample."""
        del index
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(round(SAMPLE) + 10, 4, -6, -4))


def _id_of(item: QTreeWidgetItem) -> int:
    return int(item.data(0, ID_ROLE))
