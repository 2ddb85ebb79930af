"""The cost in all directions around a point, for the compass."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.hill.compass import around
from gdviz.analysis.hill.cost_function import NamedCost
from gdviz.qt.views.hill_map.compass import Around

N_DIRECTIONS = 120


def around_point(formula: NamedCost, x: float, y: float, radius: float) -> Around:
    """Give the costs on a circle, for the compass."""
    angles, costs = around(formula, [x, y], radius, N_DIRECTIONS)
    here = np.array([[x, y]])
    gradient = formula.gradient(here)[0]
    changes = costs - formula.value(here)[0]
    return Around(angles, changes, (float(gradient[0]), float(gradient[1])), radius)
