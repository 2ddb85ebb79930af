"""Writes pickles that name whatever is wanted, without anything of that being there."""

import struct
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Name:
    """A class or function of a module."""

    module: str
    name: str


@dataclass(frozen=True)
class Call:
    """What a named function gives for arguments, then its items, its state and raw bytes."""

    function: Name
    arguments: tuple = ()
    items: dict = field(default_factory=dict)
    state: object = None
    raw: bytes = b""


@dataclass(frozen=True)
class Persistent:
    """Something outside of the pickle."""

    identifier: object


@dataclass(frozen=True)
class OldText:
    """A string of Python 2."""

    content: bytes


def pickled(value, protocol=2):
    """Give a whole pickle."""
    return b"\x80" + bytes([protocol]) + operations(value) + b"."


def operations(value):
    """Give the operations that put a value on the stack."""
    match value:
        case None | True | False:
            made = {None: b"N", True: b"\x88", False: b"\x89"}[value]
        case int():
            n_bytes = value.bit_length() // 8 + 1
            made = b"\x8a" + bytes([n_bytes]) + value.to_bytes(n_bytes, "little", signed=True)
        case float():
            made = b"G" + struct.pack(">d", value)
        case str():
            encoded = value.encode()
            made = b"X" + struct.pack("<I", len(encoded)) + encoded
        case bytes():
            made = b"B" + struct.pack("<I", len(value)) + value
        case OldText(content):
            made = b"T" + struct.pack("<I", len(content)) + content
        case tuple() | list():
            begin, end = (b"(", b"t") if isinstance(value, tuple) else (b"](", b"e")
            made = begin + b"".join(map(operations, value)) + end
        case dict():
            made = b"}" + _set(value)
        case Name(module, name):
            made = f"c{module}\n{name}\n".encode()
        case Persistent(identifier):
            made = operations(identifier) + b"Q"
        case Call(function, arguments, items, state, raw):
            built = b"" if state is None else operations(state) + b"b"
            added = _set(items) if items else b""
            made = operations(function) + operations(arguments) + b"R" + added + built + raw
        case _:
            raise TypeError(value)
    return made


def _set(items):
    return b"(" + b"".join(operations(k) + operations(v) for k, v in items.items()) + b"u"
