"""The curves of a run so far: every step, kept in arrays that grow.

Owned by one thread: the GUI's session, or the command line. Views read slices and never write.
"""

from __future__ import annotations

import bisect
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.smoothing import ExponentialMean
from gdviz.training.evaluation import Evaluation
from gdviz.training.records import record_dtype

SMOOTHING_STEPS = 50
"""Time constant of the smoothed cost. Over 100 steps the curve visibly lags behind."""


class CurveHistory:
    """Every step's record and every evaluation of one run.

    Parameters
    ----------
    n_layers : int
        Layers with weights.
    """

    def __init__(self, n_layers: int) -> None:
        self._records: npt.NDArray[Any] = np.empty(1024, record_dtype(n_layers))
        self._smoothed = np.empty(1024, np.float32)
        self._length = 0
        self._mean = ExponentialMean(SMOOTHING_STEPS)
        self.evaluations: list[Evaluation] = []
        self.revision = 0
        """Rises whenever something already appended is changed or dropped."""

    def __len__(self) -> int:
        return self._length

    @property
    def records(self) -> npt.NDArray[Any]:
        """All records, oldest first, as a read-only view."""
        view = self._records[: self._length]
        view.flags.writeable = False
        return view

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """Steps taken, shape (n,)."""
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

    def append(self, records: npt.NDArray[Any]) -> None:
        """Add records of the steps that follow."""
        if not len(records):
            return
        stop = self._length + len(records)
        if stop > len(self._records):
            self._grow(stop)
        self._records[self._length : stop] = records
        self._smoothed[self._length : stop] = self._mean.extend(records["cost"])
        self._length = stop

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Put an evaluation in its place by step; one of the same step replaces the older one."""
        index = bisect.bisect_left(self.evaluations, evaluation.step, key=lambda e: e.step)
        same = index < len(self.evaluations) and self.evaluations[index].step == evaluation.step
        self.evaluations[index : index + same] = [evaluation]

    def rewind(self, step: int) -> None:
        """Drop what came after a step: the run went back."""
        self.revision += 1
        self._length = int(np.searchsorted(self.steps, step, side="right"))
        self._mean = ExponentialMean(SMOOTHING_STEPS)
        self._smoothed[: self._length] = self._mean.extend(self.costs)
        self.evaluations = [entry for entry in self.evaluations if entry.step <= step]

    def _grow(self, needed: int) -> None:
        capacity = max(needed, 2 * len(self._records))
        for name in ("_records", "_smoothed"):
            old = getattr(self, name)
            new = np.empty(capacity, old.dtype)
            new[: self._length] = old[: self._length]
            setattr(self, name, new)
