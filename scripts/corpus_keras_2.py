"""Files of Keras 2, which TensorFlow brought: what most of the older tutorials left behind."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import tf_keras
from corpus_sample import SMALL, SQUARE, Sample, random_layers

KERAS = f"tf_keras {tf_keras.__version__}"


def samples() -> Iterator[Sample]:
    """Give the files."""
    kinds = tf_keras.layers
    small, square = random_layers(SMALL), random_layers(SQUARE, 2)
    plain = tf_keras.Sequential(
        [
            kinds.Dense(5, "relu", input_shape=(20,)),
            kinds.Dropout(0.5),
            kinds.Dense(3, "softmax"),
        ]
    )
    plain.set_weights([array for w, b in small for array in (w.T, b)])
    inputs = tf_keras.Input((3, 4))
    x = kinds.Flatten()(inputs)
    for name in ("zeta", "alpha", "mid"):
        x = kinds.Dense(6, "sigmoid", name=name)(x)
    functional = tf_keras.Model(inputs, kinds.Dense(4, "sigmoid", name="out")(x))
    functional.set_weights([array for w, b in square for array in (w.T, b)])
    for ending in ("h5", "keras"):
        content = _saved(plain, ending)
        yield Sample(f"keras_2_sequential.{ending}", content, KERAS, small, "relu", "softmax")
    for name, model, layers in (("sequential", plain, small), ("functional", functional, square)):
        content = _saved(model, "weights")
        yield Sample(f"keras_2_{name}_weights.h5", content, KERAS, layers)


def _saved(model: tf_keras.Model, ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of the formats is old, and that is why it is here
        path = Path(folder) / f"model.{ending}"
        if ending == "weights":
            model.save_weights(path, save_format="h5")
        else:
            model.save(path)
        return path.read_bytes()
