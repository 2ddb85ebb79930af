"""The JSON of Nielsen's book: ``sizes, weights, biases, cost``.

The cost is a text and is never looked up. gdviz writes three more names into the same layout,
``hidden_activation``, ``output_activation`` and ``input_scaling``, which the book's program
passes over.

References
----------
Nielsen, *Neural Networks and Deep Learning* (2015), chapter 3, `network2.py`.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.storage.readers.assembly import check_count, network_of_layers
from gdviz.storage.readers.json_text import parse_json
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError

_SAID = ("hidden_activation", "output_activation", "input_scaling")


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is JSON."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network in a JSON file of Nielsen's layout.

    Raises
    ------
    NetworkFileError
        If it is not that layout, damaged or beyond a limit.
    """
    name = str(path)
    if path.stat().st_size > limits.json_bytes:
        raise NetworkFileError(
            f"{name}: {path.stat().st_size:,} bytes of JSON are more than the limit of "
            f"{limits.json_bytes:,}"
        )
    content = parse_json(path.read_bytes(), name, limits)
    needed = ("sizes", "weights", "biases")
    if not isinstance(content, dict) or not all(
        isinstance(content.get(key), list) for key in needed
    ):
        raise NetworkFileError(f"{name}: JSON without the lists {', '.join(needed)}")
    sizes = content["sizes"]
    if not all(type(size) is int and 0 < size <= limits.parameters for size in sizes):
        raise NetworkFileError(f"{name}: sizes must be whole numbers from 1")
    check_count(len(content["weights"]) + len(content["biases"]), name, limits)
    weights = [_array(values, "weights", k, name) for k, values in enumerate(content["weights"])]
    biases = [_array(values, "biases", k, name) for k, values in enumerate(content["biases"])]
    _check_shapes(sizes, weights, biases, name)
    said = {key: content[key] for key in _SAID if isinstance(content.get(key), str)}
    vectors = [vector.reshape(-1) for vector in biases]
    return network_of_layers("Nielsen JSON", weights, vectors, said, name, limits)


def _array(values: object, what: str, index: int, name: str) -> npt.NDArray[np.float64]:
    # A text would be parsed as a number by NumPy, a missing number become a NaN.
    if not _is_numeric(values):
        raise NetworkFileError(f"{name}: {what} of layer {index + 1} are not lists of numbers")
    try:
        return np.array(values, np.float64)
    except (ValueError, TypeError, OverflowError):
        raise NetworkFileError(
            f"{name}: {what} of layer {index + 1} are lists of different lengths"
        ) from None


def _is_numeric(values: Any) -> bool:
    if not isinstance(values, list):
        return False
    rows = values if values and isinstance(values[0], list) else [values]
    return all(isinstance(row, list) for row in rows) and all(
        type(value) in (int, float) for row in rows for value in row
    )


def _check_shapes(
    sizes: list[int],
    weights: list[npt.NDArray[np.float64]],
    biases: list[npt.NDArray[np.float64]],
    name: str,
) -> None:
    if not len(sizes) - 1 == len(weights) == len(biases) > 0:
        raise NetworkFileError(
            f"{name}: {len(sizes)} sizes, {len(weights)} weights and {len(biases)} biases do not "
            "fit together"
        )
    for k, (n_in, n_out) in enumerate(itertools.pairwise(sizes)):
        if weights[k].shape != (n_out, n_in):
            raise NetworkFileError(
                f"{name}: weights of layer {k + 1} have shape {weights[k].shape}, not "
                f"{(n_out, n_in)}"
            )
        if biases[k].shape not in ((n_out,), (n_out, 1), (1, n_out)):
            raise NetworkFileError(
                f"{name}: biases of layer {k + 1} have shape {biases[k].shape}, not {(n_out, 1)}"
            )
