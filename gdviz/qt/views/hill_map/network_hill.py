"""Two real weights of the network in training as a hill: which, and the hill of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.component_places import SEARCH_RULE, component_places, found_by
from gdviz.analysis.hill.weight_pair import WeightPair
from gdviz.data.dataset import Dataset
from gdviz.engine import mean_gradient
from gdviz.nn.parameters import Layout
from gdviz.qt.fonts import font
from gdviz.qt.views.hill_map.model import Range
from gdviz.qt.widgets.formula_field import FormulaField
from gdviz.runtime.snapshot import Snapshot

Array = npt.NDArray[np.float64]

N_EXAMPLES = 256
"""Training images of the cost: seven optimizers take some hundred gradients of it at once."""
HALF_WIDTH = 4.0
"""The map reaches so far about the two weights, or twice their size."""
FIRST_STEP = 0.05
"""Of gradient descent, as a share of the map."""
N_STEPS = 80


@dataclass(frozen=True, eq=False, slots=True)
class NetworkHill:
    """A hill of two weights, and how to look at it.

    Parameters
    ----------
    pair : WeightPair
    titles : (str, str)
        What the two weights are called.
    step : int
        Of the run, when the network was taken.
    x_range, y_range : (float, float)
    learning_rate : float
        With which the first step of gradient descent is `FIRST_STEP` of the map.
    """

    pair: WeightPair
    titles: tuple[str, str]
    step: int
    x_range: Range
    y_range: Range
    learning_rate: float

    @property
    def text(self) -> str:
        """What it is a function of, in words."""
        return (
            f"cost of the network at step {self.step:,} on {self.pair.n_examples:,} training "
            f"images; x is {self.titles[0]}, y is {self.titles[1]}, all else is held"
        )

    def value(self, points: Array, /) -> Array:
        """See `WeightPair`."""
        return self.pair.value(points)

    def gradient(self, points: Array, /) -> Array:
        """See `WeightPair`."""
        return self.pair.gradient(points)


def network_hill(
    snapshot: Snapshot, dataset: Dataset, wanted: tuple[int | None, int | None]
) -> NetworkHill:
    """Give the hill of two weights of the network as it is.

    Parameters
    ----------
    snapshot : Snapshot
    dataset : Dataset
    wanted : (int or None, int or None)
        Positions in ``parameters.vector``; None takes the weight with the largest component of the
        gradient that is left.
    """
    config, parameters = snapshot.config, snapshot.parameters
    split = dataset.train.first(N_EXAMPLES)
    architecture = config.architecture
    slopes = mean_gradient(architecture, parameters, split.images, split.labels, config.cost)
    is_weight = component_places(architecture.layout).source >= 0
    pair = _pair(np.where(is_weight, np.abs(slopes.vector), -1), wanted)
    hill = WeightPair(architecture, parameters, pair, split, config.cost)
    half = max(HALF_WIDTH, *(2 * abs(value) for value in hill.start))
    x_range, y_range = ((value - half, value + half) for value in hill.start)
    slope = float(np.linalg.norm(hill.gradient(np.array([hill.start]))))
    rate = FIRST_STEP * 2 * half / slope if slope > 0 else config.learning_rate
    titles = tuple(" ".join(architecture.layout.component_title(index).split()) for index in pair)
    return NetworkHill(
        hill,
        (titles[0], titles[1]),
        snapshot.step,
        x_range,
        y_range,
        float(f"{rate:.2g}"),
    )


def _pair(
    sizes: npt.NDArray[np.floating], wanted: tuple[int | None, int | None]
) -> tuple[int, int]:
    """Give two different positions: those that are wanted, else the largest."""
    first, second = wanted
    if second == first:
        second = None
    largest = [int(index) for index in np.argsort(-sizes)[:3] if index not in (first, second)]
    x = largest.pop(0) if first is None else first
    y = largest.pop(0) if second is None else second
    return x, y


class NetworkFields(QWidget):
    """The two weights by their names, and taking the network anew.

    Parameters
    ----------
    layout_of : callable
        Gives the layout of the network in training; None before there is one.

    Attributes
    ----------
    pair_changed : Signal()
        Another weight was named.
    """

    pair_changed = Signal()

    def __init__(self, layout_of: Callable[[], Layout | None]) -> None:
        super().__init__()
        self._layout_of = layout_of
        self.fields = tuple(
            FormulaField(f"Weight along {axis}", self._problem, f"{axis}: as hidden 1 3 ← 405")
            for axis in "xy"
        )
        self.now = QPushButton("Take the network as it is now")
        self.now.setFont(font(12, 500))
        self.now.setFixedHeight(28)
        self.now.setToolTip("The map keeps the network of the step at which it was taken")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for field in self.fields:
            column.addWidget(field)
            field.taken.connect(lambda _text: self.pair_changed.emit())
        column.addWidget(self.now)

    def show_titles(self, titles: tuple[str, str]) -> None:
        """Show which weights they are."""
        for field, title in zip(self.fields, titles, strict=True):
            field.set_text(title)

    def wanted(self) -> tuple[int | None, int | None]:
        """Give the positions of the weights that are named; None where none is."""
        first, second = (self._index(field.text()) for field in self.fields)
        return first, second

    def _index(self, text: str) -> int | None:
        layout = self._layout_of()
        if layout is None or not text or self._problem(text):
            return None
        return int(np.flatnonzero(found_by(layout, text))[0])

    def _problem(self, text: str) -> str:
        """Say what is wrong with a name; nothing if it is one weight's."""
        layout = self._layout_of()
        if layout is None:
            return ""
        try:
            count = int(found_by(layout, text).sum())
        except ValueError as error:
            return str(error)
        if count == 1:
            return ""
        what = "no weight" if count == 0 else f"{count:,} weights"
        return f"that names {what}, not one: {SEARCH_RULE}"
