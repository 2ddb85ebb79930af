"""`gdviz train --find-learning-rate`: what the library finds, and nothing trained."""

import json

import numpy as np
import pytest

from gdviz.__main__ import main
from gdviz.analysis.rate_range import find_rate_range
from gdviz.cli.main import command_parser
from gdviz.cli.options import config_of

SMALL = ("--hidden", "8", "--mini-batch", "16", "--seed", "3")


@pytest.fixture
def arguments(blobs, tmp_path):
    path = tmp_path / "blobs.npz"
    np.savez(
        path, x_train=blobs.train.images.reshape(-1, 4, 4), y_train=blobs.train.labels,
        x_test=blobs.test.images.reshape(-1, 4, 4), y_test=blobs.test.labels,
    )  # fmt: skip
    return ["train", "--data", str(path), *SMALL, "--find-learning-rate"]


def test_json_is_what_the_library_finds(arguments, blobs, capsys):
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    config = config_of(command_parser().parse_args(arguments), 16, 3)
    found = find_rate_range(config, blobs)
    assert told["costs"] == found.costs.tolist()
    assert told["learning_rates"] == found.learning_rates.tolist()
    assert (told["suggestion"], told["reason"]) == (found.suggestion, found.reason)
    assert (told["lowest_at"], told["broke_at"], told["step"]) == (
        found.lowest_at, found.broke_at, 0,
    )  # fmt: skip


def test_people_are_told_the_reason(arguments, blobs, capsys):
    assert main(arguments) == 0
    assert "is suggested." in capsys.readouterr().err


def test_nothing_can_be_saved(arguments, tmp_path, capsys):
    assert main([*arguments, "--save", str(tmp_path / "network.safetensors")]) == 2
    assert "trains nothing to be saved" in capsys.readouterr().err
    assert not (tmp_path / "network.safetensors").exists()
