"""A goal as a value: what it refuses, and how it is written."""

import math

import pytest

from gdviz.training.goal import Goal


@pytest.mark.parametrize("field", ["epochs", "cost", "accuracy", "plateau_epochs", "minutes"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_goal_out_of_range_is_refused_with_the_value(field, value):
    with pytest.raises(ValueError, match=rf"must be above 0.*not {value:g}"):
        Goal(**{field: value})


def test_goal_of_more_than_every_image_is_refused():
    with pytest.raises(ValueError, match="test accuracy must be above 0 and at most 1, not 95"):
        Goal(accuracy=95)


def test_goal_without_a_condition_is_refused():
    with pytest.raises(ValueError, match="at least one condition"):
        Goal()


@pytest.mark.parametrize(
    ("goal", "title"),
    [
        (Goal(epochs=10), "until epoch 10"),
        (Goal(cost=0.05), "until cost 0.05"),
        (Goal(accuracy=0.95), "until 95 % test accuracy"),
        (Goal(plateau_epochs=1), "until no fall for 1 epoch"),
        (Goal(minutes=1.5, cost=0.1), "until cost 0.1 or 1.5 min"),
        (
            Goal(epochs=1200, accuracy=0.985, plateau_epochs=3),
            "until epoch 1,200, 98.5 % test accuracy or no fall for 3 epochs",
        ),
    ],
)
def test_title_says_every_condition(goal, title):
    assert goal.title == title
