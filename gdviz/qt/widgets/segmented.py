"""A switch between a few things, all of them in sight."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import (
    ThemedWidget,
    paint_focus_ring,
    paint_text,
    smooth_painter,
)

PADDING = 10

_RETURNS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class Segmented(ThemedWidget):
    """Segments in a well, one of them chosen.

    Parameters
    ----------
    options : sequence of (key, title)
        At least one; keys differ. The first is chosen.
    name : str
        What is chosen here, for a screen reader.
    parent : QWidget, optional
    large : bool, default False
        32 high with letters of 13, for the tool bar, instead of 24 and 12.
    equal : bool, default False
        All segments equally wide.

    Attributes
    ----------
    changed : Signal(str)
        The key of a segment just chosen by the user; `set_current` does not emit it.

    Notes
    -----
    Left and right arrows move the choice; Tab enters and leaves the switch as one control.
    """

    changed = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        name: str,
        parent: QWidget | None = None,
        *,
        large: bool = False,
        equal: bool = False,
    ) -> None:
        super().__init__(parent)
        if not options:
            raise ValueError(f"the switch {name!r} needs at least one option")
        if len({key for key, _ in options}) != len(options):
            raise ValueError(f"the switch {name!r} has two options with one key")
        self._large = large
        self.setAccessibleName(name)
        self.setFixedHeight(32 if large else 24)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._segments: dict[str, Segment] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for key, title in options:
            segment = Segment(title, large, self)
            segment.setAccessibleName(f"{name}: {title}")
            segment.setObjectName(f"segment_{key}")
            self._group.addButton(segment)
            self._segments[key] = segment
            row.addWidget(segment, 1 if equal else 0)
            if equal:
                segment.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                segment.setMinimumWidth(segment.sizeHint().width() - 2 * PADDING + 8)
        self._equal = equal
        self._current = options[0][0]
        self._segments[self._current].setChecked(True)
        self._fix_tab_order()
        self._group.buttonToggled.connect(self._on_toggled)

    def current(self) -> str:
        """Give the key of the chosen segment."""
        return self._current

    def set_current(self, key: str) -> None:
        """Choose a segment without emitting `changed`.

        Raises
        ------
        ValueError
            If there is no such key.
        """
        if key not in self._segments:
            raise ValueError(f"no segment {key!r}: one of {', '.join(self._segments)}")
        self._current = key
        self._segments[key].setChecked(True)
        self._fix_tab_order()

    def segment(self, key: str) -> QAbstractButton:
        """Give the button of a key, for a tool tip or a shortcut."""
        return self._segments[key]

    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:
        """Tell the choice if it is a new one."""
        if not checked:
            return
        key = next(key for key, segment in self._segments.items() if segment is button)
        if key != self._current:
            self._current = key
            self._fix_tab_order()
            self.changed.emit(key)

    def _fix_tab_order(self) -> None:
        """Let Tab stop at the chosen segment only."""
        for key, segment in self._segments.items():
            chosen = key == self._current
            segment.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: the arrows a segment passes on move the choice, without going round."""
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        keys = list(self._segments)
        index = min(max(keys.index(self._current) + step, 0), len(keys) - 1)
        segment = self._segments[keys[index]]
        segment.setFocus(Qt.FocusReason.OtherFocusReason)
        segment.setChecked(True)

    def sizeHint(self) -> QSize:
        """Qt override: equal segments are as wide as the widest."""
        if not self._equal:
            return super().sizeHint()
        widest = max(segment.sizeHint().width() for segment in self._segments.values())
        return QSize(widest * len(self._segments) + 4, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: the well."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.bar_well if self._large else theme.well))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)


class Segment(QAbstractButton):
    """One segment of a `Segmented`."""

    def __init__(self, title: str, large: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._large = large
        self._shows_focus = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override: the keyboard needs a ring, a click does not."""
        reason = event.reason()
        if reason == Qt.FocusReason.MouseFocusReason:
            self._shows_focus = False
        elif reason not in _RETURNS:
            self._shows_focus = True
        super().focusInEvent(event)

    def sizeHint(self) -> QSize:
        """Qt override: the title and 12 on both sides."""
        width = text_width(self.text(), 13 if self._large else 12, 500)
        return QSize(round(width) + 2 * PADDING, 28 if self._large else 20)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: arrows are for the switch; Qt would go round and to its neighbours."""
        if Qt.Key(event.key()) in _ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            rect = QRectF(self.rect())
            if self.isChecked():
                painter.setBrush(QColor(theme.chosen))
                edge = theme.chosen if theme.is_dark else theme.line
                painter.setPen(QPen(QColor(edge), 1))
                painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4.5, 4.5)
            if self.hasFocus() and self._shows_focus:
                paint_focus_ring(painter, rect, theme, 4.5)
            bright = self.isChecked() or self.underMouse()
            color = theme.text if bright and self.isEnabled() else theme.muted
            size = 13 if self._large else 12
            center = Qt.AlignmentFlag.AlignHCenter
            paint_text(painter, rect, self.text(), color, size, 500, center)
