"""NumPy's `.npz` and `.npy`: gdviz's own plain layout and arrays of any names.

Own files and several from-scratch projects hold ``W0``, ``b0``, ``W1``, ... beside texts that
name the activations. A text that is there is believed, the rest is guessed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy.typing as npt

from gdviz.data.arrays import (
    NPY_MAGIC,
    ZIP_MAGIC,
    ArrayFileError,
    ArrayLimits,
    read_arrays,
)
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.storage.readers.assembly import network_of_tensors
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError

_NAME_LENGTH_AT, _NAME_AT = 26, 30

_TEXTS = {
    # Array's name: which setting it says.
    "activation": "hidden_activation",
    "hidden_activation": "hidden_activation",
    "output_activation": "output_activation",
    "input_scaling": "input_scaling",
}
_TABLES = {"hidden_activation": ACTIVATIONS, "output_activation": OUTPUT_ACTIVATIONS}


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is an array, or an archive whose first entry is one."""
    if head.startswith(NPY_MAGIC):
        return True
    n_name = int.from_bytes(head[_NAME_LENGTH_AT : _NAME_LENGTH_AT + 2], "little")
    return head.startswith(ZIP_MAGIC) and head[_NAME_AT : _NAME_AT + n_name].endswith(b".npy")


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network in an `.npz` or `.npy` file.

    Raises
    ------
    NetworkFileError
        If it is damaged, beyond a limit, holds Python objects or is no fully connected network.
    """
    allowed = ArrayLimits(limits.file_bytes, limits.archive_entries, limits.array_bytes)
    try:
        arrays = read_arrays(path, allowed)
    except ArrayFileError as error:
        raise NetworkFileError(str(error)) from None
    return network_of_tensors("npz", arrays, _said(arrays), str(path), limits)


def _said(arrays: dict[str, npt.NDArray[Any]]) -> dict[str, str]:
    """Give what the file says of its settings, in the words of gdviz's tables."""
    said: dict[str, str] = {}
    for name, setting in _TEXTS.items():
        texts = _texts(arrays.get(name))
        if not texts or any(text != texts[0] for text in texts[:-1]):
            continue
        said[setting] = texts[0]
        # One entry for each layer: the last one is the output's.
        if len(texts) > 1 and texts[-1] in _TABLES["output_activation"]:
            said["output_activation"] = texts[-1]
    if said.get("hidden_activation") == "softmax":
        # A network of one layer names its output's activation.
        said["output_activation"] = said.pop("hidden_activation")
    return said


def _texts(array: npt.NDArray[Any] | None) -> list[str]:
    if array is None or array.dtype.kind not in "SU" or not 0 < array.size <= 4096:
        return []
    try:
        values = array.reshape(-1).tolist()
        texts = [value.decode("ascii") if isinstance(value, bytes) else value for value in values]
    except (UnicodeDecodeError, ValueError):
        return []
    # neural-network-digits writes "leaky relu".
    return [text.strip().lower().replace(" ", "_") for text in texts]
