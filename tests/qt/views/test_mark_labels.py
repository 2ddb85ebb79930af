"""Labels of changed settings: one for a step, none over another, all inside the plot. No window."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.qt.views.cost_curves.mark_labels import (
    GAP,
    MOST_LISTED,
    changes_of,
    described,
    mark_lines,
    place_labels,
)
from gdviz.training.marks import ENGINE, Mark

RATE = Mark(5, "learning_rate", 0.5, 1.5)
L2 = Mark(5, "l2", 0.0, 1e-4)
COST = Mark(5, "cost", "quadratic", "cross_entropy")
METHOD = Mark(9, "optimizer", "gradient_descent", "adam")
COMPILED = Mark(5, ENGINE, "numpy", "compiled")


def width_of(text):
    """Six pixels a letter."""
    return 6.0 * len(text)


@pytest.mark.parametrize(
    ("marks", "room", "label"),
    [
        ((RATE,), 10, "η 0.5 → 1.5"),
        ((METHOD,), 10, "optimizer Gradient descent → Adam"),
        ((COMPILED,), 10, "engine numpy → compiled"),
        ((RATE, L2), 1000, "η 0.5 → 1.5, L2 0 → 0.0001"),
        ((RATE, L2), 100, "η, L2"),
        ((RATE, L2), 20, "2 settings"),
        ((RATE, L2, COST), 100, "η, L2, cost"),
        ((RATE, L2, COMPILED), 20, "3 changes"),
        ((RATE, L2, COST, RATE), 1000, "4 settings"),
    ],
)
def test_marks_at_one_step_are_one_label(marks, room, label):
    (change,) = changes_of(marks)
    assert change.label(room, width_of) == label


def test_changes_are_in_the_order_of_their_steps():
    assert [(c.step, len(c.marks)) for c in changes_of((METHOD, RATE, L2))] == [(5, 2), (9, 1)]


@given(
    st.lists(st.integers(-50, 1050), max_size=30, unique=True).map(sorted),
    st.floats(50, 900),
    st.integers(1, 3),
    st.sampled_from([RATE, METHOD]),
)
def test_labels_are_inside_and_apart_and_the_newest_has_one(steps, width, n_rows, kind):
    changes = changes_of([Mark(step, kind.setting, kind.before, kind.after) for step in steps])
    positions = [step * width / 1000 for step in steps]
    placed = place_labels(changes, positions, width, n_rows, width_of)
    for label in placed:
        assert label.left >= 0
        assert label.left + label.width <= width + 1e-9
        assert 0 <= label.row < n_rows
    for row in range(n_rows):
        inside = sorted((p.left, p.width) for p in placed if p.row == row)
        for (left, wide), (following, _) in itertools.pairwise(inside):
            assert left + wide + GAP <= following + 1e-9
    in_sight = [step for step, x in zip(steps, positions, strict=True) if 0 <= x <= width]
    if in_sight and width_of(changes[0].label(0, width_of)) + 12 <= width:
        assert (placed[0].step, placed[0].row) == (in_sight[-1], 0)
    else:
        assert placed == []


def test_near_labels_are_staggered_and_what_has_no_room_is_left_out():
    changes = changes_of([Mark(step, "learning_rate", 0.5, 1.5) for step in (10, 20, 30, 300)])
    placed = place_labels(changes, [10.0, 20.0, 30.0, 300.0], 400.0, 2, width_of)
    assert [(label.step, label.row) for label in placed] == [(300, 0), (30, 0), (20, 1)]


def test_the_box_lists_every_mark_up_to_a_bound():
    (change,) = changes_of((RATE, L2))
    assert mark_lines(change) == [
        ("changed at 5", ""), ("η", "0.5 → 1.5"), ("L2", "0 → 0.0001")
    ]  # fmt: skip
    assert mark_lines(None) == []
    (many,) = changes_of([RATE] * (MOST_LISTED + 3))
    assert len(mark_lines(many)) == MOST_LISTED + 2
    assert mark_lines(many)[-1] == ("", "and 3 more")


def test_changes_are_said_for_the_keyboard():
    assert described([]) == ""
    assert described(changes_of((RATE, L2, METHOD))) == (
        "Changed while running: step 5: η 0.5 → 1.5, L2 0 → 0.0001; "
        "step 9: optimizer Gradient descent → Adam."
    )
