"""Contour lines of a cost surface: their levels and their course.

Imports NumPy, SciPy and contourpy. Next: `contour_labels` for where their numbers stand,
`cost_surface` for the grid itself.
"""

from __future__ import annotations

import math
from typing import Any

import contourpy
import numpy as np
import numpy.typing as npt

from gdviz.analysis.cubic_spline import spline_matrix

Grid = npt.NDArray[np.floating[Any]]
ContourLine = tuple[float, list[npt.NDArray[np.float64]]]

# From dense to sparse: which multiples of a power of ten are levels on a logarithmic scale.
_LADDERS = (
    (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 5, 7),
    (1, 2, 3, 5),
    (1, 2, 5),
    (1, 3),
    (1,),
)
_LINEAR_STEPS = (1, 2, 2.5, 5, 10)


def contour_levels(
    low: float, high: float, count: int, *, logarithmic: bool = False
) -> npt.NDArray[np.float64]:
    """Choose round numbers strictly between two costs.

    Parameters
    ----------
    low, high : float
        Lowest and highest cost.
    count : int
        About how many levels; never more.
    logarithmic : bool
        Rungs of a ladder such as 1, 2, 3, 5, 10, 20 ...; where the range is too narrow for
        three of them, or not positive, evenly spaced numbers as without it.

    Returns
    -------
    ndarray of shape (m,)
        Rising, m <= count; empty if the range is.

    Raises
    ------
    ValueError
        If the range is not finite or the count is not positive.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"contour levels need a finite range, not {low} to {high}")
    if count < 1:
        raise ValueError(f"the number of contour levels must be at least 1, not {count}")
    if not high > low:
        return np.empty(0)
    if logarithmic and low > 0:
        levels = _ladder_levels(low, high, count)
        if len(levels) >= min(3, count):
            return levels
    size = 10.0 ** math.floor(math.log10((high - low) / (count + 1)))
    for step in (size * factor for factor in (*_LINEAR_STEPS, 20)):
        first, last = math.floor(low / step) + 1, math.ceil(high / step) - 1
        if last - first + 1 <= count:
            break
    return np.asarray(np.arange(first, last + 1) * step, np.float64)


def _ladder_levels(low: float, high: float, count: int) -> npt.NDArray[np.float64]:
    """Give the densest ladder with at most `count` rungs between two positive numbers."""
    levels = np.empty(0)
    exponents = np.arange(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for ladder in _LADDERS:
        levels = np.outer(np.power(10.0, exponents), ladder).ravel()
        levels = levels[(levels > low) & (levels < high)]
        if len(levels) <= count:
            return levels
    return levels[:: -(-len(levels) // count)]


def contour_lines(
    u: npt.NDArray[np.floating[Any]],
    v: npt.NDArray[np.floating[Any]],
    cost: Grid,
    levels: npt.ArrayLike,
) -> list[ContourLine]:
    """Trace where the cost is at given levels.

    Parameters
    ----------
    u, v : ndarray of shape (n_u,) and (n_v,)
    cost : ndarray of shape (n_v, n_u)
        Lines end beside what is not finite.
    levels : sequence of float

    Returns
    -------
    list of (level, lines)
        In the order of the levels; each line an array (n, 2) of (u, v), a closed one ending
        where it begins. A level that does not occur has an empty list.

    Raises
    ------
    ValueError
        If the grid does not have the shape of its coordinates.
    """
    if cost.shape != (len(v), len(u)) or min(cost.shape) < 2:
        raise ValueError(
            f"a grid of {cost.shape} does not belong to {len(v)} rows and {len(u)} columns"
        )
    generator = contourpy.contour_generator(
        u,
        v,
        np.ma.masked_invalid(np.asarray(cost, np.float64)),
        name="serial",
        line_type=contourpy.LineType.Separate,
    )
    traced = []
    for level in np.asarray(levels, np.float64).ravel():
        lines: list[Any] = list(generator.lines(float(level)))
        traced.append((float(level), [np.asarray(line, np.float64) for line in lines]))
    return traced


def refine(cost: Grid, size: int | tuple[int, int]) -> npt.NDArray[np.float64]:
    """Resample a grid more finely for display, by a cubic spline through its points.

    Parameters
    ----------
    cost : ndarray of shape (n_v, n_u)
        At least 2 by 2.
    size : int or (rows, columns)
        A whole number divides every cell, so that the grid's own points stay. The corners
        of the result are those of the grid.

    Returns
    -------
    float64 ndarray
        NaN where the nearest point of the grid is not finite. Costs that are all positive
        are interpolated as logarithms, so that the result is positive too.

    Raises
    ------
    ValueError
        If the grid or the size is too small.
    """
    if cost.ndim != 2 or min(cost.shape) < 2:
        raise ValueError(f"a grid to be refined has at least 2 by 2 points, not {cost.shape}")
    n_v, n_u = cost.shape
    shape = ((n_v - 1) * size + 1, (n_u - 1) * size + 1) if isinstance(size, int) else size
    if min(shape) < 2:
        raise ValueError(f"a grid cannot be refined to {shape}")
    values = np.asarray(cost, np.float64)
    known = np.isfinite(values)
    if not known.any():
        return np.full(shape, np.nan)
    if not known.all():
        # Here and not above: it takes 0.2 s, which the first slice need not wait for.
        from scipy.ndimage import distance_transform_edt  # noqa: PLC0415  # see above

        nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
        values = values[tuple(nearest)]
    is_positive = bool((values > 0).all())
    rows, columns = np.linspace(0, n_v - 1, shape[0]), np.linspace(0, n_u - 1, shape[1])
    smooth = np.log(values) if is_positive else values
    fine: npt.NDArray[np.float64] = (
        spline_matrix(n_v, shape[0]) @ smooth @ spline_matrix(n_u, shape[1]).T
    )
    if is_positive:
        np.exp(fine, out=fine)
    if not known.all():
        row_of, column_of = np.rint(rows).astype(int), np.rint(columns).astype(int)
        fine[~known[np.ix_(row_of, column_of)]] = np.nan
    return fine
