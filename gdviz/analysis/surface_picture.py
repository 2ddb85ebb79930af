"""What is drawn of a cost surface: a finer grid, contour lines and where their numbers stand.

Tracing contours takes tens of milliseconds, which the GUI thread does not have: it is done
where the surface is computed. Both scales are prepared, since the choice is the viewer's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.contour_labels import ContourLabel, place_labels
from gdviz.analysis.contours import contour_levels, contour_lines, refine
from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.plane import Descent
from gdviz.engine.gaps import wait_for_gap

REFINEMENT = 4
"""The drawn grid is so many times finer, else contours have corners and colours have steps."""
N_LEVELS = 10
LABEL_SPACING = 0.07
"""Distance between two labels, and of labels from the trail, as a share of the width."""
AVOIDED_POINTS = 80

Line = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Contours:
    """Contour lines on one scale.

    Parameters
    ----------
    lines : tuple of (level, lines)
        Each line has shape (n, 2), in u and v.
    labels : tuple of ContourLabel
    """

    lines: tuple[tuple[float, tuple[Line, ...]], ...]
    labels: tuple[ContourLabel, ...]


@dataclass(frozen=True, eq=False, slots=True)
class BranchWay:
    """Where a branch that is not trained has gone since it parted, on the plane of a slice.

    Parameters
    ----------
    branch : int
    points : ndarray of shape (n, 2)
        Coordinates u and v, oldest first; the last is its newest state.
    off_plane : float
        Of that, |θ − plane| / |θ|.
    """

    branch: int
    points: npt.NDArray[np.float64]
    off_plane: float


@dataclass(frozen=True, eq=False, slots=True)
class SurfacePicture:
    """A surface with everything that takes long to draw.

    Parameters
    ----------
    surface : CostSurface
    fine : ndarray of shape (m_v, m_u)
        The costs on a finer grid of the same extent: a spline through the computed ones.
    linear : Contours
        At levels of equal distance.
    logarithmic : Contours or None
        At levels of equal ratio; None if a cost is 0.
    descent : Descent or None
        Where −∇C of the ball points on the plane.
    why_not : str
        Why the plane is not of the kind that was chosen; empty if it is.
    ways : tuple of BranchWay
        Of the other branches of the run.
    """

    surface: CostSurface
    fine: npt.NDArray[np.float64]
    linear: Contours
    logarithmic: Contours | None
    descent: Descent | None = None
    why_not: str = ""
    ways: tuple[BranchWay, ...] = ()

    def contours(self, *, logarithmic: bool) -> Contours:
        """Give the contours on one scale; linear ones where a logarithm is impossible."""
        return self.logarithmic if logarithmic and self.logarithmic is not None else self.linear


def picture_of(surface: CostSurface, before: SurfacePicture | None = None) -> SurfacePicture:
    """Prepare a surface for drawing; any thread may call.

    Parameters
    ----------
    surface : CostSurface
    before : SurfacePicture, optional
        Reused if it shows the same costs: only the ball has moved.

    Returns
    -------
    SurfacePicture
    """
    if before is not None and before.surface.cost is surface.cost:
        return SurfacePicture(surface, before.fine, before.linear, before.logarithmic)
    fine = refine(surface.cost, REFINEMENT)
    linear = _contours(surface, fine, logarithmic=False)
    known = surface.cost[np.isfinite(surface.cost)]
    positive = bool(known.size) and float(known.min()) > 0
    return SurfacePicture(
        surface, fine, linear, _contours(surface, fine, logarithmic=True) if positive else None
    )


def _contours(
    surface: CostSurface, fine: npt.NDArray[np.float64], *, logarithmic: bool
) -> Contours:
    wait_for_gap()
    known = surface.cost[np.isfinite(surface.cost)]
    if known.size < surface.cost.size / 2 or not known.max() > known.min():
        return Contours((), ())
    levels = contour_levels(
        float(known.min()), float(known.max()), N_LEVELS, logarithmic=logarithmic
    )
    u = np.linspace(surface.u[0], surface.u[-1], fine.shape[1])
    v = np.linspace(surface.v[0], surface.v[-1], fine.shape[0])
    lines = tuple((level, tuple(found)) for level, found in contour_lines(u, v, fine, levels))
    row, column = np.unravel_index(int(np.nanargmin(fine)), fine.shape)
    labels = place_labels(
        contour_lines(u[::2], v[::2], fine[::2, ::2], levels),
        (float(u[column]), float(v[row])),
        surface.trail[:: max(len(surface.trail) // AVOIDED_POINTS, 1)],
        LABEL_SPACING * float(surface.u[-1] - surface.u[0]),
    )
    return Contours(lines, tuple(labels))
