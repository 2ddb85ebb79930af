"""The cost curves: every mini-batch, smoothed, test and train cost, test accuracy."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gdviz.analysis.history import SMOOTHING_STEPS, CurveHistory
from gdviz.data.dataset import Dataset
from gdviz.nn.costs import COSTS
from gdviz.qt import number_text
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.cost_curves import curves
from gdviz.qt.views.cost_curves.branch_legend import BranchLegend, BranchSample
from gdviz.qt.views.cost_curves.mark_labels import mark_lines
from gdviz.qt.views.cost_curves.overlays import BranchOverlays
from gdviz.qt.views.cost_curves.plot import CurvePlot, HoverBox, raw_color
from gdviz.qt.views.cost_curves.rows import BatchRows, Points
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.curve_legend import CurveLegend, LegendEntry
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.segmented import Segmented
from gdviz.training.branches import FIRST_BRANCH
from gdviz.training.evaluation import Evaluation
from gdviz.training.marks import BALL

EMPTY = "Each mini-batch's cost appears here as a curve. Press Run, or Step for a single one."
LEGEND = [
    LegendEntry("cost", "mini-batch, smoothed", "curve_1", "solid", "curve_1_raw"),
    LegendEntry("test", "test", "curve_2", "dash"),
    LegendEntry("accuracy", "accuracy", "curve_3", "dot", sample="93.3 %"),
]
TEXT_FRAMES = 6
"""Running numbers are written ten times a second at 60 Hz: quicker they cannot be read."""


class CostCurvesView(QObject):
    """Shows a `CurveHistory`; x follows the run until the user zooms."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self.plot = CurvePlot()
        self._history: CurveHistory | None = None
        self._revision = -1
        self._shown = (-1, -1, -1)
        self._rows = BatchRows()
        self._newest: Evaluation | None = None
        self._frames = 0
        self._last: Frame | None = None
        self._chosen: Points | None = None
        self._renewed = False
        self._moves: tuple[int, ...] = ()
        self.is_unfinished = False
        """Whether a frame's points are chosen and not drawn yet, or drawn and not painted."""
        self._parts: list[Callable[[], None]] = []
        self._evaluated = curves.evaluation_curves([])
        self._follows = True
        self._logarithmic = True
        self._book = context.book
        self._live = FIRST_BRANCH
        self.overlays = BranchOverlays(self.plot.widget.view_box, context.book)
        self._build_body()
        self._build_header(context)
        self.plot.set_logarithmic(True)
        view_box = self.plot.widget.view_box
        view_box.sigRangeChangedManually.connect(self._zoomed)
        view_box.sigXRangeChanged.connect(self._x_range_changed)
        self.plot.widget.restyled.connect(self._restyle_branches)
        context.book.changed.connect(self._book_changed)
        self.plot.widget.scene().sigMouseMoved.connect(self._mouse_moved)
        self.plot.widget.installEventFilter(self)
        self._set_x_range(*curves.step_range(None))

    def _build_body(self) -> None:
        self._widget = QWidget()
        self.cost_caption = Label("Cost", 11, 400, "muted")
        self.empty = Label(EMPTY, 12, 400, "muted", parent=self.plot.widget)
        captions = QHBoxLayout()
        self.branch_legend = BranchLegend()
        captions.setSpacing(12)
        captions.addWidget(self.cost_caption)
        captions.addWidget(self.branch_legend, 1)
        captions.addWidget(Label("Test accuracy, %", 11, 400, "muted"))
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(captions)
        column.addWidget(self.plot.widget, 1)
        self.hover_box = HoverBox(self.plot.widget)

    def _build_header(self, context: ViewContext) -> None:
        self.legend = CurveLegend(LEGEND)
        self.legend.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.legend.setToolTip(f"Smoothed: debiased mean over about {SMOOTHING_STEPS} steps")
        self.scale = Segmented([("log", "Log"), ("linear", "Linear")], "Cost axis")
        self.scale.changed.connect(self._scale_chosen)
        context.dock.add_tool(self.legend)
        context.dock.add_tool(self.scale)
        context.dock.add_action("Reset zoom", self.reset_zoom)
        self.train_action = context.dock.add_action("Training cost", self._train_toggled)
        self.train_action.setCheckable(True)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._widget

    @property
    def is_logarithmic(self) -> bool:
        """Whether the cost axis is logarithmic."""
        return self._logarithmic

    def toggle_log(self) -> None:
        """Change between a logarithmic and a linear cost axis: the key L."""
        self._set_logarithmic(not self._logarithmic)

    def reset_zoom(self) -> None:
        """Follow the run again."""
        self._follows = True
        self._redraw()
        self._draw_evaluations()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        history = frame.history
        self._last = frame
        self._show_branches(frame)
        state = (len(history), history.revision, len(history.evaluations))
        self.plot.set_marks(frame.snapshot.marks)
        self._show_cursor(frame)
        moves = tuple(mark.step for mark in frame.snapshot.marks if mark.setting == BALL)
        if moves != self._moves:
            self._moves, self._renewed = moves, True
        self.cost_caption.setText(f"Cost, {COSTS[frame.snapshot.config.cost].convention}")
        newest = history.evaluations[-1] if history.evaluations else None
        still = frame.snapshot.training_state is not None
        if self.is_unfinished and history is self._history and history.revision == self._revision:
            is_whole = self._go_on()
            # A run that came to rest meanwhile sends no other frame: its last is begun at once.
            if not (is_whole and still) or state == self._shown:
                return
        if history is self._history and state == self._shown and newest is self._newest:
            # What was skipped while it ran is written when it stands.
            if still:
                self._write_values(history)
            return
        if history is not self._history or history.revision != self._revision:
            self._rows.forget()
            self._newest = None
            self._revision = history.revision
        self._history = history
        n_evaluations, renewed = len(history.evaluations), False
        if newest is not self._newest or n_evaluations != len(self._evaluated.entries):
            self._newest = newest
            self._evaluated = curves.evaluation_curves(history.evaluations, self._evaluated)
            renewed = True
        self._shown = state
        self._renewed = self._renewed or renewed
        self._parts = [
            partial(self._take_rows, history),
            self._draw_all,
            partial(self._draw_rest, history, is_still=still, in_parts=frame.is_repeated),
        ]
        self.is_unfinished = frame.is_repeated
        self._parts.pop(0)()
        while not self.is_unfinished and self._parts:
            self._parts.pop(0)()

    def _show_cursor(self, frame: Frame) -> None:
        """Say which step is shown, while that is not the newest; the curves stay whole."""
        step = frame.snapshot.step
        if frame.snapshot.is_past:
            cost = frame.history.smoothed_at(step)
            self.plot.cursor.show_step(step, number_text.cost(cost))
        else:
            self.plot.cursor.show_step(None)

    def _go_on(self) -> bool:
        """Do the next part of showing a frame: draw what was chosen, then paint it by and by.

        Returns
        -------
        bool
            Whether that was the last part.
        """
        if self._parts:
            self._parts.pop(0)()
        elif self.plot.widget.paint_part():
            self.is_unfinished = False
            return True
        return False

    def _take_rows(self, history: CurveHistory) -> None:
        """Take a bounded number of rows; after the last choose what is drawn of them."""
        if not self._rows.take(history):
            self._parts.insert(0, partial(self._take_rows, history))
        else:
            self._chosen = self._choose_points(self._step_range()) if self._follows else None

    def _draw_rest(self, history: CurveHistory, *, is_still: bool, in_parts: bool) -> None:
        """Hand over to the plot what changes seldom, and have it painted."""
        if self._renewed:
            self._draw_evaluations()
            self._renewed = False
        self._frames += 1
        if is_still or self._frames % TEXT_FRAMES == 1:
            self._write_values(history)
        if in_parts:
            self.plot.widget.begin_picture()
        else:
            self.plot.widget.forget_picture()

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._history = None
        self._shown, self._newest, self._revision = (-1, -1, -1), None, -1
        self._rows.forget()
        self._evaluated = curves.evaluation_curves([])
        self._follows, self._frames = True, 0
        self._chosen, self._renewed, self.is_unfinished = None, False, False
        self._parts = []
        self.plot.set_marks(())
        self.plot.cursor.show_step(None)
        self.overlays.clear()
        self.branch_legend.show_samples([], 0)
        self._last = None
        self.hover_box.hide()
        self._redraw()
        self._draw_evaluations()

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"logarithmic": self._logarithmic, "train": self.train_action.isChecked()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if isinstance(state.get("logarithmic"), bool):
            self._set_logarithmic(state["logarithmic"])
        if isinstance(state.get("train"), bool):
            self.train_action.setChecked(state["train"])
            self._train_toggled()

    # Drawing

    def _redraw(self) -> None:
        """Draw what is in sight now, and not when the next picture is ready."""
        self.plot.widget.forget_picture()
        self._draw_all()

    def _draw_all(self) -> None:
        """Follow the run, if not zoomed, and draw what is in sight."""
        history = self._history
        has_curves = history is not None and (len(history) > 0 or bool(history.evaluations))
        self.empty.setVisible(not has_curves)
        if self._follows:
            self._set_x_range(*self._step_range())
        shown = self._draw_curves()
        if self._follows:
            self._set_y_range(shown)
        # Left to the painting, the new ranges would ask for a second painting.
        for view in (self.plot.widget.view_box, self.plot.accuracy_view):
            view.updateMatrix()

    def _draw_evaluations(self) -> None:
        plot, evaluated, log = self.plot, self._evaluated, self._logarithmic
        steps, (low, high) = evaluated.steps, plot.widget.view_box.viewRange()[0]
        n_columns = self._n_columns()
        chosen = partial(curves.rows_to_draw, steps, low=low, high=high, n_buckets=n_columns)
        broken = partial(curves.broken_at, breaks=self._moves)
        rows = chosen(evaluated.test_cost)
        plot.set_test(*broken(steps[rows], curves.scaled(evaluated.test_cost[rows], log)))
        rows = chosen(evaluated.accuracy)
        plot.accuracy.set_points(*broken(steps[rows], evaluated.accuracy[rows]))
        x, bottom = broken(steps[rows], evaluated.accuracy_low[rows])
        plot.accuracy_band.set_edges(
            x, bottom, broken(steps[rows], evaluated.accuracy_high[rows])[1]
        )
        rows = chosen(evaluated.train_cost)[: None if self.train_action.isChecked() else 0]
        train = curves.scaled(evaluated.train_cost[rows], log)
        plot.train.set_points(*broken(steps[rows], train))

    def _draw_curves(self) -> curves.Array:
        """Draw the mini-batches in sight and give the costs that stand for them."""
        low, high = self.plot.widget.view_box.viewRange()[0]
        points, self._chosen = self._chosen, None
        if points is None or points.ends != (low, high):
            points = self._choose_points((low, high))
        self.plot.raw.set_points(*points.raw)
        self.plot.smoothed.setData(*points.smoothed)
        self.overlays.draw((low, high), self._n_columns(), logarithmic=self._logarithmic)
        return points.costs

    def _choose_points(self, ends: tuple[float, float]) -> Points:
        """Choose what is drawn of the mini-batches between two steps."""
        return self._rows.points(
            self._history, ends, self._n_columns(), logarithmic=self._logarithmic
        )

    def _step_range(self) -> tuple[float, float]:
        return curves.step_range(self._history, self.overlays.end)

    # Branches

    def _show_branches(self, frame: Frame) -> None:
        """Take the branches of a frame; if others are drawn than before, all is drawn anew."""
        others = self.overlays.show_frame(frame, current_theme())
        if others or frame.snapshot.branch != self._live:
            self._live = frame.snapshot.branch
            self._shown = (-1, -1, -1)
            self._restyle_branches(current_theme())

    def _book_changed(self) -> None:
        """A branch is called, drawn or hidden otherwise."""
        frame = self._last
        if frame is not None:
            if self.overlays.show_frame(frame, current_theme()):
                self._redraw()
            self._restyle_branches(current_theme())

    def _restyle_branches(self, theme: Theme) -> None:
        """Give each branch its colour, and the legend their names."""
        book, live = self._book, self._live
        color = book.color(live, theme)
        self.plot.widget.forget_picture()
        self.plot.set_live_color(color)
        self.legend.set_color("cost", color, raw_color(color, theme))
        self.overlays.restyle(theme)
        samples = [
            BranchSample(
                book.name(o.branch), book.color(o.branch, theme), book.dash(o.branch), False
            )
            for o in self.overlays.shown
        ]
        if samples:
            samples.insert(0, BranchSample(book.name(live), color, (), True))
        self.branch_legend.show_samples(samples, self.overlays.n_left_out)

    def _n_columns(self) -> int:
        return max(int(self.plot.widget.view_box.width()), 50)

    def _set_x_range(self, start: float, stop: float) -> None:
        self.plot.widget.view_box.setXRange(start, stop, padding=0)

    def _set_y_range(self, shown: curves.Array) -> None:
        history, evaluated = self._history, self._evaluated
        lows, highs, smooth = [], [], math.nan
        known = shown[np.isfinite(shown) & (shown > 0)]
        if history is not None and known.size:
            lows, highs = [float(known.min())], [float(known.max())]
            # What has diverged at its end does not push all that was before off the axis.
            smooth = min(float(history.smoothed[-1]), float(np.median(known)))
        for array in (evaluated.test_cost, evaluated.train_cost):
            known = array[np.isfinite(array) & (array > 0)]
            if known.size:
                lows.append(float(known.min()))
                highs.append(float(known.max()))
        drawn = self.overlays.cost_range()
        if drawn is not None:
            low, high = (10.0**end if self._logarithmic else end for end in drawn)
            lows.append(low)
            highs.append(high)
        low, high = min(lows, default=math.nan), max(highs, default=math.nan)
        ends = curves.cost_range(low, high, smooth, self._logarithmic)
        self.plot.widget.view_box.setYRange(*ends, padding=0)

    def _write_values(self, history: CurveHistory) -> None:
        """Write what holds at the step that is shown: the newest, or the cursor's."""
        step = self.plot.cursor.step
        cost = float(history.smoothed[-1]) if len(history) else None
        newest = history.evaluations[-1] if history.evaluations else None
        if step is not None:
            cost = history.smoothed_at(step)
            newest = history.evaluation_at(step)
        self.legend.set_value("cost", number_text.cost(cost))
        test = None if newest is None else newest.test_cost
        accuracy = math.nan if newest is None else newest.test_accuracy
        self.legend.set_value("test", number_text.cost(test))
        self.legend.set_value("accuracy", number_text.percent(accuracy))

    # What the user does

    def _set_logarithmic(self, logarithmic: bool) -> None:
        self._logarithmic = logarithmic
        self.scale.set_current("log" if logarithmic else "linear")
        self.plot.set_logarithmic(logarithmic)
        self._follows, self._chosen = True, None
        self._redraw()
        self._draw_evaluations()

    def _scale_chosen(self, key: str) -> None:
        self._set_logarithmic(key == "log")

    def _train_toggled(self) -> None:
        self._redraw()
        self._draw_evaluations()

    def _zoomed(self, *_: object) -> None:
        self._follows = False
        self.plot.widget.forget_picture()

    def _x_range_changed(self, *_: object) -> None:
        if not self._follows:
            self.plot.widget.forget_picture()
            self._draw_curves()
            self._draw_evaluations()

    def _mouse_moved(self, position: QPointF) -> None:
        view_box = self.plot.widget.view_box
        inside = view_box.sceneBoundingRect().contains(position)
        step = float(view_box.mapSceneToView(position).x())
        history = self._history
        found = curves.read_out(history, step) if inside and history is not None else None
        if found is None or history is None:
            self._hide_hover()
            return
        self.plot.hover_line.setPos(found[0])
        self.plot.hover_line.show()
        lines = curves.hover_lines(history.evaluations, *found)
        lines += self.overlays.hover_lines(found[0])
        lines += mark_lines(self.plot.marks.change_near(position.x()))
        self.hover_box.show_lines(lines, self.plot.widget.mapFromScene(position))

    def _hide_hover(self) -> None:
        self.plot.hover_line.hide()
        self.hover_box.hide()

    # Qt's own names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: keep the empty state in the middle, hide the read-out on leaving."""
        if watched is self.plot.widget:
            if event.type() in {QEvent.Type.Leave, QEvent.Type.Hide}:
                self._hide_hover()
            elif event.type() == QEvent.Type.Resize:
                self.empty.adjustSize()
                room = self.plot.widget.rect()
                self.empty.move(room.center() - self.empty.rect().center())
                self._draw_curves()
        return False
