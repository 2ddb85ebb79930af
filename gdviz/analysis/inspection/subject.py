"""What is inspected: a network wherever it comes from, and an image that is shown to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import Split
from gdviz.nn.network import Forward, forward
from gdviz.nn.parameters import Architecture, Parameters

Origin = Literal["live", "file", "edited"]
SplitName = Literal["test", "train"]


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class InspectedNetwork:
    """A network that is looked at; another value for every change, told apart with ``is``.

    Parameters
    ----------
    title : str
        What people read: a file's name, or that it is the network in training.
    architecture : Architecture
    parameters : Parameters
        float32, read-only, for inputs from 0 to 1.
    cost : str
        Key of the cost that its examples are charged with.
    origin : {"live", "file", "edited"}
        In training now (or at the step that is looked at), from a file, or a copy with changes
        made by hand.
    step : int or None
        Mini-batches since the start of its run, where that is known.
    notes : tuple of str
        What had to be guessed, a sentence each.
    """

    title: str
    architecture: Architecture
    parameters: Parameters
    cost: str
    origin: Origin
    step: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def n_inputs(self) -> int:
        """Numbers that it takes."""
        return self.architecture.layer_sizes[0]

    @property
    def n_outputs(self) -> int:
        """Numbers that it gives."""
        return self.architecture.layer_sizes[-1]

    @property
    def side(self) -> int | None:
        """Pixels along an edge of its images; None if its inputs make no square."""
        side = math.isqrt(self.n_inputs)
        return side if side * side == self.n_inputs else None

    def fits(self, split: Split) -> bool:
        """Whether it takes the images of a split and knows its labels."""
        return self.n_inputs == split.images.shape[1] and self.n_outputs > int(split.labels.max())

    def passed(self, images: npt.NDArray[np.float32]) -> Forward:
        """Send images, shape (n, n_inputs), through it; no warnings where numbers overflow."""
        with np.errstate(over="ignore", invalid="ignore"):
            return forward(self.architecture, self.parameters, images)


@dataclass(frozen=True, eq=False, slots=True)
class ExampleImage:
    """An image that is shown to the network.

    Parameters
    ----------
    image : ndarray of shape (n_inputs,), float32
        0 to 1, read-only.
    title : str
        What people read, for example ``test image 2,859`` or ``drawn``.
    label : int or None
        What it is said to be; None where nobody says.
    split : {"test", "train"} or None
        Where it is from; None if it was drawn or made.
    index : int or None
        Its row there.
    """

    image: npt.NDArray[np.float32]
    title: str
    label: int | None = None
    split: SplitName | None = None
    index: int | None = None

    def target(self, n_outputs: int) -> npt.NDArray[np.float32] | None:
        """Give the outputs that are wanted, shape (n_outputs,); None without a label."""
        if self.label is None or self.label >= n_outputs:
            return None
        wanted = np.zeros(n_outputs, np.float32)
        wanted[self.label] = 1
        return wanted


@dataclass(frozen=True, slots=True)
class NeuronPlace:
    """A neuron.

    Parameters
    ----------
    layer : int
        As in `Parameters.weights`: 0 is the first layer with weights.
    index : int
        Within its layer.
    """

    layer: int
    index: int

    def title(self, architecture: Architecture) -> str:
        """What people read: ``hidden 1, neuron 3`` (counted from 1), or ``output 7``."""
        if self.layer == architecture.layout.n_layers - 1:
            return f"output {self.index}"
        return f"hidden {self.layer + 1}, neuron {self.index + 1}"

    def exists_in(self, architecture: Architecture) -> bool:
        """Whether a network has such a neuron."""
        sizes = architecture.layer_sizes[1:]
        return 0 <= self.layer < len(sizes) and 0 <= self.index < sizes[self.layer]


def example_of(split: Split, name: SplitName, index: int) -> ExampleImage:
    """Give an image of a split."""
    image = split.inputs(slice(index, index + 1))[0].astype(np.float32, copy=False)
    image.flags.writeable = False
    word = "training" if name == "train" else "test"
    return ExampleImage(image, f"{word} image {index:,}", int(split.labels[index]), name, index)
