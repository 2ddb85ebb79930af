"""The button that says which network is inspected, and offers others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from gdviz.qt.files import NETWORK_FILTER, example_networks, fill_recent
from gdviz.qt.fonts import font, text_width
from gdviz.qt.inspecting import LIVE_TITLE, Inspection
from gdviz.qt.widgets.menu_button import MenuButton

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow

MOST_WIDTH = 220


class SubjectMenu(MenuButton):
    """What is inspected, with a menu of what else could be.

    Parameters
    ----------
    window : MainWindow
        Under construction; its settings are read when the menu opens.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__("chevron_down", "muted", window)
        self._window = window
        self._control = window.inspect
        self.setObjectName("button_subject")
        self.setAccessibleName("Inspected network")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setIconSize(QSize(12, 12))
        self.setFont(font(12, 500))
        self.setFixedHeight(28)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._live = menu.addAction("Network in training")
        self._live.triggered.connect(lambda _checked=False: self._control.choose_live())
        menu.addSeparator()
        menu.addAction("Open…").triggered.connect(lambda _checked=False: self._ask(self._open))
        self._recent, self._examples = menu.addMenu("Open recent"), menu.addMenu("Examples")
        self._recent.aboutToShow.connect(self._fill_recent)
        self._examples.aboutToShow.connect(self._fill_examples)
        menu.addSeparator()
        self._compare = menu.addAction("Compare with…")
        self._compare.triggered.connect(lambda _checked=False: self._ask(self._control.open_other))
        menu.addAction("Save as…").triggered.connect(
            lambda _checked=False: self._control.save_asked.emit()
        )
        self.setMenu(menu)
        self._title = ""

    def show_inspection(self, inspection: Inspection) -> None:
        """Say what is inspected."""
        network = inspection.network
        step = f", step {network.step:,}" if network.step is not None else ""
        title = network.title
        notes = "\n".join((f"{title}{step}", *network.notes))
        if (title, notes) == (self._title, self.toolTip()):
            return
        self.setToolTip(notes)
        self.setAccessibleDescription(notes)
        if title == self._title:
            return
        self._title = title
        shown = "In training" if title == LIVE_TITLE else title
        guessed = " (partly guessed)" if network.notes else ""
        metrics = self.fontMetrics()
        room = MOST_WIDTH - int(text_width(guessed, 12, 500))
        self.setText(metrics.elidedText(shown, Qt.TextElideMode.ElideMiddle, room) + guessed)

    def _open(self, path: Path) -> None:
        self._control.open_file(path)

    def _ask(self, use: Callable[[Path], None]) -> None:
        folder = self._window.settings.last_folder
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open a network to inspect", folder, NETWORK_FILTER
        )
        if name:
            use(Path(name))

    def _fill_recent(self) -> None:
        fill_recent(self._recent, self._window.settings.existing_recent_files(), self._open)

    def _fill_examples(self) -> None:
        fill_recent(self._examples, example_networks(), self._open)
