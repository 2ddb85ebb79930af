"""One experiment: claim, prediction, settings, and what comes of it, live and at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.data.dataset import Dataset
from gdviz.qt.charts.files import png_of, svg_of
from gdviz.qt.keys import ENTER
from gdviz.qt.lab import words
from gdviz.qt.lab.drafts import changes_of
from gdviz.qt.lab.values import LabState, Tried
from gdviz.qt.theme import current_theme
from gdviz.qt.views.lab_experiment.head import ClaimHead
from gdviz.qt.views.lab_experiment.prediction import PredictionBox
from gdviz.qt.views.lab_experiment.result_pane import BESIDE, OVER, Column, ResultPane
from gdviz.qt.views.lab_experiment.run_bar import Progress, RunButtons
from gdviz.qt.views.lab_experiment.settings import SettingsForm
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.scrolled import scrolled
from gdviz.qt.widgets.segmented import Segmented
from gdviz.storage.atomic import write_atomically

EMPTY = (
    "Predict what will come of it, then press Run experiment: curves appear while it runs, the "
    "verdict with its figures at the end."
)

WAITING = "Nothing is known yet: curves and verdicts appear here as parts of it are done."


class _Board(QWidget):
    """The body of the panel: Enter and Escape reach it from whatever has the focus in it."""

    entered = Signal()
    escaped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        if event.key() in ENTER:
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


class LabExperimentView(QObject):
    """The chosen experiment."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._lab = context.dock, context.lab
        context.lab.open()
        self._state: LabState | None = None
        self._shown: tuple[object, ...] = ()
        self.head, self.prediction, self.settings = ClaimHead(), PredictionBox(), SettingsForm()
        self.buttons, self.progress = RunButtons(), Progress()
        self.problem = Label("", 12, 400, "error")
        self.problem.setWordWrap(True)
        self.empty = HintLabel(EMPTY)
        self.way = Segmented([(BESIDE, "Beside"), (OVER, "Over each other")], "Charts of two runs")
        self.pane = ResultPane()
        self._board = self._laid_out()
        context.dock.add_tool(self.way)
        context.dock.add_tool(self.buttons)
        context.dock.set_body_margins(16, 0, 6, 8)
        context.dock.add_action("Save charts as PNG…", lambda: self._ask_charts("png"))
        context.dock.add_action("Save charts as SVG…", lambda: self._ask_charts("svg"))
        self._connect()
        self._show(context.lab.state)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._board

    @property
    def is_unfinished(self) -> bool:
        """Whether parts of a result are still to be brought up: one in each frame."""
        return not self.pane.is_complete

    def show_frame(self, frame: Frame) -> None:
        """Show what is new, and one part of a result."""
        if frame.lab is not None and frame.lab is not self._state:
            self._show(frame.lab)
        self.pane.go_on()

    def reset(self, dataset: Dataset) -> None:
        """Nothing: another training run changes no experiment."""

    def state(self) -> dict[str, Any]:
        """How the charts of two runs stand, and whether the settings are in sight."""
        return {"way": self.way.current(), "settings": self.settings.head.isChecked()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("way") in {BESIDE, OVER}:
            self.way.set_current(str(state["way"]))
        if isinstance(state.get("settings"), bool):
            self.settings.head.setChecked(state["settings"])

    def describe(self) -> Description:
        """Tell the claims with their verdicts; of a chart, its own values."""
        rows = []
        for column in self._columns(self._lab.state):
            for claim in column.result.claims:
                low, high = claim.interval or ("", "")
                figure = "" if claim.measured is None else claim.measured
                rows.append(
                    (column.name, claim.claim, words.word_of(claim), figure, low, high, claim.unit)
                )
        told = " ".join(chart.describe().sentence for chart in self.pane.charts)
        verdicts = " ".join(
            claim.verdict
            for column in self._columns(self._lab.state)
            for claim in column.result.claims
        )
        columns = ("run", "claim", "verdict", "measured", "95 % from", "95 % to", "unit")
        return Description(f"{verdicts} {told}".strip() or EMPTY, columns, tuple(rows))

    def save_charts(self, folder: Path, kind: str) -> list[Path]:
        """Write the charts in sight into a folder, as ``png`` or ``svg``; give the paths."""
        chosen = self._lab.state.chosen
        make = svg_of if kind == "svg" else png_of
        paths: list[Path] = []
        for chart in self.pane.charts:
            if chart.picture is None or chosen is None:
                continue
            stem = f"{chosen.name}-{chart.picture.chart.key}"
            n_before = sum(path.stem.startswith(stem) for path in paths)
            path = folder / f"{stem}{f'-{n_before + 1}' if n_before else ''}.{kind}"
            write_atomically(path, make(chart.picture, current_theme()))
            paths.append(path)
        return paths

    def _ask_charts(self, kind: str) -> None:
        folder = QFileDialog.getExistingDirectory(self._board, f"Save the charts as {kind.upper()}")
        if folder:
            paths = self.save_charts(Path(folder), kind)
            self._lab.told.emit(f"Saved {len(paths)} charts in {folder}")

    # --- what is shown ---------------------------------------------------------------------

    def _show(self, state: LabState) -> None:
        self._state = state
        chosen, draft = state.chosen, state.draft
        if chosen is None or draft is None:
            return
        is_here = state.is_under_way(chosen)
        self._dock.set_subtitle(f"{chosen.title} · about {words.expected(chosen.seconds)} as given")
        self.head.show_experiment(chosen)
        guess = state.under_way.guess if is_here and state.under_way is not None else state.guess
        self.prediction.show_guess(
            chosen, guess, is_open=not is_here, is_tried=bool(state.shown) and not is_here
        )
        self.settings.show_draft(chosen, draft)
        self.buttons.show_state(state)
        self.progress.show_state(state)
        stopped = f"It stopped: {state.problem} Settings and earlier results are as they were."
        self.problem.setText(stopped if state.problem else "")
        self.problem.setVisible(bool(state.problem))
        columns = self._columns(state)
        has_pictures = any(column.result.claims or column.result.charts for column in columns)
        self.empty.setText(WAITING if is_here else EMPTY)
        self.empty.setVisible(not has_pictures and not state.problem)
        self.way.setVisible(len(columns) > 1)
        shown = (*(column.result for column in columns), self.way.current(), chosen)
        if shown != self._shown:
            self._shown = shown
            self.pane.begin(columns, self.way.current())

    def _columns(self, state: LabState) -> list[Column]:
        """Give what is known by now while it runs, then the results that are looked at."""
        chosen, work = state.chosen, state.under_way
        if chosen is None:
            return []
        if work is not None and work.experiment is chosen:
            return [Column("", "now", work.partial)] if work.partial is not None else []
        is_alone = len(state.shown) == 1
        return [self._column(tried, is_alone=is_alone) for tried in state.shown]

    @staticmethod
    def _column(tried: Tried, *, is_alone: bool) -> Column:
        result, name = tried.finished.result, words.title_of(tried)
        changes = ", ".join(f"{t} {v}" for t, v in changes_of(tried.finished.settings))
        title = "" if is_alone else f"{name} · {changes or 'as given'}"
        told = words.came_true(tried.experiment, result, tried.guess) if result.claims else ""
        return Column(title, name.lower(), result, told)

    def _run(self) -> None:
        if self._lab.run():
            # What is seen now are curves; the settings stay a click away.
            self.settings.head.setChecked(False)

    def _way_chosen(self, _way: str) -> None:
        self._show(self._lab.state)
        while not self.pane.is_complete:
            self.pane.go_on()

    def _laid_out(self) -> _Board:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for widget in (
            self.head, self.prediction, self.settings, self.problem, self.empty, self.pane,
        ):  # fmt: skip
            column.addWidget(widget)
        board = _Board()
        outer = QVBoxLayout(board)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.progress)
        outer.addWidget(scrolled(inner), 1)
        return board

    def _connect(self) -> None:
        lab = self._lab
        self.prediction.guessed.connect(lab.guess)
        self.settings.written.connect(lab.write)
        self.settings.reset_asked.connect(lab.write_all)
        self.settings.quick_asked.connect(lambda: lab.write_all(is_quick=True))
        self.buttons.run_asked.connect(self._run)
        self.buttons.cancel_asked.connect(lab.cancel)
        self._board.entered.connect(self._run)
        self._board.escaped.connect(lab.cancel)
        self.way.changed.connect(self._way_chosen)
