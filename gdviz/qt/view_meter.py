"""What showing and painting each view takes, measured without the views' doing anything for it.

All of it runs on the GUI thread.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from types import FunctionType

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from gdviz.qt.durations import KEPT, Durations

RATE_SECONDS = 2.0
"""The showings of so long a time say how often a view is shown."""


class ViewMeter(QObject):
    """Measures one view: `timed` its showings, and as an event filter its paintings.

    Qt asks the filter before each event of the widgets it is installed on. A painting is then
    done from within the filter, between two looks at the clock; nothing is done twice.

    Parameters
    ----------
    parent : QObject

    Attributes
    ----------
    show_ms : Durations
        Each `show_frame`.
    paint_ms : Durations
        Of each frame in which something of the view was painted, all its widgets together.
    whole_ms : Durations
        Each showing together with the painting that followed it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.show_ms, self.paint_ms, self.whole_ms = Durations(), Durations(), Durations()
        self._painted_ms = 0.0
        self._shown_ms: float | None = None
        self._shown_at: deque[float] = deque(maxlen=KEPT)

    def watch(self, root: QWidget) -> None:
        """Measure a widget and all in it that paint themselves; may be called again."""
        for widget in (root, *root.findChildren(QWidget)):
            if isinstance(widget, QAbstractScrollArea):
                widget.viewport().installEventFilter(self)
            elif paints_itself(widget):
                widget.installEventFilter(self)

    def timed(self, work: Callable[[], None]) -> None:
        """Do a showing's work and measure it."""
        started = time.perf_counter()
        try:
            work()
        finally:
            ended = time.perf_counter()
            self._shown_ms = 1000 * (ended - started)
            self.show_ms.add(self._shown_ms)
            self._shown_at.append(ended)

    def settle(self) -> float | None:
        """End a frame, whose painting is over.

        Returns
        -------
        float or None
            What showing and painting took together; None if nothing was shown.
        """
        shown, painted = self._shown_ms, self._painted_ms
        self._shown_ms, self._painted_ms = None, 0.0
        if painted > 0:
            self.paint_ms.add(painted)
        if shown is None:
            return None
        self.whole_ms.add(shown + painted)
        return shown + painted

    def showings_per_second(self) -> float:
        """Give how often the view was shown in the last `RATE_SECONDS`."""
        since = time.perf_counter() - RATE_SECONDS
        return sum(at >= since for at in self._shown_at) / RATE_SECONDS

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: let a widget paint, and measure it."""
        if event.type() != QEvent.Type.Paint or not isinstance(watched, QWidget):
            return False
        started = time.perf_counter()
        area = watched.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is watched:
            # A viewport's events belong to its area, which gets them by a filter of its own.
            area.viewportEvent(event)
        else:
            watched.event(event)
        self._painted_ms += 1000 * (time.perf_counter() - started)
        return True


def paints_itself(widget: QWidget) -> bool:
    """Whether a widget's painting is written in Python: what Qt paints alone is quick."""
    return isinstance(getattr(type(widget), "paintEvent", None), FunctionType)
