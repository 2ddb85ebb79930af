"""The cubic spline through points one apart, as a matrix: a grid is refined by two products.

Imports NumPy only. `scipy.interpolate` has this spline, and the tests compare with it, but to
import it takes 0.46 s and 50 MB, of which the first slice would have to wait for the one and
the process's bound would have to hold the other. Next: `contours`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt


@lru_cache(maxsize=32)
def spline_matrix(n_points: int, n_places: int) -> npt.NDArray[np.float64]:
    """Give what maps values at points to a spline's values at evenly spaced places.

    Parameters
    ----------
    n_points : int
        At least 2: the values are at 0, 1, ..., ``n_points - 1``.
    n_places : int
        Evenly from the first point to the last.

    Returns
    -------
    ndarray of shape (n_places, n_points)
        Read-only. ``matrix @ values`` interpolates; the third derivative is continuous at the
        last point but one of each end (*not a knot*), so that a cubic is reproduced, with three
        points a parabola and with two a line.

    References
    ----------
    C. de Boor, "A practical guide to splines", chapter IV (revised edition, Springer 2001).
    """
    values = np.eye(n_points)
    bend = _second_derivatives(values)
    place = np.linspace(0, n_points - 1, n_places)
    left = np.minimum(place.astype(np.intp), n_points - 2)
    b = (place - left)[:, np.newaxis]
    a = 1 - b
    matrix: npt.NDArray[np.float64] = (
        a * values[left]
        + b * values[left + 1]
        + ((a**3 - a) * bend[left] + (b**3 - b) * bend[left + 1]) / 6
    )
    matrix.flags.writeable = False
    return matrix


def _second_derivatives(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the spline's second derivatives at the points, for each column of values."""
    n_points = len(values)
    if n_points == 2:
        return np.zeros_like(values)
    differences = np.zeros_like(values)
    differences[1:-1] = 6 * (values[:-2] - 2 * values[1:-1] + values[2:])
    equations = np.zeros((n_points, n_points))
    inner = np.arange(1, n_points - 1)
    equations[inner, inner - 1] = equations[inner, inner + 1] = 1
    equations[inner, inner] = 4
    if n_points == 3:
        equations[0, :2] = equations[-1, -2:] = 1, -1
    else:
        equations[0, :3] = equations[-1, -3:] = 1, -2, 1
    return np.asarray(np.linalg.solve(equations, differences), np.float64)
