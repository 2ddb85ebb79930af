"""Small sample files of every kind, made on the spot: good ones and hostile ones."""

import io
import json
import struct

import numpy as np
from library_attacks import LIBRARY_BAD
from pickle_attacks import PICKLED_BAD
from pickle_samples import pickled_good
from safetensors.numpy import save

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.history_arrays import history_arrays
from gdviz.storage.checkpoint import checkpoint_bytes, weights_bytes
from gdviz.storage.sessions import SavedBranch, SavedSession, session_bytes
from gdviz.training.branches import BranchState
from gdviz.training.config import TrainingConfig
from gdviz.training.state import Keyframe, initial_state

SIZES = (4, 3, 2)
CONFIG = TrainingConfig(layer_sizes=SIZES, optimizer="adam", epochs=3)
STATE = initial_state(CONFIG)
WEIGHTS = STATE.parameters.weights
BIASES = STATE.parameters.biases


def _npz(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def nielsen(**changes):
    content = {
        "sizes": list(SIZES),
        "weights": [matrix.tolist() for matrix in WEIGHTS],
        "biases": [vector[:, None].tolist() for vector in BIASES],
        "cost": "CrossEntropyCost",
    }
    return json.dumps(content | changes).encode()


def _session():
    """One branch with a curve of three steps."""
    history = CurveHistory(len(SIZES) - 1)
    records = np.zeros(3, history.records.dtype)
    records["step"] = 1, 2, 3
    history.append(records)
    head = Keyframe(STATE, CONFIG, "numpy")
    branch = SavedBranch(BranchState(1, None, 0, head, (head,)), history_arrays(history))
    return session_bytes(SavedSession((branch,), 1))


GOOD = {
    "own session": _session(),
    "own checkpoint": checkpoint_bytes(CONFIG, STATE),
    "own weights": weights_bytes(CONFIG.architecture, STATE.parameters),
    "foreign safetensors": save(
        {
            "fc1.weight": np.ascontiguousarray(WEIGHTS[0]),
            "fc1.bias": BIASES[0],
            "fc2.weight": np.ascontiguousarray(WEIGHTS[1]),
            "fc2.bias": BIASES[1],
        },
        metadata={"format": "pt"},
    ),
    "npz": _npz(W0=WEIGHTS[0], b0=BIASES[0], W1=WEIGHTS[1], b1=BIASES[1]),
    "npz of columns": _npz(
        layers=np.array(SIZES),
        activation=np.array("sigmoid"),
        W0=WEIGHTS[0].T,
        W1=WEIGHTS[1].T,
        b0=BIASES[0][None],
        b1=BIASES[1][None],
    ),
    "nielsen": nielsen(),
    **pickled_good(WEIGHTS, BIASES),
}


def _f32(*shape, begin=0):
    size = int(np.prod(shape)) * 4
    return {"dtype": "F32", "shape": list(shape), "data_offsets": [begin, begin + size]}


# Name: content, what the sentence must say.
BAD = {
    "empty": (b"", "is empty"),
    "html": (b"<!DOCTYPE html><html>404</html>", "an HTML page"),
    "lfs pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    "text": (b"hello, this is not a network\n", "this is a text file"),
    "noise": (bytes(range(128, 256)) * 4, "no known format"),
    "keras": (b"PK\x03\x04" + bytes(22) + b"\x0d\0\0\0metadata.json", "no table of contents"),
    "zip": (b"PK\x03\x04" + bytes(22) + b"\x05\0\0\0a.txt", "ZIP archive"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(50), "a damaged HDF5 file"),
    "onnx": (b"\x08\x07\x12\x07pytorch", "an ONNX file of 0 graphs"),
    "gzip": (b"\x1f\x8b\x08" + bytes(30), "a compressed file"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(30), "a picture"),
    "giant header": (struct.pack("<Q", 2**40) + b"{}", "header of 1,099,511,627,776 bytes"),
    "header beyond the end": (struct.pack("<Q", 500) + b"{}", "cut short in its header"),
    "header no json": (safetensors(b"{nonsense}"), "not JSON"),
    "header deep": (safetensors(b'{"a":' * 70), "70 levels of nesting"),
    "name twice": (safetensors(b'{"a":{},"a":{}}'), "stands twice"),
    "entry damaged": (safetensors({"a": 3}), "entry of 'a' is damaged"),
    "negative shape": (
        safetensors({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, bytes(4)),
        "damaged",
    ),
    "type unknown": (
        safetensors({"a": {"dtype": "F8_E4M3", "shape": [4], "data_offsets": [0, 4]}}, bytes(4)),
        "of type F8_E4M3",
    ),
    "offsets overlap": (
        safetensors({"a": _f32(2, 2), "b": _f32(2, 2, begin=8)}, bytes(24)),
        "b takes the bytes 8 to 24",
    ),
    "offsets out of range": (safetensors({"a": _f32(2, 2, begin=0)}, bytes(8)), "0 to 16 of 8"),
    "offsets with a gap": (safetensors({"a": _f32(2, 2, begin=4)}, bytes(20)), "expected 0 to"),
    "offsets too few": (safetensors({"a": _f32(2, 2)}, bytes(20)), "20 bytes of data"),
    "shape giant": (
        safetensors({"a": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 4]}}),
        "a takes the bytes",
    ),
    "too many tensors": (
        safetensors({f"t{k}": _f32(0) for k in range(4097)}),
        "4,097 tensors are more than the limit of 4,096",
    ),
    "own without layers": (
        safetensors({"__metadata__": {"gdviz": '{"format_version": 1}'}}),
        "layer_1/weights",
    ),
    "own metadata no json": (safetensors({"__metadata__": {"gdviz": "x"}}), "not JSON"),
    "json deep": (
        b"[" * 100_000,
        "100,000 levels of nesting in JSON are more than the limit of 64",
    ),
    "json deep behind strings": (b'["]\\"]",' * 100_000, "levels of nesting"),
    "json of many lists": (b"[" + b"[]," * 1_000_001, "1,000,002 lists and objects"),
    "json of other names": (b'{"layers": 3}', "without the lists sizes, weights, biases"),
    "json long number": (b'{"sizes":' + b"9" * 5000 + b"}", "not JSON"),
    "json cut short": (nielsen()[:-30], "not JSON"),
    "json of wrong sizes": (nielsen(sizes=[4, 5, 2]), r"layer 1 have shape \(3, 4\), not \(5, 4\)"),
    "json of texts": (nielsen(weights=[[["1"]], [["2"]]]), "not lists of numbers"),
    "json ragged": (nielsen(weights=[[[1, 2], [1]], [[2]]]), "different lengths"),
    "json too few layers": (nielsen(sizes=[4], weights=[], biases=[]), "do not fit together"),
    "json of giant sizes": (nielsen(sizes=[10**30, 3, 2]), "sizes must be whole numbers"),
    "json of an unknown activation": (nielsen(hidden_activation="swish"), "'swish' is none of"),
    "npz of layers that do not fit": (
        _npz(W0=np.zeros((3, 4)), W1=np.zeros((2, 5))),
        "do not fit together",
    ),
    "npz of an unknown activation": (
        _npz(W0=np.zeros((3, 4)), activation=np.array("max out")),
        "'max_out' is none of",
    ),
    "npz of texts that are none": (
        _npz(w=np.zeros((3, 2, 2)), activation=np.array([0x110000], "<u4").view("<U1")),
        "3 dimensions",
    ),
    "npz of a name with a line in it": (_npz(**{"a\nb": np.zeros((3, 4))}), "cannot be printed"),
    "safetensors of a name with a line in it": (
        safetensors({"a\nb": _f32(2, 2, 2)}, bytes(32)),
        "a\N{REPLACEMENT CHARACTER}b has 3 dimensions",
    ),
    "safetensors of a long name": (
        safetensors({"n" * 5000: _f32(2, 2, 2)}, bytes(32)),
        r"nnn \.\.\. nnn.*n has 3 dimensions",
    ),
    **PICKLED_BAD,
    **LIBRARY_BAD,
}
