"""The steepness of sigmoids as a tool: from k as it is to a step."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.surgery import (
    STEEPEST,
    Change,
    MadeElsewhere,
    Steepen,
    Surgery,
    knows_steepness,
)
from gdviz.nn.parameters import Architecture
from gdviz.qt import number_text
from gdviz.qt.views.surgery.slider_tool import SliderTool
from gdviz.qt.views.surgery.sweep_plot import SweepPlot
from gdviz.qt.widgets.ticks import format_number


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

    @property
    def depends_on(self) -> float:
        """The steepness at which the slider begins."""
        return self._least

    def places(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give where the values of the curve stand along it."""
        return np.array([self._place(float(value)) for value in values])
