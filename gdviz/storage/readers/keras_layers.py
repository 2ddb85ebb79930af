"""What a Keras model's configuration says: its layers in the order in which they are computed.

The configuration is JSON text and stays one: no class that it names is looked up. A layer of a
kind that is not listed here is refused by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gdviz.storage.readers.layer_chain import LayerChain

ACTIVATIONS = {
    # Keras's name: gdviz's.
    "linear": "identity", "relu": "relu", "sigmoid": "sigmoid", "softmax": "softmax",
    "tanh": "tanh", "gelu": "gelu", "silu": "silu", "swish": "silu", "softplus": "softplus",
    "log_softmax": "log_softmax",
}  # fmt: skip

_NOTHING_WHEN_TRAINED = frozenset({
    "Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization",
    "Flatten",
})  # fmt: skip
_MODELS = frozenset({"Sequential", "Functional", "Model"})
_KERAS_LEAK = 0.2
"""Slope of ``activation="leaky_relu"``; the layer of that name has 0.3 unless it says another."""
_LAYER_LEAK = 0.3


@dataclass(frozen=True, slots=True)
class KerasLayer:
    """One layer as the configuration tells it.

    Parameters
    ----------
    kind : str
        Name of its class, for example ``"Dense"``.
    name : str
        Its own name, for example ``"dense_1"``.
    settings : dict
        What it was made with.
    """

    kind: str
    name: str
    settings: dict[str, Any]


def layers_of(model: Any, chain: LayerChain) -> list[KerasLayer]:
    """Give a model's layers in the order in which they are computed.

    Parameters
    ----------
    model : object
        The parsed configuration.
    chain : LayerChain
        Raises what is wrong.

    Raises
    ------
    NetworkFileError
        If the configuration is no chain of layers.
    """
    kind = model.get("class_name") if isinstance(model, dict) else None
    if kind not in _MODELS:
        raise chain.refused(f"a Keras model of the kind {str(kind)[:60]!r}, which is not read")
    settings = model.get("config")
    # Before 2018 a Sequential's settings were the list itself.
    listed = settings.get("layers") if isinstance(settings, dict) else settings
    if not isinstance(listed, list) or not all(_is_layer(entry) for entry in listed):
        raise chain.refused("its configuration lists no layers")
    layers = [
        KerasLayer(
            entry["class_name"],
            str(entry["config"].get("name", entry.get("name", ""))),
            entry["config"],
        )
        for entry in listed
    ]
    if kind == "Sequential":
        return layers
    inputs = {layer.name: _inbound(entry) for layer, entry in zip(layers, listed, strict=True)}
    return _in_order({layer.name: layer for layer in layers}, inputs, chain)


def add_layer(layer: KerasLayer, chain: LayerChain) -> bool:
    """Add a layer that has no weights; give False if it is one that has."""
    settings = layer.settings
    if layer.kind in _NOTHING_WHEN_TRAINED:
        return True
    if layer.kind == "Dense":
        return False
    add = {
        "InputLayer": _add_input,
        "Reshape": _add_reshape,
        "Rescaling": _add_rescaling,
        "Activation": add_activation,
        "Softmax": _add_softmax,
        "ReLU": _add_relu,
        "LeakyReLU": _add_leaky_relu,
    }.get(layer.kind)
    if add is None:
        raise chain.refused(
            f"it has a layer of the kind {layer.kind[:60]!r}; only fully connected layers and "
            "their activations are opened"
        )
    add(settings, chain)
    return True


def add_activation(settings: dict[str, Any], chain: LayerChain) -> None:
    """Add the activation that a layer's settings say."""
    said = settings.get("activation", "linear")
    if isinstance(said, dict):
        # Keras writes a function as {"class_name": "function", "config": its name}, and an
        # activation with settings as the layer of the same name.
        inner = said.get("config")
        if isinstance(inner, str):
            said = inner
        elif said.get("class_name") in ("LeakyReLU", "ReLU", "Softmax") and isinstance(inner, dict):
            add_layer(KerasLayer(said["class_name"], "", inner), chain)
            return
    if said is None:
        said = "linear"
    if said == "leaky_relu":
        chain.add_leaky_relu(_KERAS_LEAK)
    elif isinstance(said, str) and said in ACTIVATIONS:
        chain.add_activation(ACTIVATIONS[said])
    else:
        raise chain.refused(f"its activation {str(said)[:60]!r} is not known here")


def _add_input(settings: dict[str, Any], chain: LayerChain) -> None:
    shape = settings.get("batch_shape", settings.get("batch_input_shape"))
    if isinstance(shape, list):
        chain.expect_inputs([extent if type(extent) is int else None for extent in shape[1:]])


def _add_reshape(settings: dict[str, Any], chain: LayerChain) -> None:
    shape = settings.get("target_shape")
    if not isinstance(shape, list) or len(shape) != 1:
        raise chain.refused(f"it reshapes to {str(shape)[:40]}; only one dimension is read")


def _add_rescaling(settings: dict[str, Any], chain: LayerChain) -> None:
    chain.add_rescaling(
        _number(settings, "scale", 1.0, chain), _number(settings, "offset", 0.0, chain)
    )


def _add_softmax(settings: dict[str, Any], chain: LayerChain) -> None:
    if settings.get("axis", -1) not in (-1, 1, [-1], [1]):
        raise chain.refused(f"softmax along axis {str(settings['axis'])[:20]}")
    chain.add_activation("softmax")


def _add_relu(settings: dict[str, Any], chain: LayerChain) -> None:
    if settings.get("max_value") is not None or settings.get("threshold") not in (None, 0):
        raise chain.refused("a ReLU with a largest value or a threshold")
    chain.add_leaky_relu(_number(settings, "negative_slope", 0.0, chain))


def _add_leaky_relu(settings: dict[str, Any], chain: LayerChain) -> None:
    # Keras 3 says negative_slope, Keras 2 alpha.
    key = "alpha" if "alpha" in settings else "negative_slope"
    chain.add_leaky_relu(_number(settings, key, _LAYER_LEAK, chain))


def _number(settings: dict[str, Any], key: str, default: float, chain: LayerChain) -> float:
    value = settings.get(key, default)
    value = default if value is None else value
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e30:
        raise chain.refused(f"its {key} {str(value)[:40]!r} is no number")
    return float(value)


def _is_layer(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("class_name"), str)
        and isinstance(entry.get("config"), dict)
    )


def _inbound(entry: dict[str, Any]) -> set[str]:
    """Give the names of the layers that a layer takes its inputs from.

    Keras 3 writes each as ``"keras_history": [name, node, tensor]``, Keras 2 as a list
    ``[name, node, tensor, {}]``.
    """
    found: set[str] = set()
    pending = [entry.get("inbound_nodes")]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            history = part.get("keras_history")
            if isinstance(history, list) and history:
                found.add(str(history[0]))
            pending += part.values()
        elif isinstance(part, list):
            if len(part) > 2 and isinstance(part[0], str) and type(part[1]) is int:
                found.add(part[0])
            else:
                pending += part
    return found


def _in_order(
    layers: dict[str, KerasLayer], inputs: dict[str, set[str]], chain: LayerChain
) -> list[KerasLayer]:
    """Give the layers of a graph that is a chain, from its input on."""
    following: dict[str, str] = {}
    for name, sources in inputs.items():
        for source in sources:
            if len(sources) > 1 or source in following or source not in layers:
                raise chain.refused("its layers branch; only a chain of layers is read")
            following[source] = name
    starts = [name for name, sources in inputs.items() if not sources]
    if len(starts) != 1:
        raise chain.refused(f"it has {len(starts)} inputs, not 1")
    order = [layers[starts[0]]]
    while order[-1].name in following and len(order) <= len(layers):
        order.append(layers[following[order[-1].name]])
    if len(order) != len(layers):
        raise chain.refused("its layers are no chain")
    return order
