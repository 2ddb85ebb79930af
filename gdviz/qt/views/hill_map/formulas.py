"""Formulas of x and y, as they are typed and remembered."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gdviz.analysis.hill.compass import around
from gdviz.analysis.hill.formula import Formula, FormulaError, parse_formula
from gdviz.qt.views.hill_map.compass import Around

VARIABLES = ("x", "y")
N_DIRECTIONS = 120


def formula_of(text: str) -> Formula:
    """Read a formula of x and y.

    Raises
    ------
    FormulaError
        If the text is none.
    """
    return parse_formula(text, VARIABLES)


def problem_of(text: str) -> str:
    """Say what is wrong with a text; nothing if it is a formula."""
    try:
        formula_of(text)
    except FormulaError as error:
        return str(error)
    return ""


def readable(text: Any) -> Formula | None:
    """Give the formula that was remembered, None if it is none."""
    return formula_of(text) if isinstance(text, str) and not problem_of(text) else None


def numbers(values: Any) -> list[float]:
    """Give finite numbers that were remembered; none if one of them is not."""
    if not isinstance(values, list):
        return []
    is_number = [isinstance(v, int | float) and math.isfinite(v) for v in values]
    return [float(value) for value in values] if all(is_number) else []


def around_point(formula: Formula, x: float, y: float, radius: float) -> Around:
    """Give the costs on a circle, for the compass."""
    angles, costs = around(formula, [x, y], radius, N_DIRECTIONS)
    here = np.array([[x, y]])
    gradient = formula.gradient(here)[0]
    changes = costs - formula.value(here)[0]
    return Around(angles, changes, (float(gradient[0]), float(gradient[1])), radius)
