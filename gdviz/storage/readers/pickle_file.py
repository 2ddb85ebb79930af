"""Pickles of arrays: ``[weights, biases]``, dictionaries, lists of numbers, Python 2 and 3.

Read by a machine that can run nothing; see `pickle_state`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gdviz.storage.readers.assembly import network_of_tensors
from gdviz.storage.readers.network_file import Limits, NetworkFile
from gdviz.storage.readers.npz_file import said_by_texts
from gdviz.storage.readers.pickle_heads import is_joblib_pickle, is_pickle, is_torch_pickle
from gdviz.storage.readers.pickle_state import Pairs, PickleState
from gdviz.storage.readers.pickled_arrays import ARRAY_NAMES, Array, PickledArray
from gdviz.storage.readers.pickled_tensors import (
    arrays_of,
    faults_named,
    leaves_of,
    pickle_limits,
    resaved_arrays,
)
from gdviz.storage.readers.unpickling import unpickled

TITLE = "Python pickle of arrays"


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is a pickle of no other kind."""
    return is_pickle(head) and not (is_joblib_pickle(head) or is_torch_pickle(head))


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network in a pickle of arrays.

    Raises
    ------
    NetworkFileError
        If it is damaged, beyond a limit, holds anything else or is no fully connected network.
    """
    with faults_named(str(path), resaved_arrays(path)):
        state = PickleState(path.read_bytes(), ARRAY_NAMES, pickle_limits(limits))
        root = unpickled(state)
    return network_of_root(TITLE, root, path, limits)


def network_of_root(title: str, root: object, path: Path, limits: Limits) -> NetworkFile:
    """Give the network that the arrays in a pickle's value make."""
    with faults_named(str(path), resaved_arrays(path)):
        arrays = _named_by_role(arrays_of(leaves_of(root, (PickledArray,), limits)))
    named = root.by_name() if isinstance(root, Pairs) else {}
    said = said_by_texts({name: [text] for name, text in named.items() if isinstance(text, str)})
    return network_of_tensors(title, arrays, said, str(path), limits)


def _named_by_role(arrays: Mapping[str, Array]) -> Mapping[str, Array]:
    """Tell weights from biases in a list of two lists: matrices stand in one of them only."""
    sides = {name.partition(".")[0] for name in arrays if name.count(".") == 1}
    if sides != {"0", "1"} or len(sides) != len({name.partition(".")[0] for name in arrays}):
        return arrays
    has_matrix = [
        any(name.startswith(side) and min(array.shape, default=0) > 1 and array.ndim == 2
            for name, array in arrays.items())
        for side in ("0.", "1.")
    ]  # fmt: skip
    if has_matrix[0] == has_matrix[1]:
        return arrays
    roles = ("weights", "biases") if has_matrix[0] else ("biases", "weights")
    return {roles[int(name[0])] + name[1:]: array for name, array in arrays.items()}
