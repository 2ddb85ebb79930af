"""A typed formula of a few variables, with exact derivatives; read without `eval`.

A parser of our own turns the text into a list of operations in postfix order, which a loop
with a stack works off for all points at once; text can do nothing but arithmetic. Pure
functions and frozen values: any thread may call.

Imports `tokens`, `parser` and `jets`; `hills` has known formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gdviz.analysis.hill import jets
from gdviz.analysis.hill.jets import FUNCTIONS, Array, Jet
from gdviz.analysis.hill.parser import MAX_DEPTH, NEGATIVE, postfix
from gdviz.analysis.hill.tokens import CONSTANTS, MAX_LENGTH, FormulaError

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "Formula", "FormulaError", "parse_formula"]

_OPERATORS: dict[str, Callable[[Jet, Jet], Jet]] = {
    "+": jets.add,
    "-": jets.subtract,
    "*": jets.multiply,
    "/": jets.divide,
    "^": jets.power,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A cost C of d variables, from `parse_formula`.

    Where C is not defined (a root of −1, 0/0) its value and derivatives are NaN, where it is
    too large ±inf; nothing warns.

    Parameters
    ----------
    text : str
        As typed.
    variables : tuple of str
        The d names, in the order of the points' columns.
    program : tuple
        Numbers, names and operations in postfix order.
    """

    text: str
    variables: tuple[str, ...]
    program: tuple[float | str, ...] = field(repr=False)

    def value(self, points: npt.ArrayLike) -> Array:
        """Give C, shape (n,), at `points` of shape (n, d)."""
        at = self._checked(points)
        found = np.empty(len(at))
        found[:] = self._run(at, 0).value
        return found

    def gradient(self, points: npt.ArrayLike) -> Array:
        """Give ∇C, shape (n, d), exact to rounding; of |z| the slope at the kink is taken as 0."""
        at = self._checked(points)
        found = self._run(at, 1)
        return _filled(found.first, found.value, len(at))

    def second(self, points: npt.ArrayLike) -> Array:
        """Give C″, shape (n,), of a formula of one variable at points of shape (n, 1).

        Raises
        ------
        ValueError
            If the formula has several variables.
        """
        if len(self.variables) != 1:
            raise ValueError(f"C″ is for one variable, not for {', '.join(self.variables)}")
        at = self._checked(points)
        found = self._run(at, 2)
        return _filled(found.second, found.value, len(at))[:, 0]

    def _checked(self, points: npt.ArrayLike) -> Array:
        at = np.asarray(points, np.float64)
        if at.ndim != 2 or at.shape[1] != len(self.variables):
            raise ValueError(f"points must be of shape (n, {len(self.variables)}), not {at.shape}")
        return at

    def _run(self, points: Array, order: int) -> Jet:
        """Work off the program with derivatives up to `order`."""
        variables = {
            name: _variable(points, axis, order) for axis, name in enumerate(self.variables)
        }
        like = variables[self.variables[0]]
        stack: list[Jet] = []
        with np.errstate(all="ignore"):
            for entry in self.program:
                if isinstance(entry, float):
                    stack.append(jets.constant(entry, like))
                elif entry in variables:
                    stack.append(variables[entry])
                elif entry in _OPERATORS:
                    right, left = stack.pop(), stack.pop()
                    stack.append(_OPERATORS[entry](left, right))
                elif entry == NEGATIVE:
                    stack.append(jets.negative(stack.pop()))
                else:
                    stack.append(jets.apply(FUNCTIONS[entry], stack.pop()))
        return stack.pop()


def parse_formula(text: str, variables: tuple[str, ...]) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text : str
        Numbers, `variables`, ``pi`` and ``e``, ``+ - * / ^ **``, parentheses, and the functions
        ``sin cos tan exp log sqrt abs tanh sigmoid`` with their argument in parentheses; also
        ``½ ² · × − π``. At most `MAX_LENGTH` characters.
    variables : tuple of str
        Names, none of them a function or constant.

    Returns
    -------
    Formula
        Its derivatives are exact.

    Raises
    ------
    FormulaError
        If the text is no formula; one sentence that names the place.
    ValueError
        If a variable has no name of its own.

    Notes
    -----
    A multiplication sign may be left out and binds like one that is there: ``3/2x^2`` is
    (3/2)·x², as the lesson writes it. Powers bind tighter than a sign before them, −x² is
    −(x²), and are taken from the right: 2^3^2 = 2^9.
    """
    taken = FUNCTIONS.keys() | CONSTANTS.keys() | {NEGATIVE}
    if not variables or len(set(variables)) < len(variables):
        raise ValueError(f"variables must be different names, not {variables}")
    for name in variables:
        if not name.isalpha() or name in taken:
            raise ValueError(f"a variable cannot be called {name!r}")
    return Formula(text, variables, postfix(text, variables))


def _variable(points: Array, axis: int, order: int) -> Jet:
    """Give a column of the points, whose derivative along its own axis is 1."""
    n_axes = points.shape[1]
    first = tuple(np.asarray(1.0) if own == axis else None for own in range(n_axes))
    return Jet(points[:, axis], first if order else (), (None,) * n_axes if order > 1 else ())


def _filled(slopes: tuple[jets.Slope, ...], value: Array, n: int) -> Array:
    """Give derivatives at every point, shape (n, d), NaN where there is no value to have one."""
    found = np.empty((n, len(slopes)))
    for axis, slope in enumerate(slopes):
        found[:, axis] = 0.0 if slope is None else slope
    found[np.isnan(value)] = np.nan
    return found
