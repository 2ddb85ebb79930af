"""The race of backpropagation and finite differences: truthful bars, agreement, cancel, ε."""

import math

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from gdviz.analysis.gradient_check import CHANGED, WHOLE, Agreement
from gdviz.nn.network import gradient, one_hot
from gdviz.qt.theme import THEMES, apply_theme
from gdviz.qt.views.race_of_gradients import words
from gdviz.qt.views.race_of_gradients.asking import RACE
from gdviz.qt.views.race_of_gradients.racing import Question, Race, problem_of
from gdviz.qt.views.race_of_gradients.view import RaceOfGradientsView

SIZE = (728, 372)
LIMIT_S = 60


@pytest.fixture
def race(show, run):
    shown = show(RaceOfGradientsView, SIZE)
    shown.view.restore({"examples": 2, "way": CHANGED})
    shown.view.show_frame(run.frame(20))
    return shown


def settle(shown):
    """Wait for all answers, and take them as a tick of the window does."""
    while shown.inspect.is_busy:
        assert shown.inspect.wait(LIMIT_S), "no answer in time"
        shown.inspect.tick()
    QApplication.processEvents()


def test_nothing_runs_before_it_is_asked_for(race):
    assert not race.inspect.is_busy
    assert race.view.describe().sentence == words.EMPTY


def test_race_ends_with_all_components_and_both_agree(race, run):
    race.view.start.click()
    assert race.view.start.text() == "Cancel"
    settle(race)
    view, found = race.view, race.view.asking.race
    assert found.is_done
    assert found.n_components == 13_002
    assert found.agreement.is_good
    assert found.agreement.cosine == pytest.approx(1)
    assert 0 < found.backpropagation_s < found.elapsed_s
    assert view.start.text() == "Race"
    assert "26,004 costs" in words.known(found)
    assert view.verdict.text().startswith("They agree")
    assert "step 20, first 2 training images" in race.dock.subtitle()


def test_race_is_about_a_private_copy_in_float64(race, run):
    race.view.show_frame(run.frame(40))
    question = race.view._question()
    asked = problem_of(question, run.dataset.train)
    assert asked.parameters.vector.dtype == np.float64
    assert not np.shares_memory(asked.parameters.vector, run.path[40].vector)
    images, labels = run.dataset.train.inputs(slice(2)), run.dataset.train.labels[:2]
    expected = gradient(
        run.config.architecture, run.path[40], images, one_hot(labels), run.config.cost
    )[1]
    np.testing.assert_allclose(asked.backpropagated().vector, expected.vector, atol=1e-6)


def test_race_that_is_given_up_stays_as_it_stands(race, qtbot):
    race.view.way.set_current(WHOLE)
    race.view.start.click()
    qtbot.waitUntil(lambda: race.view.asking.race is not None and race.view.asking.race.n_known > 0)
    race.view.start.click()
    assert not race.view.asking.is_racing
    settle(race)
    found = race.view.asking.race
    assert 0 < found.n_known < found.n_components
    assert found.agreement is None
    assert race.view.start.text() == "Race"
    assert race.view.figures.rows()[0][0].startswith("given up")
    assert race.view.lanes.race is found


def test_later_steps_are_told_apart_from_that_of_the_race(race, run):
    race.view.start.click()
    settle(race)
    race.view.show_frame(run.frame(60))
    assert race.dock.subtitle().endswith("; now at step 60")


def test_another_run_forgets_the_race(race, run):
    race.view.start.click()
    race.view.reset(run.dataset)
    settle(race)
    assert race.view.asking.race is None
    assert race.view.start.text() == "Race"
    race.view.start.click()  # there is no network to be raced yet
    assert not race.inspect.is_busy


def test_errors_over_epsilon_are_drawn_with_their_best_steps(race):
    race.view.measure.click()
    assert race.view.measure.text() == "Cancel ε"
    settle(race)
    plot = race.view.plot
    assert plot.has_content()
    assert [curve.dtype for curve in plot.curves] == ["float64", "float64", "float32", "float32"]
    assert "slopes 2.0, −1.0" in race.view.notes[1].text()
    description = race.view.describe()
    assert len(description.columns) == 5
    assert len(description.rows) == plot.curves[0].epsilon.size
    assert race.view.measure.text() == "Error over ε"


def test_measurement_can_be_given_up(race):
    race.view.measure.click()
    race.view.measure.click()
    settle(race)
    assert race.view.asking.errors is None
    assert race.view.asking.errors_progress is None


def test_choices_are_remembered_and_bad_ones_ignored(race):
    assert race.view.state() == {"examples": 2, "way": CHANGED}
    race.view.restore({"examples": 10**9, "way": "half"})
    assert race.view.state() == {"examples": 2, "way": CHANGED}


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_bar_is_as_long_as_the_share_that_is_known(race, run, theme):
    """Counted in pixels, in every theme."""
    apply_theme(QApplication.instance(), theme)
    question = Question(run.config, run.path[0], 0, 2, WHOLE)
    lanes = race.view.lanes
    lanes.show_race(Race(question, 0.001, 0.001, 13_002 // 4, 2.0, 2.0))
    image = lanes.grab().toImage()
    row = [image.pixelColor(x, 46 + 10 + 18 + 5).name() for x in range(image.width())]
    assert row.count(theme.curve_2) == pytest.approx(lanes.width() / 4, abs=4)
    row = [image.pixelColor(x, 18 + 5).name() for x in range(image.width())]
    assert row.count(theme.curve_1) == pytest.approx(lanes.width(), abs=6)


def race_of(run, found, activation="sigmoid"):
    config = run.config.replace(hidden_activation=activation)
    question = Question(config, run.path[0], 0, 2, WHOLE)
    return Race(question, 0.001, 0.001, 13_002, 2.0, 2.0, found)


def test_disagreement_is_said_with_its_reason(run):
    bad = Agreement(0.1, 0, 0.01, 0.99)
    assert "kinks" in words.verdict(race_of(run, bad, "relu"))
    assert "rounding" in words.verdict(race_of(run, bad))
    lost = Agreement(math.nan, 0, math.nan, math.nan)
    assert "nothing to compare" in words.verdict(race_of(run, lost))


def test_extrapolation_and_ratio_in_numbers(run):
    question = Question(run.config, run.path[0], 0, 2, WHOLE)
    quarter = Race(question, 0.002, 0.001, 13_002 // 2, 3.0, 2.0)
    assert quarter.extrapolated_s == pytest.approx(6)
    assert quarter.ratio == pytest.approx(2000)
    assert math.isnan(Race(question, 0.002, 0.001).extrapolated_s)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.00104, "1.04 ms"), (0.5, "500 ms"), (12.34, "12.3 s"), (431.2, "431 s"), (math.nan, "–")],
)
def test_times_have_three_digits(seconds, text):
    assert words.duration(seconds) == text


def test_race_that_runs_when_the_window_closes_ends(race, qtbot):
    """No thread is left: the fixture, and that of all tests, look."""
    race.view.way.set_current(WHOLE)
    race.view.start.click()
    qtbot.waitUntil(lambda: race.view.asking.race is not None)
    race.inspect.close()
    assert not race.view.asking.is_racing


def test_cancelling_one_question_leaves_the_other(race):
    race.view.way.set_current(WHOLE)
    race.view.start.click()
    race.view.measure.click()
    race.view.asking.cancel(RACE)
    settle(race)
    assert race.view.asking.errors is not None
