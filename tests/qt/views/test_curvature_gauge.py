"""The curvature gauge: what it says, where its bar ends, and that it is not by colour alone."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gdviz.analysis.stability import Stability
from gdviz.qt import number_text
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.cost_surface.curvature_gauge import (
    BAR,
    HEAD,
    HIGHEST,
    LOWEST,
    NOT_YET,
    CurvatureGauge,
    CurvatureReading,
    describe,
    position,
    rows_of,
)
from gdviz.qt.views.cost_surface.sentence import Sentence


def reading_of(largest, learning_rate, n_examples, sentence="", optimizer="gradient_descent"):
    limit = 2 / learning_rate if learning_rate else math.inf
    if optimizer == "adam":
        limit = math.nan
    found = Stability(largest, learning_rate, optimizer, limit)
    return CurvatureReading(found, n_examples, sentence)


STABLE = reading_of(0.3, 0.5, 1000, "Steps are stable along this direction.")
UNSTABLE = reading_of(12.3, 0.5, 1000, "This step is unstable along this direction.")


@given(st.floats(0.01, 50), st.floats(0.001, 3), st.floats(-2, 2))
def test_state_is_what_two_hundred_steps_on_a_parabola_do(largest, learning_rate, start):
    """An independent oracle: gradient descent itself on C = λ x² / 2."""
    # At the limit itself it neither grows nor shrinks, and from 0 nothing moves.
    assume(abs(largest * learning_rate - 2) > 0.2)
    assume(abs(start) > 0.1)
    x = start
    for _ in range(200):
        x -= learning_rate * largest * x
        if abs(x) > 1e6:
            break
    reading = reading_of(largest, learning_rate, 1)
    assert reading.is_unstable == (abs(x) > abs(start))
    assert reading.state == ("unstable" if reading.is_unstable else "stable")


@pytest.mark.parametrize(
    ("largest", "learning_rate", "state", "rows"),
    [
        (12.3, 0.5, "unstable", ["12.3", "4.00"]),
        (0.3, 0.5, "stable", ["0.300", "4.00"]),
        (-0.3, 0.5, "no limit", ["−0.300", "4.00"]),
        (12.3, 0.0, "stable", ["12.3", "∞"]),
        (math.nan, 0.5, "not known", ["–", "4.00"]),
        (math.inf, 0.5, "unstable", ["–", "4.00"]),
    ],
)
def test_words_and_numbers(largest, learning_rate, state, rows):
    reading = reading_of(largest, learning_rate, 1000)
    assert reading.state == state
    assert [value for _, value in rows_of(reading)] == rows
    assert describe(reading).startswith(f"{state}: λ max {rows[0]}, limit 2/η {rows[1]}, on 1,000")


def test_bar_is_logarithmic_with_its_mark_at_two_thirds():
    np.testing.assert_allclose([position(r) for r in (0.01, 0.1, 1, 10)], [0, 1 / 3, 2 / 3, 1])
    assert [position(r) for r in (math.nan, -1, 0, 1e-9, 1e9, math.inf)] == [0, 0, 0, 0, 1, 1]


@given(st.floats(LOWEST, HIGHEST), st.floats(LOWEST, HIGHEST))
def test_larger_ratio_never_has_the_shorter_bar(first, second):
    low, high = sorted((first, second))
    assert 0 <= position(low) <= position(high) <= 1


@pytest.fixture
def gauge(qtbot):
    apply_theme(QApplication.instance(), DARK)
    widget = CurvatureGauge()
    qtbot.addWidget(widget)
    widget.resize(128, widget.sizeHint().height())
    widget.show()
    yield widget
    apply_theme(QApplication.instance(), DARK)


def bar_colors(gauge, low, high):
    """The colours in the middle of the bar between two shares of its width."""
    image = gauge.face.grab().toImage()
    wide = image.width()
    pixels = range(math.ceil(low * wide) + 2, math.floor(high * wide) - 2)
    rows = (HEAD + BAR // 2 - 1, HEAD + BAR // 2)
    return {image.pixelColor(x, y).name() for x in pixels for y in rows}


def test_bar_is_full_up_to_the_ratio_and_hatched_beyond_the_mark(gauge):
    gauge.show_reading(STABLE)
    end = position(STABLE.ratio)
    assert bar_colors(gauge, 0.03, end) == {DARK.accent}
    assert bar_colors(gauge, end, 2 / 3) == {DARK.groove}
    gauge.show_reading(UNSTABLE)
    assert bar_colors(gauge, 0.03, 2 / 3) == {DARK.accent}
    # Two colours and more: a hatch, to be told from the filled part without seeing colours.
    beyond = bar_colors(gauge, 2 / 3, position(UNSTABLE.ratio))
    assert len(beyond) >= 2
    assert not {DARK.accent, DARK.groove} & beyond


def test_nothing_computed_yet_says_so_and_offers_no_slice(gauge):
    assert gauge.accessibleDescription() == NOT_YET
    assert not gauge.button.isEnabled()
    assert bar_colors(gauge, 0.03, 2 / 3) == {DARK.groove}
    gauge.show_reading(reading_of(math.nan, 0.5, 1000, "The cost is not finite."))
    assert not gauge.button.isEnabled()
    gauge.show_reading(UNSTABLE)
    gauge.show_reading(None)
    assert gauge.sentence.text() == ""


def test_button_asks_for_the_slice(gauge, qtbot):
    gauge.show_reading(UNSTABLE)
    with qtbot.waitSignal(gauge.slice_asked, timeout=1000):
        qtbot.mouseClick(gauge.button, Qt.MouseButton.LeftButton)


def test_sentence_is_shown_and_told_to_a_screen_reader(gauge):
    gauge.show_reading(UNSTABLE)
    assert gauge.sentence.text() == UNSTABLE.sentence
    assert gauge.accessibleDescription().endswith(UNSTABLE.sentence)


def test_gauge_fits_the_instruments_and_follows_the_theme(gauge):
    assert gauge.minimumSizeHint().width() <= 128
    gauge.show_reading(STABLE)
    apply_theme(QApplication.instance(), LIGHT)
    QApplication.processEvents()
    assert bar_colors(gauge, 0.03, position(STABLE.ratio)) == {LIGHT.accent}


def test_sentence_keeps_the_height_of_its_longest_words(qtbot):
    apply_theme(QApplication.instance(), DARK)
    host = QWidget()
    qtbot.addWidget(host)
    column, sentence = QVBoxLayout(host), Sentence()
    column.addWidget(sentence)
    host.resize(150, 300)
    host.show()
    one_line = sentence.height()
    sentence.set_text("words that need a second and a third line at such a width")
    QApplication.processEvents()
    tall = sentence.height()
    assert tall > 2 * one_line
    sentence.set_text("few words")
    QApplication.processEvents()
    assert sentence.height() == tall
    host.resize(500, 300)
    QApplication.processEvents()
    assert sentence.height() == one_line


def test_optimizer_without_a_limit_is_neither_stable_nor_not():
    reading = reading_of(12.3, 0.5, 10, optimizer="adam")
    assert reading.state == "no one limit"
    assert rows_of(reading)[1] == ("limit", number_text.NOT_KNOWN)


def test_gauge_says_why_there_is_no_curvature(qtbot):
    gauge = CurvatureGauge()
    qtbot.addWidget(gauge)
    gauge.show_reading(UNSTABLE)
    gauge.show_problem("the network has diverged")
    assert gauge.reading is None
    assert gauge.sentence.text() == "No curvature: the network has diverged"
    assert not gauge.button.isEnabled()
