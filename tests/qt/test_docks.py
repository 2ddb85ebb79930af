"""Docks: header, menu, errors, floating, dragging."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from gdviz.qt.docks import Dock
from gdviz.qt.theme import DARK, LIGHT, apply_theme

# What Qt's own offscreen platform says about every window that floats.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot, qapp: QApplication):
    apply_theme(qapp, DARK)
    result = QMainWindow()
    qtbot.addWidget(result)
    result.resize(600, 400)
    dock = Dock("cost_curves", "Cost curves", QLabel("body"), result)
    result.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    other = Dock("other", "Other", QLabel("other"), result)
    result.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, other)
    result.show()
    yield result
    apply_theme(qapp, DARK)


@pytest.fixture
def dock(window: QMainWindow) -> Dock:
    return window.findChild(Dock, "dock_cost_curves")


def test_dock_header_is_forty_high_and_named(dock: Dock):
    assert dock.titleBarWidget().height() == 40
    assert dock.accessibleName() == "Cost curves"
    dock.set_subtitle("41 × 41")
    assert dock.subtitle() == "41 × 41"


def test_dock_ground_is_one_rounded_panel(dock: Dock, qapp: QApplication):
    image = dock.grab().toImage()
    right, low = image.width() - 1, image.height() - 1
    for x, y in ((0, 0), (right, 0), (0, low), (right, low)):
        assert image.pixelColor(x, y).name() == DARK.window
    seam = {image.pixelColor(4, y).name() for y in range(20, 60)}
    assert seam == {DARK.panel}


def test_dock_light_theme_has_a_hairline(dock: Dock, qapp: QApplication):
    apply_theme(qapp, LIGHT)
    image = dock.grab().toImage()
    assert {image.pixelColor(0, y).name() for y in range(20, 60)} == {LIGHT.panel_border}


def test_dock_body_keeps_its_margins(dock: Dock):
    body = dock.body()
    assert body is not None
    assert body.mapTo(dock, QPoint(0, 0)) == QPoint(16, 40)


def test_dock_error_replaces_the_body_until_cleared(qtbot, dock: Dock):
    body = dock.body()
    dock.show_error("The view could not be drawn.")
    assert body is not None
    assert not body.isVisible()
    assert dock.error() == "The view could not be drawn."
    with qtbot.waitSignal(dock.retried, timeout=1000):
        qtbot.mouseClick(dock.retry_button(), Qt.MouseButton.LeftButton)
    dock.clear_error()
    assert body.isVisible()
    assert dock.error() is None


def test_dock_menu_holds_view_actions_above_its_own(dock: Dock):
    called = []
    dock.add_action("Export…", lambda: called.append(1))
    texts = [action.text() for action in dock.menu.actions() if not action.isSeparator()]
    assert texts == ["Export…", "Float", "Close"]
    dock.menu.actions()[0].trigger()
    assert called == [1]


def test_dock_menu_floats_and_docks(dock: Dock):
    float_action = dock.menu.actions()[-2]
    float_action.trigger()
    assert dock.isFloating()
    assert float_action.text() == "Dock"
    float_action.trigger()
    assert not dock.isFloating()


def test_dock_close_hides(dock: Dock):
    dock.menu.actions()[-1].trigger()
    assert dock.isHidden()


def test_dock_dragged_by_its_title_comes_off(dock: Dock):
    """Real mouse events on the title's label reach the dock through the header."""
    title = dock.titleBarWidget()
    start = QPoint(40, 20)
    window = dock.window().windowHandle()

    def at(offset: QPoint) -> QPoint:
        return title.mapTo(dock.window(), start + offset)

    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=at(QPoint()))
    for step in range(1, 12):
        QTest.mouseMove(window, at(QPoint(12 * step, 8 * step)))
    assert dock.isFloating()
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=at(QPoint(132, 88)))
    dock.setFloating(False)


def beside(window: QMainWindow) -> Dock:
    """Give a low dock at the bottom, its header beside it."""
    low = Dock("low", "Low", QLabel("body"), window)
    low.add_tool(QLabel("tool"))
    low.put_header_beside(200)
    low.setFixedHeight(64)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, low)
    QApplication.processEvents()
    return low


def test_dock_header_beside_the_body_has_its_tools_below_the_title(window: QMainWindow):
    low = beside(window)
    header = low.titleBarWidget()
    tool = next(label for label in header.findChildren(QLabel) if label.text() == "tool")
    assert header.size().toTuple() == (200, 64)
    assert low.body().mapTo(low, QPoint(0, 0)).x() >= 200
    assert tool.mapTo(header, QPoint(0, 0)).y() >= header.title.geometry().bottom()
    assert header.rect().contains(header.menu_button.geometry())


def test_dock_ground_beside_its_header_is_one_rounded_panel(window: QMainWindow):
    image = beside(window).grab().toImage()
    for x in (0, image.width() - 1):
        for y in (0, image.height() - 1):
            assert image.pixelColor(x, y).name() == DARK.window
    for x in (199, 200, 201):
        assert {image.pixelColor(x, y).name() for y in range(2, 62)} == {DARK.panel}


def test_dock_subtitle_may_be_replaced_by_a_widget(dock: Dock):
    words = QLabel("runs by itself")
    dock.replace_subtitle(words)
    QApplication.processEvents()
    assert words.isVisible()
    assert words.parentWidget() is dock.titleBarWidget()
    dock.set_subtitle("still told")
    assert dock.subtitle() == "still told"
