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

    def paint_row(self, painter, row, where, theme):
        del painter, where, theme
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


def test_what_does_not_run_is_painted_once(rows):
    painted = []
    rows.paint_still = lambda _painter, row, **_where: painted.append(row)
    rows.set_count(5)
    rows.forget_still()
    rows.grab()
    rows.set_current(2)
    rows.grab()
    assert painted == [0, 1, 2, 3, 4]
    rows.set_count(4)
    rows.grab()
    assert painted == [0, 1, 2, 3, 4, 0, 1, 2, 3]


def test_rows_painted_in_parts_come_into_sight_when_all_are(rows):
    rows.set_count(5)
    rows.grab()
    rows.painted.clear()
    rows.set_count(5, in_parts=True)
    parts = 1
    while not rows.paint_part(0):
        seen = list(rows.painted)
        rows.grab()
        assert rows.painted == seen, "the former picture is shown till then"
        parts += 1
    assert rows.painted == [0, 1, 2, 3, 4]
    assert parts > 5
    rows.grab()
    assert rows.painted == [0, 1, 2, 3, 4]


def test_rows_begun_at_another_size_are_painted_at_once(rows):
    rows.set_count(5)
    rows.grab()
    rows.set_count(5, in_parts=True)
    rows.resize(300, 100)
    rows.painted.clear()
    rows.grab()
    assert rows.painted == [0, 1, 2, 3, 4]
    assert rows.paint_part()


def test_pointing_paints_no_row(rows):
    rows.set_count(5)
    rows.grab()
    rows.painted.clear()
    rows.set_current(3)
    rows.grab()
    assert rows.painted == []
