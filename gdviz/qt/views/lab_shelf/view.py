"""The shelf: every experiment with its claim, its duration and what came of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.data.dataset import Dataset
from gdviz.experiments.experiment import Experiment
from gdviz.qt.fonts import font
from gdviz.qt.lab import words
from gdviz.qt.lab.card_list import Card, CardList
from gdviz.qt.lab.values import LabState
from gdviz.qt.views.view import Frame, ViewContext

LONG = 8
"""A shelf of more can be searched."""


class LabShelfView(QObject):
    """Cards of all experiments; the chosen one is shown beside."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._lab = context.dock, context.lab
        context.lab.open()
        self._state: LabState | None = None
        self.search = QLineEdit()
        self.search.setFont(font(12))
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the experiments")
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QAbstractButton):
            button.setAccessibleName("Clear the search")
        self.list = CardList("Experiments")
        self._board = QWidget()
        column = QVBoxLayout(self._board)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        context.dock.set_body_margins(8, 0, 8, 8)
        self.search.textChanged.connect(self._search_changed)
        self.list.picked.connect(self._picked)
        self.list.entered.connect(self._lab.run)
        self.list.escaped.connect(self._lab.cancel)
        self._show(context.lab.state)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._board

    def show_frame(self, frame: Frame) -> None:
        """Show what has become of the experiments."""
        if frame.lab is not None and frame.lab is not self._state:
            self._show(frame.lab)

    def reset(self, dataset: Dataset) -> None:
        """Nothing: another training run changes no experiment."""

    def state(self) -> dict[str, Any]:
        """Which experiment is looked at."""
        chosen = self._lab.state.chosen
        return {"experiment": "" if chosen is None else chosen.name}

    def restore(self, state: dict[str, Any]) -> None:
        """Look at an experiment again, if there still is one of that name."""
        name = state.get("experiment")
        if name in [experiment.name for experiment in self._lab.state.experiments]:
            self._lab.choose(str(name))

    def describe(self) -> Description:
        """Tell every experiment and what came of it."""
        state = self._lab.state
        columns = ("experiment", "claim", "expected seconds", "in this session")
        rows = tuple(
            (one.title, one.claim, one.seconds, _outcome(state, one)[1] or "not tried")
            for one in state.experiments
        )
        n_tried = sum(bool(state.tried_of(one)) for one in state.experiments)
        return Description(
            f"{n_tried} of {len(rows)} experiments were tried in this session.", columns, rows
        )

    def _show(self, state: LabState) -> None:
        self._state = state
        sought = self.search.text().lower().split()
        cards = [_card(state, one) for one in state.experiments if _fits(one, sought)]
        self.search.setVisible(len(state.experiments) > LONG)
        chosen = () if state.chosen is None else (state.chosen.name,)
        self.list.show_cards(cards, chosen)
        n_tried = sum(bool(state.tried_of(one)) for one in state.experiments)
        self._dock.set_subtitle(f"{n_tried} of {len(state.experiments)} tried")

    def _picked(self, keys: tuple[str, ...]) -> None:
        self._lab.choose(keys[-1])

    def _search_changed(self, _text: str) -> None:
        self._show(self._lab.state)


def _card(state: LabState, experiment: Experiment) -> Card:
    mark, text = _outcome(state, experiment)
    return Card(
        experiment.name,
        experiment.title,
        words.expected(experiment.seconds),
        words.short(experiment.claim),
        mark,
        text,
    )


def _outcome(state: LabState, experiment: Experiment) -> tuple[str, str]:
    """Give the mark and the words of what came of an experiment."""
    if state.under_way is not None and state.under_way.experiment is experiment:
        return "", f"running, {state.under_way.share:.0%}"
    if experiment.name in state.problems:
        return "", "stopped with an error"
    tried = state.tried_of(experiment)
    if not tried:
        return "", ""
    result = tried[-1].finished.result
    count = f", {len(tried)} runs" if len(tried) > 1 else ""
    return words.overall(result), words.words_of(result) + count


def _fits(experiment: Experiment, sought: list[str]) -> bool:
    text = f"{experiment.name} {experiment.title} {experiment.claim}".lower()
    return all(word in text for word in sought)
