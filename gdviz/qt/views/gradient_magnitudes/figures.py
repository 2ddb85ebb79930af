"""What the pages show, computed by `gdviz.analysis` and put into their rows and arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.analysis.column_means import ColumnMeans
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
        rows.append(
            RankedComponent(component.index, layer, name, component.value, -component.gradient)
        )
    half, most = carried(gradient, (0.5, 0.9))
    n_weights = sum(weights.size for weights in gradient.weights)
    return Ranking(tuple(rows), half, most, n_weights)


def norms_over_time(
    history: CurveHistory, means: ColumnMeans, n_columns: int
) -> tuple[int, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give each layer's norm over √size, root mean square over columns of rows.

    Parameters
    ----------
    history : CurveHistory
    means : ColumnMeans
        Of this history's norms.
    n_columns : int

    Returns
    -------
    stride : int
        Rows in a column.
    steps : ndarray of shape (m,)
        The last of each column.
    norms : ndarray of shape (m, n_layers)
    """
    stride, norms = means.roots(history.gradient_norms, n_columns)
    ends = np.minimum(np.arange(1, len(norms) + 1) * stride, len(history)) - 1
    return stride, history.steps[ends].astype(float), norms
