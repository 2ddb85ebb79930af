"""The pad's entries in its panel's menu: everything that has no button."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from gdviz.qt.docks import Dock
from gdviz.qt.views.drawing_pad.pad import Pad
from gdviz.qt.views.drawing_pad.square import RADII

TURN = 15.0


class PadMenu(QObject):
    """Entries that act on a pad.

    Attributes
    ----------
    paste, open : QAction
        For the view to connect: pictures come through it.
    """

    def __init__(self, dock: Dock, pad: Pad) -> None:
        super().__init__(dock)
        self._pad = pad
        self.undo = dock.add_action("Undo stroke\tCtrl+Z", pad.undo)
        self.redo = dock.add_action("Redo stroke\tCtrl+Shift+Z", pad.redo)
        self.brushes = self._brush_menu(dock)
        self.centre = dock.add_action("Size and centre as MNIST", self._centre)
        self.invert = dock.add_action("Invert", self._invert)
        for action in (self.centre, self.invert):
            action.setCheckable(True)
        self.left = dock.add_action("Turn left 15°\tPage Up: 5°", lambda: pad.turn(TURN))
        self.right = dock.add_action("Turn right 15°\tPage Down: 5°", lambda: pad.turn(-TURN))
        self.paste = dock.add_action("Paste picture\tCtrl+V", _nothing)
        self.open = dock.add_action("Open picture…", _nothing)
        pad.brush_changed.connect(self.follow)
        self.follow()

    def follow(self, _brush: str = "") -> None:
        """Check what is chosen."""
        drawing, sketch = self._pad.sketch.drawing, self._pad.sketch
        self.centre.setChecked(drawing.is_centred)
        self.invert.setChecked(drawing.is_inverted)
        self.undo.setEnabled(sketch.can_undo)
        self.redo.setEnabled(sketch.can_redo)
        for key, action in self.brushes.items():
            action.setChecked(key == self._pad.brush)

    def _brush_menu(self, dock: Dock) -> dict[str, QAction]:
        menu = QMenu("Brush", dock)
        group, actions = QActionGroup(menu), {}
        for key in RADII:
            action = menu.addAction(key.capitalize())
            action.setCheckable(True)
            action.triggered.connect(partial(self._take_brush, key))
            group.addAction(action)
            actions[key] = action
        dock.add_menu(menu)
        return actions

    def _take_brush(self, key: str, _checked: bool = False) -> None:
        self._pad.set_brush(key)

    def _centre(self) -> None:
        drawing = self._pad.sketch.drawing
        self._pad.change(replace(drawing, is_centred=not drawing.is_centred))

    def _invert(self) -> None:
        drawing = self._pad.sketch.drawing
        self._pad.change(replace(drawing, is_inverted=not drawing.is_inverted))


def _nothing() -> None:
    """Who connects to the action does the work."""
