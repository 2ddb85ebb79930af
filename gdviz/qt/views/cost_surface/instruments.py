"""The honest instruments beside the map: what the picture alone would hide."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gdviz.qt import number_text
from gdviz.qt.views.cost_surface.curvature_gauge import CurvatureGauge
from gdviz.qt.views.cost_surface.multiples import SmallMultiples
from gdviz.qt.widgets.labels import HintLabel, Label, Role
from gdviz.qt.widgets.meter_bar import MeterBar

WIDTH = 138
SECTION_GAP = 6


@dataclass(frozen=True, slots=True)
class Readings:
    """What the instruments show.

    Parameters
    ----------
    step : int
        Of the parameters to which the two costs belong.
    true_cost, plane_cost, standard_error : float
        On the same examples; NaN where not known.
    off_plane : float
        |θ − plane| / |θ|.
    explained, random_walk : float or None
        Shares of the path's variance on the plane, and what a random walk would have.
    n_examples : int
    plane : str
        ``plane follows`` or ``plane fixed at step 4,398``.
    descent_share : float or None
        How much of −∇C lies in the plane, 0 to 1.
    is_random : bool
        Whether the plane itself is a random one.
    """

    step: int
    true_cost: float
    plane_cost: float
    standard_error: float
    off_plane: float
    explained: float | None
    random_walk: float | None
    n_examples: int
    plane: str
    descent_share: float | None = None
    is_random: bool = False


class Instruments(QWidget):
    """A column of numbers and meters; where there is no room for all, the last give way.

    Attributes
    ----------
    gauge : CurvatureGauge
    planes : SmallMultiples
        Random planes; they come before the gauge while the map itself is a random plane.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Instruments of the cost surface")
        self.readings: Readings | None = None
        self._fitted_for: tuple[object, ...] = ()
        self.ball_section = self._ball_section()
        self.off_plane_section = self._off_plane_section()
        self.explained_section = self._explained_section()
        self.gauge = CurvatureGauge()
        self.planes = SmallMultiples()
        self.examples = HintLabel()
        self.plane = HintLabel()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SECTION_GAP)
        self._sections: tuple[QWidget, ...] = (
            self.ball_section,
            self.off_plane_section,
            self.explained_section,
            self.gauge,
            self.planes,
        )
        for section in self._sections:
            self._column.addWidget(section)
        self._column.addStretch(1)
        notes = QVBoxLayout()
        notes.setSpacing(2)
        notes.addWidget(self.examples)
        notes.addWidget(self.plane)
        self._column.addLayout(notes)

    def _ball_section(self) -> QWidget:
        section, column = _section()
        self.ball_step = _head(column, "Ball")
        self.ball_step.setFont(Label("", 11).font())
        self.ball_step.set_role("muted")
        grid = QGridLayout()
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setVerticalSpacing(3)
        self.true_cost = _row(grid, 0, "true cost", "ball")
        self.plane_cost = _row(grid, 1, "on the plane")
        self.standard_error = _row(grid, 2, "standard error")
        self.descent = _row(grid, 3, "−∇C in plane")
        self.descent.setToolTip("How much of −∇C lies in the plane: the arrow shows that part")
        column.addLayout(grid)
        return section

    def _off_plane_section(self) -> QWidget:
        section, column = _section()
        self.off_plane = _head(column, "Off-plane")
        self.off_plane_bar = MeterBar("Distance from the plane", "ball")
        column.addWidget(self.off_plane_bar)
        column.addWidget(HintLabel("|θ − plane| / |θ|, live"))
        return section

    def _explained_section(self) -> QWidget:
        section, column = _section()
        self.explained = _head(column, "Explained")
        self.explained_bar = MeterBar("Share of the path's variance on the plane")
        column.addWidget(self.explained_bar)
        self.random_walk = HintLabel()
        column.addWidget(self.random_walk)
        return section

    def _fit(self) -> None:
        """Show as many sections as there is room for, by their importance now."""
        readings = self.readings
        wanted: list[QWidget] = [self.ball_section, self.off_plane_section]
        if readings is not None and readings.explained is not None:
            wanted.append(self.explained_section)
        is_random = readings is not None and readings.is_random
        wanted += [self.planes, self.gauge] if is_random else [self.gauge, self.planes]
        notes = sum(max(note.heightForWidth(WIDTH), 14) for note in (self.examples, self.plane))
        room = self.height() - notes
        shown = set()
        for section in wanted:
            needed = self._height(section) + SECTION_GAP
            if needed > room:
                break
            room -= needed
            shown.add(section)
        for section in self._sections:
            section.setVisible(section in shown)
        words = self.gauge.sentence
        words.setVisible(room >= words.minimumHeight() + SECTION_GAP)

    def _height(self, section: QWidget) -> int:
        """Give how high a section is at the column's width; the gauge without its words."""
        if section is self.gauge:
            return self.gauge.short_height
        if section.hasHeightForWidth():
            return section.heightForWidth(WIDTH)
        return section.sizeHint().height()

    @property
    def shows_gauge(self) -> bool:
        """Whether there is room for the curvature."""
        return self.gauge.isVisibleTo(self)

    @property
    def shows_planes(self) -> bool:
        """Whether there is room for the random planes."""
        return self.planes.isVisibleTo(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self._fit()

    def show_readings(self, readings: Readings) -> None:
        """Show other numbers; no layout is made anew for them."""
        self.readings = readings
        share = readings.descent_share
        error = readings.standard_error
        texts = [
            (self.ball_step, f"step {number_text.whole(readings.step)}"),
            (self.true_cost, number_text.cost(readings.true_cost)),
            (self.plane_cost, number_text.cost(readings.plane_cost)),
            (
                self.standard_error,
                f"± {_error_text(error)}",
            ),
            (self.descent, number_text.NOT_KNOWN if share is None else _percent(share)),
            (self.off_plane, number_text.percent(readings.off_plane)),
        ]
        # These change seldom, and may take several lines.
        for note, words in (
            (self.examples, f"on {number_text.whole(readings.n_examples)} training images"),
            (self.plane, readings.plane),
        ):
            if note.text() != words:
                note.setText(words)
        self.off_plane_bar.set_share(readings.off_plane)
        if readings.explained is not None:
            texts.append((self.explained, number_text.percent(readings.explained)))
            self.explained_bar.set_share(readings.explained, readings.random_walk)
            # Points of several branches are no one walk.
            self.random_walk.setVisible(readings.random_walk is not None)
            if readings.random_walk is not None:
                walk = number_text.percent(readings.random_walk, 0)
                texts.append((self.random_walk, f"a random walk: {walk}"))
        for label, text in texts:
            label.set_running_text(text)
        asked = (readings.explained is None, readings.is_random, readings.plane)
        if asked != self._fitted_for:
            self._fitted_for = asked
            self._fit()


def _section() -> tuple[QWidget, QVBoxLayout]:
    section = QWidget()
    column = QVBoxLayout(section)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    return section, column


def _head(column: QVBoxLayout, title: str) -> Label:
    """Add a title, and give the label of the value beside it."""
    row = QHBoxLayout()
    row.addWidget(Label(title, 12, 600))
    row.addStretch(1)
    value = Label("", 12, 600)
    value.setAlignment(_right())
    row.addWidget(value)
    column.addLayout(row)
    return value


def _percent(share: float) -> str:
    return number_text.percent(share, 0 if share >= 0.095 else 1)


def _row(grid: QGridLayout, row: int, caption: str, role: Role = "text") -> Label:
    value = Label("", 12, 600, role)
    grid.addWidget(Label(caption, 11, 400, "muted"), row, 0)
    grid.addWidget(value, row, 1)
    grid.setAlignment(value, _right())
    # It keeps the width of its longest text: a shorter one stands at the right of it, away from
    # its caption.
    value.setAlignment(_right())
    value.setAccessibleName(caption)
    return value


def _error_text(error: float) -> str:
    """Give a standard error with as many decimals as the costs above it, or one more.

    An untrained network costs much the same on every image: a power of ten would not fit.
    """
    if 0.001 <= error < 1:
        return f"{error:.3f}"
    return f"{error:.4f}" if 0.00005 <= error < 0.001 else number_text.cost(error)


def _right() -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
