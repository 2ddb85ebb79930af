"""Plain values and arrays as bytes, and back: nothing that a file says is ever called.

None, truth values, numbers, texts, lists, tuples, dictionaries, arrays of numbers, and frozen
dataclasses of gdviz of all these. They are one JSON text, in which a list stands for whatever JSON
has no word for, and the arrays' memory behind it, under a checksum. Equal values give equal bytes.

A dataclass is made again only if its module is loaded by now and says of itself that it is a
frozen one of gdviz; its own checks run.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"gdvizpv1"
_DIGEST_BYTES, _LENGTH_BYTES = 32, 8
_HEAD_BYTES = len(_MAGIC) + _DIGEST_BYTES
_ALIGNMENT = 16
_KINDS = "biuf"
_LARGEST_ITEM = 8

Put = Callable[[npt.NDArray[Any]], int]
Take = Callable[[str, list[int], int], npt.NDArray[Any]]


def value_bytes(value: Any) -> bytes:
    """Give a value as bytes, from which `value_of` makes an equal one.

    Raises
    ------
    TypeError
        If a part of it is of another type.
    """
    return _bytes_of(value, _refuse)


def digest_of(value: Any) -> str:
    """Give what tells a value from all others, as hexadecimal digits.

    Functions of the top level of a module may be in it: they stand for their names.

    Raises
    ------
    TypeError
        If a part of it is of another type.
    """
    return hashlib.sha256(_bytes_of(value, _named)).hexdigest()


def _bytes_of(value: Any, code_other: Callable[[Any], Any]) -> bytes:
    pieces: list[bytes] = []
    n_bytes = 0

    def put(array: npt.NDArray[Any]) -> int:
        nonlocal n_bytes
        place, content = n_bytes, array.tobytes()
        content += bytes(-len(content) % _ALIGNMENT)
        pieces.append(content)
        n_bytes += len(content)
        return place

    text = json.dumps(_coded(value, put, code_other), separators=(",", ":")).encode("ascii")
    body = b"".join((len(text).to_bytes(_LENGTH_BYTES, "little"), text, *pieces))
    return _MAGIC + hashlib.sha256(body).digest() + body


def value_of(content: bytes) -> Any:
    """Give back the value of some bytes; its arrays are private and may be written.

    Raises
    ------
    ValueError
        If they are damaged, or not of `value_bytes`.
    """
    body = content[_HEAD_BYTES:]
    if content[:_HEAD_BYTES] != _MAGIC + hashlib.sha256(body).digest():
        raise ValueError("damaged, or no plain values")
    start = _LENGTH_BYTES + int.from_bytes(body[:_LENGTH_BYTES], "little")

    def take(name: str, shape: list[int], place: int) -> npt.NDArray[Any]:
        dtype = np.dtype(name)
        if dtype.kind not in _KINDS or dtype.itemsize > _LARGEST_ITEM:
            raise ValueError(f"arrays of type {dtype} are not plain")
        count = int(np.prod(shape, dtype=object))
        return np.frombuffer(body, dtype, count, start + place).reshape(shape).copy()

    try:
        return _decoded(json.loads(body[_LENGTH_BYTES:start]), take)
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise ValueError(f"no plain values: {error}") from error


def _refuse(value: Any) -> Any:
    raise TypeError(f"a {type(value).__name__} cannot be kept")


def _named(value: Any) -> Any:
    if not callable(value) or "<" in getattr(value, "__qualname__", "<"):
        _refuse(value)
    return ["named", _name_of(value)]


def _coded(value: Any, put: Put, code_other: Callable[[Any], Any]) -> Any:
    """Give a value in JSON: a list of a word and what it stands for, where it is no plain one."""

    def coded(part: Any) -> Any:
        return _coded(part, put, code_other)

    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in _KINDS or array.dtype.itemsize > _LARGEST_ITEM:
            raise TypeError(f"an array of type {array.dtype} cannot be kept")
        word = "array" if isinstance(value, np.ndarray) else "scalar"
        return [word, array.dtype.str, list(array.shape), put(array)]
    if type(value) in (list, tuple):
        return [type(value).__name__, [coded(entry) for entry in value]]
    if isinstance(value, Mapping):
        return ["dict", [[coded(key), coded(entry)] for key, entry in value.items()]]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        name = _name_of(type(value))
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
        return ["value", name, {key: coded(entry) for key, entry in fields.items()}]
    return code_other(value)


def _decoded(coded: Any, take: Take) -> Any:
    if not isinstance(coded, list):
        return coded
    word, *rest = coded
    if word in ("array", "scalar"):
        array = take(*rest)
        return array if word == "array" else array[()]
    if word in ("list", "tuple"):
        entries = [_decoded(entry, take) for entry in rest[0]]
        return entries if word == "list" else tuple(entries)
    if word == "dict":
        return {_decoded(key, take): _decoded(entry, take) for key, entry in rest[0]}
    if word == "value":
        name, fields = rest
        return _class_of(name)(**{key: _decoded(entry, take) for key, entry in fields.items()})
    raise ValueError(f"{word!r} stands for nothing that is kept")


def _name_of(thing: Any) -> str:
    return f"{thing.__module__}:{thing.__qualname__}"


def _class_of(name: str) -> type[Any]:
    """Give a frozen dataclass of gdviz by its name; nothing is imported for it."""
    module_name, _, class_name = name.partition(":")
    module = sys.modules.get(module_name) if module_name.startswith("gdviz.") else None
    found = None if module is None else vars(module).get(class_name)
    if (
        not isinstance(found, type)
        or not dataclasses.is_dataclass(found)
        or _name_of(found) != name
        or not found.__dataclass_params__.frozen  # type: ignore[attr-defined]  # not in its stub
    ):
        raise ValueError(f"{name} is no value of gdviz")
    return found
