"""From layers of any floating type to a `NetworkFile`: checked, float32, read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.readers.network_file import (
    INPUT_SCALINGS,
    Limits,
    NetworkFile,
    NetworkFileError,
)
from gdviz.storage.readers.ordering import ordered_layers

Array = npt.NDArray[Any]

_CHOICES: dict[str, tuple[str, Mapping[str, object]]] = {
    # What a file may say, what is taken until it is scored, and what is known.
    "hidden_activation": ("sigmoid", ACTIVATIONS),
    "output_activation": ("sigmoid", OUTPUT_ACTIVATIONS),
    "input_scaling": ("0-1", INPUT_SCALINGS),
}
_NO_BIASES = "the file holds none; taken as 0"


def network_of_tensors(
    format_title: str,
    tensors: Mapping[str, Array],
    said: Mapping[str, str],
    name: str,
    limits: Limits,
) -> NetworkFile:
    """Give the network that tensors of any names and order make.

    Parameters
    ----------
    format_title : str
    tensors : mapping of str to ndarray
    said : mapping of str to str
        What the file says of ``hidden_activation``, ``output_activation``, ``input_scaling``.
    name : str
        Named in an error.
    limits : Limits

    Raises
    ------
    NetworkFileError
        If a limit is passed or the tensors are no fully connected network.
    """
    check_count(len(tensors), name, limits)
    try:
        layers = ordered_layers(tensors)
    except ValueError as error:
        raise NetworkFileError(f"{name}: {error}") from None
    return network_of_layers(format_title, layers.weights, layers.biases, said, name, limits)


def network_of_layers(
    format_title: str,
    weights: Sequence[Array],
    biases: Sequence[Array],
    said: Mapping[str, str],
    name: str,
    limits: Limits,
) -> NetworkFile:
    """Give the network of layers that are in order; empty `biases` are taken as 0.

    Parameters
    ----------
    weights : sequence of ndarray (n_out, n_in)
    biases : sequence of ndarray (n_out,)

    Notes
    -----
    What `said` leaves open stands in `guessed` with an empty text: see `guessing`.
    """
    n_parameters = sum(matrix.size + matrix.shape[0] for matrix in weights)
    if n_parameters > limits.parameters:
        raise NetworkFileError(
            f"{name}: {n_parameters:,} parameters are more than the limit of {limits.parameters:,}"
        )
    chosen = {key: _chosen(key, said, name) for key in _CHOICES}
    guessed = {key: "" for key in _CHOICES if key not in said}
    if len(weights) == 1:
        guessed.pop("hidden_activation", None)  # there is no hidden layer to have one
    if not biases:
        biases = [np.zeros(matrix.shape[0]) for matrix in weights]
        guessed["biases"] = _NO_BIASES
    try:
        architecture = Architecture(
            (weights[0].shape[1], *(matrix.shape[0] for matrix in weights)),
            chosen["hidden_activation"],
            chosen["output_activation"],
        )
        parameters = _joined(architecture, weights, biases)
    except ValueError as error:
        raise NetworkFileError(f"{name}: {error}") from None
    return NetworkFile(format_title, architecture, parameters, chosen["input_scaling"], guessed)


def check_count(n_tensors: int, name: str, limits: Limits) -> None:
    """Refuse a file of too many tensors."""
    if n_tensors > limits.tensors:
        raise NetworkFileError(
            f"{name}: {n_tensors:,} tensors are more than the limit of {limits.tensors:,}"
        )


def _chosen(key: str, said: Mapping[str, str], name: str) -> str:
    default, known = _CHOICES[key]
    value = said.get(key, default)
    if value not in known:
        raise NetworkFileError(
            f"{name}: its {key.replace('_', ' ')} {value[:40]!r} is none of {', '.join(known)}"
        )
    return value


def _joined(
    architecture: Architecture, weights: Sequence[Array], biases: Sequence[Array]
) -> Parameters:
    parameters = Parameters(np.empty(architecture.n_parameters, np.float32), architecture.layout)
    # A float64 beyond float32 becomes infinite: accepted and flagged, like any infinity.
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for k, (matrix, vector) in enumerate(zip(weights, biases, strict=True)):
            if matrix.shape != parameters.weights[k].shape:
                raise ValueError(
                    f"layer {k + 1} has weights of shape {matrix.shape}, not "
                    f"{parameters.weights[k].shape}"
                )
            if vector.shape != parameters.biases[k].shape:
                raise ValueError(
                    f"layer {k + 1} has biases of shape {vector.shape}, not "
                    f"{parameters.biases[k].shape}"
                )
            parameters.weights[k][:] = matrix
            parameters.biases[k][:] = vector
    parameters.vector.flags.writeable = False
    return parameters
