"""Measured frames: with a clock in the hand, and what the table over the window says of them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QLabel, QMenu, QVBoxLayout, QWidget

from gdviz.qt import frame_clock, view_host, view_meter
from gdviz.qt.actions import ACTIONS
from gdviz.qt.durations import Durations
from gdviz.qt.frame_clock import FrameClock
from gdviz.qt.frame_times import verdict
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.view_meter import ViewMeter


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def perf_counter(self) -> float:
        return self.now_s

    def pass_ms(self, duration_ms: float) -> None:
        self.now_s += duration_ms / 1000


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(view_meter, "time", clock)
    monkeypatch.setattr(frame_clock, "time", clock)
    return clock


class Slow(QWidget):
    """Takes 3 ms to paint itself."""

    def __init__(self, clock) -> None:
        super().__init__()
        self.clock, self.n_paintings = clock, 0
        self.setMinimumSize(20, 20)

    def paintEvent(self, event) -> None:
        del event
        self.n_paintings += 1
        self.clock.pass_ms(3)


class SlowView(QGraphicsView):
    """Takes 5 ms to paint what is in it."""

    def __init__(self, clock) -> None:
        super().__init__(QGraphicsScene())
        self.clock = clock

    def paintEvent(self, event) -> None:
        self.clock.pass_ms(5)
        super().paintEvent(event)


def test_meter_adds_up_what_a_view_paints_and_paints_nothing_twice(qtbot, clock):
    root = QWidget()
    qtbot.addWidget(root)
    slow = Slow(clock)
    column = QVBoxLayout(root)
    for widget in (slow, SlowView(clock), QLabel("letters")):
        column.addWidget(widget)
    meter = ViewMeter(root)
    meter.watch(root)
    root.grab()
    meter.timed(lambda: clock.pass_ms(2))
    assert meter.settle() == pytest.approx(10)
    assert slow.n_paintings == 1
    assert meter.show_ms.median == pytest.approx(2)
    assert meter.paint_ms.median == pytest.approx(8)
    assert meter.settle() is None
    assert len(meter.paint_ms) == 1
    # Watching again measures no painting twice.
    meter.watch(root)
    root.grab()
    meter.settle()
    assert meter.paint_ms.longest == pytest.approx(8)


def test_meter_counts_a_showing_that_raises(qtbot, clock):
    root = QWidget()
    qtbot.addWidget(root)
    meter = ViewMeter(root)

    def fail() -> None:
        clock.pass_ms(4)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        meter.timed(fail)
    assert meter.settle() == pytest.approx(4)


def test_meter_tells_how_often_a_view_is_shown(qtbot, clock):
    root = QWidget()
    qtbot.addWidget(root)
    meter = ViewMeter(root)
    for _ in range(100):
        meter.timed(lambda: clock.pass_ms(0))
        clock.pass_ms(50)
    assert meter.showings_per_second() == pytest.approx(20, abs=0.6)
    clock.pass_ms(5000)
    assert meter.showings_per_second() == 0


def test_frame_clock_adds_painting_to_the_frame_it_belongs_to(qtbot, clock):
    window = Slow(clock)
    qtbot.addWidget(window)
    frames = FrameClock(lambda: clock.pass_ms(2), window)
    frames.watch(window)
    window.show()
    qtbot.waitUntil(lambda: window.n_paintings > 0)
    frames.tick()
    assert frames.newest_ms is None
    assert frames.busy_share is None
    painted = window.n_paintings
    window.update()
    qtbot.waitUntil(lambda: window.n_paintings > painted)
    clock.pass_ms(7)
    frames.tick()
    clock.pass_ms(8)
    frames.tick()
    assert list(frames.intervals_ms) == pytest.approx([12, 10])
    assert list(frames.whole_ms) == pytest.approx([5, 2])
    assert frames.newest_ms == pytest.approx(2)
    assert frames.busy_share == pytest.approx(7 / 22)


@pytest.mark.parametrize(
    ("costs", "slowed", "words"),
    [
        ([], False, ""),
        ([1.0] * 100, False, ""),
        ([1.0] * 90 + [9.0] * 10, False, "at times over"),
        ([5.0] * 100, False, "over budget"),
        ([5.0] * 100, True, "over budget, slowed"),
        ([1.0] * 100, True, "slowed"),
    ],
)
def test_verdict_says_in_words_how_a_view_keeps_to_its_budget(costs, slowed, words):
    durations = Durations()
    for cost in costs:
        durations.add(cost)
    assert verdict(durations, slowed=slowed) == words


def test_table_is_shown_and_hidden_by_its_keys_and_is_in_no_menu(shown):
    window = shown.window
    table = window.frame_times
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    assert not table.isVisible()
    shown.qtbot.keyClick(window, Qt.Key.Key_F, modifiers)
    assert table.isVisible()
    action = window.actions_by_key["frame_times"]
    assert all(action not in menu.actions() for menu in window.findChildren(QMenu))
    assert next(spec for spec in ACTIONS if spec.key == "frame_times").shortcuts
    shown.qtbot.keyClick(window, Qt.Key.Key_F, modifiers)
    assert not table.isVisible()
    assert not table._timer.isActive()


def test_table_tells_of_each_visible_view_what_was_measured(shown):
    window = shown.window
    table = window.frame_times
    shown.take(3)
    window.grab()
    shown.take(1)
    window.dock_layout.docks["example"].hide()
    shown.qtbot.waitUntil(lambda: "example" not in window.views.visible_keys())
    table.toggle()
    titles = [row.title for row in table.rows]
    assert titles == [
        "Cost surface", "Cost curves", "First-layer weights", "Gradient", "Timeline",
    ]  # fmt: skip
    for row, key in zip(table.rows, window.views.visible_keys(), strict=True):
        assert row.show_ms == window.views.meters[key].show_ms.median > 0
        assert row.paint_ms == window.views.meters[key].paint_ms.median > 0
    assert "Cost curves" in table.accessibleDescription()
    corner = table.geometry().bottomRight()
    window.resize(window.width() - 100, window.height() - 50)
    shown.qtbot.waitUntil(lambda: table.geometry().bottomRight() != corner)
    assert window.rect().contains(table.geometry())
    table.toggle()


def test_table_follows_the_theme(shown, qapp):
    table = shown.window.frame_times
    table.toggle()
    try:
        for theme in (DARK, LIGHT):
            apply_theme(qapp, theme)
            assert table.grab().toImage().pixelColor(5, 5).name() == theme.raised
    finally:
        apply_theme(qapp, DARK)
        table.toggle()


def test_run_that_stands_is_shown_in_every_view_at_once(shown, monkeypatch):
    """However slowly views may be shown while it runs."""
    host = shown.window.views
    for key in host.pacer._every:
        monkeypatch.setitem(host.pacer._every, key, 12)
    shown.take(1)
    for key in host.visible_keys():
        before = len(host.meters[key].show_ms)
        shown.take(1)
        assert len(host.meters[key].show_ms) > before


def test_curves_are_chosen_in_one_frame_and_drawn_in_the_next_and_painted_after(shown):
    host, view = shown.window.views, shown.window.views.views["cost_curves"]
    shown.take(3)
    before = view.plot.raw.points()[0].tolist()
    shown.take(3)
    view.reset(shown.window.session.dataset)
    host._noted = ["cost_curves"]
    host.show_noted(at_once=False)
    assert view.is_unfinished
    assert not len(view.plot.raw.points()[0])
    host.show_noted(at_once=False)
    assert view.is_unfinished
    assert len(view.plot.raw.points()[0]) > len(before)
    n_frames = 0
    while view.is_unfinished:
        host.show_noted(at_once=False)
        n_frames += 1
        assert n_frames < 30
    assert host._unfinished == []


@pytest.mark.parametrize("has_room", [False, True])
def test_views_with_parts_take_turns_and_the_ball_moves_in_each_frame(shown, monkeypatch, has_room):
    monkeypatch.setattr(view_host, "FRAME_ROOM_MS", 1e6)
    monkeypatch.setattr(view_host, "PART_ROOM_MS", 1e6 if has_room else 0.0)
    window = shown.window
    host = window.views
    shown.take(3)
    shown.wait(lambda: shown.snapshot.surface is not None)
    done = []
    for key in ("cost_curves", "cost_surface"):
        view, meant = host.views[key], host.views[key].show_frame
        view.reset(window.session.dataset)

        def show(frame, key=key, view=view, meant=meant):
            meant(frame)
            done[-1].append((key, frame.is_full, view.is_unfinished))

        monkeypatch.setattr(view, "show_frame", show)
    host._noted = ["cost_curves", "cost_surface"]
    while not host.is_up_to_date:
        # The table says of the surface alone that it is shown each frame.
        host._noted = list(dict.fromkeys([*host._noted, "cost_surface"]))
        done.append([])
        host.show_noted(at_once=False)
        assert len(done) < 60
        if not any(unfinished for _, _, unfinished in done[-1]):
            break
    later = done[1:-1]
    both = [shows for shows in later if len(shows) == 2]
    assert [key for key, _, _ in both[0]] == ["cost_curves", "cost_surface"]
    if has_room:
        assert not any(is_full for shows in later for _, is_full, _ in shows)
        return
    assert all([is_full for _, is_full, _ in shows] == [False, True] for shows in both)
    # While the surface has its turn, the curves wait.
    assert [("cost_surface", False, True)] in later
    assert all(shows[-1][0] == "cost_surface" for shows in later)


def test_slice_of_a_run_that_stands_is_painted_over_several_frames(shown):
    window = shown.window
    host, view = window.views, window.views.views["cost_surface"]
    shown.take(3)
    shown.wait(lambda: shown.snapshot.surface is not None)
    frame = host._last
    view.reset(window.session.dataset)
    host._noted, n_frames = ["cost_surface"], 0
    while host._noted or host._unfinished:
        host.show_noted(at_once=False)
        n_frames += 1
        assert n_frames < 20
    assert n_frames > 3
    assert view.map.surface is frame.snapshot.surface
    view.reset(window.session.dataset)
    host._noted = ["cost_surface"]
    host.show_noted(at_once=True)
    assert host._noted == host._unfinished == []
    assert view.map.surface is frame.snapshot.surface
