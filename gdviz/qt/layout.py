"""Where the docks stand: one arrangement for each workspace, remembered and reset."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QMainWindow, QWidget

from gdviz.qt.docks import Dock
from gdviz.qt.workspaces import LEFT, SEAM, WORKSPACES, Workspace, settle_tabs

VERSION = 5
"""Raised when the docks change so that an old layout no longer fits."""
FIRST = "train"
"""The workspace that a window begins with."""
TIMELINE = 64
MOST_LEFT, MOST_EXAMPLE = 300, 168
"""What the settings and the example may grow to: when the window grows, pictures take the room."""


class Layout:
    """Arranges docks in a window; one workspace is in sight, the docks of the others stand aside.

    Parameters
    ----------
    window : QMainWindow
    docks : dict of Dock
        Of every workspace, by view key.
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
        self._all = {"settings": self.settings_dock, **docks}
        self._workspaces = {workspace.key: workspace for workspace in WORKSPACES}
        self.workspace: Workspace = self._workspaces[FIRST]
        self._states: dict[str, QByteArray] = {}
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
        for key, dock in self._all.items():
            if key not in self.docks:
                dock.hide()
        self.workspace.arrange(window, self.docks)

    @property
    def docks(self) -> dict[str, Dock]:
        """The docks of the workspace in sight, by key."""
        return {key: self._all[key] for key in self.workspace.dock_keys()}

    def show(self, key: str) -> None:
        """Show another workspace as it was left, or as it is at first."""
        if key == self.workspace.key:
            return
        size = self._window.size()
        self._states[self.workspace.key] = self._window.saveState(VERSION)
        self._put_aside()
        self.workspace = self._workspaces[key]
        self._arrange(key)
        # For a moment all docks stand below each other, and the window grows to bear them.
        layout = self._window.layout()
        if layout is not None:
            layout.activate()
        self._window.resize(size)

    def _arrange(self, key: str) -> None:
        """Put the docks of the workspace where they were, or where they are at first."""
        state = self._states.get(key)
        if state is None or not self._window.restoreState(state, VERSION):
            self._begin()
            return
        # Qt gives a place to docks that the state does not know.
        for other in self._all.keys() - self.docks.keys():
            self._window.removeDockWidget(self._all[other])

    def reset(self) -> None:
        """Put every dock of the workspace back to its place and show it."""
        self._put_aside()
        self._begin()

    def resize(self) -> None:
        """Give the columns and rows their first sizes."""
        self.workspace.resize(self._window, self.docks)

    def save(self) -> None:
        """Remember the window's size and the docks of every workspace."""
        self._states[self.workspace.key] = self._window.saveState(VERSION)
        self._store.setValue("version", VERSION)
        self._store.setValue("geometry", self._window.saveGeometry())
        for key, state in self._states.items():
            self._store.setValue(_name(key), state)
        self._store.sync()

    def docks_state(self) -> bytes:
        """Give where the docks of Train stand, without the window's own place and size."""
        is_train = self.workspace.key == FIRST
        state = self._window.saveState(VERSION) if is_train else self._states[FIRST]
        return bytes(state.data())

    def restore_docks(self, state: bytes) -> bool:
        """Take back what `docks_state` gave; False if it does not fit, nothing is changed then."""
        if not state:
            return False
        if self.workspace.key != FIRST:
            self._states[FIRST] = QByteArray(state)
            return True
        return self._window.restoreState(QByteArray(state), VERSION)

    def restore(self) -> bool:
        """Bring back what was remembered; give False if there is nothing that fits."""
        for key in self._workspaces.keys() - {FIRST}:
            state = self._store.value(_name(key))
            if isinstance(state, QByteArray):
                self._states[key] = state
        geometry, docks = self._store.value("geometry"), self._store.value(_name(FIRST))
        if not (isinstance(geometry, QByteArray) and isinstance(docks, QByteArray)):
            return False
        self._window.restoreGeometry(geometry)
        # The rows of tabs of the first arrangement would stay, in sight, where they were.
        self._put_aside()
        settle_tabs(self._window)
        if self._window.restoreState(docks, VERSION):
            return True
        self._begin()
        return False

    def _put_aside(self) -> None:
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)

    def _begin(self) -> None:
        docks = self.docks
        self.workspace.arrange(self._window, docks)
        for dock in docks.values():
            dock.show()
        self.resize()


def _name(workspace: str) -> str:
    """Give where a workspace's docks are remembered; Train's were the only ones once."""
    return "docks" if workspace == FIRST else f"docks_{workspace}"
