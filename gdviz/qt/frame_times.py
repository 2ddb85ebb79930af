"""What each view's frames take, written over the window: for those who work on the window.

Shown and hidden by Ctrl+Shift+F. While it is hidden it does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QMainWindow

from gdviz.qt.durations import Durations
from gdviz.qt.fonts import font
from gdviz.qt.frame_clock import FrameClock
from gdviz.qt.pacing import FRAME_ROOM_MS, VIEW_BUDGET_MS, Pacer
from gdviz.qt.painting import LEFT, RIGHT, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.view_host import ViewHost
from gdviz.qt.view_meter import ViewMeter
from gdviz.qt.widgets.themed import ThemedWidget

REFRESH_MS = 500
LINE, MARGIN = 18, 12
COLUMNS = (150, 52, 52, 52, 52, 62, 128)
HEADS = ("view", "show", "paint", "p99", "per s", "every", "")
WIDTH = sum(COLUMNS) + 2 * MARGIN


@dataclass(frozen=True, slots=True)
class ViewTimes:
    """What is written of one view.

    Parameters
    ----------
    title : str
    show_ms, paint_ms, paint_p99_ms : float or None
        Medians, and the 99th percentile, of the showings and paintings kept; None before any.
    per_second : float
        Showings in the last seconds.
    every : int
        It is shown every so many frames.
    verdict : str
        In words, whether it keeps to its budget and whether it is slowed down.
    """

    title: str
    show_ms: float | None
    paint_ms: float | None
    paint_p99_ms: float | None
    per_second: float
    every: int
    verdict: str

    def cells(self) -> tuple[str, ...]:
        """Give the row of the table."""
        return (
            self.title,
            milliseconds(self.show_ms),
            milliseconds(self.paint_ms),
            milliseconds(self.paint_p99_ms),
            f"{self.per_second:.0f}",
            "frame" if self.every == 1 else f"{self.every} frames",
            self.verdict,
        )


def view_times(title: str, meter: ViewMeter, pacer: Pacer, key: str) -> ViewTimes:
    """Gather what is known of one view."""
    return ViewTimes(
        title,
        meter.show_ms.median,
        meter.paint_ms.median,
        meter.paint_ms.percentile(99),
        meter.showings_per_second(),
        pacer.every(key),
        verdict(meter.whole_ms, slowed=pacer.is_slowed(key)),
    )


def verdict(whole_ms: Durations, *, slowed: bool) -> str:
    """Say how a view stands to `VIEW_BUDGET_MS`: showing and painting together."""
    typical, rare = whole_ms.median, whole_ms.percentile(99)
    words = []
    if typical is not None and typical > VIEW_BUDGET_MS:
        words.append("over budget")
    elif rare is not None and rare > VIEW_BUDGET_MS:
        words.append("at times over")
    if slowed:
        words.append("slowed")
    return ", ".join(words)


def frame_lines(clock: FrameClock) -> list[tuple[str, str]]:
    """Give captions and values of the frames as a whole."""
    intervals, work = Durations(), Durations()
    for durations, values in ((intervals, clock.intervals_ms), (work, clock.whole_ms)):
        for value in values:
            durations.add(value)
    mean = intervals.total / len(intervals) if len(intervals) else None
    rate = "–" if not mean else f"{1000 / mean:.0f}"
    share = clock.busy_share
    busy = "–" if share is None else f"{100 * share:.0f} %"
    if (work.recent_mean(len(work)) or 0.0) > FRAME_ROOM_MS:
        busy += f", over {FRAME_ROOM_MS:g} ms a frame"
    return [
        ("frames per s", rate),
        ("interval: median, p99, longest", spread(intervals)),
        ("GUI thread's work: median, p99, longest", spread(work)),
        ("GUI thread busy", busy),
    ]


def spread(durations: Durations) -> str:
    """Give the median, the 99th percentile and the longest."""
    ends = (durations.median, durations.percentile(99), durations.longest)
    return " · ".join(milliseconds(end) for end in ends)


def milliseconds(duration: float | None) -> str:
    """Give a duration with one decimal."""
    return "–" if duration is None else f"{duration:.1f}"


class FrameTimes(ThemedWidget):
    """The table, at the lower right of the window; mouse events pass through it.

    Twice a second it is painted to a picture. What lies below repaints many times a second, and
    the picture is all that this costs then.

    Parameters
    ----------
    clock : FrameClock
    views : ViewHost
    window : QMainWindow
    """

    def __init__(self, clock: FrameClock, views: ViewHost, window: QMainWindow) -> None:
        super().__init__(window)
        self.setObjectName("frame_times")
        self.setAccessibleName("Frame times of each view, in milliseconds")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._clock, self._views, self._window = clock, views, window
        self._picture: QPixmap | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.lines: list[tuple[str, str]] = []
        self.rows: list[ViewTimes] = []
        self.hide()

    def toggle(self) -> None:
        """Show or hide the table."""
        if self.isVisible():
            self._timer.stop()
            self._window.removeEventFilter(self)
            self.hide()
            return
        self.refresh()
        self._window.installEventFilter(self)
        self._timer.start()
        self.show()
        self.raise_()

    def refresh(self) -> None:
        """Write what has been measured by now."""
        views = self._views
        self.lines = frame_lines(self._clock)
        self.rows = [
            view_times(views.docks[key].windowTitle(), views.meters[key], views.pacer, key)
            for key in views.visible_keys()
        ]
        told = [f"{caption} {value}" for caption, value in self.lines]
        told += [" ".join(cell for cell in row.cells() if cell) for row in self.rows]
        self.setAccessibleDescription("; ".join(told))
        self._picture = None
        height = LINE * (len(self.lines) + len(self.rows) + 3) + 2 * MARGIN + 10
        self.resize(WIDTH, height)
        self._place()
        self.update()

    def _place(self) -> None:
        window = self._window
        left = window.width() - self.width() - 16
        self.move(left, window.height() - window.statusBar().height() - self.height() - 16)

    def _painted(self, theme: Theme) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(theme.raised))
        with QPainter(picture) as painter:
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            place = QRectF(MARGIN, MARGIN, self.width() - 2 * MARGIN, LINE)
            letters(painter, place, "Frame times, ms", font(12, 600), theme.text)
            for caption, value in self.lines:
                place.translate(0, LINE)
                letters(painter, place, caption, font(11), theme.muted)
                letters(painter, place, value, font(11, 600), theme.text, RIGHT)
            place.translate(0, LINE + 8)
            self._paint_row(painter, place, HEADS, theme.muted)
            for row in self.rows:
                place.translate(0, LINE)
                self._paint_row(painter, place, row.cells(), theme.text)
            place.translate(0, LINE + 2)
            note = f"budget of a view: {VIEW_BUDGET_MS:g} ms to show and paint, medians but for p99"
            letters(painter, place, note, font(11), theme.muted)
        return picture

    def _paint_row(
        self, painter: QPainter, place: QRectF, cells: tuple[str, ...], color: str
    ) -> None:
        left = place.left()
        for k, (text, width) in enumerate(zip(cells, COLUMNS, strict=True)):
            is_number = 0 < k < len(COLUMNS) - 1
            cell = QRectF(left if is_number or k == 0 else left + 12, place.top(), width, LINE)
            letters(painter, cell, text, font(11), color, RIGHT if is_number else LEFT)
            left += width

    # Qt's own names

    def theme_changed(self, theme: Theme) -> None:
        """Take over a theme."""
        self._picture = None
        super().theme_changed(theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        if self._picture is None or self._picture.devicePixelRatioF() != self.devicePixelRatioF():
            self._picture = self._painted(current_theme())
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: stay in the corner when the window is resized."""
        del watched
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
