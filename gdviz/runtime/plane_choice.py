"""Lays the plane of a cost surface as its settings say, or one that stands in for it.

Runs on a background thread.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdviz.analysis.cost_curvature import cost_curvature
from gdviz.analysis.directions import DIRECTIONS, Need, Situation
from gdviz.analysis.plane import Plane
from gdviz.data.dataset import Split
from gdviz.engine import mean_gradient
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.runtime.commands import SurfaceSettings
from gdviz.training.config import TrainingConfig

PATH_POINTS = 96
"""Most points of the path that enter its principal directions: their Gram matrix is small."""


def choose_plane(
    config: TrainingConfig,
    settings: SurfaceSettings,
    parameters: Parameters,
    step: int,
    path: FloatArray,
    recent: FloatArray,
    examples: Split,
    previous: Plane | None,
    *,
    should_stop: Callable[[], bool],
    other_paths: FloatArray | None = None,
    fork: tuple[FloatArray, FloatArray] | None = None,
) -> tuple[Plane, str]:
    """Lay a plane through the ball.

    Parameters
    ----------
    config : TrainingConfig
    settings : SurfaceSettings
    parameters : Parameters
        Where the ball is.
    step : int
    path : ndarray of shape (n, P)
        Some points of its whole path, oldest first, ending where it is.
    recent : ndarray of shape (m, P)
        After each of its last steps, ending where it is.
    examples : Split
        On which the cost is computed.
    previous : Plane or None
        Shown before.
    should_stop : callable
        Asked while directions of curvature are searched for.
    other_paths : ndarray of shape (k, P), optional
        Some points of the ways of other branches.
    fork : pair of ndarray of shape (P,), optional
        Where another branch parted from the path, and where that one ends.

    Returns
    -------
    plane : Plane
    why_not : str
        Empty, or why the kind that was chosen is not shown: then the plane is along the steepest
        descent and a random direction, and its `kind` says so.
    """
    known = DIRECTIONS[settings.kind]
    wanted = known.needs | known.uses

    def slope(vector: FloatArray) -> Parameters:
        at = Parameters(np.asarray(vector, np.float32), parameters.layout)
        return mean_gradient(config.architecture, at, examples.images, examples.labels, config.cost)

    def sharpest() -> FloatArray | None:
        found = cost_curvature(
            config.architecture,
            parameters,
            examples.images,
            examples.labels,
            config.cost,
            plane_generator(settings.draw),
            step=step,
            should_stop=should_stop,
        )
        return None if found is None else found.vectors

    def situation(needs: frozenset[Need]) -> Situation:
        before = recent[-2] if "previous_gradient" in needs and len(recent) > 1 else None
        return Situation(
            parameters,
            step,
            plane_generator(settings.draw),
            settings.normalize if parameters.vector.any() else "none",
            recent if settings.kind == "steps" else path,
            slope(parameters.vector) if "gradient" in needs else None,
            slope(before) if before is not None else None,
            sharpest() if "curvature" in needs else None,
            weights=settings.weights,
            other=settings.other.vector if settings.other else None,
            other_title=settings.other.title if settings.other else "",
            previous=previous,
            other_paths=other_paths,
            fork=fork,
        )

    why_not = ""
    try:
        return known.lay(situation(wanted)), ""
    except ValueError as error:
        why_not = str(error)
    try:
        return DIRECTIONS["gradient"].lay(situation(frozenset({"gradient"}))), why_not
    except ValueError:
        # No slope at all, as where every neuron is saturated.
        return DIRECTIONS["random"].lay(situation(frozenset())), why_not


def plane_generator(draw: int) -> np.random.Generator:
    """Give the generator of a draw of random directions: the same draw, the same directions."""
    return np.random.default_rng([draw, 2])


def thinned(path: tuple[FloatArray, ...], last: FloatArray, *, ends_there: bool) -> FloatArray:
    """Give at most about `PATH_POINTS` points of a path, evenly spaced, and where it is now.

    Parameters
    ----------
    path : tuple of ndarray of shape (P,)
        Oldest first.
    last : ndarray of shape (P,)
    ends_there : bool
        Whether the path's own end is `last`.
    """
    stride = -(-len(path) // PATH_POINTS)
    points = [*path[::stride], last]
    if len(path) and ends_there and stride == 1:
        points.pop()
    return np.stack(points)
