"""Files of PyTorch, of safetensors through it, and of scikit-learn."""

from __future__ import annotations

import io
import itertools
import pickle
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
import safetensors
import sklearn
import torch
from corpus_sample import SMALL, SQUARE, Layers, Sample, bfloat16_layers, random_layers
from safetensors.torch import save as save_tensors
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from torch import nn

TORCH = f"torch {torch.__version__}"
SAFETENSORS = f"safetensors {safetensors.__version__}, {TORCH}"
SKLEARN = f"scikit-learn {sklearn.__version__}"


class Perceptron(nn.Module):
    """A network as people write it: its layers are attributes, its activation only in `forward`."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        super().__init__()
        for k, (n_in, n_out) in enumerate(itertools.pairwise(sizes)):
            setattr(self, f"fc{k + 1}", nn.Linear(n_in, n_out))
        self.n_layers = len(sizes) - 1

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give the outputs before softmax."""
        x = x.flatten(1)
        for k in range(1, self.n_layers):
            x = torch.relu(getattr(self, f"fc{k}")(x))
        return getattr(self, f"fc{self.n_layers}")(x)


def module_of(layers: Layers, *activations: nn.Module) -> nn.Sequential:
    """Give a chain of linear layers that hold these numbers, with modules between them."""
    parts: list[nn.Module] = []
    for k, (weights, biases) in enumerate(layers):
        linear = nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.copy()))
            linear.bias.copy_(torch.from_numpy(biases.copy()))
        parts.append(linear)
        parts += activations[k : k + 1]
    return nn.Sequential(*parts).eval()


def samples(digits: Layers) -> Iterator[Sample]:
    """Give the files; `digits` are trained on digits that were standardised, with ReLU."""
    small, square = random_layers(SMALL), random_layers(SQUARE, 2)
    guess = {"hidden_activation": "relu", "input_scaling": "standardised"}
    state = module_of(small, nn.ReLU()).state_dict()
    yield from _safetensors(small, digits, guess)
    yield Sample("state_dict.pt", _saved(state), TORCH, small)
    yield Sample("state_dict_digits.pth", _saved(_named(digits)), TORCH, digits, expected=guess)
    yield Sample("state_dict_square.pt", _saved(_named(square)), TORCH, square)
    yield Sample("state_dict_legacy.pt", _legacy(state), TORCH, small)
    for key in ("model_state_dict", "state_dict", "model"):
        yield Sample(f"checkpoint_{key}.pt", _saved(_checkpoint(small, key)), TORCH, small)
    yield Sample("checkpoint_legacy.tar", _legacy(_checkpoint(small, "state_dict")), TORCH, small)
    wrapped = OrderedDict((f"module.{key}", value) for key, value in state.items())
    yield Sample("data_parallel.pt", _saved(wrapped), TORCH, small)
    cut = bfloat16_layers(small)
    yield Sample("bfloat16.pt", _saved(_cast(cut, torch.bfloat16)), TORCH, cut)
    halves = [(w.astype(np.float16), b.astype(np.float16)) for w, b in small]
    yield Sample("float16.pt", _saved(_cast(halves, torch.float16)), TORCH, halves)
    exact = random_layers(SMALL, 3, np.float64)
    yield Sample("float64.pt", _saved(_cast(exact, torch.float64)), TORCH, exact)
    yield Sample("not_contiguous.pt", _saved(_not_contiguous(small)), TORCH, small)
    yield Sample("one_storage.pt", _saved(_one_storage(small)), TORCH, small)
    parameters = {key: nn.Parameter(value) for key, value in state.items()}
    yield Sample("parameters.pt", _saved(parameters), TORCH, small)
    in_lists = [[w for w, _ in small], [b for _, b in small]]
    tensors = [[torch.from_numpy(a.copy()) for a in part] for part in in_lists]
    yield Sample("lists_of_tensors.pt", _saved(tensors), TORCH, small)
    yield from refused(small)
    yield from _sklearn(small)


def refused(layers: Layers) -> Iterator[Sample]:
    """Give files that name code to run: classes of whole modules, and programs."""
    module = Perceptron(SMALL)
    yield Sample("whole_module.pt", _saved(module), TORCH, refused="Perceptron")
    stored = torch.serialization.get_source_lines_and_file
    # The old format holds the source of each class and where it stood: a path of this machine.
    torch.serialization.get_source_lines_and_file = lambda kind: (*stored(kind)[:2], "model.py")
    try:
        yield Sample("whole_module_legacy.pt", _legacy(module), TORCH, refused="Perceptron")
    finally:
        torch.serialization.get_source_lines_and_file = stored
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is an old format, and that is why it is here
        torch.jit.save(torch.jit.script(module_of(layers, nn.ReLU())), stream)
    content = _without_debug(stream)
    yield Sample("torchscript.pt", content, TORCH, refused="TorchScript")


def _without_debug(archive: io.BytesIO) -> bytes:
    """Give a TorchScript archive without the entries that say where each line of it stood."""
    stream = io.BytesIO()
    with zipfile.ZipFile(archive) as before, zipfile.ZipFile(stream, "w") as after:
        for member in before.infolist():
            if not member.filename.endswith(".debug_pkl"):
                after.writestr(member, before.read(member))
    return stream.getvalue()


def _safetensors(small: Layers, digits: Layers, guess: dict[str, str]) -> Iterator[Sample]:
    for name, layers, dtype in (
        ("float32", small, torch.float32),
        ("bfloat16", bfloat16_layers(small), torch.bfloat16),
        ("float64", random_layers(SMALL, 3, np.float64), torch.float64),
    ):
        content = save_tensors(_cast(layers, dtype), {"format": "pt"})
        yield Sample(f"{name}.safetensors", content, SAFETENSORS, layers)
    content = save_tensors(_named(digits), {"format": "pt"})
    yield Sample("digits.safetensors", content, SAFETENSORS, digits, expected=guess)


def _sklearn(layers: Layers) -> Iterator[Sample]:
    for activation, key in (("relu", "relu"), ("logistic", "sigmoid"), ("identity", "identity")):
        model = classifier(layers, activation)
        stream = io.BytesIO()
        joblib.dump(model, stream)
        by = f"{SKLEARN}, joblib {joblib.__version__}"
        yield Sample(
            f"classifier_{activation}.joblib", stream.getvalue(), by, layers, key, "softmax"
        )
    content = pickle.dumps(classifier(layers, "tanh"))
    yield Sample("classifier_tanh.pkl", content, SKLEARN, layers, "tanh", "softmax")


def classifier(layers: Layers, activation: str) -> MLPClassifier:
    """Give a fitted classifier that holds these numbers."""
    n_in, *hidden = [layers[0][0].shape[1], *(len(biases) for _, biases in layers)]
    generator = np.random.default_rng(5)
    model = MLPClassifier(tuple(hidden[:-1]), activation, max_iter=1, random_state=1)
    labels = np.arange(60) % hidden[-1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(generator.normal(size=(60, n_in)).astype(np.float32), labels)
    model.coefs_ = [w.T for w, _ in layers]
    model.intercepts_ = [b for _, b in layers]
    model._optimizer = None  # noqa: SLF001  Adam's memory is twice the network
    return model


def _saved(value: Any) -> bytes:
    stream = io.BytesIO()
    torch.save(value, stream)
    return stream.getvalue()


def _legacy(value: Any) -> bytes:
    stream = io.BytesIO()
    torch.save(value, stream, _use_new_zipfile_serialization=False)
    return stream.getvalue()


def _named(layers: Layers) -> OrderedDict[str, torch.Tensor]:
    return OrderedDict(
        (f"fc{k + 1}.{part}", torch.from_numpy(array.copy()))
        for k, layer in enumerate(layers)
        for part, array in zip(("weight", "bias"), layer, strict=True)
    )


def _cast(layers: Layers, dtype: torch.dtype) -> OrderedDict[str, torch.Tensor]:
    return OrderedDict((key, value.to(dtype)) for key, value in _named(layers).items())


def _checkpoint(layers: Layers, key: str) -> dict[str, Any]:
    """Give what people save in the middle of a training: an optimizer's memory stands beside."""
    module = module_of(layers, nn.ReLU())
    optimizer = torch.optim.Adam(module.parameters())
    module(torch.ones(1, layers[0][0].shape[1])).sum().backward()
    state = {name: value.clone() for name, value in module.state_dict().items()}
    optimizer.step()
    return {"epoch": 3, "loss": 0.25, key: state, "optimizer": optimizer.state_dict()}


def _not_contiguous(layers: Layers) -> dict[str, torch.Tensor]:
    """Give weights that are saved as columns and turned by their strides."""
    tensors = dict(_named(layers))
    for key, value in tensors.items():
        if value.ndim == 2:
            tensors[key] = value.t().contiguous().t()
    return tensors


def _one_storage(layers: Layers) -> dict[str, torch.Tensor]:
    """Give tensors that are pieces of one long one."""
    named = _named(layers)
    whole = torch.cat([value.flatten() for value in named.values()])
    pieces = torch.split(whole, [value.numel() for value in named.values()])
    return {key: piece.view(named[key].shape) for key, piece in zip(named, pieces, strict=True)}


def trained_on_digits(images: Any, labels: Any, sizes: tuple[int, ...]) -> Layers:
    """Give a network trained on MNIST as PyTorch's own example prepares it: standardised, ReLU."""
    torch.manual_seed(1)
    torch.set_num_threads(1)
    module = Perceptron(sizes)
    optimizer = torch.optim.Adam(module.parameters(), 0.003)
    inputs = (torch.from_numpy(images) - 0.1307) / 0.3081
    targets = torch.from_numpy(labels.astype(np.int64))
    for _ in range(3):
        for batch in torch.randperm(len(inputs)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(module(inputs[batch]), targets[batch]).backward()
            optimizer.step()
    state = [value.detach().numpy().copy() for value in module.state_dict().values()]
    return list(zip(state[::2], state[1::2], strict=True))
