"""A line that runs does not ask its window for room."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from gdviz.qt.widgets.running_line import RunningLine


class Requests(QObject):
    """Counts how often a widget is asked to lay itself out."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def eventFilter(self, watched, event):
        del watched
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_another_text_lays_nothing_out(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    row, line, label = QHBoxLayout(window), RunningLine(), QLabel()
    row.addWidget(line, 1)
    row.addWidget(label)
    window.resize(200, 30)
    window.show()
    QApplication.processEvents()
    requests = Requests()
    window.installEventFilter(requests)
    line.set_text("9,634 of 10,000 right")
    QApplication.processEvents()
    assert requests.count == 0
    label.setText("a plain label does")
    QApplication.processEvents()
    assert requests.count > 0


def test_the_whole_text_is_known_where_it_is_cut(qtbot):
    line = RunningLine()
    qtbot.addWidget(line)
    line.resize(60, 18)
    line.set_text("much longer than there is room for")
    line.grab()
    assert line.text() == line.accessibleName() == line.toolTip()
