"""Files of PyTorch, joblib and scikit-learn that must not open, and what the sentence must say."""

import struct
import zipfile
import zlib

import numpy as np
from pickle_attacks import ARRAYS, BIASES, CONTENTS, SAVED, WEIGHTS
from pickle_samples import (
    classifier,
    dtype_of,
    joblib_array,
    joblib_objects,
    state_dict,
    storage,
    tensor,
    torch_legacy,
    torch_zip,
)
from pickle_writer import Call, Name, Persistent, pickled

ODD = Name("torch", "FloatStorage")


def _refers(identifier):
    return torch_zip({"w": tensor(Persistent(identifier), (3, 4))}, CONTENTS)


def _cut(shape, strides=None, offset=0):
    return torch_zip({"w": tensor(storage("0", 12), shape, strides, offset)}, CONTENTS)


def _with_changed(content, before, after):
    changed = content.replace(before, after)
    assert changed != content
    return changed


def _overlapping():
    content = bytearray(torch_zip(SAVED, CONTENTS))
    last = content.rfind(b"PK\x01\x02")
    content[last + 42 : last + 46] = struct.pack("<I", 0)
    return bytes(content)


def _encrypted():
    content = bytearray(torch_zip(SAVED, CONTENTS))
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _bomb():
    """Give an archive whose entries declare 90 MiB each in its table of contents."""
    content = bytearray(torch_zip(SAVED, {str(key): bytes(99) for key in range(6)}))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = struct.pack("<I", 90 << 20)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


_OLD, _ = state_dict(ARRAYS, None)
_VIEWED, _ = state_dict(ARRAYS, ("1", 0, 3))
_NETWORK = pickled(classifier(WEIGHTS, BIASES))
_NORMALISING, _ = state_dict({**ARRAYS, "norm.weight": np.ones(3, np.float32)})

LIBRARY_BAD = {
    # PyTorch.
    "torch without storage": (torch_zip(SAVED, {"0": CONTENTS["0"]}), "storage '1' is missing"),
    "torch with short storage": (
        torch_zip(SAVED, CONTENTS | {"0": bytes(44)}),
        "storage '0' is said to have 48 bytes and has 44",
    ),
    "torch storage elsewhere": (_refers(("storage", ODD, "../x", "cpu", 12)), "'../x' is missing"),
    "torch storage of a number": (_refers(("storage", ODD, 0, "cpu", 12)), "storage of the arch"),
    "torch storage of no class": (_refers(("storage", "x", "0", "cpu", 12)), "storage of the arch"),
    "torch storage of another class": (
        _refers(("storage", Name("torch", "Size"), "0", "cpu", 12)),
        "storage of the archive",
    ),
    "torch storage giant": (_refers(("storage", ODD, "0", "cpu", 2**62)), "storage of the archive"),
    "torch storage negative": (_refers(("storage", ODD, "0", "cpu", -1)), "storage of the archive"),
    "torch tensor beyond its end": (_cut((3, 5)), "reaches to value 15 of a storage of 12"),
    "torch offset beyond its end": (_cut((3, 4), offset=1), "reaches to value 13"),
    "torch strides beyond its end": (_cut((3, 4), (9, 1)), "reaches to value 22"),
    "torch strides negative": (_cut((3, 4), (-4, 1)), "shape of a tensor is not possible"),
    "torch strides too few": (_cut((3, 4), (4,)), "shape of a tensor is not possible"),
    "torch shape negative": (_cut((-3, 4)), "shape of a tensor is not possible"),
    "torch shape of truth": (_cut((True, 4)), "shape of a tensor is not possible"),
    "torch of many dimensions": (_cut((1,) * 9), "shape of a tensor is not possible"),
    "torch of repeated values": (
        _cut((2**20, 2**19), (0, 0)),
        "549,755,813,888 values in tensors are more than the limit of 50,000,000",
    ),
    "torch with two pickles": (
        torch_zip(SAVED, CONTENTS, **{"x/data__pkl": b"."}),
        "it has 2 pickles of the name data.pkl",
    ),
    "torch of several networks": (
        torch_zip({"generator": SAVED, "critic": SAVED}, CONTENTS),
        r"several networks \('generator', 'critic'\)",
    ),
    "torch of a strange byte order": (
        torch_zip(SAVED, CONTENTS, byteorder=b"middle"),
        "byte order is neither",
    ),
    "torch of convolutions": (_cut((1, 1, 3, 4)), "4 dimensions; only fully connected"),
    "torch of a normalising layer": (
        torch_zip(_NORMALISING, CONTENTS),
        "norm.weight belongs to a layer that normalises",
    ),
    "torch damaged": (
        _with_changed(torch_zip(SAVED, CONTENTS), CONTENTS["0"], b"\1" + CONTENTS["0"][1:]),
        "CRC",
    ),
    "torch overlapping": (_overlapping(), "overlaps another entry"),
    "torch encrypted": (_encrypted(), "encrypted"),
    "torch bomb": (_bomb(), "bytes declared are more than the limit of 536,870,912"),
    "torch pickle giant": (torch_zip(bytes(33 << 20), {}, compression=8), "at most 33,554,432"),
    "torch of other compression": (
        torch_zip(SAVED, CONTENTS, compression=zipfile.ZIP_BZIP2),
        "only stored and deflate",
    ),
    "torch head alone": (torch_zip(SAVED, CONTENTS)[:300], "cut short"),
    # PyTorch before 1.6.
    "old torch of another protocol": (
        _with_changed(torch_legacy(_OLD, CONTENTS), pickled(1001), pickled(1002)),
        "protocol is not 1001",
    ),
    "old torch cut short": (torch_legacy(_OLD, CONTENTS)[:-1], "ends within 8 bytes"),
    "old torch of other counts": (
        torch_legacy(_OLD, CONTENTS | {"0": bytes(44)}),
        "storage '0' is said to have 12 values and has 11",
    ),
    "old torch without a key": (
        torch_legacy(_OLD, CONTENTS, keys=["0", "1"]),
        "bytes of a storage are missing",
    ),
    "old torch with a key twice": (
        torch_legacy(_OLD, CONTENTS, keys=["0", "0"]),
        "list of its storages is damaged",
    ),
    "old torch with strange keys": (
        torch_legacy(_OLD, CONTENTS, keys=[["0"]]),
        "list of its storages is damaged",
    ),
    "old torch of views": (torch_legacy(_VIEWED, CONTENTS), "type that is not read"),
    "old torch of one key for two": (
        torch_legacy(
            {"a": tensor(storage("0", 12, "Float", None), (3, 4)),
             "b": tensor(storage("0", 6, "Double", None), (3, 2))},
            CONTENTS,
        ),
        "two storages have the key '0'",
    ),
    # joblib and scikit-learn.
    "scikit-learn untrained": (
        pickled(classifier(WEIGHTS, BIASES, coefs_=None)),
        "not trained yet: it has no coefs_",
    ),
    "scikit-learn of no arrays": (
        pickled(classifier(WEIGHTS, BIASES, intercepts_=["x", "y"])),
        "intercepts_ are not all arrays of 1 dimensions",
    ),
    "scikit-learn of too few": (
        pickled(classifier(WEIGHTS, BIASES, intercepts_=[joblib_array(BIASES[0])])),
        "2 matrices of weights and 1 vectors of biases",
    ),
    "scikit-learn of other words": (
        pickled(classifier(WEIGHTS, BIASES, activation="swish")),
        "'swish' is none of",
    ),
    "joblib of something else": (
        pickled(Call(Name("sklearn.preprocessing._label", "LabelBinarizer"))),
        "LabelBinarizer, which is no network",
    ),
    "joblib array cut short": (pickled([joblib_array(WEIGHTS[0])])[:-10], "ends within 48 bytes"),
    "joblib array giant": (
        pickled(
            [Call(Name("joblib.numpy_pickle", "NumpyArrayWrapper"), (),
                  state={"shape": (2**40, 2**40), "dtype": dtype_of(WEIGHTS[0]), "order": "C"})]
        ),
        "ends within 4,835,703,278,458,516,698,824,704 bytes",
    ),
    "joblib array of no type": (
        pickled([Call(Name("joblib.numpy_pickle", "NumpyArrayWrapper"), (), state={"shape": ()})]),
        "an array is damaged",
    ),
    "joblib pickle in a pickle in a pickle": (
        pickled(
            Call(Name("joblib.numpy_pickle", "NumpyArrayWrapper"), (),
                 state=joblib_objects().state, raw=pickled([joblib_objects("x")]))
        ),
        "a pickle within a pickle within a pickle",
    ),
    "packed cut short": (zlib.compress(_NETWORK)[:-9], "compressed data are cut short"),
    "packed damaged": (
        zlib.compress(_NETWORK)[:-1] + b"\0",
        "compressed data are damaged",
    ),
    "packed without a pickle": (zlib.compress(b"hello hello hello"), "compressed|no known format"),
}  # fmt: skip
