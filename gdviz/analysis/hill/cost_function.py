"""What can be walked down: anything with a cost and its gradient at many points.

A `formula.Formula` is one; two weights of a network can be another.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt


class CostFunction(Protocol):
    """A cost C of d variables; NaN where it is not defined, never a warning."""

    def value(self, points: npt.NDArray[np.float64], /) -> npt.NDArray[np.float64]:
        """Give C, shape (n,), at points of shape (n, d)."""

    def gradient(self, points: npt.NDArray[np.float64], /) -> npt.NDArray[np.float64]:
        """Give ∇C, shape (n, d), at points of shape (n, d)."""


class NamedCost(CostFunction, Protocol):
    """A cost that says what it is."""

    @property
    def text(self) -> str:
        """Give the formula, or what it is in words."""
