"""Docks closed, floating, put back and remembered; views fed only while they are seen."""

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QTabBar

from gdviz.qt.theme import THEMES, current_theme
from gdviz.qt.view_table import VIEWS
from gdviz.runtime.commands import SetDetail
from gdviz.storage.paths import config_folder, settings_path

DOCKS = {
    "settings", "cost_surface", "cost_curves", "first_layer_weights", "gradient_magnitudes",
    "example", "timeline",
}  # fmt: skip


def test_closed_docks_come_back_through_the_view_menu(shown):
    for key in DOCKS:
        dock = shown.named(QDockWidget, f"dock_{key}")
        dock.close()
        assert not dock.isVisible()
        dock.toggleViewAction().trigger()
        assert dock.isVisible()


def test_reset_puts_every_dock_back(shown):
    docks = shown.window.dock_layout.docks
    assert set(docks) >= DOCKS
    docks["example"].close()
    docks["cost_curves"].setFloating(True)
    shown.named(QAction, "action_reset_layout").trigger()
    assert all(dock.isVisible() and not dock.isFloating() for dock in docks.values())


def test_the_layout_is_remembered(make_window, close_now):
    first = make_window()
    first.show()
    first.window.resize(1300, 700)
    first.named(QDockWidget, "dock_example").close()
    close_now(first.window)
    second = make_window()
    second.show()
    # The offscreen screen is 800 wide: Qt makes a window that it brings back fit it.
    assert second.window.height() == 700
    assert not second.named(QDockWidget, "dock_example").isVisible()
    assert second.named(QDockWidget, "dock_cost_curves").isVisible()


def rows_of_tabs(driver) -> list[list[str]]:
    """Give the titles on every row of tabs in sight; Qt puts rows that it keeps out of sight."""
    bars = [bar for bar in driver.window.findChildren(QTabBar) if bar.isVisible() and bar.x() >= 0]
    return sorted([bar.tabText(k) for k in range(bar.count())] for bar in bars)


def test_no_row_of_tabs_is_left_behind(make_window, close_now):
    """Neither at the first start, nor where a layout is brought back, nor in another workspace."""
    for _ in range(2):
        driver = make_window()
        driver.show()
        driver.window.dock_layout.resize()
        QApplication.processEvents()
        titles = [[row[0], len(row) > 1] for row in rows_of_tabs(driver)]
        assert titles == [["Cost surface", True], ["Gradient", True]]
        driver.window.show_workspace("hill")
        QApplication.processEvents()
        assert rows_of_tabs(driver) == [["One variable", "Tally"]]
        driver.window.show_workspace("train")
        close_now(driver.window)


LEAST_HEIGHTS = {
    "cost_surface": 265, "cost_curves": 165, "example": 120, "first_layer_weights": 290,
    "gradient_magnitudes": 270, "timeline": 64,
}  # fmt: skip
"""In which each still shows what it is for: ticks that can be told apart, whole digits."""


@pytest.mark.parametrize("size", [(1440, 900), (1240, 760)])
def test_every_dock_keeps_the_height_that_it_needs(shown, size):
    shown.window.resize(*size)
    QApplication.processEvents()
    shown.window.dock_layout.resize()
    QApplication.processEvents()
    docks = shown.window.dock_layout.docks
    heights = {key: docks[key].height() for key in LEAST_HEIGHTS}
    assert {key: h for key, h in heights.items() if h < LEAST_HEIGHTS[key]} == {}


@pytest.mark.parametrize("content", [b"\x00\xff\x01garbage", b"[General]\ngeometry=7\ndocks=x\n"])
def test_a_broken_layout_does_not_hinder_the_start(make_window, content):
    config_folder().mkdir(parents=True)
    (config_folder() / "layout.ini").write_bytes(content)
    driver = make_window()
    driver.show()
    assert all(dock.isVisible() for dock in driver.window.dock_layout.docks.values())


def test_broken_settings_do_not_hinder_the_start(make_window):
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('{"theme": 3, "view_states"')
    driver = make_window()
    assert "settings" in driver.window.status.notice.whole_text()


def test_senseless_view_states_do_not_hinder_the_start(make_window, qapp):
    settings_path().parent.mkdir(parents=True)
    states = ", ".join(f'"{key}": {{"log": [], "kind": 3, "x": null}}' for key in DOCKS)
    settings_path().write_text(f'{{"view_states": {{{states}}}}}')
    driver = make_window()
    driver.show()
    driver.take(2)


def test_a_home_that_cannot_be_made_does_not_hinder_the_start(make_window, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GDVIZ_HOME", str(tmp_path / "file" / "home"))
    driver = make_window()
    driver.take(1)
    assert driver.step == 1


def test_hidden_views_are_not_fed(shown, monkeypatch):
    sent = []
    host = shown.window.views
    monkeypatch.setattr(host, "_send", lambda command: sent.append(command) or 0)
    shown.window.tick()
    sent.clear()
    fed = []
    view = host.views["gradient_magnitudes"]
    monkeypatch.setattr(view, "show_frame", lambda _frame: fed.append(1))
    # Behind its tab are others that need a gradient.
    for spec in VIEWS:
        if "gradient" in spec.needs:
            shown.named(QDockWidget, f"dock_{spec.key}").close()
    fed.clear()
    shown.take(1)
    assert fed == []
    details = [command for command in sent if isinstance(command, SetDetail)]
    assert details
    assert "gradient" not in details[-1].needs
    shown.named(QDockWidget, "dock_gradient_magnitudes").toggleViewAction().trigger()
    shown.window.tick()
    assert fed, "a view that comes into sight shows the newest frame at once"
    assert "gradient" in [c for c in sent if isinstance(c, SetDetail)][-1].needs


def test_a_view_that_raises_says_so_and_can_be_tried_again(shown, monkeypatch, expect_log):
    host = shown.window.views
    view, dock = host.views["cost_curves"], host.docks["cost_curves"]
    real = view.show_frame

    def broken(_frame):
        raise RuntimeError("no ink")

    monkeypatch.setattr(view, "show_frame", broken)
    shown.take(2)
    assert "no ink" in dock.error()
    assert all(d.error() is None for key, d in host.docks.items() if key != "cost_curves")
    dock.retry_button().click()
    assert "no ink" in dock.error()
    fed = []
    monkeypatch.setattr(view, "show_frame", lambda frame: (fed.append(1), real(frame)))
    dock.retry_button().click()
    assert dock.error() is None
    assert fed, "tried again at once, though a paused run sends no frame"


def test_a_view_that_cannot_tell_its_state_does_not_hinder_closing(
    driver, monkeypatch, expect_log, close_now
):
    def broken():
        raise RuntimeError("forgotten")

    monkeypatch.setattr(driver.window.views.views["cost_curves"], "state", broken)
    driver.run()
    close_now(driver.window)


def test_themes_change_while_training(shown, qapp):
    shown.run()
    for name in (*THEMES, *THEMES):
        shown.window.set_theme(name)
        step = shown.step
        shown.wait(lambda step=step: shown.step > step)
        qapp.processEvents()
        assert current_theme().name == name
        assert shown.window.settings.theme == name
        assert shown.named(QAction, "action_run").text() == "Pause"
        corner = shown.window.grab().toImage().pixelColor(2, 400).name()
        assert corner == THEMES[name].window
    shown.window.set_theme("dark")
    shown.pause()


def test_the_layout_file_is_an_ini_in_the_home(driver):
    driver.window.dock_layout.save()
    path = config_folder() / "layout.ini"
    assert path.is_file()
    assert QSettings(str(path), QSettings.Format.IniFormat).contains("docks")
