"""The diagram of a beat: what is known before it, and above that what the beat brings, as it comes.

Both are kept pictures; a moment of the motion is a part of the second over the first.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.beat_diagrams import Beat
from gdviz.analysis.inspection.edges import Diagram
from gdviz.analysis.weight_images import round_limit, symmetric_limit
from gdviz.qt import number_text
from gdviz.qt.color_maps import diverging_table
from gdviz.qt.colors import mix
from gdviz.qt.diagram.edge_paint import paint_edges, paint_input_lines
from gdviz.qt.diagram.neuron_paint import (
    FillScale,
    paint_heads,
    paint_neurons,
    paint_outputs,
    paint_ring,
    scales_of,
)
from gdviz.qt.diagram.picture_paint import paint_input
from gdviz.qt.diagram.places import OUTPUT_WORDS, ColumnPlace, Places, compact_places
from gdviz.qt.flat_scale import draw_flat_scale
from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, empty_state, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget

CLIPPED = 0.01
"""Share of the edges that may be beyond the last colour."""
EDGE_WORDS: dict[Beat, str] = {
    "forward": "w × activation",
    "cost": "w × activation",
    "gradient": "∂C/∂w",
    "update": "new W − W",
}
DISC_WORDS: dict[Beat, str] = {
    "forward": "activation",
    "cost": "activation",
    "gradient": "δ = ∂C/∂b",
    "update": "new b − b",
}


class BeatCanvas(ThemedWidget):
    """Neurons and their strongest connections in one beat."""

    def __init__(self) -> None:
        super().__init__()
        self.diagram: Diagram | None = None
        self.beat: Beat = "forward"
        self.progress = 1.0
        self.empty = ""
        self.places: Places | None = None
        self._blank: QPixmap | None = None
        self._full: QPixmap | None = None
        self._blank_of: tuple[object, ...] = ()
        self._made_for: tuple[object, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(300, 88)
        self.setAccessibleName("The beat on the diagram of the network")

    def show_beat(self, diagram: Diagram | None, beat: Beat, empty: str = "") -> None:
        """Show a beat at the end of its motion, or why there is none."""
        self.diagram, self.beat, self.empty = diagram, beat, empty
        self._full, self.progress = None, 1.0
        self.update()

    def set_progress(self, progress: float) -> None:
        """Show a moment of the motion, 0 to 1."""
        self.progress = progress
        self.update()

    def revealed(self) -> QRectF:
        """Give where the beat has come by now."""
        whole = QRectF(self.rect())
        if self.progress >= 1 or self.places is None or self.beat in {"cost", "update"}:
            return whole
        left = self.places.picture.right()
        front = left + self.progress * (self.width() - left)
        if self.beat == "forward":
            whole.setRight(front)
        else:  # It comes back from the outputs.
            whole.setLeft(self.width() - (front - left))
        return whole

    def _painted(self, theme: Theme, *, is_blank: bool) -> QPixmap:
        assert self.diagram is not None
        assert self.places is not None
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if is_blank:
                paint_blank(painter, self.diagram, self.places, theme)
            else:
                paint_beat(painter, self.diagram, self.beat, self.places, theme)
        return picture

    def _paint_missing(self, diagram: Diagram, theme: Theme) -> tuple[QPixmap, QPixmap]:
        """Paint what has changed: what is there before a beat is the same in all of a step."""
        ratio = self.devicePixelRatioF()
        state = (self.size(), ratio, theme)
        if self._full is None or self._made_for != state:
            self.places = compact_places(diagram, self.width(), self.height(), ratio)
            self._full, self._made_for = self._painted(theme, is_blank=False), state
        blank_of = (*state, diagram.slope)
        if self._blank is None or self._blank_of != blank_of:
            self._blank, self._blank_of = self._painted(theme, is_blank=True), blank_of
        return self._blank, self._full

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            if self.diagram is None:
                empty_state(painter, QRectF(self.rect()), self.empty, theme)
                return
            blank, full = self._paint_missing(self.diagram, theme)
            where = self.revealed()
            if self.progress < 1 and self.beat != "cost":
                painter.drawPixmap(0, 0, blank)
                painter.setClipRect(where)
                if self.beat == "update":
                    painter.setOpacity(self.progress)
                else:
                    painter.fillRect(where, QColor(theme.panel))
            painter.drawPixmap(0, 0, full)


def paint_blank(painter: QPainter, diagram: Diagram, places: Places, theme: Theme) -> None:
    """Paint what is there before a beat: the image, and neurons without a number."""
    paint_input(painter, places, diagram, theme)
    paint_input_lines(painter, places, None, 1.0, theme, None)
    for place in places.columns:
        paint_neurons(painter, place, FillScale(0.0, 1.0), theme, dims=True)
    paint_heads(painter, places, diagram, theme)


def paint_beat(
    painter: QPainter, diagram: Diagram, beat: Beat, places: Places, theme: Theme
) -> None:
    """Paint a beat whole, with its legends."""
    is_forward = beat in {"forward", "cost"}
    limit = round_limit(float(symmetric_limit(diagram.told, CLIPPED)))
    weighted = diagram.columns[0].weighted_inputs if is_forward else None
    inputs = float(symmetric_limit(np.zeros(1) if weighted is None else weighted))
    paint_input_lines(painter, places, weighted, round_limit(inputs), theme, None)
    for edges in diagram.edges:
        paint_edges(painter, places, edges, limit, theme, None)
    paint_input(painter, places, diagram, theme)
    if is_forward:
        under = QRectF(0, places.picture.bottom() + 4, 150, 16)
        text = f"lines: z ±{number_text.tick(round_limit(inputs))}"
        letters(painter, under, text, font(11), theme.muted)
    hidden, output = scales_of(diagram) if is_forward else _signed_scales(diagram)
    for place in places.columns:
        is_output = place.column is diagram.columns[-1]
        paint_neurons(painter, place, output if is_output else hidden, theme)
    paint_heads(painter, places, diagram, theme)
    if is_forward:
        paint_outputs(painter, places.columns[-1], diagram, theme)
    else:
        _paint_signed_outputs(painter, places.columns[-1], diagram, theme)
    _paint_legends(painter, diagram, beat, (limit, hidden, output), places, theme)


def _signed_scales(diagram: Diagram) -> tuple[FillScale, FillScale]:
    """Give the scales of signed numbers in the discs: of the hidden layers', and the outputs'."""
    hidden = [c.activations for c in diagram.columns[:-1] if c.activations is not None]
    last = diagram.columns[-1].activations
    output = _signed_scale(np.zeros(0) if last is None else np.asarray(last))
    return _signed_scale(np.concatenate(hidden)) if hidden else output, output


def _signed_scale(values: np.ndarray) -> FillScale:
    sizes = np.abs(values[np.isfinite(values)])
    limit = round_limit(float(sizes.max(initial=0.0)))
    return FillScale(-limit, limit)


def _paint_signed_outputs(
    painter: QPainter, place: ColumnPlace, diagram: Diagram, theme: Theme
) -> None:
    """Paint what stands beside the outputs: label and number, with a sign."""
    column = place.column
    color = mix(theme.panel, theme.text, 0.82)
    for row, y in enumerate(place.ys.tolist()):
        line = QRectF(place.x + place.radius + 8, y - 9, OUTPUT_WORDS - 2, 18)
        index = int(column.indices[row])
        letters(painter, line, str(index), font(12, 600), color, LEFT)
        if column.activations is not None:
            text = number_text.three_digits(float(column.activations[row]))
            letters(painter, line, text, font(11), color, RIGHT)
        if diagram.target is not None and diagram.target[index] > 0:
            paint_ring(painter, QPointF(place.x, y), place.radius + 1, theme.ball)


def _paint_legends(
    painter: QPainter,
    diagram: Diagram,
    beat: Beat,
    scales: tuple[float, FillScale, FillScale],
    places: Places,
    theme: Theme,
) -> None:
    """Paint two lines under the diagram: what edges and discs mean."""
    limit, hidden, output = scales
    top, x = places.size[1] - 25, 0.0
    if diagram.edges:
        ends = (f"{number_text.MINUS}{number_text.tick(limit)}", f"+{number_text.tick(limit)}")
        caption = EDGE_WORDS[beat]
        x = draw_flat_scale(painter, 0, top, caption, ends, diverging_table(theme), theme, 56)
        n_all = sum(edges.n_all for edges in diagram.edges)
        if diagram.n_drawn < n_all:
            drawn = f"the strongest {diagram.n_drawn} of {number_text.whole(n_all)}"
            letters(painter, QRectF(x + 12, top - 8, 200, 16), drawn, font(11), theme.muted)
    x = _fill_legend(painter, 0, top + 18, DISC_WORDS[beat], hidden, theme)
    if hidden != output:
        caption = "output"
        room = text_width(caption, font(11)) + 150
        if x + 14 + room <= places.size[0]:
            x = _fill_legend(painter, x + 14, top + 18, caption, output, theme)
    if diagram.target is not None and x + 70 < places.size[0]:
        paint_ring(painter, QPointF(x + 22, top + 18), 2.5, theme.ball)
        letters(painter, QRectF(x + 32, top + 10, 50, 16), "target", font(11), theme.ball_text)


def _fill_legend(
    painter: QPainter, left: float, middle: float, caption: str, scale: FillScale, theme: Theme
) -> float:
    ends = (number_text.tick(scale.low), number_text.tick(scale.high))
    return draw_flat_scale(painter, left, middle, caption, ends, scale.table(theme), theme, 36)
