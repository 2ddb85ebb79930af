"""Where the docks stand: the arrangement of the Train workspace, remembered and reset."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QMainWindow, QWidget

from gdviz.qt.docks import Dock

VERSION = 3
"""Raised when the docks change so that an old layout no longer fits."""
LEFT, RIGHT = 256, 424
SEAM = 8
TABS = 8
"""What the pictures above give to the panels that share a place, for their tabs."""
TOP, BOTTOM, EXAMPLE = 404, 204, 120
TIMELINE = 64
MOST_LEFT, MOST_EXAMPLE = 300, 168
"""What the settings and the example may grow to: when the window grows, pictures take the room."""


class Layout:
    """Arranges docks in a window.

    Parameters
    ----------
    window : QMainWindow
    docks : dict of Dock
        By view key.
    settings_panel : QWidget
        Gets a dock of its own, ``dock_settings``, on the left.
    store : QSettings
    """

    def __init__(
        self,
        window: QMainWindow,
        docks: dict[str, Dock],
        settings_panel: QWidget,
        store: QSettings,
    ) -> None:
        self._window = window
        self._store = store
        self.settings_dock = Dock("settings", "Settings", settings_panel, window)
        # The panel keeps 10 of the usual 16 itself, for its scroll bar.
        self.settings_dock.set_body_margins(16, 0, 6, 12)
        self.docks = {"settings": self.settings_dock, **docks}
        window.setDockNestingEnabled(True)
        window.setAnimated(False)
        window.setContentsMargins(8, 0, 8, 0)
        self.settings_dock.setMaximumWidth(MOST_LEFT)
        docks["example"].setMaximumHeight(MOST_EXAMPLE)
        # Its strip begins where the second column does.
        docks["timeline"].put_header_beside(LEFT + SEAM)
        docks["timeline"].setFixedHeight(TIMELINE)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self._arrange()

    def reset(self) -> None:
        """Put every dock back to its place and show it."""
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        self._arrange()
        for dock in self.docks.values():
            dock.show()
        self.resize()

    def resize(self) -> None:
        """Give the columns and rows their first sizes."""
        docks, window = self.docks, self._window
        center = max(window.width() - LEFT - RIGHT - 32, 300)
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.resizeDocks(
            [docks["settings"], docks["cost_surface"], docks["first_layer_weights"]],
            [LEFT, center, RIGHT],
            horizontal,
        )
        spare = window.height() - 900
        # What there is more is shared; what is missing is taken from the higher ones.
        top = TOP + (spare * 3 // 5 if spare > 0 else spare * 3 // 4)
        bottom = BOTTOM + (spare * 2 // 5 if spare > 0 else spare // 4)
        window.resizeDocks(
            [docks["cost_surface"], docks["cost_curves"], docks["example"]],
            [top, bottom, EXAMPLE],
            vertical,
        )
        window.resizeDocks(
            [docks["first_layer_weights"], docks["gradient_magnitudes"]],
            [top - TABS, bottom + EXAMPLE + SEAM + TABS],
            vertical,
        )

    def save(self) -> None:
        """Remember the window's size and its docks."""
        self._store.setValue("version", VERSION)
        self._store.setValue("geometry", self._window.saveGeometry())
        self._store.setValue("docks", self._window.saveState(VERSION))
        self._store.sync()

    def docks_state(self) -> bytes:
        """Give where the docks stand, without the window's own place and size."""
        return bytes(self._window.saveState(VERSION).data())

    def restore_docks(self, state: bytes) -> bool:
        """Take back what `docks_state` gave; False if it does not fit, nothing is changed then."""
        return bool(state) and self._window.restoreState(QByteArray(state), VERSION)

    def restore(self) -> bool:
        """Bring back what was remembered; give False if there is nothing that fits."""
        geometry, docks = self._store.value("geometry"), self._store.value("docks")
        if not (isinstance(geometry, QByteArray) and isinstance(docks, QByteArray)):
            return False
        self._window.restoreGeometry(geometry)
        return self._window.restoreState(docks, VERSION)

    def _arrange(self) -> None:
        window, docks = self._window, self.docks
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.addDockWidget(left, docks["settings"])
        window.addDockWidget(right, docks["cost_surface"])
        window.splitDockWidget(docks["cost_surface"], docks["first_layer_weights"], horizontal)
        window.splitDockWidget(docks["cost_surface"], docks["cost_curves"], vertical)
        window.splitDockWidget(docks["first_layer_weights"], docks["gradient_magnitudes"], vertical)
        window.splitDockWidget(docks["cost_curves"], docks["example"], vertical)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, docks["timeline"])
        window.tabifyDockWidget(docks["gradient_magnitudes"], docks["branches"])
        docks["gradient_magnitudes"].raise_()
