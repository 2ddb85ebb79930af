"""Two small plots: the slices of single weights on one scale, and the concentration curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.gradient_ranking import SHARES, Thresholds
from gdviz.analysis.line_slice import LineSlice
from gdviz.analysis.nudge import Nudge
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.widgets.field_plot import FieldPlot
from gdviz.qt.widgets.ticks import linear_ticks

ROLES = (("this weight", "curve_1"), ("the most", "curve_2"), ("the least", "curve_3"))
_DASHES: tuple[list[float], ...] = ([], [5, 2], [1, 2])


@dataclass(frozen=True, eq=False, slots=True)
class RoleSlice:
    """A slice, and an index of `ROLES`: for what it stands."""

    role: int
    line: LineSlice


class SlicePlot(FieldPlot):
    """The cost as single weights are moved by Δ, others held; all on one scale."""

    def __init__(self) -> None:
        super().__init__("The cost along single weights")
        self.slices: tuple[RoleSlice, ...] = ()
        self.nudge: Nudge | None = None
        self.setMinimumSize(200, 90)

    def show_slices(self, slices: Sequence[RoleSlice], nudge: Nudge | None, empty: str) -> None:
        """Show other slices; `empty` stands where there is none."""
        self.slices, self.nudge, self.empty_text = tuple(slices), nudge, empty
        if slices:
            costs = np.concatenate([entry.line.cost for entry in slices])
            known = costs[np.isfinite(costs)]
            low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
            room = 0.08 * (high - low) or 0.01 * abs(high) or 1.0
            t = slices[0].line.t
            self.low, self.high = (float(t[0]), low - room), (float(t[-1]), high + room)
        self.update()

    def has_content(self) -> bool:
        """Whether there is a slice."""
        return bool(self.slices)

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint the slices, the ball and where the nudge leads."""
        (left, low), (right, high) = self.low, self.high
        self.paint_axes(painter, theme, linear_ticks(left, right, 5), linear_ticks(low, high, 4))
        shown = [ROLES[entry.role] for entry in self.slices]
        entries = [(word, getattr(theme, color)) for word, color in shown]
        self.paint_caption(painter, theme, "C as Δ is added to", entries)
        # The chosen one is painted last, above the others.
        for entry in reversed(self.slices):
            pen = QPen(QColor(getattr(theme, ROLES[entry.role][1])), 2)
            if _DASHES[entry.role]:
                pen.setDashPattern(_DASHES[entry.role])
            painter.setPen(pen)
            painter.drawPolyline(self.line(entry.line.t, entry.line.cost))
        self._paint_nudge(painter, theme)
        self._paint_dot(painter, self.point(0.0, self.slices[0].line.start_cost), theme.ball)

    def _paint_nudge(self, painter: QPainter, theme: Theme) -> None:
        moved = self.nudge
        if moved is None or not self.low[0] <= moved.change <= self.high[0]:
            return
        start = self.point(0.0, moved.before)
        foretold = self.point(moved.change, moved.before + moved.predicted_change)
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(start, foretold)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(foretold, 3.5, 3.5)
        self._paint_dot(painter, self.point(moved.change, moved.after), theme.text)

    def _paint_dot(self, painter: QPainter, at: QPointF, color: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawEllipse(at, 4, 4)


class ConcentrationPlot(FieldPlot):
    """How much of |∇C|² the largest k weights carry, over k on a logarithmic axis."""

    def __init__(self) -> None:
        super().__init__("How few weights carry the gradient")
        self.shares: npt.NDArray[np.float64] = np.empty(0)
        self.limits: Thresholds | None = None
        self.empty_text = "The concentration of the gradient appears here. Press Run or Step."

    def show_curve(
        self, shares: npt.NDArray[np.float64], limits: Thresholds | None, empty: str = ""
    ) -> None:
        """Show what `gdviz.analysis.gradient_ranking.concentration` gave."""
        self.shares, self.limits = shares, limits
        self.empty_text = empty or self.empty_text
        if shares.size:
            self.low, self.high = (0.0, 0.0), (max(math.log10(shares.size), 0.1), 1.0)
        self.update()

    def has_content(self) -> bool:
        """Whether there is a curve."""
        return bool(self.shares.size) and self.limits is not None and self.limits.n_half > 0

    def points(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Give logarithms of k and shares of the points that are drawn."""
        count = self.shares.size
        k = np.unique(np.geomspace(1, count, 240).round().astype(np.intp))
        return np.log10(k), self.shares[k - 1]

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint the curve and where it passes half and nine tenths."""
        x = [(float(k), number_text.whole(10**k)) for k in range(math.floor(self.high[0]) + 1)]
        y = [(share, number_text.percent(share, 0)) for share in (0.0, 0.5, 0.9, 1.0)]
        self.paint_axes(painter, theme, x, y)
        self.paint_caption(painter, theme, "share of |∇C|² over the k largest weights")
        painter.setPen(QPen(QColor(theme.curve_1), 2))
        painter.drawPolyline(self.line(*self.points()))
        assert self.limits is not None
        counts = (self.limits.n_half, self.limits.n_most)
        for count, share in zip(counts, SHARES, strict=True):
            at = math.log10(count)
            self.paint_upright(painter, theme, at)
            here = self.point(at, share)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.text))
            painter.drawEllipse(here, 3.5, 3.5)
            text, letter_font = number_text.whole(count), font(12, 600)
            wide = text_width(text, letter_font)
            left = here.x() + 7 if here.x() + 9 + wide < self.width() else here.x() - 7 - wide
            place = QRectF(left, here.y() + 3, wide + 2, 16)
            letters(painter, place, text, letter_font, theme.text, LEFT)
