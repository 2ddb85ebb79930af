"""Run, step, back and restart of something that is played, with a timer of its own."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.icons import icon
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.themed import ThemedWidget

SPEEDS = (1, 2, 4, 8, 15, 30, 60)
"""Steps a second; 60 is the most, a step for each frame."""
USUAL_SPEED = 15


class PlayBar(ThemedWidget):
    """Four buttons and a speed.

    Parameters
    ----------
    name : str
        What is played, for a screen reader.
    parent : QWidget, optional

    Attributes
    ----------
    stepped : Signal(int)
        So many steps on, 1, or back, -1: of a button, or of the timer while it plays.
    restarted : Signal()
        To step 0.

    Notes
    -----
    Only the thread of the window may call. Whoever shows the steps calls `stop` at the last
    one; what is hidden stops by itself.
    """

    stepped = Signal(int)
    restarted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._icons: dict[QPushButton, str] = {}
        self.run = self._button("Run", "run", f"Play {name}; Space")
        self.step = self._button("Step", "step", f"One step of {name}; full stop")
        self.back = self._button("Back", "back", f"One step of {name} back; comma")
        self.restart = self._button("Restart", "restart", f"{name.capitalize()} from step 0; Home")
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self._make_speed(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in self._icons:
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(Label("Speed", 11, 400, "muted"))
        row.addWidget(self.speed)
        self.run.clicked.connect(self.toggle)
        self.step.clicked.connect(lambda: self.go(1))
        self.back.clicked.connect(lambda: self.go(-1))
        self.restart.clicked.connect(self.begin_again)
        self.theme_changed(current_theme())

    @property
    def is_running(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.is_running:
            self.stop()
            return
        self._timer.start(self._interval())
        self._say()

    def stop(self) -> None:
        """Pause; nothing if it does."""
        if self.is_running:
            self._timer.stop()
            self._say()

    def go(self, steps: int) -> None:
        """Pause, and go so many steps on or back."""
        self.stop()
        self.stepped.emit(steps)

    def begin_again(self) -> None:
        """Pause, and go to step 0."""
        self.stop()
        self.restarted.emit()

    def steps_per_second(self) -> int:
        """Give the speed."""
        return SPEEDS[self.speed.value()]

    def set_steps_per_second(self, speed: int) -> None:
        """Take the nearest speed there is."""
        nearest = min(range(len(SPEEDS)), key=lambda k: abs(SPEEDS[k] - speed))
        with QSignalBlocker(self.speed):
            self.speed.setValue(nearest)
        self._speed_changed()

    def _tick(self) -> None:  # a slot
        self.stepped.emit(1)

    def _interval(self) -> int:
        # Never more often than a screen of 60 Hz shows.
        return max(round(1000 / self.steps_per_second()), 17)

    def _speed_changed(self) -> None:
        self._timer.setInterval(self._interval())
        self.speed.setAccessibleDescription(f"{self.steps_per_second()} steps a second")
        self.speed.setToolTip(f"{self.steps_per_second()} steps a second")

    def _say(self) -> None:
        self.run.setText("Pause" if self.is_running else "Run")
        self._icons[self.run] = "pause" if self.is_running else "run"
        self.theme_changed(current_theme())

    def _button(self, text: str, picture: str, explanation: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(font(12, 500))
        button.setFixedHeight(28)
        button.setProperty("role", "ghost")
        button.setToolTip(explanation)
        button.setAccessibleDescription(explanation)
        self._icons[button] = picture
        return button

    def _make_speed(self, name: str) -> None:
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(72)
        self.speed.setAccessibleName(f"Speed of {name}")
        self.speed.setValue(SPEEDS.index(USUAL_SPEED))
        self.speed.valueChanged.connect(self._speed_changed)
        self._speed_changed()

    def theme_changed(self, theme: Theme) -> None:
        """Recolour the icons."""
        for button, picture in self._icons.items():
            button.setIcon(icon(picture, theme.text, theme.muted))
        super().theme_changed(theme)

    # Qt's own names

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt override: what nobody sees does not play on."""
        self.stop()
        super().hideEvent(event)
