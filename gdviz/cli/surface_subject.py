"""What a surface is of: a network, and the images over which its cost is the mean."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from gdviz.cli.output import EXIT_USAGE, CommandError
from gdviz.cli.starting import prepared_dataset
from gdviz.data.dataset import DataError, Dataset, Split
from gdviz.data.sources import load_dataset
from gdviz.engine import mean_gradient
from gdviz.nn.network import check_choices
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.readers import NetworkFile, read_network


@dataclass(frozen=True, eq=False)
class Subject:
    """What a surface is of.

    Parameters
    ----------
    network : NetworkFile
    parameters : Parameters
        Its own, for inputs from 0 to 1.
    dataset : Dataset
        Of its training.
    examples : Split
        Over which the cost is the mean.
    cost : str
    should_stop : callable
    on_progress : callable
        Given a word and a share, 0 to 1.
    """

    network: NetworkFile
    parameters: Parameters
    dataset: Dataset
    examples: Split
    cost: str
    should_stop: Callable[[], bool] = field(repr=False)
    on_progress: Callable[[str, float], None] = field(repr=False)

    @property
    def architecture(self) -> Architecture:
        """Of the network."""
        return self.network.architecture

    @property
    def step(self) -> int:
        """Of the run; 0 of a file of weights only."""
        return self.network.state.step if self.network.state is not None else 0

    def gradient(self, parameters: Parameters) -> Parameters:
        """Give ∇C over the examples, anywhere."""
        images, labels = self.examples.images, self.examples.labels
        return mean_gradient(self.architecture, parameters, images, labels, self.cost)


def subject_of(
    arguments: argparse.Namespace,
    should_stop: Callable[[], bool],
    on_progress: Callable[[str, float], None],
) -> Subject:
    """Read the network and the images that the options name.

    Raises
    ------
    CommandError
        If they do not fit each other.
    """
    network = read_network(arguments.file)
    if not network.is_finite:
        raise CommandError(
            f"{arguments.file}: {network.n_not_finite:,} parameters are not finite; there is no "
            "cost around them"
        )
    dataset = _dataset(arguments, network)
    architecture = network.architecture
    sizes = architecture.layer_sizes
    if sizes[0] != dataset.n_inputs or sizes[-1] < dataset.n_classes:
        raise CommandError(
            f"{arguments.file} is {architecture.name}, but {dataset.name} has {dataset.n_inputs} "
            f"numbers an image and {dataset.n_classes} classes; give its data with --data"
        )
    cost = arguments.cost or (network.config.cost if network.config else "quadratic")
    try:
        check_choices(architecture, cost)
    except ValueError as error:
        raise CommandError(f"{error}, with --cost", EXIT_USAGE) from None
    count = _n_examples(arguments.n_examples, len(dataset.train))
    return Subject(
        network,
        network.parameters_for_unit_inputs(),
        dataset,
        dataset.train.first(count),
        cost,
        should_stop,
        on_progress,
    )


def _dataset(arguments: argparse.Namespace, network: NetworkFile) -> Dataset:
    """Give what the network was trained on, as far as its file or the options say."""
    if network.config is not None:
        config = network.config
        return prepared_dataset(config.replace(data=arguments.data) if arguments.data else config)
    try:
        return load_dataset(arguments.data or "mnist")
    except DataError as error:
        raise CommandError(str(error)) from None


def _n_examples(wanted: int | Literal["all"], available: int) -> int:
    if wanted == "all":
        return available
    if not 1 <= wanted <= available:
        raise CommandError(
            f"--n-examples must be 1 to {available:,}, or all, not {wanted:,}", EXIT_USAGE
        )
    return wanted
