"""`gdviz inspect`: the promised keys, right numbers, honest about what it cannot say."""

import argparse
import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest

from gdviz.analysis.interval import wilson_interval
from gdviz.cli import inspect
from gdviz.data.dataset import DataError
from gdviz.nn.network import forward
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.checkpoint import save_checkpoint
from gdviz.storage.readers import NetworkFile, NetworkFileError
from gdviz.storage.writers import write_network
from gdviz.training.config import PRESETS
from gdviz.training.state import initial_state

CORPUS = Path(__file__).parents[1] / "storage" / "corpus"
SAMPLES = Path(__file__).parents[1] / "storage" / "samples"

ALL_OPEN = {"hidden_activation", "output_activation", "input_scaling"}
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
        ((784, 4, 10), np.nan, "1 parameter not finite"),
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
    *_, table, sentences = captured.err.strip().split("\n\n")
    assert len({len(line) for line in table.splitlines()}) == 1, "the columns are aligned"
    assert len(table.splitlines()) == 4
    assert re.match(r"layer 1: 12,544 weights, mean .*, 1,072 on pixels never lit; ", sentences)
    assert len(sentences.splitlines()) == 3


def test_inspect_never_lit_weights_are_those_on_67_pixels(tmp_path, capsys):
    write_network(tmp_path / "a.npz", _network((784, 5, 10)))
    layers = _json(capsys, tmp_path / "a.npz")["layers"]
    assert [layer["never_lit"] for layer in layers] == [67 * 5, None]
    write_network(tmp_path / "b.npz", _network((12, 5, 10)))
    assert _json(capsys, tmp_path / "b.npz")["layers"][0]["never_lit"] is None


def test_inspect_layer_that_is_not_finite_is_flagged(tmp_path, capsys):
    write_network(tmp_path / "a.npz", _network((784, 5, 10), value=np.inf))
    layers = _json(capsys, tmp_path / "a.npz")["layers"]
    assert [layer["not_finite"] for layer in layers] == [1, 0]
    assert _run(tmp_path / "a.npz") == 0
    text = capsys.readouterr().err
    assert "not finite         1 parameter NaN or infinite" in text
    assert "layer 1: 3,920 weights, 335 on pixels never lit; 5 biases" in text
    assert "; 1 of them NaN or infinite" in text


def test_inspect_text_gives_a_reason_once_for_all_guesses(tmp_path, capsys):
    network = _network((6, 4, 3))
    np.savez(tmp_path / "a.npz", *network.parameters.weights, *network.parameters.biases)
    assert _run(tmp_path / "a.npz") == 0
    text = capsys.readouterr().err
    assert "hidden activation  sigmoid (a guess)" in text
    expected = "hidden activation, output activation, input scaling  the usual one; only a network"
    assert text.count("the usual one") == text.count(expected) == 1


@pytest.mark.parametrize(
    ("name", "format_title", "guessed"),
    [
        ("state_dict_digits.pth", "PyTorch state_dict", ALL_OPEN),
        ("pictures_digits.keras", "Keras", {"input_scaling"}),
        ("torch_digits.onnx", "ONNX", {"input_scaling"}),
        ("digits.safetensors", "safetensors", ALL_OPEN),
    ],
)
def test_inspect_the_same_network_in_four_formats_reads_digits_as_well(
    capsys, name, format_title, guessed
):
    found = _json(capsys, CORPUS / name)
    assert found["format"] == format_title
    assert (found["layer_sizes"], found["hidden_activation"]) == ([784, 8, 10], "relu")
    assert set(found["guessed"]) == guessed
    assert all("runner-up" in reason for reason in found["guessed"].values())
    assert found["input_scaling"] == "standardised"
    assert found["test_correct"] == pytest.approx(9_142, abs=3)


def test_inspect_session_says_its_branches(capsys):
    found = _json(capsys, SAMPLES / "session_1.gdviz")
    assert (found["format"], found["branches"]) == ("gdviz session", 3)
    assert (found["step"], found["layer_sizes"]) == (60, [16, 2, 3])
    assert _run(SAMPLES / "session_1.gdviz") == 0
    assert "branches           3" in capsys.readouterr().err


def test_inspect_without_digits_still_shows_the_network(tmp_path, capsys, monkeypatch):
    def missing():
        raise DataError("resources/mnist: the file is missing")

    monkeypatch.setattr(inspect, "load_mnist", missing)
    write_network(tmp_path / "a.npz", _network((784, 5, 10)))
    found = _json(capsys, tmp_path / "a.npz")
    assert "the file is missing" in found["note"]
    assert found["test_total"] is found["layers"][0]["never_lit"] is None
    assert found["layers"][0]["shape"] == [5, 784]


def test_inspect_bad_file_raises_one_sentence_and_prints_nothing(tmp_path, capsys):
    (tmp_path / "a.pt").write_text("<html>")
    with pytest.raises(NetworkFileError, match=r"a\.pt: this is an HTML page"):
        _run(tmp_path / "a.pt", "--json")
    assert capsys.readouterr() == ("", "")
