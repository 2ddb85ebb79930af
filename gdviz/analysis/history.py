"""The curves of a run so far: every step, kept in arrays that grow up to a bound.

Owned by one thread: the GUI's session, or the command line. Views read slices and never write.
Next: `thinning`, which makes room where there is a bound, and `history_arrays`, to be saved.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.smoothing import ExponentialMean
from gdviz.analysis.thinning import Merging, Stretches, copied_rows, copy_rows
from gdviz.training.evaluation import Evaluation
from gdviz.training.records import record_dtype

if TYPE_CHECKING:
    from gdviz.analysis.history_arrays import HistoryArrays

SMOOTHING_STEPS = 50
"""Time constant of the smoothed cost. Over 100 steps the curve visibly lags behind."""
MAXIMUM_ROWS = 2**20
"""Rows that a window keeps: every step of a run of a million."""
LEAST_BOUND = 1024
AHEAD = 16
"""When a sixteenth of the bound is left, merging begins, with each row that comes so many. At most
a quarter of the bound is merged at once: that takes a quarter of the room that is left."""
_MEMORY_STEPS = 64 * SMOOTHING_STEPS
"""What is older has a weight below 1e-27 in the smoothed cost."""


class CurveHistory:
    """Every step's record and every evaluation of one run.

    Parameters
    ----------
    n_layers : int
        Layers with weights.
    most_rows : int, optional
        So many rows are kept at most, at least `LEAST_BOUND`; without it there is no bound.

    Raises
    ------
    ValueError
        If the bound is too low.

    Notes
    -----
    A row takes 44 bytes with three layers: a million steps take 46 MB, and a run of any length
    takes no more under the bound of `MAXIMUM_ROWS`. Up to the bound everything is exact. When it
    is reached, older stretches are merged: of each four rows the two with the lowest and the
    highest cost stay, with their own step, cost, smoothed cost and learning rate, so that no
    spike is ever lost; their gradient norm becomes the root mean square of the four. The first
    step and the newest quarter of the rows always stay as they were. The older, the coarser:
    after ten million steps two of each 64 are left of the first seven million, and each eighth
    of a run of two hundred million still has ten thousand rows.
    """

    def __init__(self, n_layers: int, most_rows: int | None = None) -> None:
        if most_rows is not None and most_rows < LEAST_BOUND:
            raise ValueError(f"the bound must be at least {LEAST_BOUND} rows, not {most_rows}")
        self._most_rows = most_rows
        self._records: npt.NDArray[Any] = np.empty(LEAST_BOUND, record_dtype(n_layers))
        self._smoothed = np.empty(LEAST_BOUND, np.float32)
        self._length = 0
        self._stretches = Stretches()
        self._merging: Merging | None = None
        self._mean = ExponentialMean(SMOOTHING_STEPS)
        self._restarts: list[int] = []
        self.evaluations: list[Evaluation] = []
        self.revision = 0
        """Rises whenever something already appended is changed or dropped."""

    def __len__(self) -> int:
        return self._length

    @property
    def most_rows(self) -> int | None:
        """The bound, or None."""
        return self._most_rows

    @property
    def restarts(self) -> tuple[int, ...]:
        """Steps after which the smoothed cost begins afresh, rising."""
        return tuple(self._restarts)

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """Rows that were merged from the second on, and how often: see `Stretches`."""
        return self._stretches.entries

    @property
    def smoothing_sums(self) -> tuple[float, float]:
        """What the smoothed cost goes on from: see `ExponentialMean`."""
        return self._mean.sums

    @property
    def is_thinned(self) -> bool:
        """Whether older steps have been merged, so that a row no longer stands for one step."""
        return self._stretches.n_rows > 0

    @property
    def records(self) -> npt.NDArray[Any]:
        """All records, oldest first, as a read-only view."""
        view = self._records[: self._length]
        view.flags.writeable = False
        return view

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """Steps taken, shape (n,). Not contiguous: to search it, use `bisect`."""
        return np.asarray(self.records["step"])

    @property
    def costs(self) -> npt.NDArray[np.float32]:
        """Cost of each mini-batch, shape (n,)."""
        return np.asarray(self.records["cost"])

    @property
    def smoothed(self) -> npt.NDArray[np.float32]:
        """Debiased exponential mean of `costs` over `SMOOTHING_STEPS`, shape (n,)."""
        view = self._smoothed[: self._length]
        view.flags.writeable = False
        return view

    @property
    def gradient_norms(self) -> npt.NDArray[np.float32]:
        """Norm of each layer's gradient over √size, shape (n, n_layers)."""
        return np.asarray(self.records["gradient_norm"])

    @classmethod
    def of(cls, arrays: HistoryArrays) -> CurveHistory:
        """Give a history that goes on as the one would have of which these are the arrays."""
        history = cls(arrays.records.dtype["gradient_norm"].shape[0], arrays.most_rows)
        history._length = len(arrays.records)
        history._records, history._smoothed = copied_rows(arrays.records), arrays.smoothed.copy()
        history.evaluations = list(arrays.evaluations)
        history._restarts = list(arrays.restarts)
        history._stretches = Stretches(arrays.stretches)
        history._mean.sums = arrays.smoothing_sums
        return history

    def append(self, records: npt.NDArray[Any]) -> None:
        """Add records of the steps that follow."""
        piece = len(records) if self._most_rows is None else self._most_rows // 4
        for start in range(0, len(records), max(piece, 1)):
            self._append(records[start : start + piece])

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Put an evaluation in its place by step; one of the same step replaces the older one."""
        index = bisect.bisect_left(self.evaluations, evaluation.step, key=lambda e: e.step)
        same = index < len(self.evaluations) and self.evaluations[index].step == evaluation.step
        self.evaluations[index : index + same] = [evaluation]

    def smoothed_at(self, step: int) -> float | None:
        """Give the smoothed cost at a step, or at the newest one before it that is kept.

        None if there is none, or if it is not finite.
        """
        row = self._row_after(step) - 1
        value = float(self.smoothed[row]) if row >= 0 else np.nan
        return value if np.isfinite(value) else None

    def evaluation_at(self, step: int) -> Evaluation | None:
        """Give the newest evaluation at or before a step."""
        index = bisect.bisect_right(self.evaluations, step, key=lambda e: e.step)
        return self.evaluations[index - 1] if index else None

    def rewind(self, step: int) -> None:
        """Drop what came after a step: the run went back."""
        self.revision += 1
        self._length = self._row_after(step)
        self._stretches.cut(self._length)
        self._merging = None
        self._restarts = [entry for entry in self._restarts if entry <= step]
        self._mean = self._mean_now()
        self.evaluations = [entry for entry in self.evaluations if entry.step <= step]

    def copy(self, until: int | None = None) -> CurveHistory:
        """Give a history of its own, of all steps or of those up to one."""
        twin = CurveHistory(self._records["gradient_norm"].shape[1], self._most_rows)
        twin._records = copied_rows(self._records[: max(self._length, 1)])
        twin._smoothed = self._smoothed[: max(self._length, 1)].copy()
        twin._length = self._length
        twin._stretches = self._stretches.copy()
        twin._restarts = list(self._restarts)
        twin.evaluations = list(self.evaluations)
        if until is None:
            twin._mean = twin._mean_now()
        else:
            twin.rewind(until)
        return twin

    def thin_to(self, n_rows: int) -> None:
        """Merge older rows until there are at most so many, at least `LEAST_BOUND`.

        What a bound merges is merged here; what is appended later is kept as before.
        """
        while self._length > max(n_rows, LEAST_BOUND):
            self._thin(self._length)
        self._records = copied_rows(self._records[: max(self._length, 1)])
        self._smoothed = self._smoothed[: max(self._length, 1)].copy()

    def restart_smoothing(self, step: int) -> None:
        """Let the smoothed cost begin afresh after a step: another cost function is used then.

        Parameters
        ----------
        step : int
            Steps taken when the cost function changed. It may lie before or after what has been
            appended; to ask for it twice changes nothing.
        """
        if step in self._restarts:
            return
        bisect.insort(self._restarts, step)
        first = self._row_after(step)
        if first < self._length:
            self._smooth(first, self._length)
            self.revision += 1

    def forget_restarts(self, kept: Collection[int]) -> None:
        """Take back restarts of the smoothed cost that lie at the newest step or after it.

        Parameters
        ----------
        kept : collection of int
            Restarts that stay: the other changes were taken back before a step was taken.
        """
        newest = int(self._records["step"][self._length - 1]) if self._length else 0
        remaining = [step for step in self._restarts if step < newest or step in kept]
        if remaining != self._restarts:
            self._restarts = remaining
            self._mean = self._mean_now()

    def _append(self, records: npt.NDArray[Any]) -> None:
        start, stop = self._length, self._length + len(records)
        while self._most_rows is not None and stop > self._most_rows:
            self._thin(self._most_rows)
            start, stop = self._length, self._length + len(records)
        if stop > len(self._records):
            self._grow(stop)
        self._records[start:stop] = records
        self._length = stop
        self._smooth(start, stop)
        self._merge_ahead(len(records))

    def _row_after(self, step: int) -> int:
        """Give the row of the first step after one."""
        # A sequence to bisect: NumPy's search would copy all steps, which are not contiguous.
        return bisect.bisect_right(self._records["step"], step, hi=self._length)

    def _smooth(self, start: int, stop: int) -> None:
        """Write the smoothed cost of some rows, beginning afresh where that was asked for."""
        before = int(self._records["step"][start - 1]) if start else -1
        newest = int(self._records["step"][stop - 1])
        cuts = {self._row_after(step) for step in self._restarts if before <= step < newest}
        for cut in sorted(cuts | {stop}):
            costs = self._records["cost"][start:cut]
            self._smoothed[start:cut] = self._mean.extend(costs)
            start = cut
            if cut in cuts:
                self._mean = ExponentialMean(SMOOTHING_STEPS)

    def _mean_now(self) -> ExponentialMean:
        """Give the state of the smoothed cost after the newest row."""
        mean, stop = ExponentialMean(SMOOTHING_STEPS), self._length
        start = max(stop - _MEMORY_STEPS, 0)
        if stop and self._restarts:
            start = max(start, self._row_after(self._restarts[-1]))
        if start >= stop:
            return mean
        steps = self._records["step"]
        if int(steps[stop - 1]) - int(steps[start]) == stop - 1 - start:
            mean.extend(self._records["cost"][start:stop])
        else:
            # Rows are missing among these: their mean would be that of the extremes alone.
            mean.extend(np.full(_MEMORY_STEPS, self._smoothed[stop - 1]))
        return mean

    def _thin(self, most_rows: int) -> None:
        """Merge a part of the older rows, so that there is room for others."""
        start, stop = self._to_be_merged(self._stretches, self._length, most_rows)
        merging = self._merging
        if merging is None or merging.start != start:
            merging = Merging(start)
        kept, norms = merging.finish(self._records, stop)
        end = start + len(kept)
        for name in ("_records", "_smoothed"):
            # As rows of bytes: to move records field by field would take seventeen times longer.
            array = getattr(self, name)
            rows = array.view(np.dtype((np.void, array.dtype.itemsize)))
            rows[start:end] = rows[kept]
            flat, size = array.view(np.uint8), array.dtype.itemsize
            flat[size * end : size * (end + self._length - stop)] = flat[
                size * stop : size * self._length
            ]
        self._records["gradient_norm"][start:end] = norms
        self._length += end - stop
        self._merging = None
        self.revision += 1

    @staticmethod
    def _to_be_merged(stretches: Stretches, length: int, most_rows: int) -> tuple[int, int]:
        """Choose the rows that are merged if there are so many in all, and note that they are."""
        # A little below an eighth, which stretches often have all but a few rows: what is merged
        # ahead is then what is merged when it comes to it.
        least = most_rows // 8 - most_rows // 64
        return stretches.merge(1, length - most_rows // 4, least, most_rows // 4)

    def _merge_ahead(self, n_rows: int) -> None:
        """Where the bound is near, merge some of what will be merged then."""
        most_rows = self._most_rows
        if most_rows is None or self._length < most_rows - most_rows // AHEAD:
            return
        start, stop = self._to_be_merged(self._stretches.copy(), most_rows, most_rows)
        if self._merging is None or self._merging.start != start:
            self._merging = Merging(start)
        self._merging.go_on(self._records, min(self._merging.done + AHEAD * n_rows, stop))

    def _grow(self, needed: int) -> None:
        # With a bound, all that will ever be needed: memory that is not written yet is not taken,
        # and nothing is copied while the window waits.
        capacity = self._most_rows or max(needed, 2 * len(self._records))
        for name in ("_records", "_smoothed"):
            old = getattr(self, name)
            new = np.empty(capacity, old.dtype)
            copy_rows(new, old, 0, self._length)
            setattr(self, name, new)
