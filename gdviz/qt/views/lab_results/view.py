"""The results of the chosen experiment in this session, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.data.dataset import Dataset
from gdviz.experiments.result import KeptNetwork
from gdviz.qt.fonts import font
from gdviz.qt.lab import words
from gdviz.qt.lab.card_list import Card, CardList
from gdviz.qt.lab.drafts import changes_of, command_of
from gdviz.qt.lab.values import LabState, Tried
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.push_button import PushButton

EMPTY = "Every run of this experiment is kept here until the window is closed."
BESIDE = "Ctrl+click, or Shift with an arrow key, shows a second run beside the first."


class LabResultsView(QObject):
    """Cards of results, and buttons for the one that is looked at."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._lab = context.dock, context.lab
        context.lab.open()
        self._state: LabState | None = None
        self.list = CardList("Results", most=2)
        self.hint = HintLabel(EMPTY)
        self.title = Label("", 12, 600)
        self.again = PushButton("Use settings", "Set everything as it was in this run")
        self.copy_settings = PushButton("Copy settings", "Copy the settings as TOML")
        self.copy_command = PushButton("Copy command", "Copy the command line that runs this")
        self.export = PushButton(
            "Export…", "Write figures, charts, tables, settings and networks into a folder"
        )
        self.drop = PushButton("Forget", "Drop this run and free its memory", "ghost")
        self.networks = QComboBox()
        self.networks.setFont(font(12))
        self.networks.setAccessibleName("Networks of this run")
        self.inspect = PushButton("Inspect", "Look at this network; training is not touched")
        self.train = PushButton("Train", "Begin a run at this network; undo has the former back")
        self._actions, self._of_networks = QWidget(), QWidget()
        self._board = self._laid_out()
        context.dock.set_body_margins(8, 0, 8, 12)
        self._connect()
        self._show(context.lab.state)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._board

    def show_frame(self, frame: Frame) -> None:
        """Show what is new."""
        if frame.lab is not None and frame.lab is not self._state:
            self._show(frame.lab)

    def reset(self, dataset: Dataset) -> None:
        """Nothing: another training run changes no result."""

    def state(self) -> dict[str, Any]:
        """Nothing: results are of this session."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing is to be taken back."""

    def describe(self) -> Description:
        """Tell every result of the chosen experiment."""
        state = self._lab.state
        tried = state.tried_of(state.chosen)
        columns = ("run", "changed settings", "seconds", "verdict", "networks")
        rows = tuple(
            (
                one.number,
                _changes(one),
                round(one.finished.seconds, 2),
                words.words_of(one.finished.result),
                len(one.finished.result.networks),
            )
            for one in tried
        )
        title = "" if state.chosen is None else state.chosen.title
        return Description(f"{title}: {len(tried)} runs in this session.", columns, rows)

    # --- what is shown ---------------------------------------------------------------------

    def _show(self, state: LabState) -> None:
        self._state = state
        tried = state.tried_of(state.chosen)
        keys = [str(one.number) for one in state.shown]
        self.list.show_cards([_card(one) for one in reversed(tried)], keys)
        self.hint.setText(BESIDE if len(tried) > 1 else "" if tried else EMPTY)
        self.hint.setVisible(len(tried) != 1)
        count = f"{len(tried)} {'run' if len(tried) == 1 else 'runs'}"
        self._dock.set_subtitle(f"{count} in this session" if tried else "")
        one = self._looked_at()
        self._actions.setVisible(one is not None)
        if one is None:
            return
        self.title.setText(f"With {words.title_of(one).lower()}")
        names = [network.name for network in one.finished.result.networks]
        if names != [self.networks.itemText(k) for k in range(self.networks.count())]:
            self.networks.clear()
            self.networks.addItems(names)
        self._of_networks.setVisible(bool(names))

    def _looked_at(self) -> Tried | None:
        """Give the result that the buttons are about: the one that was chosen last."""
        shown = self._lab.state.shown
        return shown[-1] if shown else None

    def _picked(self, keys: tuple[str, ...]) -> None:
        state = self._lab.state
        by_number = {str(one.number): one for one in state.tried_of(state.chosen)}
        self._lab.look_at(*(by_number[key] for key in keys))

    def _with_network(self, use: Callable[[KeptNetwork, str], None]) -> None:
        one, index = self._looked_at(), self.networks.currentIndex()
        if one is not None and 0 <= index < len(one.finished.result.networks):
            network = one.finished.result.networks[index]
            use(network, f"{one.experiment.title}, {network.name}")

    def _with_run(self, use: Callable[[Tried], None]) -> None:
        one = self._looked_at()
        if one is not None:
            use(one)

    def _copy(self, text: str, what: str) -> None:
        self._lab.copy(text, what)

    # --- building ---------------------------------------------------------------------------

    def _laid_out(self) -> QWidget:
        buttons = QGridLayout()
        buttons.setSpacing(8)
        for k, button in enumerate(
            (self.again, self.copy_settings, self.export, self.copy_command)
        ):
            buttons.addWidget(button, k // 2, k % 2)
        line = QHBoxLayout(self._of_networks)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.networks, 1)
        line.addWidget(self.inspect)
        line.addWidget(self.train)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.drop)
        inner = QVBoxLayout(self._actions)
        inner.setContentsMargins(8, 8, 8, 0)
        inner.setSpacing(8)
        inner.addLayout(head)
        inner.addLayout(buttons)
        inner.addWidget(self._of_networks)
        board = QWidget()
        column = QVBoxLayout(board)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.hint.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.hint)
        column.addWidget(self.list, 1)
        column.addWidget(self._actions)
        return board

    def _connect(self) -> None:
        lab = self._lab
        self.list.picked.connect(self._picked)
        self.list.entered.connect(lab.run)
        self.list.escaped.connect(lab.cancel)
        settings = self.copy_settings.clicked
        settings.connect(
            lambda: self._with_run(
                lambda one: self._copy(one.finished.settings.to_toml(), "the settings as TOML")
            )
        )
        self.copy_command.clicked.connect(
            lambda: self._with_run(
                lambda one: self._copy(
                    command_of(one.experiment.name, one.finished.settings), "the command line"
                )
            )
        )
        self.again.clicked.connect(
            lambda: self._with_run(lambda one: lab.write_as(one.finished.settings))
        )
        self.export.clicked.connect(lambda: self._with_run(lab.export))
        self.drop.clicked.connect(lambda: self._with_run(lab.forget))
        self.inspect.clicked.connect(lambda: self._with_network(lab.inspect))
        self.train.clicked.connect(lambda: self._with_network(lab.train))


def _card(tried: Tried) -> Card:
    result = tried.finished.result
    return Card(
        str(tried.number),
        words.title_of(tried),
        words.duration(tried.finished.seconds),
        _changes(tried),
        words.overall(result),
        words.words_of(result),
        lines=3,
    )


def _changes(tried: Tried) -> str:
    """Give the settings of a run that differ from the defaults."""
    changes = changes_of(tried.finished.settings)
    return ", ".join(f"{title} {text}" for title, text in changes) or "settings as given"
