"""The mini-batches of a run as the cost curves draw them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gdviz.analysis.decimation import MinMaxPyramid
from gdviz.analysis.history import CurveHistory
from gdviz.qt.views.cost_curves import curves

SMOOTH_COLUMNS = 2
"""Pixels from one point of the smoothed curve to the next: to draw each takes twice as long."""
PART_ROWS = 65_536
"""Rows taken in one frame, about 2 ms; after a long history was thinned all are taken anew."""


class Points(NamedTuple):
    """What is drawn of the mini-batches between two steps, as steps and heights.

    `costs` are those of `raw`, not scaled.
    """

    ends: tuple[float, float]
    raw: tuple[curves.Array, curves.Array]
    smoothed: tuple[curves.Array, curves.Array]
    costs: curves.Array


class BatchRows:
    """Rows of a history, taken a bounded number at a time; owned by one thread."""

    def __init__(self) -> None:
        self._pyramid = MinMaxPyramid()

    def forget(self) -> None:
        """Another history is shown, or rows that were taken have changed."""
        self._pyramid = MinMaxPyramid()

    def take(self, history: CurveHistory) -> bool:
        """Take rows that follow, `PART_ROWS` at most; give whether none is left."""
        first = len(self._pyramid)
        self._pyramid.append(history.costs[first : first + PART_ROWS])
        return len(self._pyramid) == len(history)

    def points(
        self,
        history: CurveHistory | None,
        ends: tuple[float, float],
        n_columns: int,
        *,
        logarithmic: bool,
    ) -> Points:
        """Choose what is drawn between two steps, of the rows that were taken.

        Parameters
        ----------
        history : CurveHistory or None
            Nothing is drawn of none.
        ends : (float, float)
        n_columns : int
            Pixels from one end to the other.
        logarithmic : bool
            Whether heights are logarithms of costs.
        """
        if history is None or not len(history):
            return Points(ends, *((np.empty(0),) * 2,) * 2, np.empty(0))
        rows = curves.visible_rows(history.steps, *ends)
        positions, values = self._pyramid.view(rows.start, rows.stop, n_columns)
        steps, smoothed = curves.one_per_column(
            history.steps[rows], history.smoothed[rows], n_columns // SMOOTH_COLUMNS
        )
        raw = history.steps[positions].astype(float), curves.scaled(values, logarithmic)
        return Points(ends, raw, (steps, curves.scaled(smoothed, logarithmic)), values)
