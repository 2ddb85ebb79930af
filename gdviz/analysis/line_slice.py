"""A slice of the cost along one direction: values, slope, curvature, and where a step leads.

Imports NumPy only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False, slots=True)
class LineSlice:
    """The exact cost along a direction through the network's own parameters.

    Parameters
    ----------
    title : str
        The direction's name.
    t : ndarray of shape (n,)
        Where the cost is known, rising, in units of the direction; 0 is the network.
    cost, error : ndarray of shape (n,)
        The cost there, and the standard error of each.
    slope, curvature : float
        dC/dt and d²C/dt² at 0; the curvature is NaN if unknown.
    step : float
        Where the next step goes: its projection on the line, in units of the direction; NaN if
        unknown. Only a step along the line itself ends on the slice.
    unit : float
        Length of the direction.
    n_examples : int
        On so many examples.
    learning_rate : float
    start_cost : float
        At t = 0, which need not be one of `t`.
    """

    title: str
    t: npt.NDArray[np.float64]
    cost: npt.NDArray[np.float64]
    error: npt.NDArray[np.float64]
    slope: float
    curvature: float
    step: float
    unit: float
    n_examples: int
    learning_rate: float
    start_cost: float = math.nan

    @property
    def limit(self) -> float:
        """How far a step may go before the local parabola stands higher than at 0.

        −2·slope/curvature; NaN unless the curvature is positive.
        """
        return -2 * self.slope / self.curvature if self.curvature > 0 else math.nan
