"""Data of one's own on the command line: a table of small digits, and a choice of classes."""

import json

import numpy as np

from gdviz.cli.main import run
from gdviz.data.mnist import load_mnist
from gdviz.storage.readers import read_network


def write_small_digits(path, count=600):
    """Write the first digits of MNIST as 8x8 pixels from 0 to 16, the label last."""
    train = load_mnist().train.first(count)
    images = np.pad(train.images.reshape(-1, 28, 28), ((0, 0), (2, 2), (2, 2)))
    small = np.rint(images.reshape(-1, 8, 4, 8, 4).mean((2, 4)) * 16 / 255)
    rows = np.column_stack([small.reshape(count, 64), train.labels])
    np.savetxt(path, rows, "%d", delimiter=",")
    return path


def _show(command, arguments):
    raise AssertionError(f"a window for {command} {arguments}")


def _report(capsys, *arguments):
    assert run(["train", "--json", *arguments], _show) == 0
    return json.loads(capsys.readouterr().out)


def _refused(capsys, arguments):
    assert run(arguments, _show) in {1, 2}
    return capsys.readouterr().err


def test_train_on_a_table_of_8x8_digits_learns_them(tmp_path, capsys):
    path = write_small_digits(tmp_path / "digits.csv")
    report = _report(
        capsys, "--data", str(path), "--preset", "sixteen", "--epochs", "25", "--engine", "numpy"
    )
    assert report["architecture"] == "64-16-16-10"
    assert report["test_accuracy"] > 0.6
    assert report["n_examples"] + report["test_total"] == 600
    assert any("divided" in note for note in report["data_notes"])


def test_train_on_two_classes_keeps_ten_outputs_and_its_file_says_so(tmp_path, capsys):
    saved = tmp_path / "a.safetensors"
    report = _report(
        capsys, "--classes", "3, 8", "--steps", "3", "--save", str(saved), "--engine", "numpy"
    )
    assert (report["architecture"], report["n_examples"]) == ("784-16-16-10", 11_982)
    config = read_network(saved).config
    assert config is not None
    assert config.data == "mnist?classes=3,8"
    again = _report(capsys, "--resume", str(saved), "--steps", "5", "--engine", "numpy")
    assert again["n_examples"] == 11_982
    assert "--classes cannot be changed with --resume" in _refused(
        capsys, ["train", "--resume", str(saved), "--classes", "1,2"]
    )
    assert "a program reads a folder of IDX files only" in _refused(capsys, ["script", str(saved)])


def test_experiment_on_data_that_is_not_there_says_so(capsys):
    assert "nowhere: no such file" in _refused(
        capsys, ["experiment", "interpolation", "--small", "--data", "nowhere"]
    )
