"""What every peer's training loop is, read by bench_peer.py inside the peer's environment.

Every loop trains the same problem, as fast as the peer's own users would write it: float32
images from an array in memory, each epoch in a new random order, plain gradient descent. The
loops are in bench_peer_blas.py and bench_peer_frameworks.py.
"""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Train = Callable[[], int]
Problem = dict[str, Any]
ALL_CORES = os.cpu_count() or 1
OWN_CHOICE = 0
"""Instead of a number of threads: the peer takes as many as it likes and cannot be told."""
SEED = 7


class Program:
    """One peer with the data.

    Parameters
    ----------
    data : str
        An NPZ file with ``images`` (n, 784) uint8 and ``labels`` (n,).
    """

    remark = "the same network, cost and steps"
    thread_choices: tuple[int, ...] = (1,)
    """Numbers of threads to be tried; the best is measured."""

    def __init__(self, data: str) -> None:
        with np.load(data) as file:
            self.images = file["images"].astype(np.float32) / np.float32(255)
            self.labels = file["labels"].astype(np.int64)
        self.targets = np.eye(10, dtype=np.float32)[self.labels]
        self.generator = np.random.default_rng(SEED)
        self.load()

    def load(self) -> None:
        """Import the peer."""

    @property
    def version(self) -> str:
        """What is compared with."""
        raise NotImplementedError  # each peer says its own

    def set_threads(self, threads: int) -> None:
        """Let it use so many threads from now on."""

    def trainer(self, problem: Problem) -> Train:
        """Give what trains for a while on a problem and tells how many examples it took.

        Parameters
        ----------
        problem : dict
            ``layer_sizes``, ``mini_batch``, ``learning_rate``, and ``kind``: ``"lesson"``
            (sigmoid everywhere, quadratic cost) or ``"modern"`` (ReLU, softmax, cross-entropy).
        """
        raise NotImplementedError  # each peer says its own

    def only_lesson(self, problem: Problem) -> None:
        """Refuse what this peer is not compared on."""
        if problem["kind"] != "lesson":
            raise ValueError("compared on the lesson's network only")


class Order:
    """Random mini-batches without end; the last of an epoch is left out if it is not full."""

    def __init__(self, n_examples: int, mini_batch: int, generator: np.random.Generator) -> None:
        self._n_examples, self._mini_batch = n_examples, mini_batch
        self._generator = generator
        self._order = np.empty(0, np.int64)
        self._position = 0

    def next(self) -> npt.NDArray[np.int64]:
        """Give the rows of the next mini-batch."""
        if self._position + self._mini_batch > len(self._order):
            self._order, self._position = self._generator.permutation(self._n_examples), 0
        rows = self._order[self._position : self._position + self._mini_batch]
        self._position += self._mini_batch
        return rows
