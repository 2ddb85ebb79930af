"""PyTorch's tensors in pickles: what stands on the list for its names.

A tensor is a place, a shape and strides in a storage, and a storage a name and a number of values:
nothing is read before it is known which tensors are needed.
"""

from __future__ import annotations

from gdviz.storage.readers.pickle_state import (
    Buildable,
    Named,
    PickleError,
    PickleState,
    instance_of,
)
from gdviz.storage.readers.pickled_arrays import ARRAY_NAMES

STORAGE_TYPES = {
    "FloatStorage": "f4", "DoubleStorage": "f8", "HalfStorage": "f2", "BFloat16Storage": "bf2",
    "LongStorage": "i8", "IntStorage": "i4", "ShortStorage": "i2", "CharStorage": "i1",
    "ByteStorage": "u1", "BoolStorage": "u1",
}  # fmt: skip
"""Class of a storage: NumPy's code of its values, ``bf2`` for the upper half of an ``f4``."""

_MOST = 1 << 40
_DIMENSIONS = 8


class Storage:
    """Values that tensors are cut out of.

    Parameters
    ----------
    key : str
        Its name in the file.
    code : str
        One of `STORAGE_TYPES`.
    n_values : int
    """

    __slots__ = ("code", "key", "n_values")

    def __init__(self, key: str, code: str, n_values: int) -> None:
        self.key = key
        self.code = code
        self.n_values = n_values

    @property
    def n_bytes(self) -> int:
        """Bytes that its values take."""
        return self.n_values * int(self.code[-1])


class Tensor(Buildable):
    """A tensor that was described, and is inside its storage.

    Parameters
    ----------
    storage : Storage
    offset : int
        Of the first value, in values.
    shape, strides : tuple of int
        Strides in values.
    """

    __slots__ = ("offset", "shape", "storage", "strides")

    def __init__(
        self, storage: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self.storage = storage
        self.offset = offset
        self.shape = shape
        self.strides = strides


def storage_of(identifier: object, kind: str) -> Storage | Named:
    """Give the storage that a persistent identifier describes.

    Parameters
    ----------
    identifier : object
        ``("storage", class, key, device, number of values)``, before PyTorch 1.6 with a view.
    kind : str
        Stands before the key of a module's source, which is of no use here.

    Raises
    ------
    PickleError
        If it describes none.
    """
    match identifier:
        case ("storage", Named(title=title), str(key), _, int(n_values), *view) if (
            title in STORAGE_TYPES and 0 <= n_values < _MOST and view in ([], [None])
        ):
            return Storage(key, STORAGE_TYPES[title], n_values)
        case ("module", Named() as module, *_):
            # A whole module: its class is among the names that are not on the list.
            return module
    raise PickleError(f"a storage of the {kind} is damaged or of a type that is not read")


def _tensor(arguments: tuple[object, ...], _state: PickleState) -> object:
    match arguments:
        case (Storage() as storage, offset, tuple(shape), tuple(strides), *_):
            return _checked(storage, offset, shape, strides)
    raise PickleError("a tensor is damaged")


def _checked(
    storage: Storage, offset: object, shape: tuple[object, ...], strides: tuple[object, ...]
) -> Tensor:
    numbers = [
        number for number in (offset, *shape, *strides) if type(number) is int and number >= 0
    ]
    n_dimensions = len(shape)
    if (
        len(numbers) != 1 + n_dimensions + len(strides)
        or len(strides) != n_dimensions
        or n_dimensions > _DIMENSIONS
        or max(numbers) >= _MOST
    ):
        raise PickleError("the shape of a tensor is not possible")
    extents, steps = tuple(numbers[1 : n_dimensions + 1]), tuple(numbers[n_dimensions + 1 :])
    last = numbers[0] + sum(
        (extent - 1) * step for extent, step in zip(extents, steps, strict=True)
    )
    if 0 not in extents and last >= storage.n_values:
        raise PickleError(
            f"a tensor reaches to value {last + 1:,} of a storage of {storage.n_values:,}"
        )
    return Tensor(storage, numbers[0], extents, steps)


def _parameter(arguments: tuple[object, ...], _state: PickleState) -> object:
    match arguments:
        case (Tensor() as tensor, *_):
            return tensor
    raise PickleError("a parameter is damaged")


def _size(arguments: tuple[object, ...], _state: PickleState) -> object:
    match arguments:
        # No longer than a shape can be: a list that is copied again and again fills the memory.
        case ((list() | tuple()) as extents,) if len(extents) <= _DIMENSIONS:
            return tuple(extents)
    raise PickleError("the size of a tensor is damaged")


def _storage_class(_arguments: tuple[object, ...], _state: PickleState) -> object:
    raise PickleError("a storage outside of the file's own list")


_NUMBER_TYPES = (
    "float16", "float32", "float64", "bfloat16", "uint8", "int8", "int16", "int32", "int64", "bool",
)  # fmt: skip

TORCH_NAMES: dict[tuple[str, str], Named] = {
    **ARRAY_NAMES,
    ("torch._utils", "_rebuild_tensor"): Named("_rebuild_tensor", _tensor),
    ("torch._utils", "_rebuild_tensor_v2"): Named("_rebuild_tensor_v2", _tensor),
    ("torch._utils", "_rebuild_parameter"): Named("_rebuild_parameter", _parameter),
    ("torch._utils", "_rebuild_parameter_with_state"): Named("_rebuild_parameter", _parameter),
    ("torch", "Size"): Named("torch.Size", _size),
    ("torch", "device"): instance_of("torch.device"),
    **{("torch", name): instance_of(name) for name in _NUMBER_TYPES},
    **{
        (module, name): Named(name, _storage_class)
        for module in ("torch", "torch.cuda")
        for name in STORAGE_TYPES
    },
}
