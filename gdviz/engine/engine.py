"""The two engines behind one vocabulary, and the choice between them."""

from __future__ import annotations

from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from gdviz.nn import network
from gdviz.nn.costs import COSTS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, FloatArray, Parameters

try:
    from gdviz.engine import kernels

    _IMPORT_PROBLEM = ""
except ImportError as error:  # Numba or SciPy is missing or broken: the reference still runs.
    _IMPORT_PROBLEM = str(error)

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


def compiler_problem() -> str:
    """Why the compiled engine cannot be had, or an empty text."""
    return _IMPORT_PROBLEM


def make_engine(
    name: EngineName,
    architecture: Architecture,
    cost: str,
    optimizer: str,
    mini_batch: int,
) -> Engine:
    """Give an engine for one network.

    Parameters
    ----------
    name : str
        ``"auto"`` takes the compiled engine if there is one.
    architecture : Architecture
    cost, optimizer : str
        Keys of the tables in `gdviz.nn`.
    mini_batch : int
        Largest number of examples in a step; sizes the buffers.

    Raises
    ------
    ValueError
        If the compiled engine is asked for by name and cannot be had.
    """
    if name == "compiled" and _IMPORT_PROBLEM:
        raise ValueError(f"the compiled engine cannot be loaded: {_IMPORT_PROBLEM}")
    if name == "numpy" or _IMPORT_PROBLEM:
        return NumpyEngine(architecture, cost, optimizer)
    return CompiledEngine(architecture, cost, optimizer, min(mini_batch, CHUNK))


class NumpyEngine:
    """The reference of `gdviz.nn` behind the engine's vocabulary; owns no buffers but one."""

    name = "numpy"

    def __init__(self, architecture: Architecture, cost: str, optimizer: str) -> None:
        self._architecture = architecture
        self._cost = cost
        self._optimizer = OPTIMIZERS[optimizer]
        self._layout = architecture.layout
        self.gradient: FloatArray = np.zeros(self._layout.size, np.float32)

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
        """Take one step for each learning rate; see `Engine.burst`."""
        for step, learning_rate in enumerate(learning_rates):
            rows = order[step * mini_batch : (step + 1) * mini_batch]
            costs[step] = self._gradient_of(vector, images, labels, rows)
            if not np.isfinite(costs[step]):
                return step
            self.update(
                vector,
                state,
                optimizer_step + step,
                self.gradient,
                float(learning_rate),
                norms[step],
            )
        return len(learning_rates)

    def chunk_gradient(
        self,
        vector: FloatArray,
        images: Stored,
        labels: Labels,
        order: Order,
        weight: float,
        out: FloatArray,
    ) -> float:
        """Add up one chunk; see `Engine.chunk_gradient`."""
        cost = self._gradient_of(vector, images, labels, order)
        out += self.gradient * np.float32(weight * len(order))
        return cost * len(order)

    def update(
        self,
        vector: FloatArray,
        state: FloatArray,
        optimizer_step: int,
        gradient: FloatArray,
        learning_rate: float,
        norms: Float32,
    ) -> None:
        """Apply one update; see `Engine.update`."""
        with np.errstate(over="ignore", invalid="ignore"):
            self._optimizer.update(vector, gradient, state, optimizer_step + 1, learning_rate)
            for k, where in enumerate(self._layout.layer_slices):
                layer = gradient[where]
                norms[k] = np.sqrt(np.dot(layer, layer) / layer.size)

    def _gradient_of(
        self, vector: FloatArray, images: Stored, labels: Labels, rows: Order
    ) -> float:
        # Overflow is not a warning here: the cost that comes of it says so.
        with np.errstate(over="ignore", invalid="ignore"):
            cost, gradient = network.gradient(
                self._architecture,
                Parameters(vector, self._layout),
                scaled(images[rows]),
                network.one_hot(labels[rows], self._layout.layer_sizes[-1]),
                self._cost,
            )
        self.gradient = gradient.vector
        return cost


class CompiledEngine:
    """Compiled loops with their buffers; see `gdviz.engine.kernels`."""

    name = "compiled"

    def __init__(
        self, architecture: Architecture, cost: str, optimizer: str, capacity: int
    ) -> None:
        sizes = architecture.layer_sizes
        self._buffers = _Buffers(architecture, cost, capacity)
        self._optimizer_code = OPTIMIZERS[optimizer].code
        self._capacity = capacity
        self._sizes = np.array(sizes, np.int64)
        self.gradient: FloatArray = np.zeros(architecture.layout.size, np.float32)

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
        """Take one step for each learning rate; see `Engine.burst`."""
        buffers = self._buffers
        return int(
            kernels.burst(
                vector, state, optimizer_step, self._optimizer_code, buffers.sizes,
                buffers.offsets, buffers.capacity, buffers.codes, buffers.cost_code, images,
                labels, _scale(images), order, 0, len(order), mini_batch, learning_rates,
                buffers.activations, buffers.errors, buffers.scratch, buffers.logits,
                self.gradient, costs, norms,
            )
        )  # fmt: skip

    def chunk_gradient(
        self,
        vector: FloatArray,
        images: Stored,
        labels: Labels,
        order: Order,
        weight: float,
        out: FloatArray,
    ) -> float:
        """Add up one chunk; see `Engine.chunk_gradient`."""
        buffers = self._buffers
        total = kernels.mini_batch_gradient(
            vector, buffers.sizes, buffers.offsets, buffers.capacity, buffers.codes,
            buffers.cost_code, images, labels, _scale(images), order, 0, len(order),
            np.float32(weight), buffers.activations, buffers.errors, buffers.logits,
            self.gradient,
        )  # fmt: skip
        out += self.gradient
        return float(total)

    def update(
        self,
        vector: FloatArray,
        state: FloatArray,
        optimizer_step: int,
        gradient: FloatArray,
        learning_rate: float,
        norms: Float32,
    ) -> None:
        """Apply one update; see `Engine.update`."""
        kernels.layer_norms(gradient, self._sizes, self._buffers.scratch, norms)
        kernels.update(
            vector,
            gradient,
            state,
            optimizer_step + 1,
            np.float32(learning_rate),
            self._optimizer_code,
        )


class _Buffers:
    """What the compiled loops write into, for at most `capacity` examples at once."""

    def __init__(self, architecture: Architecture, cost: str, capacity: int) -> None:
        sizes = architecture.layer_sizes
        n_layers = len(sizes) - 1
        self.sizes = np.array(sizes, np.int64)
        self.offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self.capacity = capacity
        self.codes = np.array(
            [network.activation_of(architecture, k).code for k in range(n_layers)], np.int64
        )
        self.cost_code = COSTS[cost].code
        self.activations = np.zeros(sum(sizes) * capacity, np.float32)
        self.errors = np.zeros(sum(sizes) * capacity, np.float32)
        self.scratch = np.zeros(8, np.float32)
        self.logits = np.zeros(sizes[-1] * capacity, np.float32)


def _scale(images: Stored) -> np.float32:
    return np.float32(1 / 255 if images.dtype == np.uint8 else 1)


def scaled(images: Stored) -> Float32:
    """Give stored images as float32 from 0 to 1."""
    return np.asarray(images * _scale(images), np.float32)


def example_results(
    architecture: Architecture,
    parameters: Parameters,
    images: Stored,
    labels: Labels,
    cost: str,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Give the cost of each example and what the network says.

    Any thread may call, with parameters that nobody writes meanwhile; buffers are its own.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
        float32.
    images : ndarray of shape (n, n_in)
        uint8 from 0 to 255, or float32 from 0 to 1.
    labels : ndarray of shape (n,), uint8
    cost : str

    Returns
    -------
    costs : ndarray of shape (n,), float64
    said : ndarray of shape (n,), int64
        Index of the largest output.
    """
    costs, said = np.zeros(len(labels)), np.zeros(len(labels), np.int64)
    if not _IMPORT_PROBLEM:
        buffers = _Buffers(architecture, cost, min(500, max(len(labels), 1)))
        kernels.score(
            parameters.vector, buffers.sizes, buffers.offsets, buffers.capacity,
            buffers.codes, buffers.cost_code, images, labels, _scale(images),
            np.arange(len(labels)), buffers.activations, buffers.logits,
            costs, said,
        )  # fmt: skip
        return costs, said
    n_outputs = architecture.layer_sizes[-1]
    for start in range(0, len(labels), CHUNK):
        where = slice(start, start + CHUNK)
        with np.errstate(over="ignore", invalid="ignore"):
            passed = network.forward(architecture, parameters, scaled(images[where]))
            costs[where] = COSTS[cost].example_costs(
                passed.weighted_inputs[-1],
                passed.outputs,
                network.one_hot(labels[where], n_outputs),
                architecture.output_activation,
            )
        said[where] = network.predictions(passed.outputs)
    return costs, said


def mean_gradient(
    architecture: Architecture,
    parameters: Parameters,
    images: Stored,
    labels: Labels,
    cost: str,
) -> Parameters:
    """Give ∇C over all given examples, added up chunk by chunk; any thread may call."""
    engine: Any = make_engine("auto", architecture, cost, "gradient_descent", CHUNK)
    total = np.zeros(parameters.layout.size, np.float32)
    order = np.arange(len(labels))
    for start in range(0, len(labels), CHUNK):
        engine.chunk_gradient(
            parameters.vector, images, labels, order[start : start + CHUNK], 1 / len(labels), total
        )
    return Parameters(total, parameters.layout)
