"""The cost surface as background work: chooses the plane, computes the slice, can be stopped.

Everything it needs is captured in a `SurfaceRequest`, so that nothing is shared with the
training that goes on meanwhile.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.cost_surface import CostSurface, Plane, begin_slice, compute_surface
from gdviz.analysis.frames import frame_coordinates
from gdviz.analysis.plane import Descent, descent_of
from gdviz.analysis.surface_picture import SurfacePicture, picture_of
from gdviz.data.dataset import Dataset, Split
from gdviz.engine import example_results, mean_gradient
from gdviz.engine.gaps import wait_for_gap
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.runtime.commands import SurfaceSettings
from gdviz.runtime.executors import Executor
from gdviz.runtime.other_ways import (
    NEAR_POINTS,
    Parted,
    branch_ways,
    last_parted,
    near_points,
    spread,
)
from gdviz.runtime.plane_choice import choose_plane, thinned
from gdviz.training.config import TrainingConfig

LARGE = 6_000_000
"""Points times images from which a slice takes long enough to be shown in parts."""
LEAST_POINTS = 5
"""Steps along each side of a grid that is worth showing."""


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
    recent : tuple of ndarray (P,)
        After each of its last steps, if the kind of plane needs them.
    previous : SurfacePicture or None
        What was shown before, for continuity, and to be held.
    previous_settings : SurfaceSettings or None
        What that one was computed for.
    is_same_terrain : bool
        That one shows the cost as it is computed now: network and cost were not changed since.
    others : tuple of (int, tuple of ndarray (P,))
        Other branches, and where each has been since it parted, oldest first; the rest of its
        own way if the past is looked at.
    """

    config: TrainingConfig
    settings: SurfaceSettings
    parameters: Parameters
    step: int
    path_steps: npt.NDArray[np.int64]
    path: tuple[FloatArray, ...]
    recent: tuple[FloatArray, ...]
    previous: SurfacePicture | None
    previous_settings: SurfaceSettings | None
    is_same_terrain: bool = True
    others: tuple[tuple[int, tuple[FloatArray, ...]], ...] = ()


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def compute(
    request: SurfaceRequest,
    dataset: Dataset,
    job: BackgroundJob[SurfacePicture],
    cores: Executor,
) -> SurfacePicture:
    """Compute a surface and prepare its picture; runs on a background thread, between frames.

    Parameters
    ----------
    request : SurfaceRequest
    dataset : Dataset
    job : BackgroundJob
    cores : Executor
        Of threads, for slices that take long; not the one that this work itself runs on.

    Raises
    ------
    Cancelled
        If the job was told to stop.
    """
    wait_for_gap()
    examples = dataset.train.first(request.settings.n_examples or len(dataset.train))
    plane, why_not = _held_plane(request), ""
    kept = _kept_terrain(request) if plane is not None else None
    if kept is not None:
        surface = kept
    else:
        if plane is None:
            plane, why_not = _chosen_plane(request, examples, job)
        wait_for_gap()
        surface = _slice(request, plane, examples, job, cores)
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
        trail_steps=_steps(surface.plane, request),
        step=request.step,
        true_cost=float(costs.mean()),
        # One example alone does not tell how far such costs scatter.
        true_error=float(costs.std(ddof=1) / np.sqrt(len(costs))) if len(costs) > 1 else np.nan,
    )
    wait_for_gap()
    return dataclasses.replace(
        picture_of(surface, request.previous),
        descent=_descent(request, surface.plane, examples),
        why_not=why_not,
        ways=branch_ways(request.others, surface.plane),
    )


def _chosen_plane(
    request: SurfaceRequest, examples: Split, job: BackgroundJob[SurfacePicture]
) -> tuple[Plane, str]:
    previous = request.previous.surface.plane if request.previous else None
    fork = _fork(request)
    recent = np.stack(request.recent or (request.parameters.vector,))
    path = _thinned_path(request)
    return choose_plane(
        request.config,
        request.settings,
        request.parameters,
        request.step,
        path,
        recent,
        examples,
        previous,
        should_stop=job.should_stop,
        other_paths=near_points(request.others, path),
        fork=None if fork is None else (fork.way[0], fork.way[-1]),
    )


def _thinned_path(request: SurfaceRequest) -> FloatArray:
    ends_there = bool(len(request.path)) and bool(request.path_steps[-1] == request.step)
    return thinned(request.path, request.parameters.vector, ends_there=ends_there)


def _fork(request: SurfaceRequest) -> Parted | None:
    """Give where the branch that parted last did, if the plane is to show it."""
    if request.settings.kind != "fork":
        return None
    return last_parted(request.others, (*request.path, request.parameters.vector))


def _descent(request: SurfaceRequest, plane: Plane, examples: Split) -> Descent | None:
    """Give where −∇C points on the plane, on the same examples; None where it has no direction."""
    config = request.config
    gradient = mean_gradient(
        config.architecture, request.parameters, examples.images, examples.labels, config.cost
    )
    slope = gradient.vector.astype(np.float64)
    return descent_of(plane, -slope) if np.isfinite(slope).all() and slope.any() else None


def _held_plane(request: SurfaceRequest) -> Plane | None:
    """Give the plane that is to be kept, or None if one is to be chosen.

    Another size of the picture or number of points is no reason to let go of a plane. One that
    only stood in for the kind that is wanted is not held.
    """
    settings, before = request.settings, request.previous_settings
    if settings.follow or before is None or request.previous is None:
        return None
    plane = request.previous.surface.plane
    same = _lays(before) == _lays(settings)
    return plane if same and plane.kind == settings.kind else None


def _lays(settings: SurfaceSettings) -> tuple[object, ...]:
    """Give of settings what says which plane is laid."""
    drawn = settings.draw, settings.normalize
    return settings.kind, drawn, settings.weights, settings.other


def _kept_terrain(request: SurfaceRequest) -> CostSurface | None:
    """Give the slice of the held plane if it is still right: only the ball moved, inside it."""
    before, previous = request.previous_settings, request.previous
    if before is None or previous is None or not request.is_same_terrain:
        return None
    settings = request.settings
    same = dataclasses.replace(before, follow=False, extras=settings.extras, race=settings.race)
    unchanged = same == settings
    surface = previous.surface
    right = unchanged and surface.is_complete and _shows(surface, request.parameters.vector)
    return surface if right else None


def _shows(surface: CostSurface, vector: FloatArray) -> bool:
    u, v = surface.plane.project(vector)
    inside_u = surface.u[0] <= u <= surface.u[-1]
    return bool(inside_u and surface.v[0] <= v <= surface.v[-1])


def _slice(
    request: SurfaceRequest,
    plane: Plane,
    examples: Split,
    job: BackgroundJob[SurfacePicture],
    cores: Executor,
) -> CostSurface:
    """Compute the slice; a large one on all cores, and told grid by grid, the coarsest first."""
    settings = request.settings
    seen = request.parameters.vector[None]
    if plane.kind == "principal":
        seen = _thinned_path(request)
        others = near_points(request.others, seen)
        seen = seen if others is None else np.concatenate([others, seen])
    elif plane.kind == "steps" and request.recent:
        seen = np.stack(request.recent)
    elif (fork := _fork(request) if plane.kind == "fork" else None) is not None:
        seen = np.stack([*spread(fork.own, NEAR_POINTS), *spread(fork.way, NEAR_POINTS)])
    u, v = frame_coordinates(plane, seen, settings.resolution, settings.resolution, settings.aspect)
    config = request.config
    is_large = u.size * v.size * len(examples) > LARGE
    task = begin_slice(
        config.architecture,
        plane,
        u,
        v,
        examples.images,
        examples.labels,
        config.cost,
        order="coarse_first" if is_large else "rows",
    )
    sides = u.size - 1, v.size - 1
    coarser = [
        stride
        for stride in (8, 4, 2)
        if is_large and not any(side % stride or side < stride * LEAST_POINTS for side in sides)
    ]

    ways = branch_ways(request.others, plane) if coarser else ()

    def tell(share: float) -> None:
        job.progress = share
        while coarser and not job.cancelled:
            part = _every(task.surface(), coarser[0])
            if part is None:
                return
            coarser.pop(0)
            part = dataclasses.replace(
                part,
                trail=_trail(plane, request),
                step=request.step,
                trail_steps=_steps(plane, request),
            )
            job.tell(dataclasses.replace(picture_of(part), ways=ways))

    surface = compute_surface(
        task, cores if is_large else None, should_stop=job.should_stop, on_progress=tell
    )
    if job.cancelled:
        raise Cancelled
    return surface


def _every(surface: CostSurface, stride: int) -> CostSurface | None:
    """Give every so many points of a slice, or None if not all of these are known."""
    grid = slice(None, None, stride)
    cost = surface.cost[grid, grid]
    if not np.isfinite(cost).all():
        return None
    return dataclasses.replace(
        surface,
        u=surface.u[grid],
        v=surface.v[grid],
        cost=cost,
        standard_error=surface.standard_error[grid, grid],
    )


def _steps(plane: Plane, request: SurfaceRequest) -> npt.NDArray[np.int64]:
    if plane.kind == "steps" and request.recent:
        return np.arange(request.step - len(request.recent) + 1, request.step + 1)
    return np.append(request.path_steps, request.step)


def _trail(plane: Plane, request: SurfaceRequest) -> npt.NDArray[np.float64]:
    """Project the whole path."""
    vectors = [*request.path, request.parameters.vector]
    if plane.kind == "steps" and request.recent:
        # So near, lines between points that are many steps apart would show ways nobody went.
        vectors = list(request.recent)
    trail = plane.project_path(vectors)
    trail.flags.writeable = False
    return trail
