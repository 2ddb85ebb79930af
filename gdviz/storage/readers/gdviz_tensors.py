"""The layout of gdviz's own safetensors: which tensor is what, and what the metadata says.

``layer_1/weights`` (n_out, n_in), ``layer_1/biases`` (n_out,), ..., ``optimizer/<array>`` (P,).
A file of weights alone is a subset: it has no optimizer tensors and no configuration. A session is
a superset: what is read of it here is the newest state of the branch that is trained. Files from
before there was a steepness do not say one: theirs is 1. Whether a file is what was written is
checked before (`checksum`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture
from gdviz.storage.readers.assembly import network_of_layers
from gdviz.storage.readers.json_text import parse_json
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError
from gdviz.training.config import TrainingConfig
from gdviz.training.state import Mark, TrainingState

METADATA_KEY = "gdviz"
"""All metadata is one JSON text: the library writes several keys in a random order, and equal
states must give equal bytes."""

FORMAT_VERSION = 1
TITLE = "gdviz safetensors"
SESSION_TITLE = "gdviz session"
SESSION_KEY = "session"
"""Part of the metadata of a file that holds a whole session; see `gdviz.storage.sessions`."""

_CONFIG_BYTES = 64 * 1024
METADATA_BYTES = 4 << 20
"""Characters of metadata that are read at most."""

_COUNTERS = ("step", "epoch", "position", "optimizer_step")
_SAID = ("hidden_activation", "output_activation", "input_scaling")

Array = npt.NDArray[Any]


def weights_name(layer_index: int) -> str:
    """Give the tensor's name of a layer's weights; 0 is the first layer with weights."""
    return f"layer_{layer_index + 1}/weights"


def biases_name(layer_index: int) -> str:
    """Give the tensor's name of a layer's biases."""
    return f"layer_{layer_index + 1}/biases"


def optimizer_name(array: str) -> str:
    """Give the tensor's name of one of the optimizer's arrays, for example ``velocity``."""
    return f"optimizer/{array.replace(' ', '_')}"


def own_network(
    tensors: Mapping[str, Array], metadata_text: str, name: str, limits: Limits
) -> NetworkFile:
    """Give the network, and the configuration and state if they are there.

    Raises
    ------
    NetworkFileError
        If the metadata is damaged or contradicts the tensors.
    """
    metadata = parsed_metadata(metadata_text, name, limits)
    said = {key: metadata[key] for key in _SAID if isinstance(metadata.get(key), str)}
    weights: list[Array] = []
    biases: list[Array] = []
    while weights_name(len(weights)) in tensors and biases_name(len(biases)) in tensors:
        weights.append(_shaped(tensors, weights_name(len(weights)), 2, name))
        biases.append(_shaped(tensors, biases_name(len(biases)), 1, name))
    if not weights:
        raise NetworkFileError(f"{name}: {weights_name(0)} or {biases_name(0)} is missing")
    network = network_of_layers(TITLE, weights, biases, said, name, limits)
    network = _steepened(network, metadata.get("steepness", 1.0), name)
    if "config" not in metadata:
        return network
    config = _config(metadata["config"], network, name)
    state = _state(metadata, config, tensors, network, name)
    title = SESSION_TITLE if SESSION_KEY in metadata else TITLE
    return NetworkFile(
        title, config.architecture, network.parameters, network.input_scaling, {}, config, state
    )


def _steepened(network: NetworkFile, steepness: object, name: str) -> NetworkFile:
    """Give the network with the sigmoid's steepness that the metadata says."""
    if isinstance(steepness, bool) or not isinstance(steepness, (int, float)):
        raise NetworkFileError(f"{name}: its steepness is {str(steepness)[:40]!r}, not a number")
    try:
        architecture = dataclasses.replace(network.architecture, steepness=float(steepness))
    except (ValueError, OverflowError) as error:
        raise NetworkFileError(f"{name}: {error}") from None
    return dataclasses.replace(network, architecture=architecture)


def parsed_metadata(text: str, name: str, limits: Limits) -> dict[str, Any]:
    """Give what the metadata says, whose format version is known."""
    if len(text) > METADATA_BYTES:
        raise NetworkFileError(
            f"{name}: {len(text):,} characters of metadata are more than the limit of "
            f"{METADATA_BYTES:,}"
        )
    metadata = parse_json(text.encode("utf-8", "replace"), name, limits)
    version = metadata.get("format_version") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(version, int) or version < 1:
        raise NetworkFileError(f"{name}: its metadata names no format version")
    if version > FORMAT_VERSION:
        raise NetworkFileError(
            f"{name}: saved by a newer gdviz (format {version}; this one reads up to "
            f"{FORMAT_VERSION})"
        )
    return metadata


def _shaped(tensors: Mapping[str, Array], key: str, n_dimensions: int, name: str) -> Array:
    array = tensors[key]
    if array.ndim != n_dimensions or array.dtype.kind != "f" or array.size == 0:
        raise NetworkFileError(f"{name}: {key} has shape {array.shape} and type {array.dtype}")
    return array


def _config(text: object, network: NetworkFile, name: str) -> TrainingConfig:
    config = parsed_config(text, name)
    if config.architecture != network.architecture:
        raise NetworkFileError(
            f"{name}: the configuration says {_described(config.architecture)}, the rest of the "
            f"file {_described(network.architecture)}"
        )
    return config


def parsed_config(text: object, name: str) -> TrainingConfig:
    """Give the configuration that a text from a file says."""
    if not isinstance(text, str) or len(text) > _CONFIG_BYTES:
        raise NetworkFileError(f"{name}: its configuration is no text of a reasonable length")
    try:
        return TrainingConfig.from_toml(text)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise NetworkFileError(f"{name}: its configuration cannot be used ({reason})") from None


def _described(architecture: Architecture) -> str:
    return (
        f"{architecture.name}, {architecture.hidden_activation} and "
        f"{architecture.output_activation} of steepness {architecture.steepness:g}"
    )


def _state(
    metadata: dict[str, Any],
    config: TrainingConfig,
    tensors: Mapping[str, Array],
    network: NetworkFile,
    name: str,
) -> TrainingState:
    counters = {key: metadata.get(key) for key in _COUNTERS}
    for key, value in counters.items():
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
            raise NetworkFileError(f"{name}: {key} is {str(value)[:40]!r}, not a whole number")
    arrays = OPTIMIZERS[config.optimizer].arrays
    memory = np.zeros((len(arrays), network.parameters.layout.size), np.float32)
    for row, array in zip(memory, arrays, strict=True):
        key = optimizer_name(array)
        if key not in tensors:
            raise NetworkFileError(f"{name}: {key} of the {config.optimizer} optimizer is missing")
        found = _shaped(tensors, key, 1, name)
        if found.shape != row.shape or found.dtype != np.float32:
            raise NetworkFileError(
                f"{name}: {key} has {found.size:,} values of type {found.dtype}, not "
                f"{row.size:,} of type float32"
            )
        row[:] = found
    memory.flags.writeable = False
    marks = parsed_marks(metadata.get("marks", []), name)
    return TrainingState(network.parameters, memory, marks=marks, **counters)  # type: ignore[arg-type]  # checked above


def parsed_marks(listed: object, name: str) -> tuple[Mark, ...]:
    """Give the marks that a file lists."""
    try:
        return tuple(
            Mark(int(step), str(setting), _mark_value(before), _mark_value(after))
            for step, setting, before, after in listed  # type: ignore[attr-defined]  # checked by trying
        )
    except (TypeError, ValueError, OverflowError):
        raise NetworkFileError(f"{name}: its list of changed settings is damaged") from None


def _mark_value(value: object) -> float | str:
    """Give a mark's value as it was saved: a number, or the key of a choice."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if isinstance(value, int) else float(value)
    raise TypeError(f"{value!r} is no value of a setting")
