"""Planes through one point of parameter space: random, downhill, curved, or two weights'.

Planes that a path or a second point lays are in `path_planes`; `directions` is the table of all
kinds.

Imports `plane`, `vectors` and `gdviz.nn`.

References
----------
Li, Xu, Taylor, Studer, Goldstein, *Visualizing the loss landscape of neural nets* (2018).
"""

from __future__ import annotations

import numpy as np

from gdviz.analysis.plane import Plane
from gdviz.analysis.vectors import (
    NORMALIZE,
    Normalize,
    downhill,
    orthogonal_part,
    random_across,
    random_direction,
    unit,
)
from gdviz.nn.parameters import FloatArray, Parameters


def random_plane(
    parameters: Parameters,
    generator: np.random.Generator,
    step: int,
    normalize: Normalize = "neuron",
) -> Plane:
    """Draw two random directions.

    Parameters
    ----------
    parameters : Parameters
        The origin, and the norms for the normalisation.
    generator : numpy.random.Generator
    step : int
    normalize : str
        ``"neuron"``: the weights into each neuron get the norm of that neuron's own weights;
        ``"layer"``: each layer's weights get the norm of the layer's; ``"none"``: N(0, 1) as
        drawn. The biases of a layer always go together: normalised entry by entry, each
        would just become ± itself.

    Returns
    -------
    Plane
        The directions are independent and so *nearly* orthogonal, not exactly: to make them
        so would undo the normalisation. `Plane.cosine` says how nearly.

    Raises
    ------
    ValueError
        For another kind of normalisation, or if all parameters are zero.

    References
    ----------
    Li et al. (2018), section 4, "filter normalization".
    """
    if normalize not in NORMALIZE:
        raise ValueError(f"unknown normalisation {normalize!r}; one of {', '.join(NORMALIZE)}")
    if normalize != "none" and not parameters.vector.any():
        raise ValueError("all parameters are zero: there is no norm to normalise directions to")
    first = random_direction(parameters, generator, normalize)
    second = random_direction(parameters, generator, normalize)
    title = f"random, {NORMALIZE[normalize]}"
    origin = parameters.vector.copy()
    return Plane(origin, first, second, "random", f"{title} 1", f"{title} 2", step)


def gradient_plane(
    parameters: Parameters,
    gradient: Parameters,
    generator: np.random.Generator,
    step: int,
    normalize: Normalize = "neuron",
) -> Plane:
    """Lay a plane through the direction of steepest descent and a random one.

    Parameters
    ----------
    parameters, gradient : Parameters
    generator : numpy.random.Generator
    step : int
    normalize : str
        How the random direction is drawn; see `random_plane`. Only its direction is used.

    Returns
    -------
    Plane
        Unit directions, exactly orthogonal: u along −∇C, v random and then made orthogonal.

    Raises
    ------
    ValueError
        If the gradient is zero or not finite.
    """
    down = downhill(gradient)
    across = random_across(parameters, down, generator, normalize)
    return Plane(parameters.vector.copy(), down, across, "gradient", "−∇C", "random", step)


def gradients_plane(
    parameters: Parameters, gradient: Parameters, previous_gradient: Parameters, step: int
) -> Plane:
    """Lay a plane through the direction of steepest descent now and that of a step before.

    Parameters
    ----------
    parameters, gradient, previous_gradient : Parameters
    step : int

    Returns
    -------
    Plane
        Unit directions, exactly orthogonal: u along −∇C, v the part of the previous −∇C that is
        orthogonal to it. Descent straight down the same slope has no such part.

    Raises
    ------
    ValueError
        If a gradient is zero or not finite, or the two are parallel.
    """
    down, before = downhill(gradient), downhill(previous_gradient)
    across = orthogonal_part(before, down)
    if across is None:
        raise ValueError("the gradient and the previous one are parallel: they span no plane")
    return Plane(parameters.vector.copy(), down, across, "gradients", "−∇C", "previous −∇C", step)


def weights_plane(parameters: Parameters, weights: tuple[int, int], step: int) -> Plane:
    """Lay a plane along two single parameters: all others stay as they are.

    Parameters
    ----------
    parameters : Parameters
    weights : pair of int
        Positions in the vector; of biases too.
    step : int

    Returns
    -------
    Plane
        Unit vectors: one unit of u changes the first parameter by 1.

    Raises
    ------
    ValueError
        If both are the same, or one is outside the vector.
    """
    size, layout = parameters.vector.size, parameters.layout
    for index in weights:
        if not 0 <= index < size:
            raise ValueError(f"there is no parameter {index}: they are numbered 0 to {size - 1}")
    if weights[0] == weights[1]:
        raise ValueError("choose two different weights: one alone spans no plane")
    directions = np.zeros((2, size))
    directions[(0, 1), weights] = 1
    along_u, along_v = directions
    label_u, label_v = (" ".join(layout.component_title(index).split()) for index in weights)
    origin = parameters.vector.copy()
    return Plane(origin, along_u, along_v, "weights", label_u, label_v, step)


def curvature_plane(
    parameters: Parameters,
    vectors: FloatArray,
    step: int,
    *,
    gradient: Parameters | None = None,
    previous: Plane | None = None,
) -> Plane:
    """Lay a plane along the two directions in which the cost is most sharply curved.

    Parameters
    ----------
    parameters : Parameters
    vectors : ndarray of shape (2, P)
        Eigenvectors of the Hessian, that of the largest eigenvalue first; see
        `gdviz.analysis.curvature`.
    step : int
    gradient : Parameters, optional
        An eigenvector has no sign of its own: with a gradient each points downhill.
    previous : Plane, optional
        If it is of this kind too, each direction takes the sign that agrees with it instead, so
        that the picture does not flip.

    Returns
    -------
    Plane
        Unit directions, exactly orthogonal.

    Raises
    ------
    ValueError
        If the vectors are not two of P numbers, or span no plane.
    """
    size = parameters.vector.size
    if vectors.shape != (2, size):
        raise ValueError(f"two directions of curvature are (2, {size}), not {vectors.shape}")
    first = unit(vectors[0])
    second = None if first is None else orthogonal_part(vectors[1].astype(np.float64), first)
    if first is None or second is None:
        raise ValueError("the two directions of curvature span no plane")
    if previous is not None and previous.kind == "curvature":
        references = [previous.direction_u, previous.direction_v]
    elif gradient is not None:
        references = [-gradient.vector, -gradient.vector]
    else:
        references = [first, second]
    along_u, along_v = (
        -direction if direction @ reference < 0 else direction
        for direction, reference in zip((first, second), references, strict=True)
    )
    labels = "1st curvature direction", "2nd curvature direction"
    return Plane(parameters.vector.copy(), along_u, along_v, "curvature", *labels, step)
