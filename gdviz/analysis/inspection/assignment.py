"""Who goes with whom: the assignment with the largest sum, by the Hungarian algorithm.

Imports NumPy only: `scipy.optimize` has this, and the tests compare with it, but to import it
takes a second, most of it under the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt


def best_assignment(
    scores: npt.NDArray[np.float64], look: Callable[[], None] = lambda: None
) -> npt.NDArray[np.intp]:
    """Give a column to each row so that the sum of their scores is as large as it can be.

    Parameters
    ----------
    scores : ndarray of shape (n, m)
        n is at most m; finite.
    look : callable, optional
        Called between rows; what it raises ends the work.

    Returns
    -------
    ndarray of shape (n,), intp
        No column twice. Takes O(n²m).

    Raises
    ------
    ValueError
        If there are more rows than columns or a score is not finite.

    References
    ----------
    Kuhn, *The Hungarian method for the assignment problem* (1955); in the form with shortest
    augmenting paths of Jonker, Volgenant, *A shortest augmenting path algorithm for dense and
    sparse linear assignment problems* (1987).
    """
    n, m = scores.shape
    if n > m:
        raise ValueError(f"{n} rows cannot each have one of {m} columns")
    if not np.isfinite(scores).all():
        raise ValueError("an assignment needs finite scores")
    costs = -np.asarray(scores, np.float64)
    # Prices of rows and columns: cost − price of row − price of column is never below 0, and 0
    # wherever a row has its column. One column more stands for the row that is being placed.
    row_prices, column_prices = np.zeros(n), np.zeros(m + 1)
    row_of = np.full(m + 1, -1, np.intp)
    for row in range(n):
        look()
        _place(row, costs, row_prices, column_prices, row_of)
    column_of = np.empty(n, np.intp)
    taken = np.flatnonzero(row_of[:m] >= 0)
    column_of[row_of[taken]] = taken
    return column_of


def _place(
    row: int,
    costs: npt.NDArray[np.float64],
    row_prices: npt.NDArray[np.float64],
    column_prices: npt.NDArray[np.float64],
    row_of: npt.NDArray[np.intp],
) -> None:
    """Give one more row its column along the cheapest chain of exchanges (all written to)."""
    m = costs.shape[1]
    distances, came_from = np.full(m, np.inf), np.full(m, m, np.intp)
    is_done = np.zeros(m + 1, np.bool_)
    row_of[m], column = row, m
    while row_of[column] >= 0:
        is_done[column] = True
        here = row_of[column]
        reduced = costs[here] - row_prices[here] - column_prices[:m]
        is_nearer = ~is_done[:m] & (reduced < distances)
        distances[is_nearer], came_from[is_nearer] = reduced[is_nearer], column
        nearest = int(np.where(is_done[:m], np.inf, distances).argmin())
        step = distances[nearest]
        row_prices[row_of[is_done]] += step
        column_prices[is_done] -= step
        distances[~is_done[:m]] -= step
        column = nearest
    while column != m:
        before = came_from[column]
        row_of[column] = row_of[before]
        column = before
    row_of[m] = -1
