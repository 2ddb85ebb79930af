"""Exact slices: the true cost at any point of a plane through parameter space.

On the plane θ(u, v) = origin + u·direction_u + v·direction_v the weighted inputs of the
first layer are affine in u and v, so its large matrix product is done three times for the
whole plane and not once for every point. What remains per point are the small later layers
and the activations, in compiled, vectorised blocks (`slice_kernel`). Every point is computed
from the coordinates themselves: nothing drifts along a row.

Measured on one core (AVX2, one BLAS thread), 784-16-16-10, sigmoid, quadratic cost, 41x41
points on 1,000 images, float32, all set-up included, best of 3, processor time of the thread:
0.09 s here against 0.9 s for `gdviz.nn.network.mean_cost` at each point, 10 times; the
NumPy form takes 0.53 s. First compilation 6 s, from its cache 0.2 s.

Imports `gdviz.nn` and, if it is there, Numba. Threads are the caller's: one `ExactSlice` may
be asked by several threads at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.engine.availability import is_ready
from gdviz.engine.gaps import gap_flag
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.network import activation_of, check_choices, without_steepness
from gdviz.nn.network import one_hot as targets_of
from gdviz.nn.parameters import Architecture, FloatArray, Parameters


def slice_kernel() -> ModuleType | None:
    """Give the compiled loop's module, or None without a compiler: NumPy gives the same, slower."""
    return import_module("gdviz.engine.slice_kernel") if is_ready() else None


BLOCK = 128
_ROWS = 4096  # images scaled and multiplied at a time: bounds what uint8 images cost in floats
_WORK = 2.0e8
"""Operations between two looks at `should_stop`: 5 to 10 ms without the interpreter's lock. More
looks would be more fights for it, and the window loses some."""

SLOWER = 6
"""So many times as long as the compiled loop NumPy takes for the same."""


class ExactSlice:
    """The cost on one plane, for one set of examples.

    Making it takes three products of the images with the first layer. It then holds
    ``3 · n · n_first`` numbers, and never anything that grows with the number of points.

    Parameters
    ----------
    architecture : Architecture
    origin, direction_u, direction_v : ndarray of shape (P,)
        The plane; read while the object is made, not kept.
    images : ndarray of shape (n, n_in)
        uint8, 0 to 255, or floating, 0 to 1. At least one.
    labels : ndarray of shape (n,)
        Index of the right output.
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    dtype : numpy.float32 or numpy.float64
        float32 is for pictures (about 1e-6), float64 for checks.
    compiled : bool or None
        None takes the compiled loop if there is one.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label has no output or the cost is not defined.
    """

    def __init__(
        self,
        architecture: Architecture,
        origin: FloatArray,
        direction_u: FloatArray,
        direction_v: FloatArray,
        images: npt.NDArray[Any],
        labels: npt.NDArray[np.integer[Any]],
        cost: str,
        *,
        dtype: npt.DTypeLike = np.float32,
        compiled: bool | None = None,
    ) -> None:
        check_choices(architecture, cost)
        _check_shapes(architecture, (origin, direction_u, direction_v), images, labels)
        self._architecture, self._cost = architecture, cost
        self._dtype = np.dtype(dtype)
        if self._dtype not in (np.float32, np.float64):
            raise ValueError(f"a slice is computed in float32 or float64, not {self._dtype}")
        kernel = slice_kernel() if compiled is not False else None
        if compiled and kernel is None:
            raise ValueError("the compiled slice needs Numba, which cannot be imported")
        self._kernel = kernel
        plane = np.stack([origin, direction_u, direction_v]).astype(self._dtype)
        for vector in plane:
            # σ(kz) of W is σ(z) of kW, which is linear in W: the plane goes over into a plane,
            # point by point, and everything behind it knows no steepness.
            parameters = Parameters(vector, architecture.layout)
            vector[:] = without_steepness(architecture, parameters)[1].vector
        self._later = np.ascontiguousarray(plane[:, architecture.layout.layer_slices[0].stop :])
        self.n_examples = len(labels)
        n_blocks = -(-self.n_examples // BLOCK)
        self._labels = np.zeros((n_blocks, BLOCK), np.uint8 if labels.max() < 256 else np.int64)
        self._labels.reshape(-1)[: self.n_examples] = labels
        self._first = self._first_layer(plane, images, n_blocks)

    def __getstate__(self) -> dict[str, Any]:
        # For another process, which loads its own loop; a module cannot be sent.
        return {**self.__dict__, "_kernel": self.is_compiled}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._kernel = slice_kernel() if state["_kernel"] else None

    @property
    def is_compiled(self) -> bool:
        """True if the compiled loop is used."""
        return self._kernel is not None

    @property
    def operations_per_point(self) -> float:
        """Roughly how many multiplications one point takes, an activation counted as 20."""
        sizes = self._architecture.layer_sizes[1:]
        products = sum(a * b for a, b in itertools.pairwise(sizes))
        return float(self.n_examples * (3 * sizes[0] + products + 20 * sum(sizes)))

    def costs(
        self,
        u: npt.NDArray[np.floating[Any]],
        v: npt.NDArray[np.floating[Any]],
        should_stop: Callable[[], bool] | None = None,
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
        """Give the mean cost at points of the plane, and how the examples scatter about it.

        Any thread may call, several at once.

        Parameters
        ----------
        u, v : ndarray of shape (m,)
        should_stop : callable, optional
            Asked about every 5 ms of work.

        Returns
        -------
        mean : float64 ndarray of shape (m,)
            C at each point: the mean over the examples of the sum over the outputs.
        squared_deviations : float64 ndarray of shape (m,)
            Σ over the examples of (cost of the example − mean)². The standard error of the
            mean is ``sqrt(squared_deviations / (n − 1) / n)``.
        None
            If it was told to stop.
        """
        u, v = np.asarray(u, self._dtype), np.asarray(v, self._dtype)
        shift, total, square = np.zeros((3, u.size))
        blocks = len(self._labels)
        per_block = self.operations_per_point / blocks
        work = _WORK / SLOWER if self._kernel is None else _WORK
        points = max(1, int(work / (per_block * blocks)))
        step = max(1, int(work / (per_block * points)))
        add = self._add_numpy if self._kernel is None else self._add_compiled
        for start in range(0, u.size, points):
            which = slice(start, start + points)
            for block in range(0, blocks, step):
                if should_stop is not None and should_stop():
                    return None
                until = min(blocks, block + step)
                add(block, until, u[which], v[which], shift[which], total[which], square[which])
        n = self.n_examples
        with np.errstate(invalid="ignore", over="ignore"):
            return shift + total / n, np.maximum(square - total * total / n, 0)

    def _first_layer(
        self, plane: FloatArray, images: npt.NDArray[Any], n_blocks: int
    ) -> npt.NDArray[Any]:
        """Give z of the first layer for origin, u and v: (n_blocks, 3, n_first, BLOCK)."""
        n_in, n_first = self._architecture.layer_sizes[:2]
        layout = self._architecture.layout
        weights = plane[:, layout.weight_slices[0]].reshape(3 * n_first, n_in)
        biases = plane[:, layout.bias_slices[0]].reshape(3 * n_first, 1)
        first = np.zeros((n_blocks, 3, n_first, BLOCK), self._dtype)
        for start in range(0, len(images), _ROWS):
            rows = images[start : start + _ROWS].astype(self._dtype)
            if images.dtype == np.uint8:
                rows /= 255
            padded = np.zeros((3 * n_first, -(-len(rows) // BLOCK) * BLOCK), self._dtype)
            with np.errstate(all="ignore"):  # a diverged network has infinities here
                padded[:, : len(rows)] = weights @ rows.T + biases
            blocks = padded.reshape(3, n_first, -1, BLOCK).transpose(2, 0, 1, 3)
            first[start // BLOCK : start // BLOCK + len(blocks)] = blocks
        return first

    def _add_compiled(self, first_block: int, last_block: int, *arrays: npt.NDArray[Any]) -> None:
        architecture = self._architecture
        codes = (
            ACTIVATIONS[architecture.hidden_activation].code,
            OUTPUT_ACTIVATIONS[architecture.output_activation].code,
            COSTS[self._cost].code,
        )
        assert self._kernel is not None, "else NumPy adds"
        self._kernel.accumulate(
            np.array(architecture.layer_sizes, np.int64),
            np.array(codes, np.int64),
            self._first,
            self._later,
            self._labels,
            self.n_examples,
            first_block,
            last_block,
            gap_flag(),
            *arrays,
        )

    def _add_numpy(
        self,
        first_block: int,
        last_block: int,
        u: npt.NDArray[Any],
        v: npt.NDArray[Any],
        shift: npt.NDArray[np.float64],
        total: npt.NDArray[np.float64],
        square: npt.NDArray[np.float64],
    ) -> None:
        """Do as the compiled loop does, point by point and all blocks at once."""
        count = min(last_block * BLOCK, self.n_examples) - first_block * BLOCK
        labels = self._labels[first_block:last_block].reshape(-1)[:count]
        targets = targets_of(labels, self._architecture.layer_sizes[-1], self._dtype)
        # (3, n, n_first): examples along rows, as in gdviz.nn.
        first = self._first[first_block:last_block].transpose(1, 0, 3, 2)
        first = first.reshape(3, -1, first.shape[-1])[:, :count]
        for p in range(u.size):
            with np.errstate(all="ignore"):
                z = first[0] + u[p] * first[1] + v[p] * first[2]
                later = self._later[0] + u[p] * self._later[1] + v[p] * self._later[2]
                costs = self._costs_behind(z, later, targets).astype(np.float64)
                if first_block == 0:
                    shift[p] = costs[0]
                costs -= shift[p]
                total[p] += costs.sum()
                square[p] += (costs * costs).sum()

    def _costs_behind(self, z: FloatArray, later: FloatArray, targets: FloatArray) -> FloatArray:
        """Give the cost of each example (n,) from the weighted inputs of the first layer."""
        architecture = self._architecture
        activation = activation_of(architecture, 0).function(z)
        if architecture.layout.n_layers > 1:
            layout = Architecture(architecture.layer_sizes[1:]).layout
            behind = Parameters(later, layout)
            for k, weights in enumerate(behind.weights):
                z = activation @ weights.T + behind.biases[k]
                activation = activation_of(architecture, k + 1).function(z)
        cost = COSTS[self._cost]
        return cost.example_costs(z, activation, targets, architecture.output_activation)


def _check_shapes(
    architecture: Architecture,
    plane: tuple[FloatArray, FloatArray, FloatArray],
    images: npt.NDArray[Any],
    labels: npt.NDArray[Any],
) -> None:
    for name, vector in zip(("origin", "direction_u", "direction_v"), plane, strict=True):
        if vector.shape != (architecture.n_parameters,):
            raise ValueError(
                f"{name} has shape {vector.shape}, but {architecture.name} "
                f"has {architecture.n_parameters} parameters"
            )
    n_in, n_out = architecture.layer_sizes[0], architecture.layer_sizes[-1]
    if images.ndim != 2 or images.shape[1] != n_in or len(images) < 1:
        raise ValueError(f"images of shape {images.shape} are not (n, {n_in}) with n at least 1")
    if labels.shape != (len(images),):
        raise ValueError(f"{len(images)} images have labels of shape {labels.shape}")
    if labels.min() < 0 or labels.max() >= n_out:
        raise ValueError(
            f"labels go from {labels.min()} to {labels.max()}, outputs 0 to {n_out - 1}"
        )


def warm_up() -> None:
    """Compile the loop for float32, or load it from the disk; without Numba do nothing."""
    if slice_kernel() is None:
        return
    architecture = Architecture((2, 2, 2))
    vector = np.zeros(architecture.n_parameters, np.float32)
    images, labels = np.zeros((1, 2), np.uint8), np.zeros(1, np.uint8)
    point = np.zeros(1)
    ExactSlice(architecture, vector, vector, vector, images, labels, "quadratic").costs(
        point, point
    )
