"""The wire format of protocol buffers: fields of a message, in the order of the file.

Tag, then a whole number, eight or four bytes, or so many bytes: that is all of it, and it has not
changed since 2008. It is read here and not by a library so that a file can be refused before
memory is taken for it: two bytes of a file become a Python object of sixty or a message of
hundreds, and no library of these messages lets one say how many are enough.

References
----------
Google, *Protocol Buffers: Encoding*, https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

Value = int | memoryview

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_VARINT_BYTES = 10


class WireError(ValueError):
    """The bytes are no message, or hold more fields than may be read."""


class WireReader:
    """Reads messages until a number of fields is used up.

    Not shared: each file has its own.

    Parameters
    ----------
    n_fields : int
        How many fields may be read in all.
    """

    def __init__(self, n_fields: int) -> None:
        self._n_fields = self._n_left = n_fields

    def fields(self, message: memoryview) -> Iterator[tuple[int, Value]]:
        """Give (field number, value) for each field of a message.

        A whole number is given without a sign; four and eight bytes as they stand, like a text
        or a message within the message.

        Raises
        ------
        WireError
        """
        at = 0
        while at < len(message):
            self._n_left -= 1
            if self._n_left < 0:
                raise WireError(f"more fields than the limit of {self._n_fields:,}")
            tag, at = _varint(message, at)
            number, kind = tag >> 3, tag & 7
            if number == 0:
                raise WireError("a field of number 0")
            if kind == _VARINT:
                value, at = _varint(message, at)
                yield number, value
                continue
            if kind == _BYTES:
                length, at = _varint(message, at)
            elif kind in (_FIXED64, _FIXED32):
                length = 8 if kind == _FIXED64 else 4
            else:
                raise WireError(f"a field of the unknown kind {kind}")
            if length > len(message) - at:
                raise WireError("cut short")
            yield number, message[at : at + length]
            at += length

    def varints(self, values: list[Value]) -> list[int]:
        """Give the whole numbers of a repeated field, packed or one by one."""
        numbers: list[int] = []
        for value in values:
            if isinstance(value, int):
                numbers.append(value)
                continue
            at = 0
            while at < len(value):
                self._n_left -= 1
                if self._n_left < 0:
                    raise WireError(f"more fields than the limit of {self._n_fields:,}")
                number, at = _varint(value, at)
                numbers.append(number)
        return numbers


def signed(number: int) -> int:
    """Give a whole number of 64 bits with its sign."""
    return number - (1 << 64) if number >> 63 else number


def text(value: Value) -> str:
    """Give a text field."""
    if isinstance(value, int):
        raise WireError("a number where a text should be")
    return bytes(value).decode("utf-8", "replace")


def message(value: Value) -> memoryview:
    """Give a field that is a message or bytes."""
    if isinstance(value, int):
        raise WireError("a number where a message should be")
    return value


def number(value: Value) -> int:
    """Give a whole number."""
    if not isinstance(value, int):
        raise WireError("bytes where a number should be")
    return value


def float32(value: Value) -> float:
    """Give a floating number of four bytes."""
    if isinstance(value, int) or len(value) != 4:
        raise WireError("no floating number of four bytes")
    (result,) = struct.unpack("<f", value)
    return float(result)


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    """Give a whole number of up to 64 bits and where it ends."""
    result = 0
    for index in range(_VARINT_BYTES):
        if at + index >= len(content):
            raise WireError("cut short")
        byte = content[at + index]
        result |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if result >> 64:
                break
            return result, at + index + 1
    raise WireError("a whole number of more than 64 bits")
