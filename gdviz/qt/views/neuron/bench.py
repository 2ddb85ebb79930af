"""The bench's widgets in one column."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gdviz.qt.views.neuron.class_bars import ClassBars
from gdviz.qt.views.neuron.curve import ActivationCurve
from gdviz.qt.views.neuron.images import ImageRows
from gdviz.qt.views.neuron.incoming import IncomingWeights
from gdviz.qt.views.neuron.running_line import RunningLine
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.scrolled import MARGIN, scrolled
from gdviz.qt.widgets.ticks import multiples_of

EMPTY = (
    "Choose a neuron: click one in the network diagram, or use the arrows above. "
    "Its curve, its weights and the images that excite it appear here."
)


CURVE_HEIGHTS = (84, 240)
"""The curve's least and greatest height."""


class Bench(QStackedWidget):
    """Either a sentence that says how to choose a neuron, or all about the chosen one."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = NumberField(
            "Bias of the neuron", 0.0, -math.inf, step=multiples_of(0.1), prefix="bias  "
        )
        self.bias.setFixedWidth(100)
        self.bias.set_explanation("Added to what the neuron is sent: z = w·x + bias")
        self.sum = RunningLine("Weighted input and activation")
        self.sum.setToolTip("z = w·x + bias: what the neuron is sent, and its bias")
        self.curve = ActivationCurve()
        self.incoming = IncomingWeights()
        self.images = ImageRows()
        self.bars = ClassBars()
        self.saturation = RunningLine("Saturation")
        self.saturation.setToolTip(
            "Where the slope ∂a/∂z of its curve is nearly 0 a neuron learns hardly anything"
        )
        self.note = HintLabel()
        self.note.hide()
        empty = Label(EMPTY, 12, 400, "muted")
        empty.setWordWrap(True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.addWidget(empty)
        self.addWidget(scrolled(self._column()))

    def show_empty(self, is_empty: bool) -> None:
        """Show how to choose a neuron, or the neuron."""
        self.setCurrentIndex(0 if is_empty else 1)

    def show_bias(self, bias: float) -> None:
        """Show a bias; one that is not finite cannot be typed over, it is shown in the sum."""
        self.bias.setEnabled(math.isfinite(bias))
        if math.isfinite(bias):
            # What is being typed stays, though a network in training changes beneath it.
            if not (self.bias.hasFocus() and self.bias.lineEdit().isModified()):
                self.bias.set_value(round(bias, 3))
        else:
            self.bias.lineEdit().setText("bias  not finite")

    def show_note(self, note: str) -> None:
        """Say why the neuron cannot be asked about images, in place of what they would say."""
        if note == self.note.text():
            return
        self.note.setText(note)
        self.note.setVisible(bool(note))
        for widget in (self.images, self.bars, self.saturation):
            widget.setVisible(not note)
        self._give_the_rest_to_the_curve()

    def _give_the_rest_to_the_curve(self) -> None:
        # The second is -1 while no text is in sight that wraps.
        needed = max(
            self._layout.totalMinimumSize().height(),
            self._layout.totalMinimumHeightForWidth(self.width() - MARGIN),
        )
        others = needed - self.curve.minimumHeight()
        low, high = CURVE_HEIGHTS
        self.curve.setMinimumHeight(min(max(self.height() - others, low), high))

    def _column(self) -> QWidget:
        body = QWidget()
        column = self._layout = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.bias)
        row.addWidget(self.sum, 1)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.curve, 1)
        pictures = QHBoxLayout()
        pictures.setSpacing(8)
        pictures.addWidget(self.incoming)
        pictures.addWidget(self.images, 1)
        pictures.addStretch()
        column.addLayout(pictures)
        column.addWidget(self.bars)
        column.addWidget(self.saturation)
        return body

    # Qt's own names

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override: the curve takes the height that the others leave."""
        super().resizeEvent(event)
        self._give_the_rest_to_the_curve()
