"""Abstaining: what is gained by not answering the images of which the network is least sure."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.abstaining import Answered, RiskCoverage
from gdviz.analysis.inspection.certainty import Certainty
from gdviz.qt.accuracy_text import accuracy
from gdviz.qt.number_text import MINUS, NOT_KNOWN, percent, whole
from gdviz.qt.theme import Theme
from gdviz.qt.views.certainty.reliability_page import what_outputs_are
from gdviz.qt.widgets.field_plot import FieldPlot
from gdviz.qt.widgets.figure_rows import FigureRows
from gdviz.qt.widgets.ticks import linear_ticks
from gdviz.qt.widgets.value_slider import ValueSlider

SIDE_WIDTH = 284
MOST_POINTS = 160
SETTLED_FROM = 0.05
"""Below this coverage a handful of images makes the risk jump: the axis is not scaled to them."""
EMPTY = "What is gained by not answering appears here."


class RiskPlot(FieldPlot):
    """Risk over coverage; a click chooses a coverage.

    Attributes
    ----------
    coverage_chosen : Signal(float)
    """

    coverage_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__("Risk over coverage: share of the answers that is wrong")
        self.empty_text = EMPTY
        self.curve: RiskCoverage | None = None
        self.answered: Answered | None = None
        self._line = (np.empty(0), np.empty(0))
        self.low = (0.0, 0.0)

    def show_curve(self, curve: RiskCoverage | None) -> None:
        """Show another curve."""
        self.curve = curve
        if curve is not None:
            coverage, risk = curve.thinned(MOST_POINTS)
            settled = risk[coverage >= SETTLED_FROM]
            self.high = (1.0, max(1.15 * float(settled.max(initial=0.0)), 0.005))
            self._line = coverage, risk
        self.update()

    def show_answered(self, answered: Answered | None) -> None:
        """Mark a point of the curve."""
        self.answered = answered
        self.update()

    def has_content(self) -> bool:
        """Whether anything can be answered."""
        return self.curve is not None and len(self.curve.thresholds) > 0

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint the curve and the point that is chosen."""
        most = max(int(self.room().height() / 28), 2)
        decimals = 0 if self.high[1] > 0.04 else 1
        ticks = [(y, percent(y, decimals)) for y, _ in linear_ticks(0, self.high[1], most)]
        self.paint_axes(painter, theme, [(k / 4, f"{25 * k} %") for k in range(5)], ticks)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.curve_1), 2))
        painter.drawPolyline(self.line(*self._line))
        if self.answered is not None and self.answered.n_answered:
            where = self.point(self.answered.coverage, self.answered.risk)
            foot = QPointF(where.x(), self.room().bottom())
            painter.setPen(QPen(QColor(theme.muted), 1))
            painter.drawLine(where, foot)
            painter.setPen(QPen(QColor(theme.panel), 1.5))
            painter.setBrush(QColor(theme.text))
            painter.drawEllipse(where, 5, 5)
        self.paint_caption(painter, theme, "wrong answers, by share of the images answered")

    def _choose(self, position: QPointF) -> None:
        room: QRectF = self.room()
        if self.has_content():
            share = (position.x() - room.left()) / room.width()
            self.coverage_chosen.emit(min(max(share, 0.0), 1.0))

    # Qt's own names

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._choose(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override: while a button is held."""
        self._choose(event.position())


class AbstainPage(QWidget):
    """The curve, and a slider for how many of the images are to be answered.

    Attributes
    ----------
    changed : Signal()
        Another coverage was chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.certainty: Certainty | None = None
        self.plot = RiskPlot()
        self.plot.coverage_chosen.connect(self._coverage_chosen)
        self.coverage = ValueSlider(
            "answer the surest",
            0,
            100,
            100.0,
            "Share of the images that is answered, those with the largest output first; of the "
            "others the network says nothing",
            decimals=1,
            suffix=" %",
        )
        self.coverage.changed.connect(self._show_figures)
        self.figures = FigureRows(5)
        side = QVBoxLayout()
        side.setSpacing(4)
        for widget in (self.coverage, self.figures):
            widget.setFixedWidth(SIDE_WIDTH)
            side.addWidget(widget)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addWidget(self.plot, 1)
        row.addLayout(side)

    def show_certainty(self, certainty: Certainty) -> None:
        """Show another curve."""
        self.certainty = certainty
        self.plot.show_curve(certainty.curve)
        self._show_figures()

    def show_nothing(self, why: str) -> None:
        """Show a sentence instead."""
        self.certainty = None
        self.plot.empty_text = why
        self.plot.show_curve(None)
        self._show_figures()

    def answered(self) -> Answered | None:
        """Give what is answered at the coverage that is chosen."""
        if self.certainty is None:
            return None
        curve = self.certainty.curve
        if not self.coverage.value():
            return Answered(0, 0, curve.total)
        return curve.at(self.threshold())

    def threshold(self) -> float:
        """Give what the largest output must at least be; NaN if nothing can be answered."""
        assert self.certainty is not None
        return self.certainty.curve.threshold_for(self.coverage.value() / 100)

    def _coverage_chosen(self, share: float) -> None:
        self.coverage.set_value(100 * share)
        self._show_figures()

    def _show_figures(self) -> None:
        found = self.answered()
        self.plot.show_answered(found)
        if found is None or self.certainty is None:
            self.figures.show_rows()
            return
        everything = self.certainty.outcomes.n_right
        least = f"{self.threshold():.4f}".replace("-", MINUS) if found.n_answered else NOT_KNOWN
        self.figures.show_rows(
            ("answers", accuracy(found.n_answered, found.total)),
            ("of those right", accuracy(found.n_right, found.n_answered)),
            (f"that is {counts_text(found)}", ""),
            ("if all are answered", accuracy(everything, found.total)),
            (f"least largest output, T = {self.certainty.temperature:.2f}", least),
        )
        self.changed.emit()


def counts_text(found: Answered) -> str:
    """Give the two counts."""
    return (
        f"{whole(found.n_answered)} of {whole(found.total)} images, {whole(found.n_right)} of "
        f"{whole(found.n_answered)} right"
    )


def subtitle(found: Answered) -> str:
    """Give what is answered and how much of it is right."""
    coverage = percent(found.coverage)
    right = accuracy(found.n_right, found.n_answered)
    return f"answers {coverage} of the images, {right} of those right"


def describe(certainty: Certainty | None, found: Answered | None, images: str) -> Description:
    """Give the chosen point as a sentence and the curve as a table of some coverages."""
    if certainty is None or found is None:
        return Description(EMPTY)
    sentence = (
        f"Of {images}, {what_outputs_are(certainty)} at T = {certainty.temperature:.2f}: the "
        f"network answers {counts_text(found)}, "
        f"{accuracy(found.n_right, found.n_answered)}."
    )
    rows = []
    for coverage in np.arange(10, 101, 10).tolist():
        threshold = certainty.curve.threshold_for(coverage / 100)
        point = certainty.curve.at(threshold)
        right = accuracy(point.n_right, point.n_answered)
        rows.append((f"{threshold:.4f}", point.n_answered, point.n_right, right))
    columns = ("least largest output", "answered", "right", "right, % [95 % interval]")
    return Description(sentence, columns, tuple(rows))
