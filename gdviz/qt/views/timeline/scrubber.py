"""The strip: a slider over all steps, with what happened on the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QToolTip, QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.help_texts import EXPLANATIONS
from gdviz.qt.views.timeline.axis import Axis
from gdviz.qt.views.timeline.lane import Placed, place
from gdviz.qt.views.timeline.painting import PADDING, STRIP_Y, paint_strip
from gdviz.qt.views.timeline.strip_state import StripState
from gdviz.qt.widgets.themed import CHANGES, smooth_painter

NEAR = 6.0
"""Pixels within which the pointer is at a mark or at an end of the loop."""
WHEEL_STEP = 120
"""What Qt says of one notch of a wheel."""


class Scrubber(QAbstractSlider):
    """The strip with its handle at the step that is shown.

    Parameters
    ----------
    color_of : callable
        Gives the present colour of a branch, by its id.
    parent : QWidget, optional

    Attributes
    ----------
    asked : Signal(int)
        A step that the user wants to see; `show_state` does not emit it.
    loop_asked : Signal(int, int)
        The loop's ends, moved by the user.
    """

    asked = Signal(int)
    loop_asked = Signal(int, int)

    def __init__(self, color_of: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color_of = color_of
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self.setWhatsThis(EXPLANATIONS["dock_timeline"])
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.shown = StripState()
        self._hovered: float | None = None
        self._held_end: int | None = None
        self._is_held = False
        self._wheel = 0
        self._rings = False
        self._placed: tuple[object, Placed] | None = None
        self._is_shown = False
        self.valueChanged.connect(self._moved)

    # --- showing --------------------------------------------------------------------------

    def show_state(self, state: StripState) -> None:
        """Show a run; the handle stays under the pointer while that holds it."""
        if state == self.shown:
            return
        self.shown = state
        # The range first would move the handle, and ask for where it lands.
        self._is_shown = True
        self.setRange(state.start, max(state.newest, state.start))
        self.setPageStep(state.page)
        self.setValue(state.shown)
        self._is_shown = False
        # No property of a widget's accessible interface: how it is read to those who ask.
        self.setAccessibleDescription(self._described())
        self.update()

    def axis(self) -> Axis:
        """Give where steps stand now."""
        state = self.shown
        return Axis(state.start, state.end, PADDING, max(self.width() - 2 * PADDING, 1.0))

    def placed(self) -> Placed:
        """Give what has room over the strip; kept until something of it changes."""
        state, axis = self.shown, self.axis()
        key = (state.forks, state.marks, state.names, axis)
        if self._placed is None or self._placed[0] != key:
            names = dict(state.names)
            self._placed = (
                key,
                place(axis, state.forks, names, state.marks, lambda text: text_width(text, 11)),
            )
        return self._placed[1]

    def text_at(self, x: float) -> str:
        """Give what the tool tip says at a place: the marks near it, else the step."""
        state, axis = self.shown, self.axis()
        lines = [m.text for m in state.marks if abs(axis.x_of(m.step) - x) <= NEAR]
        names = dict(state.names)
        for fork in state.forks:
            if abs(axis.x_of(fork.step) - x) <= NEAR:
                name = names.get(fork.branch, "")
                lines.append(f"{name} leaves at step {fork.step:,}, newest step {fork.end:,}")
        step = axis.step_at(x)
        if not lines and not state.is_empty and step <= state.newest:
            lines = [f"step {step:,}"]
        return "\n".join(line[:1].upper() + line[1:] for line in lines)

    def _described(self) -> str:
        state = self.shown
        if state.is_empty:
            return "No step has been taken yet."
        said = f"Step {state.shown:,} of {state.newest:,}."
        if state.is_past:
            said = f"Past. {said}"
        if state.marks:
            said += f" {'; '.join(mark.text for mark in state.marks[-6:])}."
        return said

    # --- what the user does ---------------------------------------------------------------

    def _moved(self, step: int) -> None:
        """The value changed: by the user, or by a program that reads the screen."""
        if not self._is_shown:
            self.asked.emit(step)
            self.update()

    def _end_near(self, place: QPointF) -> int | None:
        """Give which end of the loop is at a place, 0 or 1; they are held above the strip."""
        loop = self.shown.loop
        if loop is None or place.y() >= STRIP_Y - 2:
            return None
        distances = [abs(self.axis().x_of(step) - place.x()) for step in loop]
        nearest = 0 if distances[0] < distances[1] else 1
        return nearest if distances[nearest] <= NEAR else None

    def _move_to(self, place: QPointF) -> None:
        step = self.axis().step_at(place.x())
        loop = self.shown.loop
        if self._held_end is None or loop is None:
            self.setSliderPosition(step)
            return
        step = min(max(step, self.shown.start), self.shown.newest)
        first, last = (step, loop[1]) if self._held_end == 0 else (loop[0], step)
        self.loop_asked.emit(min(first, last), max(first, last))
        if first > last:
            self._held_end = 1 - self._held_end

    # --- Qt's own names -------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override: take the handle, or an end of the loop, and go there."""
        if event.button() is not Qt.MouseButton.LeftButton or self.shown.is_empty:
            event.ignore()
            return
        self._rings = False
        self._held_end = self._end_near(event.position())
        self._is_held = True
        self.setSliderDown(self._held_end is None)
        if self._held_end is None:
            self._move_to(event.position())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._hovered = event.position().x()
        if self._is_held:
            self._move_to(event.position())
        else:
            over = self._end_near(event.position()) is not None
            shape = Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._is_held, self._held_end = False, None
            self.setSliderDown(False)
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt override: a notch is a hundredth of the run; with Ctrl, one step."""
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches, self._wheel = divmod(self._wheel, WHEEL_STEP)
        if notches and not self.shown.is_empty:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            size = 1 if fine else max((self.shown.newest - self.shown.start) // 100, 1)
            # As everywhere: away from the hand is up, and up is more.
            self.setValue(self.value() + notches * size)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: the keys of a slider; Space is Run's, wherever the focus is."""
        self._rings = True
        key, value = event.key(), self.value()
        targets = {
            Qt.Key.Key_Left: value - 1,
            Qt.Key.Key_Down: value - 1,
            Qt.Key.Key_Right: value + 1,
            Qt.Key.Key_Up: value + 1,
            Qt.Key.Key_PageUp: value + self.pageStep(),
            Qt.Key.Key_PageDown: value - self.pageStep(),
            Qt.Key.Key_Home: self.minimum(),
            Qt.Key.Key_End: self.maximum(),
        }
        target = targets.get(Qt.Key(key)) if not event.modifiers() & _COMMANDS else None
        if target is None:
            event.ignore()
        else:
            self.setValue(target)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override: the keyboard needs a ring, a click does not."""
        self._rings = event.reason() is not Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        del event
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        del event
        self._hovered = None
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Qt override: another theme."""
        if event.type() in CHANGES:
            self.update()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Qt override: say what is marked where the pointer rests."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.text_at(event.pos().x())
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(600, 64)

    def minimumSizeHint(self) -> QSize:
        """Qt override."""
        return QSize(200, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with smooth_painter(self) as painter:
            paint_strip(
                painter,
                QRectF(self.rect()),
                self.shown,
                self.axis(),
                self.placed(),
                color_of=self._color_of,
                position=self.sliderPosition(),
                hovered=None if self._is_held else self._hovered,
                rings=self.hasFocus() and self._rings,
            )


_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
