"""A picture as a table: what it shows follows the newest description."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QTableView, QWidget

from gdviz.analysis.description import Description
from gdviz.qt.dialogs.table import DescriptionModel, TableDialog

WITH_ROWS = Description("Two rows.", ("name", "value"), (("a", 1), ("b", -2.5)))
WORDS_ALONE = Description("Nothing to show yet.")


@pytest.fixture
def dialog(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    dialog = TableDialog(window)
    qtbot.addWidget(dialog)
    yield dialog
    dialog.close()


def table_of(dialog):
    return dialog.findChild(QTableView)


def test_rows_are_shown_as_people_read_them(dialog):
    dialog.show_description("Outputs", WITH_ROWS)
    model = table_of(dialog).model()
    assert (model.rowCount(), model.columnCount()) == (2, 2)
    assert model.index(1, 1).data() == "−2.5"


def test_words_alone_may_follow_a_table_and_a_table_follow_them(dialog, qapp):
    """What has no rows hides the table; with an empty model in sight Qt ends the process."""
    for description in (WITH_ROWS, WORDS_ALONE, WITH_ROWS, WORDS_ALONE, WORDS_ALONE):
        dialog.show_description("Outputs", description)
        qapp.processEvents()
        assert table_of(dialog).isVisibleTo(dialog) == bool(description.columns)
        dialog.copy()
        assert qapp.clipboard().text() == description.as_text()


def test_former_tables_are_not_kept(dialog, qapp):
    for _ in range(3):
        dialog.show_description("Outputs", WITH_ROWS)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(dialog.findChildren(DescriptionModel)) == 1
