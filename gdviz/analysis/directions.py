"""The kinds of planes on which the cost is shown: one explicit, ordered table.

Directions of different kinds answer different questions: random ones show how the surface
typically is, the gradient where descent goes next, the principal ones where the run went, the
curvature ones where a step is most easily too long.

Imports `planes` and `path_planes`, which lay them. Next: `frames` for the part that is shown, and
`cost_surface`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gdviz.analysis.frames import frame_coordinates
from gdviz.analysis.path_planes import (
    fork_plane,
    networks_plane,
    principal_plane,
    random_walk_explained,
    steps_plane,
)
from gdviz.analysis.plane import Plane
from gdviz.analysis.planes import (
    curvature_plane,
    gradient_plane,
    gradients_plane,
    random_plane,
    weights_plane,
)
from gdviz.analysis.vectors import NORMALIZE, Normalize
from gdviz.nn.parameters import FloatArray, Parameters

__all__ = [
    "DIRECTIONS",
    "NORMALIZE",
    "Directions",
    "Need",
    "Normalize",
    "Situation",
    "axes_text",
    "fork_plane",
    "frame_coordinates",
    "gradient_plane",
    "principal_plane",
    "random_plane",
    "random_walk_explained",
]

Need = Literal["path", "gradient", "previous_gradient", "curvature", "weights", "other", "fork"]
"""A field of `Situation` that may be missing."""


@dataclass(frozen=True, eq=False, slots=True)
class Situation:
    """Everything that a plane may be laid from; each kind takes what it needs.

    Parameters
    ----------
    parameters : Parameters
        Where the ball is: the plane's origin.
    step : int
        Step of the run.
    generator : numpy.random.Generator
        Of what is drawn at random.
    normalize : str
        A key of `gdviz.analysis.vectors.NORMALIZE`, for what is drawn at random.
    path : ndarray of shape (n, P), optional
        Where the ball has been, oldest first, ending where it is.
    gradient, previous_gradient : Parameters, optional
        ∇C here, and a step before.
    curvature : ndarray of shape (2, P), optional
        The two directions of largest curvature, the larger first.
    weights : pair of int, optional
        Positions in `Parameters.vector`.
    other : ndarray of shape (P,), optional
        Another network.
    other_title : str
        What it is called.
    previous : Plane, optional
        The plane shown before, whose signs are kept.
    other_paths : ndarray of shape (m, P), optional
        Points of the ways of other branches.
    fork : pair of ndarray of shape (P,), optional
        Where another branch parted from the path, and where that one ends.
    """

    parameters: Parameters
    step: int
    generator: np.random.Generator
    normalize: Normalize = "neuron"
    path: FloatArray | None = None
    gradient: Parameters | None = None
    previous_gradient: Parameters | None = None
    curvature: FloatArray | None = None
    weights: tuple[int, int] | None = None
    other: FloatArray | None = None
    other_title: str = ""
    previous: Plane | None = None
    other_paths: FloatArray | None = None
    fork: tuple[FloatArray, FloatArray] | None = None


@dataclass(frozen=True, slots=True)
class Directions:
    """One kind of plane.

    Parameters
    ----------
    title : str
        What stands in menus.
    name : str
        What is typed on the command line.
    axes : str
        What the axes are, for a caption; ``{u}`` and ``{v}`` stand for the plane's own labels.
    needs : frozenset of str
        Fields of `Situation` without which no plane can be laid.
    uses : frozenset of str
        Fields that are taken if they are there.
    lay : callable
        ``lay(situation) -> Plane``, of this kind. It raises `ValueError` with a sentence for
        people if something is missing or spans no plane. Any thread may call.
    """

    title: str
    name: str
    axes: str
    needs: frozenset[Need]
    lay: Callable[[Situation], Plane]
    uses: frozenset[Need] = frozenset()


def axes_text(plane: Plane) -> str:
    """Say in words what the axes of a plane are, for example ``along −∇C (across) and ...``."""
    known = DIRECTIONS.get(plane.kind)
    text = known.axes if known else "along {u} (across) and {v} (up)"
    return text.format(u=plane.label_u, v=plane.label_v)


_MISSING: dict[Need, str] = {
    "path": "there is no path yet: take a few steps first",
    "gradient": "there is no gradient here",
    "previous_gradient": "there is no previous gradient: take a step first",
    "curvature": "the directions of curvature are not computed",
    "weights": "choose two weights first",
    "other": "choose another network first",
    "fork": "there is no other branch that parted from this one: fork first",
}


def _needed(situation: Situation, need: Need) -> Any:
    """Give a field, or raise the sentence that says that it is missing."""
    value = getattr(situation, need)
    if value is None:
        raise ValueError(_MISSING[need])
    return value


def _path(situation: Situation) -> FloatArray:
    """Give the path, if it has been somewhere: three points are the least that span a plane."""
    path: FloatArray = _needed(situation, "path")
    if len(path) < 3:
        raise ValueError(_MISSING["path"])
    return path


def _principal(situation: Situation) -> Plane:
    before = situation.previous
    return principal_plane(
        _path(situation),
        situation.step,
        before if before is not None and before.kind == "principal" else None,
        situation.other_paths,
    )


def _gradient(situation: Situation) -> Plane:
    gradient = _needed(situation, "gradient")
    return gradient_plane(
        situation.parameters, gradient, situation.generator, situation.step, situation.normalize
    )


def _gradients(situation: Situation) -> Plane:
    gradient, before = (_needed(situation, need) for need in ("gradient", "previous_gradient"))
    return gradients_plane(situation.parameters, gradient, before, situation.step)


def _steps(situation: Situation) -> Plane:
    return steps_plane(_needed(situation, "path"), situation.step)


def _curvature(situation: Situation) -> Plane:
    return curvature_plane(
        situation.parameters,
        _needed(situation, "curvature"),
        situation.step,
        gradient=situation.gradient,
        previous=situation.previous,
    )


def _random(situation: Situation) -> Plane:
    return random_plane(
        situation.parameters, situation.generator, situation.step, situation.normalize
    )


def _weights(situation: Situation) -> Plane:
    return weights_plane(situation.parameters, _needed(situation, "weights"), situation.step)


def _networks(situation: Situation) -> Plane:
    return networks_plane(
        situation.parameters,
        _needed(situation, "other"),
        situation.other_title,
        situation.gradient,
        situation.generator,
        situation.step,
        situation.normalize,
    )


def _fork(situation: Situation) -> Plane:
    parted, end = _needed(situation, "fork")
    return fork_plane(situation.parameters.vector, parted, end, situation.step)


DIRECTIONS: dict[str, Directions] = {
    "principal": Directions(
        "Principal directions of path",
        "trajectory",
        "along the 1st principal direction (across) and the 2nd (up)",
        frozenset({"path"}),
        _principal,
    ),
    "gradient": Directions(
        "−∇C and a random direction",
        "gradient",
        "along −∇C (across) and a random direction (up)",
        frozenset({"gradient"}),
        _gradient,
    ),
    "gradients": Directions(
        "−∇C and the previous −∇C",
        "gradients",
        "along −∇C (across) and what the previous −∇C had beside it (up)",
        frozenset({"gradient", "previous_gradient"}),
        _gradients,
    ),
    "steps": Directions(
        "Last two steps",
        "steps",
        "along the last step (across) and what the step before had beside it (up)",
        frozenset({"path"}),
        _steps,
    ),
    "curvature": Directions(
        "Two sharpest curvatures",
        "curvature",
        "along the direction of largest curvature (across) and the 2nd (up)",
        frozenset({"curvature"}),
        _curvature,
        uses=frozenset({"gradient"}),
    ),
    "random": Directions(
        "Random",
        "random",
        "along one random direction (across) and another (up)",
        frozenset(),
        _random,
    ),
    "weights": Directions(
        "Two chosen weights",
        "weights",
        "along {u} (across) and {v} (up)",
        frozenset({"weights"}),
        _weights,
    ),
    "networks": Directions(
        "Line to another network",
        "networks",
        "along the line {u} (across) and {v} (up)",
        frozenset({"other"}),
        _networks,
        uses=frozenset({"gradient"}),
    ),
    "fork": Directions(
        "Two branches and their fork",
        "fork",
        "along the way from the fork (across) and between the ends (up)",
        frozenset({"fork"}),
        _fork,
    ),
}
"""Every kind of plane, in the order of menus; the keys are `Plane.kind`."""
