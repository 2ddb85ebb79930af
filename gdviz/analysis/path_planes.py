"""Planes that hold several points: along a path, its last steps, to other networks, at a fork.

Imports `plane`, `vectors` and `gdviz.nn`.

References
----------
Antognini, Sohl-Dickstein, *PCA of high dimensional random walks with comparison to neural
network training* (2018).
Goodfellow, Vinyals, Saxe, *Qualitatively characterizing neural network optimization problems*
(2015): the line between two networks.
"""

from __future__ import annotations

import numpy as np

from gdviz.analysis.plane import Plane
from gdviz.analysis.vectors import Normalize, orthogonal_part, random_across, unit
from gdviz.nn.parameters import FloatArray, Parameters


def principal_plane(
    path: FloatArray,
    step: int,
    previous: Plane | None = None,
    others: FloatArray | None = None,
) -> Plane:
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
    others : ndarray of shape (m, P), optional
        Points of other ways, which count as those of the path do: where two ways part is seen
        only on a plane that both lie near.

    Returns
    -------
    Plane
        Unit directions; ``explained`` are shares of the variance about the path's mean, and
        ``n_path_points`` says of how many points; with others it is 0, for they are no one walk.

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
    n_others = 0 if others is None else len(others)
    entering = points if others is None or not n_others else np.concatenate([points, others])
    centered = entering - entering.mean(axis=0)
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
        bend = points[len(path) // 2] - (points[0] + points[-1]) / 2
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
        origin, along_u, along_v, "principal", labels[0], labels[1], step, shares,
        0 if n_others else len(path),
    )  # fmt: skip


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


def steps_plane(path: FloatArray, step: int) -> Plane:
    """Lay a plane through the last three points of a path: the last two steps lie on it.

    Parameters
    ----------
    path : ndarray of shape (n, P)
        Oldest first, ending at the present point; at least three.
    step : int

    Returns
    -------
    Plane
        Unit directions, exactly orthogonal: u along the last step, v the part of the step before
        that is orthogonal to it. The point before the last is at (−|last step|, 0), and the one
        before that has v < 0.

    Raises
    ------
    ValueError
        If there are fewer than two steps, one did not move, or both lie on one line.
    """
    if path.ndim != 2 or len(path) < 3:
        raise ValueError("the last two steps need three points of the path: take two steps first")
    before, last = np.diff(path[-3:].astype(np.float64), axis=0)
    along = unit(last)
    if along is None:
        raise ValueError("the last step did not move: it has no direction")
    across = orthogonal_part(before, along)
    if across is None:
        raise ValueError("the last two steps lie on one line: they span no plane")
    return Plane(path[-1].copy(), along, across, "steps", "last step", "step before", step)


def networks_plane(
    parameters: Parameters,
    other: FloatArray,
    title: str,
    gradient: Parameters | None,
    generator: np.random.Generator,
    step: int,
    normalize: Normalize = "neuron",
) -> Plane:
    """Lay a plane through this network and another one.

    Parameters
    ----------
    parameters : Parameters
        The network at (0, 0).
    other : ndarray of shape (P,)
        The one at (1, 0).
    title : str
        What the other one is called.
    gradient : Parameters or None
        v goes along −∇C of this network; without it, or if it is zero or along the line itself,
        along a random direction.
    generator : numpy.random.Generator
    step : int
    normalize : str
        How a random direction is drawn; see `random_plane`. Only its direction is used.

    Returns
    -------
    Plane
        u is the whole difference, other − here: u = 1 *is* the other network. v is orthogonal to
        it and as long, so that the scales are equal.

    Raises
    ------
    ValueError
        If the other has another number of parameters, or none that differ.
    """
    if other.shape != parameters.vector.shape:
        raise ValueError(
            f"{title or 'the other network'} has {other.size:,} parameters and this one has "
            f"{parameters.vector.size:,}: only networks of one shape lie on one line"
        )
    difference = other.astype(np.float64) - parameters.vector
    length = float(np.linalg.norm(difference))
    along = unit(difference)
    if along is None:
        raise ValueError(f"{title or 'the other network'} is no finite distance away from this one")
    down = None if gradient is None else unit(-gradient.vector)
    across = None if down is None else orthogonal_part(down, along)
    label = "−∇C" if across is not None else "random"
    if across is None:
        across = random_across(parameters, along, generator, normalize)
    towards = f"to {title}" if title else "to the other network"
    origin = parameters.vector.copy()
    return Plane(origin, difference, length * across, "networks", towards, label, step)


def fork_plane(here: FloatArray, parted: FloatArray, end: FloatArray, step: int) -> Plane:
    """Lay the plane through the ends of two branches and the point where they parted.

    Parameters
    ----------
    here : ndarray of shape (P,)
        Where the ball is, the end of its branch.
    parted : ndarray of shape (P,)
    end : ndarray of shape (P,)
        The end of the other branch.
    step : int

    Returns
    -------
    Plane
        Unit directions, exactly orthogonal: u from the fork to the middle between the two ends, v
        towards the ball from the other end.

    Raises
    ------
    ValueError
        If two of the points are one, or all lie on one line.
    """
    ball, fork, other = (np.asarray(point, np.float64) for point in (here, parted, end))
    if np.array_equal(ball, fork) or np.array_equal(other, fork):
        raise ValueError("there is no step since the fork yet: both branches must leave it")
    along = unit((ball + other) / 2 - fork)
    across = None if along is None else orthogonal_part(ball - other, along)
    if along is None or across is None:
        raise ValueError("both branches lie on one line with their fork: they span no plane")
    labels = "from the fork", "from branch to branch"
    return Plane(here.copy(), along, across, "fork", *labels, step)
