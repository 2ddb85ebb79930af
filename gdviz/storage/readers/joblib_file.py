"""Files of joblib and of scikit-learn: an ``MLPClassifier``, or arrays.

joblib writes an array's bytes behind the operation that would build it, in the middle of the
pickle. Files that it compressed with zlib or gzip are unpacked in memory, up to a limit.

References
----------
joblib's `numpy_pickle.NumpyArrayWrapper.read_array`; scikit-learn's `neural_network`.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from gdviz.storage.readers.assembly import network_of_layers
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError
from gdviz.storage.readers.pickle_file import network_of_root
from gdviz.storage.readers.pickle_heads import is_joblib_pickle, is_pickle
from gdviz.storage.readers.pickle_state import (
    Instance,
    Named,
    Pairs,
    PickleError,
    PickleState,
    entries,
    instance_of,
)
from gdviz.storage.readers.pickled_arrays import (
    ARRAY_NAMES,
    Array,
    PickledArray,
    PickledType,
    checked_extents,
)
from gdviz.storage.readers.pickled_tensors import faults_named, pickle_limits
from gdviz.storage.readers.unpickling import nested, unpickled

TITLE = "scikit-learn MLPClassifier"

_GZIP_OR_ZLIB = 47
_CHUNK_BYTES = 1 << 20
_CHARACTER_BYTES = 4
_NETWORKS = ("MLPClassifier", "MLPRegressor")

# scikit-learn's words in gdviz's.
_ACTIVATIONS = {"logistic": "sigmoid"}


class JoblibArray(PickledArray):
    """An array whose bytes follow the operation that hands it its state."""

    __slots__ = ()

    def build(self, value: object, state: PickleState, /) -> None:
        """Take over the description, and the bytes behind it."""
        said = value.by_name() if isinstance(value, Pairs) else {}
        kind, shape = said.get("dtype"), said.get("shape")
        if not isinstance(kind, PickledType) or not isinstance(shape, tuple):
            raise PickleError("an array is damaged")
        if kind.code.startswith("O"):
            inner = nested(state)
            if not isinstance(inner, PickledArray):
                raise PickleError("an array of objects is none")
            self.reason = inner.reason
            return
        if said.get("numpy_array_alignment_bytes") is not None:
            state.take(state.number(1))
        data = state.take(_n_bytes(kind, shape))
        self.fill(kind, shape, data, is_fortran=said.get("order") == "F")


def _n_bytes(kind: PickledType, shape: tuple[object, ...]) -> int:
    n_bytes = int(kind.code[1:] or 0) * (_CHARACTER_BYTES if kind.code.startswith("U") else 1)
    for extent in checked_extents(shape):
        n_bytes *= extent
    return n_bytes


def _joblib_array(_arguments: tuple[object, ...], _state: PickleState) -> object:
    return JoblibArray()


_PERCEPTRONS = ("_multilayer_perceptron", "multilayer_perceptron")
_OPTIMIZERS = ("_stochastic_optimizers", "stochastic_optimizers", "_base", "base")

_NAMES: dict[tuple[str, str], Named] = {
    **ARRAY_NAMES,
    **{
        (module, "NumpyArrayWrapper"): Named("NumpyArrayWrapper", _joblib_array)
        for module in ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle")
    },
    **{
        (f"sklearn.neural_network.{module}", name): instance_of(name)
        for module in _PERCEPTRONS
        for name in _NETWORKS
    },
    **{
        (f"sklearn.neural_network.{module}", name): instance_of(name)
        for module in _OPTIMIZERS
        for name in ("AdamOptimizer", "SGDOptimizer")
    },
    **entries(
        ("sklearn.preprocessing._label", "LabelBinarizer"),
        ("sklearn.preprocessing.label", "LabelBinarizer"),
        ("numpy.random._pickle", "__randomstate_ctor"),
        ("numpy.random._pickle", "__generator_ctor"),
        ("numpy.random._pickle", "__bit_generator_ctor"),
        ("numpy.random", "__RandomState_ctor"),
        ("numpy.random._mt19937", "MT19937"),
        ("numpy.random._pcg64", "PCG64"),
        ("numpy.random.bit_generator", "SeedSequence"),
        ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"),
        named=instance_of,
    ),
}


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is a pickle of joblib or scikit-learn, or a packed one."""
    return is_joblib_pickle(head) or (_is_packed(head) and is_pickle(_unpacked_head(head)))


def _is_packed(head: bytes) -> bool:
    # zlib's first two bytes are a multiple of 31.
    is_zlib = head[:1] == b"\x78" and int.from_bytes(head[:2], "big") % 31 == 0
    return is_zlib or head.startswith(b"\x1f\x8b")


def _unpacked_head(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(head, len(head))
    except zlib.error:
        return b""


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network of an `MLPClassifier`, or that of the arrays in a file of joblib.

    Raises
    ------
    NetworkFileError
        If it is damaged, beyond a limit, holds anything else or is no fully connected network.
    """
    name = str(path)
    with faults_named(name, _resaving(path)):
        state = PickleState(_content(path, limits), _NAMES, pickle_limits(limits))
        root = unpickled(state)
    if not isinstance(root, Instance):
        return network_of_root("joblib", root, path, limits)
    if root.title not in _NETWORKS:
        raise NetworkFileError(f"{name}: holds a {root.title}, which is no network")
    attributes = root.attributes.by_name()
    with faults_named(name, ""):
        weights = _layers(attributes, "coefs_", 2)
        biases = _layers(attributes, "intercepts_", 1)
    if len(weights) != len(biases):
        raise NetworkFileError(
            f"{name}: {len(weights)} matrices of weights and {len(biases)} vectors of biases do "
            "not fit together"
        )
    said = {
        setting: _ACTIVATIONS.get(text, text)
        for setting, attribute in (
            ("hidden_activation", "activation"),
            ("output_activation", "out_activation_"),
        )
        if isinstance(text := attributes.get(attribute), str)
    }
    title = f"scikit-learn {root.title}"
    return network_of_layers(title, [w.T for w in weights], biases, said, name, limits)


def _layers(attributes: dict[str, object], attribute: str, n_dimensions: int) -> list[Array]:
    values = attributes.get(attribute)
    if not isinstance(values, list) or not values:
        raise PickleError(f"it is not trained yet: it has no {attribute}")
    arrays = [value.array for value in values if isinstance(value, PickledArray)]
    checked = [
        array
        for array in arrays
        if array is not None
        and array.ndim == n_dimensions
        and array.size
        and np.issubdtype(array.dtype, np.floating)
    ]
    if len(checked) != len(values):
        raise PickleError(f"its {attribute} are not all arrays of {n_dimensions} dimensions")
    return checked


def _content(path: Path, limits: Limits) -> bytes | bytearray:
    """Give the pickle, unpacked if it is packed."""
    with path.open("rb") as file:
        head = file.read(2)
        if not _is_packed(head):
            file.seek(0)
            return file.read()
        unpacking = zlib.decompressobj(_GZIP_OR_ZLIB)
        unpacked = bytearray()
        packed = head
        while not unpacking.eof:
            try:
                piece = unpacking.decompress(packed, _CHUNK_BYTES)
            except zlib.error:
                raise PickleError("its compressed data are damaged") from None
            packed = unpacking.unconsumed_tail or file.read(_CHUNK_BYTES)
            if not piece and not packed and not unpacking.eof:
                raise PickleError("its compressed data are cut short")
            unpacked += piece
            if len(unpacked) > limits.unpacked_bytes:
                raise PickleError(
                    f"unpacked it has more bytes than the limit of {limits.unpacked_bytes:,}"
                )
    return unpacked


def _resaving(path: Path) -> str:
    return (
        "a network alone opens: with the MLPClassifier as model, the lines import joblib and "
        f"joblib.dump(model, {path.stem + '_network.joblib'!r}) save it"
    )
