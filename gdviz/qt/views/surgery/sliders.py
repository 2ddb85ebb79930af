"""Pruning and noise as tools with a slider."""

from __future__ import annotations

from gdviz.analysis.inspection.components import n_weights
from gdviz.analysis.inspection.surgery import (
    AddNoise,
    Change,
    Prune,
    Surgery,
    smallest_weights,
)
from gdviz.analysis.inspection.sweeps import (
    NOISE_SIZES,
    PRUNED_SHARES,
    noise_changes,
    pruning_changes,
)
from gdviz.qt import number_text
from gdviz.qt.views.surgery.slider_tool import SliderTool
from gdviz.qt.views.surgery.sweep_plot import SweepPlot
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.ticks import format_number, next_whole


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

    @property
    def depends_on(self) -> float:
        """The seed."""
        return self.seed.value()
