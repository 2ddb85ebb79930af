"""From columns of the vector to arrays of colours: the strip, and a profile below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.parameter_strip import Columns
from gdviz.nn.parameters import FloatArray, Layout
from gdviz.qt.color_maps import cost_image, diverging_table, sequential_table, signed_image
from gdviz.qt.theme import Theme

Colors = npt.NDArray[np.uint8]
Shares = npt.NDArray[np.float64]

DECADES = 4
"""How far the logarithmic scale of sizes reaches below its limit: gradients span as many."""


@dataclass(frozen=True, eq=False, slots=True)
class Strip:
    """What is on the ruler.

    Parameters
    ----------
    values : ndarray of shape (P,)
        What is coloured.
    layout : Layout
    symbol : str
        What the values are, for example ``∂C/∂w``.
    limit : float
        The value of the last colour, above 0.
    clipped : float
        Share of the values beyond it, 0 to 1.
    way : str
        A key of `words.WAYS`.
    """

    values: FloatArray
    layout: Layout
    symbol: str
    limit: float
    clipped: float
    way: str

    def colors(self, found: Columns, theme: Theme) -> Colors:
        """Give the colours of columns, shape (rows, n, 4): two rows or one."""
        if self.way == "size":
            sizes = np.maximum(found.mean_size[np.newaxis], self.lowest)
            return cost_image(sizes, self.lowest, self.limit, logarithmic=True, theme=theme)
        return signed_image(np.stack([found.high, found.low]), self.limit, theme)

    def table(self, theme: Theme) -> Colors:
        """Give the colours of the whole range, shape (n, 4), from its low to its high end."""
        return sequential_table() if self.way == "size" else diverging_table(theme)

    @property
    def lowest(self) -> float:
        """The value of the first colour."""
        return self.limit / 10**DECADES if self.way == "size" else -self.limit

    @property
    def zero(self) -> float:
        """Where bars of the profile begin, 0 at its upper edge to 1 at its lower one."""
        return 1.0 if self.way == "size" else 0.5

    def heights(self, found: Columns) -> tuple[Shares, Shares]:
        """Give the lower and the upper end of each column's bar, 0 at the lower edge to 1."""
        if self.way == "size":
            sizes = np.maximum(np.nan_to_num(found.mean_size), self.lowest)
            up = 1 + np.log10(sizes / self.limit) / DECADES
            return np.zeros_like(up), np.clip(up, 0, 1)
        low = np.minimum(np.nan_to_num(found.low), 0) / self.limit
        high = np.maximum(np.nan_to_num(found.high), 0) / self.limit
        return (np.clip(low, -1, 0) + 1) / 2, (np.clip(high, 0, 1) + 1) / 2

    def ink(self, value: float, theme: Theme) -> str:
        """Give the colour of letters that can be read on the colour of a value."""
        share = abs(value) / self.limit
        if self.way == "size":
            return "#111111" if share > 10 ** (-DECADES / 2) else "#ffffff"
        if not share > 0.6:  # there the map is half way to its far end
            return theme.text
        return "#111111" if theme.is_dark else "#ffffff"


def profile(strip: Strip, found: Columns, height: int, theme: Theme) -> Colors:
    """Draw how far columns reach: from the smallest to the largest value, or up to the mean size.

    Parameters
    ----------
    strip : Strip
    found : Columns
    height : int
        Rows of pixels.
    theme : Theme

    Returns
    -------
    uint8 ndarray of shape (height, n, 4)
        Clear where nothing is; the limit stands at the edge.
    """
    low, high = strip.heights(found)
    rows = np.arange(height)[:, np.newaxis]
    inside = (rows + 1 > (1 - high) * height) & (rows < (1 - low) * height)
    above = rows < strip.zero * height
    up, down = _rgba(theme.curve_2), _rgba(theme.curve_1)
    if strip.way == "size":
        up = _rgba(theme.muted)
    packed = np.zeros((height, len(low)), np.uint32)
    packed[inside & above] = np.array(up, np.uint8).view(np.uint32)[0]
    packed[inside & ~above] = np.array(down, np.uint8).view(np.uint32)[0]
    return packed[..., np.newaxis].view(np.uint8)


def _rgba(color: str) -> tuple[int, int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16), 255
