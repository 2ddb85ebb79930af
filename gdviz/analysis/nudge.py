"""One weight moved by hand on a copy: what the cost does, and what the gradient foretold.

Imports `line_slice` and `lines`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.line_slice import LineSlice, line_slices
from gdviz.analysis.lines import weight_line
from gdviz.nn.parameters import Architecture, Parameters


@dataclass(frozen=True, slots=True)
class Nudge:
    """What became of the cost when one weight was moved.

    Parameters
    ----------
    index : int
        Position in `Parameters.vector`.
    change : float
        Δ, what was added to it.
    slope : float
        ∂C/∂w before.
    before, after : float
        C, the mean over the examples.
    n_examples : int
    """

    index: int
    change: float
    slope: float
    before: float
    after: float
    n_examples: int

    @property
    def true_change(self) -> float:
        """C after minus C before."""
        return self.after - self.before

    @property
    def predicted_change(self) -> float:
        """What the gradient alone says: ∂C/∂w · Δ."""
        return self.slope * self.change


def nudge(
    architecture: Architecture,
    parameters: Parameters,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    index: int,
    change: float,
    should_stop: Callable[[], bool] | None = None,
) -> Nudge | None:
    """Move one weight of a copy and compare.

    Any thread may call, with parameters that nobody writes meanwhile.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
    images : ndarray of shape (n, n_in)
    labels : ndarray of shape (n,)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    index : int
        Position in the vector.
    change : float
        Δ; finite and not 0.
    should_stop : callable, optional

    Returns
    -------
    Nudge, or None
        None: told to stop.

    Raises
    ------
    ValueError
        If the change is 0 or not finite.

    Notes
    -----
    In float64: in float32 the difference of two costs is lost in rounding for small Δ.
    """
    if not (np.isfinite(change) and change != 0):
        raise ValueError(f"a weight is moved by a finite number that is not 0, not by {change}")
    found = line_slices(
        architecture,
        parameters,
        [weight_line(parameters.layout, index)],
        images,
        labels,
        cost,
        t=np.sort([0.0, float(change)]),
        dtype=np.float64,
        should_stop=should_stop or (lambda: False),
    )
    if found is None:
        return None
    line = found[0]
    after = float(line.cost[1 if change > 0 else 0])
    return Nudge(index, float(change), line.slope, line.start_cost, after, line.n_examples)


def weight_slices(
    architecture: Architecture,
    parameters: Parameters,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    indices: Sequence[int],
    should_stop: Callable[[], bool] | None = None,
) -> list[LineSlice] | None:
    """Slice the cost along single weights, all on one scale.

    Arguments and threads as for `nudge`; `indices` are positions in the vector.

    Returns
    -------
    list of LineSlice, or None
        One for each index; None: told to stop.
    """
    lines = [weight_line(parameters.layout, index) for index in indices]
    stop = should_stop or (lambda: False)
    return line_slices(architecture, parameters, lines, images, labels, cost, should_stop=stop)
