"""Choosing a saved network of the same layers, to which a line is drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QFileDialog, QWidget

from gdviz.qt import number_text
from gdviz.runtime.commands import OtherNetwork
from gdviz.storage.readers import read_network
from gdviz.storage.readers.network_file import NetworkFileError


class OtherNetworkError(ValueError):
    """A file that cannot be the other end of the line; the message is for people."""


def ask_other_network(parent: QWidget, n_parameters: int | None) -> OtherNetwork | None:
    """Let the user choose a file; None if none was chosen.

    Raises
    ------
    OtherNetworkError
        If it cannot be read or has other layers.
    """
    path, _ = QFileDialog.getOpenFileName(
        parent, "Line to another network", "", "Networks (*.safetensors *.npz *.json);;All (*)"
    )
    return read_other_network(Path(path), n_parameters) if path else None


def read_other_network(path: Path, n_parameters: int | None) -> OtherNetwork:
    """Read a network of as many parameters.

    Raises
    ------
    OtherNetworkError
        If it cannot be read or has other layers.
    """
    try:
        network = read_network(path)
    except NetworkFileError as error:
        raise OtherNetworkError(str(error)) from None
    vector = network.parameters.vector
    if n_parameters is not None and vector.size != n_parameters:
        raise OtherNetworkError(
            f"{path.name} has {number_text.whole(vector.size)} parameters, this network "
            f"{number_text.whole(n_parameters)}: there is no line between them"
        )
    return OtherNetwork(np.asarray(vector, np.float32), path.stem)
