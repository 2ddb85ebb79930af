"""Writers of networks, for other programs and for keeping: one function per format.

What is written here is read back by `gdviz.storage.readers` to equal parameters, activations
and input scaling. Only gdviz's own format says a sigmoid's steepness k: in the others the weights
and biases of sigmoid layers are multiplied by it, so that every program computes the same.
"""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gdviz.nn.network import without_steepness
from gdviz.storage.atomic import SaveError, write_atomically
from gdviz.storage.checkpoint import checkpoint_bytes, weights_bytes
from gdviz.storage.readers import Limits, NetworkFile


@dataclass(frozen=True, slots=True)
class Writer:
    """One format.

    Parameters
    ----------
    title : str
        What people read.
    suffix : str
        The file's name ends so.
    content : callable
        ``(network) -> bytes``.
    """

    title: str
    suffix: str
    content: Callable[[NetworkFile], bytes]


def safetensors_bytes(network: NetworkFile) -> bytes:
    """Give gdviz's own format, with the state of training if the network has one."""
    if network.config is not None and network.state is not None:
        return checkpoint_bytes(network.config, network.state)
    return weights_bytes(network.architecture, network.parameters, network.input_scaling)


def npz_bytes(network: NetworkFile) -> bytes:
    """Give plain arrays: ``layers``, ``W0`` (n_out, n_in), ``b0`` (n_out,), ... and texts.

    A steepness is multiplied into the weights and biases of the sigmoid layers.
    """
    network = _of_steepness_1(network)
    arrays = {
        "layers": np.array(network.architecture.layer_sizes, np.int64),
        "activation": np.array(network.architecture.hidden_activation),
        "output_activation": np.array(network.architecture.output_activation),
        "input_scaling": np.array(network.input_scaling),
    }
    for k, weights in enumerate(network.parameters.weights):
        arrays[f"W{k}"] = weights
        arrays[f"b{k}"] = network.parameters.biases[k]
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]  # its stub takes the names for options
    return stream.getvalue()


def nielsen_bytes(network: NetworkFile) -> bytes:
    """Give the JSON of Nielsen's book, with three names more that his program passes over.

    A steepness is multiplied into the weights and biases of the sigmoid layers.

    Raises
    ------
    SaveError
        If a parameter is not finite, which JSON cannot hold, or the text would be too long to
        be opened again.

    References
    ----------
    Nielsen, *Neural Networks and Deep Learning* (2015), chapter 3, `network2.py`.
    """
    network = _of_steepness_1(network)
    if not network.is_finite:
        raise SaveError(
            f"{network.n_not_finite:,} parameters are not finite, which JSON cannot hold; "
            "use .safetensors or .npz"
        )
    cost = network.config.cost if network.config is not None else "quadratic"
    text = json.dumps(
        {
            "sizes": list(network.architecture.layer_sizes),
            "weights": [weights.tolist() for weights in network.parameters.weights],
            "biases": [biases[:, np.newaxis].tolist() for biases in network.parameters.biases],
            # The names of the two classes in the book.
            "cost": "CrossEntropyCost" if cost == "cross_entropy" else "QuadraticCost",
            "hidden_activation": network.architecture.hidden_activation,
            "output_activation": network.architecture.output_activation,
            "input_scaling": network.input_scaling,
        }
    )
    limit = Limits().json_bytes
    if len(text) > limit:
        raise SaveError(
            f"{len(text):,} bytes of JSON are more than the {limit:,} that can be opened; "
            "use .safetensors or .npz"
        )
    return text.encode("ascii")


def _of_steepness_1(network: NetworkFile) -> NetworkFile:
    """Give the network that computes the same with a steepness of 1, in float32."""
    architecture, parameters = without_steepness(network.architecture, network.parameters)
    return dataclasses.replace(network, architecture=architecture, parameters=parameters)


WRITERS: dict[str, Writer] = {
    "safetensors": Writer("gdviz safetensors", ".safetensors", safetensors_bytes),
    "npz": Writer("NumPy .npz", ".npz", npz_bytes),
    "json": Writer("Nielsen JSON", ".json", nielsen_bytes),
}


def format_of(path: Path) -> str:
    """Give the key of the writer that a file's name asks for.

    Raises
    ------
    ValueError
        If no format ends so.
    """
    for key, writer in WRITERS.items():
        if path.name.lower().endswith(writer.suffix):
            return key
    suffixes = ", ".join(writer.suffix for writer in WRITERS.values())
    raise ValueError(f"{path}: the name must end in one of {suffixes} to say the format")


def write_network(path: Path, network: NetworkFile, format_key: str | None = None) -> str:
    """Write a network atomically.

    Parameters
    ----------
    path : Path
    network : NetworkFile
    format_key : str, optional
        A key of `WRITERS`; by default what the file's name asks for.

    Returns
    -------
    str
        The key of the format written.

    Raises
    ------
    ValueError
        If the format is not known.
    SaveError
        If the format cannot hold the network or the file cannot be written.
    """
    key = format_key or format_of(path)
    if key not in WRITERS:
        raise ValueError(f"unknown format {key!r}; one of {', '.join(WRITERS)}")
    try:
        content = WRITERS[key].content(network)
    except SaveError as error:
        raise SaveError(f"{path} cannot be saved: {error}") from None
    write_atomically(path, content)
    return key
