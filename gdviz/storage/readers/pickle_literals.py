"""Reading numbers, texts and bytes out of a pickle: the operations that only push a value."""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Callable

from gdviz.storage.readers.pickle_state import PickleError, PickleState

Operation = Callable[[PickleState], None]

_FLOAT = struct.Struct(">d")
_LONG_BYTES = 32
_NUMBER_CHARACTERS = 100

SHORT_TEXT = 256
"""Longest string of Python 2 that becomes a text; a longer one is no name but data, and stays
bytes."""

SHORT_BYTES = 4_096
"""Longest string of bytes that is copied."""

_STRANGE_ESCAPE = re.compile(rb"\\(?!['\"abfnrtv]|x[0-9A-Fa-f]{2})")

# One character beyond the first 256, and Python keeps four bytes for every character of a text.
_WIDE_UTF8 = re.compile(rb"[\xc4-\xff]")
_WIDE_ESCAPE = re.compile(rb"\\u(?!00)|\\U")
_WIDE_BYTES = 4


def pushing(value: object) -> Operation:
    """Give the operation that pushes this value."""
    return lambda state: state.stack.append(value)


def pushing_new(make: Callable[[], object]) -> Operation:
    """Give the operation that pushes a new empty container."""
    return lambda state: state.stack.append(make())


def _pushing_number(n_bytes: int, *, signed: bool = False) -> Operation:
    return lambda state: state.stack.append(state.number(n_bytes, signed=signed))


def _pushing_bytes(n_length: int) -> Operation:
    def act(state: PickleState) -> None:
        n_bytes = state.number(n_length)
        if n_bytes <= SHORT_BYTES:
            state.spend(n_bytes)
            state.stack.append(state.copy(n_bytes))
        else:
            state.stack.append(state.take(n_bytes))

    return act


def _pushing_text(n_length: int) -> Operation:
    def act(state: PickleState) -> None:
        n_bytes = state.number(n_length)
        if n_bytes <= SHORT_BYTES:
            text = state.copy(n_bytes).decode()
            state.spend(n_bytes if text.isascii() else n_bytes * _WIDE_BYTES)
        else:
            encoded = state.take(n_bytes)
            _spend(state, encoded, _WIDE_UTF8)
            text = str(encoded, "utf-8")
        state.stack.append(text)

    return act


def _spend(state: PickleState, encoded: memoryview, wide: re.Pattern[bytes]) -> None:
    """Count what a text will take, before it is decoded."""
    state.spend(len(encoded) * (_WIDE_BYTES if wide.search(encoded) else 1))


def _pushing_old_text(n_length: int) -> Operation:
    def act(state: PickleState) -> None:
        n_bytes = state.number(n_length)
        if n_bytes <= SHORT_TEXT:
            state.spend(n_bytes)
            state.stack.append(str(state.copy(n_bytes), "latin-1"))
        else:
            state.stack.append(state.take(n_bytes))

    return act


def _quoted_text(state: PickleState) -> None:
    """Push a string of Python 2 as its program would show it, in quotation marks."""
    line = state.line()
    state.spend(2 * len(line))
    quoted = bytes(line).strip()
    if len(quoted) < 2 or quoted[0] != quoted[-1] or quoted[:1] not in (b"'", b'"'):
        raise PickleError("a string without quotation marks")
    # A name in braces would make the decoder import a table of names.
    escaped = quoted[1:-1].replace(b"\\\\", b"\\x5c")
    if _STRANGE_ESCAPE.search(escaped):
        raise PickleError("a string with a strange escape in it")
    state.stack.append(codecs.unicode_escape_decode(escaped)[0])


def _line_of_text(state: PickleState) -> None:
    line = state.line()
    _spend(state, line, _WIDE_ESCAPE)
    state.stack.append(codecs.raw_unicode_escape_decode(line)[0])


def characters(state: PickleState) -> str:
    """Give a line that spells a number."""
    line = state.line()
    if len(line) > _NUMBER_CHARACTERS:
        raise PickleError(f"a number of {len(line):,} characters")
    return str(line, "ascii")


def _line_of_whole_number(state: PickleState) -> None:
    text = characters(state)
    # Protocol 0 spells truth as a number with a leading zero.
    state.stack.append({"00": False, "01": True}[text] if text in ("00", "01") else int(text))


def _line_of_long_number(state: PickleState) -> None:
    state.stack.append(int(characters(state).removesuffix("L")))


def _line_of_float(state: PickleState) -> None:
    state.stack.append(float(characters(state)))


def _float(state: PickleState) -> None:
    state.stack.append(_FLOAT.unpack(state.copy(8))[0])


def _pushing_long_number(n_length: int) -> Operation:
    def act(state: PickleState) -> None:
        n_bytes = state.number(n_length)
        if n_bytes > _LONG_BYTES:
            raise PickleError(f"a number of {n_bytes:,} bytes")
        state.spend(n_bytes)
        state.stack.append(state.number(n_bytes, signed=True))

    return act


LITERALS: dict[int, Operation] = {
    ord("N"): pushing(None), 0x88: pushing(True), 0x89: pushing(False),
    ord("I"): _line_of_whole_number, ord("L"): _line_of_long_number, ord("F"): _line_of_float,
    ord("J"): _pushing_number(4, signed=True), ord("K"): _pushing_number(1),
    ord("M"): _pushing_number(2), 0x8A: _pushing_long_number(1), 0x8B: _pushing_long_number(4),
    ord("G"): _float, ord("S"): _quoted_text, ord("T"): _pushing_old_text(4),
    ord("U"): _pushing_old_text(1), ord("V"): _line_of_text, ord("X"): _pushing_text(4),
    0x8C: _pushing_text(1), 0x8D: _pushing_text(8), ord("B"): _pushing_bytes(4),
    ord("C"): _pushing_bytes(1), 0x8E: _pushing_bytes(8), 0x96: _pushing_bytes(8),
}  # fmt: skip
"""By the operation's byte."""
