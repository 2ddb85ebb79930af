"""Files that the libraries themselves made: each opens to exactly the parameters in it.

The table is ``corpus.json``; a row is a file. `scripts/make_corpus.py` makes both.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from audited_reading import read_watched

from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.storage.readers import READERS, NetworkFileError, read_head, read_network
from gdviz.storage.readers.network_file import INPUT_SCALINGS, Limits

CORPUS = Path(__file__).parents[1] / "corpus"
ROWS = json.loads((CORPUS / "corpus.json").read_text("utf-8"))
OPENED = [row for row in ROWS if "refused" not in row]
REFUSED = [row for row in ROWS if "refused" in row]


def _name(row):
    return row["file"]


@pytest.fixture(scope="module")
def vectors():
    """The parameters that the files hold, in gdviz's order."""
    with np.load(CORPUS / "networks.npz") as stored:
        return dict(stored)


@pytest.mark.parametrize("row", OPENED, ids=_name)
def test_corpus_file_opens_to_exactly_its_parameters(row, vectors, mnist):
    network = read_network(CORPUS / row["file"], mnist.test)
    assert network.architecture.layer_sizes == tuple(row["layer_sizes"])
    np.testing.assert_array_equal(network.parameters.vector, vectors[row["network"]])
    found = {
        "hidden_activation": network.architecture.hidden_activation,
        "output_activation": network.architecture.output_activation,
        "input_scaling": network.input_scaling,
    }
    assert found | row["said"] | row["expected"] == found
    # What the file does not say is labelled a guess, and what it says is not; a network without
    # hidden layers has no activation there.
    is_open = set(found) - set(row["said"])
    if len(row["layer_sizes"]) == 2:
        is_open.discard("hidden_activation")
    assert set(network.guessed) - {"biases"} == is_open
    assert all(network.guessed.values())


@pytest.mark.parametrize("row", REFUSED, ids=_name)
def test_corpus_file_that_must_not_open_says_why(row):
    with pytest.raises(NetworkFileError) as caught:
        read_network(CORPUS / row["file"])
    assert row["refused"] in str(caught.value)
    assert str(CORPUS / row["file"]) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_corpus_file_is_opened_and_nothing_else_happens():
    """Not one import, call or other file: pyfive's imports of the first time apart."""
    assert read_watched(CORPUS) == len(ROWS) + 2


def test_corpus_table_and_folder_are_the_same_files(vectors):
    named = [row["file"] for row in ROWS]
    assert sorted(named) == sorted(
        path.name for path in CORPUS.iterdir() if path.name not in ("corpus.json", "networks.npz")
    )
    assert len(set(named)) == len(named)
    assert sum((CORPUS / name).stat().st_size for name in named) < 1_000_000
    assert {row["network"] for row in OPENED} == set(vectors)
    for key, vector in vectors.items():
        assert vector.dtype == np.dtype("<f4")
        assert hashlib.sha256(vector.tobytes()).hexdigest().startswith(key)


def test_corpus_has_every_format_and_every_choice(mnist):
    """No reader and no activation of the tables is left out."""
    heads = {row["file"]: read_head(CORPUS / row["file"], Limits()) for row in OPENED}
    for reader in READERS:
        assert any(reader.recognises(head) for head in heads.values()), reader.title
    for head in heads.values():
        assert sum(reader.recognises(head) for reader in READERS) == 1
    said = {key: {row["said"].get(key) for row in OPENED} for key in ("hidden_activation",)}
    # No library has a step that can be trained with, and so none saves one.
    assert said["hidden_activation"] >= set(ACTIVATIONS) - {"step"}
    assert {row["said"].get("output_activation") for row in OPENED} >= set(OUTPUT_ACTIVATIONS)
    scalings = {(row["said"] | row["expected"]).get("input_scaling") for row in OPENED}
    assert scalings >= set(INPUT_SCALINGS) - {"0-255"}
