"""Where steps, marks and words stand on the strip: arithmetic."""

import dataclasses
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.qt.views.timeline.axis import LEAST_STEPS, Axis, axis_end, epoch_ends, page_of
from gdviz.qt.views.timeline.lane import place
from gdviz.qt.views.timeline.marks import Fork, TimelineMark, forks_of, marks_of, way_of
from gdviz.training.branches import BranchInfo
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import Mark

CONFIG = TrainingConfig(layer_sizes=(4, 3, 2))


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.floats(50, 3000), st.data())
def test_axis_gives_a_step_back_from_its_place(start, length, width, data):
    axis = Axis(start, start + length, 9.0, width)
    step = data.draw(st.integers(start, start + length))
    assert axis.step_at(axis.x_of(step)) == step


def test_axis_beyond_its_ends_gives_the_ends():
    axis = Axis(10, 20, 9.0, 100.0)
    assert (axis.step_at(-50), axis.step_at(500)) == (10, 20)


@given(st.integers(0, 10**6), st.integers(0, 10**7))
def test_strip_is_at_least_three_quarters_full_and_never_too_short(start, n_steps):
    end = axis_end(start, start + n_steps)
    assert end >= start + n_steps
    if n_steps >= LEAST_STEPS:
        assert n_steps >= 0.74 * (end - start)


def test_strip_does_not_go_beyond_the_planned_end_before_the_run_does():
    assert axis_end(0, 46_000, 46_875) == 46_875
    assert axis_end(0, 46_875, 46_875) == 46_875
    assert axis_end(0, 47_000, 46_875) == 50_000


@given(st.integers(1, 500), st.integers(1, 60), st.integers(0, 400), st.integers(0, 200))
def test_epoch_ends_equal_those_of_counted_mini_batches(n_examples, size, n_steps, extra):
    """An oracle that takes every mini-batch: the last of an epoch may be smaller."""
    ends, position, epoch, at = [], 0, 0, (0.0, 0)
    for step in range(1, n_steps + extra + 1):
        position = min(position + size, n_examples)
        if position == n_examples:
            position, epoch = 0, epoch + 1
            ends.append(step)
        if step == n_steps:
            at = (epoch + position / n_examples, step)
    found = epoch_ends(at[1], at[0], math.ceil(n_examples / size), 0, n_steps + extra + 1)
    if found or len(ends) < 50:
        assert found == ends


def test_too_many_epochs_have_no_notches():
    assert epoch_ends(1000, 100.0, 10, 0, 1000) == []


def test_page_is_an_epoch_where_the_run_has_some():
    assert page_of(20_000, 1875) == 1875
    assert page_of(3_000, 1875) == 150
    assert page_of(5, 1875) == 1


# Branches

TREE = (
    BranchInfo(1, None, 0, 1000, CONFIG),
    BranchInfo(2, 1, 400, 700, CONFIG),
    BranchInfo(3, 2, 600, 900, CONFIG),
    BranchInfo(4, 2, 100, 300, CONFIG),
)
"""The fourth left the second at a step that the second shares with the first."""


def test_way_goes_along_the_parents_up_to_where_they_were_left():
    assert way_of(TREE, 3) == {3: math.inf, 2: 600, 1: 400}
    assert way_of(TREE, 4) == {4: math.inf, 2: 100, 1: 100}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (1, [(4, 100), (2, 400), (3, 400)]),
        (2, [(4, 100), (1, 400), (3, 600)]),
        (3, [(4, 100), (1, 400), (2, 600)]),
        (4, [(1, 100), (2, 100), (3, 100)]),
    ],
)
def test_forks_are_where_two_ways_part(shown, expected):
    assert [(fork.branch, fork.step) for fork in forks_of(TREE, shown)] == expected


def test_forks_of_hidden_branches_are_left_out():
    assert [fork.branch for fork in forks_of(TREE, 1, {2, 3})] == [4]


def test_forks_of_branches_whose_parent_was_deleted_part_where_they_left_it():
    kept = tuple(info for info in TREE if info.id != 2)
    assert [(fork.branch, fork.step) for fork in forks_of(kept, 3)] == [(4, 100)]


def test_marks_of_another_branch_count_up_to_where_they_part(run):
    branches = tuple(dataclasses.replace(info, marks=(Mark(50, "l2", 0.0, 0.1),)) for info in TREE)
    snapshot = run.snapshot(60, branches=branches, branch=3, head_step=900)
    saves = [(1, 300), (1, 500), (2, 600), (2, 601), (3, 800), (4, 99)]
    found = marks_of(snapshot, saves, [(1, 1000), (3, 900)])
    assert [(mark.kind, mark.step) for mark in found] == [
        ("change", 50),
        ("save", 300),
        ("save", 600),
        ("save", 800),
        ("divergence", 900),
    ]


def test_marks_of_one_step_are_one_that_says_all(run):
    marks = tuple(Mark(40, name, 0.0, 0.5) for name in ("learning_rate", "l2", "dropout"))
    (mark,) = marks_of(run.snapshot(60, marks=marks, head_step=60))
    assert mark.label == "3 changes"
    assert mark.text == "changed at step 40: η 0 → 0.5, L2 0 → 0.5, dropout 0 → 0.5"


def test_marks_stay_while_the_past_before_them_is_shown(run):
    """The snapshot's own marks are those up to its step."""
    newest = BranchInfo(1, None, 0, 60, CONFIG, (Mark(40, "l2", 0.0, 0.1),))
    snapshot = run.snapshot(20, branches=(newest,), head_step=60)
    assert [mark.step for mark in marks_of(snapshot)] == [40]


# The lane


def overlaps(intervals) -> bool:
    ordered = sorted(intervals)
    return any(a[1] > b[0] + 1e-6 for a, b in itertools.pairwise(ordered))


@given(
    st.lists(st.integers(0, 1000), max_size=20),
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 400)), max_size=8),
    st.floats(150, 1500),
)
def test_nothing_in_the_lane_stands_over_anything_else(steps, forks, width):
    axis = Axis(0, 1000, 9.0, width)
    marks = [TimelineMark(step, "change", f"η {step}", "") for step in sorted(steps)]
    found = place(
        axis,
        [Fork(k + 2, start, start + length) for k, (start, length) in enumerate(forks)],
        {k + 2: f"branch {k + 2}" for k in range(len(forks))},
        marks,
        lambda text: 6.0 * len(text),
    )
    assert len(found.forks) == len(forks)
    drawn = [
        (f.start, max(f.end, 0.0 if f.words is None else f.words.left + f.words.width))
        for f in found.forks
        if f.is_drawn
    ]
    words = [(w.left, w.left + w.width) for w in found.words]
    assert not overlaps([*drawn, *words])
    assert all(right <= 9.0 + width + 1e-6 for _, right in [*drawn, *words])


def test_a_branch_that_ends_at_the_right_is_named_over_its_line():
    found = place(Axis(0, 1000, 9.0, 1000.0), [Fork(2, 300, 995)], {2: "η 15"}, [], len)
    words = found.forks[0].words
    assert found.forks[0].start < words.left < words.left + words.width < found.forks[0].end


def test_a_sign_stands_on_the_line_of_a_branch_and_its_words_do_not():
    found = place(
        Axis(0, 1000, 9.0, 1000.0),
        [Fork(2, 300, 600)],
        {2: "η 15"},
        [TimelineMark(500, "divergence", "diverged", "")],
        len,
    )
    assert found.forks[0].is_drawn
    assert found.words == ()


def test_a_lone_mark_and_a_lone_branch_are_named():
    found = place(
        Axis(0, 1000, 9.0, 1000.0),
        [Fork(2, 300, 500)],
        {2: "η 15"},
        [TimelineMark(700, "change", "η 0.5 → 1.5", "")],
        lambda text: 6.0 * len(text),
    )
    assert found.forks[0].words.text == "η 15"
    assert [words.text for words in found.words] == ["η 0.5 → 1.5"]
