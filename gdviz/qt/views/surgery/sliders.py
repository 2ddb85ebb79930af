"""The three tools with a slider: pruning, noise, steepness; each beside its curve."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from gdviz.analysis.inspection.surgery import (
    STEEPEST,
    AddNoise,
    Change,
    MadeElsewhere,
    Prune,
    Steepen,
    Surgery,
    knows_steepness,
    n_weights,
    smallest_weights,
)
from gdviz.analysis.inspection.sweeps import (
    NOISE_SIZES,
    PRUNED_SHARES,
    noise_changes,
    pruning_changes,
)
from gdviz.nn.parameters import Architecture
from gdviz.qt import number_text
from gdviz.qt.views.surgery.sweep_plot import SweepPlot
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.ticks import format_number, next_whole

MOST_AT_ONCE = 500_000
"""Weights up to which the network follows the slider; beyond it, it waits for its release."""


class SliderTool(QWidget):
    """A slider with its value in words, a hint, and the accuracy along it.

    Attributes
    ----------
    asked : Signal(object)
        A change that is wanted.
    begun : Signal()
        The slider was taken hold of: what follows is undone as one.
    """

    asked = Signal(object)
    begun = Signal()

    key = ""
    kind: type[Change]
    title = ""

    def __init__(self, n_positions: int, plot: SweepPlot) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(f"slider_{self.key}")
        self.slider.setAccessibleName(self.title)
        self.slider.setRange(0, n_positions)
        self.slider.setPageStep(max(n_positions // 20, 1))
        self.value = Label("", 12, 600)
        self.value.setMinimumWidth(58)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.hint = HintLabel("")
        self.hint.setMinimumHeight(30)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.plot = plot
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.row.addWidget(Label(self.title, 12, 400, "muted"))
        self.row.addWidget(self.slider, 1)
        self.row.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self.row)
        column.addWidget(self.hint)
        column.addWidget(plot, 1)
        column.addStretch(0)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderPressed.connect(self.begun)

    def show_surgery(self, surgery: Surgery) -> None:
        """Stand where a surgery has it."""
        found = [c for c in surgery.present if isinstance(c, self.kind)]
        change = found[0] if found else None
        layout = surgery.start.architecture.layout
        self.slider.setTracking(n_weights(layout) <= MOST_AT_ONCE)
        self.adapt(surgery)
        if not self.slider.isSliderDown():
            self._show_position(0 if change is None else self.position_of(change))
        self.value.setText(self.value_words(change))
        self.hint.setText(self.hint_words(surgery, change))
        self.slider.setAccessibleDescription(f"{self.value.text()}. {self.hint.text()}")
        self.plot.show_place(self.x_of(change))

    def _show_position(self, position: int) -> None:
        was_blocked = self.slider.blockSignals(True)
        self.slider.setValue(position)
        self.slider.blockSignals(was_blocked)

    def _moved(self, position: int) -> None:
        self.asked.emit(self.change_at(position))

    # What each tool says of itself

    def adapt(self, surgery: Surgery) -> None:
        """Take over what depends on the network."""
        del surgery

    def change_at(self, position: int) -> Change:
        """Give the change that a position of the slider stands for."""
        raise NotImplementedError

    def position_of(self, change: Change) -> int:
        """Give the position of a change of this tool's kind."""
        raise NotImplementedError

    def x_of(self, change: Change | None) -> float | None:
        """Give where a change stands along the curve."""
        raise NotImplementedError

    def value_words(self, change: Change | None) -> str:
        """Give what stands beside the slider."""
        raise NotImplementedError

    def hint_words(self, surgery: Surgery, change: Change | None) -> str:
        """Say what the change does, with its numbers."""
        raise NotImplementedError

    def swept(self) -> tuple[tuple[float, ...], tuple[Change, ...]]:
        """Give the values of the curve, and the changes to be tried."""
        raise NotImplementedError

    def places(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give where the values of the curve stand along it."""
        return values


class PruneTool(SliderTool):
    """Sets the smallest weights to 0."""

    key, kind, title = "prune", Prune, "Pruned"
    _POSITIONS = 1000

    def __init__(self) -> None:
        ticks = [(k / 100, f"{k} %") for k in range(0, 101, 20)]
        super().__init__(
            self._POSITIONS, SweepPlot("Accuracy over the share pruned", ticks, (0.0, 1.0))
        )
        self.slider.setToolTip("The share of all weights that is set to 0, smallest first")

    def change_at(self, position: int) -> Change:
        """Give the change that a position of the slider stands for."""
        return Prune(position / self._POSITIONS)

    def position_of(self, change: Change) -> int:
        """Give the position of a change of this tool's kind."""
        return round(change.share * self._POSITIONS) if isinstance(change, Prune) else 0

    def x_of(self, change: Change | None) -> float | None:
        """Give where a change stands along the curve."""
        return change.share if isinstance(change, Prune) else 0.0

    def value_words(self, change: Change | None) -> str:
        """Give what stands beside the slider."""
        return number_text.percent(change.share if isinstance(change, Prune) else 0.0)

    def hint_words(self, surgery: Surgery, change: Change | None) -> str:
        """Say what the change does, with its numbers."""
        total = number_text.whole(n_weights(surgery.start.architecture.layout))
        if not isinstance(change, Prune):
            return (
                f"The smallest of {total} weights are set to 0, in all layers alike; biases stay."
            )
        at = surgery.changes.index(change)
        _, before = Surgery(surgery.start, surgery.changes[:at]).result()
        which, largest = smallest_weights(before, change.share)
        return (
            f"{number_text.whole(which.size)} of {total} weights are set to 0: those of a size "
            f"up to {number_text.cost(largest)}. Biases stay."
        )

    def swept(self) -> tuple[tuple[float, ...], tuple[Change, ...]]:
        """Give the values of the curve, and the changes to be tried."""
        return PRUNED_SHARES, pruning_changes()


class NoiseTool(SliderTool):
    """Adds normal noise to every weight."""

    key, kind, title = "noise", AddNoise, "σ"
    _PER_ONE = 100

    def __init__(self) -> None:
        most = NOISE_SIZES[-1]
        ticks = [(k / 2, format_number(k / 2)) for k in range(int(2 * most) + 1)]
        super().__init__(
            round(most * self._PER_ONE), SweepPlot("Accuracy over noise", ticks, (0.0, most))
        )
        self.slider.setToolTip("Standard deviation of the noise over the rms of a layer's weights")
        self.seed = NumberField(
            "Seed of the noise", 1, 0, 2**32 - 1, whole=True, zero=True, prefix="seed ",
            step=next_whole,
        )  # fmt: skip
        self.seed.set_explanation("Another seed is another draw of the noise")
        self.seed.setFixedWidth(92)
        self.seed.value_changed.connect(self._seed_changed)
        self.row.addWidget(self.seed)

    def _seed_changed(self) -> None:
        self.begun.emit()
        self.asked.emit(self.change_at(self.slider.value()))

    def show_surgery(self, surgery: Surgery) -> None:
        """Stand where a surgery has it."""
        for change in surgery.present:
            if isinstance(change, AddNoise) and not self.seed.hasFocus():
                self.seed.set_value(change.seed)
        super().show_surgery(surgery)

    def change_at(self, position: int) -> Change:
        """Give the change that a position of the slider stands for."""
        return AddNoise(position / self._PER_ONE, int(self.seed.value()))

    def position_of(self, change: Change) -> int:
        """Give the position of a change of this tool's kind."""
        return round(change.relative * self._PER_ONE) if isinstance(change, AddNoise) else 0

    def x_of(self, change: Change | None) -> float | None:
        """Give where a change stands along the curve."""
        return change.relative if isinstance(change, AddNoise) else 0.0

    def value_words(self, change: Change | None) -> str:
        """Give what stands beside the slider."""
        return f"{change.relative if isinstance(change, AddNoise) else 0.0:.2f} rms"

    def hint_words(self, surgery: Surgery, change: Change | None) -> str:
        """Say what the change does, with its numbers."""
        del surgery, change
        return (
            "A normal draw is added to every weight, of σ times the root mean square (rms) of its "
            "layer's weights; biases stay. Dots: four other seeds."
        )

    def swept(self) -> tuple[tuple[float, ...], tuple[Change, ...]]:
        """Give the values of the curve, and the changes to be tried."""
        return NOISE_SIZES, noise_changes(int(self.seed.value()))


class SteepnessTool(SliderTool):
    """Makes sigmoids steeper, up to a step at the far end."""

    key, kind, title = "steepness", Steepen, "Steepness"
    _POSITIONS = 100
    """Without the last one, the step."""

    def __init__(self, n_tied: Callable[[], int | None]) -> None:
        self._n_tied = n_tied
        self._architecture: Architecture | None = None
        plot = SweepPlot("Accuracy over steepness", (), (0.0, 1.0))
        super().__init__(self._POSITIONS + 1, plot)
        self.slider.setToolTip("k of σ(kz); at the far right hidden neurons are steps")

    @property
    def _least(self) -> float:
        return self._architecture.steepness if self._architecture is not None else 1.0

    def adapt(self, surgery: Surgery) -> None:
        """Take over what depends on the network."""
        elsewhere = [c for c in surgery.changes if isinstance(c, MadeElsewhere)]
        architecture = (elsewhere[-1] if elsewhere else surgery.start).architecture
        if architecture == self._architecture:
            return
        self._architecture = architecture
        self.slider.setEnabled(knows_steepness(architecture))
        self.plot.setVisible(knows_steepness(architecture))
        was_blocked = self.slider.blockSignals(True)
        self.slider.setMaximum(self._POSITIONS + self._has_step())
        self.slider.blockSignals(was_blocked)
        powers = [k for k in (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0) if k >= self._least]
        ticks = [(self._place(k), format_number(k)) for k in powers]
        if self._has_step():
            ticks = [*ticks[:-1], (self._place(math.inf), "step")]
        self.plot.set_axis(ticks, (0.0, max(x for x, _ in ticks)))

    def _has_step(self) -> bool:
        architecture = self._architecture
        return (
            architecture is not None
            and len(architecture.layer_sizes) > 2
            and architecture.hidden_activation == "sigmoid"
        )

    def _place(self, steepness: float) -> float:
        """Give where a steepness stands: its logarithm, and the step a little beyond the last."""
        whole = max(math.log(STEEPEST / self._least), 1e-9)
        if math.isinf(steepness):
            return 1.12
        return math.log(max(steepness, self._least) / self._least) / whole

    def change_at(self, position: int) -> Change:
        """Give the change that a position of the slider stands for."""
        if position == 0:
            return Steepen(math.nan)
        if position > self._POSITIONS:
            return Steepen(math.inf)
        share = position / self._POSITIONS
        steepness = self._least * (STEEPEST / self._least) ** share
        return Steepen(float(f"{min(steepness, STEEPEST):.3g}"))

    def position_of(self, change: Change) -> int:
        """Give the position of a change of this tool's kind."""
        if not isinstance(change, Steepen):
            return 0
        if math.isinf(change.steepness):
            return self._POSITIONS + 1
        return round(self._place(change.steepness) * self._POSITIONS)

    def x_of(self, change: Change | None) -> float | None:
        """Give where a change stands along the curve."""
        return self._place(change.steepness) if isinstance(change, Steepen) else 0.0

    def value_words(self, change: Change | None) -> str:
        """Give what stands beside the slider."""
        steepness = change.steepness if isinstance(change, Steepen) else self._least
        return "step" if math.isinf(steepness) else f"k = {format_number(steepness)}"

    def hint_words(self, surgery: Surgery, change: Change | None) -> str:
        """Say what the change does, with its numbers."""
        del surgery
        architecture = self._architecture
        if architecture is None or not knows_steepness(architecture):
            return "No layer of this network is a sigmoid: there is nothing to make steeper."
        if isinstance(change, Steepen) and math.isinf(change.steepness):
            return (
                "Hidden neurons give 1 where z > 0, else 0; the outputs stay as they were. The "
                "gradient is 0 everywhere: it runs, but could not learn like this."
            )
        tied = self._n_tied()
        if tied:
            return (
                "Every sigmoid layer computes σ(kz), the outputs too: on "
                f"{number_text.whole(tied)} images several are equally large by now, and the "
                "first of them counts."
            )
        return "Every sigmoid layer computes σ(kz), the outputs too; weights and biases stay."

    def swept(self) -> tuple[tuple[float, ...], tuple[Change, ...]]:
        """Give the values of the curve, and the changes to be tried."""
        positions = [*range(0, self._POSITIONS + 1, 5)]
        if self._has_step():
            positions.append(self._POSITIONS + 1)
        changes = tuple(self.change_at(position) for position in positions)
        values = tuple(
            c.steepness if isinstance(c, Steepen) and not math.isnan(c.steepness) else self._least
            for c in changes
        )
        return values, changes

    def places(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give where the values of the curve stand along it."""
        return np.array([self._place(float(value)) for value in values])
