"""A typed formula cut into numbers, names and signs; nothing that is typed is ever carried out.

Imports the standard library only; `formula` puts the tokens together.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

MAX_LENGTH = 200
"""Characters of a formula."""

CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_π][A-Za-z_]*")
_RAISED = {raised: str(digit) for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_SIGNS = {sign: sign for sign in "+-*/^()"} | {"−": "-", "·": "*", "×": "*", "÷": "/"}


class FormulaError(ValueError):
    """A formula that cannot be read; the message is one sentence that names the place.

    Parameters
    ----------
    message : str
        The sentence.
    place : int
        Index of the character it is about; the text's length for what is missing at its end.
    """

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


class Token(NamedTuple):
    """One piece of the text."""

    kind: str
    """``number``, ``name``, ``raised`` (an exponent like ²), ``end``, or the sign itself."""
    text: str
    place: int
    number: float = math.nan

    @property
    def where(self) -> str:
        """Say which piece it is and where, counted from 1, for a message."""
        if self.kind == "end":
            return "at the end"
        return f"at “{self.text}” (character {self.place + 1})"


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a formula into tokens, the last of kind ``end``.

    Raises
    ------
    FormulaError
        If the text is too long, or has a character or number that is not known.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"A formula may have {MAX_LENGTH} characters, this one has {len(text)}.", MAX_LENGTH
        )
    found: list[Token] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        found.append(_token(text, place))
        place += len(found[-1].text)
    return (*found, Token("end", "", len(text)))


def _token(text: str, place: int) -> Token:
    """Read the one token that begins here."""
    character = text[place]
    if text.startswith("**", place):
        return Token("^", "**", place)
    if character in _SIGNS:
        return Token(_SIGNS[character], character, place)
    if character in _FRACTIONS:
        return Token("number", character, place, _FRACTIONS[character])
    if character in _RAISED:
        end = place
        while end < len(text) and text[end] in _RAISED:
            end += 1
        digits = "".join(_RAISED[raised] for raised in text[place:end])
        return _number("raised", text[place:end], place, digits)
    if match := _NUMBER.match(text, place):
        return _number("number", match[0], place, match[0])
    if match := _NAME.match(text, place):
        return Token("name", match[0], place)
    raise FormulaError(f"“{character}” (character {place + 1}) has no meaning in a formula.", place)


def _number(kind: str, text: str, place: int, digits: str) -> Token:
    token = Token(kind, text, place, float(digits))
    if math.isinf(token.number):
        raise FormulaError(f"The number {token.where} is too large.", place)
    return token
