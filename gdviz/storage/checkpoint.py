"""gdviz's own `.safetensors`: everything that is needed to go on bit for bit, or weights only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

import gdviz
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, FloatArray, Parameters
from gdviz.storage.atomic import SaveError, write_atomically
from gdviz.storage.readers import Limits, NetworkFileError, read_network
from gdviz.storage.readers.checksum import CHECKSUM_KEY, UNSEALED, sealed
from gdviz.storage.readers.gdviz_tensors import (
    FORMAT_VERSION,
    METADATA_BYTES,
    METADATA_KEY,
    biases_name,
    optimizer_name,
    weights_name,
)
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import Mark
from gdviz.training.state import TrainingState


def save_checkpoint(path: Path, config: TrainingConfig, state: TrainingState) -> None:
    """Save a run so that it can go on from here; equal states give equal bytes.

    Any thread may call, with a state that nobody writes meanwhile.

    Raises
    ------
    SaveError
        If it cannot be written; an older file of the name is then as it was.
    """
    write_atomically(path, checkpoint_bytes(config, state))


def load_checkpoint(path: Path) -> tuple[TrainingConfig, TrainingState]:
    """Give back what `save_checkpoint` saved, to the bit.

    Raises
    ------
    NetworkFileError
        If it is no such file, or holds weights only.
    """
    network = read_network(path)
    if network.config is None or network.state is None:
        raise NetworkFileError(
            f"{path}: holds a network and no state of training to go on from; "
            "start from its weights instead"
        )
    return network.config, network.state


def checkpoint_bytes(config: TrainingConfig, state: TrainingState) -> bytes:
    """Give the content of a checkpoint file."""
    return joined_bytes(*checkpoint_parts(config, state))


def checkpoint_parts(
    config: TrainingConfig, state: TrainingState
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, object]]:
    """Give the tensors of a checkpoint file by their names, and its metadata."""
    arrays = OPTIMIZERS[config.optimizer].arrays
    tensors = _layer_tensors(state.parameters)
    for array, values in zip(arrays, state.optimizer_state, strict=True):
        tensors[optimizer_name(array)] = float32_of(values)
    metadata = _common(config.architecture, "0-1") | {
        "config": config.to_toml(),
        "step": state.step,
        "epoch": state.epoch,
        "position": state.position,
        "optimizer_step": state.optimizer_step,
        "marks": [mark_entry(mark) for mark in state.marks],
    }
    return tensors, metadata


def weights_bytes(
    architecture: Architecture, parameters: Parameters, input_scaling: str = "0-1"
) -> bytes:
    """Give the content of a file of weights only, which opens for inspection."""
    return joined_bytes(_layer_tensors(parameters), _common(architecture, input_scaling))


def _common(architecture: Architecture, input_scaling: str) -> dict[str, object]:
    return {
        "format_version": FORMAT_VERSION,
        "gdviz_version": gdviz.__version__,
        "hidden_activation": architecture.hidden_activation,
        "output_activation": architecture.output_activation,
        "steepness": architecture.steepness,
        "input_scaling": input_scaling,
    }


def _layer_tensors(parameters: Parameters) -> dict[str, npt.NDArray[Any]]:
    tensors: dict[str, npt.NDArray[Any]] = {}
    for k, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
        tensors[weights_name(k)] = float32_of(weights)
        tensors[biases_name(k)] = float32_of(biases)
    return tensors


def mark_entry(mark: Mark) -> list[object]:
    """Give a mark as the metadata lists it."""
    return [mark.step, mark.setting, mark.before, mark.after]


def float32_of(array: FloatArray) -> FloatArray:
    """Give an array as the library can write it.

    Raises
    ------
    SaveError
        If it is of another precision: it would come back as other numbers.
    """
    if array.dtype != np.float32:
        raise SaveError(f"values of type {array.dtype} cannot be saved; float32 is the format's")
    # The library writes memory as it lies: a view must be made contiguous first.
    return np.ascontiguousarray(array)


def joined_bytes(tensors: dict[str, npt.NDArray[Any]], metadata: dict[str, object]) -> bytes:
    """Give the content of a file: tensors, each contiguous, metadata in one JSON text, a checksum.

    Raises
    ------
    SaveError
        If it could not be opened again.
    """
    text = json.dumps({CHECKSUM_KEY: UNSEALED} | metadata)
    content = bytes(save(tensors, metadata={METADATA_KEY: text}))
    for size, limit, what in (
        (len(content), Limits().file_bytes, "bytes"),
        (len(text), METADATA_BYTES, "characters of metadata"),
    ):
        if size > limit:
            raise SaveError(f"{size:,} {what} are more than the {limit:,} that can be opened")
    return sealed(content)
