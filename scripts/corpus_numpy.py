"""Files of NumPy, of Python's pickle and JSON, and of the program neural-network-digits."""

from __future__ import annotations

import io
import json
import pickle
import struct
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from corpus_sample import SMALL, SQUARE, Layers, Sample, random_layers

NUMPY = f"numpy {np.__version__}"
PYTHON = f"Python {sys.version.split()[0]}, {NUMPY}"


def samples() -> Iterator[Sample]:
    """Give the files."""
    small, square = random_layers(SMALL), random_layers(SQUARE, 2)
    exact = random_layers(SMALL, 3, np.float64)
    yield from _npz(small, square, exact)
    yield from _digits(random_layers((784, 4, 10), 4))
    yield _nielsen(exact)
    for protocol in range(6):
        yield Sample(
            f"lists_protocol_{protocol}.pkl",
            pickle.dumps(_lists(exact), protocol),
            PYTHON,
            exact,
        )
    for protocol in range(3):
        yield Sample(
            f"lists_python_2_protocol_{protocol}.pkl",
            python_2_pickle(_lists(exact), protocol),
            f"Python 2's opcodes and names, written by {PYTHON}",
            exact,
        )
    named = {f"W{k + 1}": w.T for k, (w, _) in enumerate(small)} | {
        f"b{k + 1}": b[None] for k, (_, b) in enumerate(small)
    }
    yield Sample("dict_of_columns.pkl", pickle.dumps(named), PYTHON, small)
    fortran = ([np.asfortranarray(w) for w, _ in square], [b for _, b in square])
    yield Sample("tuple_fortran.pkl", pickle.dumps(fortran), PYTHON, square)


def _npz(small: Layers, square: Layers, exact: Layers) -> Iterator[Sample]:
    def saved(save: Any, *arrays: Any, **named: Any) -> bytes:
        stream = io.BytesIO()
        save(stream, *arrays, **named)
        return stream.getvalue()

    rows = {f"W{k}": w for k, (w, _) in enumerate(small)} | {
        f"b{k}": b for k, (_, b) in enumerate(small)
    }
    yield Sample("rows.npz", saved(np.savez, **rows), NUMPY, small)
    columns = {f"weights{k + 1}": w.T for k, (w, _) in enumerate(exact)} | {
        f"bias{k + 1}": b[:, None] for k, (_, b) in enumerate(exact)
    }
    yield Sample("columns_compressed.npz", saved(np.savez_compressed, **columns), NUMPY, exact)
    in_turn = [array for layer in square for array in layer]
    yield Sample("without_names.npz", saved(np.savez, *in_turn), NUMPY, square)
    halves = [(w.astype(np.float16), b.astype(np.float16)) for w, b in small]
    named = {f"fc{k}.{part}": array for k, layer in enumerate(halves) for part, array in
             zip(("weight", "bias"), layer, strict=True)}  # fmt: skip
    yield Sample("half.npz", saved(np.savez, **named), NUMPY, halves)
    alone = [(small[0][0], np.zeros(SMALL[1], np.float32))]
    yield Sample("one_matrix.npy", saved(np.save, small[0][0]), NUMPY, alone)
    yield Sample("big_endian.npz", saved(np.savez, **{k: a.astype(">f4") for k, a in rows.items()}),
                 NUMPY, small)  # fmt: skip
    objects = np.array([w for w, _ in small], dtype=object)
    yield Sample(
        "objects.npz", saved(np.savez, weights=objects), NUMPY, refused="pickled Python objects"
    )


def _digits(digits: Layers) -> Iterator[Sample]:
    """Give files of neural-network-digits, whose networks always end in softmax."""
    from nn_digits.neural_net.network import (  # noqa: PLC0415  writes a folder when imported
        NeuralNetwork,
    )

    by = f"neural-network-digits {version('neural-network-digits')}"
    for layers, activation, key in (
        (digits, "tanh", "tanh"),
        (random_layers(SMALL), "leaky relu", "leaky_relu"),
    ):
        network = NeuralNetwork((len(layers[0][0].T), *(len(b) for _, b in layers)), activation)
        network.weights = [w.T for w, _ in layers]
        network.biases = [b for _, b in layers]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.npz"
            network.save(path)
            content = path.read_bytes()
        yield Sample(f"neural_network_digits_{key}.npz", content, by, layers, key)


def _nielsen(layers: Layers) -> Sample:
    """Give what `Network.save` of network2.py in Nielsen's book writes."""
    data = {
        "sizes": list(SMALL),
        "weights": [w.tolist() for w, _ in layers],
        "biases": [b[:, None].tolist() for _, b in layers],
        "cost": "CrossEntropyCost",
    }
    return Sample("nielsen.json", json.dumps(data).encode(), "the layout of network2.py", layers)


def _lists(layers: Layers) -> list[Any]:
    """Give [weights, biases] as from-scratch programs pickle them, biases as columns."""
    return [[w for w, _ in layers], [b[:, None] for _, b in layers]]


def python_2_pickle(value: Any, protocol: int) -> bytes:
    """Give a pickle as Python 2 and NumPy 1 wrote it: texts are bytes, modules have old names."""
    stream = io.BytesIO()
    _Python2Pickler(stream, protocol, fix_imports=True).dump(value)
    return stream.getvalue().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


class _Python2Pickler(pickle._Pickler):  # noqa: SLF001  the C one cannot be taught opcodes
    """Writes bytes and texts with the opcodes that Python 2 had for its one kind of text."""

    dispatch: ClassVar[dict[Any, Any]] = dict(pickle._Pickler.dispatch)  # noqa: SLF001  see above

    def _save_text(self, value: bytes | str) -> None:
        content = value if isinstance(value, bytes) else value.encode("latin1")
        if self.proto == 0:
            quoted = repr(content)[1:].encode("ascii")
            self.write(pickle.STRING + quoted + b"\n")
        elif len(content) < 256:
            self.write(pickle.SHORT_BINSTRING + bytes([len(content)]) + content)
        else:
            self.write(pickle.BINSTRING + struct.pack("<i", len(content)) + content)
        self.memoize(value)

    dispatch[bytes] = _save_text
    dispatch[str] = _save_text
