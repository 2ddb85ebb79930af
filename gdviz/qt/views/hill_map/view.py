"""Two variables: every optimizer from the same start, on a map with equal axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.hill.hills import HILLS
from gdviz.data.dataset import Dataset
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Layout
from gdviz.qt.remembered_formulas import FormulasOf, finite_numbers
from gdviz.qt.views.hill_map import words
from gdviz.qt.views.hill_map.around import around_point
from gdviz.qt.views.hill_map.canvas import MapCanvas
from gdviz.qt.views.hill_map.compass import Around, Compass
from gdviz.qt.views.hill_map.controls import NETWORK, OWN, MapControls
from gdviz.qt.views.hill_map.model import MapModel, Reading
from gdviz.qt.views.hill_map.network_hill import N_STEPS, NetworkHill, network_hill
from gdviz.qt.views.hill_map.relief import HillRelief
from gdviz.qt.views.hill_map.table import OptimizerTable
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.figure_rows import FigureRows
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.play_bar import PlayBar
from gdviz.qt.widgets.scrolled import scrolled
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.snapshot import Snapshot

FIRST = "four_valleys"
READINGS = 452
FACES = {"map": "Map", "relief": "3-D"}
LATE_MS = 150
RADIUS = 0.02
"""Of the compass, as a share of the map's shorter side."""


FORMULAS = FormulasOf(("x", "y"))


class HillMapView(QObject):
    """A map, all optimizers on it, their numbers, and the compass.

    It has a state and a clock of its own, and takes a copy of the network in training where two
    of its weights are the variables.
    """

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._picker, self._dataset = context.dock, context.picker, context.dataset
        self._snapshot: Snapshot | None = None
        self._random = np.random.default_rng()
        self._hill_key, first = FIRST, HILLS[FIRST]
        self.model = MapModel(
            FORMULAS.read(first.text),
            first.x_range,
            first.y_range,
            (first.start[0], first.start[1]),
            first.learning_rate,
        )
        titles = [(key, hill.title) for key, hill in HILLS.items()]
        self.controls = MapControls(titles, FORMULAS.problem, self._network_layout)
        self.canvas, self.relief = MapCanvas(self.model), HillRelief(self.model)
        self.table, self.compass = OptimizerTable(), Compass()
        self.face, self.faces = Segmented(list(FACES.items()), "Hill as"), QStackedWidget()
        self.play, self.rows = PlayBar("the optimizers"), FigureRows(6)
        self.slider, self.step_label = QSlider(Qt.Orientation.Horizontal), Label("", 12, 600)
        context.dock.add_tool(self.face)
        context.dock.add_tool(self.play)
        self.board = self._laid_out()
        # The mouse tells more starts than can be followed: the last one counts.
        self._late = QTimer(self.board)
        self._late.setSingleShot(True)
        self._late.setInterval(0)
        self._connect()
        self._hill_changed()

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.board

    def show_frame(self, frame: Frame) -> None:
        """Take note of the network: it is looked at when somebody asks for it."""
        self._snapshot = frame.snapshot

    def reset(self, dataset: Dataset) -> None:
        """Take note of other data: another training run changes no hill."""
        self._dataset = dataset

    def state(self) -> dict[str, Any]:
        """What the user chose."""
        model = self.model
        return {
            "hill": self._hill_key,
            "formula": model.formula.text,
            "ranges": [*model.x_range, *model.y_range],
            "start": list(model.start),
            "rates": dict(model.rates),
            "shown": sorted(model.shown),
            "chosen": model.chosen,
            "steps": model.n_steps,
            "momentum": model.momentum,
            "speed": self.play.steps_per_second(),
            "face": self.face.current(),
            "camera": self.relief.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        formula = FORMULAS.readable(state.get("formula"))
        ranges, start = finite_numbers(state.get("ranges")), finite_numbers(state.get("start"))
        if formula is None or len(ranges) != 4 or len(start) != 2:
            return
        if not (ranges[0] < ranges[1] and ranges[2] < ranges[3]):
            return
        key, model = state.get("hill"), self.model
        self._hill_key = key if isinstance(key, str) and key in HILLS else OWN
        x_range, y_range = (ranges[0], ranges[1]), (ranges[2], ranges[3])
        model.take_hill(formula, x_range, y_range, (start[0], start[1]), 0.1)
        rates = state.get("rates")
        for optimizer in OPTIMIZERS:
            rate = finite_numbers([rates.get(optimizer)] if isinstance(rates, dict) else None)
            if rate and rate[0] > 0:
                model.take_rate(optimizer, rate[0])
        shown = state.get("shown")
        if isinstance(shown, list):
            model.shown = {optimizer for optimizer in OPTIMIZERS if optimizer in shown}
        if state.get("chosen") in OPTIMIZERS:
            model.chosen = state["chosen"]
        if isinstance(state.get("steps"), int):
            model.take_steps(state["steps"])
        momentum = finite_numbers([state.get("momentum")])
        if momentum:
            model.take_momentum(momentum[0])
        self._restore_face(state)
        if isinstance(state.get("speed"), int):
            self.play.set_steps_per_second(state["speed"])
        self._hill_changed()

    def _restore_face(self, state: dict[str, Any]) -> None:
        face, camera = state.get("face"), state.get("camera")
        if isinstance(face, str) and face in FACES:
            self.show_face(face)
        if isinstance(camera, dict):
            self.relief.restore(camera)

    def show_face(self, key: str) -> None:
        """Show the hill as a map or as a block."""
        self.face.set_current(key)
        self.faces.setCurrentWidget(self.relief if key == "relief" else self.canvas)
        self._refresh()

    def describe(self) -> Description:
        """Tell the picture in words, with a row for each optimizer."""
        return words.described(self.model, self._readings())

    # --- what the user does ----------------------------------------------------------------

    def choose_hill(self, key: str) -> None:
        """Show one of the known hills, or wait for a formula."""
        hill = HILLS.get(key)
        if key == NETWORK:
            self.take_network(fresh=True)
            return
        if hill is None:
            self.controls.formula.line.setFocus()
            self.controls.formula.line.selectAll()
            return
        self._hill_key = key
        self.model.take_hill(
            FORMULAS.read(hill.text),
            hill.x_range,
            hill.y_range,
            (hill.start[0], hill.start[1]),
            hill.learning_rate,
        )
        self._hill_changed()

    def take_network(self, *, fresh: bool = False) -> None:
        """Show the cost over two weights of the network as it is now.

        Parameters
        ----------
        fresh : bool, default False
            Whether the weight that is selected in the window, or the largest ones of the gradient,
            are taken in place of those that are named.
        """
        if self._snapshot is None:  # the window is just made
            self.controls.choose(self.controls.hill, self._hill_key)
            return
        wanted = self.controls.network.wanted()
        if fresh or self._hill_key != NETWORK:
            wanted = (self._picker.selected, None)
        hill = network_hill(self._snapshot, self._dataset, wanted)
        self._hill_key = NETWORK
        self.model.take_hill(hill, hill.x_range, hill.y_range, hill.pair.start, hill.learning_rate)
        self.model.take_steps(N_STEPS)
        self._hill_changed()

    def _take_network_again(self) -> None:  # a slot
        self.take_network()

    def _network_layout(self) -> Layout | None:
        return None if self._snapshot is None else self._snapshot.parameters.layout

    def take_formula(self, text: str) -> None:
        """Show a hill that was typed, in the same part of the plane, from the same start."""
        self._hill_key, model = OWN, self.model
        rate = model.rates["gradient_descent"]
        model.take_hill(FORMULAS.read(text), model.x_range, model.y_range, model.start, rate)
        self._hill_changed()

    def move_start(self, x: float, y: float) -> None:
        """Begin elsewhere."""
        self.model.take_start(x, y)
        self.controls.show_start(x, y)
        self._refresh()

    def _drag_start(self, x: float, y: float) -> None:
        self.model.take_start(x, y)
        self.controls.show_start(x, y)
        self._late.start()

    def _start_typed(self, _value: float) -> None:
        self.move_start(self.controls.start_x.value(), self.controls.start_y.value())

    def _random_start(self) -> None:
        (x0, x1), (y0, y1) = self.model.x_range, self.model.y_range
        x, y = self._random.uniform(x0, x1), self._random.uniform(y0, y1)
        self.move_start(float(f"{x:.3g}"), float(f"{y:.3g}"))

    def _show_optimizer(self, key: str, is_shown: bool) -> None:
        self.model.show(key, is_shown)
        self._refresh()

    def _take_rate(self, key: str, rate: float) -> None:
        self.model.take_rate(key, rate)
        self._refresh()

    def _take_steps(self, n_steps: float) -> None:
        self.play.stop()
        self.model.take_steps(int(n_steps))
        self._refresh()

    def _take_momentum(self, momentum: float) -> None:
        self.model.take_momentum(momentum)
        self._refresh()

    def choose_optimizer(self, key: str) -> None:
        """Show the numbers of an optimizer, and the cost around it."""
        self.model.chosen = key
        self._refresh()

    def _go(self, steps: int) -> None:
        moved = self.model.go(steps)
        if not moved or self.model.step == self.model.n_steps:
            self.play.stop()
        self._refresh()

    def _go_to(self, step: int) -> None:
        self.model.go_to(step)
        self._refresh()

    def _slid(self, step: int) -> None:
        self.play.stop()
        self._go_to(step)

    def _toggle(self) -> None:
        """Play from the start if the end is shown."""
        if not self.play.is_running and self.model.step == self.model.n_steps:
            self._go_to(0)
        self.play.toggle()

    def _key_asked(self, key: str) -> None:
        play = self.play
        does = {
            "run": self._toggle,
            "step": lambda: play.go(1),
            "back": lambda: play.go(-1),
            "restart": play.begin_again,
        }
        does[key]()

    # --- what is shown ---------------------------------------------------------------------

    def _readings(self) -> dict[str, Reading]:
        return {key: self.model.reading(key) for key in self.model.shown_keys()}

    def _hill_changed(self) -> None:
        """Show all that was chosen."""
        self.play.stop()
        model, controls = self.model, self.controls
        hill = HILLS.get(self._hill_key)
        model.minima = tuple((at[0], at[1]) for at in hill.known_minima) if hill else ()
        controls.choose(controls.hill, self._hill_key)
        controls.choose(controls.chosen, model.chosen)
        is_network = isinstance(model.formula, NetworkHill)
        controls.show_kind(is_network=is_network)
        if isinstance(model.formula, NetworkHill):
            controls.network.show_titles(model.formula.titles)
        else:
            controls.formula.set_text(model.formula.text)
        # All walks of a network take longer than one can wait for while the mouse moves.
        self._late.setInterval(LATE_MS if is_network else 0)
        controls.show_start(*model.start)
        controls.steps.set_value(model.n_steps)
        controls.momentum.set_value(model.momentum)
        self.table.show_choices(model.shown, model.rates)
        self._dock.set_subtitle(words.subtitle(model))
        self._refresh()

    def _refresh(self) -> None:
        model, readings = self.model, self._readings()
        said = words.said(model, readings)
        self.canvas.show_readings(readings, said)
        self.relief.show_readings(readings, said)
        self.table.show_readings(readings)
        chosen = readings.get(model.chosen) or model.reading(model.chosen)
        self.rows.show_rows(*words.rows_of(model, chosen))
        is_known = math.isfinite(chosen.cost) and math.isfinite(chosen.slope)
        self.compass.show_around(self._around(chosen) if is_known else None)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, model.n_steps)
            self.slider.setValue(model.step)
        self.slider.setAccessibleDescription(words.step_text(model))
        self.step_label.set_running_text(words.step_text(model))

    def _around(self, reading: Reading) -> Around:
        model = self.model
        return around_point(model.formula, reading.x, reading.y, RADIUS * model.width)

    def _laid_out(self) -> QWidget:
        self.slider.setAccessibleName("Step that is shown")
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.step_label)
        below.addWidget(self.slider, 1)
        middle = QVBoxLayout()
        middle.setSpacing(6)
        for face in (self.canvas, self.relief):
            self.faces.addWidget(face)
        middle.addWidget(self.faces, 1)
        middle.addLayout(below)
        numbers_row = QHBoxLayout()
        numbers_row.setSpacing(16)
        numbers_row.addWidget(self.compass, 1)
        numbers_row.addWidget(self.rows, 1, Qt.AlignmentFlag.AlignTop)
        readings = QWidget()
        column = QVBoxLayout(readings)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.table)
        column.addLayout(numbers_row, 1)
        board = QWidget()
        row = QHBoxLayout(board)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        left = scrolled(self.controls)
        left.setFixedWidth(self.controls.width() + 12)
        readings.setFixedWidth(READINGS)
        row.addWidget(left)
        row.addLayout(middle, 1)
        row.addWidget(readings)
        return board

    def _connect(self) -> None:
        controls, play = self.controls, self.play
        controls.hill.activated.connect(
            lambda index: self.choose_hill(str(controls.hill.itemData(index)))
        )
        controls.chosen.activated.connect(
            lambda index: self.choose_optimizer(str(controls.chosen.itemData(index)))
        )
        controls.formula.taken.connect(self.take_formula)
        controls.network.pair_changed.connect(self._take_network_again)
        controls.network.now.clicked.connect(self._take_network_again)
        controls.start_x.value_changed.connect(self._start_typed)
        controls.start_y.value_changed.connect(self._start_typed)
        controls.random.clicked.connect(self._random_start)
        controls.steps.value_changed.connect(self._take_steps)
        controls.momentum.value_changed.connect(self._take_momentum)
        self.table.shown_changed.connect(self._show_optimizer)
        self.table.rate_changed.connect(self._take_rate)
        self.face.changed.connect(self.show_face)
        self.canvas.start_moved.connect(self._drag_start)
        self._late.timeout.connect(self._refresh)
        self.canvas.asked.connect(self._key_asked)
        self.slider.valueChanged.connect(self._slid)
        play.stepped.connect(self._go)
        play.restarted.connect(lambda: self._go_to(0))
