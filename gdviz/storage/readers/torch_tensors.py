"""From what PyTorch saved to a network: which dictionary holds it, and its tensors' values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from gdviz.storage.readers.assembly import network_of_tensors
from gdviz.storage.readers.network_file import Limits, NetworkFile
from gdviz.storage.readers.pickle_state import Pairs, PickleError
from gdviz.storage.readers.pickled_arrays import Array, PickledArray
from gdviz.storage.readers.pickled_tensors import arrays_of, leaves_of
from gdviz.storage.readers.stored_numbers import bfloat16_as_float32
from gdviz.storage.readers.torch_objects import Tensor

_USUAL_KEYS = (
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights",
    "parameters", "params", "module",
)  # fmt: skip
_NAMED_AT_MOST = 8


def needed_leaves(root: object, limits: Limits) -> dict[str, object]:
    """Give the tensors of the network among all that was saved.

    Parameters
    ----------
    root : object
        A state_dict, a dictionary that holds one beside an optimizer's, or a list of tensors.
    limits : Limits

    Returns
    -------
    dict of str to object
        `Tensor` and `PickledArray`, by name.

    Raises
    ------
    PickleError
        If it holds several networks, or more than the limit.
    """
    leaves = leaves_of(_state_dict(root), (Tensor, PickledArray), limits)
    _refuse_normalisation(leaves)
    tensors = [leaf for leaf in leaves.values() if isinstance(leaf, Tensor)]
    n_values = sum(math.prod(tensor.shape) for tensor in tensors)
    if n_values > limits.parameters:
        raise PickleError(
            f"{n_values:,} values in tensors are more than the limit of {limits.parameters:,}"
        )
    return leaves


def _refuse_normalisation(leaves: Mapping[str, object]) -> None:
    """Refuse layers that scale and shift: without them it would be another network."""
    for name, leaf in leaves.items():
        last = name.rpartition(".")[2]
        is_scale = last == "weight" and isinstance(leaf, Tensor) and len(leaf.shape) == 1
        if is_scale or last == "running_mean":
            raise PickleError(
                f"{name} belongs to a layer that normalises; only fully connected layers are opened"
            )


def _state_dict(root: object) -> object:
    if not isinstance(root, Pairs):
        return root
    named = root.by_name()
    inner = {key: value for key, value in named.items() if isinstance(value, Pairs)}
    holding = [key for key, value in inner.items() if _has_matrix(value)]
    usual = [key for key in _USUAL_KEYS if key in holding]
    if usual:
        return inner[usual[0]]
    if _has_matrix(root):
        # What stands beside its tensors, an optimizer's for example, is not the network's.
        direct = Pairs()
        direct.add(item for item in root.items if isinstance(item[1], Tensor | PickledArray))
        return direct
    if len(holding) > 1:
        keys = ", ".join(ascii(key)[:40] for key in holding[:_NAMED_AT_MOST])
        raise PickleError(f"it holds several networks ({keys}); save one of them alone")
    return inner[holding[0]] if holding else root


def _has_matrix(pairs: Pairs) -> bool:
    return any(
        (isinstance(value, Tensor) and len(value.shape) == 2)
        or (isinstance(value, PickledArray) and value.array is not None and value.array.ndim == 2)
        for _, value in pairs.items
    )


def network_of_leaves(
    title: str,
    leaves: Mapping[str, object],
    bytes_of: Callable[[str], memoryview],
    path: Path,
    limits: Limits,
    byte_order: str = "<",
) -> NetworkFile:
    """Give the network that tensors make, once their storages are read.

    Parameters
    ----------
    bytes_of : callable
        Gives the bytes of the storage of a key.
    byte_order : str
        ``<`` or ``>``.
    """
    found = {
        name: values_of(leaf, bytes_of(leaf.storage.key), byte_order)
        if isinstance(leaf, Tensor)
        else leaf
        for name, leaf in leaves.items()
    }
    return network_of_tensors(title, arrays_of(found), {}, str(path), limits)


def values_of(tensor: Tensor, data: memoryview, byte_order: str) -> Array:
    """Give a tensor's values, a view of the bytes of its storage unless they are bfloat16."""
    code = tensor.storage.code
    if tensor.storage.n_bytes > len(data):
        raise PickleError(
            f"a storage of {tensor.storage.n_bytes:,} bytes has only {len(data):,} in the file"
        )
    dtype = np.dtype(byte_order + ("u2" if code == "bf2" else code))
    if 0 in tensor.shape:
        return np.empty(0, np.float32)
    # NumPy checks once more that all of it is inside.
    values: Array = np.ndarray(
        tensor.shape,
        dtype,
        data,
        tensor.offset * dtype.itemsize,
        [step * dtype.itemsize for step in tensor.strides],
    )
    return bfloat16_as_float32(values) if code == "bf2" else values
