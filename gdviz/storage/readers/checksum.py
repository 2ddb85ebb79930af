"""The checksum of gdviz's own safetensors: SHA-256 of the whole file, header included.

It stands first in the metadata, as 64 hexadecimal digits, which are zeros while it is computed: so
the file stays one that every program for safetensors reads. Files from before there was a checksum
have none, and open.
"""

from __future__ import annotations

import hashlib

from gdviz.storage.readers.network_file import NetworkFileError

CHECKSUM_KEY = "checksum"
LENGTH_BYTES = 8
"""What stands before the header: how long that is."""
UNSEALED = "0" * 64
"""What stands in its place until it is computed, and while it is."""

_BEFORE = b'{\\"' + CHECKSUM_KEY.encode() + b'\\": \\"'
"""What stands before it: the metadata is a JSON text inside the header's JSON."""


def sealed(content: bytes) -> bytes:
    """Give a file's content with its checksum in place; any thread may call.

    Parameters
    ----------
    content : bytes
        Of a file whose metadata begins with `CHECKSUM_KEY` and any 64 digits.

    Raises
    ------
    ValueError
        If there is no place for it.
    """
    place = _place(content)
    if place is None:
        raise ValueError("the metadata does not begin with a checksum")
    view = memoryview(content)
    digest = _digest(content, place).encode()
    return b"".join((view[:place], digest, view[place + len(UNSEALED) :]))


def checksum_of(content: bytes) -> str:
    """Give the checksum that a file says, empty if it says none.

    Parameters
    ----------
    content : bytes
        Of the file, or as much of it as its header takes.
    """
    place = _place(content)
    return (
        "" if place is None else content[place : place + len(UNSEALED)].decode("ascii", "replace")
    )


def check_seal(content: bytes, name: str) -> None:
    """Require that a file is what was written, if it says what that was.

    Raises
    ------
    NetworkFileError
        If its checksum is another than that of its content.
    """
    place = _place(content)
    if place is None:
        return
    said = content[place : place + len(UNSEALED)]
    if said != _digest(content, place).encode():
        raise NetworkFileError(
            f"{name}: damaged, or changed by another program: its checksum is not that of its "
            "content"
        )


def _place(content: bytes) -> int | None:
    """Give where the digits begin, or None; it is looked for in the header alone."""
    n_header = int.from_bytes(content[:LENGTH_BYTES], "little")
    found = content.find(_BEFORE, LENGTH_BYTES, LENGTH_BYTES + n_header)
    return None if found < 0 else found + len(_BEFORE)


def _digest(content: bytes, place: int) -> str:
    view = memoryview(content)
    digest = hashlib.sha256(view[:place])
    digest.update(UNSEALED.encode())
    digest.update(view[place + len(UNSEALED) :])
    return digest.hexdigest()
