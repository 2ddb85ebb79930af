"""The shape of a network and its parameters as one flat vector.

A network has no hidden state here: an `Architecture` says what is computed, a `Parameters`
holds the numbers, and functions take both. Whoever wants the cost somewhere else on the
surface makes another vector and calls the same function.

Imports NumPy only. Next: `network` for the forward pass and backpropagation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Architecture:
    """Layer sizes and activation keys: everything about a network but its numbers.

    Parameters
    ----------
    layer_sizes : tuple of int
        From the input to the output, for example ``(784, 16, 16, 10)``. At least two
        layers, each of at least one neuron.
    hidden_activation : str
        A key of `gdviz.nn.activations.ACTIVATIONS`.
    output_activation : str
        A key of `gdviz.nn.activations.OUTPUT_ACTIVATIONS`.
    steepness : float
        k of σ(kz) in every sigmoid layer, hidden and output; above 0, at most 1,000. Other
        activations do not know it.

    Raises
    ------
    ValueError
        If a size is not a positive whole number, there are fewer than two layers, or the
        steepness is out of its range.
    """

    layer_sizes: tuple[int, ...]
    hidden_activation: str = "sigmoid"
    output_activation: str = "sigmoid"
    steepness: float = 1.0

    def __post_init__(self) -> None:
        if len(self.layer_sizes) < 2:
            raise ValueError(f"a network needs at least two layers, not {len(self.layer_sizes)}")
        for size in self.layer_sizes:
            if size < 1:
                raise ValueError(f"a layer needs at least one neuron, not {size}")
        if not (math.isfinite(self.steepness) and 0 < self.steepness <= 1000):
            raise ValueError(
                f"the sigmoid's steepness must be above 0 and at most 1,000, not {self.steepness:g}"
            )

    @property
    def layout(self) -> Layout:
        """Where each layer's weights and biases stand in the flat vector."""
        return Layout(self.layer_sizes)

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases; 13,002 for 784-16-16-10."""
        return self.layout.size

    @property
    def name(self) -> str:
        """The layer sizes as people write them, for example ``784-16-16-10``."""
        return "-".join(str(size) for size in self.layer_sizes)


@dataclass(frozen=True)
class Layout:
    """Where each layer's weights and biases stand in a flat parameter vector.

    The order is layer by layer: weights row-major ``(n_out, n_in)``, then biases
    ``(n_out,)``. It is a promise: saved surfaces and checkpoints rely on it.

    Parameters
    ----------
    layer_sizes : tuple of int
        From the input to the output.
    """

    layer_sizes: tuple[int, ...]

    @property
    def n_layers(self) -> int:
        """Number of layers that have weights (the input has none)."""
        return len(self.layer_sizes) - 1

    @cached_property
    def weight_slices(self) -> tuple[slice, ...]:
        """One slice of the vector for each layer's weights."""
        return tuple(slice(start, middle) for start, middle, _ in self._bounds)

    @cached_property
    def bias_slices(self) -> tuple[slice, ...]:
        """One slice of the vector for each layer's biases."""
        return tuple(slice(middle, stop) for _, middle, stop in self._bounds)

    @cached_property
    def layer_slices(self) -> tuple[slice, ...]:
        """One slice of the vector for each layer's weights and biases together."""
        return tuple(slice(start, stop) for start, _, stop in self._bounds)

    @cached_property
    def size(self) -> int:
        """Length of the vector."""
        return self._bounds[-1][2]

    @cached_property
    def _bounds(self) -> tuple[tuple[int, int, int], ...]:
        bounds = []
        start = 0
        for n_in, n_out in zip(self.layer_sizes, self.layer_sizes[1:], strict=False):
            middle = start + n_in * n_out
            bounds.append((start, middle, middle + n_out))
            start = middle + n_out
        return tuple(bounds)

    def layer_title(self, layer_index: int) -> str:
        """Name a layer as a person would.

        Parameters
        ----------
        layer_index : int
            0 for the first layer with weights.

        Returns
        -------
        str
            ``"hidden 1"``, ``"hidden 2"``, ..., ``"output"``.
        """
        return "output" if layer_index == self.n_layers - 1 else f"hidden {layer_index + 1}"

    def component_title(self, index: int) -> str:
        """Name one component of the vector.

        Parameters
        ----------
        index : int
            Position in the vector, 0 to ``size - 1``.

        Returns
        -------
        str
            ``"hidden 2  15 ← 10"`` for a weight (to ← from), ``"output  bias 3"`` for a bias.

        Raises
        ------
        IndexError
            If the index is outside the vector.
        """
        for layer_index, (start, middle, stop) in enumerate(self._bounds):
            if start <= index < middle:
                to, source = divmod(index - start, self.layer_sizes[layer_index])
                return f"{self.layer_title(layer_index)}  {to} ← {source}"
            if middle <= index < stop:
                return f"{self.layer_title(layer_index)}  bias {index - middle}"
        raise IndexError(f"component {index} is outside a vector of {self.size}")


@dataclass(frozen=True, eq=False)
class Parameters:
    """All weights and biases: one flat vector, with views of it for each layer.

    A gradient has the same shape and is a `Parameters` too.

    Parameters
    ----------
    vector : ndarray of shape (P,)
        Any floating dtype. It is kept, not copied: who makes a `Parameters` says who owns it.
    layout : Layout
        Where each layer stands in it.

    Raises
    ------
    ValueError
        If the vector's length is not the layout's.
    """

    vector: FloatArray
    layout: Layout
    weights: tuple[FloatArray, ...] = field(init=False, repr=False)
    biases: tuple[FloatArray, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.vector.shape != (self.layout.size,):
            raise ValueError(
                f"a vector of shape {self.vector.shape} is not ({self.layout.size},), "
                f"the parameters of {self.layout.layer_sizes}"
            )
        object.__setattr__(self, "weights", self._weight_views())
        object.__setattr__(self, "biases", tuple(self.vector[s] for s in self.layout.bias_slices))

    def _weight_views(self) -> tuple[FloatArray, ...]:
        sizes = self.layout.layer_sizes
        return tuple(
            self.vector[where].reshape(sizes[k + 1], sizes[k])
            for k, where in enumerate(self.layout.weight_slices)
        )

    def copy(self) -> Parameters:
        """A private, writable copy."""
        return Parameters(self.vector.copy(), self.layout)

    def __reduce__(self) -> tuple[type[Parameters], tuple[FloatArray, Layout]]:
        # The views are made again: pickled apart, they would no longer share the vector.
        return Parameters, (self.vector, self.layout)

    def frozen_copy(self) -> Parameters:
        """A private, read-only copy: what may be handed to another thread."""
        vector = self.vector.copy()
        vector.flags.writeable = False
        return Parameters(vector, self.layout)
