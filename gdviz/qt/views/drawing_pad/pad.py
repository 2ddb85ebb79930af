"""The pad itself: a square to draw on with the mouse or with the keyboard."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gdviz.analysis.inspection.drawing import CANVAS, Drawing
from gdviz.qt.keys import ARROWS, ENTER
from gdviz.qt.views.drawing_pad.picture_files import offered_path
from gdviz.qt.views.drawing_pad.sketch import inside
from gdviz.qt.views.drawing_pad.square import RADII, DrawingSquare

STEP = CANVAS // 28
"""An arrow key's way on the canvas: a pixel of 28; a quarter of it with Shift."""
TURN = 5.0
"""Degrees of one notch of the wheel and of Page Up."""
GRASP = 11.0
EXPLANATION = (
    "Draw with the mouse. With the keyboard: arrows move the brush, Enter puts it down and lifts "
    "it, Page Up and Page Down turn the drawing, Delete clears, Ctrl+Z undoes a stroke, Ctrl+V "
    "pastes a picture."
)
_OTHER_KEYS = (
    *ENTER,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Plus,
    Qt.Key.Key_Minus,
)


class Pad(DrawingSquare):
    """The square with mouse, keyboard and dropped pictures.

    Attributes
    ----------
    changed : Signal()
        The drawing is another, or what may be undone.
    offered : Signal(object)
        A `QMimeData` with a picture was dropped.
    paste_asked : Signal()
    brush_changed : Signal(str)
        Another size was chosen with a key or the wheel.
    """

    changed = Signal()
    offered = Signal(object)
    paste_asked = Signal()
    brush_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dragged_from: QPointF | None = None
        self._turned_about: QPointF | None = None
        self._drag_base = Drawing()
        self._by_keys = False
        self.setAccessibleName("Drawing pad")
        self.setAccessibleDescription(EXPLANATION)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)

    def set_tool(self, tool: str) -> None:
        """Take ``draw``, ``erase`` or ``move``."""
        self._finish()
        self.tool = tool
        self.update()

    def change(self, drawing: Drawing) -> None:
        """Show another drawing; can be undone."""
        self._finish()
        self.sketch.change(drawing)
        self._tell()

    def clear(self) -> None:
        """Take all ink away; can be undone."""
        self._finish()
        self.sketch.clear()
        self._tell()

    def undo(self) -> None:
        """Go back by one stroke or change."""
        self._finish()
        self.sketch.undo()
        self._tell()

    def redo(self) -> None:
        """Do again what was undone last."""
        self._finish()
        self.sketch.redo()
        self._tell()

    def turn(self, degrees: float) -> None:
        """Turn the drawing about its centre of mass, against the clock."""
        self.change(self.sketch.drawing.rotated(degrees))

    def _tell(self) -> None:
        self.changed.emit()
        self.update()

    # --- changes in parts -----------------------------------------------------------------

    def _begin_stroke(self) -> None:
        erases = self.tool == "erase"
        self.sketch.begin_stroke(self._cursor, RADII[self.brush], erases=erases)

    def _finish(self) -> None:
        """Lift the brush."""
        if not self.sketch.is_under_way:
            return
        if self._dragged_from is None:
            self.sketch.end_stroke()
        else:
            self.sketch.end()
        self._dragged_from, self._turned_about, self._by_keys = None, None, False

    def _drag(self, at: QPointF) -> None:
        assert self._dragged_from is not None
        start, about = self._dragged_from, self._turned_about
        if about is not None:
            before, now = start - about, at - about
            turned = math.atan2(before.y(), before.x()) - math.atan2(now.y(), now.x())
            self.sketch.show(self._drag_base.rotated(math.degrees(turned)))
        else:
            scale = CANVAS / max(self.square.width(), 1)
            by = (at - start) * scale
            self._show_moved(round(by.y()), round(by.x()))
        self._tell()

    def _show_moved(self, down: int, right: int) -> None:
        """Where the digit stands is what moving is about: it is not centred from then on."""
        moved = self._drag_base.moved(down, right)
        self.sketch.show(replace(moved, is_centred=False))

    # --- Qt's own names -------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._finish()
        at = event.position()
        self._cursor = inside(self._on_canvas(at))
        if self.tool != "move":
            self._begin_stroke()
        else:
            handle = self.handle()
            is_near = handle is not None and math.dist(at.toTuple(), handle.knob.toTuple()) <= GRASP
            self._turned_about = handle.center if handle is not None and is_near else None
            self._dragged_from, self._drag_base = at, self.sketch.drawing
            self.sketch.begin()
        self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        at = event.position()
        self._shows_brush = self.square.contains(at)
        if self._by_keys:
            return
        if self._dragged_from is not None:
            self._drag(at)
            return
        self._cursor = inside(self._on_canvas(at))
        if self.sketch.is_under_way:
            self.sketch.stroke_to(self._on_canvas(at))
            self._tell()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() == Qt.MouseButton.LeftButton and self.sketch.is_under_way:
            self._finish()
            self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        self._shows_brush = False
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt override: another brush, or turns what can be moved."""
        notches = event.angleDelta().y() / 120
        if self.tool == "move":
            self.turn(TURN * notches)
        elif abs(notches) >= 0.5:
            self._next_brush(1 if notches > 0 else -1)
        event.accept()

    def _next_brush(self, by: int) -> None:
        keys = list(RADII)
        self.set_brush(keys[min(max(keys.index(self.brush) + by, 0), len(keys) - 1)])
        self.brush_changed.emit(self.brush)

    def event(self, event: QEvent) -> bool:
        """Qt override: the pad's keys come before the window's while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            standard = QKeySequence.StandardKey
            keys = (standard.Undo, standard.Redo, standard.Paste)
            is_plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier in {
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            }
            own = event.key() in ARROWS or event.key() in _OTHER_KEYS
            own = own or (self._by_keys and event.key() == Qt.Key.Key_Escape)
            if any(event.matches(key) for key in keys) or (own and is_plain):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        standard = QKeySequence.StandardKey
        if event.matches(standard.Undo):
            self.undo()
        elif event.matches(standard.Redo):
            self.redo()
        elif event.matches(standard.Paste):
            self.paste_asked.emit()
        elif key in ARROWS:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            down, right = ARROWS[key]
            self._go(right, down, STEP // 4 if is_fine else STEP)
        elif key in ENTER:
            self._press_enter()
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.turn(TURN if key == Qt.Key.Key_PageUp else -TURN)
        elif key == Qt.Key.Key_Delete:
            self.clear()
        elif key == Qt.Key.Key_Escape and self._by_keys:
            self._press_enter()
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
            self._next_brush(1 if key == Qt.Key.Key_Plus else -1)
        else:
            super().keyPressEvent(event)

    def _press_enter(self) -> None:
        """Put the brush down, or lift it."""
        if self._by_keys:
            self._finish()
        elif self.tool != "move":
            self._finish()
            self._by_keys = True
            self._begin_stroke()
        self._tell()

    def _go(self, right: int, down: int, step: int) -> None:
        if self.tool == "move":
            self._finish()
            moved = self.sketch.drawing.moved(down * step, right * step)
            self.change(replace(moved, is_centred=False))
            return
        self._cursor = inside((self._cursor[0] + right * step, self._cursor[1] + down * step))
        if self._by_keys:
            self.sketch.stroke_to(self._cursor)
            self._tell()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt override: whoever leaves lifts the brush."""
        if self._by_keys:
            self._finish()
            self._tell()
        super().focusOutEvent(event)
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt override: pictures are taken, all else is the window's."""
        data = event.mimeData()
        if offered_path(data) is not None or (data.hasImage() and not data.hasUrls()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt override."""
        event.acceptProposedAction()
        self.offered.emit(event.mimeData())
