import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from gdviz.qt.theme import DARK, apply_theme
from gdviz.qt.widgets.row_list import LOWEST, RowList


class Rows(RowList):
    """Notes which rows are painted."""

    def __init__(self):
        super().__init__("Rows")
        self.painted = []

    def paint_row(self, _painter, row, _where, _theme):
        self.painted.append(row)

    def row_words(self, row):
        return f"row {row}"


@pytest.fixture
def rows(qtbot, qapp):
    apply_theme(qapp, DARK)
    rows = Rows()
    qtbot.addWidget(rows)
    rows.resize(300, 200)
    rows.show()
    return rows


def test_few_rows_share_the_room_and_many_scroll(rows):
    rows.set_count(10)
    assert rows.row_height() == 20
    assert rows.verticalScrollBar().maximum() == 0
    rows.set_count(1_000)
    assert rows.row_height() == LOWEST
    assert rows.verticalScrollBar().maximum() == 1_000 * LOWEST - 200


def test_only_rows_in_sight_are_painted(rows):
    rows.set_count(1_000)
    rows.painted.clear()
    rows.grab()
    assert rows.painted[0] == 0
    assert len(rows.painted) <= 200 / LOWEST + 1


def test_keys_walk_bring_into_sight_and_choose(rows):
    pointed, chosen = [], []
    rows.pointed.connect(pointed.append)
    rows.chosen.connect(chosen.append)
    rows.set_count(100)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_End):
        QTest.keyClick(rows, key)
    assert pointed == [0, 1, 99]
    assert chosen == [1]
    where = rows.row_rectangle(99)
    assert 0 <= where.top() <= where.bottom() <= rows.viewport().height()
    QTest.keyClick(rows, Qt.Key.Key_Escape)
    assert pointed[-1] is None


def test_a_click_points_and_chooses(rows):
    chosen = []
    rows.chosen.connect(chosen.append)
    rows.set_count(10)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(50, 70).toPoint())
    assert chosen == [3]
    assert rows.current == 3
    rows.set_count(2)
    assert rows.current is None


def test_no_rows_say_why(rows):
    rows.set_count(0, "Nothing yet.")
    rows.grab()
    assert rows.row_at(QPointF(5, 5)) is None
    QTest.keyClick(rows, Qt.Key.Key_Down)
    assert rows.current is None
