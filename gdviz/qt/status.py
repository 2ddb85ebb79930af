"""The status bar: state, step, cost, accuracy, speed, data, and long work with Cancel."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from gdviz.data.dataset import Dataset
from gdviz.qt import accuracy_text, number_text
from gdviz.qt.fonts import font
from gdviz.qt.theme import current_theme
from gdviz.qt.views.view import Frame
from gdviz.qt.widgets.labels import ElidedLabel, Label
from gdviz.runtime.snapshot import RunState
from gdviz.training.goal import Goal

HEIGHT = 28
PAST = "Past"
"""In place of the state, while a step before the newest is shown."""
STATE_WORDS = {
    RunState.READY: "Ready",
    RunState.RUNNING: "Running",
    RunState.PAUSED: "Paused",
    RunState.FINISHED: "Finished",
    RunState.DIVERGED: "Diverged",
    RunState.FAILED: "Failed",
}


class _Dot(QWidget):
    """The state as a coloured dot beside its word: never the colour alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.state = RunState.READY
        self.setFixedSize(10, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: the dot."""
        del event
        theme = current_theme()
        colour = {
            RunState.RUNNING: theme.accent,
            RunState.DIVERGED: theme.error,
            RunState.FAILED: theme.error,
        }.get(self.state, theme.muted)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(1, HEIGHT // 2 - 4, 8, 8)


class _Separator(QWidget):
    """A hairline between two fields."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(1, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: the line."""
        del event
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(current_theme().line))


class StatusBar(QWidget):
    """One line at the bottom of the window.

    Attributes
    ----------
    cancelled : Signal()
        Cancel was pressed beside the progress of long work.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 0)
        self._row.setSpacing(10)
        self._edges: dict[str, _Separator] = {}
        self._dot = _Dot(self)
        self._row.addWidget(self._dot)
        self.state = self._field("status_state", "State", weight=600, separated=False)
        self.goal = ElidedLabel("")
        self.goal.setObjectName("status_goal")
        self.goal.hide()
        self._row.addWidget(self.goal)
        self.step = self._field("status_step", "Steps taken")
        self.newest = self._beside("status_newest", "Newest step")
        self.cost = self._field("status_cost", "Smoothed mini-batch cost")
        self.accuracy = self._field("status_accuracy", "Accuracy on the test images")
        self.speed = self._field("status_speed", "Training speed")
        self.data = self._field("status_data", "Data")
        self.plane = self._field("status_plane", "Plane of the cost surface")
        self.notice = ElidedLabel("", 12, 400, "muted")
        self.notice.setObjectName("status_notice")
        self.notice.setAccessibleName("Notice")
        self._row.addWidget(self.notice, 1)
        self._shown_work: tuple[str, float | None, bool] | None = None
        self._work = Label("", 12, 400, "muted")
        self._progress = QProgressBar(self)
        self._progress.setAccessibleName("Progress")
        self._progress.setFixedWidth(120)
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 100)
        self._cancel = QPushButton("Cancel", self)
        self._cancel.setProperty("role", "ghost")
        self._cancel.setFont(font(12, 500))
        self._cancel.setFixedHeight(22)
        self._cancel.clicked.connect(self.cancelled)
        for widget in (self._work, self._progress, self._cancel):
            self._row.addWidget(widget)
        self.show_work("")

    def show_frame(self, frame: Frame, smoothed_cost: float | None, dataset: Dataset) -> None:
        """Show what a frame says."""
        snapshot = frame.snapshot
        if self._dot.state is not snapshot.state:
            self._dot.state = snapshot.state
            self._dot.update()
        word = PAST if snapshot.is_past else STATE_WORDS[snapshot.state]
        self.state.set_running_text(word)
        self._show_goal(snapshot.goal)
        self.step.set_running_text(f"step {snapshot.step:,}")
        self._show_newest(snapshot.head_step if snapshot.is_past else None)
        self.cost.set_running_text(f"cost {number_text.cost(smoothed_cost)}")
        evaluation = frame.evaluation
        if evaluation is None:
            self.accuracy.set_running_text("test –")
        else:
            right = accuracy_text.counted(evaluation.test_correct, evaluation.test_total)
            self.accuracy.set_running_text(f"test {right}")
        speed = snapshot.examples_per_second
        engine = "" if snapshot.engine == "compiled" else ", NumPy engine"
        if snapshot.is_compiling:
            engine += " until the compiled one is ready"
        self.speed.set_running_text(
            f"{speed:,.0f} examples/s{engine}" if speed else f"idle{engine}"
        )
        config = snapshot.config
        used = config.n_examples or len(dataset.train)
        noise = f", {config.shuffle_labels:.0%} labels shuffled" if config.shuffle_labels else ""
        self.data.set_running_text(
            f"{dataset.name}: {used:,} training, {len(dataset.test):,} test{noise} · "
            f"seed {config.seed}",
        )
        surface = snapshot.surface
        self.plane.set_running_text(
            f"plane of step {surface.plane.step:,}" if surface else "no surface yet"
        )

    def _show_newest(self, step: int | None) -> None:
        """Say which step is the newest, if another is shown: in the speed's room."""
        is_past = step is not None
        if self.newest.isHidden() is is_past:
            self.newest.setVisible(is_past)
            self.speed.setVisible(not is_past)
            self._edges["status_speed"].setVisible(not is_past)
        if is_past:
            self.newest.set_running_text(f"of {step:,}")

    def _show_goal(self, goal: Goal | None) -> None:
        """Say what the run runs until; of many conditions only how many."""
        text = ""
        if goal is not None:
            n_conditions = len(goal.conditions)
            text = goal.title if n_conditions <= 2 else f"until one of {n_conditions} goals"
        if text != self.goal.whole_text():
            self.goal.set_whole_text(text)
            self.goal.setToolTip(goal.title if goal else "")
            self.goal.setVisible(bool(text))

    def show_notice(self, text: str) -> None:
        """Say something that is no error: a file saved, a setting undone."""
        if self.notice.whole_text() != text:
            self.notice.set_whole_text(text)

    def show_work(
        self, text: str, progress: float | None = None, *, cancellable: bool = False
    ) -> None:
        """Show long work and how far it is, 0 to 1; None if nobody knows. No text hides it."""
        asked = text, progress, cancellable
        if asked == self._shown_work:
            return  # Asked at every tick: to hide what is hidden takes half a millisecond.
        self._shown_work = asked
        visible = text != ""
        for widget in (self._work, self._progress):
            widget.setVisible(visible)
        # There is no room for both; the instruments beside the map say it too.
        self.plane.setVisible(not visible)
        self._cancel.setVisible(visible and cancellable)
        if not visible:
            return
        self._work.set_running_text(text)
        # From 0 to 0 is Qt's way to say that something goes on, and not how far it is.
        self._progress.setMaximum(0 if progress is None else 100)
        if progress is not None:
            # At once Qt would paint all that waits in the window, in the middle of a tick.
            self._progress.setUpdatesEnabled(False)
            self._progress.setValue(round(100 * progress))
            self._progress.setUpdatesEnabled(True)

    def minimumSizeHint(self) -> QSize:
        """Qt override: a narrow window cuts the line at its end instead of growing."""
        return QSize(400, HEIGHT)

    def _beside(self, key: str, name: str) -> Label:
        """Give a field that goes on with the words of the one before it; hidden at first."""
        label = Label("", 12, 400, "text")
        label.setObjectName(key)
        label.setAccessibleName(name)
        self._row.addSpacing(4 - self._row.spacing())
        self._row.addWidget(label)
        label.hide()
        return label

    def _field(self, key: str, name: str, *, weight: int = 400, separated: bool = True) -> Label:
        if separated:
            self._edges[key] = _Separator(self)
            self._row.addWidget(self._edges[key])
        label = Label("", 12, weight, "text")
        label.setObjectName(key)
        label.setAccessibleName(name)
        self._row.addWidget(label)
        return label
