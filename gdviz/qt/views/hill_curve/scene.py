"""What the picture of a hill of one variable shows, as values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

WAYS: dict[str, str] = {
    "descent": "Gradient descent",
    "flow": "Gradient flow",
    "mass": "Ball with mass",
}
"""The ways down that are told apart, with what they are called."""


@dataclass(frozen=True, eq=False, slots=True)
class Track:
    """Where one ball was after every step.

    Parameters
    ----------
    way : str
        A key of `WAYS`.
    w : ndarray of shape (n + 1,)
        From the start; NaN after it has left every bound.
    cost : ndarray of shape (n + 1,)
    began_at : int
        The step of the picture at which it was dropped.
    """

    way: str
    w: Values
    cost: Values
    began_at: int

    def index_at(self, step: int) -> int:
        """Give which of its points it is at; its last one after the end."""
        return min(max(step - self.began_at, 0), len(self.w) - 1)


@dataclass(frozen=True, eq=False, slots=True)
class Valleys:
    """Where balls dropped anywhere on the axis come to rest.

    Parameters
    ----------
    minima : tuple of float
        From left to right.
    of_start : ndarray of int, shape (n,)
        Index of the valley for starts spread evenly over the axis; -1 for none.
    """

    minima: tuple[float, ...]
    of_start: npt.NDArray[np.intp]

    def shares(self) -> list[float]:
        """Give the share of starts that each valley gets."""
        n = max(len(self.of_start), 1)
        return [float((self.of_start == k).sum()) / n for k in range(len(self.minima))]

    def lost(self) -> float:
        """Give the share of starts that come to rest in none."""
        return float((self.of_start < 0).mean()) if len(self.of_start) else 0.0


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """Everything that is painted.

    Parameters
    ----------
    w, cost : ndarray of shape (n,)
        The curve.
    heights : (float, float)
        Costs at the lower and upper edge.
    tracks : tuple of Track
        The last one is the ball whose numbers are shown.
    step : int
    slope : float
        C′ at that ball.
    next_w : float
        Where gradient descent takes it next; NaN for what is not told by C′ alone.
    valleys : Valleys or None
    hides_slope : bool
        While the user is to say where it goes.
    """

    w: Values
    cost: Values
    heights: tuple[float, float]
    tracks: tuple[Track, ...] = ()
    step: int = 0
    slope: float = float("nan")
    next_w: float = float("nan")
    valleys: Valleys | None = None
    hides_slope: bool = False


def heights_of(cost: Values) -> tuple[float, float]:
    """Give the range of costs to be painted: all that are finite, with a margin."""
    finite = cost[np.isfinite(cost)]
    if not len(finite):
        return (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    margin = 0.06 * (high - low) or 0.5
    return (low - margin, high + margin)
