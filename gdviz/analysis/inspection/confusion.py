"""Which digit is taken for which: counts of (label, said), and their shares of a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.outcomes import Outcomes

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Confusion:
    """How often each label got each answer.

    Parameters
    ----------
    counts : ndarray of shape (n_outputs, n_outputs), int64
        Row: what the image is; column: what the network says. A class without images is a
        row of zeros.
    """

    counts: Counts

    @property
    def n_classes(self) -> int:
        """Rows, and columns."""
        return len(self.counts)

    @property
    def total(self) -> int:
        """All images."""
        return int(self.counts.sum())

    @property
    def n_right(self) -> int:
        """Images on the diagonal."""
        return int(np.trace(self.counts))

    @property
    def row_totals(self) -> Counts:
        """Images of each class, shape (n_outputs,)."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def column_totals(self) -> Counts:
        """How often each is said, shape (n_outputs,)."""
        return np.asarray(self.counts.sum(axis=0))

    @property
    def shares(self) -> Shares:
        """Each count as a share of its row, same shape; NaN in the row of an absent class."""
        totals = self.row_totals[:, np.newaxis]
        blank = np.full(self.counts.shape, np.nan)
        return np.asarray(np.divide(self.counts, totals, out=blank, where=totals > 0))

    def largest(self, values: npt.NDArray[np.generic], *, with_diagonal: bool) -> float:
        """Give the largest of some values of this shape, at most times off the diagonal only.

        Parameters
        ----------
        values : ndarray of shape (n_outputs, n_outputs)
            NaN is passed over.
        with_diagonal : bool
            Nine in ten images stand on the diagonal: beside it all mistakes look alike.

        Returns
        -------
        float
            0 if there is none.
        """
        masked = np.array(values, np.float64)
        if not with_diagonal:
            np.fill_diagonal(masked, 0.0)
        return float(np.nanmax(masked, initial=0.0))

    def worst(self) -> tuple[int, int]:
        """Give the commonest mistake, (label, said)."""
        off = self.counts.copy()
        np.fill_diagonal(off, -1)
        label, said = np.unravel_index(int(off.argmax()), off.shape)
        return int(label), int(said)


def confusion_of(outcomes: Outcomes) -> Confusion:
    """Count the outcomes; 10,000 take 0.1 ms. Any thread may call.

    Raises
    ------
    ValueError
        If a label has no output.
    """
    n = outcomes.outputs.shape[1]
    labels = outcomes.labels.astype(np.int64)
    if labels.size and int(labels.max()) >= n:
        raise ValueError(f"label {int(labels.max())} has no output among {n}")
    flat = np.bincount(labels * n + outcomes.said, minlength=n * n)
    return Confusion(flat.reshape(n, n).astype(np.int64, copy=False))
