"""The timeline in its dock: what it shows of a run, and what it asks for."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QAccessible, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from gdviz.qt.playback import FORWARD
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.timeline.painting import EMPTY, STRIP_Y
from gdviz.qt.views.timeline.view import TimelineView
from gdviz.qt.views.view import Frame
from gdviz.runtime.commands import SeekTo
from gdviz.training.branches import BranchInfo
from gdviz.training.marks import Mark

SIZE = (1160, 64)
HEAD = 9380


class Shown:
    """A timeline that shows a run of 9,380 steps, five epochs."""

    def __init__(self, show, run) -> None:
        self.shown = show(TimelineView, SIZE)
        self.view, self.strip, self.dock = self.shown.view, self.shown.view.strip, self.shown.dock
        self.control = self.view.control
        self.run = run
        self.show_step(HEAD)

    def show_step(self, step: int, head: int = HEAD, **changes) -> None:
        # The run itself has sixty steps; what the strip reads are these numbers alone.
        snapshot = dataclasses.replace(
            self.run.snapshot(0, head_step=head, **changes),
            step=step,
            epoch=step / 1875,
            acknowledged=len(self.shown.sent),
        )
        self.control.follow(snapshot)
        self.view.show_frame(Frame(snapshot, self.run.history(), None))

    @property
    def asked(self) -> list[int]:
        return [command.step for command in self.shown.sent_of(SeekTo)]

    def at(self, step: float, y: float = STRIP_Y) -> QPoint:
        return QPointF(self.strip.axis().x_of(step), y).toPoint()

    def drag(self, start: QPoint, *places: QPoint) -> None:
        QTest.mousePress(self.strip, Qt.MouseButton.LeftButton, pos=start)
        for place in places:
            QTest.mouseMove(self.strip, place)
        QTest.mouseRelease(self.strip, Qt.MouseButton.LeftButton, pos=(places or (start,))[-1])

    def wheel(self, notches: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        place = QPointF(self.at(5000))
        event = QWheelEvent(
            place, place, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.strip, event)


@pytest.fixture
def timeline(show, run) -> Shown:
    return Shown(show, run)


def one_pixel(timeline: Shown) -> int:
    axis = timeline.strip.axis()
    return int(np.ceil((axis.end - axis.start) / axis.width))


def test_strip_is_the_promised_widget_and_tells_its_value(timeline):
    strip = timeline.strip
    assert strip.objectName() == "timeline"
    timeline.show_step(1204)
    assert (strip.minimum(), strip.value(), strip.maximum()) == (0, 1204, HEAD)
    interface = QAccessible.queryAccessibleInterface(strip)
    assert interface.role() is QAccessible.Role.Slider
    assert interface.valueInterface().currentValue() == 1204
    assert interface.text(QAccessible.Text.Name) == "Timeline"
    assert interface.text(QAccessible.Text.Description).startswith("Past. Step 1,204 of 9,380.")
    assert "Drag, click" in strip.whatsThis()


def test_showing_a_step_asks_for_nothing(timeline):
    for step in (HEAD, 3, 5000, HEAD):
        timeline.show_step(step)
    assert timeline.asked == []


def test_title_says_which_step_is_shown(timeline):
    assert timeline.view.read_out.accessibleDescription() == "step 9,380"
    timeline.show_step(1204)
    assert timeline.view.read_out.accessibleDescription() == "Past · step 1,204 of 9,380"


def test_click_asks_for_the_step_there(timeline):
    timeline.drag(timeline.at(4000))
    (step,) = timeline.asked
    assert step == pytest.approx(4000, abs=one_pixel(timeline))


def test_drag_asks_for_one_step_at_a_time_and_the_last_one_comes(timeline):
    timeline.drag(timeline.at(HEAD), timeline.at(8000), timeline.at(6000), timeline.at(2000))
    assert len(timeline.asked) <= 1
    while timeline.control.shown_step != (timeline.asked or [None])[-1]:
        timeline.show_step(timeline.asked[-1])
    assert timeline.asked[-1] == pytest.approx(2000, abs=one_pixel(timeline))
    assert timeline.strip.value() == timeline.asked[-1]


def test_drag_beyond_the_newest_step_stays_there(timeline):
    timeline.show_step(100)
    timeline.drag(timeline.at(9900))
    assert timeline.asked == [HEAD]


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Qt.Key.Key_Left, 4999),
        (Qt.Key.Key_Right, 5001),
        (Qt.Key.Key_PageUp, 6875),
        (Qt.Key.Key_PageDown, 3125),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, HEAD),
    ],
)
def test_keys_go_a_step_an_epoch_and_to_the_ends(timeline, key, step):
    timeline.show_step(5000)
    QTest.keyClick(timeline.strip, key)
    assert timeline.asked == [step]


def test_space_is_left_to_run(timeline):
    event_was_taken = []

    class Above(QObject):
        def eventFilter(self, _watched, event):
            if event.type() == QEvent.Type.KeyPress:
                event_was_taken.append(event.key())
            return False

    above = Above()
    timeline.dock.installEventFilter(above)
    QTest.keyClick(timeline.strip, Qt.Key.Key_Space)
    assert event_was_taken == [Qt.Key.Key_Space]
    assert timeline.asked == []


def test_wheel_goes_a_hundredth_and_with_control_a_step(timeline):
    timeline.show_step(5000)
    timeline.wheel(-1)
    assert timeline.asked == [5000 - 93]
    timeline.show_step(5000 - 93)
    timeline.wheel(1, Qt.KeyboardModifier.ControlModifier)
    assert timeline.asked[-1] == 5000 - 92


def test_empty_strip_says_how_to_fill_it_and_asks_for_nothing(timeline, monkeypatch):
    written = []
    monkeypatch.setattr(
        "gdviz.qt.views.timeline.painting.paint_text", lambda *a: written.append(a[2]) or 0.0
    )
    timeline.show_step(0, head=0)
    timeline.strip.grab()
    assert written == [EMPTY]
    timeline.drag(timeline.at(10))
    QTest.keyClick(timeline.strip, Qt.Key.Key_Right)
    assert timeline.asked == []
    assert not timeline.view.controls.forward.isEnabled()


def test_pointer_over_the_strip_is_told_its_step(timeline):
    place = QPointF(timeline.at(5000))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier
    )
    before = timeline.strip.grab().toImage()
    QApplication.sendEvent(timeline.strip, event)
    hovered = timeline.strip.grab().toImage()
    assert hovered != before
    assert timeline.asked == []
    QApplication.sendEvent(timeline.strip, QEvent(QEvent.Type.Leave))
    assert timeline.strip.grab().toImage() == before


# Marks


def tool_tip(timeline: Shown, step: float) -> str:
    place = timeline.at(step)
    event = QHelpEvent(QEvent.Type.ToolTip, place, timeline.strip.mapToGlobal(place))
    QApplication.sendEvent(timeline.strip, event)
    return QToolTip.text()


BRANCHES = (
    BranchInfo(1, None, 0, HEAD, None, (Mark(3000, "learning_rate", 0.5, 1.5),)),
    BranchInfo(2, 1, 6000, 7000, None),
)


def test_tool_tips_say_what_is_marked(timeline):
    timeline.show_step(HEAD, branches=BRANCHES)
    timeline.control.note_save(8000)
    assert tool_tip(timeline, 3000) == "Changed at step 3,000: η 0.5 → 1.5"
    assert tool_tip(timeline, 8000) == "Saved at step 8,000"
    assert tool_tip(timeline, 6000) == "Branch 2 leaves at step 6,000, newest step 7,000"
    assert tool_tip(timeline, 4500).startswith("Step 4,")


def color_at(timeline: Shown, step: float, y: float) -> str:
    image = timeline.strip.grab().toImage()
    place = timeline.at(step, y)
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(place.x() * ratio), round(place.y() * ratio)).name()


def test_strip_is_filled_to_the_newest_step_and_brighter_to_the_one_shown(timeline):
    timeline.show_step(4000)
    assert color_at(timeline, 2000, STRIP_Y) == DARK.accent
    assert color_at(timeline, 9700, STRIP_Y) == DARK.groove
    between = color_at(timeline, 7000, STRIP_Y)
    assert between not in {DARK.accent, DARK.groove}


class Book(QObject):
    """A book of branches in which everything is known."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.hidden: set[int] = set()
        self.dot = {"dark": "#ff00aa", "light": "#00aa11"}

    def name(self, branch: int) -> str:
        return f"what if {branch}"

    def color(self, _branch: int, theme) -> str:
        return self.dot[theme.name]

    def is_hidden(self, branch: int) -> bool:
        return branch in self.hidden


def test_forks_have_the_name_and_colour_of_their_branch(timeline):
    book = timeline.view._book = Book()
    timeline.show_step(HEAD, branches=BRANCHES)
    assert color_at(timeline, 6000, STRIP_Y) == book.dot["dark"]
    (fork,) = timeline.strip.placed().forks
    assert fork.words.text == "what if 2"
    application = QApplication.instance()
    apply_theme(application, LIGHT)
    assert color_at(timeline, 6000, STRIP_Y) == book.dot["light"]
    apply_theme(application, DARK)
    book.hidden.add(2)
    timeline.view._book_changed()
    assert timeline.strip.shown.forks == ()


# The loop and the controls


def test_loop_ends_are_dragged(timeline):
    control = timeline.control
    control.set_loop(2000, 6000)
    timeline.drag(timeline.at(2000, STRIP_Y - 8), timeline.at(3000, STRIP_Y - 8))
    first, last = control.ends
    assert first == pytest.approx(3000, abs=one_pixel(timeline))
    assert last == 6000
    timeline.drag(timeline.at(6000, STRIP_Y - 8), timeline.at(1000, STRIP_Y - 8))
    assert control.ends[0] == pytest.approx(1000, abs=one_pixel(timeline))
    assert timeline.asked == []


def test_buttons_show_what_is_played_not_what_was_clicked(timeline):
    controls, control = timeline.view.controls, timeline.control
    controls.forward.click()
    assert control.direction == FORWARD
    assert controls.forward.isChecked()
    control.stop()
    assert not controls.forward.isChecked()
    controls.loop.click()
    assert control.is_looping
    assert controls.loop.isChecked()


def test_newest_is_offered_in_the_past_only(timeline):
    button = timeline.view.controls.newest
    assert not button.isEnabled()
    timeline.show_step(10)
    assert button.isEnabled()
    button.click()
    assert timeline.asked == [HEAD]


def test_speed_is_chosen_and_remembered(timeline, show, run):
    speed = timeline.view.controls.speed
    speed.setCurrentIndex(speed.findData("100"))
    speed.activated.emit(speed.currentIndex())
    assert timeline.control.speed.key == "100"
    other = show(TimelineView, SIZE).view
    other.restore(timeline.view.state())
    assert other.control.speed.key == "100"
    for broken in ({"speed": "warp"}, {"speed": []}, {}):
        other.restore(broken)
    assert other.control.speed.key == "100"


def test_another_run_begins_empty(timeline, run):
    timeline.view.reset(run.dataset)
    assert timeline.strip.shown.is_empty
