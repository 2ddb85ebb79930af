"""Small pickled files of every kind, in the layouts of NumPy, PyTorch, joblib and scikit-learn."""

import gzip
import io
import pickle
import struct
import zipfile
import zlib

import numpy as np
from pickle_writer import Call, Name, OldText, Persistent, pickled

MAGIC = 0x1950A86A20F9469CFC6C
CODES = {"float32": "Float", "float64": "Double", "float16": "Half", "bfloat16": "BFloat16"}


def old_array(array, module="numpy.core.multiarray"):
    """An array as Python 2 and old NumPy wrote it."""
    empty = (Name("numpy", "ndarray"), (0,), OldText(b"b"))
    state = (1, array.shape, dtype_of(array), False, OldText(array.tobytes()))
    return Call(Name(module, "_reconstruct"), empty, state=state)


def dtype_of(array):
    """The type of an array."""
    code = array.dtype.str[1:]
    state = (3, array.dtype.str[0], None, None, None, -1, -1, 0)
    return Call(Name("numpy", "dtype"), (code, 0, 1), state=state)


def storage(key, n_values, code="Float", *more):
    """A storage that a tensor is in."""
    kind = Name("torch", f"{code}Storage")
    return Persistent(("storage", kind, key, "cpu", n_values, *more))


def tensor(where, shape, strides=None, offset=0):
    """A tensor in a storage."""
    steps = tuple(int(np.prod(shape[k + 1 :])) for k in range(len(shape)))
    hooks = Call(Name("collections", "OrderedDict"))
    arguments = (where, offset, shape, steps if strides is None else strides, False, hooks)
    return Call(Name("torch._utils", "_rebuild_tensor_v2"), arguments)


def state_dict(arrays, *more):
    """A state_dict and the bytes of its storages."""
    tensors, contents = {}, {}
    for index, (name, array) in enumerate(arrays.items()):
        code = CODES[str(array.dtype)]
        tensors[name] = tensor(storage(str(index), array.size, code, *more), array.shape)
        contents[str(index)] = array.tobytes()
    metadata = {"_metadata": Call(Name("collections", "OrderedDict"))}
    ordered = Call(Name("collections", "OrderedDict"), (), items=tensors, state=metadata)
    return ordered, contents


def torch_zip(saved, contents, folder="net/", compression=zipfile.ZIP_STORED, **others):
    """What `torch.save` writes since 1.6."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        content = saved if isinstance(saved, bytes) else pickled(saved)
        archive.writestr(f"{folder}data.pkl", content)
        for key, content in contents.items():
            archive.writestr(f"{folder}data/{key}", content)
        for name, content in others.items():
            archive.writestr(folder + name.replace("__", "."), content)
    return stream.getvalue()


def torch_legacy(saved, contents, item_bytes=4, keys=None):
    """What `torch.save` wrote before 1.6."""
    system = {"protocol_version": 1001, "little_endian": True}
    content = b"".join(map(pickled, (MAGIC, 1001, system, saved)))
    content += pickled(sorted(contents) if keys is None else keys)
    for key in sorted(contents):
        content += struct.pack("<q", len(contents[key]) // item_bytes) + contents[key]
    return content


def joblib_array(array, padding=3, order="C"):
    """An array whose bytes stand behind its description."""
    state = {
        "subclass": Name("numpy", "ndarray"),
        "shape": array.shape,
        "order": order,
        "dtype": dtype_of(array),
        "allow_mmap": True,
        "numpy_array_alignment_bytes": 16,
    }
    raw = bytes([padding]) + b"\xff" * padding + array.tobytes(order)
    return Call(Name("joblib.numpy_pickle", "NumpyArrayWrapper"), (), state=state, raw=raw)


def joblib_objects(*texts):
    """An array of Python objects: a pickle within the pickle."""
    kind = Call(Name("numpy", "dtype"), ("O8", False, True), state=(3, "|", None, None, None))
    state = {"shape": (len(texts),), "order": "C", "dtype": kind}
    empty = (Name("numpy", "ndarray"), (0,), b"b")
    inner = Call(
        Name("numpy._core.multiarray", "_reconstruct"),
        empty,
        state=(1, (len(texts),), kind, False, list(texts)),
    )
    wrapper = Name("joblib.numpy_pickle", "NumpyArrayWrapper")
    return Call(wrapper, (), state=state, raw=pickled(inner))


def classifier(weights, biases, activation="logistic", **attributes):
    """A scikit-learn `MLPClassifier`."""
    state = {
        "activation": activation,
        "coefs_": [joblib_array(np.ascontiguousarray(matrix.T)) for matrix in weights],
        "intercepts_": [joblib_array(vector) for vector in biases],
        "out_activation_": "softmax",
        "classes_": joblib_objects("0", "1"),
        "_label_binarizer": Call(Name("sklearn.preprocessing._label", "LabelBinarizer")),
        **attributes,
    }
    module = "sklearn.neural_network._multilayer_perceptron"
    return Call(Name(module, "MLPClassifier"), (), state=state)


def named(weights, biases):
    """The arrays under the names of a state_dict."""
    arrays = {}
    for k, (matrix, vector) in enumerate(zip(weights, biases, strict=True)):
        arrays |= {f"fc{k + 1}.weight": np.ascontiguousarray(matrix), f"fc{k + 1}.bias": vector}
    return arrays


def pickled_good(weights, biases):
    """Files that open, with these weights and biases."""
    columns = [vector[:, None] for vector in biases]
    lists = [[matrix.tolist() for matrix in weights], [vector.tolist() for vector in biases]]
    arrays = named(weights, biases)
    saved, contents = state_dict(arrays)
    legacy, _ = state_dict(arrays, None)
    optimizer = {"state": {0: {"exp_avg": tensor(storage("0", 12), (3, 4))}}}
    checkpoint = {"epoch": 3, "optimizer": optimizer, "model_state_dict": saved}
    network = pickled(classifier(weights, biases))
    return {
        **{
            f"pickle of protocol {protocol}": pickle.dumps([[*weights], columns], protocol)
            for protocol in range(6)
        },
        "pickle of python 2": pickled(
            [[old_array(np.ascontiguousarray(w)) for w in weights], [old_array(b) for b in biases]]
        ),
        "pickle by name": pickle.dumps({"sizes": [4, 3, 2], **arrays}),
        "pickle of numbers": pickle.dumps(lists),
        "torch": torch_zip(saved, contents, byteorder=b"little", version=b"3\n"),
        "torch deflated": torch_zip(saved, contents, compression=zipfile.ZIP_DEFLATED),
        "torch checkpoint": torch_zip(checkpoint, contents),
        "torch legacy": torch_legacy(legacy, contents),
        "joblib of arrays": pickled(
            [[joblib_array(w) for w in weights], list(map(joblib_array, biases))]
        ),
        "scikit-learn": network,
        "scikit-learn packed": zlib.compress(network),
        "scikit-learn in gzip": gzip.compress(network, mtime=0),
    }
