"""The table of a result: numbers at the right, many columns without cutting them off."""

import pytest
from PySide6.QtWidgets import QApplication

from gdviz.experiments.result import Table
from gdviz.qt.fonts import text_width
from gdviz.qt.lab.result_table import MOST_ROWS, ResultTable
from gdviz.qt.theme import DARK, apply_theme


@pytest.fixture
def table(qtbot):
    apply_theme(QApplication.instance(), DARK)
    table = ResultTable()
    qtbot.addWidget(table)
    table.resize(760, 100)
    table.show()
    return table


def test_numbers_stand_at_the_right_also_where_they_are_texts(table):
    rows = (("784-4-4-10", 95.1, "97.0", "yes"), ("784-8-8-10", 96, "–", "no"))
    table.show_table(Table("t", "Title", ("layers", "mean", "best", "ok"), rows))
    assert [column.is_number for column in table._columns] == [False, True, True, False]
    assert "95.1" in table.accessibleDescription()


def test_twelve_columns_have_room_for_their_numbers(table):
    columns = ("layers", *(f"standard deviation of cost {k}" for k in range(11)))
    rows = tuple(("784-16-16-10", *(0.1234 + k for k in range(11))) for _ in range(3))
    table.show_table(Table("t", "Title", columns, rows))
    for k, column in enumerate(table._columns):
        assert column.width >= max(text_width(row[k]) for row in table._texts)
    assert table._columns[-1].left + table._columns[-1].width <= table.width()
    few = table.height()
    table.show_table(Table("t", "Title", columns[:2], tuple(row[:2] for row in rows)))
    assert table.height() < few  # heads of fewer lines


def test_of_many_rows_it_is_said_how_many_there_are(table):
    rows = tuple((k, float("nan")) for k in range(MOST_ROWS + 5))
    table.show_table(Table("t", "Title", ("a", "b"), rows))
    assert len(table._texts) == MOST_ROWS
    with_more = table.height()
    table.show_table(Table("t", "Title", ("a", "b"), rows[:MOST_ROWS]))
    assert table.height() < with_more
    assert table._texts[0] == ["0", "–"]
