"""The bar at the top: menu, workspaces, transport, speed and the four read-outs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QPushButton,
    QSlider,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from gdviz.qt import accuracy_text, number_text
from gdviz.qt.actions import Actions
from gdviz.qt.fonts import font
from gdviz.qt.icons import icon
from gdviz.qt.keys import ENTER
from gdviz.qt.theme import current_theme
from gdviz.qt.views.view import Frame
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.menu_button import MenuButton
from gdviz.qt.widgets.read_out import ReadOut
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.snapshot import Snapshot

HEIGHT = 56
LEFT_WIDTH = 256
MENU_WIDTH = 32
MINIMUM_WIDTH = 980
SPEEDS: tuple[float | None, ...] = (1, 2, 5, 10, 25, 50, 100, 250, 1000, None)
"""Steps per second on the slider, slow motion to as fast as possible."""


class ActionButton(QPushButton):
    """A button that is an action's face: its words, picture, state and click.

    Parameters
    ----------
    action : QAction
    role : str
        ``primary`` for the one filled button, else ``ghost``.
    parent : QWidget
    """

    def __init__(self, action: QAction, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._action = action
        self.setObjectName(action.objectName().replace("action_", "button_"))
        self.setProperty("role", role)
        self.setFont(font(13, 500))
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._take_over)
        self._take_over()

    def _take_over(self) -> None:
        # Qt leaves 4 px between picture and word; the space makes it 8.
        words = self._action.iconText()
        self.setText(f" {words}")
        if self.property("role") == "primary":
            # In menus the picture stands on the panel, here on the accent.
            name = "pause" if self._action.isChecked() else "fork" if words == "Fork" else "run"
            self.setIcon(icon(name, current_theme().on_accent))
        else:
            self.setIcon(self._action.icon())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        self.setAccessibleName(self._action.text())
        self.setAccessibleDescription(self._action.statusTip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button; Space belongs to Run wherever the focus is."""
        if event.key() in ENTER:
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)


class MainMenuButton(MenuButton):
    """The button that opens the menu; `F10` does too, as everywhere.

    Parameters
    ----------
    menu : QMenu
    parent : QWidget
    """

    def __init__(self, menu: QMenu, parent: QWidget) -> None:
        super().__init__("menu", "text", parent)
        self.setObjectName("button_menu")
        self.setAccessibleName("Menu")
        self.setToolTip("Menu (F10)")
        self.setMenu(menu)
        self.setFixedSize(MENU_WIDTH, 32)
        self.setIconSize(QSize(16, 16))


class TransportBar(QWidget):
    """Menu and workspaces over column 1, transport over column 2, read-outs over column 3.

    Parameters
    ----------
    actions : Actions
    parent : QWidget
    workspaces : sequence of (key, title)

    Attributes
    ----------
    speed_changed : Signal(object)
        Steps per second, or None for no limit.
    """

    speed_changed = Signal(object)

    def __init__(
        self, actions: Actions, parent: QWidget, workspaces: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.menu = QMenu(self)
        self.menu_button = MainMenuButton(self.menu, self)
        self.workspaces = Segmented(workspaces, "Workspace", self, large=True)
        self.workspaces.setFixedWidth(LEFT_WIDTH - MENU_WIDTH - 12)
        self._speed = QSlider(Qt.Orientation.Horizontal, self)
        self._speed.setObjectName("slider_speed")
        self._speed.setAccessibleName("Speed")
        self._speed.setRange(0, len(SPEEDS) - 1)
        self._speed.setValue(len(SPEEDS) - 1)
        self._speed.setPageStep(1)
        self._speed.setFixedWidth(96)
        self._speed.valueChanged.connect(self._speed_moved)
        self._speed_text = Label("", 12, 400, "muted")
        self._speed_text.setFixedWidth(72)
        self._show_speed()

        self._step = ReadOut("step", "888,888", self)
        self._epoch = ReadOut("epoch", "88.88", self)
        self._cost = ReadOut("cost, smoothed", "0.8888", self)
        self._accuracy = ReadOut("test accuracy", "88.8 %  [88.8, 88.8]", self)

        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(4)
        row.addWidget(self.menu_button)
        row.addWidget(self.workspaces)
        row.addSpacing(4)
        run = ActionButton(actions["run"], "primary", self)
        run.setFixedWidth(92)
        row.addWidget(run)
        row.addSpacing(4)
        for key in ("step", "step_epoch", "step_back", "restart"):
            row.addWidget(ActionButton(actions[key], "ghost", self))
        row.addSpacing(8)
        caption = Label("Speed", 12, 400, "muted")
        caption.setBuddy(self._speed)
        row.addWidget(caption)
        row.addSpacing(4)
        row.addWidget(self._speed)
        row.addSpacing(4)
        row.addWidget(self._speed_text)
        row.addStretch(1)
        for read_out in (self._step, self._epoch, self._cost, self._accuracy):
            row.addWidget(read_out)
            row.addSpacing(12)
        self._fitted = 0
        self._is_past = False
        # What gives way first in a narrow window.
        self._optional = (
            (self._speed_text,),
            (self._epoch,),
            (caption, self._speed),
            (self._cost,),
        )

    def change_speed(self, by: int) -> None:
        """Move the speed slider by so many notches."""
        self._speed.setValue(self._speed.value() + by)

    @property
    def speed(self) -> float | None:
        """Steps per second, or None for no limit."""
        return SPEEDS[self._speed.value()]

    def show_frame(self, frame: Frame, smoothed_cost: float | None) -> None:
        """Show the numbers of a frame."""
        snapshot = frame.snapshot
        self._show_step(snapshot)
        self._epoch.set_value(f"{snapshot.epoch:.2f}")
        self._cost.set_value(number_text.cost(smoothed_cost))
        evaluation = frame.evaluation
        if evaluation is None:
            self._accuracy.set_value("–")
            return
        self._accuracy.set_caption(f"test accuracy, {evaluation.test_total:,} images")
        self._accuracy.set_value(
            f"{100 * evaluation.test_accuracy:.1f} %",
            accuracy_text.interval(evaluation.test_correct, evaluation.test_total),
        )
        if self._read_out_widths() != self._fitted:
            self._fit()

    def _show_step(self, snapshot: Snapshot) -> None:
        """Say which step is shown and, in the past, which is the newest."""
        was_past, self._is_past = self._is_past, snapshot.is_past
        self._step.set_caption("past step" if snapshot.is_past else "step")
        of_newest = f"of {snapshot.head_step:,}" if snapshot.is_past else ""
        self._step.set_value(f"{snapshot.step:,}", of_newest)
        if was_past and not snapshot.is_past:
            self._step.forget_width()

    def minimumSizeHint(self) -> QSize:
        """Qt override: the window may be narrower than all that would like to be shown."""
        return QSize(MINIMUM_WIDTH, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override: hide what has no room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show what has room; what has none gives way, the least important first."""
        row = self.layout()
        assert row is not None
        self._fitted = self._read_out_widths()
        for group in self._optional:
            for widget in group:
                widget.show()
        for group in self._optional:
            row.invalidate()
            if row.sizeHint().width() <= self.width():
                break
            for widget in group:
                widget.hide()

    def _read_out_widths(self) -> int:
        """Width of all read-outs: they grow with their numbers."""
        read_outs = (self._step, self._epoch, self._cost, self._accuracy)
        return sum(read_out.minimumWidth() for read_out in read_outs)

    def _speed_moved(self) -> None:
        self._show_speed()
        self.speed_changed.emit(self.speed)

    def _show_speed(self) -> None:
        speed = self.speed
        text = "unlimited" if speed is None else f"{speed:g} steps/s"
        self._speed_text.setText(text)
        self._speed.setToolTip(f"Speed: {text}  ([ slower, ] faster)")
        self._speed.setAccessibleDescription(text)


def fixed_tool_bar(window: QMainWindow, *widgets: QWidget) -> QToolBar:
    """Put widgets below each other into a toolbar that cannot be moved or closed."""
    top = QWidget(window)
    column = QVBoxLayout(top)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    bar = QToolBar("Transport", window)
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.toggleViewAction().setVisible(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.addWidget(top)
    return bar
