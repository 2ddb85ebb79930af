"""What every engine is: the vocabulary, and the types of what it is given."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gdviz.engine.gaps import Flag
from gdviz.nn.parameters import FloatArray

EngineName = Literal["auto", "compiled", "numpy"]
ENGINES: tuple[EngineName, ...] = ("auto", "compiled", "numpy")

CHUNK = 1000
"""Examples after which a larger mini-batch looks whether it shall stop; one up to this size is a
step of a burst."""

N_GROUPS = 8
"""Parts into which a large mini-batch is always cut, whoever works on them: the sum of the parts
is the same to the bit on one core and on many."""

Stored = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]
Order = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]
Answers = tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]
Spread = Callable[..., Any]
"""``spread(function, items)`` gives the results in the order of the items, like `map`; that of a
`concurrent.futures` executor works on several at once."""


@dataclass(frozen=True, eq=False, slots=True)
class Examples:
    """What is trained on in one epoch.

    Parameters
    ----------
    images, labels : ndarray of shape (n, n_in) and (n,)
        Compact storage of all examples; they must not change as long as they live.
    dropout_key : int
        Of the epoch, see `gdviz.nn.dropout`.
    pictures : callable or None
        ``pictures(rows) -> float32 (n, n_in)``: the images of some rows as they are seen in
        this epoch, augmented; None: as they are stored. Several threads may call it.
    """

    images: Stored
    labels: Labels
    dropout_key: int = 0
    pictures: Callable[[Order], Float32] | None = None


@dataclass(frozen=True, slots=True)
class Keeping:
    """After which steps of a burst parameters and memory are kept.

    Parameters
    ----------
    after, every, count : int
        After so many steps first, then every so many, so often at most.
    """

    after: int = 1
    every: int = 1
    count: int = 0


KEEP_NOTHING = Keeping()


@dataclass(frozen=True, eq=False, slots=True)
class Patience:
    """How a burst waits for a better moment to end: going on with its steps.

    At its end the thread needs the interpreter's lock. While another thread needs it for long,
    both would have it by turns, and be put to sleep each time.

    Parameters
    ----------
    least : int
        Steps after which it would end, at least 1.
    is_held : uint8 ndarray
        The first is above 0 while another thread needs the lock, which writes it.
    """

    least: int
    is_held: Flag


Kept = tuple[FloatArray, FloatArray, int]
"""Parameters (P,), memory (n_arrays, P) and the updates that the memory has seen."""


@dataclass(frozen=True, slots=True)
class Method:
    """How the parameters are moved: everything about a step but network and data.

    Parameters
    ----------
    cost, optimizer : str
        Keys of the tables in `gdviz.nn`.
    l1, l2 : float
        Strengths of the penalties, see `gdviz.nn.penalties`.
    dropout : float
        Share of the hidden neurons that is switched off in a step.
    """

    cost: str
    optimizer: str = "gradient_descent"
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0


class Engine(ABC):
    """One network's training step, with the arrays it moves. One thread at a time may call it.

    The engine owns the parameters and the optimizer's memory, in whatever order suits it; what
    it gives are private copies in the order of `gdviz.nn.parameters.Layout`.
    """

    name: str

    @property
    @abstractmethod
    def vector(self) -> FloatArray:
        """The parameters, shape (P,), float32."""

    @property
    @abstractmethod
    def memory(self) -> FloatArray:
        """The optimizer's memory, shape (n_arrays, P), float32."""

    @property
    @abstractmethod
    def gradient(self) -> FloatArray:
        """∇C of the mini-batch taken last, shape (P,); without the penalties."""

    @property
    @abstractmethod
    def steps(self) -> int:
        """Updates that the optimizer's memory has seen."""

    @property
    @abstractmethod
    def is_finite(self) -> bool:
        """True if no parameter is infinite or not a number."""

    @abstractmethod
    def load(self, vector: FloatArray, memory: FloatArray, steps: int) -> None:
        """Begin at given parameters and memory, which are copied."""

    @abstractmethod
    def keep(self) -> None:
        """Remember parameters, memory and gradient as they are; a step is to follow."""

    @abstractmethod
    def go_back(self) -> None:
        """Return to what `keep` remembered; may be called again."""

    @abstractmethod
    def burst(
        self,
        examples: Examples,
        rows: Order,
        mini_batch: int,
        learning_rates: Float32,
        costs: Float32,
        norms: Float32,
        keeping: Keeping = KEEP_NOTHING,
        patience: Patience | None = None,
    ) -> int:
        """Take one step for each learning rate, over some rows of the examples in turn.

        Parameters
        ----------
        examples : Examples
        rows : ndarray of int64
            Those to be taken; the last mini-batch is smaller if they end early.
        mini_batch : int
            Examples a step, at most `CHUNK`.
        learning_rates : ndarray of shape (n_steps,)
        costs : ndarray of shape (n_steps,)
            Written: the cost of each mini-batch before its update.
        norms : ndarray of shape (n_steps, n_layers)
            Written: the norm of each layer's gradient over √size.
        keeping : Keeping
            What `kept` shall give afterwards.
        patience : Patience, optional
            When to end sooner.

        Returns
        -------
        int
            Steps taken: fewer than asked if a cost is not finite, which then is the entry of
            `costs` at that index; no update is made with it. Or if patience has ended it, which
            leaves that entry as it was.
        """

    @abstractmethod
    def kept(self) -> list[Kept]:
        """Give what was kept in the last burst, in the order of its steps; private copies."""

    @abstractmethod
    def large_gradient(
        self,
        examples: Examples,
        rows: Order,
        should_stop: Callable[[], bool],
        spread: Spread = map,
    ) -> tuple[float, Any] | None:
        """Give mean cost and gradient over any number of rows; changes nothing.

        Parameters
        ----------
        examples, rows
            As for `burst`.
        should_stop : callable
            Asked about every `CHUNK` examples, possibly from several threads.
        spread : callable
            Works on the `N_GROUPS` parts; that of an executor uses several cores. The result
            does not depend on it.

        Returns
        -------
        cost : float
        gradient
            To be given to `update` or `unpacked`.
        None
            If it was told to stop.
        """

    @abstractmethod
    def unpacked(self, gradient: Any) -> FloatArray:
        """Give what `large_gradient` gave in the order of the layout, shape (P,)."""

    @abstractmethod
    def update(self, gradient: Any, learning_rate: float, norms: Float32) -> None:
        """Take one step with what `large_gradient` gave and write its norms, shape (n_layers,)."""


def group_slices(n_rows: int) -> list[slice]:
    """Cut rows into `N_GROUPS` parts as even as can be; none is empty."""
    ends = np.linspace(0, n_rows, min(N_GROUPS, n_rows) + 1).round().astype(int).tolist()
    return [slice(start, stop) for start, stop in itertools.pairwise(ends)]


def scale_of(images: Stored) -> np.float32:
    """Give what a stored value is multiplied by to give a number from 0 to 1."""
    return np.float32(1 / 255 if images.dtype == np.uint8 else 1)


def scaled(images: Stored) -> Float32:
    """Give stored images as float32 from 0 to 1."""
    return np.asarray(images * scale_of(images), np.float32)
