"""Hands what the worker found besides the map to the widgets that show it, when it is new."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.stability import stability_words
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.views.cost_surface.curvature_gauge import CurvatureGauge, CurvatureReading
from gdviz.qt.views.cost_surface.faces import Faces
from gdviz.qt.views.cost_surface.multiples import SmallMultiples
from gdviz.qt.views.cost_surface.thumbnail import SurfaceThumbnail
from gdviz.runtime.surroundings import NO_SURROUNDINGS, Surroundings


class ShownSurroundings:
    """Remembers what is shown, since to show it takes milliseconds.

    Parameters
    ----------
    gauge : CurvatureGauge
    faces : Faces
    planes : SmallMultiples
    """

    def __init__(self, gauge: CurvatureGauge, faces: Faces, planes: SmallMultiples) -> None:
        self._gauge, self._lines, self._planes = gauge, faces.lines, planes
        self._faces = faces
        self._shown = NO_SURROUNDINGS

    def show(self, found: Surroundings) -> None:
        """Show what is new."""
        before, self._shown = self._shown, found
        if found.stability != before.stability or found.curvature is not before.curvature:
            self._gauge.show_reading(reading_of(found))
        if found.lines is not before.lines:
            self._lines.show_lines(found.lines, found.lines_step)
        if found.problems != before.problems:
            problems = dict(found.problems)
            self._lines.show_problem(problems.get("lines", ""))
            self._gauge.show_problem(problems.get("curvature", ""))
        if found.race is not before.race:
            self._faces.map.show_race(found.race)
        if found.race_progress != before.race_progress:
            share = found.race_progress
            self._faces.tell("" if share is None else f"Racing optimizers: {100 * share:.0f} %")
        if found.random_planes is not before.random_planes:
            limits = ColorRange(locked=False)
            if found.random_planes:
                costs = [surface.cost.ravel() for surface in found.random_planes]
                limits.include(np.concatenate(costs), found.random_planes[0].true_cost)
            thumbnails = [
                thumbnail_of(surface, f"random plane {k + 1}")
                for k, surface in enumerate(found.random_planes)
            ]
            self._planes.show_thumbnails(thumbnails, limits)

    def forget(self) -> None:
        """Another run begins."""
        self._lines.range.forget()
        self.show(NO_SURROUNDINGS)


def reading_of(found: Surroundings) -> CurvatureReading | None:
    """Give what the gauge shows; None before it is known."""
    if found.curvature is None or found.stability is None:
        return None
    words = stability_words(found.stability)
    return CurvatureReading(found.stability, found.curvature.n_examples, words)


def thumbnail_of(surface: CostSurface, title: str) -> SurfaceThumbnail:
    """Give a small map of a slice: where ball and path are, as shares of its sides."""
    low = np.array([surface.u[0], surface.v[0]])
    size = np.array([surface.u[-1], surface.v[-1]]) - low
    path = (np.asarray(surface.trail) - low) / size
    x, y = path[-1].tolist()
    return SurfaceThumbnail(surface.cost, title, (x, y), path)
