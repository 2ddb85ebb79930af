"""Networks of files as they are inspected: what reads one, and what writes one.

The work runs beside the window, on a thread of `gdviz.runtime.inspector`.
"""

from __future__ import annotations

from pathlib import Path

from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.data.dataset import Split
from gdviz.runtime.inspector import Work
from gdviz.storage.readers import read_network
from gdviz.storage.readers.network_file import NetworkFile
from gdviz.storage.writers import write_network


def inspected(file: NetworkFile, title: str) -> InspectedNetwork:
    """Give a network of a file as it is inspected."""
    output = file.architecture.output_activation
    cost = "cross_entropy" if output == "softmax" else "quadratic"
    notes = [f"{what.replace('_', ' ')}: {why}" for what, why in file.guessed.items()]
    if not file.is_finite:
        notes.append(f"{file.n_not_finite:,} of its numbers are not finite")
    return InspectedNetwork(
        title,
        file.architecture,
        file.parameters_for_unit_inputs(),
        cost if file.config is None else file.config.cost,
        "file",
        None if file.state is None else file.state.step,
        tuple(notes),
    )


def reading(path: Path, digits: Split) -> Work:
    """Give the work of reading a network; the digits are for what the file does not say."""

    def work(_inquiry: object) -> InspectedNetwork:
        return inspected(read_network(path, digits), path.name)

    return work


def saving(path: Path, network: InspectedNetwork) -> Work:
    """Give the work of writing a network to a file whose name says the format."""

    def work(_inquiry: object) -> Path:
        # For inputs from 0 to 1 whatever the file wanted that it came from.
        write_network(path, NetworkFile("", network.architecture, network.parameters))
        return path

    return work
