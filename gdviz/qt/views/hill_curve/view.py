"""One variable: what gradient descent, gradient flow and a ball with mass do on a hill."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.hill.formula import Formula
from gdviz.analysis.hill.hills import CURVES
from gdviz.data.dataset import Dataset
from gdviz.qt.remembered_formulas import FormulasOf, finite_numbers
from gdviz.qt.views.hill_curve import words
from gdviz.qt.views.hill_curve.canvas import CurveCanvas
from gdviz.qt.views.hill_curve.controls import OWN, CurveControls
from gdviz.qt.views.hill_curve.guessing import Guessing
from gdviz.qt.views.hill_curve.model import ALL, FIXED, PROPORTIONAL, CurveModel
from gdviz.qt.views.hill_curve.scene import WAYS
from gdviz.qt.views.hill_curve.step_bars import MOST, StepBars
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.figure_rows import FigureRows
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.play_bar import PlayBar
from gdviz.qt.widgets.scrolled import scrolled

READINGS = 300
FIRST = "wiggly"


FORMULAS = FormulasOf(("w",))


class HillCurveView(QObject):
    """A hill, balls on it, and the axis painted with where balls come to rest.

    Takes nothing from the training run: it has a state and a clock of its own.
    """

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock = context.dock
        self._random = np.random.default_rng()
        self._hill_key, first = FIRST, CURVES[FIRST]
        self.model = CurveModel(
            FORMULAS.read(first.text), first.x_range, first.learning_rate, float(first.start[0])
        )
        titles = [(key, hill.title) for key, hill in CURVES.items()]
        self.controls = CurveControls(titles, FORMULAS.problem, self.model.rate)
        self.canvas = CurveCanvas()
        self.play = PlayBar("the balls")
        self.bars, self.figures = StepBars(), FigureRows(4)
        self.caption, self.guessing = HintLabel(), Guessing()
        context.dock.add_tool(self.play)
        self.board = self._laid_out()
        # A slider that is dragged tells more rates than can be followed: the last one counts.
        self._late = QTimer(self.board)
        self._late.setSingleShot(True)
        self._late.setInterval(0)
        self._connect()
        self._show_choices()
        self._refresh()

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.board

    def show_frame(self, frame: Frame) -> None:
        """Nothing: the training run is not shown here."""

    def reset(self, dataset: Dataset) -> None:
        """Nothing: another training run changes no hill."""

    def state(self) -> dict[str, Any]:
        """What the user chose."""
        model = self.model
        return {
            "hill": self._hill_key,
            "formula": model.formula.text,
            "reach": list(model.reach),
            "rate": model.rate,
            "way": model.way,
            "rule": model.rule,
            "starts": [drop.w for drop in model.drops],
            "speed": self.play.steps_per_second(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        formula = FORMULAS.readable(state.get("formula"))
        reach, starts = finite_numbers(state.get("reach")), finite_numbers(state.get("starts"))
        rate = finite_numbers([state.get("rate")])
        if formula is None or len(reach) != 2 or not reach[0] < reach[1]:
            return
        if not starts or not rate or not rate[0] > 0:
            return
        key = state.get("hill")
        self._hill_key = key if isinstance(key, str) and key in CURVES else OWN
        self.model.take_formula(formula, (reach[0], reach[1]), rate[0], starts[0])
        for w in starts[1:]:
            self.model.drop(w)
        if state.get("way") in {*WAYS, ALL}:
            self.model.take_way(state["way"])
        if state.get("rule") in {PROPORTIONAL, FIXED}:
            self.model.take_rule(state["rule"])
        if isinstance(state.get("speed"), int):
            self.play.set_steps_per_second(state["speed"])
        self._show_choices()
        self._refresh()

    def describe(self) -> Description:
        """Tell the picture in words, with a row for each ball."""
        return words.described(self.model)

    # --- what the user does ----------------------------------------------------------------

    def choose_hill(self, key: str) -> None:
        """Show one of the known hills, or wait for a formula."""
        hill = CURVES.get(key)
        if hill is None:
            self.controls.formula.line.setFocus()
            self.controls.formula.line.selectAll()
            return
        self._hill_key = key
        self._take(FORMULAS.read(hill.text), hill.x_range, hill.learning_rate, float(hill.start[0]))

    def take_formula(self, text: str) -> None:
        """Show a hill that was typed, in the same part of the axis."""
        self._hill_key = OWN
        model = self.model
        self._take(FORMULAS.read(text), model.reach, model.rate, model.drops[-1].w)

    def drop(self, w: float) -> None:
        """Drop a ball; while the user is asked for each, it is the only one."""
        if self.guessing.box.isChecked():
            self.play.stop()
            self.model.drop_alone(w)
            self._ask()
        else:
            self.model.drop(w)
        self._refresh()

    def guess(self, direction: str) -> None:
        """Answer the question and let the ball go."""
        if not self.model.is_guessing:
            return
        is_right, text = words.answer(direction, self.model.slope())
        self.model.is_guessing = False
        self.guessing.reveal(is_right, text)
        self._refresh()

    def _take(
        self, formula: Formula, reach: tuple[float, float], rate: float, start: float
    ) -> None:
        self.play.stop()
        self.model.take_formula(formula, reach, rate, start)
        self._show_choices()
        self._ask_again()
        self._refresh()

    def _reach_typed(self, _value: float) -> None:
        low, high = self.controls.low.value(), self.controls.high.value()
        if low < high:
            self.model.take_reach(low, high)
        else:
            self.controls.show_reach(*self.model.reach)
        self._refresh()

    def _rate_moved(self, rate: float) -> None:
        self.model.take_rate(rate)
        self._late.start()

    def _way_chosen(self, way: str) -> None:
        self.model.take_way(way)
        self._refresh()

    def _rule_chosen(self, rule: str) -> None:
        self.model.take_rule(rule)
        self._refresh()

    def _go(self, steps: int) -> None:
        """Take a step of all balls, unless the user is asked where the ball goes."""
        if self.model.is_guessing or not self.model.go(steps):
            self.play.stop()
        self._refresh()

    def _restart(self) -> None:
        self.model.go(-self.model.step)
        self._refresh()

    def _clear(self) -> None:
        self.play.stop()
        self.model.drop_alone(self.model.drops[-1].w)
        self._ask_again()
        self._refresh()

    def _random_start(self) -> None:
        self.play.stop()
        self.model.drop_alone(float(self._random.uniform(*self.model.reach)))
        self._ask_again()
        self._refresh()

    def _guessing_switched(self, is_on: bool) -> None:
        self.play.stop()
        if is_on:
            self.model.drop_alone(self.model.drops[-1].w)
            self._ask()
        else:
            self.model.is_guessing = False
            self.guessing.show_nothing()
        self._refresh()

    def _ask_again(self) -> None:
        if self.guessing.box.isChecked():
            self._ask()

    def _ask(self) -> None:
        self.model.is_guessing = math.isfinite(self.model.slope())
        self.guessing.ask(words.question(self.model))

    def _key_asked(self, key: str) -> None:
        play = self.play
        does = {
            "run": play.toggle,
            "step": lambda: play.go(1),
            "back": lambda: play.go(-1),
            "restart": play.begin_again,
            "clear": self._clear,
        }
        does[key]()

    # --- what is shown ---------------------------------------------------------------------

    def _show_choices(self) -> None:
        controls, model = self.controls, self.model
        controls.choose_hill(self._hill_key)
        controls.formula.set_text(model.formula.text)
        controls.show_reach(*model.reach)
        controls.rate.set_value(model.rate)
        controls.way.set_current(model.way)
        controls.rule.set_current(model.rule)

    def _refresh(self) -> None:
        model = self.model
        rows = words.figures(model)
        self.figures.show_rows(*rows)
        said = "; ".join(f"{name} {text}".strip() for name, text in rows)
        self.canvas.show_scene(model.scene(), f"Step {model.step}. {said}")
        self.bars.show_lengths(model.step_lengths(MOST))
        self.controls.rate.show_limit(math.nan if model.is_fixed else model.limit())
        self.controls.rule.setEnabled(model.way == "descent")
        text = words.caption(model)
        if text != self.caption.text():
            self.caption.setText(text)
        self._dock.set_subtitle(f"C(w) = {model.formula.text}")

    def _laid_out(self) -> QWidget:
        readings = QWidget()
        column = QVBoxLayout(readings)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.figures, self.bars, self.caption, self.guessing):
            column.addWidget(widget, 1 if widget is self.bars else 0)
        board = QWidget()
        row = QHBoxLayout(board)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        left, right = scrolled(self.controls), scrolled(readings)
        left.setFixedWidth(self.controls.width() + 12)
        right.setFixedWidth(READINGS)
        row.addWidget(left)
        row.addWidget(self.canvas, 1)
        row.addWidget(right)
        return board

    def _connect(self) -> None:
        controls = self.controls
        controls.hill.activated.connect(
            lambda index: self.choose_hill(str(controls.hill.itemData(index)))
        )
        controls.formula.taken.connect(self.take_formula)
        controls.low.value_changed.connect(self._reach_typed)
        controls.high.value_changed.connect(self._reach_typed)
        controls.rate.changed.connect(self._rate_moved)
        controls.way.changed.connect(self._way_chosen)
        controls.rule.changed.connect(self._rule_chosen)
        controls.random.clicked.connect(self._random_start)
        controls.clear.clicked.connect(self._clear)
        self.canvas.dropped.connect(self.drop)
        self.canvas.asked.connect(self._key_asked)
        self._late.timeout.connect(self._refresh)
        self.play.stepped.connect(self._go)
        self.play.restarted.connect(self._restart)
        self.guessing.switched.connect(self._guessing_switched)
        self.guessing.guessed.connect(self.guess)
