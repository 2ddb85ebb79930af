"""Plots without boxes: tick labels, horizontal hairlines and nothing else around the lines.

The palette does not reach pyqtgraph: a `Plot` restyles its own ground and axes when the theme
changes and then emits ``restyled``, at which its owner gives its curves new pens.

Pens are cosmetic, that is, their width counts device pixels: take them from `Plot.pen`, which
multiplies by the device pixel ratio. A pen wider than 1 is quick only while solid and opaque.
"""

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.text_lines import draw_line
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.parted_picture import PART_MS, PartedPicture
from gdviz.qt.widgets.plot_picture import paint_item, pieces_of
from gdviz.qt.widgets.themed import CHANGES, paint_focus_ring
from gdviz.qt.widgets.ticks import linear_ticks, log_ticks

DASHES: dict[str, list[float]] = {"solid": [], "dash": [4.0, 2.5], "dot": [1.0, 2.0]}
Dash = Literal["solid", "dash", "dot"]
Values = npt.NDArray[np.float64]


class TextAxis(pg.AxisItem):
    """An axis that writes numbers of 11 in the muted colour; no line, no marks.

    Parameters
    ----------
    side : {"left", "right", "bottom"}
    most : int, default 6
        At most so many labels.
    first_prefix : str
        Written before the first label: ``"step "`` makes ``step 0``.
    """

    def __init__(
        self, side: Literal["left", "right", "bottom"], most: int = 6, first_prefix: str = ""
    ) -> None:
        super().__init__(side)
        self._side = side
        self._most = most
        self._first_prefix = first_prefix
        self._fixed: list[tuple[float, str]] | None = None
        self._asked: tuple[object, ...] = ()
        self._ticks: list[tuple[float, str]] = []
        self._laid_for: tuple[object, ...] = ()
        self._labels: list[tuple[QRectF, str, int]] = []
        self.setStyle(tickLength=0, showValues=False)
        # pyqtgraph's own label, which is never shown, would be set as HTML at each change.
        self.enableAutoSIPrefix(False)
        if side == "bottom":
            self.setHeight(22)
        else:
            self.setWidth(40)

    def set_tick_values(self, ticks: list[tuple[float, str]] | None) -> None:
        """Set the labels by hand, at true (not logarithmic) values; None: chosen again."""
        self._fixed = ticks
        self.update()

    def ticks(self) -> list[tuple[float, str]]:
        """Give labels with their places in view coordinates (log10 on a logarithmic axis).

        The axis and the hairlines both ask at each painting: the last answer is remembered.
        """
        low, high = (float(end) for end in self.range)
        asked = (low, high, self.logMode, self._fixed)
        if asked != self._asked:
            self._asked, self._ticks = asked, self._chosen_ticks(low, high)
        return self._ticks

    def _chosen_ticks(self, low: float, high: float) -> list[tuple[float, str]]:
        if not self.logMode:
            chosen = linear_ticks(low, high, self._most) if self._fixed is None else self._fixed
            return [tick for tick in chosen if low - 1e-9 <= tick[0] <= high + 1e-9]
        if not -300 < low < high < 300:
            return []
        chosen = (
            log_ticks(10.0**low, 10.0**high, self._most) if self._fixed is None else (self._fixed)
        )
        placed = [(math.log10(value), label) for value, label in chosen if value > 0]
        return [tick for tick in placed if low - 1e-9 <= tick[0] <= high + 1e-9]

    def boundingRect(self) -> QRectF:
        """Qt override: labels at the ends stand out a little."""
        return QRectF(self.mapRectFromParent(self.geometry()).adjusted(-16, -9, 16, 9))

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Qt override: only the numbers."""
        del option, widget
        view = self.linkedView()
        if view is None:
            return
        painter.setPen(QColor(current_theme().muted))
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        for rect, text, align in self._laid_out(view):
            draw_line(painter, rect, text, 11, 400, align)

    def _laid_out(self, view: Any) -> list[tuple[QRectF, str, int]]:
        """Give where each label goes, in this item's coordinates; the last answer is remembered."""
        ticks, whole = self.ticks(), self.mapRectFromParent(self.geometry())
        low, high = (float(end) for end in self.range)
        first, last = self._along(view, low), self._along(view, high)
        # Other ends may have the same labels, and stand at the same edges.
        asked = (ticks, whole.getRect(), low, high, first, last)
        if asked != self._laid_for:
            scale = (last - first) / (high - low) if high > low else 0.0
            self._laid_for = asked
            self._labels = [
                self._label(whole, first + scale * (value - low), label, is_first=index == 0)
                for index, (value, label) in enumerate(ticks)
            ]
        return self._labels

    def _along(self, view: Any, value: float) -> float:
        """Give where a value of the view stands along this axis."""
        if self._side == "bottom":
            return float(self.mapFromItem(view, view.mapFromView(QPointF(value, 0.0))).x())
        return float(self.mapFromItem(view, view.mapFromView(QPointF(0.0, value))).y())

    def _label(
        self, whole: QRectF, at: float, label: str, *, is_first: bool
    ) -> tuple[QRectF, str, int]:
        """Give a label's place, its text and its alignment."""
        text = self._first_prefix + label if is_first else label
        if self._side == "bottom":
            width = text_width(text, 11)
            left = min(max(at - width / 2, whole.left()), whole.right() - width)
            rect = QRectF(left, whole.top() + 5, width, 16)
            return rect, text, Qt.AlignmentFlag.AlignLeft.value
        rect = QRectF(whole.left(), at - 8, whole.width() - 8, 16)
        if self._side == "right":
            rect.translate(8, 0)
        return rect, text, Qt.AlignmentFlag.AlignRight.value


class Hairlines(pg.GraphicsObject):
    """Horizontal lines at the labels of an axis, the lowest edge a little stronger."""

    def __init__(self, axis: TextAxis, view: Any) -> None:
        super().__init__()
        self._axis, self._view = axis, view
        self.setZValue(-100)
        view.sigRangeChanged.connect(self._range_changed)

    def _range_changed(self, *_: object) -> None:
        """Follow the view."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        """Qt override: all that is in view."""
        return QRectF(self._view.viewRect())

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Qt override."""
        del option
        theme, rect = current_theme(), self.boundingRect()
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(_cosmetic(theme.hairline, ratio))
        for value, _ in self._axis.ticks():
            painter.drawLine(QPointF(rect.left(), value), QPointF(rect.right(), value))
        painter.setPen(_cosmetic(theme.base_line, ratio))
        # viewRect is upside down on the screen: its top is the lowest value.
        painter.drawLine(rect.topLeft(), rect.topRight())


class Band(pg.GraphicsObject):
    """The area between two curves over the same places.

    pyqtgraph's own takes 2 ms to take over 50 points, this 0.05.
    """

    def __init__(self) -> None:
        super().__init__()
        self._brush = QBrush(Qt.BrushStyle.NoBrush)
        self._parts: list[QPolygonF] = []
        self.x = self.low = self.high = np.empty(0)

    def set_brush(self, color: str) -> None:
        """Take another colour."""
        self._brush = QBrush(QColor(color))
        self.update()

    def set_edges(self, x: Values, low: Values, high: Values) -> None:
        """Show other edges, all of shape (n,); where one is not finite there is a gap."""
        self.x, self.low, self.high = x, low, high
        known = np.isfinite(low) & np.isfinite(high)
        ends = np.flatnonzero(np.diff(known.astype(np.int8), prepend=0, append=0)).tolist()
        self.prepareGeometryChange()
        self._parts = [
            pg.functions.arrayToQPolygonF(
                np.concatenate([x[run], x[run][::-1]]),
                np.concatenate([low[run], high[run][::-1]]),
            )
            for run in (slice(*pair) for pair in zip(ends[::2], ends[1::2], strict=True))
        ]

    def boundingRect(self) -> QRectF:
        """Qt override."""
        bounds = QRectF()
        for part in self._parts:
            bounds = bounds.united(part.boundingRect())
        return bounds

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Qt override."""
        del option, widget
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush)
        for part in self._parts:
            painter.drawPolygon(part)


class Plot(pg.PlotWidget):
    """A plot in the manner of the window; `make_plot_widget` makes it.

    Attributes
    ----------
    restyled : Signal(object)
        The `Theme` just taken over: give the curves new pens.
    left_axis, bottom_axis : TextAxis
    """

    restyled = Signal(object)

    def __init__(self, name: str, left: TextAxis, bottom: TextAxis) -> None:
        self.left_axis, self.bottom_axis = left, bottom
        super().__init__(axisItems={"left": left, "bottom": bottom}, enableMenu=False)
        self.setAccessibleName(name)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        item = self.getPlotItem()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        item.hideButtons()
        # The menu, which nobody sees, has no parent: it would outlive the window until Python's
        # collector finds it.
        self.destroyed.connect(item.ctrlMenu.deleteLater)
        item.setContentsMargins(0, 8, 0, 0)
        self.view_box = item.getViewBox()
        self.view_box.setDefaultPadding(0.0)
        self._preparing: PartedPicture | None = None
        self._picture: QPixmap | None = None
        self.overlaid: list[Any] = []
        """Items that are painted over the picture: they move without the rest."""
        self.hairlines = Hairlines(left, self.view_box)
        self.view_box.addItem(self.hairlines, ignoreBounds=True)
        self.restyle(current_theme())

    def restyle(self, theme: Theme) -> None:
        """Take over a theme's colours and emit ``restyled``."""
        if self.getPlotItem() is None:  # pyqtgraph drops it when the widget is closed
            return
        self.forget_picture()
        self.setBackground(theme.panel)
        self.getPlotItem().update()
        self.viewport().update()
        self.restyled.emit(theme)

    def pen(self, color: str, width: float = 1.0, dash: Dash = "solid") -> QPen:
        """Give a cosmetic pen, ``width`` device-independent pixels wide."""
        return _cosmetic(color, self.devicePixelRatioF() * width, dash)

    def add_right_axis(self, axis: TextAxis) -> Any:
        """Give a second `pyqtgraph.ViewBox` over the first, with its own vertical axis.

        It follows the first along x. Add its curves with ``addItem``.
        """
        item, view = self.getPlotItem(), pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        item.scene().addItem(view)
        item.layout.removeItem(item.getAxis("right"))
        item.getAxis("right").hide()
        item.axes["right"]["item"] = axis
        item.layout.addItem(axis, 2, 2)
        axis.linkToView(view)
        view.setXLink(self.view_box)
        view.setZValue(10)
        view.setMouseEnabled(x=False, y=False)
        self._right_view = view
        self.view_box.sigResized.connect(self._align_right_view)
        self._align_right_view()
        return view

    def _align_right_view(self, *_: object) -> None:
        """Lay the second view exactly over the first."""
        # Not its sceneBoundingRect, which is half a pixel wider.
        place = self.getPlotItem().mapRectToScene(self.view_box.geometry())
        self._right_view.setGeometry(place)

    def begin_picture(self) -> None:
        """Begin a picture of the plot as it stands; `paint_part` paints it."""
        background = self.backgroundBrush().color()
        self._preparing = PartedPicture(self.viewport(), background, pieces_of(self, self.overlaid))

    def paint_part(self, room_ms: float = PART_MS) -> bool:
        """Go on with the picture; give whether it is complete, and shown from now on.

        Until then the former one is. Its owner changes nothing in between, or calls
        `forget_picture`.
        """
        if self._preparing is None:
            return True
        if not self._preparing.paint_part(room_ms):
            return False
        self._picture, self._preparing = self._preparing.pixmap, None
        self.viewport().update()
        return True

    def forget_picture(self) -> None:
        """Paint the plot itself: something was changed otherwise than for the next picture."""
        self._preparing = None
        if self._picture is not None:
            self._picture = None
            self.viewport().update()

    def resizeEvent(self, event: Any) -> None:
        """Qt override."""
        # pyqtgraph calls it while it is built.
        if hasattr(self, "overlaid"):
            self.forget_picture()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: the picture, if there is one; a ring while the plot has the keyboard."""
        if self._picture is None:
            super().paintEvent(event)
        else:
            with QPainter(self.viewport()) as painter:
                painter.drawPixmap(0, 0, self._picture)
                for item in self.overlaid:
                    if item.isVisible():
                        paint_item(painter, item, self)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_focus_ring(painter, QRectF(self.viewport().rect()), current_theme())
            painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        super().changeEvent(event)
        if event.type() in CHANGES and hasattr(self, "hairlines"):
            self.restyle(current_theme())


def make_plot_widget(
    name: str, *, most_x: int = 6, most_y: int = 7, first_prefix: str = ""
) -> Plot:
    """Give an empty plot.

    Parameters
    ----------
    name : str
        What it shows, for a screen reader.
    most_x, most_y : int
        At most so many labels along each axis.
    first_prefix : str
        Written before the first label of the lower axis, as ``"step "``.
    """
    left, bottom = TextAxis("left", most_y), TextAxis("bottom", most_x, first_prefix)
    return Plot(name, left, bottom)


def _cosmetic(color: str, width: float, dash: Dash = "solid") -> QPen:
    """Give a pen of a width in device pixels; dashes count widths."""
    pen = QPen(QColor(color), width)
    pen.setCosmetic(True)
    if DASHES[dash]:
        pen.setDashPattern(DASHES[dash])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
