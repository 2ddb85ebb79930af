"""The menus: every action has a place in words, for keyboards and screen readers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from gdviz.qt.actions import WORKSPACE_ACTIONS
from gdviz.qt.files import example_networks, fill_recent
from gdviz.qt.system_theme import theme_named
from gdviz.qt.theme import THEMES, current_theme

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow


class Menus:
    """Builds the menu of a window.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._file()
        self._add("&Edit", ("undo", "redo", "", "copy_run", "paste_run", "", "preferences"))
        self._add(
            "&Run",
            ("run", "step", "step_epoch", "step_back", "run_until", "", "restart", "new_start",
             "", "find_learning_rate", "", "slower", "faster"),
        )  # fmt: skip
        self._add(
            "&Timeline", ("play", "play_backward", "newest", "", "loop", "loop_from", "loop_to")
        )
        self._view()
        self._add("&Help", ("keys", "explain", "", "about"))

    def _add(self, title: str, keys: tuple[str, ...]) -> QMenu:
        return self._fill(self._window.transport.menu.addMenu(title), keys)

    def _fill(self, menu: QMenu, keys: tuple[str, ...]) -> QMenu:
        for key in keys:
            if key:
                menu.addAction(self._window.actions_by_key[key])
            else:
                menu.addSeparator()
        return menu

    def _file(self) -> None:
        window = self._window
        menu = self._add("&File", ("open", "data", "run_library"))
        recent = menu.addMenu("Open recent")
        recent.setToolTipsVisible(True)
        recent.aboutToShow.connect(
            lambda: fill_recent(recent, window.settings.existing_recent_files(), window.open_path)
        )
        examples = menu.addMenu("Examples")
        examples.aboutToShow.connect(
            lambda: fill_recent(examples, example_networks(), window.open_path)
        )
        menu.addSeparator()
        for key in ("save", "save_session", "record", "curves"):
            menu.addAction(window.actions_by_key[key])
        menu.addSeparator()
        menu.addAction(window.actions_by_key["quit"])

    def _view(self) -> None:
        window = self._window
        menu = self._add("&View", (*WORKSPACE_ACTIONS, ""))
        panels = menu.addMenu("&Panels")
        panels.aboutToShow.connect(lambda: self._fill_panels(panels))
        menu.addAction(window.actions_by_key["reset_layout"])
        menu.addAction(window.actions_by_key["log_axis"])
        themes = menu.addMenu("Theme")
        group = QActionGroup(themes)
        for name in ("system", *THEMES):
            action = themes.addAction(name.replace("_", " ").capitalize())
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(partial(self._choose_theme, name))
            group.addAction(action)
        themes.aboutToShow.connect(lambda: self._check_theme(group))
        menu.addSeparator()
        menu.addAction(window.actions_by_key["full_screen"])

    def _fill_panels(self, menu: QMenu) -> None:
        """The panels of the workspace in sight."""
        menu.clear()
        for dock in self._window.dock_layout.docks.values():
            menu.addAction(dock.toggleViewAction())

    def _check_theme(self, group: QActionGroup) -> None:
        """Check the theme that is shown: a command line may overrule the one chosen."""
        chosen, shown = self._window.settings.theme, current_theme()
        name = "system" if chosen == "system" and theme_named(chosen) is shown else shown.name
        for action in group.actions():
            action.setChecked(action.data() == name)

    def _choose_theme(self, name: str, _checked: bool = False) -> None:
        self._window.set_theme(name)
