"""The buttons of the timeline: play both ways, loop, speed, back to the newest step."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from gdviz.qt.actions import ACTIONS, ActionSpec
from gdviz.qt.fonts import font
from gdviz.qt.icons import icon
from gdviz.qt.keys import ENTER
from gdviz.qt.playback import BACKWARD, FORWARD, SPEEDS, Direction
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.time_control import TimeControl
from gdviz.qt.widgets.themed import ThemedWidget

SIDE = 28


class IconButton(QPushButton):
    """A square button with a picture, in an action's words.

    Space belongs to Run wherever the focus is.

    Parameters
    ----------
    spec : ActionSpec
        The action that does the same from the menu and the keyboard; it has a key.
    checkable : bool, default False
    """

    def __init__(self, spec: ActionSpec, *, checkable: bool = False) -> None:
        super().__init__()
        self.setObjectName(f"timeline_{spec.key}")
        self.setProperty("role", "icon")
        self.setAccessibleName(spec.text)
        self.setAccessibleDescription(spec.explanation)
        self.setToolTip(f"{spec.explanation} ({spec.shortcuts[0]})")
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(SIDE, SIDE)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        if event.key() in ENTER:
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)


class TimelineControls(ThemedWidget):
    """One row of controls; they show what the control of time does, not what was clicked.

    Parameters
    ----------
    control : TimeControl
    parent : QWidget, optional
    """

    def __init__(self, control: TimeControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        specs = {spec.key: spec for spec in ACTIONS}
        self.backward = IconButton(specs["play_backward"], checkable=True)
        self.forward = IconButton(specs["play"], checkable=True)
        self.loop = IconButton(specs["loop"], checkable=True)
        self.newest = IconButton(specs["newest"])
        self.speed = QComboBox()
        self.speed.setObjectName("timeline_speed")
        self.speed.setAccessibleName("Playing speed")
        self.speed.setToolTip("How fast the run is played")
        self.speed.setFont(font(12, 400))
        self.speed.setFixedWidth(100)
        for speed in SPEEDS:
            self.speed.addItem(speed.title, speed.key)
        self.backward.clicked.connect(lambda: self._play(BACKWARD))
        self.forward.clicked.connect(lambda: self._play(FORWARD))
        self.loop.clicked.connect(control.toggle_loop)
        self.newest.clicked.connect(control.newest)
        self.speed.activated.connect(lambda: control.set_speed(self.speed.currentData()))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.backward, self.forward, self.loop, self.newest, self.speed):
            row.addWidget(widget)
        self._shown: tuple[object, ...] = ()
        self.theme_changed(current_theme())
        self.show_control()

    def show_control(self) -> None:
        """Show what is played, and what can be."""
        control = self._control
        first, last = control.run_ends
        shown = (
            control.direction,
            control.is_looping,
            control.speed,
            last > first,
            control.is_past,
        )
        if shown == self._shown:
            return
        self._shown = shown
        for button, direction in ((self.backward, BACKWARD), (self.forward, FORWARD)):
            button.setChecked(control.direction == direction)
            button.setEnabled(last > first)
        self.loop.setChecked(control.is_looping)
        self.loop.setEnabled(last > first)
        self.newest.setEnabled(control.is_past)
        self.speed.setCurrentIndex(self.speed.findData(control.speed.key))
        self._draw_icons(current_theme())

    def theme_changed(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours."""
        self._draw_icons(theme)
        super().theme_changed(theme)

    def _draw_icons(self, theme: Theme) -> None:
        names = {
            self.backward: "pause" if self._control.direction == BACKWARD else "play_backward",
            self.forward: "pause" if self._control.direction == FORWARD else "play_forward",
            self.loop: "loop",
            self.newest: "newest",
        }
        for button, name in names.items():
            button.setIcon(icon(name, theme.text, theme.muted))

    def _play(self, direction: Direction) -> None:
        self._control.toggle_play(direction)
        # A button that was clicked checks itself: what is so may be something else.
        self._shown = ()
        self.show_control()
