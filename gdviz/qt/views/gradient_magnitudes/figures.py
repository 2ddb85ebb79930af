"""What the pages show, computed by `gdviz.analysis` and put into their rows and arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.analysis.gradient_summary import carried, largest_components
from gdviz.analysis.history import CurveHistory
from gdviz.nn.parameters import Parameters
from gdviz.qt.views.gradient_magnitudes.ranking import RankedComponent, Ranking

N_ROWS = 10


def ranking(parameters: Parameters, gradient: Parameters) -> Ranking:
    """Give the largest components by name and how few weights carry most of |∇C|²."""
    rows = []
    for component in largest_components(gradient, parameters, N_ROWS):
        if component.gradient == 0:
            break
        layer, _, name = component.title.partition("  ")
        rows.append(RankedComponent(layer, name, component.value, -component.gradient))
    half, most = carried(gradient, (0.5, 0.9))
    n_weights = sum(weights.size for weights in gradient.weights)
    return Ranking(tuple(rows), half, most, n_weights)


def norms_over_time(
    history: CurveHistory, n_columns: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give steps and each layer's norm over √size, root mean square over a column of steps.

    Returns
    -------
    steps : ndarray of shape (m,)
    norms : ndarray of shape (m, n_layers)
    """
    steps, norms = history.steps, history.gradient_norms
    if not len(steps):
        return np.empty(0), np.empty((0, norms.shape[1] if norms.ndim == 2 else 0))
    stride = max(len(steps) // n_columns, 1)
    starts = np.arange(0, len(steps), stride)
    counts = np.diff(np.append(starts, len(steps)))
    squares = np.add.reduceat(norms.astype(float) ** 2, starts, axis=0)
    return steps[starts + counts - 1].astype(float), np.sqrt(squares / counts[:, None])
