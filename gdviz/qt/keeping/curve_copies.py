"""Copies of curves that are saved again and again: only what is new is copied.

A million steps are 48 MB; to copy them at every save would hold the window up for 50 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.history_arrays import HistoryArrays

SPARE_SHARE = 0.25
SPARE_ROWS = 4096
"""Room for the rows that come until the next copies."""


@dataclass(slots=True)
class _Copy:
    """Rows of a history as they were copied, with room for more behind them."""

    history: CurveHistory
    revision: int
    n_rows: int
    records: npt.NDArray[Any]
    smoothed: npt.NDArray[np.float32]


class CurveCopies:
    """Copies histories for another thread; used on the thread that owns them.

    Rows that have been handed out are never written again: what follows stands behind them, and
    when a history is changed otherwise, another copy is begun.
    """

    def __init__(self) -> None:
        self._copies: dict[int, _Copy] = {}

    def arrays(self, branch: int, history: CurveHistory) -> Callable[[], HistoryArrays]:
        """Give what makes the arrays of a history as it is now; any thread may call that.

        Parameters
        ----------
        branch : int
            Under which it was copied before.
        history : CurveHistory
        """
        copy = self._copies.get(branch)
        n_rows = len(history)
        is_same = copy is not None and copy.history is history
        if copy is None or not is_same or not _goes_on(copy, history):
            copy = self._copies[branch] = _begin(history)
        for target, source in ((copy.records, history.records), (copy.smoothed, history.smoothed)):
            target[copy.n_rows : n_rows] = source[copy.n_rows :]
        copy.n_rows = n_rows
        records, smoothed = copy.records[:n_rows], copy.smoothed[:n_rows]
        records.flags.writeable = smoothed.flags.writeable = False
        # To check a million rows takes a while, too: that is left to who writes them.
        return partial(
            HistoryArrays,
            records,
            smoothed,
            tuple(history.evaluations),
            history.restarts,
            history.stretches,
            history.smoothing_sums,
            history.most_rows,
        )

    def forget_others(self, branches: Collection[int]) -> None:
        """Forget the copies of branches that are no longer there."""
        self._copies = {k: copy for k, copy in self._copies.items() if k in branches}


def _goes_on(copy: _Copy, history: CurveHistory) -> bool:
    """Tell whether rows have only been added since, and have room."""
    n_rows = len(history)
    return copy.revision == history.revision and copy.n_rows <= n_rows <= len(copy.records)


def _begin(history: CurveHistory) -> _Copy:
    capacity = int(len(history) * (1 + SPARE_SHARE)) + SPARE_ROWS
    return _Copy(
        history,
        history.revision,
        0,
        np.empty(capacity, history.records.dtype),
        np.empty(capacity, np.float32),
    )
