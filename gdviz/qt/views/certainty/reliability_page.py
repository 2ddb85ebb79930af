"""Reliability: whether the network is right as often as it sounds, and at which temperature."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.calibration import COOLEST, HOTTEST, N_BINS, Reliability, Suggestion
from gdviz.analysis.inspection.certainty import Certainty
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.number_text import NOT_KNOWN, percent, whole
from gdviz.qt.painting import CENTER, letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.widgets.field_plot import BOTTOM, FieldPlot
from gdviz.qt.widgets.figure_rows import FigureRows
from gdviz.qt.widgets.value_slider import ValueSlider

SIDE_WIDTH = 264
DEFINITION = "Σ n(bin)/n · |share right − mean output|"
EMPTY = "How often the network is right, by how sure it sounds, appears here."
UNBOUNDED = "The outputs of this network are not between 0 and 1: they say nothing of certainty."


class ReliabilityPlot(FieldPlot):
    """The share that is right in each bin of the largest output, with its interval and count."""

    def __init__(self) -> None:
        super().__init__("Reliability: share that is right, by the largest output")
        self.empty_text = EMPTY
        self.bottom = BOTTOM + 14
        self.found: Reliability | None = None

    def show_reliability(self, found: Reliability | None) -> None:
        """Show other bins."""
        self.found = found
        self.update()

    def has_content(self) -> bool:
        """Whether there is a bin."""
        return self.found is not None

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint bars, intervals, counts and the line of a network that is right as it sounds."""
        assert self.found is not None
        self.paint_axes(
            painter,
            theme,
            [(k / 5, f"{k / 5:.1f}") for k in range(6)],
            [(k / 4, f"{25 * k} %") for k in range(0, 5, 2)],
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        calm = QColor(mix(theme.panel, theme.curve_1, 0.55))
        accuracy, low, high = (
            values.tolist() for values in (self.found.accuracy, *self.found.intervals)
        )
        counts, n = self.found.counts.tolist(), len(self.found.counts)
        for k in range(n):
            left, right = self.point(k / n, 0), self.point((k + 1) / n, 0)
            if counts[k]:
                top = self.point(k / n, accuracy[k])
                bar = QRectF(top.x() + 1, top.y(), right.x() - left.x() - 2, left.y() - top.y())
                painter.fillRect(bar, calm)
                self._paint_interval(painter, theme, (k + 0.5) / n, low[k], high[k])
            place = QRectF(left.x() - 4, left.y() + 17, right.x() - left.x() + 8, 14)
            count = whole(counts[k])
            if text_width(count, font(11)) > right.x() - left.x() - 2:
                count = f"{counts[k] / 1000:.1f}k"
            letters(painter, place, count, font(11), theme.muted, CENTER)
        letters(painter, QRectF(0, self.height() - 15, 36, 14), "images", font(11), theme.muted)
        self._paint_ideal(painter, theme)
        self.paint_caption(painter, theme, "share right by largest output; dashed: as it sounds")

    def _paint_interval(
        self, painter: QPainter, theme: Theme, x: float, low: float, high: float
    ) -> None:
        painter.setPen(QPen(QColor(theme.text), 1.5))
        top, foot = self.point(x, high), self.point(x, low)
        painter.drawLine(top, foot)
        for end in (top, foot):
            painter.drawLine(end - QPointF(3, 0), end + QPointF(3, 0))

    def _paint_ideal(self, painter: QPainter, theme: Theme) -> None:
        pen = QPen(QColor(theme.muted), 1.25)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(self.point(0, 0), self.point(1, 1))


class ReliabilityPage(QWidget):
    """The diagram, the temperature and what it does to the expected calibration error.

    Attributes
    ----------
    temperature_changed : Signal(float)
        The user wants another temperature.
    """

    temperature_changed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.certainty: Certainty | None = None
        self.found: Suggestion | None = None
        self.plot = ReliabilityPlot()
        self.temperature = ValueSlider(
            "T",
            COOLEST,
            HOTTEST,
            1.0,
            "Temperature: the weighted inputs of the outputs are divided by T before their "
            "function. Above 1 all sounds less sure; what is said stays the same",
            steps=198,
        )
        self.temperature.changed.connect(self.temperature_changed)
        self.figures = FigureRows(4)
        self.figures.setToolTip(
            "Expected calibration error: over ten equal bins of the largest output, the share of "
            "images in a bin times the distance of the share that is right from the mean output "
            "(Guo et al. 2017)"
        )
        self.use = QPushButton("Use the best T")
        self.use.setFont(font(12, 500))
        self.use.setToolTip("The temperature with the least cross-entropy on half of the images")
        self.use.clicked.connect(self._use_best)
        side = QVBoxLayout()
        side.setSpacing(4)
        for widget in (self.temperature, self.figures):
            widget.setFixedWidth(SIDE_WIDTH)
            side.addWidget(widget)
        side.addWidget(self.use, 0, Qt.AlignmentFlag.AlignLeft)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addWidget(self.plot, 1)
        row.addLayout(side)

    def show_certainty(self, certainty: Certainty) -> None:
        """Show how sure the network sounds."""
        self.certainty = certainty
        is_softmax = certainty.outcomes.network.architecture.output_activation == "softmax"
        self.temperature.set_name("softmax(z/T)" if is_softmax else "σ(z/T)")
        self.plot.empty_text = EMPTY if certainty.reliability is not None else UNBOUNDED
        self.plot.show_reliability(certainty.reliability)
        self.setEnabled(certainty.reliability is not None)
        self._show_figures()

    def show_suggestion(self, found: Suggestion | None) -> None:
        """Show the temperature that would be better; it is not applied by itself."""
        self.found = found
        self._show_figures()

    def show_nothing(self, why: str) -> None:
        """Show a sentence instead."""
        self.certainty, self.found = None, None
        self.plot.empty_text = why
        self.plot.show_reliability(None)
        self._show_figures()

    def _show_figures(self) -> None:
        error = NOT_KNOWN
        if self.certainty is not None and self.certainty.reliability is not None:
            error = percent(self.certainty.reliability.expected_error, 2)
        best, change = NOT_KNOWN, NOT_KNOWN
        found = self.found
        if found is not None:
            best = f"{found.temperature:.2f}" + (" or beyond" if found.is_at_an_end else "")
            change = f"{percent(found.error_before, 2)} → {percent(found.error_after, 2)}"
        self.figures.show_rows(
            ("expected calibration error", error),
            (f"= {DEFINITION}", ""),
            ("best T by cross-entropy, half of the images", best),
            ("error on the other half", change),
        )
        self.use.setEnabled(found is not None)

    def _use_best(self) -> None:
        if self.found is not None:
            self.temperature.set_value(self.found.temperature)
            self.temperature_changed.emit(self.found.temperature)


def what_outputs_are(certainty: Certainty) -> str:
    """Say what the largest output is read as."""
    if certainty.outcomes.network.architecture.output_activation == "softmax":
        return "softmax outputs"
    return "sigmoid outputs, not probabilities"


def subtitle(certainty: Certainty, images: str) -> str:
    """Give the expected calibration error and of what it is."""
    if certainty.reliability is None:
        return "outputs without bounds"
    error = percent(certainty.reliability.expected_error, 2)
    return f"calibration error {error}, {what_outputs_are(certainty)}, {images}"


def describe(certainty: Certainty | None, images: str, found: Suggestion | None) -> Description:
    """Give the diagram as a sentence and a table."""
    if certainty is None or certainty.reliability is None:
        return Description(EMPTY if certainty is None else UNBOUNDED)
    reliability = certainty.reliability
    sentence = (
        f"Of {images}, {what_outputs_are(certainty)} at T = {certainty.temperature:.2f}: expected "
        f"calibration error {percent(reliability.expected_error, 2)}, that is {DEFINITION}."
    )
    if found is not None:
        sentence += (
            f" T = {found.temperature:.2f} has the least cross-entropy on {whole(found.n_fitted)} "
            f"of the images; on the other {whole(found.n_tried)} the error goes from "
            f"{percent(found.error_before, 2)} to {percent(found.error_after, 2)}."
        )
    low, high = reliability.intervals
    rows: list[tuple[Cell, ...]] = []
    for k in range(N_BINS):
        right = [reliability.accuracy[k], low[k], high[k]]
        shares = [round(100 * x, 1) if math.isfinite(x) else NOT_KNOWN for x in map(float, right)]
        name = f"{k / N_BINS:.1f} to {(k + 1) / N_BINS:.1f}"
        rows.append((name, int(reliability.counts[k]), int(reliability.n_right[k]), *shares))
    columns = ("largest output", "images", "right", "right, %", "low", "high")
    return Description(sentence, columns, tuple(rows))
