"""A field for one number from 0, with arrows that step by useful amounts."""

import math
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER
from gdviz.qt.widgets.ticks import format_number, next_on_ladder


class NumberField(QAbstractSpinBox):
    """Takes any number in a range; a bad one is said, and the last good one stays.

    Parameters
    ----------
    name : str
        The accessible name.
    value : float
    low, high : float, default 0 and infinity
        The range. ``low`` itself is allowed unless it is 0 and ``zero`` is False.
    parent : QWidget, optional
    whole : bool, default False
        Only whole numbers.
    zero : bool, default False
        Whether 0 is allowed when ``low`` is 0.
    prefix, suffix : str
        Written around the number, as ``"η  "`` or ``" %"``; need not be typed.
    step : callable, default `next_on_ladder`
        Gives the value some arrow presses further; see `gdviz.qt.widgets.ticks`.

    Attributes
    ----------
    value_changed : Signal(float)
        A new valid value from the user (Enter, Tab, arrows); `set_value` does not emit it.

    Notes
    -----
    While the text is wrong the property ``state`` is ``"error"`` (the style sheet paints a red
    edge) and the rule is the tool tip and the accessible description. Escape brings the last
    valid value back.
    """

    value_changed = Signal(float)

    def __init__(
        self,
        name: str,
        value: float,
        low: float = 0.0,
        high: float = math.inf,
        parent: QWidget | None = None,
        *,
        whole: bool = False,
        zero: bool = False,
        prefix: str = "",
        suffix: str = "",
        step: Callable[[float, int], float] = next_on_ladder,
    ) -> None:
        super().__init__(parent)
        self._name, self._low, self._high = name, low, high
        self._whole, self._zero, self._step = whole, zero, step
        self._prefix, self._suffix = prefix, suffix
        self._value = value
        self._explanation = ""
        self.setAccessibleName(name)
        self.setFont(font(12, 400))
        # The arrows would otherwise step again and again while a slow click is held.
        self.setKeyboardTracking(False)
        self.set_value(value)
        # A style sheet's padding does not reach the editor inside a spin box.
        self.lineEdit().setTextMargins(6, 0, 0, 0)
        # The field itself has the focus: its editor never hears of Enter.
        self.editingFinished.connect(self._take_text)

    def value(self) -> float:
        """Give the last valid value."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value without emitting `value_changed`.

        Raises
        ------
        ValueError
            If the value breaks the field's rule.
        """
        problem = self._problem(value)
        if problem:
            raise ValueError(problem)
        self._value = float(value)
        self._show_value()

    def set_range(self, low: float, high: float, prefix: str | None = None) -> None:
        """Take another range, and another prefix; the value goes to the nearest in it."""
        self._low, self._high = low, high
        self._prefix = self._prefix if prefix is None else prefix
        self._value = min(max(self._value, low), high)
        self._show_value()

    def error(self) -> str | None:
        """Give the sentence that is wrong with the text; None if it is right."""
        return self.toolTip() if self.property("state") == "error" else None

    def set_explanation(self, text: str) -> None:
        """Say what the number is: to the pointer, to F1 and to a screen reader.

        While the text is wrong, the rule that it breaks stands in the place of this.
        """
        self._explanation = text
        self._set_error(self.error() or "")

    def _problem(self, value: float) -> str:
        """Give the rule a value breaks, or an empty string."""
        shown = format_number(value)
        if not math.isfinite(value):
            return f"{self._name}: {shown} is not a finite number"
        if self._whole and value != round(value):
            return f"{self._name} is a whole number, not {shown}"
        if self._low == 0 and not self._zero and value <= 0:
            return f"{self._name} is greater than 0, not {shown}"
        if value < self._low:
            return f"{self._name} is at least {format_number(self._low)}, not {shown}"
        if value > self._high:
            return f"{self._name} is at most {format_number(self._high)}, not {shown}"
        return ""

    def _parse(self, text: str) -> float | None:
        """Give the number in a text; None if there is none."""
        bare = text.strip().removeprefix(self._prefix.strip()).removesuffix(self._suffix.strip())
        try:
            return float(bare.replace(",", "").replace("−", "-").strip())
        except ValueError:
            return None

    def _take_text(self) -> None:
        """Take the text over, or say what is wrong with it."""
        text = self.lineEdit().text()
        number = self._parse(text)
        problem = f"{text.strip()!r} is not a number" if number is None else self._problem(number)
        if problem or number is None:
            self._set_error(problem)
            return
        self._accept(number)

    def _accept(self, number: float) -> None:
        """Show a valid number, and tell it if it is new."""
        is_new = number != self._value
        self._value = number
        self._show_value()
        if is_new:
            self.value_changed.emit(number)

    def _show_value(self) -> None:
        """Write the last valid value into the field."""
        self._set_error("")
        decimals = 0 if self._whole else None
        text = f"{self._prefix}{format_number(self._value, decimals)}{self._suffix}"
        if self.lineEdit().text() != text:
            self.lineEdit().setText(text)

    def _set_error(self, problem: str) -> None:
        """Show or hide the error state."""
        state = "error" if problem else ""
        self.setToolTip(problem or self._explanation)
        self.setWhatsThis(problem or self._explanation)
        self.setAccessibleDescription(problem or self._explanation)
        if self.property("state") != state:
            self.setProperty("state", state)
            self.style().unpolish(self)
            self.style().polish(self)

    def _give_keys_back(self) -> None:
        """Leave the field: the window's keys, Space first of all, are not typed into it."""
        if self.error() is None:
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)

    def stepBy(self, steps: int) -> None:
        """Qt override: the arrows."""
        base = self._value if self._value > 0 or self._step is not next_on_ladder else 0.0
        if base == 0 and self._step is next_on_ladder:
            number = 1.0 if steps > 0 else self._value
        else:
            number = self._step(base, steps)
        number = min(max(number, self._low), self._high)
        if self._whole:
            number = float(round(number))
        if not self._problem(number):
            self._accept(number)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Qt override: which arrows can be pressed."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value > self._low:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        if self._value < self._high:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        return flags

    def sizeHint(self) -> QSize:
        """Qt override: as wide as the value column of a form."""
        return QSize(136, 28)

    def minimumSizeHint(self) -> QSize:
        """Qt override."""
        return QSize(72, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: Enter takes the value, Escape brings the last one back; both are done."""
        if event.key() == Qt.Key.Key_Escape:
            self._show_value()
            self._give_keys_back()
            return
        super().keyPressEvent(event)
        if event.key() in ENTER:
            self._give_keys_back()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override: the whole number is selected, ready to be typed over."""
        super().focusInEvent(event)
        self.selectAll()
