"""NumPy's arrays in pickles, built from their bytes: what stands on the list for its names.

Both of NumPy's spellings of its own modules, and Python 2 and 3. Arrays are views of the file.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.storage.readers.pickle_state import (
    Buildable,
    Named,
    Pairs,
    PickleError,
    PickleState,
    entries,
    instance_of,
)

Array = npt.NDArray[Any]

_NUMBER_TYPE = re.compile(r"b1|[iu][1248]|f[248]")
_OTHER_TYPE = re.compile(r"[a-zA-Z][0-9]{0,9}")
_ORDERS = "<>=|"
_DIMENSIONS = 32


class PickledType(Buildable):
    """The type of an array's numbers.

    Parameters
    ----------
    code : str
        NumPy's, for example ``f8``.
    """

    __slots__ = ("code", "order")

    def __init__(self, code: str) -> None:
        self.code = code
        self.order = "="

    def build(self, value: object, _state: PickleState, /) -> None:
        """Take over the byte order."""
        match value:
            case (int(), str(order), *_) if order and order in _ORDERS:
                self.order = order
            case _:
                raise PickleError("the type of an array is damaged")

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """NumPy's type, if it is one of numbers."""
        if not _NUMBER_TYPE.fullmatch(self.code):
            return None
        return np.dtype(self.order.replace("=", "<") + self.code)


class PickledArray(Buildable):
    """An array, or the reason why it is not read.

    Parameters
    ----------
    array : ndarray or None
    reason : str
        Why there is none; only said if it would be needed.
    """

    __slots__ = ("array", "reason")

    def __init__(self, array: Array | None = None, reason: str = "an array is without values"):
        self.array = array
        self.reason = reason

    def build(self, value: object, state: PickleState, /) -> None:
        """Take over type, shape and values: what `_reconstruct` is handed."""
        match value:
            case (int(), tuple(shape), PickledType() as kind, fortran, data):
                self.fill(kind, shape, _as_bytes(data, state), is_fortran=fortran in (True, 1))
            case _:
                raise PickleError("the state of an array is damaged")

    def fill(
        self,
        kind: PickledType,
        shape: tuple[object, ...],
        data: memoryview | bytes | None,
        *,
        is_fortran: bool,
    ) -> None:
        """Take over what an array is made of; `data` is None where it is a list of objects."""
        dtype = kind.dtype
        if dtype is None or data is None:
            self.reason = reason_against(kind)
        else:
            self.array = array_of(dtype, shape, data, is_fortran=is_fortran)


def reason_against(kind: PickledType) -> str:
    """Say why an array of a type is not read."""
    if kind.code.startswith("O"):
        return (
            "an array of it holds Python objects in place of numbers, which are not loaded; "
            "arrays of different shapes can be saved as a list or with numpy.savez"
        )
    return f"an array of it has values of type {kind.code[:20]}, which are not read"


def array_of(
    dtype: np.dtype[Any], shape: tuple[object, ...], data: memoryview | bytes, *, is_fortran: bool
) -> Array:
    """Give an array of exactly these bytes, uncopied and read-only."""
    extents = checked_extents(shape)
    n_bytes = math.prod(extents) * dtype.itemsize
    if n_bytes != len(data):
        raise PickleError(f"an array of {n_bytes:,} bytes has {len(data):,} bytes of values")
    if not n_bytes:
        return np.empty(0, dtype)
    order: Any = "F" if is_fortran else "C"
    return np.frombuffer(data, dtype).reshape(extents, order=order)


def checked_extents(shape: tuple[object, ...]) -> tuple[int, ...]:
    """Give a shape that a file says, if it can be one."""
    extents = tuple(extent for extent in shape if type(extent) is int and 0 <= extent < 2**62)
    if len(extents) != len(shape) or len(shape) > _DIMENSIONS:
        raise PickleError("the shape of an array is not possible")
    return extents


def _as_bytes(data: object, state: PickleState) -> memoryview | bytes | None:
    """Give bytes, which Python 2 wrote as a text; None for the list of an array of objects."""
    if isinstance(data, memoryview | bytes):
        return data
    if isinstance(data, str):
        state.spend(len(data))
        return data.encode("latin-1")
    if isinstance(data, list):
        return None
    raise PickleError("an array has strange values")


def _empty_array(_arguments: tuple[object, ...], _state: PickleState) -> object:
    return PickledArray()


def _type(arguments: tuple[object, ...], _state: PickleState) -> object:
    match arguments:
        case (str(code), *_) if _OTHER_TYPE.fullmatch(code):
            return PickledType(code)
    raise PickleError("the type of an array is damaged")


def _array_of_buffer(arguments: tuple[object, ...], _state: PickleState) -> object:
    match arguments:
        case (memoryview() | bytes() as data, PickledType() as kind, tuple(shape), str(order)):
            array = PickledArray()
            array.fill(kind, shape, data, is_fortran=order == "F")
            return array
    raise PickleError("an array is damaged")


def _scalar(arguments: tuple[object, ...], state: PickleState) -> object:
    match arguments:
        case (PickledType() as kind, (str() | memoryview() | bytes()) as data):
            array = PickledArray()
            array.fill(kind, (), _as_bytes(data, state), is_fortran=False)
            return array
        case (PickledType() as kind, _):
            return PickledArray(None, reason_against(kind))
    raise PickleError("a number is damaged")


def _encoded(arguments: tuple[object, ...], state: PickleState) -> object:
    """Give the bytes that Python 3 wrote as a text for Python 2."""
    match arguments:
        case (str(text), str(encoding)) if encoding in ("latin1", "latin-1"):
            state.spend(len(text))
            return text.encode("latin-1")
    raise PickleError("bytes are damaged")


def _bytes(arguments: tuple[object, ...], state: PickleState) -> object:
    match arguments:
        case ():
            return b""
        case (memoryview() | bytes() as data,):
            return data
        case (str(text), "latin-1" | "latin1"):
            state.spend(len(text))
            return text.encode("latin-1")
    raise PickleError("bytes are damaged")


def _pairs(arguments: tuple[object, ...], state: PickleState) -> object:
    """Give a dictionary, whose items Python 2 handed over as a list of pairs."""
    pairs = Pairs()
    # The same arguments may be handed over a million times.
    state.count(len(arguments))
    for argument in arguments:
        if isinstance(argument, list):
            state.count(len(argument))
            for item in argument:
                match item:
                    case (key, value):
                        pairs.add([(key, value)])
                    case _:
                        raise PickleError("a dictionary is damaged")
        elif isinstance(argument, Pairs):
            state.count(len(argument.items))
            pairs.add(argument.items)
    return pairs


def _old_instance(arguments: tuple[object, ...], state: PickleState) -> object:
    match arguments:
        case (Named() as kind, *_):
            return kind.make((), state)
    raise PickleError("an object is damaged")


_CORE = ("numpy.core.multiarray", "numpy._core.multiarray")
_NUMERIC = ("numpy.core.numeric", "numpy._core.numeric")

ARRAY_NAMES: dict[tuple[str, str], Named] = {
    ("numpy", "dtype"): Named("numpy.dtype", _type),
    ("numpy", "ndarray"): Named("numpy.ndarray", _empty_array),
    **{(module, "_reconstruct"): Named("_reconstruct", _empty_array) for module in _CORE},
    **{(module, "scalar"): Named("scalar", _scalar) for module in _CORE},
    **{(module, "_frombuffer"): Named("_frombuffer", _array_of_buffer) for module in _NUMERIC},
    ("_codecs", "encode"): Named("_codecs.encode", _encoded),
    **{
        (module, name): Named(name, _bytes)
        for module in ("__builtin__", "builtins")
        for name in ("bytes", "bytearray")
    },
    **{
        (module, "_reconstructor"): Named("_reconstructor", _old_instance)
        for module in ("copy_reg", "copyreg")
    },
    ("collections", "OrderedDict"): Named("OrderedDict", _pairs),
    ("collections", "defaultdict"): Named("defaultdict", _pairs),
    ("collections", "Counter"): Named("Counter", _pairs),
    **entries(
        ("__builtin__", "object"), ("builtins", "object"), ("__builtin__", "list"),
        ("builtins", "list"), ("__builtin__", "int"), ("builtins", "int"),
        ("__builtin__", "float"), ("builtins", "float"), ("__builtin__", "dict"),
        ("builtins", "dict"), ("__builtin__", "set"), ("builtins", "set"),
        ("argparse", "Namespace"),
        named=instance_of,
    ),
}  # fmt: skip
"""What may be named beside arrays is what programs keep with them, and harmless: of a default's
factory or a namespace only the name and the attributes are kept."""
