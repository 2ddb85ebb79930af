"""A network told as a chain of operations: what Keras and ONNX files hold beside the numbers.

Rescaling, then weights, biases and an activation for each layer, in the order in which they are
computed. Whatever gdviz's networks cannot be, is refused here by its name.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.nn.activations import LEAK
from gdviz.storage.readers.assembly import check_count, network_of_layers
from gdviz.storage.readers.network_file import (
    INPUT_SCALINGS,
    Limits,
    NetworkFile,
    NetworkFileError,
)

Array = npt.NDArray[Any]

_LOG_SOFTMAX = "log_softmax"
_LOG_SOFTMAX_NOTE = (
    "the file's last step is the logarithm of softmax; softmax is taken, which has the same order"
)
_PIXEL_RANGE = 255.0
_TOLERANCE = 1e-3


class LayerChain:
    """The operations of a network, added one after the other.

    Not shared: a reader makes one, fills it and asks it for the network.

    Parameters
    ----------
    name : str
        Named in an error.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._scale, self._offset = 1.0, 0.0
        self._is_rescaled = False
        self._n_inputs: int | None = None
        self._weights: list[Array] = []
        self._biases: list[Array | None] = []
        self._activations: list[str] = []

    def refused(self, reason: str) -> NetworkFileError:
        """Give the error that says why this network is not opened."""
        return NetworkFileError(f"{self._name}: {reason}")

    @property
    def is_before_weights(self) -> bool:
        """Whether no layer has begun: what is added now is done to the inputs."""
        return not self._weights

    @property
    def awaits_biases(self) -> bool:
        """Whether the last thing added were weights without biases."""
        return bool(self._weights) and self._biases[-1] is None and not self._activations[-1]

    def expect_inputs(self, extents: list[int | None]) -> None:
        """Note the shape of one input, for example [28, 28]; None where the file leaves it open."""
        if extents and all(extents):
            self._n_inputs = math.prod(extent for extent in extents if extent)

    def add_rescaling(self, scale: float, offset: float) -> None:
        """Add x · scale + offset, before the first weights."""
        if not self.is_before_weights:
            raise self.refused("it rescales what a layer gives, which is not read")
        self._is_rescaled = True
        self._scale, self._offset = self._scale * scale, self._offset * scale + offset

    def add_weights(self, weights: Array) -> None:
        """Begin a layer with its weights (n_out, n_in)."""
        if weights.ndim != 2 or weights.dtype.kind != "f" or weights.size == 0:
            raise self.refused(
                f"weights of shape {weights.shape} and type {weights.dtype}; only fully connected "
                "layers of floating numbers are opened"
            )
        self._weights.append(weights)
        self._biases.append(None)
        self._activations.append("")

    def add_biases(self, biases: Array) -> None:
        """Add the biases of the layer that has begun: n_out values of any shape, or one for all."""
        n_out = self._weights[-1].shape[0]
        if biases.dtype.kind != "f" or biases.size not in (1, n_out):
            raise self.refused(
                f"layer {len(self._weights)} has biases of shape {biases.shape}, not {(n_out,)}"
            )
        self._biases[-1] = np.broadcast_to(biases.reshape(-1), (n_out,))

    def add_activation(self, key: str) -> None:
        """Add an activation to the layer that has begun; ``identity`` adds nothing."""
        if key == "identity":
            return
        if self.is_before_weights:
            raise self.refused(f"{key} is done to its inputs, before any weights")
        if self._activations[-1]:
            raise self.refused(
                f"layer {len(self._weights)} has two activations, {self._activations[-1]} and {key}"
            )
        self._activations[-1] = key

    def add_leaky_relu(self, slope: float) -> None:
        """Add a leaky ReLU of that slope below 0."""
        if slope == 0:
            self.add_activation("relu")
        elif math.isclose(slope, LEAK, rel_tol=1e-6):
            self.add_activation("leaky_relu")
        else:
            raise self.refused(
                f"a leaky ReLU of slope {slope:g}; networks here have one of slope {LEAK:g}"
            )

    def network(self, format_title: str, limits: Limits) -> NetworkFile:
        """Give the network that was told.

        Parameters
        ----------
        format_title : str
        limits : Limits

        Raises
        ------
        NetworkFileError
            If the layers do not fit, the hidden activations differ, a limit is passed, or it is
            no network that gdviz can compute.
        """
        if not self._weights:
            raise self.refused("it holds no fully connected layer")
        check_count(2 * len(self._weights), self._name, limits)
        self._check_inputs()
        said = self._said()
        has_biases = any(vector is not None for vector in self._biases)
        biases = [
            np.zeros(matrix.shape[0], np.float32) if vector is None else vector
            for matrix, vector in zip(self._weights, self._biases, strict=True)
        ]
        network = network_of_layers(
            format_title, self._weights, biases if has_biases else [], said, self._name, limits
        )
        if self._activations[-1] != _LOG_SOFTMAX:
            return network
        guessed = {**network.guessed, "output_activation": _LOG_SOFTMAX_NOTE}
        return dataclasses.replace(network, guessed=guessed)

    def _check_inputs(self) -> None:
        n_inputs = self._weights[0].shape[1]
        if self._n_inputs is not None and self._n_inputs != n_inputs:
            raise self.refused(
                f"its first layer takes {n_inputs:,} of {self._n_inputs:,} inputs at a time; the "
                "inputs must be flattened before it"
            )
        for k, (before, after) in enumerate(itertools.pairwise(self._weights)):
            if before.shape[0] != after.shape[1]:
                raise self.refused(
                    f"layer {k + 1} has {before.shape[0]:,} outputs, layer {k + 2} "
                    f"{after.shape[1]:,} inputs"
                )

    def _said(self) -> dict[str, str]:
        hidden = [key or "identity" for key in self._activations[:-1]]
        if len(set(hidden)) > 1:
            raise self.refused(
                f"its hidden layers have different activations ({', '.join(hidden)}); networks "
                "here have one for all of them"
            )
        output = self._activations[-1] or "identity"
        said = {"output_activation": "softmax" if output == _LOG_SOFTMAX else output}
        said |= {"hidden_activation": hidden[0]} if hidden else {}
        return said | ({"input_scaling": self._scaling()} if self._is_rescaled else {})

    def _scaling(self) -> str:
        """Give which of the known scalings the rescaling is, of inputs from 0 to 1 or to 255."""
        for input_range in (1.0, _PIXEL_RANGE):
            for key, (shift, factor) in INPUT_SCALINGS.items():
                # (x − shift) · factor, with x the input divided by its range.
                scale, offset = factor / input_range, -shift * factor
                if math.isclose(self._scale, scale, rel_tol=_TOLERANCE) and math.isclose(
                    self._offset, offset, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE
                ):
                    return key
        raise self.refused(
            f"it rescales its inputs by {self._scale:g} and adds {self._offset:g}, which is none "
            f"of {', '.join(INPUT_SCALINGS)}"
        )
