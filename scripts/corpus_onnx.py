"""Files of ONNX: PyTorch's two exporters, scikit-learn's, and graphs made by hand."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from corpus_sample import SMALL, Layers, Sample, bfloat16_layers, random_layers
from corpus_torch import SKLEARN, TORCH, classifier, module_of
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from torch import nn

ONNX = f"onnx {onnx.__version__}"

_ACTIVATIONS = {
    "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "silu": nn.SiLU, "gelu": nn.GELU,
    "softplus": nn.Softplus, "leaky_relu": nn.LeakyReLU,
}  # fmt: skip


def samples(digits: Layers) -> Iterator[Sample]:
    """Give the files; `digits` are trained on digits that were standardised, with ReLU."""
    small = random_layers(SMALL)
    for key, kind in _ACTIVATIONS.items():
        for title, is_new in (("script", False), ("dynamo", True)):
            module = module_of(small, kind(), nn.Softmax(1))
            content = _exported(module, (1, 20), is_new=is_new)
            yield Sample(f"torch_{title}_{key}.onnx", content, TORCH, small, key, "softmax")
    log = _exported(module_of(small, nn.ReLU(), nn.LogSoftmax(1)), (1, 20), is_new=True)
    yield Sample("torch_log_softmax.onnx", log, TORCH, small, "relu", None,
                 expected={"output_activation": "softmax"})  # fmt: skip
    pictures = nn.Sequential(nn.Flatten(), *module_of(digits, nn.ReLU()))
    content = _exported(pictures, (1, 1, 28, 28), is_new=True)
    yield Sample("torch_digits.onnx", content, TORCH, digits, "relu", "identity",
                 expected={"input_scaling": "standardised"})  # fmt: skip
    yield _sklearn(small)
    yield from _by_hand(small)
    yield from _refused(small)


def _exported(module: nn.Module, shape: tuple[int, ...], *, is_new: bool) -> bytes:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of the exporters is old, and that is why it is here
        path = Path(folder) / "model.onnx"
        options: dict[str, Any] = {"external_data": False} if is_new else {"opset_version": 13}
        torch.onnx.export(module, (torch.zeros(shape),), path, dynamo=is_new, verbose=False,
                          **options)  # fmt: skip
        model = onnx.load(path)
    # Where each operation stood in the source: the paths of this machine's files.
    model.graph.ClearField("value_info")
    model.ClearField("metadata_props")
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        value.ClearField("metadata_props")
    return model.SerializeToString()


def _sklearn(layers: Layers) -> Sample:
    model = to_onnx(classifier(layers, "relu"), np.zeros((1, 20), np.float32))
    by = f"skl2onnx {version('skl2onnx')}, {SKLEARN}"
    return Sample("sklearn.onnx", model.SerializeToString(), by, layers, "relu", "softmax")


def _by_hand(layers: Layers) -> Iterator[Sample]:
    cut = bfloat16_layers(layers)
    halves = [(w.astype(np.float16), b.astype(np.float16)) for w, b in layers]
    exact = random_layers(SMALL, 3, np.float64)
    for name, values, kind in (
        ("float32", layers, TensorProto.FLOAT),
        ("float16", halves, TensorProto.FLOAT16),
        ("float64", exact, TensorProto.DOUBLE),
        ("bfloat16", cut, TensorProto.BFLOAT16),
    ):
        for is_raw in (True, False):
            tensors = _tensors(values, kind, is_raw=is_raw)
            content = _model(_chain(), tensors)
            how = "raw" if is_raw else "typed"
            yield Sample(f"hand_{name}_{how}.onnx", content, ONNX, values, "tanh", "sigmoid")
    tensors = _tensors(layers, TensorProto.FLOAT, is_raw=True)
    tensors += [numpy_helper.from_array(np.array(255, np.float32), "range"),
                numpy_helper.from_array(np.array([1, 20], np.int64), "shape")]  # fmt: skip
    before = [helper.make_node("Div", ["x", "range"], ["s"]),
              helper.make_node("Reshape", ["s", "shape"], ["f"])]  # fmt: skip
    content = _model([*before, *_chain("f")], tensors, shape=[1, 4, 5])
    yield Sample("hand_by_255.onnx", content, ONNX, layers, "tanh", "sigmoid", "0-1")


def _chain(start: str = "x") -> list[Any]:
    node = helper.make_node
    return [
        node("Transpose", ["w0"], ["w0t"], perm=[1, 0]),
        node("MatMul", [start, "w0t"], ["p0"]),
        node("Add", ["b0", "p0"], ["z0"]),
        node("Tanh", ["z0"], ["a0"]),
        node("Gemm", ["a0", "w1", "b1"], ["z1"], transB=1),
        node("Sigmoid", ["z1"], ["y"]),
    ]


def _tensors(layers: Layers, kind: int, *, is_raw: bool) -> list[Any]:
    tensors = []
    for k, layer in enumerate(layers):
        for letter, array in zip("wb", layer, strict=True):
            content: Any = array.astype(array.dtype.newbyteorder("<")).ravel()
            if kind == TensorProto.BFLOAT16 and is_raw:
                content = (content.view(np.uint32) >> 16).astype("<u2")
            values = content.tobytes() if is_raw else content.tolist()
            tensors.append(
                helper.make_tensor(f"{letter}{k}", kind, array.shape, values, raw=is_raw)
            )
    return tensors


def _model(nodes: list[Any], tensors: list[Any], shape: list[int] | None = None) -> bytes:
    kind = tensors[0].data_type
    inputs = [helper.make_tensor_value_info("x", kind, shape or [None, 20])]
    outputs = [helper.make_tensor_value_info("y", kind, [None, 3])]
    graph = helper.make_graph(nodes, "chain", inputs, outputs, tensors)
    model = helper.make_model(graph, producer_name="gdviz corpus")
    return model.SerializeToString()


def _refused(layers: Layers) -> Iterator[Sample]:
    tensors = _tensors(layers, TensorProto.FLOAT, is_raw=True)
    content = bytearray(_model(_chain(), tensors))
    model = onnx.load_from_string(bytes(content))
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    yield Sample("external_data.onnx", model.SerializeToString(), ONNX, refused="another file")
    for name, replaced, reason in (
        ("hand_elu", helper.make_node("Elu", ["z0"], ["a0"]), "operation Elu"),
        ("hand_gelu_by_tanh", helper.make_node("Gelu", ["z0"], ["a0"], approximate="tanh"),
         "approximated by tanh"),
        ("hand_slope", helper.make_node("LeakyRelu", ["z0"], ["a0"], alpha=0.3), "slope 0.3"),
    ):  # fmt: skip
        nodes = [replaced if node.op_type == "Tanh" else node for node in _chain()]
        yield Sample(f"{name}.onnx", _model(nodes, tensors), ONNX, refused=reason)
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(32, 3))
    content_of = _exported(module, (1, 1, 6, 6), is_new=False)
    yield Sample("torch_convolution.onnx", content_of, TORCH, refused="operation Conv")
