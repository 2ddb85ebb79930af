"""Two bars: how many components each way has given, and in what time."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import RIGHT, elided, empty_state, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.race_of_gradients import words
from gdviz.qt.views.race_of_gradients.racing import Race
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

LANE, BETWEEN = 46, 10
LINE, BAR = 18, 8


class Lanes(ThemedWidget):
    """Backpropagation above, finite differences below; each bar is a share of all components."""

    def __init__(self) -> None:
        super().__init__()
        self.race: Race | None = None
        self.setAccessibleName("Race of backpropagation and finite differences")
        self.setFixedHeight(2 * LANE + BETWEEN)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_race(self, race: Race | None) -> None:
        """Show how a race stands; None: nobody has raced."""
        if race is self.race:
            return
        self.race = race
        said = words.EMPTY
        if race is not None:
            said = f"backpropagation {words.duration(race.backpropagation_s)}; finite differences "
            said += f"{words.known(race)} in {words.duration(race.elapsed_s)}"
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(300, self.height())

    def _paint_lane(
        self,
        painter: QPainter,
        theme: Theme,
        top: float,
        texts: tuple[str, str, str],
        share: float,
        color: str,
    ) -> None:
        name, time, below = texts
        strong, small, wide = font(12, 600), font(11), float(self.width())
        line = QRectF(0, top, wide, LINE)
        letters(painter, line, time, strong, theme.text, RIGHT)
        room = wide - text_width(time, strong) - 8
        letters(painter, line, elided(name, strong, room), strong, theme.text)
        bar = QRectF(0, top + LINE + 1, wide, BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.groove))
        painter.drawRoundedRect(bar, 3, 3)
        if share > 0:
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(0, bar.top(), max(wide * share, 3.0), BAR), 3, 3)
        under = QRectF(0, bar.bottom() + 2, wide, LINE)
        letters(painter, under, elided(below, small, wide), small, theme.muted)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, race = current_theme(), self.race
        with smooth_painter(self) as painter:
            if race is None:
                empty_state(painter, QRectF(self.rect()), words.EMPTY, theme)
                return
            every = number_text.whole(race.n_components)
            self._paint_lane(
                painter,
                theme,
                0,
                (
                    "Backpropagation",
                    words.duration(race.backpropagation_s),
                    f"{every} of {every} components, 1 pass forward, 1 back",
                ),
                1.0,
                theme.curve_1,
            )
            self._paint_lane(
                painter,
                theme,
                LANE + BETWEEN,
                ("Finite differences", words.duration(race.elapsed_s), words.known(race)),
                race.n_known / race.n_components,
                theme.curve_2,
            )
