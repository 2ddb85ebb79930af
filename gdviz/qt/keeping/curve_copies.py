"""Copies of curves that are saved again and again: only what is new is copied.

A million steps are 48 MB; to copy them at a save would hold the window up for 50 ms. What a save
will need is copied frame by frame.
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
from gdviz.analysis.thinning import copy_rows

SPARE_SHARE = 0.25
SPARE_ROWS = 4096
"""Room for the rows that come until the next copies, of a history without a bound."""
PART_ROWS = 32_768
"""Rows that are copied in one frame, 1.5 MB: about a millisecond."""


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
        copy, n_rows = self._copy_of(branch, history), len(history)
        _take(copy, history, n_rows)
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

    def follow(self, branch: int, history: CurveHistory) -> None:
        """Copy some of what is new, so that little is left for `arrays`; called at each frame."""
        copy = self._copy_of(branch, history)
        _take(copy, history, min(len(history), copy.n_rows + PART_ROWS))

    def _copy_of(self, branch: int, history: CurveHistory) -> _Copy:
        copy = self._copies.get(branch)
        if copy is None or copy.history is not history or not _goes_on(copy, history):
            copy = self._copies[branch] = _begin(history)
        return copy

    def forget_others(self, branches: Collection[int]) -> None:
        """Forget the copies of branches that are no longer there."""
        self._copies = {k: copy for k, copy in self._copies.items() if k in branches}


def _take(copy: _Copy, history: CurveHistory, n_rows: int) -> None:
    copy_rows(copy.records, history.records, copy.n_rows, n_rows)
    copy_rows(copy.smoothed, history.smoothed, copy.n_rows, n_rows)
    copy.n_rows = n_rows


def _goes_on(copy: _Copy, history: CurveHistory) -> bool:
    """Tell whether rows have only been added since, and have room."""
    n_rows = len(history)
    return copy.revision == history.revision and copy.n_rows <= n_rows <= len(copy.records)


def _begin(history: CurveHistory) -> _Copy:
    # Memory that is not written yet is not taken.
    capacity = history.most_rows or int(len(history) * (1 + SPARE_SHARE)) + SPARE_ROWS
    return _Copy(
        history,
        history.revision,
        0,
        np.empty(capacity, history.records.dtype),
        np.empty(capacity, np.float32),
    )
