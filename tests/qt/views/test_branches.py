"""The view of branches, on a run made for it: the tree, the verdict, and what is sent."""

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from gdviz.analysis.branch_comparison import compare_branches
from gdviz.qt.views.branches.rows import branch_rows
from gdviz.qt.views.branches.view import EMPTY, BranchesView
from gdviz.qt.views.branches.words import cost_sentence, table_rows, verdict
from gdviz.runtime.commands import DeleteBranch, Fork, RestoreBranch, SwitchBranch
from gdviz.training.branches import BranchInfo

NAME = "learning rate 7 from step 400"


@pytest.fixture
def shown(show, branched):
    """The view with two branches, the second live."""
    shown = show(BranchesView, size=(424, 380))
    tell(shown, branched())
    return shown


def tell(shown, frame):
    shown.book.follow(frame.snapshot)
    shown.view.show_frame(frame)


# The tree


def test_rows_stand_below_the_branch_that_they_left(run):
    config = run.config
    infos = (
        BranchInfo(1, None, 0, 900, config),
        BranchInfo(2, 1, 100, 900, config),
        BranchInfo(3, 1, 200, 900, config),
        BranchInfo(4, 2, 300, 900, config),
        BranchInfo(6, 5, 400, 900, config),
    )
    snapshot = run.snapshot(20, branch=4, branches=infos)
    found = [(row.info.id, row.depth) for row in branch_rows(snapshot, {})]
    assert found == [(1, 0), (2, 1), (4, 2), (3, 1), (6, 0)]


def test_row_tells_everything_to_screen_readers(shown):
    item = shown.view.tree.topLevelItem(0).child(0)
    words = item.data(0, Qt.ItemDataRole.AccessibleTextRole)
    assert words == (
        f"{NAME}, live; from step 400 to 800; 9,200/10,000 test images right, "
        "92.0 % [91.5, 92.5], at step 800"
    )


def test_past_is_told_in_the_row_of_the_live_branch(shown, branched):
    tell(shown, branched(step=20))
    assert "seen at 20" in shown.view.tree.row(2).where


def test_one_branch_shows_how_to_fork(show, branched):
    shown = show(BranchesView, size=(424, 380))
    tell(shown, branched(n_branches=1, live=1))
    assert shown.view.empty.text() == EMPTY
    assert shown.view.empty.isVisible()
    assert not shown.view.tree.isVisible()


def test_current_branch_stays_when_another_one_comes(shown, branched):
    view = shown.view
    tell(shown, branched(n_branches=3))
    view.tree.make_current(3)
    tell(shown, branched(n_branches=4))
    assert view.tree.current() == 3


def test_parent_of_the_live_branch_is_chosen_to_be_compared_with(shown):
    assert shown.view.tree.current() == 1
    assert shown.view.comparison.step == 800


# What is done with a branch


def test_enter_goes_on_with_a_branch_and_not_with_the_live_one(shown, qtbot):
    view = shown.view
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    assert [command.branch for command in shown.sent_of(SwitchBranch)] == [1]
    qtbot.keyClick(view.tree, Qt.Key.Key_Down)
    assert view.tree.current() == 2
    qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    assert len(shown.sent_of(SwitchBranch)) == 1


def test_fork_here_sends_a_fork(shown):
    shown.view.fork_action.trigger()
    assert len(shown.sent_of(Fork)) == 1


def test_renamed_by_f2(shown, qtbot):
    view = shown.view
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_F2)
    editor = view.tree.findChild(QLineEdit)
    assert editor.text() == "main"
    editor.setText("as it was")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    # Qt hands the text over once the key is dealt with.
    qtbot.waitUntil(lambda: shown.book.name(1) == "as it was")
    assert "“as it was”" in view.verdict.text()


def test_hidden_by_a_key_and_shown_again(shown, qtbot):
    view = shown.view
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_H)
    assert shown.book.is_hidden(1)
    assert view.hide_action.text() == "Show"
    qtbot.keyClick(view.tree, Qt.Key.Key_H)
    assert not shown.book.is_hidden(1)


def test_deleted_branch_comes_back_by_undo_with_name_and_colour(shown, branched, qtbot):
    view, book = shown.view, shown.book
    book.rename(1, "first")
    color = book.color_index(1)
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_Delete)
    assert [command.branch for command in shown.sent_of(DeleteBranch)] == [1]
    frame = branched()
    without = dataclasses.replace(frame.snapshot, branches=frame.snapshot.branches[1:])
    tell(shown, dataclasses.replace(frame, snapshot=without))
    assert [row.info.id for row in view.tree.rows] == [2]
    shown.undo_stack.undo()
    assert [command.branch for command in shown.sent_of(RestoreBranch)] == [1]
    tell(shown, frame)
    assert (book.name(1), book.color_index(1)) == ("first", color)


def test_live_branch_cannot_be_deleted(shown):
    view = shown.view
    view.tree.make_current(2)
    tell(shown, shown.view._frame)
    assert not view.delete_action.isEnabled()
    view.delete(2)
    assert shown.undo_stack.count() == 0


def test_undo_names_the_run_that_the_branch_is_of(shown, branched):
    """Whatever is shown by then: the worker knows which run it has."""
    frame = branched()
    tell(shown, dataclasses.replace(frame, snapshot=dataclasses.replace(frame.snapshot, origin=3)))
    shown.view.delete(1)
    tell(shown, dataclasses.replace(frame, snapshot=other_run(branched)))
    shown.undo_stack.undo()
    assert shown.sent_of(RestoreBranch) == [RestoreBranch(1, origin=3)]


def other_run(branched):
    return dataclasses.replace(branched().snapshot, run_id=2, origin=2)


# The verdict


def test_verdict_says_which_is_more_often_right(shown):
    """9,200 and 9,000 of 10,000: 2.0 points; Newcombe's interval by hand is [1.2, 2.8]."""
    assert shown.view.verdict.text() == (
        f"At step 800 “{NAME}” has 2.0 percentage points more test accuracy than “main” [1.2, 2.8]."
    )
    assert shown.view.costs.text().startswith("Mini-batch cost ")
    assert "over 400 steps." in shown.view.costs.text()


def test_small_difference_is_said_to_be_within_noise(shown, branched):
    frame = branched()
    for histories in frame.histories.values():
        last = histories.evaluations[-1]
        histories.add_evaluation(dataclasses.replace(last, test_correct=9000 + last.step // 100))
    first, second = frame.histories[1], frame.histories[2]
    main, other = frame.snapshot.branches
    found = compare_branches(main, other, (first, second), frame.snapshot.branches)
    assert found.scores.accuracy.is_within_noise
    assert "is within noise" in verdict(found, "main", "other")


def test_table_tells_settings_costs_and_scores(shown):
    rows = {row.caption: (row.first, row.second) for row in shown.view.table.rows}
    assert rows["Learning rate"] == ("0.7", "7")
    assert rows["Test images right"] == ("9,000/10,000", "9,200/10,000")
    assert rows["Accuracy, 95 %"] == ("90.0 % [89.4, 90.6]", "92.0 % [91.5, 92.5]")
    assert "Learning rate at 400" not in rows
    assert shown.view.table.heads == ("main", NAME)


def test_nothing_is_compared_before_the_first_own_step(shown, branched):
    frame = branched()
    main, other = frame.snapshot.branches
    fresh = dataclasses.replace(other, step=400)
    histories = frame.histories[1], frame.histories[2]
    found = compare_branches(main, fresh, histories, (main, fresh))
    assert verdict(found, "a", "b") == "Nothing to compare yet: they are the same up to step 400."
    assert cost_sentence(found) == ""
    assert [row.caption for row in table_rows(found)] == ["Learning rate"]
