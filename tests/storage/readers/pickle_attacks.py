"""Pickled files that must not open: what each is, and what the sentence must say."""

import pickle
import struct
import zlib

import numpy as np
from pickle_samples import (
    classifier,
    joblib_objects,
    named,
    old_array,
    state_dict,
    torch_legacy,
    torch_zip,
)
from pickle_writer import Call, Name, Persistent, operations, pickled

WEIGHTS = [np.ones((3, 4), np.float32), np.ones((2, 3), np.float32)]
BIASES = [np.ones(3, np.float32), np.ones(2, np.float32)]
ARRAYS = named(WEIGHTS, BIASES)
SAVED, CONTENTS = state_dict(ARRAYS)

RUNNING = {
    # What is named to be run: in the order of how often it is seen.
    "os.system": Call(Name("os", "system"), ("true",)),
    "posix.system": Call(Name("posix", "system"), ("true",)),
    "builtins.eval": Call(Name("builtins", "eval"), ("1",)),
    "__builtin__.execfile": Call(Name("__builtin__", "execfile"), ("x",)),
    "builtins.getattr": Call(Name("builtins", "getattr"), (Name("os", "x"), "system")),
    "subprocess.Popen": Call(Name("subprocess", "Popen"), (["true"],)),
    "numpy.testing._private.utils.runstring": Call(
        Name("numpy.testing._private.utils", "runstring"), ("1", {})
    ),
    "numpy.f2py.crackfortran.myeval": Call(Name("numpy.f2py.crackfortran", "myeval"), ("1",)),
    "numpy.load": Call(Name("numpy", "load"), ("x", None, True)),
    "torch.load": Call(Name("torch", "load"), ("x",)),
    "torch.storage._load_from_bytes": Call(Name("torch.storage", "_load_from_bytes"), (b".",)),
    "torch.hub.load": Call(Name("torch.hub", "load"), ("x", "y")),
    "joblib.load": Call(Name("joblib", "load"), ("x",)),
    "numpy.dtype.type": Name("numpy", "dtype.type"),
    "numpy.Dtype": Name("numpy", "Dtype"),
    "__main__.Network": Call(Name("__main__", "Network"), (), state={"weights": [1.5]}),
}

EVERY_WAY = {
    # The same name through every operation that could lead to a call.
    "protocol 0": b"cos\nsystem\n(S'true'\ntR.",
    "old instance": b"(ios\nsystem\n.",
    "old instance with arguments": b"(S'true'\nios\nsystem\n.",
    "old object": b"\x80\x01(cos\nsystem\nU\x04trueo.",
    "new object": b"\x80\x02cos\nsystem\n)\x81.",
    "new object with keywords": b"\x80\x04cos\nsystem\n)}\x92.",
    "name on the stack": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    "name from the memo": b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94h\x00h\x01\x93)R.",
    "state": b"\x80\x02cos\nsystem\n)R}b.",
    "array's class": b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n(cos\nsystem\n)NtR.",
    "factory of a default": b"\x80\x02ccollections\ndefaultdict\ncos\nsystem\n\x85R.",
}


def _array(shape=(3, 4), data=bytes(48), code="f4", order="<", fortran=False):
    kind = Call(Name("numpy", "dtype"), (code, 0, 1), state=(3, order, None, None, None, -1, -1, 0))
    made = Call(
        Name("numpy.core.multiarray", "_reconstruct"),
        (Name("numpy", "ndarray"), (0,), b"b"),
        state=(1, shape, kind, fortran, data),
    )
    return pickled([made])


def _deep(n_levels):
    return b"\x80\x02" + b"]" * n_levels + b"a" * (n_levels - 1) + b"."


_LAUGHS = b"\x80\x02](" + b"K\x01" * 1000 + b"eq\x00" + b"".join(
    b"](" + b"h" + bytes([k]) + (b"h" + bytes([k])) * 99 + b"eq" + bytes([k + 1]) for k in range(6)
)  # fmt: skip
_SAME = b"](" + b"h\x01" * 900 + b"e"
_MODULE = Call(Name("__main__", "Net"), (), state={"_modules": SAVED})
_OLD, _ = state_dict(ARRAYS, None)

PICKLED_BAD = {
    **{
        f"{name} in a {kind}": (made(call), r"Nothing that a file names is ever run here")
        for name, call in RUNNING.items()
        for kind, made in {
            "pickle": lambda call: pickled(["x", call]),
            "PyTorch file": lambda call: torch_zip({"state_dict": SAVED, "x": call}, CONTENTS),
            "old PyTorch file": lambda call: torch_legacy({"s": _OLD, "x": call}, CONTENTS),
            "scikit-learn file": lambda call: pickled(classifier(WEIGHTS, BIASES, x=call)),
        }.items()
    },
    **{
        f"called by {way}": (content, r"more than numbers: os\.system\.")
        for way, content in EVERY_WAY.items()
    },
    "called in a packed file": (
        zlib.compress(pickled(classifier(WEIGHTS, BIASES, x=RUNNING["os.system"]))),
        r"os\.system",
    ),
    "called in an array of objects": (
        pickled(classifier(WEIGHTS, BIASES, classes_=joblib_objects(RUNNING["os.system"]))),
        r"os\.system",
    ),
    "called behind the end of an old PyTorch file": (
        torch_legacy(_OLD, CONTENTS, keys=[RUNNING["os.system"]]),
        r"os\.system",
    ),
    "called as its machine": (
        pickled(0x1950A86A20F9469CFC6C) + pickled(1001) + EVERY_WAY["name on the stack"],
        r"os\.system",
    ),
    "whole module": (torch_zip(_MODULE, CONTENTS), r"__main__\.Net.*torch\.load.*state_dict\(\)"),
    "whole module of the old kind": (
        torch_legacy(Call(Persistent(("module", Name("nets", "Net"), "x.py", "")), ()), CONTENTS),
        r"nets\.Net.*torch\.load.*state_dict\(\)",
    ),
    "TorchScript": (
        torch_zip(Call(Name("__torch__", "Net")), CONTENTS, constants__pkl=b")."),
        r"TorchScript program \(__torch__\.Net\).*torch\.jit\.load.*state_dict\(\)",
    ),
    "TorchScript of numbers": (
        torch_zip(SAVED, CONTENTS, constants__pkl=b")."),
        r"TorchScript program\. .*torch\.jit\.load",
    ),
    "pipeline": (
        pickled(Call(Name("sklearn.pipeline", "Pipeline"), (), state={"steps": []})),
        r"sklearn\.pipeline\.Pipeline.*joblib\.dump",
    ),
    "TensorFlow checkpoint": (b"\x00\x00\x06\x08\x01\x1a\x02\x08\x01", "a TensorFlow checkpoint"),
    "TensorFlow's text": (b'model_checkpoint_path: "a"\n', r"TensorFlow.*model\.save"),
    # Operations.
    "memo that allocates": (
        b"\x80\x02Nr\xff\xff\xff\x3f.",
        "index of 1,073,741,823 into its memo is more than the limit of 2,000,000",
    ),
    "memo of protocol 0": (b"(lp99999999\n.", "index of 99,999,999 into its memo"),
    "memo of a negative index": (b"(lp-1\n.", "index of -1 into its memo"),
    "memo with nothing": (b"\x80\x02h\x07.", "memo has nothing at 7"),
    "too many operations": (b"\x80\x02" + b"N0" * 1_000_001, "more than the limit of 2,000,000"),
    "marks without end": (b"\x80\x02" + b"(" * 2_000, "more than 1,000 deep"),
    "lists in lists": (_deep(100_000), "more than 8 deep"),
    "tuples in tuples": (b"\x80\x02N" + b"\x85" * 100_000 + b".", "more than 8 deep"),
    "list of itself": (b"\x80\x02]q\x00h\x00a.", "more than 8 deep"),
    "list of lists of lists": (_LAUGHS + b".", "hold each other more often"),
    "numbers seen many times": (
        b"\x80\x02](" + b"G?\xf0\0\0\0\0\0\0" * 900 + b"eq\x010" + b"](" + _SAME * 900 + b"e.",
        "hold each other more often",
    ),
    "text many times": (
        b"\x80\x02c_codecs\nencode\nq\x00X" + struct.pack("<I", 1 << 20) + b"a" * (1 << 20)
        + b"X\x06\0\0\0latin1\x86q\x01" + b"h\x00h\x01R" * 70 + b".",
        "bytes of text are more than the limit of 67,108,864",
    ),
    "wide text": (
        b"\x80\x04\x8d"
        + struct.pack("<Q", 17 << 20)
        + b"\xf0\x9f\x98\x80"
        + b"a" * ((17 << 20) - 4),
        "bytes of text are more than the limit",
    ),
    "dictionary of one hash": (
        # Multiples of 2⁶¹ − 1 all have the hash 0.
        b"\x80\x02}(" + b"".join(operations(k * (2**61 - 1)) + b"N" for k in range(50_000)) + b"u.",
        "no matrix|no short text",
    ),
    "dictionary copied without end": (
        b"\x80\x02ccollections\nOrderedDict\nq\x00](" + b"NN\x86" * 9_000 + b"e\x85q\x01"
        + b"h\x00h\x01R" * 300 + b".",
        "operations are more than the limit",
    ),
    "arguments without end": (
        b"\x80\x02ccollections\nOrderedDict\nq\x00(" + b"N" * 3_000 + b"tq\x01"
        + b"h\x00h\x01R" * 700 + b".",
        "operations are more than the limit",
    ),
    "size longer than any shape": (
        torch_zip({"w": Call(Name("torch", "Size"), ([1] * 9,))}, {}),
        "size of a tensor is damaged",
    ),
    "text that would import a table": (b"(lp0\nS'\\N{BULLET}'\na.", "strange escape"),
    "text without quotation marks": (b"(lp0\nSabc\na.", "without quotation marks"),
    "line without end": (b"(lp0\nS'abc", "ends within a line"),
    "number of many digits": (b"(lp0\nL" + b"9" * 5000 + b"L\na.", "number of 5,001 characters"),
    "number of many bytes": (b"\x80\x02\x8b" + struct.pack("<I", 1 << 30), "1,073,741,824 bytes"),
    "string of many bytes": (b"\x80\x04\x8e" + b"\xff" * 8, "ends within 18,446,744,073,709"),
    "text of many bytes": (b"\x80\x02X\xff\xff\xff\xff", "ends within 4,294,967,295 bytes"),
    "frame of many bytes": (b"\x80\x04\x95" + b"\xff" * 8 + b".", "frame of 18,446,744,073,709"),
    "registered name": (b"\x80\x02\x82\x01.", "by a number"),
    "buffer outside": (b"\x80\x05\x97.", "outside of the file"),
    "persistent outside": (b"\x80\x02NQ.", "outside of it"),
    "unknown operation": (b"\x80\x02\xff.", "0xff at 2 is no operation"),
    "protocol of tomorrow": (b"\x80\x06N.", "protocol 6; known are 0 to 5"),
    "nothing on the stack": (b"\x80\x02a.", "damaged near byte 3"),
    "no end": (b"\x80\x02N", "damaged near byte 3"),
    "text that is none": (b"\x80\x02X\x02\0\0\0\xff\xff.", "damaged near byte"),
    "call of a number": (b"\x80\x02K\x01)R.", "calls what is no function"),
    "state of a number": (b"\x80\x02K\x01}b.", "hands a state to what has none"),
    "appended to a number": (b"\x80\x02K\x01K\x01a.", "appends to what is no list"),
    "item of a number": (b"\x80\x02K\x01K\x01K\x01s.", "what is no dictionary"),
    "name that is a number": (b"\x80\x04K\x01K\x01\x93.", "names something by what is no text"),
    "name with a line in it": (
        b"\x80\x04\x8c\x05a\nb\x1bc\x8c\x01x\x93.",
        "a name beyond all rules",
    ),
    "key with a line in it": (pickled({"a\nb": old_array(WEIGHTS[0])}), "no short text"),
    "other encoding": (
        pickled([Call(Name("_codecs", "encode"), ("a", "rot13"))]),
        "bytes are damaged",
    ),
    # Arrays.
    "array of objects": (
        pickle.dumps(np.array([np.zeros(2), np.zeros(3)], dtype=object)),
        "Python objects in place of numbers",
    ),
    "array too short": (_array(data=bytes(44)), "48 bytes has 44 bytes"),
    "array of terabytes": (_array((2**40, 2**20)), "has 48 bytes of values"),
    "array of a negative shape": (_array((-3, -4)), "shape of an array is not possible"),
    "array of a text's shape": (_array(("3", 4)), "shape of an array is not possible"),
    "array of many dimensions": (_array((1,) * 40), "shape of an array is not possible"),
    "array of a strange type": (_array(code="f4,f4"), "type of an array is damaged"),
    "array of a strange order": (_array(order="x"), "type of an array is damaged"),
    "array of long doubles": (_array(code="f16"), "values of type f16"),
    "array of dates": (_array(code="M8"), "values of type M8"),
    "array of no values": (
        pickled([Call(Name("numpy.core.multiarray", "_reconstruct"), ())]),
        "without values",
    ),
    "array of nothing": (_array((0, 4), b""), "no matrix"),
    "two tensors of one name": (
        b"\x80\x02}(X\x01\0\0\0w" + operations(old_array(WEIGHTS[0]))
        + b"X\x01\0\0\0w" + operations(old_array(WEIGHTS[0])) + b"u.",
        "two tensors of it have the name w",
    ),
    "too many tensors": (
        pickled([old_array(WEIGHTS[0])] * 4097),
        "4,097 tensors are more than the limit of 4,096",
    ),
}  # fmt: skip
