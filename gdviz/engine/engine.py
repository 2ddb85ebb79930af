"""What every engine is: the vocabulary, and the types of what it is given."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import FloatArray

EngineName = Literal["auto", "compiled", "numpy"]
ENGINES: tuple[EngineName, ...] = ("auto", "compiled", "numpy")

CHUNK = 1000
"""Most examples in the buffers at once: larger mini-batches are added up chunk by chunk, in
order, so that a full batch can be left between two chunks."""

Stored = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]
Order = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]


class Engine(Protocol):
    """One network's mini-batch step, with its buffers. One thread at a time may call it."""

    name: str
    gradient: FloatArray
    """Gradient of the mini-batch taken last, shape (P,); overwritten by the next."""

    def burst(
        self,
        vector: FloatArray,
        state: FloatArray,
        optimizer_step: int,
        images: Stored,
        labels: Labels,
        order: Order,
        mini_batch: int,
        learning_rates: Float32,
        costs: Float32,
        norms: Float32,
    ) -> int:
        """Take one step for each learning rate, over the examples of `order` in turn.

        Parameters
        ----------
        vector : ndarray of shape (P,), float32
            Changed in place.
        state : ndarray of shape (n_arrays, P), float32
            The optimizer's memory, changed in place.
        optimizer_step : int
            Updates that memory has seen.
        images, labels : compact storage
        order : ndarray of int64
            Rows to be taken; the last mini-batch is smaller if it ends early.
        mini_batch : int
            Examples a step, at most `CHUNK`.
        learning_rates : ndarray of shape (n_steps,)
        costs : ndarray of shape (n_steps,)
            Written: the cost of each mini-batch before its update.
        norms : ndarray of shape (n_steps, n_layers)
            Written: the norm of each layer's gradient over √size.

        Returns
        -------
        int
            Steps taken: fewer than asked if a cost is not finite, which then is the entry of
            `costs` at that index; no update is made with it.
        """

    def chunk_gradient(
        self,
        vector: FloatArray,
        images: Stored,
        labels: Labels,
        order: Order,
        weight: float,
        out: FloatArray,
    ) -> float:
        """Add ``weight · Σ ∇C_example`` of at most `CHUNK` examples to `out`; give Σ C_example."""

    def update(
        self,
        vector: FloatArray,
        state: FloatArray,
        optimizer_step: int,
        gradient: FloatArray,
        learning_rate: float,
        norms: Float32,
    ) -> None:
        """Apply one update with a given gradient and write its norms, shape (n_layers,)."""


def scale_of(images: Stored) -> np.float32:
    """Give what a stored value is multiplied by to give a number from 0 to 1."""
    return np.float32(1 / 255 if images.dtype == np.uint8 else 1)


def scaled(images: Stored) -> Float32:
    """Give stored images as float32 from 0 to 1."""
    return np.asarray(images * scale_of(images), np.float32)
