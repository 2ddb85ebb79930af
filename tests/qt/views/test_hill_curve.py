"""One variable: balls, the learning rate's limit, basins, formulas, and guesses."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gdviz.qt.theme import THEMES, apply_theme
from gdviz.qt.views.hill_curve import words
from gdviz.qt.views.hill_curve.view import HillCurveView

SIZE = (1424, 360)


@pytest.fixture
def hill(show):
    return show(HillCurveView, SIZE)


def type_formula(view, qtbot, text):
    line = view.controls.formula.line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_ball_on_the_parabola_shrinks_by_the_factor_of_the_book(hill):
    """On ½(w−3)² each step leaves 1 − η of the distance."""
    view = hill.view
    view.choose_hill("parabola")
    view.model.take_rate(0.25)
    view.drop(-1.0)
    for _ in range(5):
        view.play.go(1)
    assert view.model.place()[0] == pytest.approx(3 - 4 * 0.75**5)
    view.play.go(-1)
    assert view.model.place()[0] == pytest.approx(3 - 4 * 0.75**4)


def test_three_ways_are_told_apart(hill):
    """Flow is exp(−t) on the parabola; the ball overshoots, descent with a small η does not."""
    view = hill.view
    view.choose_hill("parabola")
    view.model.take_rate(0.1)
    view.model.take_way("all")
    view.drop(-1.0)
    tracks = {track.way: track for track in view.model.tracks()[-3:]}
    times = 0.1 * np.arange(20)
    np.testing.assert_allclose(tracks["flow"].w[:20], 3 - 4 * np.exp(-times), atol=3e-5)
    assert tracks["descent"].w.max() < 3
    assert tracks["mass"].w.max() > 3.5


def test_limit_is_two_over_the_curvature_and_decides(hill):
    view = hill.view
    view.choose_hill("parabola")
    assert view.controls.rate.limit() == pytest.approx(2.0)
    for rate, grows in ((1.9, False), (2.1, True)):
        view.model.take_rate(rate)
        w = view.model.tracks()[-1].w
        assert bool(abs(w[20] - 3) > abs(w[0] - 3)) is grows


def test_basins_follow_the_learning_rate(hill):
    view = hill.view
    small = view.model.valleys()
    assert len(small.minima) == 3
    assert sum(small.shares()) + small.lost() == pytest.approx(1)
    view.controls.rate.changed.emit(0.12)
    assert not np.array_equal(view.model.valleys().of_start, small.of_start)


def test_wrong_formula_is_said_and_the_last_good_one_stays(hill, qtbot):
    view = hill.view
    before = view.model.formula
    type_formula(view, qtbot, "w +* 2")
    assert view.controls.formula.error()
    assert view.model.formula is before
    type_formula(view, qtbot, "(w-1)^2")
    assert not view.controls.formula.error()
    assert hill.dock.subtitle() == "C(w) = (w-1)^2"
    assert view.state()["hill"] == "own"


def test_keys_drop_and_step(hill, qtbot):
    canvas, model = hill.view.canvas, hill.view.model
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert len(model.drops) == 2
    qtbot.keyClick(canvas, Qt.Key.Key_Period)
    assert model.step == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Comma)
    assert model.step == 0
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(model.drops) == 1


def test_click_drops_a_ball_where_it_is(hill, qtbot):
    canvas = hill.view.canvas
    at = canvas.places().room.center().toPoint()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert hill.view.model.drops[-1].w == pytest.approx(canvas.places().w_at(at.x()))


def test_playing_stops_when_hidden(hill):
    hill.view.play.toggle()
    assert hill.view.play.is_running
    hill.dock.hide()
    assert not hill.view.play.is_running


def test_guess_is_asked_before_the_ball_goes(hill):
    view = hill.view
    view.choose_hill("parabola")
    view.guessing.box.setChecked(True)
    view.play.go(1)
    assert view.model.step == 0
    assert ("slope C′(w)", "?") in view.figures.rows()
    view.guessing.left.click()
    assert view.guessing.said.text().startswith("No.")
    assert "0 of 1 right" in view.guessing.said.text()
    view.play.go(1)
    assert view.model.step == 1


@pytest.mark.parametrize(("slope", "right"), [(2.0, "left"), (-0.1, "right")])
def test_answer_goes_against_the_slope(slope, right):
    assert words.answer(right, slope)[0]
    assert not words.answer({"left": "right", "right": "left"}[right], slope)[0]


def test_fixed_steps_never_settle(hill):
    view = hill.view
    view.choose_hill("parabola")
    view.model.take_rule("fixed")
    lengths = np.abs(np.diff(view.model.tracks()[-1].w))
    np.testing.assert_allclose(lengths, view.model.rate)
    assert view.model.valleys() is None


def test_state_comes_back_and_nonsense_is_ignored(hill, show):
    view = hill.view
    view.choose_hill("quartic")
    view.drop(1.0)
    other = show(HillCurveView, SIZE).view
    other.restore(view.state())
    assert other.state() == view.state()
    other.restore({"formula": "((", "reach": [3, 1], "rate": math.nan})
    assert other.state() == view.state()


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_it_is_painted_and_told_in_every_theme(hill, qapp, theme):
    apply_theme(qapp, theme)
    image = hill.view.canvas.grab().toImage()
    strip = hill.view.canvas.places().strip
    xs = np.linspace(strip.left() + 4, strip.right() - 4, 40)
    y = round(strip.center().y() * image.devicePixelRatio())
    colors = {image.pixelColor(round(x * image.devicePixelRatio()), y).name() for x in xs}
    assert len(colors) >= 3
    described = hill.view.describe()
    assert described.rows
    assert all(len(row) == len(described.columns) for row in described.rows)
