"""The form of an experiment's settings, made from what they say of themselves."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gdviz.experiments.experiment import Experiment
from gdviz.experiments.settings import SettingSpec, specs_of
from gdviz.qt.fonts import font
from gdviz.qt.lab.values import Draft
from gdviz.qt.widgets.folding_section import FoldHead
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.push_button import PushButton

NAME_WIDTH, FIELD_WIDTH = 136, 136
COLUMNS = 2
DEFAULT = "as given"


class _Choice(QComboBox):
    """A choice that the wheel passes over: it scrolls what the form stands in."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt override."""
        event.ignore()


class _Field(QWidget):
    """One setting: name, field, and below them what is wrong with it."""

    written = Signal(str, str)

    def __init__(self, spec: SettingSpec) -> None:
        super().__init__()
        self.spec = spec
        self.name = Label(spec.title, 12, 400, "muted")
        self.edit: QLineEdit | None = None
        self.combo: QComboBox | None = None
        control: QWidget
        choices = ("true", "false") if spec.kind is bool and not spec.is_list else spec.choices
        if choices and not spec.is_list:
            control = self.combo = _Choice()
            self.combo.addItems(choices)
            self.combo.activated.connect(lambda _index: self._tell())
        else:
            control = self.edit = QLineEdit()
            self.edit.textEdited.connect(lambda _text: self._tell())
        control.setFont(font(12))
        control.setFixedWidth(FIELD_WIDTH)
        control.setObjectName(f"field_{spec.key}")
        control.setAccessibleName(spec.title)
        self.control = control
        self.name.setBuddy(control)
        self.problem = HintLabel()
        self.problem.set_role("error")
        self.problem.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, NAME_WIDTH)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(control, 0, 1)
        grid.addWidget(self.problem, 1, 0, 1, 3)

    def show_text(self, text: str, problem: str) -> None:
        """Show a text and what is wrong with it."""
        if self.combo is not None:
            self.combo.setCurrentIndex(self.combo.findText(text))
        elif self.edit is not None and self.edit.text() != text:
            self.edit.setText(text)
            self.edit.setCursorPosition(0)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        explanation = problem or f"{self.spec.explanation}{_range(self.spec)}"
        for widget in (self.control, self.name):
            widget.setToolTip(explanation)
        self.control.setWhatsThis(explanation)
        self.control.setAccessibleDescription(explanation)
        state = "error" if problem else ""
        if self.control.property("state") != state:
            self.control.setProperty("state", state)
            self.control.style().unpolish(self.control)
            self.control.style().polish(self.control)

    def _tell(self) -> None:
        text = self.combo.currentText() if self.combo is not None else ""
        if self.edit is not None:
            text = self.edit.text()
        self.written.emit(self.spec.key, text)


class SettingsForm(QWidget):
    """All settings in two columns behind a head that says what is changed.

    Attributes
    ----------
    written : Signal(str, str)
        A setting and its text.
    reset_asked, quick_asked : Signal()
        All settings as given, or those of a quick look.
    """

    written = Signal(str, str)
    reset_asked = Signal()
    quick_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._experiment: Experiment | None = None
        self.fields: dict[str, _Field] = {}
        self.head = FoldHead("Settings")
        self.head.setObjectName("fold_lab_settings")
        self.reset = PushButton("As given", "Set everything back to its default", "ghost")
        self.quick = PushButton("Quick look", "Settings of a run of a second or two", "ghost")
        self._body = QWidget()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(32)
        self._grid.setVerticalSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.reset)
        buttons.addWidget(self.quick)
        buttons.addStretch(1)
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(0, 4, 0, 0)
        inner.setSpacing(8)
        inner.addLayout(self._grid)
        inner.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._body)
        self.head.toggled.connect(self._body.setVisible)
        self.head.setChecked(True)
        self.reset.clicked.connect(self.reset_asked)
        self.quick.clicked.connect(self.quick_asked)

    def show_draft(self, experiment: Experiment, draft: Draft) -> None:
        """Show the settings of an experiment."""
        if experiment is not self._experiment:
            self._experiment = experiment
            self._build(experiment)
        for key, field in self.fields.items():
            field.show_text(draft.texts[key], draft.problems.get(key, ""))
        changed = ", ".join(f"{title} {text}" for title, text in draft.changed)
        self.head.set_summary(changed or DEFAULT)
        self.reset.setEnabled(bool(draft.changed))
        self.quick.setVisible(bool(experiment.small))

    def _build(self, experiment: Experiment) -> None:
        for field in self.fields.values():
            self._grid.removeWidget(field)
            field.deleteLater()
        self.fields = {}
        specs = specs_of(experiment.settings)
        n_rows = -(-len(specs) // COLUMNS)
        top = Qt.AlignmentFlag.AlignTop
        for k, spec in enumerate(specs):
            field = self.fields[spec.key] = _Field(spec)
            field.written.connect(self.written)
            self._grid.addWidget(field, k % n_rows, k // n_rows, top)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)


def _range(spec: SettingSpec) -> str:
    """Give the range in words, if there is one."""
    low, high = spec.low, spec.high
    if low == -float("inf") and high == float("inf"):
        return " Several, with commas between them." if spec.is_list else ""
    each = "Each from" if spec.is_list else "From"
    # 2**63 - 1 says nothing to anybody.
    end = "up" if high >= 2**62 else f"to {high:,g}"
    return f" {each} {low:,g} {end}."
