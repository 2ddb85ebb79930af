"""Makes files that are almost networks, from a generator of random numbers alone.

Damaged copies of good files, archives and packed files whose contents are damaged and whose sums
are right, and files put together from the words of a format in an order that no program would.
"""

from __future__ import annotations

import io
import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

_STORAGE = Path(__file__).resolve().parents[1] / "tests" / "storage"
sys.path.insert(0, str(_STORAGE / "readers"))

import network_samples
from pickle_writer import Call, Name, OldText, Persistent, pickled

Corpus = Mapping[str, bytes]

_LIBRARIES_OWN = (
    # Formats that are written here by their own libraries alone.
    "sequential.h5", "sequential.weights.h5", "sequential.keras", "keras_2_sequential_weights.h5",
    "torch_script_gelu.onnx", "hand_float32_typed.onnx",
)  # fmt: skip
GOOD: Corpus = network_samples.GOOD | {
    name: (_STORAGE / "corpus" / name).read_bytes() for name in _LIBRARIES_OWN
}
"""A good file of every format, from which the damaged ones are made."""

_NUMBERS = (0, 1, -1, 2, 3, 4, 10, 12, 16, 127, 128, 255, 256, 784, 4096, 65535, 2**31 - 1, 2**31,
            2**32 - 1, 2**40, 2**62, 2**63 - 1, -(2**31))  # fmt: skip
_TEXTS = ("", "w", "b", "0", "1", "storage", "cpu", "f4", "f8", "O8", "V4", "<", ">", "|", "C", "F",
          "state_dict", "model", "coefs_", "intercepts_", "activation", "relu", "latin1", "rot13",
          "shape", "dtype", "order", "weights.0", "fc1.weight", "é\n", "layers")  # fmt: skip
_NAMES = (
    ("numpy", "dtype"), ("numpy", "ndarray"), ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"), ("numpy._core.numeric", "_frombuffer"),
    ("_codecs", "encode"), ("collections", "OrderedDict"), ("collections", "defaultdict"),
    ("builtins", "bytearray"), ("copyreg", "_reconstructor"), ("builtins", "object"),
    ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_parameter"),
    ("torch", "Size"), ("torch", "FloatStorage"), ("torch", "BFloat16Storage"),
    ("torch", "float32"), ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    ("sklearn.neural_network._multilayer_perceptron", "MLPClassifier"),
    ("os", "system"), ("builtins", "eval"), ("__main__", "Network"),
)  # fmt: skip
_JSON_KEYS = ("sizes", "weights", "biases", "cost", "hidden_activation", "__metadata__", "gdviz",
              "dtype", "shape", "data_offsets", "w", "b", "format_version", "config")  # fmt: skip
_DEPTH = 4
_MOST_BYTES = 1 << 20


def random_of(seed: int, index: int) -> Random:
    """Give the numbers of one file."""
    return Random(f"{seed}/{index}")  # noqa: S311  # nothing is kept secret here


def make_file(random: Random, corpus: Corpus) -> tuple[str, bytes]:
    """Give a file, and how it was made.

    Parameters
    ----------
    random : Random
    corpus : mapping of str to bytes
        Good files by kind.
    """
    way = random.choice(tuple(_WAYS))
    return way, _WAYS[way](random, corpus)[:_MOST_BYTES]


def _one_of(random: Random, corpus: Corpus) -> bytes:
    return corpus[random.choice(sorted(corpus))]


def damaged(random: Random, content: bytes) -> bytes:
    """Give a copy with some bytes changed, taken out, repeated or replaced by a number."""
    changed = bytearray(content or b"\0")
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        where = random.randrange(len(changed))
        match random.randrange(6):
            case 0 | 1:
                changed[where] = random.randrange(256)
            case 2:
                changed[where] ^= 1 << random.randrange(8)
            case 3:
                del changed[where : where + random.choice((1, 2, 4, 30))]
            case 4:
                end = where + random.choice((1, 2, 8, 60))
                changed[where:where] = changed[where:end] * random.choice((1, 1, 3))
            case _:
                size = random.choice((1, 2, 4, 8))
                number = random.choice(_NUMBERS) % (1 << 8 * size)
                order = random.choice(("little", "big"))
                changed[where : where + size] = number.to_bytes(size, order)
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def _damaged_file(random: Random, corpus: Corpus) -> bytes:
    return damaged(random, _one_of(random, corpus))


def _cut_file(random: Random, corpus: Corpus) -> bytes:
    content = _one_of(random, corpus)
    return content[: random.randrange(len(content) + 1)]


def _joined_files(random: Random, corpus: Corpus) -> bytes:
    one, other = _one_of(random, corpus), _one_of(random, corpus)
    return one[: random.randrange(len(one) + 1)] + other[random.randrange(len(other) + 1) :]


def _damaged_archive(random: Random, corpus: Corpus) -> bytes:
    """Give an archive with a damaged entry and a right checksum."""
    content = _one_of(random, {k: v for k, v in corpus.items() if v.startswith(b"PK")})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    index = random.randrange(len(entries))
    name, inner = entries[index]
    if random.random() < 0.2:
        name = damaged(random, name.encode()).decode("latin-1").replace("\0", "x") or "x"
    entries[index] = (name, damaged(random, inner))
    if random.random() < 0.1:
        entries.pop(random.randrange(len(entries)))
    return _archived(dict(entries), random.choice((0, 8)))


def _archived(entries: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Give an archive without the time of its making: the same entries are the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for entry, data in entries.items():
            archive.writestr(zipfile.ZipInfo(entry), data)
    return stream.getvalue()


def _damaged_packed(random: Random, corpus: Corpus) -> bytes:
    content = corpus["scikit-learn"] if "scikit-learn" in corpus else _one_of(random, corpus)
    return zlib.compress(damaged(random, content), 1)


def _strange_value(random: Random, depth: int = 0) -> Any:
    """Give a value of the words that pickled networks are made of."""
    makers = _PLAIN_VALUES if depth >= _DEPTH else (*_PLAIN_VALUES, *_NESTED_VALUES)
    return random.choice(makers)(random, depth)


def _some_values(random: Random, depth: int) -> list[Any]:
    return [_strange_value(random, depth + 1) for _ in range(random.randrange(4))]


def _strange_call(random: Random, depth: int) -> Call:
    name, arguments = Name(*random.choice(_NAMES)), tuple(_some_values(random, depth))
    state = _strange_value(random, depth + 1) if random.random() < 0.5 else None
    return Call(name, arguments, state=state, raw=bytes(random.choice((0, 0, 0, 16))))


def _strange_storage(random: Random, depth: int) -> Persistent:
    n_values = _strange_value(random, depth + 1)
    return Persistent(("storage", Name("torch", "FloatStorage"), "0", "cpu", n_values))


Maker = Callable[[Random, int], Any]

_PLAIN_VALUES: tuple[Maker, ...] = (
    lambda random, _: random.choice(_NUMBERS),
    lambda random, _: random.choice(_TEXTS),
    lambda random, _: random.choice((None, True, False, 0.5, float("nan"), ())),
    lambda random, _: Name(*random.choice(_NAMES)),
    lambda random, _: random.choice((bytes, OldText))(bytes(random.choice((0, 1, 16, 48, 300)))),
)
_NESTED_VALUES: tuple[Maker, ...] = (
    lambda random, depth: tuple(_some_values(random, depth)),
    _some_values,
    lambda random, depth: {key: _strange_value(random, depth + 1) for key in _sample(random)},
    _strange_storage,
    _strange_call,
    _strange_call,
    _strange_call,
)


def _sample(random: Random) -> list[str]:
    return random.sample(_TEXTS, random.randrange(4))


def _strange_pickle(random: Random, _corpus: Corpus) -> bytes:
    return pickled(_strange_value(random), random.choice((2, 2, 3, 4, 5)))


def _strange_torch_file(random: Random, _corpus: Corpus) -> bytes:
    return _archived({"net/data.pkl": pickled(_strange_value(random)), "net/data/0": bytes(48)})


def _random_operations(random: Random, _corpus: Corpus) -> bytes:
    """Give operations one after the other: most end in a stack that is empty."""
    parts = [b"\x80\x04"]
    for _ in range(random.randrange(60)):
        code = random.choice(
            b"NIJKMLFGXUT]})(taels2010qhrjcRbou\x81\x85\x86\x87\x88\x8a\x8c\x93\x94Q"
        )
        parts.append(bytes([code]) + bytes(random.choice(((), (0,), (1, 0), (2, 0, 0, 0)))))
    return b"".join(parts) + b"."


def _strange_json(random: Random, depth: int = 0) -> Any:
    kind = random.randrange(4 if depth >= _DEPTH else 7)
    match kind:
        case 0 | 1:
            return random.choice(_NUMBERS)
        case 2:
            return random.choice(("F32", "BF16", "sigmoid", "", "x" * 50, '{"format_version": 1}'))
        case 3:
            return random.choice((None, True, 0.5, -1e308, []))
        case 4 | 5:
            return [_strange_json(random, depth + 1) for _ in range(random.randrange(4))]
    return {key: _strange_json(random, depth + 1) for key in random.sample(_JSON_KEYS, 4)}


def _strange_text(random: Random, _corpus: Corpus) -> bytes:
    return json.dumps({key: _strange_json(random) for key in random.sample(_JSON_KEYS, 6)}).encode()


def _strange_header(random: Random, _corpus: Corpus) -> bytes:
    header = {
        name: {
            "dtype": random.choice(("F32", "F64", "BF16", "I8", 3)),
            "shape": [random.choice(_NUMBERS) for _ in range(random.randrange(4))],
            "data_offsets": [random.choice(_NUMBERS) for _ in range(random.choice((2, 2, 2, 1)))],
        }
        for name in random.sample(_JSON_KEYS, random.randrange(1, 5))
    }
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(random.choice((0, 16, 48, 200)))


_WAYS: dict[str, Callable[[Random, Corpus], bytes]] = {
    "damaged": _damaged_file,
    "cut short": _cut_file,
    "two joined": _joined_files,
    "archive of damaged entries": _damaged_archive,
    "packed and damaged": _damaged_packed,
    "strange pickle": _strange_pickle,
    "strange PyTorch file": _strange_torch_file,
    "random operations": _random_operations,
    "strange JSON": _strange_text,
    "strange safetensors": _strange_header,
}

__all__ = ["GOOD", "Corpus", "make_file", "random_of"]
