"""The block and its ball on the screen; what it shows without one is in tests/analysis."""

import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.plane import Plane
from gdviz.analysis.relief_camera import HIGHEST_TILT, LOWEST_TILT, TOP, Box, Camera
from gdviz.analysis.surface_picture import picture_of
from gdviz.engine import rasters
from gdviz.qt.surfaces import relief_axes, relief_pictures
from gdviz.qt.surfaces.relief import CostRelief
from gdviz.qt.surfaces.relief_axes import paint_relief_axes
from gdviz.qt.surfaces.relief_ground import Key, ReliefGround, relief_of
from gdviz.qt.surfaces.relief_paint import ball_center
from gdviz.qt.theme import DARK, THEMES, apply_theme

SIZE = (480, 360)


def bowl(kind="principal", tilt=0.0, cost=None, n=21):
    """A slice of which everything is known: a bowl that falls toward low u and low v."""
    u = np.linspace(-2.0, 2.0, n)
    x, y = np.meshgrid(u, u)
    if cost is None:
        cost = 0.2 + 0.1 * (x**2 + y**2) + tilt * (x + y)
    plane = Plane(np.zeros(3), np.eye(3)[0], np.eye(3)[1], kind, "first way", "second way", 0)
    trail = np.array([[1.5, 1.5], [1.0, 0.5], [0.5, 0.25]])
    return CostSurface(plane, u, u, cost, 0 * cost, 100, "quadratic", trail, step=7, true_cost=0.3)


@pytest.fixture
def relief(qtbot):
    """A widget with the bowl."""
    apply_theme(QApplication.instance(), DARK)
    widget = CostRelief()
    qtbot.addWidget(widget)
    widget.resize(*SIZE)
    show(widget, bowl())
    widget.show()
    return widget


def show(widget, surface, true_cost=math.nan):
    widget.range.forget()
    widget.range.include(surface.cost, surface.true_cost)
    widget.true_cost = true_cost
    widget.show_picture(picture_of(surface))
    widget.show_live(surface.trail[-1:], surface.trail[:1], True)


def image_of(widget):
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)


def pixels_of(widget):
    image = image_of(widget)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_block_stands_on_its_panel_in_every_theme(relief, theme):
    apply_theme(QApplication.instance(), theme)
    relief.finish()
    pixels = pixels_of(relief)
    panel = np.array(QColor(theme.panel).getRgb()[:3])
    away = np.abs(pixels - panel).max(axis=-1)
    assert 0.2 < (away > 40).mean() < 0.8
    # Beside the block is the panel itself.
    assert (away[-2:, :] == 0).all()
    apply_theme(QApplication.instance(), DARK)


def test_before_the_first_slice_it_says_what_will_be_here(relief):
    relief.show_picture(None)
    relief.show_progress(0.25)
    before = pixels_of(relief)
    assert len(np.unique(before)) > 5
    assert relief.ball() is None
    assert relief.coordinates_at(QPointF(200, 200)) is None
    assert "computed" in relief.accessibleDescription()


def test_ball_is_where_the_projection_says(relief):
    relief.turn(20, 10)
    relief.finish()
    place = relief.to_pixels(np.array([[0.5, 0.25]]))[0]
    center = ball_center(QPointF(*place), relief.camera.tilt)
    color = image_of(relief).pixelColor(round(center.x()), round(center.y()))
    assert color.red() > 200
    assert color.red() > color.blue() + 60
    x, y = place
    assert relief.coordinates_at(QPointF(x, y)) == pytest.approx((0.5, 0.25), abs=0.06)


def test_ball_stands_at_its_true_height(relief):
    """0.3 is above the surface's 0.23 there, as far as the scale says."""
    surface = bowl()
    show(relief, surface, true_cost=0.3)
    limits = relief.range
    ball = relief.ball()
    assert ball.place[2] == pytest.approx(TOP * limits.position(0.3), abs=1e-3)
    assert ball.surface_height == pytest.approx(
        TOP * limits.position(0.2 + 0.1 * (0.5**2 + 0.25**2)), abs=2e-3
    )
    # Until the next slice it keeps its distance from the surface.
    relief.show_live(np.array([[0.5, 0.25], [0.1, 0.1]]), surface.trail[:1], True)
    after = relief.ball()
    rise = ball.place[2] - ball.surface_height
    assert after.place[2] - after.surface_height == pytest.approx(rise)


def test_a_ball_off_the_plane_has_a_line_down_to_the_surface(relief):
    relief.finish()
    on_plane = pixels_of(relief)
    show(relief, bowl(), true_cost=0.6)
    relief.finish()
    foot, surface = (
        relief._present_ground().to_pixels(np.array([[*relief.ball().place[:2], z]]))[0]
        for z in (relief.ball().place[2], relief.ball().surface_height)
    )
    assert surface[1] - foot[1] > 15
    column = slice(round(surface[0]) - 2, round(surface[0]) + 3)
    changed = np.abs(pixels_of(relief) - on_plane)[:, column].max(axis=(1, 2)) > 40
    assert changed[round(foot[1]) + 3 : round(surface[1]) - 3].mean() > 0.4


def test_where_the_surface_is_not_known_the_ball_is_as_high_as_its_true_cost(relief):
    cost = bowl().cost.copy()
    cost[8:16, 8:16] = np.nan
    show(relief, bowl(cost=cost), true_cost=0.5)
    ball = relief.ball()
    assert math.isnan(ball.surface_height)
    assert ball.place[2] == pytest.approx(TOP * relief.range.position(0.5))
    assert len(np.unique(pixels_of(relief))) > 50


def test_a_ball_outside_is_hollow_at_the_edge(relief):
    relief.show_live(np.array([[9.0, 0.0]]), np.empty((0, 2)), False)
    ball = relief.ball()
    assert not ball.is_inside
    np.testing.assert_allclose(ball.place[:2], [1.0, 0.0])
    inside = pixels_of(relief)
    relief.show_live(np.empty((0, 2)), np.empty((0, 2)), False)
    assert np.abs(pixels_of(relief) - inside).max() > 100
    relief.show_live(np.array([[np.nan, np.nan]]), np.empty((0, 2)), False)
    assert relief.ball() is None
    pixels_of(relief)


def test_arrows_turn_plus_and_minus_zoom_and_home_resets(relief):
    first = relief.camera
    QTest.keyClick(relief, Qt.Key.Key_Right)
    QTest.keyClick(relief, Qt.Key.Key_Up)
    assert relief.camera == first.turned(5, 4)
    QTest.keyClick(relief, Qt.Key.Key_Left)
    QTest.keyClick(relief, Qt.Key.Key_Down)
    assert relief.camera == first
    QTest.keyClick(relief, Qt.Key.Key_Plus)
    assert relief.camera.zoom > 1
    QTest.keyClick(relief, Qt.Key.Key_Minus)
    assert relief.camera.zoom == pytest.approx(1)
    for _ in range(40):
        QTest.keyClick(relief, Qt.Key.Key_Down)
    assert relief.camera.tilt == LOWEST_TILT
    QTest.keyClick(relief, Qt.Key.Key_Home)
    assert relief.camera == first
    assert relief.state() == {}


def test_a_key_with_a_modifier_is_somebody_elses_shortcut(relief):
    first = relief.camera
    QTest.keyClick(relief, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert relief.camera == first


def test_dragging_turns_and_tilts_and_a_double_click_resets(relief):
    first = relief.camera
    QTest.mousePress(relief, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert relief.cursor().shape() is Qt.CursorShape.ClosedHandCursor
    QTest.mouseMove(relief, QPoint(250, 210))
    QApplication.processEvents()
    QTest.mouseRelease(relief, Qt.MouseButton.LeftButton, pos=QPoint(250, 210))
    assert relief.cursor().shape() is Qt.CursorShape.OpenHandCursor
    assert relief.camera.azimuth == pytest.approx((first.azimuth + 20) % 360)
    assert relief.camera.tilt == pytest.approx(first.tilt + 3)
    turned = relief.camera
    QTest.mouseMove(relief, QPoint(100, 100))
    assert relief.camera == turned
    QTest.mouseDClick(relief, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert relief.camera == first


def test_what_is_dragged_to_the_right_goes_to_the_right(relief):
    """The nearest corner follows the pointer."""
    near = relief._present_ground()
    corners = np.array([[x, y, 0.0] for x in (-1, 1) for y in (-1, 1)])
    nearest = corners[np.argmin(near.to_pixels(corners)[:, 2])]
    before = near.to_pixels(nearest[np.newaxis])[0, 0]
    relief.turn(8, 0)
    assert relief._present_ground().to_pixels(nearest[np.newaxis])[0, 0] > before + 5


def test_the_wheel_zooms(relief):
    def notch(delta):
        event = QWheelEvent(
            QPointF(100, 100), QPointF(100, 100), QPoint(), QPoint(0, delta),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(relief, event)

    notch(240)
    assert relief.camera.zoom == pytest.approx(1.15**2)
    notch(-240)
    assert relief.camera.zoom == pytest.approx(1)


def test_the_first_slice_is_seen_from_its_low_side_and_the_next_does_not_jump(relief):
    relief.show_picture(None)
    show(relief, bowl(tilt=0.05))
    low = relief.camera
    assert set(relief._present_ground().projection.faces()) == {(-1, 0), (0, -1)}
    show(relief, bowl(tilt=-0.05))
    assert relief.camera == low
    # Another kind of plane has nothing to do with the one before.
    show(relief, bowl("random", tilt=-0.05))
    assert set(relief._present_ground().projection.faces()) == {(1, 0), (0, 1)}


def test_a_chosen_camera_is_kept_and_remembered(relief, qtbot):
    relief.turn(33, -5)
    relief.zoom(1.5)
    chosen = relief.camera
    show(relief, bowl("random", tilt=-0.05))
    assert relief.camera == chosen
    other = CostRelief()
    qtbot.addWidget(other)
    other.restore(relief.state())
    assert other.camera == chosen
    show(other, bowl())
    assert other.camera == chosen


@pytest.mark.parametrize(
    "state",
    [{}, {"azimuth": 3.0}, {"azimuth": "3", "tilt": 4, "zoom": 1}, {"azimuth": math.nan, "tilt": 4,
     "zoom": 1}, {"azimuth": None, "tilt": None, "zoom": None}],
)  # fmt: skip
def test_bad_entries_of_a_state_are_ignored(relief, state):
    first = relief.camera
    relief.restore(state)
    assert relief.camera == first
    assert not relief.is_chosen


def test_a_remembered_camera_stays_within_the_limits(relief):
    relief.restore({"azimuth": -750.0, "tilt": 1000, "zoom": 0})
    assert 0 <= relief.camera.azimuth < 360
    assert relief.camera.tilt == HIGHEST_TILT
    assert relief.camera.zoom > 0


def test_rough_while_it_moves_and_fine_at_rest(relief, qtbot):
    relief.turn(10, 0)
    pixels_of(relief)
    assert not relief.is_fine
    qtbot.waitUntil(lambda: relief.is_fine, timeout=60_000)
    relief.turn(10, 0)
    assert not relief.is_fine
    relief.hide()
    assert not relief._rest.isActive()


def test_rough_and_fine_show_the_same(relief):
    relief.turn(10, 0)
    rough = pixels_of(relief)
    relief.finish()
    away = np.abs(pixels_of(relief) - rough).max(axis=-1)
    assert np.median(away) == 0
    assert (away > 40).mean() < 0.02


def test_a_slice_is_prepared_in_parts_and_taken_whole(relief):
    surface = bowl(tilt=0.02)
    picture = picture_of(surface)
    relief.finish()
    limits = dataclasses.replace(relief.range)
    limits.include(surface.cost, 0.25)
    before = relief._present_ground()
    parts = 1
    while not relief.prepare(picture, limits, 0.25):
        assert relief._present_ground() is before
        parts += 1
    assert parts > 3
    relief.range, relief.true_cost = limits, 0.25
    relief.show_picture(picture)
    assert relief.is_fine
    assert relief._present_ground() is not before


def test_while_it_is_turned_a_slice_need_not_be_prepared(relief):
    relief.turn(5, 0)
    assert relief.prepare(picture_of(bowl(tilt=0.02)), relief.range, 0.25)


def test_without_compiled_loops_the_same_is_shown(relief, monkeypatch):
    relief.finish()
    compiled = pixels_of(relief)
    monkeypatch.setattr(rasters, "_is_at_hand", lambda: False)
    relief.redraw()
    rough = pixels_of(relief)
    assert np.median(np.abs(rough - compiled).max(axis=-1)) <= 2
    relief.finish()
    assert (np.abs(pixels_of(relief) - compiled).max(axis=-1) > 12).mean() < 0.002


def test_the_word_at_the_start_stays_clear_of_the_ball(relief, monkeypatch):
    lifts = []
    monkeypatch.setattr(
        relief_pictures, "paint_dots", lambda _painter, _pixels, _hidden, lift: lifts.append(lift)
    )
    start = np.array([[0.0, 0.0]])
    for ball, begins in (((1.5, 1.5), True), ((0.05, 0.0), True), ((0.05, 0.0), False)):
        relief.show_live(np.array([ball]), start, begins)
        relief.grab()
    assert lifts == [relief_pictures.CLEAR_OF_DOT, relief_pictures.CLEAR_OF_BALL, None]
    relief.show_live(np.array([[0.06, 0.0]]), start, False)
    relief.grab()
    assert len(lifts) == 3, "dots are painted again only if they change"


def test_the_cost_is_read_under_the_pointer(relief):
    relief.finish()
    before = pixels_of(relief)
    x, y = relief.to_pixels(np.array([[0.4, -0.8]]))[0]
    text = relief.hover_text(QPointF(x, y))
    assert text.startswith("cost 0.2")
    assert "+0.4" in text
    assert not relief.hover_text(QPointF(1, 1))
    QTest.mouseMove(relief, QPoint(round(x), round(y)))
    QApplication.processEvents()
    assert np.abs(pixels_of(relief) - before).max() > 30
    QApplication.sendEvent(relief, QEvent(QEvent.Type.Leave))
    np.testing.assert_array_equal(pixels_of(relief), before)


def test_the_ring_shows_who_has_the_keyboard(relief, qtbot):
    relief.activateWindow()
    relief.clearFocus()
    qtbot.waitUntil(lambda: not relief.hasFocus())
    relief.finish()
    without = pixels_of(relief)
    relief.activateWindow()
    relief.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(relief.hasFocus)
    assert np.abs(pixels_of(relief) - without)[:3].max() > 60
    relief.clearFocus()
    relief.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(relief.hasFocus)
    assert np.abs(pixels_of(relief) - without)[:3].max() == 0


def test_description_has_the_numbers(relief):
    show(relief, bowl(), true_cost=0.3)
    text = relief.describe()
    for part in ("0.200", "1.00", "+0.5", "0.300", "azimuth", f"{relief.camera.tilt:.0f}°"):
        assert part in text
    assert relief.accessibleDescription()
    assert relief.accessibleName()


def test_room_is_square_since_it_is_seen_from_all_sides(relief):
    assert relief.room.width() == relief.room.height() > 200


@pytest.mark.parametrize("size", [(700, 560), (560, 360), (300, 220)])
@pytest.mark.parametrize("azimuth", [0, 20, 45, 70, 135, 200, 290, 350])
@pytest.mark.parametrize("tilt", [LOWEST_TILT, 36.0, HIGHEST_TILT])
def test_letters_of_the_axes_do_not_touch_and_stay_inside(relief, size, azimuth, tilt, monkeypatch):
    placed = []
    monkeypatch.setattr(
        relief_axes, "letters", lambda _painter, where, text, *_: placed.append((where, text))
    )
    picture = picture_of(bowl())
    key = Key(picture, relief.range, size, 1.0, DARK, Camera(float(azimuth), tilt))
    ground = ReliefGround(key, relief_of(picture, relief.range), math.nan, is_fine=False)
    image = QImage(*size, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        names = ("1st principal direction", "2nd principal direction")
        box, where = Box((-24.0, 24.0), (-24.0, 24.0)), QRectF(0, 0, *size)
        paint_relief_axes(painter, ground.projection, box, names, where, DARK)
    captions = {text for _, text in placed if text in names}
    assert len(placed) > len(captions)
    if size[0] > 500:
        assert len(captions) == len(ground.projection.fronts())
    rectangles = [where.adjusted(8, 0, -8, 0) for where, _ in placed]
    for k, first in enumerate(rectangles):
        assert where_contains(size, first)
        assert not any(first.intersects(other) for other in rectangles[:k])


def where_contains(size, rectangle):
    return QRectF(0, 0, *size).contains(rectangle)


def test_a_window_with_small_pixels_gets_a_picture_of_its_own_pixels(relief):
    key = Key(picture_of(bowl()), relief.range, (200, 150), 2.0, DARK, Camera())
    ground = ReliefGround(key, relief_of(key.picture, key.limits), 0.3, is_fine=True)
    ground.finish()
    assert (ground.image.width(), ground.image.height()) == (400, 300)
    assert ground.image.devicePixelRatio() == 2.0
