"""The tally: counts beside the window, with intervals; the share falls with the dimension."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from gdviz.analysis.hill.tally import DIMENSIONS, LEARNING_RATES, tally
from gdviz.qt.theme import THEMES, apply_theme
from gdviz.qt.views.tally import words
from gdviz.qt.views.tally.counting import Counted, Question
from gdviz.qt.views.tally.plots import binned
from gdviz.qt.views.tally.view import TallyView

SIZE = (1424, 360)
LIMIT_S = 60


@pytest.fixture
def hill(show):
    return show(TallyView, SIZE)


def settle(shown):
    while shown.inspect.is_busy:
        assert shown.inspect.wait(LIMIT_S), "no answer in time"
        shown.inspect.tick()
    QApplication.processEvents()


def test_nothing_is_counted_before_it_is_asked_for(hill):
    assert not hill.inspect.is_busy
    assert hill.view.describe().sentence == words.EMPTY
    assert hill.view.plots[1].empty_text == words.EMPTY


def test_counts_are_those_of_the_analysis_and_the_share_falls(hill):
    hill.view.again.click()
    settle(hill)
    counted = hill.view.counting.counted
    assert [found.n_dimensions for found in counted.tallies] == list(DIMENSIONS)
    for found in counted.tallies:
        expected = tally(found.n_dimensions, np.random.default_rng((0, found.n_dimensions)))
        assert (found.n_deepest, found.low, found.high) == (
            expected.n_deepest,
            expected.low,
            expected.high,
        )
        assert found.n_deepest + found.n_elsewhere + found.n_restless == 1000
    assert hill.view.sentence.text().startswith("Local is easy, global crazy hard: 1,000 of 1,000")
    assert len(hill.view.describe().rows) == 3
    assert hill.dock.subtitle() == "Gradient descent, η 0.002"


def test_another_optimizer_brings_its_rate_and_is_counted_by_itself(hill, qtbot):
    hill.view.again.click()
    settle(hill)
    box = hill.view.optimizer
    box.setCurrentIndex(box.findData("adam"))
    box.activated.emit(box.currentIndex())
    assert hill.view.rate.value() == LEARNING_RATES["adam"]
    qtbot.waitUntil(lambda: hill.inspect.is_busy)
    settle(hill)
    assert hill.view.counting.counted.question.optimizer == "adam"
    assert hill.dock.subtitle() == "Adam, η 0.05"


def test_counting_can_be_given_up(hill):
    hill.view.again.click()
    assert hill.view.again.text() == "Cancel"
    assert hill.dock.subtitle().startswith("balls under way")
    hill.view.again.click()
    settle(hill)
    assert hill.view.again.text() == "Let go"
    assert not hill.view.is_busy
    assert hill.view.counting.counted is None


def test_other_starts_are_drawn_and_remembered(hill):
    hill.view.starts.click()
    settle(hill)
    assert hill.view.counting.counted.question.seed == hill.view.seed != 0
    assert hill.view.state()["seed"] == hill.view.seed


def test_choices_are_remembered_and_bad_ones_ignored(hill):
    good = {"optimizer": "adam", "rate": 0.1, "seed": 5}
    hill.view.restore(good)
    hill.view.restore({"optimizer": "luck", "rate": -1, "seed": "x"})
    assert hill.view.state() == good
    assert not hill.inspect.is_busy


def test_sentence_does_not_say_easy_where_balls_do_not_rest():
    """With a learning rate far above 2/C″ they never do."""
    question = Question("gradient_descent", 0.02, 0)
    tallies = tuple(
        tally(count, np.random.default_rng(0), 100, learning_rate=0.02) for count in DIMENSIONS
    )
    said = words.sentence(Counted(question, tallies))
    assert "easy" not in said
    assert "0 of 100 balls in 10 dimensions came to rest" in said


def test_histogram_holds_every_ball_and_no_other_valley_in_the_first_bar():
    for count in DIMENSIONS:
        found = tally(count, np.random.default_rng(2), 400)
        counts, edges = binned(found)
        assert counts.sum() == 400
        assert counts[0] >= found.n_deepest
        assert edges[1] > 0.5 or found.n_deepest == 0


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_pictures_are_painted_in_every_theme(hill, theme):
    apply_theme(QApplication.instance(), theme)
    hill.view.again.click()
    settle(hill)
    image = hill.view.plots[1].grab().toImage()
    colors = {image.pixelColor(x, image.height() - 22).name() for x in range(image.width())}
    assert {theme.curve_1, theme.curve_3} <= colors
