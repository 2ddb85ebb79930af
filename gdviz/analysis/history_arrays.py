"""A history as plain arrays, to be saved and to go on from.

Any thread may read the arrays; the history itself belongs to one. NumPy only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.history import LEAST_BOUND, CurveHistory
from gdviz.analysis.thinning import copied_rows
from gdviz.training.evaluation import Evaluation
from gdviz.training.records import record_dtype


@dataclass(frozen=True, eq=False, slots=True)
class HistoryArrays:
    """All that a `CurveHistory` holds, as values.

    Parameters
    ----------
    records : structured ndarray of shape (n,), `gdviz.training.records.record_dtype`
        Rising steps.
    smoothed : ndarray of shape (n,), float32
        The smoothed cost.
    evaluations : tuple of Evaluation
        Rising steps.
    restarts : tuple of int
        Steps after which the smoothed cost begins afresh, rising.
    stretches : tuple of (int, int)
        Rows of each stretch that was merged, and how often.
    smoothing_sums : (float, float)
        What the smoothed cost goes on from.
    most_rows : int or None
        The bound.
    """

    records: npt.NDArray[Any]
    smoothed: npt.NDArray[np.float32]
    evaluations: tuple[Evaluation, ...] = ()
    restarts: tuple[int, ...] = ()
    stretches: tuple[tuple[int, int], ...] = ()
    smoothing_sums: tuple[float, float] = (0.0, 0.0)
    most_rows: int | None = None

    @property
    def n_layers(self) -> int:
        """Layers with weights."""
        return int(self.records.dtype["gradient_norm"].shape[0])

    def check(self) -> None:
        """Require that the parts fit each other, which those of a history do.

        Raises
        ------
        ValueError
            If they do not.
        """
        n_rows = len(self.records)
        if not _is_of_records(self.records.dtype):
            raise ValueError(f"the records of a history are of type {self.records.dtype}")
        if self.smoothed.shape != (n_rows,) or self.smoothed.dtype != np.float32:
            raise ValueError(f"{n_rows:,} records, and {len(self.smoothed):,} smoothed costs")
        steps = self.records["step"]
        if n_rows and not ((steps[1:] > steps[:-1]).all() and steps[0] >= 0):
            raise ValueError("the steps of a history do not rise")
        if not _rise(evaluation.step for evaluation in self.evaluations):
            raise ValueError("the steps of the evaluations do not rise")
        if not _rise(self.restarts):
            raise ValueError("the steps at which the smoothed cost begins afresh do not rise")
        merged = sum(rows for rows, _ in self.stretches)
        is_whole = all(rows > 0 and times > 0 for rows, times in self.stretches)
        # The first row is never merged.
        if not is_whole or merged > max(n_rows - 1, 0):
            raise ValueError(f"{merged:,} merged rows do not fit a history of {n_rows:,} rows")
        if self.most_rows is not None and not max(LEAST_BOUND, n_rows) <= self.most_rows:
            raise ValueError(f"{n_rows:,} rows do not fit a history of {self.most_rows:,} at most")


def history_arrays(history: CurveHistory) -> HistoryArrays:
    """Give a copy of all that a history holds; only the thread that owns it may call."""
    records, smoothed = copied_rows(history.records), history.smoothed.copy()
    records.flags.writeable = smoothed.flags.writeable = False
    return HistoryArrays(
        records,
        smoothed,
        tuple(history.evaluations),
        history.restarts,
        history.stretches,
        history.smoothing_sums,
        history.most_rows,
    )


def history_of(arrays: HistoryArrays) -> CurveHistory:
    """Give a history of its own that goes on as the one would have that these were copied from."""
    return CurveHistory.of(arrays)


def _rise(steps: Iterable[int]) -> bool:
    return all(before < after for before, after in pairwise(steps))


def _is_of_records(dtype: np.dtype[Any]) -> bool:
    if dtype.names is None or "gradient_norm" not in dtype.names:
        return False
    shape = dtype["gradient_norm"].shape
    return len(shape) == 1 and dtype == record_dtype(shape[0])
