"""Asks until when to run: five conditions, each with a number, the first that is met ends it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from gdviz.qt import number_text
from gdviz.qt.dialogs.panel_dialog import PanelDialog
from gdviz.qt.fonts import font
from gdviz.qt.views.view import Frame
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.ticks import next_on_ladder, next_whole
from gdviz.training.config import MAXIMUM_EPOCHS
from gdviz.training.goal import MAXIMUM_MINUTES, Goal


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of the dialog.

    Parameters
    ----------
    field : str
        Of `Goal`.
    text : str
        Beside the check box.
    value, most : float
        In the unit that is shown.
    suffix : str
        The unit.
    unit : float
        What is shown over what the field of `Goal` holds.
    whole_steps : bool
        Whether the arrows step by one instead of by 1, 2, 5.
    """

    field: str
    text: str
    value: float
    most: float
    suffix: str = ""
    unit: float = 1.0
    whole_steps: bool = False


CONDITIONS = (
    Condition("epochs", "Epoch, counted from the start", 10, MAXIMUM_EPOCHS, whole_steps=True),
    Condition("cost", "Smoothed mini-batch cost, at most", 0.1, 1e9),
    Condition("accuracy", "Test accuracy, at least", 95, 100, " %", 100, whole_steps=True),
    Condition(
        "plateau_epochs", "No fall of the cost by 1 % for", 2, MAXIMUM_EPOCHS, " epochs",
        whole_steps=True,
    ),
    Condition("minutes", "Training time, without pauses", 5, MAXIMUM_MINUTES, " min"),
)  # fmt: skip
CHOSEN = frozenset({"accuracy"})
"""Checked at first."""


class RunUntilDialog(PanelDialog):
    """Asks for a goal; stays where it is while the run goes on.

    Parameters
    ----------
    parent : QWidget

    Attributes
    ----------
    asked : Signal(object)
        A `Goal` to run until.
    given_up : Signal()
        The present goal is to be forgotten.
    """

    asked = Signal(object)
    given_up = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("run_until", "Run until", parent)
        self.subtitle.set_whole_text("what comes first ends the run")
        self._checks: dict[str, QCheckBox] = {}
        self._fields: dict[str, NumberField] = {}
        self._present: dict[str, Label] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self.body.addLayout(self._grid)
        for row, condition in enumerate(CONDITIONS):
            self._add(row, condition)
        self._hint = HintLabel(
            "A pause keeps the goal, and Run goes on towards it. The run ends at exactly the step "
            "that reached it, in place of the configured number of epochs."
        )
        self.body.addWidget(self._hint)
        self._problem = Label("", 12, 400, "error")
        self._problem.setObjectName("run_until_problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.body.addWidget(self._problem)
        self._give_up = self.add_button("Give up this goal", "ghost")
        self._give_up.setObjectName("button_give_up_goal")
        self._give_up.setEnabled(False)
        self._give_up.clicked.connect(self.given_up)
        self.buttons.addStretch(1)
        self.add_button("Close").clicked.connect(self.reject)
        run = self.add_button("Run", "primary")
        run.setObjectName("button_run_until")
        run.setDefault(True)
        run.clicked.connect(self._ask)
        self.setMinimumWidth(460)

    def _add(self, row: int, condition: Condition) -> None:
        check = QCheckBox(condition.text, self)
        check.setObjectName(f"check_until_{condition.field}")
        check.setFont(font(12, 400))
        check.setChecked(condition.field in CHOSEN)
        field = NumberField(
            f"{condition.text}: number", condition.value, 0, condition.most, self,
            suffix=condition.suffix, step=next_whole if condition.whole_steps else next_on_ladder,
        )  # fmt: skip
        field.setObjectName(f"field_until_{condition.field}")
        field.setFixedWidth(112)
        # Who sets a number means it.
        field.value_changed.connect(partial(self._choose, condition.field))
        present = Label("", 12, 400, "muted")
        present.setMinimumWidth(72)
        present.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._checks[condition.field], self._fields[condition.field] = check, field
        self._present[condition.field] = present
        for column, widget in enumerate((check, field, present)):
            self._grid.addWidget(widget, row, column)

    def bring_up(self) -> None:
        """Show it, with the first number that is chosen ready to be typed over."""
        super().bring_up()
        for field, check in self._checks.items():
            if check.isChecked():
                self._fields[field].setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def show_frame(self, frame: Frame, smoothed_cost: float | None) -> None:
        """Show where the run is now, beside what is asked of it."""
        snapshot, evaluation = frame.snapshot, frame.evaluation
        self._give_up.setEnabled(snapshot.goal is not None)
        if not self.isVisible():
            return
        now = {"epochs": f"{snapshot.epoch:.2f}", "cost": number_text.cost(smoothed_cost)}
        if evaluation is not None:
            now["accuracy"] = number_text.percent(evaluation.test_accuracy)
        for field, text in now.items():
            self._present[field].set_running_text(f"now {text}")

    def goal(self) -> Goal | None:
        """Give the goal that is chosen; None, with a sentence shown, if there is none."""
        values = {}
        for condition in CONDITIONS:
            field = self._fields[condition.field]
            if not self._checks[condition.field].isChecked():
                continue
            problem = field.error()
            if problem:
                self._say(f"{problem}.")
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return None
            values[condition.field] = field.value() / condition.unit
        if not values:
            self._say("Choose at least one condition.")
            return None
        self._say("")
        return Goal(**values)

    def state(self) -> dict[str, Any]:
        """What is to be found again the next time."""
        return {
            field: {"chosen": check.isChecked(), "value": self._fields[field].value()}
            for field, check in self._checks.items()
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave; what cannot be used is passed over."""
        for name, field in self._fields.items():
            saved = state.get(name)
            if not isinstance(saved, dict):
                continue
            if isinstance(saved.get("chosen"), bool):
                self._checks[name].setChecked(saved["chosen"])
            try:
                field.set_value(float(saved["value"]))
            except (KeyError, TypeError, ValueError):
                continue

    def _choose(self, field: str, _value: float) -> None:
        self._checks[field].setChecked(True)

    def _ask(self) -> None:
        goal = self.goal()
        if goal is not None:
            self.asked.emit(goal)
            self.accept()

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
