"""Telling kinds of ZIP archives apart by the names of what is in them."""

from __future__ import annotations

from gdviz.data.archive import ZIP_MAGIC

_NAME_LENGTH_AT, _NAME_AT = 26, 30


def first_member(head: bytes) -> bytes:
    """Give the name of an archive's first entry, empty if it is no archive."""
    if not head.startswith(ZIP_MAGIC):
        return b""
    n_name = int.from_bytes(head[_NAME_LENGTH_AT : _NAME_LENGTH_AT + 2], "little")
    return head[_NAME_AT : _NAME_AT + n_name]


def head_with(name: str) -> bytes:
    """Give the beginning that an archive has whose first entry is of this name."""
    encoded = name.encode("utf-8", "replace")[:0xFFFF]
    before = ZIP_MAGIC.ljust(_NAME_LENGTH_AT, b"\0")
    return before + len(encoded).to_bytes(2, "little") + b"\0\0" + encoded
