"""The ways in which a slice is shown: as a map, as a block, and beside it lines on one scale."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.surfaces.relief import CostRelief
from gdviz.qt.surfaces.ways_paint import WayLook
from gdviz.qt.views.cost_surface.lines import CostLines
from gdviz.qt.views.cost_surface.map import CostMap

NOTE_MS = 2500
"""How long it is said that the picture is another one."""


class Faces(QStackedWidget):
    """Map, relief and lines. Slices and the ball go to the one that is in sight.

    Attributes
    ----------
    map : CostMap
    relief : CostRelief
    lines : CostLines
    range : ColorRange
        One for map and relief; `lines` has its own.
    aspect_changed : Signal()
        `room` has another shape.
    """

    aspect_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.map, self.relief, self.lines = CostMap(), CostRelief(), CostLines()
        self._ground: CostMap | CostRelief = self.map
        self._picture: SurfacePicture | None = None
        self._live: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], bool] | None = None
        self.range = self.map.range
        for face in (self.map, self.relief, self.lines):
            self.addWidget(face)
        for ground in (self.map, self.relief):
            ground.aspect_changed.connect(partial(self._told_aspect, ground))
        self._note_timer = QTimer(self)
        self._note_timer.setSingleShot(True)
        self._note_timer.setInterval(NOTE_MS)
        self._note_timer.timeout.connect(partial(self.tell, ""))

    def set_mode(self, mode: str) -> None:
        """Show ``"map"``, ``"relief"`` or ``"lines"``; the slice goes along."""
        before = self._ground
        if mode != "lines":
            self._ground = self.relief if mode == "relief" else self.map
        self.setCurrentWidget(self.lines if mode == "lines" else self._ground)
        if self._ground is not before:
            self._ground.true_cost = before.true_cost
            self.show_picture(self._picture)
            if self._live is not None:
                self._ground.show_live(*self._live)
            self.aspect_changed.emit()

    @property
    def shows_ground(self) -> bool:
        """Whether map or relief is in sight."""
        return self.currentWidget() is not self.lines

    @property
    def room(self) -> QRectF:
        """What is free for the slice."""
        return self._ground.room

    @property
    def true_cost(self) -> float:
        """The ball's, as of the slice."""
        return self._ground.true_cost

    def prepare(self, picture: SurfacePicture, limits: ColorRange, true_cost: float) -> bool:
        """Paint a part of a slice that comes; give whether all of it is painted."""
        if not self.shows_ground:
            return True
        return self._ground.prepare(picture, limits, true_cost)

    def show_picture(
        self, picture: SurfacePicture | None, limits: ColorRange | None = None
    ) -> None:
        """Show another slice.

        Parameters
        ----------
        picture : SurfacePicture or None
        limits : ColorRange, optional
            The colours from now on.
        """
        if limits is not None:
            self.range = limits
        self.map.range = self.relief.range = self.range
        if picture is not None:
            self._ground.true_cost = picture.surface.true_cost
        self._picture = picture
        self._ground.show_picture(picture)

    def show_progress(self, progress: float | None) -> None:
        """Say before the first slice how much of it is computed, 0 to 1."""
        self._ground.show_progress(progress)
        self.lines.show_progress(progress)

    def show_live(
        self,
        points: npt.NDArray[np.float64],
        dots: npt.NDArray[np.float64],
        begins_at_start: bool,
    ) -> None:
        """Show the path since the slice and the dots of the whole."""
        self._live = points, dots, begins_at_start
        if self.shows_ground:
            self._ground.show_live(points, dots, begins_at_start)

    def show_ways(self, looks: tuple[WayLook, ...]) -> None:
        """Say how the ways of other branches are drawn."""
        self.map.show_ways(looks)
        self.relief.show_ways(looks)

    def tell(self, text: str) -> None:
        """Say something over the map until it is taken back by an empty text."""
        self._note_timer.stop()
        self.map.show_note(text)
        self.relief.show_note(text)

    def tell_for_a_moment(self, text: str) -> None:
        """Say something over the map, and no more after a while."""
        self.tell(text)
        self._note_timer.start()

    def recolor(self, *, locked: bool, logarithmic: bool | None) -> None:
        """Take another range of colours over."""
        for limits in (self.range, self.lines.range):
            limits.locked, limits.logarithmic = locked, logarithmic
        if self._picture is not None:
            self.range.include(self._picture.surface.cost, self.true_cost)
        for face in (self.map, self.relief, self.lines):
            face.redraw()

    def forget(self) -> None:
        """Another run begins."""
        self._live = None
        self.range.forget()
        self.tell("")
        self._picture = None
        for ground in (self.map, self.relief):
            ground.range = self.range
            ground.show_picture(None)

    def _told_aspect(self, ground: CostMap | CostRelief) -> None:
        if ground is self._ground:
            self.aspect_changed.emit()
