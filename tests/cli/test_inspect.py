"""`gdviz inspect`: the promised keys, right numbers, honest about what it cannot say."""

import argparse
import dataclasses
import json

import numpy as np
import pytest

from gdviz.analysis.interval import wilson_interval
from gdviz.cli import inspect
from gdviz.nn.network import forward
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.checkpoint import save_checkpoint
from gdviz.storage.readers import NetworkFile, NetworkFileError
from gdviz.storage.writers import write_network
from gdviz.training.config import PRESETS
from gdviz.training.state import initial_state

PROMISED = {
    "format", "layer_sizes", "parameters", "hidden_activation", "output_activation",
    "input_scaling", "guessed", "test_accuracy", "test_correct", "test_total", "interval",
    "layers",
}  # fmt: skip


def _run(*arguments):
    parser = argparse.ArgumentParser()
    inspect.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["inspect", *map(str, arguments)])
    return parsed.run(parsed)


def _json(capsys, *arguments):
    assert _run(*arguments, "--json") == 0
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 1
    assert captured.err == ""
    return json.loads(captured.out, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))


def _network(sizes, scaling="0-1", value=None):
    architecture = Architecture(sizes, "relu", "softmax")
    vector = np.random.default_rng(1).normal(size=architecture.n_parameters).astype(np.float32)
    if value is not None:
        vector[3] = value
    return NetworkFile("test", architecture, Parameters(vector, architecture.layout), scaling)


@pytest.mark.parametrize("scaling", ["0-1", "standardised", "0-255"])
def test_inspect_json_accuracy_is_that_of_the_reference(tmp_path, capsys, mnist, scaling):
    """A random network, so that the three scalings really say different things."""
    network = _network((784, 16, 10), scaling)
    write_network(tmp_path / "a.npz", network)
    found = _json(capsys, tmp_path / "a.npz")
    assert set(found) >= PROMISED
    images = mnist.test.inputs(slice(None), np.float64)
    images = {"0-1": images, "0-255": images * 255, "standardised": (images - 0.1307) / 0.3081}
    said = forward(network.architecture, network.parameters, images[scaling]).outputs
    correct = int((said.argmax(axis=1) == mnist.test.labels).sum())
    assert found["test_correct"] == pytest.approx(correct, abs=3), "float32 may tip a close call"
    assert found["test_total"] == 10_000
    assert found["test_accuracy"] == found["test_correct"] / 10_000
    assert found["interval"] == list(wilson_interval(found["test_correct"], 10_000))
    assert found["layer_sizes"] == [784, 16, 10]
    assert found["parameters"] == 784 * 16 + 16 + 160 + 10
    assert (found["hidden_activation"], found["output_activation"]) == ("relu", "softmax")
    assert (found["input_scaling"], found["guessed"]) == (scaling, {})


def test_inspect_says_a_steepness_that_is_not_1(tmp_path, capsys):
    network = _network((784, 16, 10))
    for steepness in (1.0, 2.5):
        architecture = dataclasses.replace(network.architecture, steepness=steepness)
        path = tmp_path / "a.safetensors"
        write_network(path, dataclasses.replace(network, architecture=architecture))
        assert _json(capsys, path)["steepness"] == steepness
        assert _run(path) == 0
        assert ("sigmoid's steepness" in capsys.readouterr().err) == (steepness != 1)


def test_inspect_json_layers_are_the_numbers_of_the_weights(tmp_path, capsys):
    network = _network((784, 16, 10))
    write_network(tmp_path / "a.npz", network)
    layers = _json(capsys, tmp_path / "a.npz")["layers"]
    for layer, weights in zip(layers, network.parameters.weights, strict=True):
        assert layer["shape"] == list(weights.shape)
        exact = weights.astype(float)
        assert layer["mean"] == pytest.approx(exact.mean())
        assert layer["std"] == pytest.approx(exact.std())
        assert (layer["min"], layer["max"]) == (exact.min(), exact.max())
        assert layer["norm"] == pytest.approx(np.linalg.norm(exact))


def test_inspect_json_checkpoint_says_where_training_is(tmp_path, capsys):
    config = PRESETS["sixteen"]
    save_checkpoint(tmp_path / "a.safetensors", config, initial_state(config))
    found = _json(capsys, tmp_path / "a.safetensors")
    assert found["format"] == "gdviz safetensors"
    assert (found["preset"], found["optimizer"], found["step"]) == ("sixteen", "adam", 0)


@pytest.mark.parametrize(
    ("sizes", "value", "note"),
    [
        ((5, 4, 10), None, "5 inputs and 10 outputs"),
        ((784, 4, 3), None, "784 inputs and 3 outputs"),
        ((784, 4, 10), np.nan, "1 parameters are not finite"),
    ],
)
def test_inspect_json_without_accuracy_has_nulls_and_a_note(tmp_path, capsys, sizes, value, note):
    write_network(tmp_path / "a.npz", _network(sizes, value=value))
    found = _json(capsys, tmp_path / "a.npz")
    assert note in found["note"]
    for key in ("test_accuracy", "test_correct", "test_total", "interval"):
        assert found[key] is None
    assert (found["layers"][0]["mean"] is None) == (value is not None)


def test_inspect_json_guesses_are_labelled(tmp_path, capsys):
    network = _network((784, 16, 10))
    arrays = {f"W{k}": matrix for k, matrix in enumerate(network.parameters.weights)}
    np.savez(tmp_path / "a.npz", **arrays)
    found = _json(capsys, tmp_path / "a.npz")
    expected = {"hidden_activation", "output_activation", "input_scaling", "biases"}
    assert set(found["guessed"]) == expected
    assert all(found["guessed"].values())


def test_inspect_text_goes_to_stderr_with_the_numbers_for_people(tmp_path, capsys):
    write_network(tmp_path / "a.npz", _network((784, 16, 16, 10)))
    assert _run(tmp_path / "a.npz") == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "784-16-16-10" in captured.err
    assert "13,002" in captured.err
    assert "of 10,000; 95 % interval" in captured.err
    table = captured.err.strip().splitlines()[-4:]
    assert len({len(line) for line in table}) == 1, "the columns are aligned"


def test_inspect_bad_file_raises_one_sentence_and_prints_nothing(tmp_path, capsys):
    (tmp_path / "a.pt").write_text("<html>")
    with pytest.raises(NetworkFileError, match=r"a\.pt: this is an HTML page"):
        _run(tmp_path / "a.pt", "--json")
    assert capsys.readouterr() == ("", "")
