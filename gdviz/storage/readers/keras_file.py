"""Keras: ``.keras`` archives, ``.weights.h5`` and the older ``.h5``.

Arrays and the text of the configuration are read. No layer, function or class that the text names
is looked up: Keras itself can be made to run a file's code, and is not used here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy.typing as npt

from gdviz.data.archive import ZIP_MAGIC, ArrayFileError, ArrayLimits, checked_archive, damage_named
from gdviz.storage.readers.assembly import network_of_tensors
from gdviz.storage.readers.hdf5_file import HDF5_MAGIC, Hdf5Group, open_hdf5
from gdviz.storage.readers.json_text import parse_json
from gdviz.storage.readers.keras_layers import KerasLayer, add_activation, add_layer, layers_of
from gdviz.storage.readers.layer_chain import LayerChain
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError
from gdviz.storage.readers.zip_head import first_member

Array = npt.NDArray[Any]

ARCHIVE_TITLE = "Keras"
LEGACY_TITLE = "Keras HDF5"
WEIGHTS_TITLE = "Keras weights"

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_MEMBERS = (b"metadata.json", _CONFIG.encode(), _WEIGHTS.encode())
_PASSED_OVER = frozenset({"optimizer", "optimizer_weights", "top_level_model_weights"})


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is HDF5, or an archive whose first entry is Keras's."""
    return head.startswith(HDF5_MAGIC) or (first_member(head) in _MEMBERS)


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network in a Keras file.

    Raises
    ------
    MissingExtraError
        If the package that reads HDF5 is not installed.
    NetworkFileError
        If the file is damaged, beyond a limit, refers to other files, or is no chain of fully
        connected layers.
    """
    name = str(path)
    with path.open("rb") as file:
        is_archive = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    if is_archive:
        config, weights = _members(path, limits)
        root = open_hdf5(weights, name, limits)
        return _configured(parse_json(config, name, limits), root, ARCHIVE_TITLE, name, limits)
    root = open_hdf5(path.read_bytes(), name, limits)
    text = root.text("model_config")
    if text is not None:
        model = parse_json(text.encode("utf-8", "replace"), name, limits)
        return _configured(model, root, LEGACY_TITLE, name, limits)
    return _weights_alone(root, name, limits)


def _members(path: Path, limits: Limits) -> tuple[bytes, bytes]:
    """Give the configuration and the HDF5 file in an archive."""
    allowed = ArrayLimits(limits.file_bytes, limits.archive_entries, limits.array_bytes)
    try:
        with (
            damage_named(path),
            path.open("rb") as file,
            checked_archive(file, path, allowed) as (archive, _),
        ):
            config = _member(archive, _CONFIG, limits.json_bytes, path)
            return config, _member(archive, _WEIGHTS, limits.array_bytes, path)
    except ArrayFileError as error:
        raise NetworkFileError(str(error)) from None


def _member(archive: ZipFile, name: str, n_bytes: int, path: Path) -> bytes:
    """Give the content of one entry of at most so many bytes."""
    if name not in archive.namelist():
        raise ArrayFileError(f"{path}: a Keras archive without {name}")
    with archive.open(name) as stream:
        content = stream.read(n_bytes + 1)
    if len(content) > n_bytes:
        raise ArrayFileError(f"{path}: {name} has more bytes than the limit of {n_bytes:,}")
    return content


def _configured(model: Any, root: Hdf5Group, title: str, name: str, limits: Limits) -> NetworkFile:
    """Give the network whose layers a configuration tells."""
    chain = LayerChain(name)
    layers = layers_of(model, chain)
    _expect_inputs(layers, chain)
    # The older layout has a group for each layer's name; the newer one counts the layers of a
    # kind, whatever their names are.
    legacy = root.group("model_weights")
    counted = legacy is None
    group = root if legacy is None else legacy
    n_dense = 0
    for layer in layers:
        if add_layer(layer, chain):
            continue
        key = ("dense" if n_dense == 0 else f"dense_{n_dense}") if counted else layer.name
        n_dense += 1
        weights, biases = _dense(group, key, layer, chain)
        chain.add_weights(weights.T)
        if biases is not None:
            chain.add_biases(biases)
        add_activation(layer.settings, chain)
    return chain.network(title, limits)


def _expect_inputs(layers: list[KerasLayer], chain: LayerChain) -> None:
    """Note the shape of one input where the first layer says it, as Keras 2 wrote it."""
    shape = layers[0].settings.get("batch_input_shape") if layers else None
    flattens = any(layer.kind in ("Flatten", "Reshape") for layer in layers)
    if isinstance(shape, list) and not flattens and layers[0].kind != "InputLayer":
        chain.expect_inputs([extent if type(extent) is int else None for extent in shape[1:]])


def _dense(
    root: Hdf5Group, key: str, layer: KerasLayer, chain: LayerChain
) -> tuple[Array, Array | None]:
    """Give kernel (n_in, n_out) and biases (n_out,) of one layer."""
    group = _below(root, key)
    if group is None:
        raise chain.refused(f"the weights of its layer {layer.name[:60]!r} are missing")
    arrays = dict(group.arrays())
    kernels = [array for array in arrays.values() if array.ndim == 2]
    vectors = [array for array in arrays.values() if array.ndim == 1]
    uses_biases = layer.settings.get("use_bias", True) is not False
    if len(kernels) != 1 or len(vectors) != uses_biases or len(arrays) != 1 + uses_biases:
        shapes = ", ".join(f"{path} {array.shape}" for path, array in list(arrays.items())[:6])
        raise chain.refused(f"its layer {layer.name[:60]!r} holds {shapes or 'no array'}")
    units = layer.settings.get("units")
    if kernels[0].shape[1] != units:
        raise chain.refused(
            f"its layer {layer.name[:60]!r} has {str(units)[:20]} units and weights of shape "
            f"{kernels[0].shape}"
        )
    return kernels[0], vectors[0] if vectors else None


def _below(root: Hdf5Group, key: str) -> Hdf5Group | None:
    """Give a layer's group, wherever this version of Keras puts it."""
    for container in ("", "layers", "_layer_checkpoint_dependencies"):
        parent = root.group(container) if container else root
        group = parent.group(key) if parent is not None else None
        if group is not None:
            return group
    return None


def _weights_alone(root: Hdf5Group, name: str, limits: Limits) -> NetworkFile:
    """Give the network of a file that holds arrays and no configuration."""
    # The older layout lists its layers in order.
    names = root.texts("layer_names") or root.names
    by_layer: dict[str, dict[str, Array]] = {}
    for key in names:
        group = None if key in _PASSED_OVER else root.group(key)
        for path, array in group.arrays() if group is not None else ():
            # "layers/dense_1/vars/0" and "dense_1/dense_1/kernel:0" alike.
            layer = f"{key}/{path}".removesuffix(":0").rpartition("/")[0]
            by_layer.setdefault(layer, {})[path.rpartition("/")[2]] = array
    if not by_layer:
        raise NetworkFileError(f"{name}: an HDF5 file that holds no weights of a Keras model")
    tensors: dict[str, Array] = {}
    for index, layer in enumerate(_counted(by_layer, is_listed=bool(root.texts("layer_names")))):
        for array in by_layer[layer].values():
            # In Keras a column of the kernel is a neuron.
            kind = "weights" if array.ndim == 2 else "biases" if array.ndim == 1 else "other"
            key = f"layer_{index + 1}/{kind}"
            if key in tensors:
                raise NetworkFileError(
                    f"{name}: {layer[:60]} holds more than one array of {array.ndim} dimensions; "
                    "only fully connected layers are opened"
                )
            tensors[key] = array.T if array.ndim == 2 else array
    return network_of_tensors(WEIGHTS_TITLE, tensors, {}, name, limits)


def _counted(layers: Iterable[str], *, is_listed: bool) -> list[str]:
    """Give layers in the order in which they were counted: dense, dense_1, ..., dense_10."""
    if is_listed:
        return list(layers)

    def number(layer: str) -> tuple[int, ...]:
        counts = [re.search(r"_(\d{1,9})$", part) for part in layer.split("/")]
        return tuple(int(count[1]) if count else 0 for count in counts)

    return sorted(layers, key=number)
