"""The experiment: prediction, settings, live pictures, verdicts, and two runs beside each other."""

import dataclasses

import pytest
from lab_experiments import GATE, TABLE
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit

from gdviz.qt.lab.values import SKIPPED
from gdviz.qt.lab_control import LabControl
from gdviz.qt.theme import DARK, HIGH_CONTRAST, LIGHT, apply_theme
from gdviz.qt.views.lab_experiment.result_pane import OVER
from gdviz.qt.views.lab_experiment.view import LabExperimentView
from gdviz.qt.views.view import Frame


class Bench:
    """The view with its control, ticked by hand."""

    def __init__(self, shown, lab, frame, qtbot):
        self.shown, self.view, self.lab = shown, shown.view, lab
        self._frame, self._qtbot = frame, qtbot

    def refresh(self):
        self.lab.tick()
        frame = dataclasses.replace(self._frame, lab=self.lab.state)
        self.view.show_frame(frame)
        while self.view.is_unfinished:
            self.view.show_frame(frame)
        QApplication.processEvents()

    def wait(self, condition):
        def ticked():
            self.refresh()
            return condition()

        self._qtbot.waitUntil(ticked, timeout=60_000)

    def run(self, name="every-kind"):
        self.lab.choose(name)
        self.refresh()
        self.view._run()
        self.wait(lambda: self.lab.state.under_way is None)
        self.refresh()


@pytest.fixture
def bench(show, run, qtbot):
    GATE.clear()
    lab = LabControl(run.dataset, table=lambda: TABLE)
    shown = show(LabExperimentView, (800, 780), lab=lab)
    bench = Bench(shown, lab, Frame(run.snapshot(10), run.history(10), None), qtbot)
    bench.refresh()
    yield bench
    lab.close()


def visible(view, kind):
    return [one for one in view.widget.findChildren(kind) if one.isVisible()]


def test_student_commits_or_skips_before_run_is_offered(bench, qtbot):
    view, lab = bench.view, bench.lab
    assert [button.text() for button in view.prediction.options] == [
        "It falls", "It rises", "Neither",
    ]  # fmt: skip
    assert view.buttons.run.property("role") == ""
    view.prediction.options[1].setFocus()
    qtbot.keyClick(view.prediction.options[1], Qt.Key.Key_Return)
    bench.refresh()
    assert lab.state.guess == 1
    assert view.prediction.said.whole_text() == "You say: It rises"
    assert not view.prediction.options[0].isVisible()
    assert view.buttons.run.property("role") == "offered"
    assert lab.state.under_way is None  # Enter committed, and did not run
    view.prediction.change.click()
    bench.refresh()
    assert view.prediction.options[0].isVisible()
    view.prediction.skip.click()
    bench.refresh()
    assert lab.state.guess == SKIPPED


def test_form_is_made_from_what_settings_say_of_themselves(bench, qtbot):
    view = bench.view
    fields = view.settings.fields
    assert list(fields) == ["n_points", "scale", "widths", "kind", "is_wide", "seed", "data"]
    assert isinstance(fields["kind"].control, QComboBox)
    assert isinstance(fields["is_wide"].control, QComboBox)
    line = fields["n_points"].control
    assert "Points of each curve. From 2 to 1,000." in line.toolTip()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "1")
    bench.refresh()
    assert fields["n_points"].problem.isVisible()
    assert fields["n_points"].problem.text() == "Points: 1 is not from 2 to 1000."
    assert not view.buttons.run.isEnabled()
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert bench.lab.state.under_way is None
    qtbot.keyClicks(line, "2")
    bench.refresh()
    assert line.text() == "12"
    assert view.settings.head.summary == "Points 12"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert bench.lab.state.under_way is not None
    bench.wait(lambda: bench.lab.state.under_way is None)
    assert bench.lab.state.tried[0].finished.settings.n_points == 12


def test_reset_and_quick_look(bench):
    view = bench.view
    assert not view.settings.reset.isEnabled()
    view.settings.quick.click()
    bench.refresh()
    assert view.settings.fields["n_points"].control.text() == "4"
    view.settings.reset.click()
    bench.refresh()
    assert view.settings.fields["n_points"].control.text() == "20"
    assert view.settings.head.summary == "as given"


def test_curves_progress_and_cancel_while_it_runs(bench, qtbot):
    view, lab = bench.view, bench.lab
    lab.choose("slow")
    bench.refresh()
    view._run()
    bench.wait(lambda: lab.state.under_way.partial is not None)
    assert len(view.pane.charts) == 4
    assert view.progress.isVisible()
    assert 0 < view.progress.bar.value() < 1000
    assert view.progress.text.whole_text().startswith("50% · waiting")
    assert view.buttons.cancel.isVisible()
    assert not view.buttons.run.isVisible()
    # Another one can be looked at meanwhile, but not run.
    lab.choose("every-kind")
    bench.refresh()
    assert view.progress.text.whole_text().startswith("The slow one: 50%")
    assert not view.buttons.run.isEnabled()
    lab.choose("slow")
    bench.refresh()
    view.settings.head.setFocus()
    qtbot.keyClick(view.settings.head, Qt.Key.Key_Escape)
    bench.refresh()
    assert lab.state.under_way is None
    assert not view.progress.isVisible()


def test_result_says_verdicts_in_words_and_shapes_and_what_was_predicted(bench):
    view = bench.view
    bench.lab.guess(2)
    bench.run()
    verdicts = view.pane._rows["verdicts"].parts[0]
    assert [row.word.text() for row in verdicts.rows] == [
        "Holds", "Does not hold", "Cannot be told",
    ]  # fmt: skip
    pictures = [row.mark.grab().toImage() for row in verdicts.rows]
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
    assert verdicts.rows[0].figure.text() == "12.5 %  [8, 19]"
    assert verdicts.came_true.text() == "It came true: “It falls”. You said: “Neither”."
    assert len(view.pane.charts) == 4
    assert {"images noise", "table gain"} <= set(view.pane._rows)
    told = view.describe()
    assert "In 18 of 20 runs they fell" in told.sentence
    assert [row[2] for row in told.rows] == ["holds", "does not hold", "cannot be told"]


def test_parts_come_one_in_a_frame_in_their_order(bench):
    bench.lab.guess(0)
    bench.lab.run()
    bench.wait(lambda: bench.lab.state.under_way is None)
    bench.refresh()
    pane = bench.view.pane
    kept = list(pane._rows)
    assert kept[0] == "verdicts"
    bench.view._shown = ()
    bench.view._show(bench.lab.state)
    assert bench.view.is_unfinished
    n_frames = 0
    while bench.view.is_unfinished:
        bench.view.show_frame(dataclasses.replace(bench._frame, lab=bench.lab.state))
        n_frames += 1
    assert n_frames == len(kept)
    places = [pane._column.indexOf(pane._rows[key]) for key in kept]
    assert places == sorted(places)


def test_two_runs_stand_beside_each_other_on_common_axes_or_over_each_other(bench):
    view, lab = bench.view, bench.lab
    bench.run()
    lab.write("scale", "5")
    bench.run()
    lab.look_at(*lab.state.tried)
    bench.refresh()
    assert len(view.pane.charts) == 8
    first, second = view.pane.charts[:2]
    assert first.axes is second.axes
    assert first.axes.y.high > 5
    titles = [part.title.text() for part in view.pane._rows["verdicts"].parts]
    assert titles == ["Run 1 · as given", "Run 2 · Scale 5"]
    assert view.way.isVisible()
    view.way.segment(OVER).click()
    bench.refresh()
    assert len(view.pane.charts) == 4
    labels = [line.label for line in view.pane.charts[0].picture.lines]
    assert labels == ["run 1 true", "run 1 shuffled", "run 2 true", "run 2 shuffled"]
    assert view.state()["way"] == OVER


def test_error_is_a_sentence_in_the_panel(bench):
    bench.run("failing")
    assert bench.view.problem.isVisible()
    assert "the images have no labels." in bench.view.problem.text().lower()
    bench.run()
    assert not bench.view.problem.isVisible()


def test_charts_are_written_into_a_folder(bench, tmp_path):
    bench.run()
    for kind, begin in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        paths = bench.view.save_charts(tmp_path, kind)
        assert [path.name for path in paths] == [
            f"every-kind-{key}.{kind}" for key in ("fall", "log", "starts", "share")
        ]
        assert all(path.read_bytes().startswith(begin) for path in paths)


@pytest.mark.parametrize("theme", [LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)
def test_another_theme_repaints_charts_and_links(bench, theme):
    bench.run()
    before = bench.view.pane.charts[0].grab().toImage()
    apply_theme(QApplication.instance(), theme)
    QApplication.processEvents()
    assert bench.view.pane.charts[0].grab().toImage() != before
    assert theme.accent in bench.view.head.sources.text()
    apply_theme(QApplication.instance(), DARK)


def test_every_control_has_a_name(bench):
    bench.run()
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for control in bench.shown.dock.findChildren(kind):
            assert control.accessibleName() or control.text(), control
    for chart in bench.view.pane.charts:
        assert chart.accessibleName().startswith("Chart: ")
