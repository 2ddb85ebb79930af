"""What is said of two branches, on comparisons made by hand."""

import dataclasses

import pytest

from gdviz.analysis.branch_comparison import (
    Comparison,
    CostComparison,
    ScoreComparison,
    SettingDifference,
)
from gdviz.analysis.differences import Difference
from gdviz.qt.views.branches.words import MOST_CHANGES, cost_sentence, table_rows, verdict
from gdviz.training.evaluation import Evaluation
from gdviz.training.marks import Mark

FASTER = Mark(100, "learning_rate", 0.5, 7.0)
SAME = Difference(0.0, 0.0, 0.0)


def scores(first=9000, second=9120, difference=None, steps=(900, 900)):
    entries = [
        Evaluation(step, 0.0, 0.1, k, 10_000, 0.1, k, 10_000)
        for step, k in zip(steps, (first, second), strict=True)
    ]
    return ScoreComparison(*entries, difference or Difference(0.012, 0.005, 0.019))


def compared(**changes):
    found = Comparison(
        900,
        100,
        CostComparison(0.2, 0.19, 800, Difference(-0.012, -0.014, -0.01), is_paired=True),
        scores(),
        (SettingDifference("learning_rate", 0.5, 7.0),),
        ((), (FASTER,)),
        has_one_cost=True,
    )
    return dataclasses.replace(found, **changes)


def test_verdict_of_more_and_of_less():
    assert verdict(compared(), "main", "η 7") == (
        "At step 900 “η 7” has 1.2 percentage points more test accuracy than “main” [0.5, 1.9]."
    )
    less = scores(difference=Difference(-0.012, -0.019, -0.005))
    assert verdict(compared(scores=less), "main", "η 7") == (
        "At step 900 “η 7” has 1.2 percentage points less test accuracy than “main” [0.5, 1.9]."
    )


def test_verdict_within_noise_keeps_the_sign():
    noise = scores(difference=Difference(-0.001, -0.008, 0.006))
    assert verdict(compared(scores=noise), "main", "η 7") == (
        "At step 900 the difference in test accuracy between “η 7” and “main” is within noise: "
        "−0.1 percentage points [−0.8, 0.6]."
    )


def test_verdict_names_both_steps_where_they_differ():
    found = compared(scores=scores(steps=(880, 900)))
    assert "than “main” at step 880 [" in verdict(found, "main", "η 7")


def test_verdict_of_branches_that_do_the_same_says_so_whatever_was_tested():
    """They were tested at other steps, and differ there, as one branch does from itself."""
    costs = dataclasses.replace(compared().costs, difference=SAME)
    found = compared(costs=costs, scores=scores(steps=(300, 900)), settings=(), changes=((), ()))
    assert verdict(found, "main", "again") == "“again” and “main” take exactly the same steps."


def test_verdict_without_evaluations_says_so():
    assert "were not both tested since step 100" in verdict(compared(scores=None), "a", "b")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Its mini-batch cost is 0.012 lower [0.010, 0.014], mean of the last 800 steps"),
        ({}, "steps, the same examples at each."),
        ({"difference": Difference(0.012, 0.01, 0.014)}, "is 0.012 higher [0.010, 0.014]"),
        ({"difference": Difference(-0.001, -0.003, 0.002)}, "differs within noise: −0.00100 ["),
        ({"difference": SAME}, "The last 800 mini-batches cost exactly the same."),
        ({"is_paired": False}, "other examples at each"),
        ({"difference": None}, "no numbers"),
        ({"difference": None, "n_pairs": 3}, "no longer kept"),
    ],
)  # fmt: skip
def test_cost_sentence(changes, words):
    costs = dataclasses.replace(compared().costs, **changes)
    assert words in cost_sentence(compared(costs=costs))


def test_cost_sentence_of_few_steps_counts_them():
    costs = dataclasses.replace(compared().costs, difference=None, n_pairs=12)
    assert cost_sentence(compared(step=112, costs=costs)).startswith("12 of the 64 steps")


def test_cost_sentence_of_other_cost_functions():
    found = compared(costs=None, has_one_cost=False)
    assert cost_sentence(found) == ("Their cost functions differ, so their costs are not compared.")
    assert "Test cost" not in [row.caption for row in table_rows(found)]


def test_change_at_the_fork_that_holds_is_said_once():
    captions = [row.caption for row in table_rows(compared())]
    assert captions.count("Learning rate") == 1
    assert not any(caption.startswith("Learning rate at") for caption in captions)


def test_changes_on_the_way_are_listed_and_many_counted():
    marks = tuple(Mark(200 + k, "momentum", k / 10, (k + 1) / 10) for k in range(9))
    rows = table_rows(compared(changes=((marks[0],), (FASTER, *marks[1:]))))
    listed = [row for row in rows if row.caption.startswith("Momentum at")]
    assert len(listed) == MOST_CHANGES
    assert (listed[-1].caption, listed[-1].first) == ("Momentum at 208", "–")
    (earlier,) = [row for row in rows if row.caption == "Earlier changes"]
    assert (earlier.first, earlier.second) == ("1", "2")
