"""The machine that carries out a pickle: a stack, a memo, and own values on them.

A pickle is a program. Python's own machine for it looks up whatever the program names, and calls
it; this one can only push, collect and remember. A name is looked up in one table, by module and
name exactly, and what stands there is a function of this package that checks its arguments.
Nothing is imported, no attribute is looked up, nothing that a file names is called: there is no
way to load a file "anyway". See `pickle_opcodes` for what the operations do and `unpickling` for
the loop over them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_MARKS = 1_000
_NAMES = 100
_NAME = re.compile(r"[A-Za-z0-9_.<>]{1,100}")


class PickleError(ValueError):
    """A pickle is damaged, beyond a limit or asks for what is not done; one clause."""


@dataclass(frozen=True, slots=True)
class PickleLimits:
    """What the pickles of one file may ask for together.

    Parameters
    ----------
    operations : int
        Steps, and one above the largest index into the memo.
    text_bytes : int
        Bytes of texts, long numbers and short strings of bytes, which are copied.
    seconds : float
        However slow the machine is, no longer than this.
    """

    operations: int = 2_000_000
    text_bytes: int = 64 << 20
    seconds: float = 10.0


_DEFAULT_LIMITS = PickleLimits()


class PickleState:
    """Where the machine stands in a file.

    Parameters
    ----------
    content : bytes or bytearray
        The whole file: long strings of bytes stay views of it.
    allowed : mapping of (str, str) to Named
        What each module and name stands for.
    limits : PickleLimits
    persistent : callable, optional
        Gives what a persistent identifier stands for; without it there may be none.
    """

    def __init__(
        self,
        content: bytes | bytearray,
        allowed: Mapping[tuple[str, str], Named],
        limits: PickleLimits = _DEFAULT_LIMITS,
        persistent: Callable[[object], object] | None = None,
    ) -> None:
        self.content = content
        self.allowed = allowed
        self.limits = limits
        self.persistent = persistent
        self.position = 0
        self.n_operations = 0
        self.n_text_bytes = 0
        self.foreign: dict[str, None] = {}
        """Names that are not on the list, in the order of the file."""
        self.is_nested = False
        self.begin()
        self._view = memoryview(content).toreadonly()
        self._n_bytes = len(content)
        self._ends_at = time.monotonic() + limits.seconds

    def begin(self) -> None:
        """Start a pickle: an empty stack and memo; the counts go on.

        An operation puts at most one value on the stack, so that their number bounds its depth.
        """
        self.stack: list[object] = []
        self.below: list[list[object]] = []
        self.memo: dict[int, object] = {}

    def take(self, n_bytes: int) -> memoryview:
        """Give the next bytes, uncopied."""
        start = self.position
        self._pass_over(n_bytes)
        return self._view[start : self.position]

    def copy(self, n_bytes: int) -> bytes:
        """Give the next few bytes: a copy of them takes less memory than a view."""
        start = self.position
        self._pass_over(n_bytes)
        return bytes(self.content[start : self.position])

    def number(self, n_bytes: int, *, signed: bool = False) -> int:
        """Give the next bytes as a whole number, the least significant first."""
        start = self.position
        self._pass_over(n_bytes)
        return int.from_bytes(self.content[start : self.position], "little", signed=signed)

    def _pass_over(self, n_bytes: int) -> None:
        end = self.position + n_bytes
        if end > self._n_bytes:
            raise PickleError(f"it ends within {n_bytes:,} bytes that begin at {self.position:,}")
        self.position = end

    def line(self) -> memoryview:
        """Give the bytes up to the next line feed, and pass over that."""
        end = self.content.find(b"\n", self.position)
        if end < 0:
            raise PickleError(f"it ends within a line that begins at {self.position:,}")
        taken = self.take(end - self.position)
        self.position += 1
        return taken

    def count(self, n_operations: int) -> None:
        """Count steps, before they are taken."""
        self.n_operations += n_operations
        if self.n_operations > self.limits.operations:
            raise PickleError(
                f"its operations are more than the limit of {self.limits.operations:,}"
            )
        if time.monotonic() > self._ends_at:
            raise PickleError(f"it takes more than the limit of {self.limits.seconds:g} s")

    def spend(self, n_bytes: int) -> None:
        """Count bytes that are about to be copied."""
        self.n_text_bytes += n_bytes
        if self.n_text_bytes > self.limits.text_bytes:
            raise PickleError(
                f"{self.n_text_bytes:,} bytes of text are more than the limit of "
                f"{self.limits.text_bytes:,}"
            )

    def mark(self) -> None:
        """Begin a group of values."""
        if len(self.below) >= _MARKS:
            raise PickleError(f"its groups stand more than {_MARKS:,} deep in each other")
        self.below.append(self.stack)
        self.stack = []

    def pop_group(self) -> list[object]:
        """Take all values since the last mark."""
        group = self.stack
        self.stack = self.below.pop()
        return group

    def remember(self, index: int, value: object) -> None:
        """Put a value in the memo."""
        if not 0 <= index < self.limits.operations:
            raise PickleError(
                f"an index of {index:,} into its memo is more than the limit of "
                f"{self.limits.operations:,}"
            )
        self.memo[index] = value

    def named(self, module: object, name: object) -> Named:
        """Give what a name stands for; of one that is not on the list only the name is kept."""
        if not isinstance(module, str) or not isinstance(name, str):
            raise PickleError("it names something by what is no text")
        known = self.allowed.get((module, name))
        if known is not None:
            return known
        title = f"{module}.{name}" if _NAME.fullmatch(module + name) else "a name beyond all rules"
        if len(self.foreign) < _NAMES:
            self.foreign[title] = None
        return Named(title, lambda _arguments, _state: Foreign())


@dataclass(frozen=True, slots=True)
class Named:
    """What a file may name: in place of a function or class, a function of this package.

    Parameters
    ----------
    title : str
    make : callable
        Gives the value for arguments from the file, which it has to check; counts what it copies.
    """

    title: str
    make: Callable[[tuple[object, ...], PickleState], object]


class Buildable:
    """An own value that may be handed a state after it was made."""

    __slots__ = ()

    def build(self, value: object, state: PickleState, /) -> None:
        """Take over what the file says of it; of what is not needed, nothing."""


class Pairs(Buildable):
    """A dictionary as a list of its keys and values.

    It is not looked up in while a file is read: made-up keys of equal hashes would keep a real
    dictionary busy for hours.
    """

    __slots__ = ("items",)

    def __init__(self) -> None:
        # No list before there is something in it: files may hold millions of empty ones.
        self.items: Sequence[tuple[object, object]] = ()

    def add(self, items: Iterable[tuple[object, object]]) -> None:
        """Add keys with their values, in order."""
        if isinstance(self.items, list):
            self.items.extend(items)
        else:
            self.items = list(items)

    def by_name(self) -> dict[str, object]:
        """Give the values whose keys are texts; of equal keys the last one counts."""
        return {key: value for key, value in self.items if isinstance(key, str)}


class Instance(Buildable):
    """An object of a class on the list, of which only its attributes are kept."""

    __slots__ = ("attributes", "title")

    def __init__(self, title: str) -> None:
        self.title = title
        self.attributes = Pairs()

    def build(self, value: object, _state: PickleState, /) -> None:
        """Take over attributes."""
        if isinstance(value, Pairs):
            self.attributes = value


class Foreign(Buildable):
    """Stands for an object of a class that is not on the list: nothing is kept of it."""

    __slots__ = ()


def instance_of(title: str) -> Named:
    """Give an entry of the list: objects of which the attributes are kept."""
    return Named(title, lambda _arguments, _state: Instance(title))


def entries(*pairs: tuple[str, str], named: Callable[[str], Named]) -> dict[tuple[str, str], Named]:
    """Give entries of the list for modules and names."""
    return {(module, name): named(f"{module}.{name}") for module, name in pairs}
