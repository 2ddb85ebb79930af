"""A widget with a camera that mouse and keys move: what is shown with it is a subclass's."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gdviz.analysis.relief_camera import Camera

DEGREES_PER_PIXEL = (0.4, 0.3)
"""Of azimuth and tilt: what is nearest follows the pointer."""
ZOOM_STEP = 1.15
"""Of one notch of the wheel and of one press of a key."""
KEY_DEGREES = {
    Qt.Key.Key_Left: (-5.0, 0.0),
    Qt.Key.Key_Right: (5.0, 0.0),
    Qt.Key.Key_Up: (0.0, 4.0),
    Qt.Key.Key_Down: (0.0, -4.0),
}
KEY_ZOOM = {
    Qt.Key.Key_Plus: ZOOM_STEP,
    Qt.Key.Key_Equal: ZOOM_STEP,
    Qt.Key.Key_Minus: 1 / ZOOM_STEP,
}
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
"""With other modifiers a key is somebody else's shortcut."""
_RETURNS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class Turntable(QWidget):
    """Drag turns and tilts, the wheel zooms, a double click resets.

    With the keyboard: arrows, plus and minus, Home.

    Attributes
    ----------
    camera : Camera
    camera_changed : Signal
    is_chosen : bool
        Whether somebody has moved the camera since it was last reset.
    pointer : QPointF or None
        Where the pointer is, while it is here.
    shows_focus : bool
        Whether a ring is to be painted: the keyboard has come here by itself, not by a click.
    """

    camera_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.camera = Camera()
        self.is_chosen = False
        self.shows_focus = False
        self.pointer: QPointF | None = None
        self._dragged_from: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag to turn, wheel to zoom, double-click to look as at first")

    def usual_camera(self) -> Camera:
        """Give what a reset leads to."""
        return Camera()

    def turn(self, azimuth: float, tilt: float) -> None:
        """Turn by so many degrees."""
        self._move(self.camera.turned(azimuth, tilt))

    def zoom(self, factor: float) -> None:
        """Bring the block so many times nearer."""
        self._move(self.camera.zoomed(factor))

    def reset_camera(self) -> None:
        """Look again as at first."""
        self._move(self.usual_camera())
        self.is_chosen = False

    def state(self) -> dict[str, Any]:
        """Give the camera as plain values; nothing as long as nobody has moved it."""
        return dataclasses.asdict(self.camera) if self.is_chosen else {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave; bad entries are ignored."""
        values = [state.get(name) for name in ("azimuth", "tilt", "zoom")]
        if all(isinstance(x, float | int) and math.isfinite(x) for x in values):
            azimuth, tilt, zoom = (float(x) for x in values if x is not None)
            # Through the limits, whatever a file says.
            self._move(Camera(0.0, tilt, zoom).turned(azimuth, 0.0).zoomed(1.0))

    def _move(self, camera: Camera) -> None:
        self.is_chosen = True
        if camera != self.camera:
            self.camera = camera
            self.camera_changed.emit()
            self.update()

    # Qt's own names

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self.pointer = event.position()
        self.update()
        if self._dragged_from is not None:
            moved = event.position() - self._dragged_from
            self._dragged_from = event.position()
            across, down = DEGREES_PER_PIXEL
            self.turn(across * moved.x(), down * moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        del event
        self._dragged_from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        self.pointer = None
        self.update()
        super().leaveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_camera()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt override."""
        self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~_PLAIN:
            super().keyPressEvent(event)
        elif key in KEY_DEGREES:
            self.turn(*KEY_DEGREES[key])
        elif key in KEY_ZOOM:
            self.zoom(KEY_ZOOM[key])
        elif key == Qt.Key.Key_Home:
            self.reset_camera()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override: the keyboard needs a ring, a click does not."""
        reason = event.reason()
        if reason == Qt.FocusReason.MouseFocusReason:
            self.shows_focus = False
        elif reason not in _RETURNS:
            self.shows_focus = True
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusOutEvent(event)
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt override: a hidden widget is told of no release."""
        self._dragged_from = None
        super().hideEvent(event)
