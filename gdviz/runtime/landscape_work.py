"""What is computed about the ground under the ball besides its map; runs on a background thread.

Everything needed is captured in a `Site`: nothing is shared with the training that goes on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gdviz.analysis.cost_curvature import cost_curvature
from gdviz.analysis.cost_surface import CostSurface, begin_slice, compute_surface
from gdviz.analysis.curvature import Curvature
from gdviz.analysis.frames import frame_coordinates
from gdviz.analysis.line_slice import LineSlice, line_slices
from gdviz.analysis.lines import Line, descent_line, extreme_weights, weight_line
from gdviz.analysis.planes import random_plane
from gdviz.data.dataset import Dataset, Split
from gdviz.engine import mean_gradient
from gdviz.engine.engine import EngineName
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.runtime.commands import SurfaceSettings
from gdviz.runtime.plane_choice import plane_generator
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState
from gdviz.training.trainer import Trainer

CURVATURE_EXAMPLES = 1000
DRAWS = 6
DRAW_POINTS = 21
DRAW_EXAMPLES = 300
_START_STREAM = 4


@dataclass(frozen=True, eq=False, slots=True)
class Site:
    """Where the network stands, and what its cost is computed on.

    Parameters
    ----------
    config : TrainingConfig
    settings : SurfaceSettings
    state : TrainingState
        Complete, so that the next step can be taken on a copy.
    learning_rate : float
        η of the next step.
    engine : str
        What takes it.
    dataset : Dataset
        Its training images are those that are trained on, in `config.n_examples` too.
    path : tuple of ndarray (P,)
        Where it has been, oldest first.
    known : Curvature or None
        The newest curvature of this run, from which the search begins.
    """

    config: TrainingConfig
    settings: SurfaceSettings
    state: TrainingState
    learning_rate: float
    engine: EngineName
    dataset: Dataset
    path: tuple[FloatArray, ...]
    known: Curvature | None = None

    @property
    def parameters(self) -> Parameters:
        """θ."""
        return self.state.parameters

    def examples(self, count: int) -> Split:
        """Give the first training images, at most so many; 0 for all."""
        train = self.dataset.train
        return train.first(min(count, len(train)) or len(train))


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def find_curvature(site: Site, job: BackgroundJob[Curvature]) -> Curvature:
    """Find the two largest curvatures of the cost.

    Raises
    ------
    Cancelled
        If the job was told to stop.
    ValueError
        If the network has diverged.
    """
    examples = site.examples(CURVATURE_EXAMPLES)
    found = cost_curvature(
        site.config.architecture,
        site.parameters,
        examples.images,
        examples.labels,
        site.config.cost,
        np.random.default_rng([site.settings.draw, _START_STREAM]),
        previous=site.known,
        step=site.state.step,
        should_stop=job.should_stop,
    )
    if found is None:
        raise Cancelled
    return found


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def cut_lines(site: Site, job: BackgroundJob[tuple[LineSlice, ...]]) -> tuple[LineSlice, ...]:
    """Slice the cost along −∇C, the weights that matter most and least, and the chosen ones.

    Raises
    ------
    Cancelled
        If the job was told to stop.
    ValueError
        If there is no slope to follow.
    """
    examples = site.examples(site.settings.n_examples)
    config, parameters = site.config, site.parameters
    problem = config.architecture, parameters
    gradient = mean_gradient(*problem, examples.images, examples.labels, config.cost)
    found = line_slices(
        *problem,
        _lines(site, gradient),
        examples.images,
        examples.labels,
        config.cost,
        gradient=gradient.vector,
        learning_rate=site.learning_rate,
        next_step=next_step(site),
        should_stop=job.should_stop,
    )
    if found is None:
        raise Cancelled
    return tuple(found)


def _lines(site: Site, gradient: Parameters) -> list[Line]:
    layout = gradient.layout
    lines = [descent_line(gradient.vector)]
    if site.known is not None:
        lines.append(Line("largest curvature", site.known.vectors[0]))
    most, least = extreme_weights(gradient)
    for words, index in (("matters most: ", most), ("matters least: ", least)):
        line = weight_line(layout, index)
        lines.append(Line(words + " ".join(line.title.split()), line.direction))
    chosen = site.settings.weights if site.settings.kind == "weights" else None
    for index in chosen or ():
        line = weight_line(layout, index)
        lines.append(Line(" ".join(line.title.split()), line.direction))
    return lines[:6]


def next_step(site: Site) -> FloatArray | None:
    """Give what the next step of training will add to θ, by taking it on a copy.

    None if it cannot be taken: the cost is not finite after it.
    """
    trainer = Trainer(site.config, site.dataset, site.state, site.engine)
    if not len(trainer.advance(1)):
        return np.full(site.parameters.layout.size, math.nan)
    after = trainer.parameters.vector.astype(np.float64)
    return np.asarray(after - site.parameters.vector)


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def draw_planes(site: Site, job: BackgroundJob[tuple[CostSurface, ...]]) -> tuple[CostSurface, ...]:
    """Compute small slices on the first six random planes, with the path on them.

    Raises
    ------
    Cancelled
        If the job was told to stop.
    """
    examples, parameters = site.examples(DRAW_EXAMPLES), site.parameters
    normalize = site.settings.normalize if parameters.vector.any() else "none"
    ends = np.stack([*site.path[:: max(len(site.path) // 16, 1)], parameters.vector])
    found = []
    for draw in range(DRAWS):
        plane = random_plane(parameters, plane_generator(draw), site.state.step, normalize)
        u, v = frame_coordinates(plane, ends, DRAW_POINTS, DRAW_POINTS, 1.0)
        task = begin_slice(
            site.config.architecture,
            plane,
            u,
            v,
            examples.images,
            examples.labels,
            site.config.cost,
            trail=ends,
        )
        surface = compute_surface(task, should_stop=job.should_stop)
        if job.cancelled:
            raise Cancelled
        found.append(surface)
        job.progress = (draw + 1) / DRAWS
    return tuple(found)
