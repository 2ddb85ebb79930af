"""What one file of the corpus is, and the networks that the files hold."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
Layers = list[tuple[FloatArray, FloatArray]]
"""(weights (n_out, n_in), biases (n_out,)) of each layer, in order."""

SMALL = (20, 5, 3)
SQUARE = (12, 6, 6, 6, 4)
"""Layers of one size: their order shows in their names alone."""


@dataclass(frozen=True)
class Sample:
    """One file.

    Parameters
    ----------
    name : str
        Of the file.
    content : bytes
    made_by : str
        Library and version.
    layers : Layers
        What the file holds, rounded as the file rounds it.
    hidden, output, scaling : str or None
        What the file says; None where it does not, and a reader has to guess.
    expected : dict
        What the guess must be, where the network is one that shows it.
    refused : str
        If it must not open: what the sentence says.
    """

    name: str
    content: bytes
    made_by: str
    layers: Layers = field(default_factory=list)
    hidden: str | None = None
    output: str | None = None
    scaling: str | None = None
    expected: dict[str, str] = field(default_factory=dict)
    refused: str = ""

    def row(self) -> dict[str, Any]:
        """Give the file's line in the table; its arrays stand beside it."""
        row: dict[str, Any] = {"file": self.name, "made_by": self.made_by}
        if self.refused:
            return row | {"refused": self.refused}
        said = {
            "hidden_activation": self.hidden,
            "output_activation": self.output,
            "input_scaling": self.scaling,
        }
        return row | {
            "network": self.network_key,
            "layer_sizes": [self.layers[0][0].shape[1], *(len(b) for _, b in self.layers)],
            "said": {key: value for key, value in said.items() if value is not None},
            "expected": self.expected,
        }

    @property
    def vector(self) -> npt.NDArray[np.float32]:
        """All parameters in gdviz's order, as float32."""
        parts = [part.ravel() for layer in self.layers for part in layer]
        return np.concatenate(parts).astype("<f4")

    @property
    def network_key(self) -> str:
        """Name of the arrays beside the table: several files hold the same ones."""
        return hashlib.sha256(self.vector.tobytes()).hexdigest()[:12]


def random_layers(sizes: tuple[int, ...], seed: int = 1, dtype: Any = np.float32) -> Layers:
    """Give a network of random numbers; no two of them are equal, so that a mix-up shows."""
    generator = np.random.default_rng(seed)
    return [
        (
            generator.normal(size=(n_out, n_in)).astype(dtype),
            generator.normal(size=n_out).astype(dtype),
        )
        for n_in, n_out in itertools.pairwise(sizes)
    ]


def bfloat16_layers(layers: Layers) -> Layers:
    """Give the numbers cut to bfloat16, so that every way of rounding keeps them."""

    def cut(array: FloatArray) -> FloatArray:
        bits = np.asarray(array, np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
        return bits.view(np.float32)

    return [(cut(weights), cut(biases)) for weights, biases in layers]
