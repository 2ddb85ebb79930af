"""The body of the panel: the switch of the beats, the sentence, the diagram and the numbers."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gdviz.analysis.beat_diagrams import Beat
from gdviz.analysis.beats import Beats
from gdviz.analysis.component_places import SEARCH_RULE
from gdviz.analysis.inspection.edges import Diagram
from gdviz.qt.fonts import font
from gdviz.qt.views.four_beats import words
from gdviz.qt.views.four_beats.canvas import BeatCanvas
from gdviz.qt.views.four_beats.numbers import NumbersTable
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.segmented import Segmented

DURATION_MS = {"forward": 1300, "cost": 700, "gradient": 1300, "update": 600}
BEAT_KEYS: dict[int, Beat] = {
    Qt.Key.Key_F: "forward",
    Qt.Key.Key_C: "cost",
    Qt.Key.Key_G: "gradient",
    Qt.Key.Key_U: "update",
}
NEXT_KEYS = (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter)
SEARCH_TIP = f"Find weights and biases by name: {SEARCH_RULE}"


class BeatsPane(QWidget):
    """What the panel shows; keys work while the panel has the focus.

    Attributes
    ----------
    beat_wanted : Signal(str)
    next_wanted : Signal()
    example_wanted : Signal(int)
        So many further in the mini-batch.
    move_wanted : Signal()
    resized : Signal()
        There is room for more or fewer rows.
    """

    beat_wanted = Signal(str)
    next_wanted = Signal()
    example_wanted = Signal(int)
    move_wanted = Signal()
    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.reduces_motion = False
        self.good_search = ""
        self.canvas, self.numbers = BeatCanvas(), NumbersTable()
        self.switch = Segmented(list(words.TITLES.items()), "Beat")
        self.switch.changed.connect(self.beat_wanted)
        for beat in words.TITLES:
            # Also the one that is chosen: its motion is seen again.
            self.switch.segment(beat).clicked.connect(lambda _=False, b=beat: self._clicked(b))
        self.next = self._button("Next  ↵", "Go to the next beat: Enter or the right arrow")
        self.next.clicked.connect(self.next_wanted)
        self.there = self._button("Move there  M", "Put the network where this step leads")
        self.there.clicked.connect(self.move_wanted)
        self.there.hide()
        self.before = self._arrow("◂", -1, "The example before in the mini-batch")
        self.after = self._arrow("▸", 1, "The next example of the mini-batch")
        self.example = Label("", 12, 400, "muted")
        self.sentence = Label("", 12, 400)
        self.outcome = RunningLine()
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sentence.setFixedHeight(34)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.search = self._search()
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._motion.valueChanged.connect(self._moved)
        # Tab goes to the switch of the beats, where the same keys work.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Four beats: F, C, G, U, and Enter for the next")
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.switch)
        row.addWidget(self.next)
        row.addStretch(1)
        for widget in (self.before, self.example, self.after, self.there):
            row.addWidget(widget)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.search)
        right.addWidget(self.numbers, 1)
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addWidget(self.canvas, 52)
        body.addLayout(right, 48)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.sentence)
        column.addLayout(body, 1)
        column.addWidget(self.outcome)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(font(12, 500))
        button.setProperty("role", "ghost")
        button.setToolTip(tip)
        button.setAccessibleName(text.split("  ", maxsplit=1)[0])
        return button

    def _arrow(self, text: str, by: int, tip: str) -> QToolButton:
        arrow = QToolButton()
        arrow.setText(text)
        arrow.setFixedSize(22, 22)
        arrow.setToolTip(tip)
        arrow.setAccessibleName(tip)
        arrow.clicked.connect(lambda: self.example_wanted.emit(by))
        return arrow

    def _search(self) -> QLineEdit:
        search = QLineEdit()
        search.setFont(font(12))
        search.setPlaceholderText("Find: hidden 1 3 <- 405")
        search.setAccessibleName("Find weights")
        search.setToolTip(SEARCH_TIP)
        search.setClearButtonEnabled(True)
        for button in search.findChildren(QToolButton):
            button.setAccessibleName("Clear the search")
        search.hide()
        return search

    # --- what is shown --------------------------------------------------------------------

    def set_running(self, *, is_running: bool) -> None:
        """Offer to pause, or the next beat."""
        self.next.setText("Pause  ↵" if is_running else "Next  ↵")
        self.next.setAccessibleName("Pause" if is_running else "Next")

    def show_example(self, beats: Beats | None) -> None:
        """Say which example of the mini-batch it is; None: it is not one."""
        for widget in (self.before, self.example, self.after):
            widget.setVisible(beats is not None)
        if beats is not None:
            self.example.setText(f"{beats.position + 1} of {beats.n_batch:,}")

    def show_nothing(self, text: str) -> None:
        """Say why no beat is shown."""
        self._motion.stop()
        self.canvas.show_beat(None, "forward", text)
        self.numbers.show_table(None)
        self.search.hide()
        self.there.hide()
        self.say("", "")

    def show_beat(self, diagram: Diagram | None, beat: Beat) -> None:
        """Show a beat, whole."""
        self._motion.stop()
        if self.switch.current() != beat:
            self.switch.set_current(beat)
        empty = "There is no step to be shown: it would not be finite." if diagram is None else ""
        self.canvas.show_beat(diagram, beat, empty)
        self.search.setVisible(beat in {"gradient", "update"})

    def say(self, text: str, outcome: str) -> None:
        """Say in a sentence what happened, and below what has become of it."""
        self.sentence.setText(text)
        self.outcome.set_text(outcome)
        self.setAccessibleDescription(f"{text} {outcome}".strip())

    def say_search(self, problem: str) -> None:
        """Show or hide what is wrong with the search; the last good one stays in force."""
        self.search.setToolTip(problem or SEARCH_TIP)
        self.search.setAccessibleDescription(problem or SEARCH_TIP)
        self.search.setProperty("state", "error" if problem else "")
        self.search.style().unpolish(self.search)
        self.search.style().polish(self.search)

    def play(self, beat: Beat) -> None:
        """Let a beat come; at once where motion is reduced or nobody looks."""
        self._motion.stop()
        if self.reduces_motion or not self.isVisible():
            self._moved(1.0)
            return
        self._moved(0.0)  # Its first value is told at the first tick only.
        self._motion.setDuration(DURATION_MS[beat])
        self._motion.start()

    def finish(self) -> None:
        """End a motion at once."""
        self._motion.stop()
        self._moved(1.0)

    def _moved(self, progress: float) -> None:
        self.canvas.set_progress(progress)
        self.numbers.set_progress(progress)

    def _clicked(self, beat: Beat) -> None:
        if beat == self.canvas.beat:
            self.play(beat)

    # Qt's own names

    def event(self, event: QEvent) -> bool:
        """Qt override: the letters are this panel's while it has the focus, not the window's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_ours = event.key() in BEAT_KEYS or event.key() in (*NEXT_KEYS, Qt.Key.Key_M)
            if is_ours and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in BEAT_KEYS:
            self.beat_wanted.emit(BEAT_KEYS[key])
        elif key in NEXT_KEYS:
            self.next_wanted.emit()
        elif key == Qt.Key.Key_M:
            self.move_wanted.emit()
        elif key in (Qt.Key.Key_Less, Qt.Key.Key_Greater):
            self.example_wanted.emit(1 if key == Qt.Key.Key_Greater else -1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self.resized.emit()
