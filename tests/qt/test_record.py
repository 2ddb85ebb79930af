"""``gdviz record``: pictures at exact steps, and every bad option in one sentence."""

import csv
import itertools
import json
import os

import pytest
from PySide6.QtGui import QImage

from gdviz.cli.output import CommandError
from gdviz.qt.record import frame_steps, run_record
from gdviz.storage.checkpoint import load_checkpoint


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    """Recording sets Qt's variables for its own process."""
    monkeypatch.setenv("QT_SCALE_FACTOR", "1")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def record(blobs_file, qapp, qtbot):
    def run(output, *arguments: str) -> int:
        small = ["--data", str(blobs_file), "--hidden", "8", "--mini-batch", "16"]
        return run_record([*small, "--output", str(output), *arguments])

    return run


def test_one_picture_of_the_size_asked_for(record, tmp_path, capsys):
    path = tmp_path / "window.png"
    assert record(path, "--steps", "40", "--size", "1300x800", "--json") == 0
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1300, 800)
    report = json.loads(capsys.readouterr().out)
    assert (report["frames"], report["steps"], report["test_total"]) == (1, 40, 90)
    assert report["saved"] == str(path)


def test_a_folder_of_pictures_with_curves_and_network(record, tmp_path):
    folder = tmp_path / "film"
    assert record(folder, "--frames", "3", "--steps", "40", "--epochs", "1") == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "curves.csv", "frame_0000_step_000000.png", "frame_0001_step_000010.png",
        "frame_0002_step_000040.png", "network.safetensors",
    ]  # fmt: skip
    with (folder / "curves.csv").open(newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    assert len(rows) == 1 + 40
    _, state = load_checkpoint(folder / "network.safetensors")
    assert state.step == 40, "the configured end of one epoch does not stop a recording"


def test_a_missing_network_is_no_recording(record, tmp_path):
    with pytest.raises(CommandError) as caught:
        record(tmp_path / "w.png", str(tmp_path / "missing.safetensors"))
    assert caught.value.exit_code == 1
    assert "missing.safetensors" in str(caught.value)
    assert not (tmp_path / "w.png").exists()


@pytest.mark.parametrize(
    ("name", "options", "code", "words"),
    [
        ("no/such/w.png", (), 1, "no such folder"),
        ("w.mp4", (), 2, ".mp4"),
        ("w.png", ("--size", "100x100"), 2, "--size"),
        ("w.png", ("--size", "big"), 2, "--size"),
        ("film", ("--frames", "0"), 2, "--frames"),
        ("film", ("--frames", "10001"), 2, "--frames"),
        ("w.png", ("--steps", "-1"), 2, "--steps"),
        ("w.png", ("--scale", "9"), 2, "--scale"),
        ("w.png", ("--hidden", "0"), 2, "layer"),
    ],
)
def test_bad_options_are_one_sentence(record, tmp_path, name, options, code, words):
    with pytest.raises(CommandError) as caught:
        record(tmp_path / name, *options)
    assert caught.value.exit_code == code
    assert words in str(caught.value)
    assert not (tmp_path / name).is_file()


def test_a_read_only_folder_is_said(record, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_arguments: False)
    with pytest.raises(CommandError, match="read-only") as caught:
        record(tmp_path / "w.png")
    assert caught.value.exit_code == 1


def test_frames_are_dense_at_first():
    assert frame_steps(0, 100, 1) == [100]
    steps = frame_steps(10, 110, 11)
    assert (steps[0], steps[-1], len(steps)) == (10, 110, 11)
    gaps = [b - a for a, b in itertools.pairwise(steps)]
    assert gaps == sorted(gaps)
