"""Which images of a split are looked through, and in which order: filters over `Outcomes`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.subject import SplitName

Verdict = Literal["any", "wrong", "right"]
Order = Literal["number", "least_sure", "most_sure"]


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Which images are looked through.

    Parameters
    ----------
    split : {"test", "train"}
    verdict : {"any", "wrong", "right"}
        What the network makes of them.
    label : int or None
        Only images of this digit.
    said : int or None
        Only images of which the network says this.
    order : {"number", "least_sure", "most_sure"}
        By their rows, or by the largest output.
    """

    split: SplitName = "test"
    verdict: Verdict = "any"
    label: int | None = None
    said: int | None = None
    order: Order = "number"

    @property
    def asks_the_network(self) -> bool:
        """Whether the network must have been tried on the whole split."""
        return self.verdict != "any" or self.said is not None or self.order != "number"

    @property
    def words(self) -> str:
        """What is looked for, for example ``wrong test images of a 9, called 4``."""
        kind = "training" if self.split == "train" else "test"
        verdict = "" if self.verdict == "any" else f"{self.verdict} "
        label = "" if self.label is None else f" of a {self.label}"
        said = "" if self.said is None else f", called {self.said}"
        return f"{verdict}{kind} images{label}{said}"


@dataclass(frozen=True, eq=False, slots=True)
class Selection:
    """The images that a filter leaves.

    Parameters
    ----------
    rows : ndarray of shape (n,), intp
        Of the split, rising.
    keys : ndarray of shape (n_split,), float64
        Of every image of the split: smaller comes first, of equals the smaller row.
    """

    rows: npt.NDArray[np.intp]
    keys: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, row: int) -> bool:
        place = int(np.searchsorted(self.rows, row))
        return place < len(self.rows) and int(self.rows[place]) == row

    def rank(self, row: int) -> int:
        """Give how many images come before one."""
        return int(self._before(row).sum())

    def first(self) -> int | None:
        """Give the first image; None if there is none."""
        return int(self.rows[np.argmin(self.keys[self.rows])]) if len(self.rows) else None

    def last(self) -> int | None:
        """Give the last image; None if there is none."""
        # Of equal keys argmin finds the first: turned round, that is the last.
        turned = self.rows[::-1]
        return int(turned[np.argmax(self.keys[turned])]) if len(turned) else None

    def after(self, row: int | None) -> int | None:
        """Give the image after one, which need not be among them itself, going round."""
        if row is None:
            return self.first()
        later = self.rows[~self._before(row) & (self.rows != row)]
        return Selection(later, self.keys).first() if len(later) else self.first()

    def before(self, row: int | None) -> int | None:
        """Give the image before one, which need not be among them itself, going round."""
        if row is None:
            return self.last()
        earlier = self.rows[self._before(row)]
        return Selection(earlier, self.keys).last() if len(earlier) else self.last()

    def another(self, row: int | None) -> int | None:
        """Give an image far from one; asked again and again, all of them come by.

        The step is the golden section of their number: the images of a walk are spread evenly,
        however many there are.
        """
        count = len(self.rows)
        if count == 0:
            return None
        step = max(round(count * (math.sqrt(5) - 1) / 2), 1)
        while math.gcd(step, count) != 1:
            step += 1
        place = 0 if row is None else int(np.searchsorted(self.rows, row))
        return int(self.rows[(place + step) % count])

    def _before(self, row: int) -> npt.NDArray[np.bool_]:
        keys, key = self.keys[self.rows], self.keys[row]
        return np.asarray((keys < key) | ((keys == key) & (self.rows < row)))


def selection_of(
    wanted: ImageFilter, labels: npt.NDArray[np.uint8], outcomes: Outcomes | None
) -> Selection | None:
    """Give the images of a split that a filter leaves.

    Any thread may call.

    Parameters
    ----------
    wanted : ImageFilter
    labels : ndarray of shape (n,)
        Of the split.
    outcomes : Outcomes or None
        Of the same split, if they are known.

    Returns
    -------
    Selection or None
        None if the filter asks for what is not known.
    """
    is_in = np.ones(len(labels), bool) if wanted.label is None else labels == wanted.label
    keys = np.arange(len(labels), dtype=np.float64)
    if wanted.asks_the_network:
        if outcomes is None or len(outcomes) != len(labels):
            return None
        if wanted.verdict != "any":
            is_in = is_in & (outcomes.is_right == (wanted.verdict == "right"))
        if wanted.said is not None:
            is_in = is_in & (outcomes.said == wanted.said)
        if wanted.order != "number":
            # An output that is no number is not sure of anything.
            sure = np.nan_to_num(outcomes.largest.astype(np.float64), nan=-np.inf)
            keys = sure if wanted.order == "least_sure" else -sure
    return Selection(np.flatnonzero(is_in), keys)
