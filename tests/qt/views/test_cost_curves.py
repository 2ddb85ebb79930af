import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.interval import wilson_interval
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.cost_curves import curves
from gdviz.qt.views.cost_curves.view import CostCurvesView
from gdviz.qt.views.view import Frame
from gdviz.training.evaluation import Evaluation
from gdviz.training.marks import BALL, Mark
from gdviz.training.records import record_dtype

SIZE = (728, 296)


def test_curves_show_costs_of_history(show, run):
    view = show(CostCurvesView, SIZE).view
    frame = run.frame(60)
    view.show_frame(frame)
    x, y = view.plot.raw.points()
    np.testing.assert_array_equal(x, frame.history.steps)
    np.testing.assert_allclose(10**y, frame.history.costs, rtol=1e-6)
    x, y = view.plot.smoothed.getData()
    np.testing.assert_allclose(10**y, frame.history.smoothed, rtol=1e-6)


def test_linear_axis_shows_costs_themselves(show, run):
    view = show(CostCurvesView, SIZE).view
    frame = run.frame(60)
    view.show_frame(frame)
    view.toggle_log()
    _, y = view.plot.raw.points()
    np.testing.assert_allclose(y, frame.history.costs, rtol=1e-6)
    assert not view.is_logarithmic
    assert view.scale.current() == "linear"


def test_test_cost_and_accuracy_with_interval_are_shown(show, run):
    view = show(CostCurvesView, SIZE).view
    frame = run.frame(60)
    view.show_frame(frame)
    x, y = view.plot.test.points()
    np.testing.assert_array_equal(x, [0, 20, 40, 60])
    np.testing.assert_allclose(10**y, [entry.test_cost for entry in run.evaluations])
    _, y = view.plot.accuracy.points()
    np.testing.assert_allclose(y, [1, 21, 41, 61])
    low, high = wilson_interval(6100, 10_000)
    assert view.plot.accuracy_band.low[-1] == pytest.approx(100 * low)
    assert view.plot.accuracy_band.high[-1] == pytest.approx(100 * high)


def test_legend_carries_present_values(show, run):
    view = show(CostCurvesView, SIZE).view
    frame = run.frame(60)
    view.show_frame(frame)
    assert view.legend.value("cost") == f"{frame.history.smoothed[-1]:.3f}"
    assert view.legend.value("test") == "0.400"
    assert view.legend.value("accuracy") == "61.0 %"


def test_legend_is_exact_as_soon_as_the_run_stands(show, run):
    """Numbers are written only now and then while it runs, but never left behind."""
    view = show(CostCurvesView, SIZE).view
    history = run.history(59)
    view.show_frame(Frame(run.snapshot(59), history, None))
    history.append(run.records[59:])
    view.show_frame(Frame(run.snapshot(60), history, None))
    view.show_frame(Frame(run.snapshot(60, training_state=object()), history, None))
    assert view.legend.value("cost") == f"{history.smoothed[-1]:.3f}"


def test_the_last_frame_is_drawn_though_a_former_one_is_still_being_painted(show, run):
    """A run that has come to rest sends no other frame."""
    view = show(CostCurvesView, SIZE).view
    history = run.history(40)
    view.show_frame(Frame(run.snapshot(40), history, None, is_repeated=True))
    assert view.is_unfinished
    history.append(run.records[40:])
    last = Frame(run.snapshot(60, training_state=object()), history, None, is_repeated=True)
    for _ in range(1000):
        view.show_frame(last)
        if not view.is_unfinished:
            break
    assert not view.is_unfinished
    x, _ = view.plot.raw.points()
    np.testing.assert_array_equal(x, history.steps)


def test_one_spike_in_many_steps_is_drawn(show, run):
    """Decimation to the width of the picture loses no extreme."""
    records = np.zeros(100_000, record_dtype(3))
    records["step"] = np.arange(1, 100_001)
    records["cost"] = 0.5
    records["cost"][31_234] = 7.25
    records["cost"][70_001] = 0.011
    history = CurveHistory(3)
    history.append(records)
    view = show(CostCurvesView, SIZE).view
    view.show_frame(Frame(run.snapshot(60), history, None))
    x, y = view.plot.raw.points()
    assert len(x) < 5_000
    assert 10 ** np.nanmax(y) == pytest.approx(7.25)
    assert x[np.nanargmax(y)] == 31_235
    assert 10 ** np.nanmin(y) == pytest.approx(0.011, rel=1e-5)


def test_zero_and_nan_leave_gaps_on_logarithmic_axis():
    drawn = curves.scaled(np.array([1.0, 0.0, np.nan, np.inf, -1.0, 0.1]), logarithmic=True)
    np.testing.assert_array_equal(np.isnan(drawn), [0, 1, 1, 1, 1, 0])


@pytest.mark.parametrize("logarithmic", [True, False])
@pytest.mark.parametrize("costs", [[0.0, 0.0], [np.nan, np.nan], [1.0, np.inf], [1e-30, 1e30]])
def test_any_costs_give_a_finite_range(show, run, costs, logarithmic):
    records = np.zeros(2, record_dtype(3))
    records["step"], records["cost"] = [1, 2], costs
    history = CurveHistory(3)
    history.append(records)
    view = show(CostCurvesView, SIZE).view
    if not logarithmic:
        view.toggle_log()
    view.show_frame(Frame(run.snapshot(2), history, None))
    view.plot.widget.grab()
    low, high = view.plot.widget.view_box.viewRange()[1]
    assert np.isfinite([low, high]).all()
    assert low < high


def test_x_follows_run_until_zoomed_and_again_after_reset(show, run):
    view = show(CostCurvesView, SIZE).view
    view.show_frame(run.frame(40))
    box = view.plot.widget.view_box
    assert box.viewRange()[0] == pytest.approx([0, 42])
    box.setXRange(5, 10, padding=0)
    box.sigRangeChangedManually.emit([True, True])
    view.show_frame(run.frame(60))
    assert box.viewRange()[0] == pytest.approx([5, 10])
    view.reset_zoom()
    assert box.viewRange()[0] == pytest.approx([0, 62])


def test_marks_stand_at_their_steps_with_their_titles(show, run):
    view = show(CostCurvesView, SIZE).view
    view.show_frame(run.frame(60, marks=(Mark(20, "learning_rate", 0.5, 1.5),)))
    (label,) = view.plot.marks.labels()
    assert (label.step, label.text) == (20, "η 0.5 → 1.5")
    box = view.plot.widget.view_box
    line = box.mapViewToScene(QPointF(20, 0)).x() - view.plot.marks.boundingRect().left()
    assert label.left + label.width / 2 == pytest.approx(line, abs=1)
    before = view.plot.widget.grab().toImage()
    view.plot.set_marks(())
    after = view.plot.widget.grab().toImage()
    area, ratio = view.plot.marks.boundingRect(), before.devicePixelRatio()
    column = int((area.left() + round(line)) * ratio)
    rows = range(int(area.top() * ratio), int(area.bottom() * ratio) - 1)
    changed = [y for y in rows if before.pixel(column, y) != after.pixel(column, y)]
    assert len(changed) > len(rows) / 5


PRESET = (
    Mark(60, "optimizer", "gradient_descent", "adam"),
    Mark(60, "cost", "quadratic", "cross_entropy"),
    Mark(60, "learning_rate", 0.7, 0.01),
)


def test_marks_at_one_step_are_one_label_and_the_box_lists_them(show, run):
    view = show(CostCurvesView, (400, 220)).view
    view.show_frame(run.frame(60, marks=(Mark(58, "l2", 0.0, 1e-4), *PRESET)))
    labels = {label.step: label for label in view.plot.marks.labels()}
    assert labels[60].text == "3 settings"  # their names have no room
    box, layer = view.plot.widget.view_box, view.plot.marks
    assert all(
        label.left + label.width <= layer.boundingRect().width() for label in labels.values()
    )
    view._mouse_moved(box.mapViewToScene(QPointF(60, -0.1)))
    assert view.hover_box.lines[-4:] == [
        ("changed at 60", ""),
        ("optimizer", "Gradient descent → Adam"),
        ("cost", "Quadratic → Cross-entropy"),
        ("η", "0.7 → 0.01"),
    ]
    window = view.plot.widget.window()
    assert view.plot.widget.height() < view.hover_box.height()
    assert window.rect().contains(view.hover_box.geometry())
    view._mouse_moved(box.mapViewToScene(QPointF(30, -0.1)))
    assert "changed" not in str(view.hover_box.lines)
    assert "step 60: optimizer Gradient descent → Adam" in view.plot.widget.whatsThis()
    view.reset(run.dataset)
    assert view.plot.marks.labels() == []
    assert view.plot.widget.whatsThis() == ""


def test_marks_do_not_take_the_mouse_from_the_plot(show, run):
    view = show(CostCurvesView, SIZE).view
    view.show_frame(run.frame(60, marks=PRESET))
    scene, area = view.plot.widget.scene(), view.plot.marks.boundingRect()
    assert view.plot.marks not in scene.items(area.center())


def test_hover_reads_exact_step_and_values(show, run):
    view = show(CostCurvesView, SIZE).view
    frame = run.frame(60)
    view.show_frame(frame)
    box = view.plot.widget.view_box
    view._mouse_moved(box.mapViewToScene(QPointF(30.2, -0.1)))
    lines = dict(view.hover_box.lines)
    assert lines["step"] == "30"
    assert lines["mini-batch"] == f"{frame.history.costs[29]:.3f}"
    assert lines["test at 20"] == "0.800"
    assert lines["right"] == "2,100/10,000, 21.0 %"
    low, high = wilson_interval(2100, 10_000)
    assert lines["95 % interval"] == f"[{100 * low:.1f}, {100 * high:.1f}]"
    assert view.plot.hover_line.value() == 30
    view._mouse_moved(QPointF(-50, -50))
    assert view.hover_box.isHidden()


def test_step_back_drops_what_was_drawn(show, run):
    view = show(CostCurvesView, SIZE).view
    history = run.history(60)
    view.show_frame(Frame(run.snapshot(60), history, None))
    history.rewind(59)
    view.show_frame(Frame(run.snapshot(59), history, None))
    assert view.plot.raw.points()[0][-1] == 59


def test_replaced_evaluation_of_same_step_is_drawn(show, run):
    view = show(CostCurvesView, SIZE).view
    history = run.history(60)
    view.show_frame(Frame(run.snapshot(60), history, None))
    history.add_evaluation(Evaluation(60, 0.0, 0.25, 9000, 10_000, 0.3, 9000, 10_000))
    view.show_frame(Frame(run.snapshot(60), history, None))
    assert view.plot.accuracy.points()[1][-1] == 90


def test_evaluation_put_before_the_newest_is_drawn(show, run):
    """Keyframes are scored when there is time, after later steps."""
    view = show(CostCurvesView, SIZE).view
    history = run.history(60)
    view.show_frame(Frame(run.snapshot(60), history, None))
    history.add_evaluation(Evaluation(30, 0.0, 0.7, 4000, 10_000, 0.6, 4000, 10_000))
    view.show_frame(Frame(run.snapshot(60), history, None))
    np.testing.assert_array_equal(view.plot.accuracy.points()[0], [0, 20, 30, 40, 60])
    assert view.plot.accuracy.points()[1][2] == 40


def test_curves_that_go_on_are_those_of_all_evaluations(run):
    whole = curves.evaluation_curves(run.evaluations)
    known = curves.evaluation_curves([])
    for stop in (2, 2, 3, len(run.evaluations)):
        known = curves.evaluation_curves(run.evaluations[:stop], known)
    other = curves.evaluation_curves(run.evaluations[1:], known)
    for name in ("steps", "test_cost", "train_cost", "accuracy", "accuracy_low", "accuracy_high"):
        np.testing.assert_array_equal(getattr(known, name), getattr(whole, name))
        np.testing.assert_array_equal(getattr(other, name), getattr(whole, name)[1:])


def test_many_evaluations_are_drawn_in_few_points_and_no_spike_is_lost(show, run):
    """Four hours of training; a path of all their intervals takes 50 ms."""
    view = show(CostCurvesView, SIZE).view
    history = run.history(60)
    history.evaluations = [
        Evaluation(k, 0.0, 0.5 + (k == 7001), 9000 - 500 * (k == 3001), 10_000, 0.5, 9000, 10_000)
        for k in range(14_400)
    ]
    records = np.zeros(14_400 - 60, record_dtype(3))
    records["step"], records["cost"] = np.arange(61, 14_401), 0.5
    history.append(records)
    view.show_frame(Frame(run.snapshot(60), history, None))
    x, y = view.plot.accuracy.points()
    assert len(x) <= 1000
    assert x[np.argmin(y)] == 3001
    x, y = view.plot.test.points()
    assert x[np.argmax(y)] == 7001
    assert len(view.plot.accuracy_band.x) <= 1000
    box = view.plot.widget.view_box
    box.sigRangeChangedManually.emit([True, True])
    box.setXRange(100, 200, padding=0)
    x, _ = view.plot.accuracy.points()
    np.testing.assert_array_equal(x, np.arange(99, 202))


def test_empty_state_says_what_to_do_and_goes_away(show, run):
    view = show(CostCurvesView, SIZE).view
    assert view.empty.isVisible()
    assert "Run" in view.empty.text()
    view.show_frame(run.frame(10))
    assert not view.empty.isVisible()
    view.reset(run.dataset)
    assert view.empty.isVisible()
    assert not len(view.plot.raw.points()[0])


def test_theme_changes_pens(show, run):
    view = show(CostCurvesView, SIZE).view
    view.show_frame(run.frame(10))
    assert view.plot.smoothed.opts["pen"].color().name() == DARK.curve_1
    apply_theme(QApplication.instance(), LIGHT)
    QApplication.processEvents()
    assert view.plot.smoothed.opts["pen"].color().name() == LIGHT.curve_1


def test_state_comes_back_and_bad_state_is_ignored(show, run):
    view = show(CostCurvesView, SIZE).view
    view.toggle_log()
    view.train_action.setChecked(True)
    other = show(CostCurvesView, SIZE).view
    other.restore(view.state())
    assert other.state() == {"logarithmic": False, "train": True}
    other.restore({"logarithmic": "yes", "train": 3, "more": None})
    assert other.state() == {"logarithmic": False, "train": True}


def test_the_step_axis_begins_where_the_run_began():
    """A network opened at step 9,000 is not drawn at the end of 9,000 empty steps."""
    from gdviz.analysis.history import CurveHistory
    from gdviz.qt.views.cost_curves.curves import step_range
    from gdviz.training.records import record_dtype

    assert step_range(None) == (0.0, 21.0)
    history = CurveHistory(3)
    assert step_range(history) == (0.0, 21.0)
    history.add_evaluation(Evaluation(9000, 1.0, 0.1, 9, 10, 0.1, 9, 10))
    assert step_range(history) == (9000.0, 9021.0)
    records = np.zeros(1000, record_dtype(3))
    records["step"] = np.arange(9001, 10001)
    history.append(records)
    assert step_range(history) == (9000.0, 10024.0)


def test_the_step_axis_stands_still_most_of_the_time():
    from gdviz.analysis.history import CurveHistory
    from gdviz.qt.views.cost_curves.curves import step_range
    from gdviz.training.records import record_dtype

    history, ends = CurveHistory(3), []
    for first in range(1, 20_001, 40):
        records = np.zeros(40, record_dtype(3))
        records["step"] = np.arange(first, first + 40)
        history.append(records)
        newest = first + 39
        ends.append(step_range(history)[1])
        assert newest < ends[-1] <= max(1.08 * newest, 42)
    assert np.count_nonzero(np.diff(ends)) < len(ends) / 3


def test_each_showing_leaves_no_range_to_the_painting(show, run):
    """A view box that takes over its range while it is painted asks for a second painting."""
    view = show(CostCurvesView).view
    for stop in (10, 25, 45, 60):
        view.show_frame(run.frame(stop))
        for view_box in (view.plot.widget.view_box, view.plot.accuracy_view):
            assert not view_box._matrixNeedsUpdate


def test_curves_of_evaluations_are_broken_where_the_network_was_moved(show, run):
    view = show(CostCurvesView, SIZE).view
    view.show_frame(run.frame(60))
    x, _ = view.plot.accuracy.points()
    assert x.tolist() == [0, 20, 40, 60]
    view.show_frame(run.frame(60, marks=(Mark(30, BALL, "", "moved by 2"),)))
    for curve in (view.plot.accuracy, view.plot.test):
        x, y = curve.points()
        assert x.tolist() == [0, 20, 40, 40, 60]
        assert np.isnan(y).tolist() == [False, False, True, False, False]
    view.show_frame(run.frame(60))
    assert np.isfinite(view.plot.accuracy.points()[1]).all()


def test_cursor_stands_at_the_past_step_and_the_curves_stay_whole(show, run):
    view = show(CostCurvesView, SIZE).view
    history = run.history()
    view.show_frame(Frame(run.snapshot(60, head_step=60), history, None))
    assert view.plot.cursor.step is None
    whole = view.plot.raw.points()[0].copy()
    view.show_frame(Frame(run.snapshot(20, head_step=60, training_state=object()), history, None))
    cursor = view.plot.cursor
    cost = f"{history.smoothed[19]:.3f}"
    assert cursor.isVisible()
    assert cursor.label == f"step 20 · {cost}"
    np.testing.assert_array_equal(view.plot.raw.points()[0], whole)
    area = cursor.boundingRect()
    start, stop = view.plot.widget.view_box.viewRange()[0]
    share = (cursor.line_x() - area.left()) / area.width()
    assert start + share * (stop - start) == pytest.approx(20)
    assert view.legend.value("cost") == cost
    assert view.legend.value("test") == "0.800"


def test_cursor_goes_with_the_past_and_with_the_run(show, run):
    view = show(CostCurvesView, SIZE).view
    history = run.history()
    past = Frame(run.snapshot(20, head_step=60), history, None)
    view.show_frame(past)
    view.show_frame(Frame(run.snapshot(60, head_step=60), history, None))
    assert not view.plot.cursor.isVisible()
    view.show_frame(past)
    view.reset(run.dataset)
    assert view.plot.cursor.step is None


# Branches


@pytest.fixture
def branches(show, branched):
    """The curves of two branches; the second is live."""
    shown = show(CostCurvesView, SIZE)
    frame = branched()
    shown.book.follow(frame.snapshot)
    shown.view.show_frame(frame)
    return shown, frame


def test_other_branch_is_drawn_from_where_it_parted(branches):
    shown, frame = branches
    (overlay,) = shown.view.overlays.shown
    x, y = overlay.smoothed.points()
    other = frame.histories[1]
    assert x[0] == 400
    assert x[-1] == 900
    rows = x.astype(int) - 1
    np.testing.assert_allclose(10**y, other.smoothed[rows], rtol=1e-6)
    x, y = overlay.test.points()
    np.testing.assert_array_equal(x, [400, 500, 600, 700, 800, 900])
    np.testing.assert_allclose(10**y, 0.5)


def test_axis_reaches_to_the_end_of_a_longer_branch(branches):
    shown, _ = branches
    assert shown.view.plot.widget.view_box.viewRange()[0][1] >= 900


def test_live_branch_has_its_own_colour_and_others_theirs(branches):
    shown, _ = branches
    view, book = shown.view, shown.book
    (overlay,) = view.overlays.shown
    for theme in (LIGHT, DARK):
        apply_theme(QApplication.instance(), theme)
        QApplication.processEvents()
        assert view.plot.smoothed.opts["pen"].color().name() == book.color(2, theme)
        assert overlay.smoothed.color == book.color(1, theme) == theme.curve_1


def test_other_branch_reaches_the_pixels(branches):
    shown, _ = branches
    view, color = shown.view, shown.book.color(1, DARK)
    before = n_pixels_near(view.plot.widget, color)
    shown.book.set_hidden(1, is_hidden=True)
    assert view.overlays.shown == []
    assert before > n_pixels_near(view.plot.widget, color) + 100


def n_pixels_near(widget, color):
    """Count the pixels of a widget that have about a colour."""
    QApplication.processEvents()
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    wanted = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)])
    return int((np.abs(flat - wanted).max(axis=1) < 40).sum())


def test_points_of_a_parked_branch_are_chosen_once(branches, branched):
    shown, frame = branches
    (overlay,) = shown.view.overlays.shown
    points = overlay.smoothed.points()[0]
    longer = branched()
    grown = dataclasses.replace(frame, history=longer.history, histories=frame.histories)
    shown.view.show_frame(grown)
    assert overlay.smoothed.points()[0] is points
    shown.view.plot.widget.view_box.setXRange(500, 700, padding=0)
    shown.view._zoomed()
    shown.view._x_range_changed()
    assert overlay.smoothed.points()[0] is not points


def test_legend_names_live_and_other_branches(branches):
    shown, _ = branches
    samples = shown.view.branch_legend.samples
    assert [(s.name, s.is_live) for s in samples] == [
        ("learning rate 7 from step 400", True),
        ("main", False),
    ]
    shown.book.rename(1, "as it was")
    assert shown.view.branch_legend.samples[1].name == "as it was"


def test_hover_tells_the_other_branch_after_the_fork_only(branches):
    shown, frame = branches
    lines = shown.view.overlays.hover_lines(700)
    assert lines == [("main", f"{frame.histories[1].smoothed[699]:.3f}")]
    assert shown.view.overlays.hover_lines(300) == []


def test_more_branches_than_can_be_told_apart_are_counted(show, branched):
    shown = show(CostCurvesView, SIZE)
    frame = branched(n_branches=12, live=12)
    shown.book.follow(frame.snapshot)
    shown.view.show_frame(frame)
    assert [overlay.branch for overlay in shown.view.overlays.shown] == list(range(4, 12))
    assert shown.view.branch_legend.n_left_out == 3
    names, more = shown.view.branch_legend.shown()
    assert more == f"+{12 - len(names)} more"


def test_another_run_has_no_branches_of_the_old_one(branches, run):
    shown, _ = branches
    shown.view.reset(run.dataset)
    assert shown.view.overlays.shown == []
    assert shown.view.branch_legend.samples == []


def test_what_was_before_a_divergence_stays_on_the_axis(show, run):
    view = show(CostCurvesView, SIZE).view
    records = np.zeros(60, record_dtype(3))
    records["step"] = np.arange(1, 61)
    records["cost"] = np.where(records["step"] > 50, 1e36, 1.0)
    history = CurveHistory(3)
    history.append(records)
    view.show_frame(Frame(run.snapshot(60), history, None))
    low, high = view.plot.widget.view_box.viewRange()[1]
    assert low < 0
    assert high > 36
