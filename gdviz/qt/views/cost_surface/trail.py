"""The true path, projected on the plane that is shown, kept up to date between two slices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.analysis.cost_surface import CostSurface
from gdviz.nn.parameters import FloatArray

MAXIMUM_RECENT = 96
"""Vectors kept since the newest slice; of 13,002 parameters, 5 MB."""
MAXIMUM_DOTS = 12
"""Dots on the trail; with one more, the number of steps between them doubles."""

Points = npt.NDArray[np.float64]


class LiveTrail:
    """The path of the slice and, after it, the vectors seen since.

    The vectors are kept, not their projections: another slice has another plane, and the
    path must be projected anew. A few vectors of the whole run are kept too, at even
    distances in steps: the dots.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self.surface: CostSurface | None = None
        self._recent: list[tuple[int, FloatArray]] = []
        self._dots: list[tuple[int, FloatArray]] = []
        self.dot_spacing = 1
        self.live: Points = np.empty((0, 2))
        self.dots: Points = np.empty((0, 2))
        self.off_plane = 0.0

    @property
    def begins_at_start(self) -> bool:
        """Whether the first dot is step 0 of the run."""
        return bool(self._dots) and self._dots[0][0] == 0

    def adopt(self, surface: CostSurface) -> None:
        """Go over to another slice: what came after its path is projected on its plane."""
        self.surface = surface
        self.dots = _projected(surface, self._dots)
        self.live = _projected(surface, self._recent)
        if len(surface.trail) and len(self.live):
            # The slice's own path ends where it was asked for; what is older is in it.
            away = np.linalg.norm(self.live - surface.trail[-1], axis=1)
            nearest = len(away) - 1 - int(np.argmin(away[::-1]))
            self._recent = self._recent[nearest:]
            self.live = self.live[nearest:]
        if self._recent:
            self.off_plane = surface.plane.off_plane(self._recent[-1][1])

    def see(self, step: int, vector: FloatArray) -> None:
        """Take the newest parameters; what a step back made void is dropped."""
        while self._recent and self._recent[-1][0] >= step:
            self._recent.pop()
        if self.surface is not None and step < self.surface.step:
            # It is on the slice's own path: a line from there would be a chord.
            self._recent = []
        self._recent.append((step, vector))
        if self._see_dot(step, vector) and self.surface is not None:
            self.dots = _projected(self.surface, self._dots)
        if self.surface is None:
            self._recent = self._recent[-MAXIMUM_RECENT:]
            return
        point = np.array([self.surface.plane.project(vector)])
        self.live = np.concatenate([self.live[: len(self._recent) - 1], point])
        self.off_plane = self.surface.plane.off_plane(vector)
        if len(self._recent) > MAXIMUM_RECENT:
            self._thin()

    def _see_dot(self, step: int, vector: FloatArray) -> bool:
        """Keep a vector if it is the first after a multiple of the spacing."""
        before = len(self._dots)
        while self._dots and self._dots[-1][0] > step:
            self._dots.pop()
        last = self._dots[-1][0] if self._dots else -self.dot_spacing
        if step // self.dot_spacing > last // self.dot_spacing:
            self._dots.append((step, vector))
        while len(self._dots) > MAXIMUM_DOTS:
            self.dot_spacing = _next_round(self.dot_spacing)
            kept: list[tuple[int, FloatArray]] = []
            for entry in self._dots:
                if not kept or entry[0] // self.dot_spacing > kept[-1][0] // self.dot_spacing:
                    kept.append(entry)
            self._dots = kept
        return len(self._dots) != before or (bool(self._dots) and self._dots[-1][0] == step)

    def _thin(self) -> None:
        # Every other one goes, never the newest.
        self._recent = self._recent[(len(self._recent) + 1) % 2 :: 2]
        assert self.surface is not None
        self.live = _projected(self.surface, self._recent)


def _next_round(spacing: int) -> int:
    """Give the number after 1, 2, 5, 10, 20, 50 ..."""
    leading = int(str(spacing)[0])
    return spacing * 5 // 2 if leading == 2 else spacing * 2


def _projected(surface: CostSurface, entries: list[tuple[int, FloatArray]]) -> Points:
    if not entries:
        return np.empty((0, 2))
    return surface.plane.project_path(np.stack([vector for _, vector in entries]))
