"""Which part of the vector is in sight, and which component is pointed at."""

from __future__ import annotations

import math

from gdviz.analysis.parameter_strip import moved, zoomed

ZOOM = 0.5
"""Width after one press of +, as a share of the width before."""


class Stretch:
    """A window on a vector of `size` components; at least one is in sight."""

    def __init__(self, size: int = 1) -> None:
        self.size = size
        self.start, self.stop = 0.0, float(size)
        self.pointed: int | None = None

    @property
    def width(self) -> float:
        """How many components are in sight."""
        return self.stop - self.start

    def resize(self, size: int) -> None:
        """Take a vector of another length, all of it in sight; the same length changes nothing."""
        if size != self.size:
            self.size, self.pointed = size, None
            self.show_all()

    def show(self, start: float, stop: float) -> None:
        """Bring a part into sight."""
        self.start, self.stop = zoomed(start, stop, self.size, 1.0, (start + stop) / 2)

    def show_all(self) -> None:
        """Bring everything into sight."""
        self.start, self.stop = 0.0, float(self.size)

    def zoom(self, factor: float, about: float | None = None) -> None:
        """Narrow or widen; the pointed-at component, else the middle, stays in its place."""
        if about is None:
            about = (self.start + self.stop) / 2
            if self.pointed is not None and self.start <= self.pointed < self.stop:
                about = self.pointed + 0.5
        self.start, self.stop = zoomed(self.start, self.stop, self.size, factor, about)

    def move(self, by: float) -> None:
        """Move along the vector by so many components."""
        self.start, self.stop = moved(self.start, self.stop, self.size, by)

    def point_at(self, index: int | None) -> None:
        """Point at a component, and bring it into sight."""
        if index is not None:
            index = min(max(index, 0), self.size - 1)
            if not self.start <= index + 0.5 <= self.stop:
                self.move(index + 0.5 - (self.start + self.stop) / 2)
        self.pointed = index

    def walked(self, columns: int, n_columns: int) -> int:
        """Give the component so many columns of pixels further, at least one component away."""
        stride = max(math.ceil(self.width / max(n_columns, 1)), 1)
        at = self.pointed
        if at is None:
            at = math.floor((self.start + self.stop) / 2)
        return min(max(at + columns * stride, 0), self.size - 1)
