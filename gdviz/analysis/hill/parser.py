"""The grammar of formulas: tokens in, operations in postfix order out.

Imports `tokens` and the names of the functions in `jets`; `formula` is what others call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gdviz.analysis.hill.jets import FUNCTIONS
from gdviz.analysis.hill.tokens import CONSTANTS, FormulaError, Token, tokens

MAX_DEPTH = 40
"""Parentheses, signs and exponents within each other."""

NEGATIVE = "negative"
"""The operation of a minus sign before a factor."""

_BEGINS_A_FACTOR = ("name", "(")
"""What may follow a factor without a sign; 2 3 and x2 may not, they could mean anything."""


def postfix(text: str, variables: tuple[str, ...]) -> tuple[float | str, ...]:
    """Give numbers, names and operations (``+ - * / ^``, functions, `NEGATIVE`) in postfix order.

    Raises
    ------
    FormulaError
        If the text is no formula.
    """
    return _Parser(text, variables).program()


class _Parser:
    """Recursive descent, one method a rule; writes the operations in postfix order."""

    def __init__(self, text: str, variables: tuple[str, ...]) -> None:
        self._tokens = tuple(_apart(tokens(text), variables))
        self._variables = variables
        self._index = 0
        self._depth = 0
        self._program: list[float | str] = []

    def program(self) -> tuple[float | str, ...]:
        if self._next.kind == "end":
            raise FormulaError("There is no formula yet.", 0)
        self._sum()
        if self._next.kind == ")":
            raise FormulaError(
                f"No parenthesis was opened for the one {self._next.where}.", self._next.place
            )
        if self._next.kind != "end":
            raise FormulaError(f"An operator is missing {self._next.where}.", self._next.place)
        return tuple(self._program)

    @property
    def _next(self) -> Token:
        return self._tokens[self._index]

    def _take(self) -> Token:
        token = self._next
        self._index += 1
        return token

    def _sum(self) -> None:
        """Read product (± product)*."""
        self._product()
        while self._next.kind in ("+", "-"):
            sign = self._take().kind
            self._product()
            self._program.append(sign)

    def _product(self) -> None:
        """Read signed ((* | / | nothing) signed)*."""
        self._signed()
        while True:
            if self._next.kind in ("*", "/"):
                sign = self._take().kind
                self._signed()
                self._program.append(sign)
            elif self._next.kind in _BEGINS_A_FACTOR:
                self._power()
                self._program.append("*")
            else:
                return

    def _signed(self) -> None:
        """Read a power with any signs before it."""
        if self._next.kind not in ("+", "-"):
            self._power()
            return
        sign = self._take()
        self._deeper(sign, self._signed)
        if sign.kind == "-":
            self._program.append(NEGATIVE)

    def _power(self) -> None:
        """Read atom ²* (^ signed)?."""
        self._atom()
        while self._next.kind == "raised":
            self._program += [self._take().number, "^"]
        if self._next.kind == "^":
            sign = self._take()
            self._deeper(sign, self._signed)
            self._program.append("^")

    def _atom(self) -> None:
        """Read a number, a name or what stands in parentheses."""
        token = self._take()
        if token.kind == "number":
            self._program.append(token.number)
        elif token.kind == "name":
            self._name(token)
        elif token.kind == "(":
            self._inside(token)
        else:
            raise FormulaError(
                f"A number, a variable or a parenthesis is missing {token.where}.", token.place
            )

    def _name(self, token: Token) -> None:
        """Read a variable, a constant or a function with its argument."""
        name = token.text
        if name in self._variables:
            self._program.append(name)
        elif name in CONSTANTS:
            self._program.append(CONSTANTS[name])
        elif name in FUNCTIONS:
            if self._next.kind != "(":
                raise FormulaError(
                    f"The function {token.where} needs its argument in parentheses.", token.place
                )
            self._inside(self._take())
            self._program.append(name)
        else:
            raise FormulaError(
                f"The name {token.where} is not known; "
                f"the variables are {' and '.join(self._variables)}.",
                token.place,
            )

    def _inside(self, opened: Token) -> None:
        """Read the rest of a parenthesis."""
        self._deeper(opened, self._sum)
        closing = self._take()
        if closing.kind == "end":
            raise FormulaError(f"The parenthesis {opened.where} is not closed.", opened.place)
        if closing.kind != ")":
            raise FormulaError(f"An operator is missing {closing.where}.", closing.place)

    def _deeper(self, token: Token, rule: Callable[[], None]) -> None:
        """Read a rule one level down."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FormulaError(
                f"More than {MAX_DEPTH} levels lie within each other {token.where}.", token.place
            )
        rule()
        self._depth -= 1


def _apart(found: tuple[Token, ...], variables: tuple[str, ...]) -> Iterator[Token]:
    """Take variables written in a row, like xy, as one after the other."""
    for token in found:
        name = token.text
        known = name in variables or name in CONSTANTS or name in FUNCTIONS
        if token.kind == "name" and not known and all(letter in variables for letter in name):
            yield from (
                Token("name", letter, token.place + index) for index, letter in enumerate(name)
            )
        else:
            yield token
