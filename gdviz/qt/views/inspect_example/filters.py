"""Which images are browsed: the box in the panel, and what opens from the button beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QFormLayout, QPushButton, QWidget

from gdviz.analysis.inspection.browsing import ImageFilter, Order
from gdviz.qt.fonts import font
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

KINDS: dict[str, tuple[str, ImageFilter]] = {
    "all": ("All images", ImageFilter("test")),
    "wrong": ("Wrong", ImageFilter("test", "wrong")),
    "right": ("Right", ImageFilter("test", "right")),
    "train": ("Training images", ImageFilter("train")),
    "train_wrong": ("Wrong in training", ImageFilter("train", "wrong")),
}
"""What the box offers: test images unless it says training."""
ORDERS: dict[Order, str] = {
    "number": "By number",
    "least_sure": "Least sure first",
    "most_sure": "Most sure first",
}


def one_step(value: float, steps: int) -> float:
    """Give the image number that many arrow presses further."""
    return max(value + steps, 0.0)


class KindBox(QComboBox):
    """Which images: all, wrong, right, of the test or the training split."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(font(12))
        self.setAccessibleName("Which images are browsed")
        self.setToolTip("Which images are browsed; test images unless it says training")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        for key, (title, _) in KINDS.items():
            self.addItem(title, key)

    def show_filter(self, wanted: ImageFilter) -> None:
        """Show what a filter asks for, without telling."""
        for key, (_, kind) in KINDS.items():
            if (kind.split, kind.verdict) == (wanted.split, wanted.verdict):
                self.setCurrentIndex(self.findData(key))


class FilterPopup(ThemedWidget):
    """Digit, what the network says, order and a number to go to; closes with Escape.

    Attributes
    ----------
    changed : Signal(object)
        A new `ImageFilter`, chosen by the user.
    jumped : Signal(int)
        The number of an image to go to.
    """

    changed = Signal(object)
    jumped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._filter = ImageFilter()
        self.setAccessibleName("Filter of the images")
        self.label = self._box("Label", "Images of which digit")
        self.said = self._box("Network says", "Images of which the network says what")
        self.order = self._box("Order", "In which order: by the largest output")
        for key, title in ORDERS.items():
            self.order.addItem(title, key)
        self.number = NumberField("Image number", 0, whole=True, zero=True, step=one_step)
        self.number.set_explanation("Go to the image of this number, whatever the filter says")
        self.number.value_changed.connect(self._jump)
        self.reset = QPushButton("No filter")
        self.reset.setFont(font(12, 500))
        self.reset.clicked.connect(self._reset)
        form = QFormLayout(self)
        form.setContentsMargins(16, 12, 16, 12)
        form.setSpacing(6)
        rows = (
            ("Label", self.label),
            ("Network says", self.said),
            ("Order", self.order),
            ("Image number", self.number),
        )
        for caption, field in rows:
            field.setFixedWidth(136)
            form.addRow(Label(caption, 12, 400, "muted"), field)
        form.addRow(self.reset)
        self.set_digits(10)

    def _box(self, name: str, tip: str) -> QComboBox:
        box = QComboBox(self)
        box.setFont(font(12))
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.activated.connect(self._chosen)
        return box

    def set_digits(self, count: int) -> None:
        """Offer so many labels."""
        for box in (self.label, self.said):
            box.clear()
            box.addItem("Any", None)
            for digit in range(count):
                box.addItem(str(digit), digit)
        self.show_filter(self._filter)

    def show_filter(self, wanted: ImageFilter) -> None:
        """Show a filter, without telling."""
        self._filter = wanted
        choices = ((self.label, wanted.label), (self.said, wanted.said), (self.order, wanted.order))
        for box, value in choices:
            box.setCurrentIndex(max(box.findData(value), 0))
        self.reset.setEnabled(wanted != ImageFilter(wanted.split, wanted.verdict))

    def show_number(self, number: int) -> None:
        """Show which image is looked at, without telling."""
        if not self.number.hasFocus() and self.number.value() != number:
            self.number.set_value(number)

    def open_below(self, widget: QWidget) -> None:
        """Open under a widget, with the keyboard in the first field."""
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + 4)))
        self.show()
        self.label.setFocus(Qt.FocusReason.PopupFocusReason)

    def _chosen(self, _index: int) -> None:  # a slot
        self._tell(
            replace(
                self._filter,
                label=self.label.currentData(),
                said=self.said.currentData(),
                order=self.order.currentData(),
            )
        )

    def _reset(self) -> None:  # a slot
        self._tell(ImageFilter(self._filter.split, self._filter.verdict))

    def _tell(self, wanted: ImageFilter) -> None:
        if wanted != self._filter:
            self.show_filter(wanted)
            self.changed.emit(wanted)

    def _jump(self, number: float) -> None:  # a slot
        self.jumped.emit(round(number))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: the ground."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.raised))
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


def filter_state(wanted: ImageFilter) -> dict[str, Any]:
    """Give a filter as plain values."""
    return {
        "split": wanted.split,
        "verdict": wanted.verdict,
        "label": wanted.label,
        "said": wanted.said,
        "order": wanted.order,
    }


def filter_of(state: Any) -> ImageFilter:
    """Take back what `filter_state` gave; what is unknown or bad is left out."""
    if not isinstance(state, dict):
        return ImageFilter()
    kinds = [kind for _, kind in KINDS.values()]
    pair = (state.get("split"), state.get("verdict"))
    kind = next((kind for kind in kinds if (kind.split, kind.verdict) == pair), kinds[0])
    order = state.get("order")
    found: Order = order if order in ORDERS else "number"
    label, said = _digit(state.get("label")), _digit(state.get("said"))
    return replace(kind, order=found, label=label, said=said)


def _digit(value: Any) -> int | None:
    is_digit = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_digit else None
