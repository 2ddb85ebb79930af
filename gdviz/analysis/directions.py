"""Planes through parameter space on which the cost is shown, and the frame around a path.

Directions of different kinds answer different questions: random ones show how the surface
typically is, the gradient where descent goes next, the principal ones where the run went.

Imports `plane` and `gdviz.nn`.

References
----------
Li, Xu, Taylor, Studer, Goldstein, *Visualizing the loss landscape of neural nets* (2018).
Antognini, Sohl-Dickstein, *PCA of high dimensional random walks with comparison to neural
network training* (2018).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.analysis.plane import Plane
from gdviz.nn.parameters import FloatArray, Parameters

Normalize = Literal["neuron", "layer", "none"]
NORMALIZE: dict[Normalize, str] = {
    "neuron": "neuron-normalised",
    "layer": "layer-normalised",
    "none": "not normalised",
}

_SMALLEST_HALF = {"random": 1.0, "gradient": 0.5}
"""Least half-height of a frame as a share of |θ|, by kind of plane."""
_SMALLEST_HALF_OTHER = 0.1


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
    first = _random_direction(parameters, generator, normalize)
    second = _random_direction(parameters, generator, normalize)
    title = f"random, {NORMALIZE[normalize]}"
    origin = parameters.vector.copy()
    return Plane(origin, first, second, "random", f"{title} 1", f"{title} 2", step)


def gradient_plane(
    parameters: Parameters, gradient: Parameters, generator: np.random.Generator, step: int
) -> Plane:
    """Lay a plane through the direction of steepest descent and a random one.

    Parameters
    ----------
    parameters, gradient : Parameters
    generator : numpy.random.Generator
    step : int

    Returns
    -------
    Plane
        Unit directions, exactly orthogonal: u along −∇C, v random and then made orthogonal.

    Raises
    ------
    ValueError
        If the gradient is zero or not finite.
    """
    slope = gradient.vector.astype(np.float64)
    size = float(np.linalg.norm(slope))
    if not (np.isfinite(size) and size > 0):
        raise ValueError(f"a gradient of norm {size} has no direction")
    down = slope / -size
    kind: Normalize = "neuron" if parameters.vector.any() else "none"
    across = _random_direction(parameters, generator, kind)
    for _ in range(2):  # once leaves what rounding leaves
        across -= (across @ down) * down
    across /= np.linalg.norm(across)
    return Plane(parameters.vector.copy(), down, across, "gradient", "−∇C", "random", step)


def principal_plane(path: FloatArray, step: int, previous: Plane | None = None) -> Plane:
    """Lay a plane through the last point of a path, along the path's principal directions.

    Parameters
    ----------
    path : ndarray of shape (n, P)
        Parameters along the run, oldest first; at least three.
    step : int
    previous : Plane, optional
        The plane shown before: each direction takes the sign that agrees with it, so that
        the picture does not flip. Without it u points from the start to the end, and v to
        where the path bends.

    Returns
    -------
    Plane
        Unit directions; ``explained`` are shares of the variance about the path's mean, and
        ``n_path_points`` says of how many points.

    Raises
    ------
    ValueError
        If the path has no two directions: fewer than three points, or all on a line.

    Notes
    -----
    The directions come from the Gram matrix of the n points, which is small, and not from
    the P × P covariance. Compare the shares with `random_walk_explained`.
    """
    if path.ndim != 2 or len(path) < 3:
        raise ValueError(f"principal directions need three points, not a path of {path.shape}")
    points = path.astype(np.float64)
    centered = points - points.mean(axis=0)
    values, vectors = np.linalg.eigh(centered @ centered.T)
    if not values[-2] > 1e-14 * max(values[-1], 0):
        raise ValueError("the path lies on one line: it has no second principal direction")
    directions = []
    for rank in (1, 2):
        direction = vectors[:, -rank] @ centered
        direction /= np.linalg.norm(direction)
        directions.append(direction)
    if previous is None:
        ends = points[-1] - points[0]
        bend = centered[len(path) // 2] - (centered[0] + centered[-1]) / 2
        references = [ends, bend]
    else:
        references = [previous.direction_u, previous.direction_v]
    along_u, along_v = (
        -direction if direction @ reference < 0 else direction
        for direction, reference in zip(directions, references, strict=True)
    )
    total = float(values.clip(0).sum())
    shares = float(values[-1]) / total, float(values[-2]) / total
    labels = [f"principal direction {k + 1} ({shares[k]:.0%})" for k in range(2)]
    origin = path[-1].copy()
    return Plane(
        origin, along_u, along_v, "principal", labels[0], labels[1], step, shares, len(path)
    )


def random_walk_explained(n: int) -> tuple[float, float]:
    """Give the shares of variance that a pure random walk has on its two principal directions.

    Parameters
    ----------
    n : int
        Points on the walk, at least 2.

    Returns
    -------
    first, second : float
        About 0.61 and 0.15 for long walks: 76 % together without any structure.

    Raises
    ------
    ValueError
        If there are fewer than two points.

    Notes
    -----
    In many dimensions the centred Gram matrix of a walk tends to its expectation, whose
    eigenvalues are 1/(4 sin²(πk/2n)), k = 1 ... n − 1.

    References
    ----------
    Antognini, Sohl-Dickstein (2018), section 2.
    """
    if n < 2:
        raise ValueError(f"a walk has at least two points, not {n}")
    values = 1 / np.sin(np.pi * np.arange(1, n) / (2 * n)) ** 2
    shares = values / values.sum()
    return float(shares[0]), float(shares[1]) if n > 2 else 0.0


def frame_coordinates(
    plane: Plane, path: FloatArray, n_u: int, n_v: int, aspect: float, margin: float = 0.15
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Choose a grid that holds the path and the ball, with the same scale on both axes.

    Parameters
    ----------
    plane : Plane
    path : ndarray of shape (n, P)
        Points to be seen; may be empty. The plane's origin is always seen.
    n_u, n_v : int
        Grid points, at least 2 each.
    aspect : float
        Width over height of the picture.
    margin : float
        Free space on each side, as a share of the path's own extent.

    Returns
    -------
    u, v : ndarray of shape (n_u,) and (n_v,)
        Evenly spaced, with (u range)/(v range) = aspect. A tiny path does not make a tiny
        frame: its half-height is at least a share of |θ| that depends on the plane's kind.

    Raises
    ------
    ValueError
        If the counts, the aspect or the margin make no frame.
    """
    if n_u < 2 or n_v < 2:
        raise ValueError(f"a grid needs at least 2 by 2 points, not {n_u} by {n_v}")
    if not (np.isfinite(aspect) and aspect > 0 and np.isfinite(margin) and margin >= 0):
        raise ValueError(f"aspect {aspect} must be positive and margin {margin} not negative")
    points = np.vstack([plane.project_path(path), [[0.0, 0.0]]])
    low, high = points.min(axis=0), points.max(axis=0)
    center = (low + high) / 2
    half_u, half_v = (high - low) * (0.5 + margin)
    half_v = max(half_v, half_u / aspect, _smallest_half(plane))
    half_u = half_v * aspect
    return (
        np.linspace(center[0] - half_u, center[0] + half_u, n_u),
        np.linspace(center[1] - half_v, center[1] + half_v, n_v),
    )


def _smallest_half(plane: Plane) -> float:
    """Give the least half-height of a frame, in units of the directions."""
    size = float(np.linalg.norm(plane.origin)) or 1.0
    share = _SMALLEST_HALF.get(plane.kind, _SMALLEST_HALF_OTHER)
    longest = max(np.linalg.norm(plane.direction_u), np.linalg.norm(plane.direction_v))
    return share * size / float(longest)


def _random_direction(
    parameters: Parameters, generator: np.random.Generator, normalize: Normalize
) -> npt.NDArray[np.float64]:
    """Draw N(0, 1) for every parameter and normalise."""
    drawn = Parameters(generator.standard_normal(parameters.vector.size), parameters.layout)
    if normalize == "none":
        return np.asarray(drawn.vector, np.float64)
    axis = 1 if normalize == "neuron" else None
    for k in range(parameters.layout.n_layers):
        _scale_like(drawn.weights[k], parameters.weights[k], axis)
        _scale_like(drawn.biases[k], parameters.biases[k], None)
    return np.asarray(drawn.vector, np.float64)


def _scale_like(direction: FloatArray, model: FloatArray, axis: int | None) -> None:
    """Scale rows, or the whole, to the norm that the model's rows, or whole, have."""
    wanted = np.sqrt(np.square(model, dtype=np.float64).sum(axis=axis, keepdims=True))
    direction *= wanted / np.sqrt(np.square(direction).sum(axis=axis, keepdims=True))
