"""What the Lab says of verdicts, durations and predictions."""

import pytest
from lab_experiments import TABLE, KindSettings, every_kind

from gdviz.experiments.result import Claim, Result
from gdviz.qt.lab import words
from gdviz.qt.lab.values import SKIPPED, UnderWay

ONE = TABLE["every-kind"]


def claims(*holds):
    return Result(tuple(Claim("c", 1.0, hold, "v") for hold in holds))


@pytest.mark.parametrize(
    ("holds", "word", "text"),
    [
        ((True,), "holds", "holds"),
        ((False,), "does not hold", "does not hold"),
        ((None,), "cannot be told", "cannot be told"),
        ((True, True), "holds", "2 of 2 hold"),
        ((True, False), "does not hold", "1 of 2 holds"),
        ((True, None, None), "cannot be told", "1 of 3 holds, 2 cannot be told"),
        ((), "cannot be told", "no verdict"),
    ],
)
def test_one_claim_that_fails_is_enough(holds, word, text):
    assert words.overall(claims(*holds)) == word
    assert words.words_of(claims(*holds)) == text


def test_figure_has_its_unit_and_interval():
    assert words.measured(Claim("c", 12.5, True, "v", (8.0, 19.0), "%")) == "12.5 %  [8, 19]"
    assert words.measured(Claim("c", None, None, "v")) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (5.0, "5.0 s"), (42.3, "42 s"), (130, "2 min 10 s"), (900, "15 min"),
     (7200, "2.0 h")],
)  # fmt: skip
def test_durations(seconds, text):
    assert words.duration(seconds) == text


def test_prediction_is_compared_with_what_came_true():
    result = every_kind(KindSettings(), [1])
    assert words.came_true(ONE, result, 0) == "It came true: “It falls”. You said so."
    assert "You said: “Neither”." in words.came_true(ONE, result, 2)
    assert "no prediction" in words.came_true(ONE, result, SKIPPED)
    assert "None of the options" in words.came_true(ONE, Result(), 1)


def test_time_that_is_left_follows_from_the_share_that_is_done():
    work = UnderWay(ONE, KindSettings(), 0.25, "training", 10.0)
    assert words.progress(work) == "25% · training · 10 s · about 30 s left"
    assert "left" not in words.progress(UnderWay(ONE, KindSettings(), 0.01, "training", 10.0))


def test_shelf_has_the_first_sentence_or_as_much_as_has_room():
    assert words.short("One thing. Another thing.") == "One thing."
    long = "word " * 60
    assert len(words.short(long)) <= 112
    assert words.short(long).endswith("word …")
