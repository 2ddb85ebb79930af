"""The cost surface as background work: chooses the plane, computes the slice, can be stopped.

Everything it needs is captured in a `SurfaceRequest`, so that nothing is shared with the
training that goes on meanwhile.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.cost_surface import CostSurface, Plane, begin_slice
from gdviz.analysis.directions import (
    frame_coordinates,
    gradient_plane,
    principal_plane,
    random_plane,
)
from gdviz.analysis.surface_picture import SurfacePicture, picture_of
from gdviz.data.dataset import Dataset, Split
from gdviz.engine import example_results, mean_gradient
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.runtime.commands import SurfaceSettings
from gdviz.training.config import TrainingConfig

PATH_POINTS = 96
"""Most points of the path that enter its principal directions: their Gram matrix is small."""


@dataclass(frozen=True, eq=False, slots=True)
class SurfaceRequest:
    """All that a surface is computed from; arrays are read-only.

    Parameters
    ----------
    config : TrainingConfig
    settings : SurfaceSettings
    parameters : Parameters
        Where the ball is.
    step : int
    path_steps : ndarray of shape (n,)
    path : tuple of ndarray (P,)
        Where it has been, oldest first.
    previous : SurfacePicture or None
        What was shown before, for continuity, and to be held.
    previous_settings : SurfaceSettings or None
        What that one was computed for.
    is_same_terrain : bool
        That one shows the cost as it is computed now: network and cost were not changed since.
    """

    config: TrainingConfig
    settings: SurfaceSettings
    parameters: Parameters
    step: int
    path_steps: npt.NDArray[np.int64]
    path: tuple[FloatArray, ...]
    previous: SurfacePicture | None
    previous_settings: SurfaceSettings | None
    is_same_terrain: bool = True


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def compute(
    request: SurfaceRequest, dataset: Dataset, job: BackgroundJob[SurfacePicture]
) -> SurfacePicture:
    """Compute a surface and prepare its picture; runs on a background thread.

    Raises
    ------
    Cancelled
        If the job was told to stop.
    """
    examples = dataset.train.first(request.settings.n_examples)
    plane = _held_plane(request)
    kept = _kept_terrain(request) if plane is not None else None
    if kept is not None:
        surface = kept
    else:
        surface = _slice(request, plane or choose_plane(request, examples), examples, job)
    costs, _ = example_results(
        request.config.architecture,
        request.parameters,
        examples.images,
        examples.labels,
        request.config.cost,
    )
    surface = dataclasses.replace(
        surface,
        trail=_trail(surface.plane, request),
        trail_steps=np.append(request.path_steps, request.step),
        step=request.step,
        true_cost=float(costs.mean()),
        # One example alone does not tell how far such costs scatter.
        true_error=float(costs.std(ddof=1) / np.sqrt(len(costs))) if len(costs) > 1 else np.nan,
    )
    return picture_of(surface, request.previous)


def choose_plane(request: SurfaceRequest, examples: Split) -> Plane:
    """Lay a plane through the ball as the settings say.

    Principal directions need a path that spans a plane; until there is one, the steepest
    descent and a random direction stand in, and the plane's `kind` says so.
    """
    settings, parameters, step = request.settings, request.parameters, request.step
    generator = np.random.default_rng([settings.draw, 2])
    if settings.kind == "random" and parameters.vector.any():
        return random_plane(parameters, generator, step)
    if settings.kind == "principal":
        previous = request.previous.surface.plane if request.previous else None
        if previous is not None and previous.kind != "principal":
            previous = None
        try:
            return principal_plane(_thinned_path(request), step, previous)
        except ValueError:
            pass  # No path yet, or a straight one.
    config = request.config
    gradient = mean_gradient(
        config.architecture, parameters, examples.images, examples.labels, config.cost
    )
    if not gradient.vector.any():
        return random_plane(parameters, generator, step, "none")
    return gradient_plane(parameters, gradient, generator, step)


def _thinned_path(request: SurfaceRequest) -> FloatArray:
    stride = -(-len(request.path) // PATH_POINTS)
    points = [*request.path[::stride], request.parameters.vector]
    if len(request.path) and request.path_steps[-1] == request.step and stride == 1:
        points.pop()
    return np.stack(points)


def _held_plane(request: SurfaceRequest) -> Plane | None:
    """Give the plane that is to be kept, or None if one is to be chosen.

    Another size of the picture or number of points is no reason to let go of a plane. One that
    only stood in for the kind that is wanted is not held.
    """
    settings, before = request.settings, request.previous_settings
    if settings.follow or before is None or request.previous is None:
        return None
    plane = request.previous.surface.plane
    same = (before.kind, before.draw) == (settings.kind, settings.draw)
    return plane if same and plane.kind == settings.kind else None


def _kept_terrain(request: SurfaceRequest) -> CostSurface | None:
    """Give the slice of the held plane if it is still right: only the ball moved, inside it."""
    before, previous = request.previous_settings, request.previous
    if before is None or previous is None or not request.is_same_terrain:
        return None
    unchanged = dataclasses.replace(before, follow=False) == request.settings
    surface = previous.surface
    right = unchanged and surface.is_complete and _shows(surface, request.parameters.vector)
    return surface if right else None


def _shows(surface: CostSurface, vector: FloatArray) -> bool:
    u, v = surface.plane.project(vector)
    inside_u = surface.u[0] <= u <= surface.u[-1]
    return bool(inside_u and surface.v[0] <= v <= surface.v[-1])


def _slice(
    request: SurfaceRequest, plane: Plane, examples: Split, job: BackgroundJob[SurfacePicture]
) -> CostSurface:
    settings = request.settings
    seen = _thinned_path(request) if plane.kind == "principal" else request.parameters.vector[None]
    u, v = frame_coordinates(plane, seen, settings.resolution, settings.resolution, settings.aspect)
    config = request.config
    task = begin_slice(
        config.architecture, plane, u, v, examples.images, examples.labels, config.cost
    )
    size = task.points_per_chunk
    for start in range(0, task.n_points, size):
        stop = min(start + size, task.n_points)
        if job.cancelled or not task.compute(start, stop, lambda: job.cancelled):
            raise Cancelled
        job.progress = stop / task.n_points
    return task.surface()


def _trail(plane: Plane, request: SurfaceRequest) -> npt.NDArray[np.float64]:
    """Project the whole path, a few points at a time: each is as long as the parameters."""
    vectors = [*request.path, request.parameters.vector]
    pieces = [
        plane.project_path(np.stack(vectors[start : start + 32]))
        for start in range(0, len(vectors), 32)
    ]
    trail = np.concatenate(pieces)
    trail.flags.writeable = False
    return trail
