"""Formulas of given variables, as they are typed and remembered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gdviz.analysis.hill.formula import Formula, FormulaError, parse_formula


@dataclass(frozen=True, slots=True)
class FormulasOf:
    """Formulas of the same variables.

    Parameters
    ----------
    variables : tuple of str
    """

    variables: tuple[str, ...]

    def read(self, text: str) -> Formula:
        """Read a formula.

        Raises
        ------
        FormulaError
            If the text is none.
        """
        return parse_formula(text, self.variables)

    def problem(self, text: str) -> str:
        """Say what is wrong with a text; nothing if it is a formula."""
        try:
            self.read(text)
        except FormulaError as error:
            return str(error)
        return ""

    def readable(self, text: Any) -> Formula | None:
        """Give the formula that was remembered, None if it is none."""
        return self.read(text) if isinstance(text, str) and not self.problem(text) else None


def finite_numbers(values: Any) -> list[float]:
    """Give finite numbers that were remembered; none if one of them is not."""
    if not isinstance(values, list):
        return []
    is_number = [isinstance(v, int | float) and math.isfinite(v) for v in values]
    return [float(value) for value in values] if all(is_number) else []
