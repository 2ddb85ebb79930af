"""``gdviz record``: pictures at exact steps, and every bad option in one sentence."""

import csv
import itertools
import json
import os
import signal
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QImage

from gdviz.cli.output import CommandError
from gdviz.qt import recording
from gdviz.qt.record import run_record
from gdviz.qt.recording import Recording, frame_steps
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


def test_of_two_files_the_first_is_recorded(record, tmp_path, capsys):
    record(tmp_path / "film", "--frames", "1", "--steps", "5")
    network = str(tmp_path / "film" / "network.safetensors")
    capsys.readouterr()
    path = tmp_path / "w.png"
    assert record(path, network, network, "--steps", "9", "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["steps"] == 9
    assert "One network can be open at a time" in said.err
    assert path.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_saves_what_there_is(record, tmp_path, monkeypatch, capsys, number):
    folder = tmp_path / "film"
    grab = Recording._grab

    def grab_and_press(self, path):
        grab(self, path)
        if self._n_frames == 1:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(Recording, "_grab", grab_and_press)
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(CommandError, match="interrupted at step") as caught:
        record(folder, "--frames", "3", "--steps", "100000000", "--json")
    assert caught.value.exit_code == 130
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
    report = json.loads(capsys.readouterr().out)
    assert report["frames"] == 1
    _, state = load_checkpoint(folder / "network.safetensors")
    assert state.step == report["steps"] < 100_000_000
    with (folder / "curves.csv").open(newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    assert len(rows) == 1 + state.step


def test_an_interruption_is_one_line(record, tmp_path, monkeypatch, capsys):
    grab = Recording._grab

    def grab_and_press(self, path):
        grab(self, path)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Recording, "_grab", grab_and_press)
    with pytest.raises(CommandError, match="what was recorded is in"):
        record(tmp_path / "film", "--frames", "2", "--steps", "100000000")
    assert capsys.readouterr() == ("", "")


DIVERGING = ("--output-activation", "identity", "--learning-rate", "1e6")


def test_a_diverging_recording_keeps_what_there_is_and_names_the_step(record, tmp_path, capsys):
    folder = tmp_path / "film"
    with pytest.raises(CommandError, match=r"stopped being finite at step \d+") as caught:
        record(folder, "--frames", "3", "--steps", "400", "--json", *DIVERGING)
    assert caught.value.exit_code == 1
    report = json.loads(capsys.readouterr().out)
    assert report["frames"] == len(list(folder.glob("frame_*.png"))) >= 2
    _, state = load_checkpoint(folder / "network.safetensors")
    assert state.step == report["steps"]
    assert f"at step {state.step + 1:,}" in str(caught.value)
    assert (folder / "curves.csv").exists()


def test_training_longer_than_the_limit_is_no_standstill(record, tmp_path, monkeypatch, capsys):
    """By a clock that goes with the steps: a hundredth of a second each."""
    seen, step_of = [0], Recording._step

    def step(self):
        seen[0] = step_of(self)
        return seen[0]

    monkeypatch.setattr(Recording, "_step", step)
    clock = SimpleNamespace(monotonic=lambda: seen[0] / 100)
    monkeypatch.setattr(recording, "time", clock)
    assert record(tmp_path / "w.png", "--steps", "20000", "--json") == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 20_000
    assert clock.monotonic() > recording.LIMIT_S, "too short to show anything"


def test_a_standstill_is_said(record, tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "LIMIT_S", 0.2)
    monkeypatch.setattr(Recording, "_is_settled", lambda _self: False)
    with pytest.raises(CommandError, match="did not come to rest at step 0") as caught:
        record(tmp_path / "w.png")
    assert caught.value.exit_code == 4


def test_a_picture_is_written_whole_or_not_at_all(record, tmp_path, monkeypatch):
    path = tmp_path / "w.png"
    path.write_bytes(b"old")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space left"):
        record(path, "--steps", "1")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["w.png"]


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
