"""Keras files: the extra that may be missing, hostile HDF5, configurations of every age."""

import json
import re
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.storage.readers import Limits, NetworkFileError, hdf5_file, read_network
from gdviz.storage.readers.hdf5_file import MissingExtraError, open_hdf5
from gdviz.storage.readers.keras_layers import add_activation, add_layer, layers_of
from gdviz.storage.readers.layer_chain import LayerChain

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = ("sequential.keras", "sequential.h5", "sequential.weights.h5")


@pytest.mark.parametrize("name", FILES)
def test_keras_without_the_extra_says_what_to_install(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "pyfive", None)  # as if it were not installed
    with pytest.raises(MissingExtraError) as caught:
        read_network(CORPUS / name)
    assert isinstance(caught.value, NetworkFileError)
    assert str(caught.value).endswith('pip install "gdviz[keras]"')
    assert str(CORPUS / name) in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_keras_with_the_extra_opens(name):
    assert read_network(CORPUS / name).architecture.layer_sizes == (20, 5, 3)


def test_extra_in_pyproject_is_the_one_that_the_message_names():
    text = (Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8")
    assert re.search(r'^keras = \[\n(    #.*\n)+    "pyfive>=', text, re.MULTILINE)


def _archive(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ({"metadata.json": b"{}"}, "without config.json"),
        ({"config.json": b"{}"}, r"without model\.weights\.h5"),
        ({"config.json": b"{}", "model.weights.h5": b"x"}, "damaged HDF5 file"),
    ],
)
def test_keras_archive_of_other_members_is_refused(tmp_path, members, match):
    _archive(tmp_path / "a.keras", members)
    with pytest.raises(NetworkFileError, match=match):
        read_network(tmp_path / "a.keras")


def test_keras_archive_limits_are_named():
    with pytest.raises(NetworkFileError, match=r"config\.json has more bytes than the limit"):
        read_network(CORPUS / "sequential.keras", limits=Limits(json_bytes=100))
    with pytest.raises(NetworkFileError, match="parameters are more than the limit of 99"):
        read_network(CORPUS / "sequential.keras", limits=Limits(parameters=99))
    with pytest.raises(NetworkFileError, match="tensors are more than the limit of 2"):
        read_network(CORPUS / "sequential.keras", limits=Limits(tensors=2))


def test_hdf5_structure_that_takes_too_much_is_refused(monkeypatch):
    """Every loop over what a file declares reads the file, so that this bounds them all."""
    for limit, value in (("_STRUCTURE_READS", 10), ("_STRUCTURE_BYTES", 300), ("_SECONDS", -1.0)):
        with monkeypatch.context() as changed:
            changed.setattr(hdf5_file, limit, value)
            with pytest.raises(NetworkFileError, match="takes more than"):
                read_network(CORPUS / "sequential.h5")


def test_hdf5_attribute_of_a_billion_values_takes_no_memory(tmp_path):
    """pyfive would make the list before it looks whether the values are there."""
    content = bytearray((CORPUS / "sequential.h5").read_bytes())
    start = content.index(b"layer_names\0")
    extent = content.index(struct.pack("<Q", 3), start)
    assert extent < start + 100
    content[extent : extent + 8] = struct.pack("<Q", 2**30)
    (tmp_path / "a.h5").write_bytes(content)
    root = open_hdf5(bytes(content), "a.h5", Limits())
    with pytest.raises(NetworkFileError, match="an attribute of 1,073,741,824 values"):
        root.group("model_weights").texts("layer_names")


def test_hdf5_numbers_beyond_the_end_are_refused(tmp_path):
    content = (CORPUS / "sequential.weights.h5").read_bytes()
    weights = read_network(CORPUS / "sequential.weights.h5").parameters.weights[0].T
    offset = content.index(np.ascontiguousarray(weights).tobytes())
    place = content.index(struct.pack("<QQ", offset, weights.nbytes))
    moved = struct.pack("<Q", len(content) - 10)
    (tmp_path / "a.h5").write_bytes(content[:place] + moved + content[place + 8 :])
    with pytest.raises(NetworkFileError, match="reach beyond the end"):
        read_network(tmp_path / "a.h5")


@pytest.mark.parametrize("name", ["sequential.h5", "sequential.weights.h5", "ten_layers.h5"])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_hdf5_changed_bytes_open_or_give_one_sentence(tmp_path, name, data):
    content = bytearray((CORPUS / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        where = data.draw(st.integers(0, len(content) - 8))
        size = data.draw(st.sampled_from([1, 2, 8]))
        content[where : where + size] = data.draw(st.binary(min_size=size, max_size=size))
    (tmp_path / "a").write_bytes(content)
    sentence = ""
    try:
        network = read_network(tmp_path / "a")
        assert network.parameters.vector.size == network.architecture.n_parameters
    except NetworkFileError as error:
        sentence = str(error)
    assert "\n" not in sentence
    assert len(sentence) < 1000


def _dense(name, units, activation, **more):
    settings = {"name": name, "units": units, "activation": activation, **more}
    return {"class_name": "Dense", "config": settings}


def _names(model):
    return [layer.name for layer in layers_of(model, LayerChain("a.h5"))]


def test_layers_of_keras_2_functional_model_follow_its_links():
    layers = [
        {**_dense("b", 3, "relu"), "inbound_nodes": [[["in", 0, 0, {}]]]},
        {"class_name": "InputLayer", "config": {"name": "in"}, "inbound_nodes": []},
        {**_dense("a", 3, "softmax"), "inbound_nodes": [[["b", 0, 0, {}]]]},
    ]
    assert _names({"class_name": "Functional", "config": {"layers": layers}}) == ["in", "b", "a"]


def test_layers_of_first_keras_sequential_is_a_bare_list():
    model = {"class_name": "Sequential", "config": [_dense("one", 3, "relu")]}
    assert _names(model) == ["one"]


@pytest.mark.parametrize(
    ("model", "match"),
    [
        ([], "of the kind 'None'"),
        ({"class_name": "Custom>Net", "config": {}}, "'Custom>Net'"),
        ({"class_name": "Sequential", "config": {"layers": 3}}, "lists no layers"),
        ({"class_name": "Sequential", "config": {"layers": [{"class_name": 3}]}}, "no layers"),
        ({"class_name": "Functional", "config": {"layers": []}}, "0 inputs, not 1"),
        (
            {
                "class_name": "Functional",
                "config": {
                    "layers": [
                        {**_dense("in", 3, "relu"), "inbound_nodes": []},
                        {**_dense("a", 3, "relu"), "inbound_nodes": [[["b", 0, 0, {}]]]},
                        {**_dense("b", 3, "relu"), "inbound_nodes": [[["a", 0, 0, {}]]]},
                    ]
                },
            },
            "are no chain",
        ),
    ],
)
def test_layers_of_what_is_no_chain_is_refused(model, match):
    with pytest.raises(NetworkFileError, match=match):
        layers_of(model, LayerChain("a.h5"))


def _one(*layers, activation=None):
    """Give the chain of one weight matrix with layers before and an activation after it."""
    chain = LayerChain("a.h5")
    for kind, config in layers:
        for layer in layers_of(
            {"class_name": "Sequential", "config": [{"class_name": kind, "config": config}]}, chain
        ):
            add_layer(layer, chain)
    chain.add_weights(np.ones((3, 4), np.float32))
    chain.add_biases(np.zeros(3, np.float32))
    if activation is not None:
        add_activation({"activation": activation}, chain)
    chain.add_weights(np.ones((2, 3), np.float32))
    chain.add_biases(np.zeros(2, np.float32))
    return chain.network("test", Limits())


@pytest.mark.parametrize(
    ("activation", "key"),
    [
        ("linear", "identity"),
        ({"class_name": "function", "config": "tanh", "registered_name": "tanh"}, "tanh"),
        ({"class_name": "LeakyReLU", "config": {"negative_slope": 0.01}}, "leaky_relu"),
        ({"class_name": "LeakyReLU", "config": {"alpha": 0.01}}, "leaky_relu"),
        ({"class_name": "ReLU", "config": {"max_value": None}}, "relu"),
    ],
)
def test_add_activation_in_the_words_of_each_version(activation, key):
    assert _one(activation=activation).architecture.hidden_activation == key


@pytest.mark.parametrize(
    ("activation", "match"),
    [
        ("leaky_relu", "slope 0.2"),
        ("relu6", "'relu6' is not known"),
        ({"class_name": "LeakyReLU", "config": {}}, "slope 0.3"),
        ({"class_name": "ReLU", "config": {"max_value": 6}}, "a largest value"),
        ({"class_name": "__lambda__", "config": {"code": "4wEA"}}, "is not known"),
        ({"class_name": "LeakyReLU", "config": {"alpha": "0.01"}}, "is no number"),
        (3, "'3' is not known"),
    ],
)
def test_add_activation_that_cannot_be_is_refused_by_name(activation, match):
    with pytest.raises(NetworkFileError, match=match):
        _one(activation=activation)


@pytest.mark.parametrize(
    ("rescalings", "key"),
    [
        ([(1 / 255, 0)], "0-1"),
        ([(255, 0)], "0-255"),
        ([(1 / 0.3081, -0.1307 / 0.3081)], "standardised"),
        ([(1 / 255, 0), (1, -0.1307), (1 / 0.3081, 0)], "standardised"),
        ([(1, 0)], "0-1"),
        ([(1 / 127.5, -1)], "centred"),
        ([(1, -0.5), (2, 0)], "centred"),
    ],
)
def test_rescaling_within_a_model_is_the_input_scaling(rescalings, key):
    layers = [("Rescaling", {"scale": scale, "offset": offset}) for scale, offset in rescalings]
    network = _one(*layers)
    assert network.input_scaling == key
    assert "input_scaling" not in network.guessed


def test_rescaling_that_is_none_of_the_known_names_its_numbers():
    with pytest.raises(NetworkFileError, match=r"by 0\.5 and adds 0\.25"):
        _one(("Rescaling", {"scale": 0.5, "offset": 0.25}))


def test_configuration_of_a_gigantic_depth_is_refused(tmp_path):
    with zipfile.ZipFile(CORPUS / "sequential.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    model = json.loads(members["config.json"])
    for _ in range(80):
        model = {"class_name": "Sequential", "config": model}
    _archive(tmp_path / "a.keras", members | {"config.json": json.dumps(model)})
    with pytest.raises(NetworkFileError, match="levels of nesting"):
        read_network(tmp_path / "a.keras")
