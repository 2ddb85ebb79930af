"""JSON from strangers: size, depth and number of lists are known before it is parsed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from gdviz.storage.readers.network_file import Limits, NetworkFileError

_QUOTE, _ESCAPED_PAIR = ord('"'), b"\\\\"
_QUOTES = 4_000_000


def parse_json(content: bytes, name: str, limits: Limits) -> Any:
    """Give what a JSON text says.

    Parameters
    ----------
    content : bytes
        UTF-8.
    name : str
        Named in an error.
    limits : Limits

    Raises
    ------
    NetworkFileError
        If a limit is passed or it is not JSON. An object with the same name twice is refused:
        two programs could understand it differently.
    """
    _check(content, name, limits)
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique)
    except (ValueError, RecursionError, MemoryError) as error:
        text = " ".join(str(error).split())[:120]
        raise NetworkFileError(f"{name}: damaged or not JSON ({text})") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return result


def _check(content: bytes, name: str, limits: Limits) -> None:
    if len(content) > limits.json_bytes:
        raise NetworkFileError(
            f"{name}: {len(content):,} bytes of JSON are more than the limit of "
            f"{limits.json_bytes:,}"
        )
    counts = (
        ("lists and objects", content.count(b"[") + content.count(b"{"), limits.json_containers),
        ("quotation marks", content.count(b'"'), _QUOTES),
        ("values", content.count(b","), limits.parameters),
    )
    depth = _depth(content) if counts[0][1] <= counts[0][2] and counts[1][1] <= _QUOTES else 0
    for what, value, limit in (("levels of nesting", depth, limits.json_depth), *counts):
        if value > limit:
            raise NetworkFileError(
                f"{name}: {value:,} {what} in JSON are more than the limit of {limit:,}"
            )


def _depth(content: bytes) -> int:
    """Give the deepest nesting, in one pass and without recursion; strings do not count."""
    # A quotation mark after an odd number of backslashes does not end a string.
    plain = content.replace(_ESCAPED_PAIR, b"").replace(b'\\"', b"")
    text = np.frombuffer(plain, np.uint8)
    # "[" and "{" differ in one bit only, as do "]" and "}".
    folded = text & 0xDF
    is_structural = (text == _QUOTE) | (folded == ord("[")) | (folded == ord("]"))
    marks = text[is_structural]
    is_outside = np.cumsum(marks == _QUOTE) % 2 == 0
    steps = np.where(marks & 0xDF == ord("["), 1, -1) * (is_outside & (marks != _QUOTE))
    return int(np.cumsum(steps).max(initial=0))
