"""Formulas of w, as they are typed and remembered."""

from __future__ import annotations

import math
from typing import Any

from gdviz.analysis.hill.formula import Formula, FormulaError, parse_formula

VARIABLES = ("w",)


def formula_of(text: str) -> Formula:
    """Read a formula of w.

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
