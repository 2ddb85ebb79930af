"""A slider with its name and its value."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from gdviz.qt.widgets.labels import Label

STEPS = 200


class ValueSlider(QWidget):
    """A row: what it is, the slider, and the number.

    Parameters
    ----------
    name : str
        Stands at the left.
    low, high : float
        The ends.
    value : float
    explanation : str
        The tool tip, and what a screen reader says of it.
    decimals : int, default 2
    suffix : str
        After the number, as ``" px"``.
    steps : int, default 200
        Places of the slider.
    parent : QWidget, optional

    Attributes
    ----------
    changed : Signal(float)
        A value from the user; `set_value` does not emit it.
    slider : QSlider
    """

    changed = Signal(float)

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        value: float,
        explanation: str,
        *,
        decimals: int = 2,
        suffix: str = "",
        steps: int = STEPS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high, self._steps = low, high, steps
        self._decimals, self._suffix = decimals, suffix
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, steps)
        self.slider.setPageStep(steps // 10)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(explanation)
        self._label = Label(name, 11, 400, "muted", self)
        self._label.setToolTip(explanation)
        self._number = Label("", 12, 600, parent=self)
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        widest = max(self._text(low), self._text(high), key=len)
        self._number.setFixedWidth(self._number.fontMetrics().horizontalAdvance(widest) + 4)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget, stretch in ((self._label, 0), (self.slider, 1), (self._number, 0)):
            row.addWidget(widget, stretch)
        self._value = value
        self.set_value(value)
        self.slider.valueChanged.connect(self._moved)

    def set_name_width(self, width: int) -> None:
        """Give the name a width, so that the sliders of a column begin together."""
        self._label.setFixedWidth(width)

    def set_name(self, name: str) -> None:
        """Call it something else."""
        if name != self._label.text():
            self._label.setText(name)
            self.slider.setAccessibleName(name)

    def value(self) -> float:
        """Give the value."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value between the ends without emitting `changed`; what is outside is cut off."""
        self._value = min(max(value, self._low), self._high)
        place = (self._value - self._low) / (self._high - self._low) * self._steps
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(place))
        self.slider.blockSignals(blocked)
        self._show()

    def _moved(self, place: int) -> None:
        self._value = self._low + (self._high - self._low) * place / self._steps
        self._show()
        self.changed.emit(self._value)

    def _text(self, value: float) -> str:
        return f"{value:.{self._decimals}f}{self._suffix}"

    def _show(self) -> None:
        text = self._text(self._value)
        self._number.set_running_text(text)
        self.slider.setAccessibleDescription(text)
