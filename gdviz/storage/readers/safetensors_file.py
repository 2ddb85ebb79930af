"""Safetensors: gdviz's own files and other programs'.

The header is JSON and the rest is numbers, so that it is read here and not by the library:
without a second copy of the values, bfloat16 included, and with a sentence for each fault.
The tests hold it against the library.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.storage.readers.assembly import check_count, network_of_tensors
from gdviz.storage.readers.checksum import check_seal
from gdviz.storage.readers.gdviz_tensors import METADATA_KEY, own_network
from gdviz.storage.readers.json_text import parse_json
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError
from gdviz.storage.readers.stored_numbers import bfloat16_as_float32

_LENGTH_BYTES = 8

_TYPES = {
    "BOOL": "<u1", "U8": "<u1", "I8": "<i1", "U16": "<u2", "I16": "<i2", "U32": "<u4",
    "I32": "<i4", "U64": "<u8", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
    "BF16": "<u2",
}  # fmt: skip


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is meant as safetensors."""
    is_binary = any(byte < 9 or byte > 126 for byte in head[:_LENGTH_BYTES])
    return head[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{" and is_binary


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network in a safetensors file.

    Raises
    ------
    NetworkFileError
        If it is damaged, beyond a limit or no fully connected network.
    """
    name = str(path)
    tensors, metadata = parsed(path.read_bytes(), name, limits)
    if METADATA_KEY in metadata:
        return own_network(tensors, metadata[METADATA_KEY], name, limits)
    return network_of_tensors("safetensors", tensors, {}, name, limits)


def parsed(
    content: bytes, name: str, limits: Limits
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, str]]:
    """Give tensors, as views of the content, and metadata; gdviz's own files are checked whole."""
    start = _header_end(content[:_LENGTH_BYTES], len(content), name, limits)
    header, metadata = _header(content[_LENGTH_BYTES:start], name, limits)
    if METADATA_KEY in metadata:
        check_seal(content, name)
    check_count(len(header), name, limits)
    _check_offsets(header, len(content) - start, name)
    tensors = {key: _tensor(content, start, entry) for key, entry in header.items()}
    return tensors, metadata


def read_metadata(path: Path, limits: Limits) -> dict[str, str]:
    """Give the metadata of a safetensors file; no tensor is read."""
    name, size = str(path), path.stat().st_size
    with path.open("rb") as file:
        start = _header_end(file.read(_LENGTH_BYTES), size, name, limits)
        return _header(file.read(start - _LENGTH_BYTES), name, limits)[1]


def _header_end(length: bytes, n_bytes: int, name: str, limits: Limits) -> int:
    """Give where the header of a file of so many bytes ends."""
    n_header = int.from_bytes(length, "little")
    if n_header > limits.header_bytes:
        raise NetworkFileError(
            f"{name}: a header of {n_header:,} bytes is more than the limit of "
            f"{limits.header_bytes:,}"
        )
    if len(length) < _LENGTH_BYTES or _LENGTH_BYTES + n_header > n_bytes:
        raise NetworkFileError(f"{name}: the file is cut short in its header")
    return _LENGTH_BYTES + n_header


def _header(content: bytes, name: str, limits: Limits) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the entries of the tensors, still to be checked, and the metadata."""
    header = parse_json(content, name, limits)
    if not isinstance(header, dict):
        raise NetworkFileError(f"{name}: its header is no JSON object")
    metadata = header.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise NetworkFileError(f"{name}: its metadata must be texts")
    return header, metadata


def _check_offsets(header: dict[str, Any], n_data: int, name: str) -> None:
    """Require that the tensors fill the data exactly, one after the other."""
    for key, entry in header.items():
        if not _is_entry(entry):
            raise NetworkFileError(f"{name}: the header's entry of {key[:60]!r} is damaged")
        if entry["dtype"] not in _TYPES:
            raise NetworkFileError(f"{name}: {key} is of type {entry['dtype'][:20]}, not read here")
    end_before = 0
    for key, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        n_bytes = math.prod(entry["shape"]) * np.dtype(_TYPES[entry["dtype"]]).itemsize
        if begin != end_before or end - begin != n_bytes or end > n_data:
            raise NetworkFileError(
                f"{name}: {key} takes the bytes {begin:,} to {end:,} of {n_data:,}; expected "
                f"{end_before:,} to {end_before + n_bytes:,}"
            )
        end_before = end
    if end_before != n_data:
        raise NetworkFileError(f"{name}: {n_data:,} bytes of data, the header says {end_before:,}")


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("dtype"), str):
        return False
    shape, offsets = entry.get("shape"), entry.get("data_offsets")
    if not isinstance(shape, list) or not isinstance(offsets, list):
        return False
    numbers = [*shape, *offsets]
    return (
        len(shape) <= 8
        and len(offsets) == 2
        and all(type(number) is int and 0 <= number < 2**62 for number in numbers)
    )


def _tensor(content: bytes, start: int, entry: dict[str, Any]) -> npt.NDArray[Any]:
    count = math.prod(entry["shape"])
    offset = start + entry["data_offsets"][0]
    values = np.frombuffer(content, _TYPES[entry["dtype"]], count, offset if count else 0)
    if entry["dtype"] == "BF16":
        values = bfloat16_as_float32(values)
    return values.reshape(entry["shape"])
