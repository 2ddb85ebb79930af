"""A line that runs: it is painted, and nothing is laid out for it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from gdviz.qt.widgets.running_text import RunningText


class Requests(QObject):
    """Counts how often a window is asked to lay itself out."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched, event) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_changing_text_lays_nothing_out_and_is_read(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    line = RunningText()
    QHBoxLayout(window).addWidget(line)
    window.resize(300, 40)
    window.show()
    QApplication.processEvents()
    requests = Requests()
    window.installEventFilter(requests)
    before = window.grab().toImage()
    line.set_text("reads 3 at 0.996")
    QApplication.processEvents()
    assert requests.count == 0
    assert line.accessibleName() == line.text() == "reads 3 at 0.996"
    assert window.grab().toImage() != before


def test_text_without_room_is_cut_and_kept(qtbot):
    line = RunningText()
    qtbot.addWidget(line)
    line.resize(40, 18)
    line.set_text("a line that is longer than forty pixels")
    line.grab()
    assert line.text().endswith("pixels")
    assert line.sizeHint().width() == 0
