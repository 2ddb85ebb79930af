"""Files of Keras: archives, weights alone, and the older HDF5."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import h5py
import keras
import numpy as np
from corpus_sample import SMALL, SQUARE, Layers, Sample, random_layers
from keras import layers as kinds

KERAS = f"keras {keras.__version__}"


def samples(digits: Layers) -> Iterator[Sample]:
    """Give the files; `digits` are trained on digits that were standardised, with ReLU."""
    keras.config.disable_traceback_filtering()
    small, square = random_layers(SMALL), random_layers(SQUARE, 2)
    plain = _filled(
        [keras.Input((20,)), kinds.Dense(5, "relu"), kinds.Dropout(0.5), kinds.Dense(3, "softmax")],
        small,
    )
    yield Sample("sequential.keras", _saved(plain, ".keras"), KERAS, small, "relu", "softmax")
    yield Sample("sequential.h5", _saved(plain, ".h5"), KERAS, small, "relu", "softmax")
    yield Sample("sequential.weights.h5", _saved(plain, ".weights.h5"), KERAS, small)
    yield from _square(square)
    yield from _activations(small)
    yield from _pictures(digits, small)
    many = random_layers((4,) * 11, 6)
    deep = _filled([keras.Input((4,)), *(kinds.Dense(4, "tanh") for _ in many[1:]),
                    kinds.Dense(4)], many)  # fmt: skip
    yield Sample("ten_layers.keras", _saved(deep, ".keras"), KERAS, many, "tanh", "identity")
    yield Sample("ten_layers.weights.h5", _saved(deep, ".weights.h5"), KERAS, many)
    yield Sample("ten_layers.h5", _saved(deep, ".h5"), KERAS, many, "tanh", "identity")
    yield from _refused()
    yield from _hostile()


def _square(layers: Layers) -> Iterator[Sample]:
    """Give a functional model whose layers have names of their own."""
    inputs = keras.Input((12,), name="pixels")
    x = inputs
    for name in ("zeta", "alpha", "mid"):
        x = kinds.Dense(6, "sigmoid", name=name)(x)
    model = keras.Model(inputs, kinds.Dense(4, "sigmoid", name="out")(x))
    model.set_weights([array for w, b in layers for array in (w.T, b)])
    for suffix in (".keras", ".h5"):
        content = _saved(model, suffix)
        yield Sample(f"functional{suffix}", content, KERAS, layers, "sigmoid", "sigmoid")
    yield Sample("functional.weights.h5", _saved(model, ".weights.h5"), KERAS, layers)


def _activations(layers: Layers) -> Iterator[Sample]:
    for name, parts, key in (
        ("gelu", ["gelu"], "gelu"),
        ("swish", ["swish"], "silu"),
        ("softplus", ["softplus"], "softplus"),
        ("leaky_relu_layer", [None, kinds.LeakyReLU(negative_slope=0.01)], "leaky_relu"),
        ("activation_layer", [None, kinds.Activation("tanh")], "tanh"),
    ):
        hidden = [kinds.Dense(5, parts[0]), *parts[1:]]
        end = [kinds.Dense(3), kinds.Softmax()]
        model = _filled([keras.Input((20,)), *hidden, *end], layers)
        content = _saved(model, ".keras")
        yield Sample(f"{name}.keras", content, KERAS, layers, key, "softmax")


def _pictures(digits: Layers, small: Layers) -> Iterator[Sample]:
    """Give pictures that are flattened, and rescaled, within the model."""
    standardising = [kinds.Rescaling(1 / 255), kinds.Rescaling(1 / 0.3081, -0.1307 / 0.3081)]
    for name, shape, layers, rescaling, scaling in (
        ("digits", (28, 28), digits, [], None),
        ("rescaled", (4, 5), small, [kinds.Rescaling(1 / 255)], "0-1"),
        ("standardised", (4, 5, 1), small, standardising, "standardised"),
        ("centred", (20, 1), small, [kinds.Rescaling(1 / 127.5, -1)], "centred"),
    ):
        n_hidden, n_out = (len(biases) for _, biases in layers)
        ends = [kinds.Flatten(), kinds.Dense(n_hidden, "relu"), kinds.Dense(n_out)]
        content = _saved(_filled([keras.Input(shape), *rescaling, *ends], layers), ".keras")
        guess = {} if scaling else {"input_scaling": "standardised"}
        file = f"pictures_{name}.keras"
        yield Sample(file, content, KERAS, layers, "relu", "identity", scaling, guess)


def _refused() -> Iterator[Sample]:
    def dense(*activation: str) -> Any:
        return kinds.Dense(5, *activation)

    def flat() -> Any:
        return keras.Input((20,))

    for name, parts, reason in (
        ("normalised", [flat(), dense(), kinds.BatchNormalization(), dense()], "Normalization"),
        ("convolution", [keras.Input((6, 6, 1)), kinds.Conv2D(2, 3), kinds.Flatten()], "Conv2D"),
        ("not_flattened", [keras.Input((4, 5)), dense(), dense()], "5 of 20 inputs"),
        ("mixed", [flat(), dense("relu"), dense("tanh"), dense()], "relu, tanh"),
        ("output_tanh", [flat(), dense("tanh"), dense("tanh")], "'tanh' is none of"),
        ("lambda", [flat(), kinds.Lambda(abs), dense()], "Lambda"),
    ):
        content = _saved(keras.Sequential(parts), ".keras")
        yield Sample(f"{name}.keras", content, KERAS, refused=reason)
    inputs = flat()
    branched = keras.Model(inputs, kinds.Add()([dense()(inputs), dense()(inputs)]))
    yield Sample("branched.keras", _saved(branched, ".keras"), KERAS, refused="branch")


def _hostile() -> Iterator[Sample]:
    """Give HDF5 that reaches outside itself or asks for more than it holds."""
    numbers = np.ones((20, 3), np.float32)
    place = "layers/dense/vars/0"

    def linked(file: h5py.File) -> None:
        file["layers"] = h5py.ExternalLink("other.h5", "/layers")

    def soft_circle(file: h5py.File) -> None:
        file["layers"] = h5py.SoftLink("/again")
        file["again"] = h5py.SoftLink("/layers")

    def hard_circle(file: h5py.File) -> None:
        group = file.create_group("layers")
        group["again"] = group

    def many_ways(file: h5py.File) -> None:
        below = file.create_group("below")
        for _ in range(10):
            group = file.create_group(None, track_order=True)
            for name in "abcdefgh":
                group[name] = below
            below = group
        file["layers"] = below

    def elsewhere(file: h5py.File) -> None:
        file.create_dataset(place, (20, 3), "<f4", external=[("/etc/hostname", 0, 240)])

    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((20, 3), "<f4")
        layout[:] = h5py.VirtualSource("other.h5", "weights", (20, 3))
        file.create_virtual_dataset(place, layout)

    def compressed(file: h5py.File) -> None:
        file.create_dataset(place, data=numbers, compression="gzip")

    def never_written(file: h5py.File) -> None:
        file.create_dataset(place, (1 << 14, 1 << 11), "<f4")

    def texts(file: h5py.File) -> None:
        file.create_dataset(place, data=[b"a", b"b"])

    def other(file: h5py.File) -> None:
        file.create_dataset("temperature", data=numbers)

    for make, reason in (
        (linked, "links to another file"),
        (soft_circle, "damaged HDF5 file"),
        (hard_circle, "groups within each other"),
        (many_ways, "takes more than"),
        (elsewhere, "in another file"),
        (virtual, "virtual"),
        (compressed, "cut into chunks or compressed"),
        (never_written, "not in this file"),
        (texts, "not numbers"),
        (other, "holds no weights of a Keras model"),
    ):
        stream = io.BytesIO()
        with h5py.File(stream, "w") as file:
            make(file)
        name = f"hdf5_{make.__name__}.h5"
        yield Sample(name, stream.getvalue(), f"h5py {h5py.__version__}", refused=reason)


def _filled(parts: list[Any], layers: Layers) -> keras.Model:
    model = keras.Sequential(parts)
    model.set_weights([array for w, b in layers for array in (w.T, b)])
    return model


def _saved(model: keras.Model, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{suffix}"
        if suffix == ".weights.h5":
            model.save_weights(path)
        else:
            model.save(path)
        return path.read_bytes()
