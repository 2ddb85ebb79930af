"""`gdviz convert`: every format into every other, and faults that leave the old file alone."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from gdviz.cli import convert
from gdviz.cli.output import CommandError, print_json, table
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.atomic import SaveError
from gdviz.storage.readers import NetworkFile, NetworkFileError, read_network
from gdviz.storage.writers import WRITERS, write_network

CORPUS = Path(__file__).parents[1] / "storage" / "corpus"


def _run(*arguments):
    parser = argparse.ArgumentParser()
    convert.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["convert", *map(str, arguments)])
    return parsed.run(parsed)


@pytest.fixture
def network():
    architecture = Architecture((4, 3, 2), "relu", "softmax")
    vector = np.random.default_rng(1).normal(size=architecture.n_parameters).astype(np.float32)
    return NetworkFile("test", architecture, Parameters(vector, architecture.layout))


@pytest.mark.parametrize("target", WRITERS)
@pytest.mark.parametrize("source", WRITERS)
def test_convert_keeps_every_bit_and_choice(tmp_path, capsys, network, source, target):
    before = tmp_path / f"before{WRITERS[source].suffix}"
    after = tmp_path / f"after{WRITERS[target].suffix}"
    write_network(before, network)
    assert _run(before, after, "--json") == 0
    captured = capsys.readouterr()
    printed = json.loads(captured.out)
    assert (printed["format"], printed["saved"]) == (target, str(after))
    assert captured.err == ""
    found = read_network(after)
    assert found.architecture == network.architecture
    np.testing.assert_array_equal(found.parameters.vector, network.parameters.vector)


@pytest.mark.parametrize(
    "source",
    [
        "state_dict.pt", "state_dict_legacy.pt", "classifier_relu.joblib", "lists_protocol_2.pkl",
        "sequential.keras", "sequential.h5", "torch_dynamo_relu.onnx", "float64.safetensors",
        "nielsen.json", "neural_network_digits_leaky_relu.npz",
    ],
)  # fmt: skip
@pytest.mark.parametrize("target", WRITERS)
def test_convert_from_every_format_that_opens(tmp_path, capsys, source, target):
    after = tmp_path / f"after{WRITERS[target].suffix}"
    assert _run(CORPUS / source, after, "--json") == 0
    capsys.readouterr()
    before, found = read_network(CORPUS / source), read_network(after)
    assert found.architecture == before.architecture
    assert found.input_scaling == before.input_scaling
    np.testing.assert_array_equal(found.parameters.vector, before.parameters.vector)
    assert found.guessed == {}, "what was a guess is said now"


def test_convert_session_gives_the_network_that_is_trained(tmp_path, capsys):
    session = CORPUS.parent / "samples" / "session_1.gdviz"
    assert _run(session, tmp_path / "a.npz", "--json") == 0
    capsys.readouterr()
    expected = read_network(session).parameters.vector
    np.testing.assert_array_equal(read_network(tmp_path / "a.npz").parameters.vector, expected)


def test_convert_text_names_what_was_guessed(tmp_path, capsys, network):
    np.savez(tmp_path / "a.npz", w=network.parameters.weights[0])
    assert _run(tmp_path / "a.npz", tmp_path / "b.json") == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "saved as Nielsen JSON: 4-3, 15 parameters" in captured.err
    assert "guessed" in captured.err


def test_convert_unknown_suffix_is_wrong_usage_before_anything_is_read(tmp_path):
    with pytest.raises(CommandError, match=r"\.safetensors, \.npz, \.json") as caught:
        _run(tmp_path / "missing", tmp_path / "a.pt")
    assert caught.value.exit_code == 2


def test_convert_bad_source_or_target_is_named(tmp_path, network):
    with pytest.raises(NetworkFileError, match="no such file"):
        _run(tmp_path / "missing", tmp_path / "a.npz")
    write_network(tmp_path / "a.npz", network)
    with pytest.raises(SaveError, match="nowhere does not exist"):
        _run(tmp_path / "a.npz", tmp_path / "nowhere" / "b.npz")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(SaveError, match="it is a folder"):
        _run(tmp_path / "a.npz", tmp_path / "folder.npz")


def test_print_json_has_no_number_that_is_not_finite(capsys):
    print_json({"a": float("nan"), "b": (np.float32(np.inf), np.int64(3)), "c": {"d": None}})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, 3], "c": {"d": None}}


def test_table_sets_the_first_column_left_and_the_others_right():
    assert table(["a", "n"], [["long", "1"], ["b", "22"]]) == "a      n\nlong   1\nb     22"
