"""A line or a column that is kept apart from the layout of the window around it."""

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QToolBar, QWidget

from gdviz.qt.widgets.apart import Apart
from gdviz.qt.widgets.labels import Label


class Line(QWidget):
    def __init__(self):
        super().__init__()
        self.setFixedHeight(20)
        self.label = Label("1", parent=self)
        QHBoxLayout(self).addWidget(self.label)

    def minimumSizeHint(self):
        return QSize(50, 20)


class LayoutRequests(QObject):
    def __init__(self, watched):
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched, event):
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(400, 100)
    return window


def settle():
    for _ in range(5):
        QApplication.processEvents()


@pytest.mark.parametrize("is_apart", [True, False])
def test_a_label_that_grows_lays_the_window_out_unless_its_line_is_apart(window, is_apart):
    line = Line()
    window.setCentralWidget(Apart(line) if is_apart else line)
    window.show()
    settle()
    requests = LayoutRequests(window)
    line.label.set_running_text("1,000,000")
    settle()
    assert line.label.width() > 40
    assert (requests.count == 0) == is_apart


@pytest.mark.parametrize("is_apart", [True, False])
def test_a_column_that_is_shown_late_takes_no_room_from_others(window, is_apart):
    column = Line()
    column.setFixedWidth(80)
    body, beside = QWidget(), QWidget()
    row = QHBoxLayout(body)
    row.addWidget(beside, 1)
    row.addWidget(Apart(column, Qt.Orientation.Vertical) if is_apart else column)
    column.hide()
    window.setCentralWidget(body)
    window.show()
    settle()
    width = beside.width()
    requests = LayoutRequests(window)
    column.show()
    column.label.set_running_text("1,000,000")
    settle()
    assert column.isVisible()
    assert (beside.width() == width) == is_apart
    assert (requests.count == 0) == is_apart
    if is_apart:
        assert column.height() == beside.height() > column.minimumSizeHint().height()


def test_in_a_toolbar_the_line_is_as_wide_as_the_window(window):
    line = Line()
    bar = QToolBar(window)
    bar.addWidget(Apart(line))
    window.addToolBar(bar)
    window.show()
    settle()
    assert line.width() > 360


def test_the_line_has_all_the_room_and_says_what_it_needs(window):
    line = Line()
    window.setCentralWidget(Apart(line))
    window.show()
    settle()
    assert line.isVisible()
    assert line.width() == 400
    window.resize(300, 100)
    settle()
    assert line.width() == 300
    assert window.centralWidget().minimumSizeHint() == QSize(50, 20)
    assert window.centralWidget().sizeHint() == QSize(50, 20)
