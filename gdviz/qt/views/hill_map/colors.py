"""How each optimizer is drawn, and which costs get which colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

GROUND = "#4b5468"
"""The middle of the map's colours: samples of lines stand on it in every theme."""


@dataclass(frozen=True, slots=True)
class LineStyle:
    """A colour and a dash: stroke and gap in widths of the line, none of them if solid."""

    color: str
    dash: tuple[float, ...]


# On the map, whose colours are those of all themes: each at least 3:1 against its dark half, and
# rimmed with dark for its light one.
_STYLES: dict[str, LineStyle] = {
    "gradient_descent": LineStyle("#ffffff", ()),
    "momentum": LineStyle("#ff8c42", (5.0, 2.0)),
    "nesterov": LineStyle("#ffc9a3", (2.0, 1.5)),
    "adagrad": LineStyle("#9be08f", (7.0, 2.0)),
    "rmsprop": LineStyle("#f6a5d3", (1.2, 1.2)),
    "adam": LineStyle("#6cc6ff", (4.0, 1.5)),
    "adamw": LineStyle("#c9b6ff", (3.0, 3.0)),
}
_OTHER = LineStyle("#e6e9ec", (6.0, 3.0))


def style_of(key: str) -> LineStyle:
    """Give how an optimizer's path is drawn."""
    return _STYLES.get(key, _OTHER)


@dataclass(frozen=True, slots=True)
class CostScale:
    """Which costs the colours stand for.

    Parameters
    ----------
    low, high : float
        The ends.
    logarithmic : bool
    """

    low: float
    high: float
    logarithmic: bool

    def share(self, cost: float) -> float:
        """Give where a cost is on the scale, from 0 to 1."""
        if self.logarithmic:
            at = np.log(max(cost, self.low) / self.low) / np.log(self.high / self.low)
        else:
            at = (cost - self.low) / (self.high - self.low)
        return float(np.clip(at, 0.0, 1.0))


def scale_of(cost: npt.NDArray[np.float64]) -> CostScale:
    """Choose a scale for the costs of a map: logarithmic over more than a factor of ten."""
    finite = cost[np.isfinite(cost)]
    if not len(finite):
        return CostScale(0.0, 1.0, False)
    low, high = float(finite.min()), float(finite.max())
    if not high > low:
        return CostScale(low, low + 1.0, False)
    if low >= 0 and high > 10 * low:
        # A cost of 0 has no logarithm: all that is four decades below the highest is as dark.
        return CostScale(max(low, 1e-4 * high), high, True)
    return CostScale(low, high, False)
