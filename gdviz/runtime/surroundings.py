"""What is known of the ground under the ball besides its map, as a value for the window."""

from __future__ import annotations

from dataclasses import dataclass

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.curvature import Curvature
from gdviz.analysis.line_slice import LineSlice
from gdviz.analysis.stability import Stability
from gdviz.runtime.race import RacePath


@dataclass(frozen=True, eq=False, slots=True)
class Surroundings:
    """What is known, each as of its own step.

    Parameters
    ----------
    curvature : Curvature or None
    stability : Stability or None
        Its largest value against the learning rate now.
    lines : tuple of LineSlice
    lines_step : int
        Step at which they were cut.
    random_planes : tuple of CostSurface
    race : tuple of RacePath
        Of the race that was asked for last.
    race_progress : float or None
        0 to 1 while it is under way.
    problems : tuple of (str, str)
        Of each kind of work that failed last, why.
    """

    curvature: Curvature | None = None
    stability: Stability | None = None
    lines: tuple[LineSlice, ...] = ()
    lines_step: int = 0
    random_planes: tuple[CostSurface, ...] = ()
    race: tuple[RacePath, ...] = ()
    race_progress: float | None = None
    problems: tuple[tuple[str, str], ...] = ()


NO_SURROUNDINGS = Surroundings()
"""Before anything is known."""
