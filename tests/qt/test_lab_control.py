"""The Lab's control: one experiment at a time beside the window, and what becomes of it."""

import threading
from dataclasses import replace

import pytest
from lab_experiments import GATE, PASSED, TABLE

from gdviz.qt.lab.values import SKIPPED
from gdviz.qt.lab_control import LabControl


@pytest.fixture
def lab(blobs, qapp):
    GATE.clear()
    control = LabControl(blobs, table=lambda: TABLE)
    control.said = []
    control.told.connect(control.said.append)
    control.open()
    yield control
    control.close()
    control.deleteLater()


def until(lab, qtbot, condition):
    def ticked():
        lab.tick()
        return condition()

    qtbot.waitUntil(ticked, timeout=60_000)


def finish(lab, qtbot):
    until(lab, qtbot, lambda: lab.state.under_way is None)


def run(lab, qtbot, name="every-kind"):
    lab.choose(name)
    assert lab.run()
    finish(lab, qtbot)


def test_nothing_is_imported_or_made_before_the_workspace_is_in_sight(blobs, qapp):
    asked = []
    control = LabControl(blobs, table=lambda: asked.append(1) or TABLE)
    control.choose("slow")
    control.tick()
    assert asked == []
    assert control.state.experiments == ()
    control.open()
    control.open()
    assert asked == [1]
    assert control.state.chosen is TABLE["slow"]  # what was wanted before
    assert control._work is None
    control.close()


def test_result_is_kept_with_its_guess_and_looked_at(lab, qtbot):
    lab.choose("every-kind")
    lab.guess(2)
    lab.write("n_points", "8")
    assert lab.take_change()
    assert lab.run()
    assert lab.state.is_under_way(TABLE["every-kind"])
    finish(lab, qtbot)
    (tried,) = lab.state.tried
    assert lab.state.shown == (tried,)
    assert (tried.number, tried.guess, tried.finished.settings.n_points) == (1, 2, 8)
    assert len(tried.finished.result.charts) == 4
    assert "done in" in lab.said[-1]


def test_what_is_known_is_shown_while_it_runs_and_cancel_is_prompt(lab, qtbot):
    lab.choose("slow")
    assert lab.run()
    until(lab, qtbot, lambda: lab.state.under_way.partial is not None)
    work = lab.state.under_way
    assert 0 < work.share < 1
    assert work.doing == "waiting"
    assert len(work.partial.charts) == 4
    assert lab.progress == ("The slow one", work.share)
    lab.cancel()
    passed = len(PASSED)
    assert lab.state.under_way is None
    lab.close()  # waits for every thread
    assert len(PASSED) <= passed + 2, "neither task goes on after it has looked again"
    assert lab.state.tried == ()
    assert "cancelled" in lab.said[-1]


def test_threads_look_whether_to_go_on_and_end_with_the_window(lab, qtbot):
    lab.choose("slow")
    lab.run()
    until(lab, qtbot, lambda: lab.state.under_way.share > 0)
    assert any(thread.name.startswith("gdviz-lab") for thread in threading.enumerate())
    lab.close()
    lab.close()
    assert not any(thread.name.startswith("gdviz-lab") for thread in threading.enumerate())
    assert not lab.run()  # a closed window begins nothing


def test_one_at_a_time_and_the_next_after_a_cancelled_one(lab, qtbot):
    lab.choose("slow")
    lab.run()
    lab.choose("every-kind")
    assert not lab.run()
    assert "Another experiment" in lab.said[-1]
    lab.cancel()
    run(lab, qtbot)
    assert [one.experiment.name for one in lab.state.tried] == ["every-kind"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("failing", "the images have no labels."), ("broken", "KeyError: 'nobody'.")],
)
def test_error_is_a_sentence_and_nothing_else_is_lost(lab, qtbot, name, sentence):
    run(lab, qtbot)
    lab.choose(name)
    lab.write("n_points", "9")
    lab.run()
    finish(lab, qtbot)
    assert lab.state.problem.lower().endswith(sentence.lower())
    assert len(lab.state.tried) == 1
    assert lab.state.draft.settings.n_points == 9
    lab.choose("every-kind")
    assert lab.state.problem == ""
    run(lab, qtbot)
    assert [one.number for one in lab.state.tried] == [1, 2]


def test_settings_that_are_wrong_are_not_run(lab):
    lab.choose("every-kind")
    lab.write("scale", "99")
    assert "Scale" in lab.state.draft.problems["scale"]
    assert not lab.run()
    lab.write_all(is_quick=True)
    assert lab.state.draft.settings.n_points == 4
    lab.write_all()
    assert not lab.state.draft.changed


def test_each_experiment_has_its_own_settings_and_guess(lab):
    lab.choose("every-kind")
    lab.write("n_points", "9")
    lab.guess(1)
    lab.choose("slow")
    assert lab.state.guess is None
    assert lab.state.draft.texts["n_points"] == "20"
    lab.guess(SKIPPED)
    lab.choose("every-kind")
    assert (lab.state.guess, lab.state.draft.texts["n_points"]) == (1, "9")


def test_two_results_are_looked_at_and_a_new_one_takes_the_second_place(lab, qtbot):
    for _ in range(3):
        run(lab, qtbot)
    first, second, third = lab.state.tried
    assert lab.state.shown == (third,)
    lab.look_at(first, second)
    run(lab, qtbot)
    assert lab.state.shown == (first, lab.state.tried[3])
    lab.forget(first)
    assert first not in lab.state.tried
    assert lab.state.shown == (lab.state.tried[2],)
    run(lab, qtbot)
    assert lab.state.tried[-1].number == 5  # a number is never given twice


def test_other_data_of_the_window_are_the_new_default(lab, blobs):
    lab.choose("every-kind")
    assert lab.state.draft.texts["data"] == "blobs"
    lab.choose("slow")
    lab.write("data", "mine.npz")
    lab.reset(replace(blobs, source="other"))
    assert lab.state.draft.texts["data"] == "mine.npz"
    lab.choose("every-kind")
    assert lab.state.draft.texts["data"] == "other"


def test_settings_of_a_run_come_back(lab, qtbot):
    lab.choose("every-kind")
    lab.write("n_points", "9")
    run(lab, qtbot)
    lab.write_all()
    lab.write_as(lab.state.tried[0].finished.settings)
    assert lab.state.draft.settings == lab.state.tried[0].finished.settings
