"""The drawing that is worked on: strokes point by point, and what is undone.

Knows nothing of Qt; the pad owns one.
"""

from __future__ import annotations

import itertools

from gdviz.analysis.inspection.drawing import CANVAS, Drawing, Point, curve_points, draw_line

MOST_UNDONE = 100
"""Drawings that are kept to go back to, 110 kB each."""


class Sketch:
    """A `Drawing` that changes, with the earlier ones.

    Attributes
    ----------
    drawing : Drawing
        As it is now, an unfinished stroke included.
    """

    def __init__(self) -> None:
        self.drawing = Drawing()
        self._past: list[Drawing] = []
        self._future: list[Drawing] = []
        self._before: Drawing | None = None
        self._last: Point = (0.0, 0.0)
        self._middle: Point = (0.0, 0.0)
        self._radius = 1.0
        self._erases = False

    @property
    def is_under_way(self) -> bool:
        """Whether a change has begun and not ended."""
        return self._before is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier drawing."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone and nothing changed since."""
        return bool(self._future)

    def begin(self) -> None:
        """Begin a change in many parts, which will be undone as one."""
        self.end()
        self._before = self.drawing

    def show(self, drawing: Drawing) -> None:
        """Show an intermediate drawing of a change that has begun."""
        self.drawing = drawing

    def end(self) -> None:
        """End the change; one that changed nothing leaves nothing to undo."""
        before, self._before = self._before, None
        if before is not None and before is not self.drawing:
            self._past = [*self._past[1 - MOST_UNDONE :], before]
            self._future = []

    def give_up(self) -> None:
        """Go back to where the change began."""
        if self._before is not None:
            self.drawing, self._before = self._before, None

    def change(self, drawing: Drawing) -> None:
        """Make one change at once."""
        self.begin()
        self.drawing = drawing
        self.end()

    def begin_stroke(self, at: Point, radius: float, *, erases: bool) -> None:
        """Put the brush down; places and radius are in pixels of the canvas."""
        self.begin()
        self._last = self._middle = at
        self._radius, self._erases = radius, erases
        self._draw([at, at])

    def stroke_to(self, at: Point) -> None:
        """Go on with a stroke."""
        middle = ((self._last[0] + at[0]) / 2, (self._last[1] + at[1]) / 2)
        step = max(self._radius / 2, 2.0)
        self._draw([self._middle, *curve_points(self._middle, self._last, middle, step)])
        self._last, self._middle = at, middle

    def end_stroke(self) -> None:
        """Lift the brush, where the last point was."""
        self._draw([self._middle, self._last])
        self.end()

    def clear(self) -> None:
        """Take all ink away; can be undone."""
        if not self.drawing.is_empty:
            self.change(self.drawing.with_ink(Drawing().ink))

    def undo(self) -> None:
        """Go back by one change."""
        self.end()
        if self._past:
            self._future.append(self.drawing)
            self.drawing = self._past.pop()

    def redo(self) -> None:
        """Do again what was undone last."""
        self.end()
        if self._future:
            self._past.append(self.drawing)
            self.drawing = self._future.pop()

    def _draw(self, points: list[Point]) -> None:
        ink = self.drawing.ink.copy()
        ink.flags.writeable = True
        for start, end in itertools.pairwise(points):
            draw_line(ink, start, end, self._radius, erases=self._erases)
        self.drawing = self.drawing.with_ink(ink)


def inside(at: Point) -> Point:
    """Give the nearest place on the canvas."""
    return min(max(at[0], 0.0), float(CANVAS)), min(max(at[1], 0.0), float(CANVAS))
