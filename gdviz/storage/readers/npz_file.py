"""NumPy's `.npz` and `.npy`: gdviz's own plain layout and arrays of any names.

Own files and several from-scratch projects hold ``W0``, ``b0``, ``W1``, ... beside texts that
name the activations. A text that is there is believed, the rest is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.arrays import (
    NPY_MAGIC,
    ArrayFileError,
    ArrayLimits,
    read_arrays,
)
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.storage.readers.assembly import network_of_tensors
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError
from gdviz.storage.readers.zip_head import first_member

_ASCII = 128

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
    return first_member(head).endswith(b".npy")


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
    said = said_by_texts({name: _texts(array) for name, array in arrays.items()})
    return network_of_tensors("npz", arrays, said, str(path), limits)


def said_by_texts(texts_by_name: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give what texts in a file say of its settings, in the words of gdviz's tables.

    Parameters
    ----------
    texts_by_name : mapping of str to sequence of str
        One text, or one for each layer.
    """
    said: dict[str, str] = {}
    for name, setting in _TEXTS.items():
        # neural-network-digits writes "leaky relu".
        texts = [text.strip().lower().replace(" ", "_") for text in texts_by_name.get(name, ())]
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


def _texts(array: npt.NDArray[Any]) -> list[str]:
    """Give the texts of an array, none if it holds other characters than ASCII's."""
    if array.dtype.kind not in "SU" or not 0 < array.size <= 4096:
        return []
    unit = np.dtype("u1" if array.dtype.kind == "S" else f"{array.dtype.byteorder}u4")
    # NumPy makes texts even of numbers that are no characters, and Python fails on them later.
    if np.ascontiguousarray(array).reshape(-1).view(unit).max() >= _ASCII:
        return []
    values = array.reshape(-1).tolist()
    return [str(value, "ascii") if isinstance(value, bytes) else value for value in values]
