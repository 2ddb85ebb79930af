"""What a run begins with: its dataset, its configuration, and the state of a saved one."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from gdviz.cli.options import config_of, given_settings
from gdviz.cli.output import CommandError
from gdviz.data.corruption import shuffle_labels
from gdviz.data.dataset import DataError, Dataset
from gdviz.data.sources import load_dataset
from gdviz.storage.readers import read_network
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.marks import STARTING
from gdviz.training.state import TrainingState, state_of

_FIXED = STARTING - {"data"}
"""Settings that a saved run has fixed. Its data may have moved to another folder."""
_SHAPE = {"hidden", "hidden_activation", "output_activation", "steepness"}
"""Settings that a file of weights alone has fixed."""
_OPTIONS = {"hidden_activation": "activation"}
"""Options whose name is not that of their setting."""


def prepared(
    arguments: argparse.Namespace,
) -> tuple[TrainingConfig, TrainingState | None, Dataset]:
    """Give what is to be trained, from where, on what."""
    if arguments.resume is not None:
        config, state = resumed(arguments)
        return config, state, prepared_dataset(config)
    config = config_of(arguments)
    if config.data == "mnist":
        return config, None, prepared_dataset(config)
    dataset = prepared_dataset(config)
    config = config_of(arguments, dataset.n_inputs, dataset.n_classes)
    return config.replace(data=dataset.source), None, dataset


def prepared_dataset(config: TrainingConfig) -> Dataset:
    """Load a configuration's dataset and damage its labels as it says.

    Raises
    ------
    CommandError
        If the data cannot be used.
    """
    try:
        dataset = load_dataset(config.data)
        return shuffle_labels(dataset, config.shuffle_labels, config.seed)
    except DataError as error:
        raise CommandError(str(error), 1) from None


def resumed(arguments: argparse.Namespace) -> tuple[TrainingConfig, TrainingState]:
    """Give the configuration and state of a saved network, to go on from.

    The configuration is the saved one: `live_settings` are still to be changed.

    Raises
    ------
    CommandError
        If a setting is given that the saved run has fixed.
    """
    given = given_settings(arguments)
    network = read_network(Path(arguments.resume))
    weights_only = network.config is None or network.state is None
    words = [name for name in ("hidden", "preset") if getattr(arguments, name) is not None]
    fixed = [*words, *sorted(given)]
    fixed = [name for name in fixed if name in (_SHAPE if weights_only else _FIXED | set(words))]
    if arguments.classes is not None and arguments.data is None and not weights_only:
        fixed.append("classes")  # of which data would be a guess
    if fixed:
        raise CommandError(
            f"--{_OPTIONS.get(fixed[0], fixed[0].replace('_', '-'))} cannot be changed with "
            f"--resume: {arguments.resume} has its own",
            2,
        )
    try:
        if network.config is not None and network.state is not None:
            live = live_settings(arguments)
            network.config.replace(**given)  # refuses what is out of range
            begun = {name: value for name, value in given.items() if name not in live}
            return network.config.replace(**begun), network.state
        # Weights only: a new run that starts where they are.
        architecture = network.architecture
        config = PRESETS[arguments.preset or "lesson"].replace(
            layer_sizes=architecture.layer_sizes,
            hidden_activation=architecture.hidden_activation,
            output_activation=architecture.output_activation,
            steepness=architecture.steepness,
            **given,
        )
    except ValueError as error:
        raise CommandError(str(error), 2) from None
    if not network.is_finite:
        raise CommandError(
            f"{arguments.resume}: {network.n_not_finite:,} parameters are not finite; nothing "
            "can be learned from there",
            1,
        )
    return config, state_of(config, network.parameters_for_unit_inputs())


def live_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """Give the settings that were typed and that a run may change on its way."""
    return {
        name: value for name, value in given_settings(arguments).items() if name not in STARTING
    }


def check_writable(path: Path) -> None:
    """Refuse a path that cannot be written, before any work is done for it.

    Raises
    ------
    CommandError
    """
    if path.is_dir():
        raise CommandError(f"{path}: is a folder, not a file", 1)
    if path.exists() and not path.is_file():
        raise CommandError(f"{path}: is a device or a pipe, not a file", 1)
    folder = path.resolve().parent  # of what a link points to: that is what is written
    if not folder.is_dir():
        raise CommandError(f"{folder}: no such folder", 1)
    if not os.access(folder, os.W_OK):
        raise CommandError(f"{folder}: the folder is read-only", 1)
