"""From what a pickle holds to tensors by name: lists, dictionaries and numbers walked through."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from gdviz.storage.readers.network_file import Limits, NetworkFileError
from gdviz.storage.readers.pickle_state import Buildable, Pairs, PickleError, PickleLimits
from gdviz.storage.readers.pickled_arrays import Array, PickledArray
from gdviz.storage.readers.unpickling import ForeignNamesError, listed

_DEPTH = 8
_NAME_CHARACTERS = 100


def pickle_limits(limits: Limits) -> PickleLimits:
    """Give what pickles may ask for."""
    return PickleLimits(limits.pickle_operations, limits.pickle_text_bytes)


@contextlib.contextmanager
def faults_named(name: str, resaving: str) -> Iterator[None]:
    """Turn what is wrong with a pickle into a sentence that names its file.

    Parameters
    ----------
    name : str
    resaving : str
        How its own program saves what opens here; said if the pickle holds its objects.

    Raises
    ------
    NetworkFileError
        In place of it.
    """
    try:
        yield
    except ForeignNamesError as fault:
        raise NetworkFileError(
            f"{name}: it holds more than numbers: {listed(fault.names)}. Nothing that a file names "
            f"is ever run here; {resaving}"
        ) from None
    except PickleError as fault:
        raise NetworkFileError(f"{name}: {fault}") from None


def leaves_of(
    root: object, kinds: tuple[type[Buildable], ...], limits: Limits
) -> dict[str, object]:
    """Give everything that could be a tensor, under its path through lists and dictionaries.

    Parameters
    ----------
    root : object
        What a pickle holds.
    kinds : tuple of type
        Own values that are tensors.
    limits : Limits

    Returns
    -------
    dict of str to object
        Values of `kinds`, and arrays made of plain lists of numbers.

    Raises
    ------
    PickleError
        If two have the same path, or there are too many.
    """
    walk = _Walk(kinds, limits)
    walk.visit(root, "", 0)
    return walk.found


class _Walk:
    def __init__(self, kinds: tuple[type[Buildable], ...], limits: Limits) -> None:
        self.kinds = kinds
        self.found: dict[str, object] = {}
        # Small pickles may hold the same list a thousand times over, or lists that hold themselves.
        self.n_steps_left = limits.pickle_operations
        self.n_tensors = limits.tensors

    def visit(self, value: object, path: str, depth: int) -> None:
        if isinstance(value, self.kinds):
            self.keep(value, path)
            return
        self.spend(1)
        if not isinstance(value, Pairs | list | tuple):
            return
        if not isinstance(value, Pairs):
            numbers = self.numbers(value)
            if numbers is not None:
                self.keep(numbers, path)
                return
        if depth >= _DEPTH:
            raise PickleError(f"its lists stand more than {_DEPTH} deep in each other")
        items = value.items if isinstance(value, Pairs) else enumerate(value)
        for key, inner in items:
            self.visit(inner, f"{path}.{named(key)}" if path else named(key), depth + 1)

    def spend(self, n_steps: int) -> None:
        """Count what is looked at."""
        self.n_steps_left -= n_steps
        if self.n_steps_left < 0:
            raise PickleError("its lists hold each other more often than can be followed")

    def keep(self, value: object, path: str) -> None:
        if path in self.found:
            raise PickleError(f"two tensors of it have the name {path}")
        if len(self.found) >= self.n_tensors:
            raise PickleError(
                f"{len(self.found) + 1:,} tensors are more than the limit of {self.n_tensors:,}"
            )
        self.found[path] = value

    def numbers(self, values: Sequence[object]) -> Array | None:
        """Give the array that lists of numbers make, None if they make none."""
        if not values:
            return None
        rows = [values] if _is_number(values[0]) else values
        width = len(values) if rows is not values else _width(values[0])
        if width is None or not all(_width(row) == width for row in rows):
            return None
        self.spend(width * len(rows))
        if not all(_is_number(number) for row in rows for number in row):  # type: ignore[attr-defined]  # they have a width
            return None
        if rows is not values and all(type(number) is int for number in values):
            return np.empty(0)  # how large the layers are, and no biases
        try:
            return np.array(values, np.float64)
        except OverflowError:
            raise PickleError("a number in its lists is too large") from None


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def _width(row: object) -> int | None:
    return len(row) if isinstance(row, list | tuple) and row and _is_number(row[0]) else None


def named(key: object) -> str:
    """Give the name of what a dictionary holds under a key.

    Raises
    ------
    PickleError
        If it cannot be printed in a sentence.
    """
    name = str(key) if isinstance(key, int | float) else key
    if not isinstance(name, str) or len(name) > _NAME_CHARACTERS or not name.isprintable():
        raise PickleError("a name in it is no short text")
    return name


def arrays_of(leaves: dict[str, object]) -> dict[str, Array]:
    """Give the arrays among tensors; those of no numbers matter if no matrix is left.

    Raises
    ------
    PickleError
        Then.
    """
    arrays = {
        name: leaf.array if isinstance(leaf, PickledArray) else leaf
        for name, leaf in leaves.items()
    }
    found = {name: array for name, array in arrays.items() if isinstance(array, np.ndarray)}
    if not any(array.ndim >= 2 for array in found.values()):
        for leaf in leaves.values():
            if isinstance(leaf, PickledArray) and leaf.array is None:
                raise PickleError(leaf.reason)
    return found


def resaved_arrays(path: Path) -> str:
    """Give the two lines of the program that made a pickle."""
    return (
        "where its own program runs, with the network as model, the lines import numpy and "
        f"numpy.savez({path.stem + '_arrays.npz'!r}, *model.weights, *model.biases) save what opens"
    )
