"""Every format written is read back to the same network."""

import dataclasses
import json

import numpy as np
import pytest

from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.network import forward
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage import writers
from gdviz.storage.atomic import SaveError
from gdviz.storage.readers import Limits, NetworkFile, read_network
from gdviz.storage.readers.network_file import INPUT_SCALINGS
from gdviz.storage.writers import WRITERS, format_of, write_network
from gdviz.training.config import TrainingConfig


def _network(sizes=(4, 3, 2), hidden="tanh", output="softmax", scaling="standardised"):
    architecture = Architecture(sizes, hidden, output)
    vector = np.random.default_rng(4).normal(size=architecture.n_parameters).astype(np.float32)
    return NetworkFile("test", architecture, Parameters(vector, architecture.layout), scaling)


@pytest.mark.parametrize("key", WRITERS)
@pytest.mark.parametrize("scaling", INPUT_SCALINGS)
@pytest.mark.parametrize("output", OUTPUT_ACTIVATIONS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_write_network_is_read_back_exactly(tmp_path, key, hidden, output, scaling):
    network = _network(hidden=hidden, output=output, scaling=scaling)
    path = tmp_path / f"a{WRITERS[key].suffix}"
    assert write_network(path, network) == key
    found = read_network(path)
    assert found.architecture == network.architecture
    assert found.input_scaling == scaling
    assert found.guessed == {}
    np.testing.assert_array_equal(found.parameters.vector, network.parameters.vector)


@pytest.mark.parametrize("key", ["npz", "json"])
@pytest.mark.parametrize("steepness", [2.5, 1000.0])
@pytest.mark.parametrize(
    ("hidden", "output"), [("sigmoid", "sigmoid"), ("relu", "sigmoid"), ("sigmoid", "softmax")]
)
def test_write_network_other_formats_compute_the_same_without_steepness(
    tmp_path, key, hidden, output, steepness
):
    plain = _network(hidden=hidden, output=output)
    network = dataclasses.replace(
        plain, architecture=dataclasses.replace(plain.architecture, steepness=steepness)
    )
    write_network(tmp_path / "a", network, key)
    found = read_network(tmp_path / "a")
    assert found.architecture == plain.architecture
    assert not np.array_equal(found.parameters.vector, network.parameters.vector)
    images = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    one, other = (forward(n.architecture, n.parameters, images) for n in (network, found))
    np.testing.assert_allclose(one.outputs, other.outputs, rtol=2e-3, atol=1e-6)


def test_write_network_safetensors_says_the_steepness(tmp_path):
    plain = _network(hidden="sigmoid")
    network = dataclasses.replace(
        plain, architecture=dataclasses.replace(plain.architecture, steepness=2.5)
    )
    write_network(tmp_path / "a.safetensors", network)
    found = read_network(tmp_path / "a.safetensors")
    assert found.architecture == network.architecture
    np.testing.assert_array_equal(found.parameters.vector, network.parameters.vector)


@pytest.mark.parametrize("key", WRITERS)
@pytest.mark.parametrize("sizes", [(3, 3, 3, 3), (2, 1, 2), (5, 2), (1, 1), (3,) * 13])
def test_write_network_any_sizes_come_back(tmp_path, key, sizes):
    """Square matrices do not say which way round they are; one layer has no hidden activation."""
    network = _network(sizes, hidden="sigmoid")
    write_network(tmp_path / "a", network, key)
    found = read_network(tmp_path / "a")
    assert found.architecture == network.architecture
    np.testing.assert_array_equal(found.parameters.vector, network.parameters.vector)


def test_write_network_safetensors_keeps_the_state_of_training(tmp_path, state_for):
    config = TrainingConfig(layer_sizes=(4, 3, 2), optimizer="adam")
    state = state_for(config)
    network = NetworkFile("t", config.architecture, state.parameters, config=config, state=state)
    write_network(tmp_path / "a.safetensors", network)
    found = read_network(tmp_path / "a.safetensors")
    assert found.config == config
    assert found.state is not None
    assert found.state.step == state.step
    np.testing.assert_array_equal(found.state.optimizer_state, state.optimizer_state)


def test_nielsen_json_is_the_layout_of_the_book(tmp_path):
    network = _network()
    config = TrainingConfig(layer_sizes=(4, 3, 2), cost="cross_entropy")
    write_network(tmp_path / "a.json", dataclasses.replace(network, config=config))
    content = json.loads((tmp_path / "a.json").read_text("ascii"))
    assert content["sizes"] == [4, 3, 2]
    assert [np.shape(matrix) for matrix in content["weights"]] == [(3, 4), (2, 3)]
    assert [np.shape(vector) for vector in content["biases"]] == [(3, 1), (2, 1)]
    assert content["cost"] == "CrossEntropyCost"


@pytest.mark.parametrize("key", ["safetensors", "npz"])
def test_write_network_not_finite_comes_back(tmp_path, key):
    network = _network()
    network.parameters.vector[:2] = np.nan, np.inf
    write_network(tmp_path / "a", network, key)
    found = read_network(tmp_path / "a")
    np.testing.assert_array_equal(found.parameters.vector, network.parameters.vector)


def test_write_network_json_cannot_hold_nan_and_says_so(tmp_path):
    network = _network()
    network.parameters.vector[:2] = np.nan
    (tmp_path / "a.json").write_text("old")
    with pytest.raises(SaveError, match=r"a\.json cannot be saved: 2 parameters are not finite"):
        write_network(tmp_path / "a.json", network)
    assert (tmp_path / "a.json").read_text() == "old"


def test_write_network_json_too_long_to_be_opened_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(writers, "Limits", lambda: Limits(json_bytes=100))
    with pytest.raises(SaveError, match=r"bytes of JSON are more than the 100 that can be opened"):
        write_network(tmp_path / "a.json", _network())
    assert not (tmp_path / "a.json").exists()


def test_format_of_unknown_suffix_names_the_three(tmp_path):
    assert format_of(tmp_path / "A.NPZ") == "npz"
    with pytest.raises(ValueError, match=r"\.safetensors, \.npz, \.json"):
        format_of(tmp_path / "a.pt")
    with pytest.raises(ValueError, match="unknown format 'pt'"):
        write_network(tmp_path / "a", _network(), "pt")
