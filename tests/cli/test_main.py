"""The frame of every command: exit codes, one line of error, what goes to stdout."""

import subprocess
import sys

import pytest

import gdviz
from gdviz.__main__ import main
from gdviz.cli import train
from gdviz.cli.main import run
from gdviz.cli.output import CommandError


def one_line(captured):
    """Give the line of error, which is the last on stderr and the only one."""
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert len(lines) == 1, captured.err
    assert lines[0].startswith("gdviz: error: ")
    return lines[0].removeprefix("gdviz: error: ")


def no_window(command, arguments):
    pytest.fail(f"{command} {arguments} must not reach the window")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["train", "--help"],
        ["inspect", "-h"],
        ["convert", "--help"],
        ["surface", "-h"],
        ["record", "-h"],
    ],
)
def test_help_returns_0_and_goes_to_stdout(arguments, capsys):
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("usage: gdviz")
    assert captured.err == ""


def test_version_returns_0(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"gdviz {gdviz.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "says"),
    [
        (["tain"], 2, "'tain' is neither a file nor one of the commands train, inspect, convert"),
        (["missing.safetensors"], 1, "missing.safetensors: no such file"),
        (["a/b"], 1, "a/b: no such file"),
        (["--nothing"], 2, "--nothing"),
        (["--theme", "pink"], 2, "pink"),
        (["train", "--nothing"], 2, "--nothing"),
        (["train", "extra"], 2, "extra"),
        (["inspect"], 2, "FILE"),
        (["convert", "a"], 2, "OUT"),
        (["record"], 2, "--output"),
    ],
)
def test_wrong_usage_is_one_line(arguments, exit_code, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == exit_code
    assert says in one_line(capsys.readouterr())


@pytest.mark.parametrize(
    ("error", "exit_code", "says"),
    [
        (CommandError("that is so", 4), 4, "that is so"),
        (ValueError("two\nlines"), 1, "two lines"),
        (FileNotFoundError(2, "No such file", "x.idx"), 1, "x.idx: No such file"),
        (ImportError("No module named 'numba'"), 1, "a needed package is missing: No module"),
        (MemoryError(), 1, "there is not enough memory; use fewer neurons"),
        (RuntimeError("odd"), 1, "unexpected RuntimeError: odd; --debug shows where"),
        (KeyError("odd"), 1, "unexpected KeyError: 'odd'; --debug shows where"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_every_failure_is_one_line_and_a_code(error, exit_code, says, debug, capsys, monkeypatch):
    def fail(_):
        raise error

    monkeypatch.setattr(train, "run", fail)
    assert run(["train", *["--debug"] * debug], no_window) == exit_code
    captured = capsys.readouterr()
    last = captured.err.splitlines()[-1]
    assert last.startswith(f"gdviz: error: {says}")
    traced = debug and not isinstance(error, KeyboardInterrupt)
    assert ("Traceback" in captured.err) == traced
    if not traced:
        one_line(captured)


def test_the_window_and_a_recording_are_asked_for_through_show(tmp_path):
    asked = []

    def show(command, arguments):
        asked.append((command, arguments))
        return 4

    (tmp_path / "a.npz").touch()
    assert run([], show) == 4
    assert run([str(tmp_path / "a.npz"), "--seed", "0"], show) == 4
    assert run(["record", "--output", "x.png"], show) == 4
    assert asked == [
        ("window", []),
        ("window", [str(tmp_path / "a.npz"), "--seed", "0"]),
        ("record", ["--output", "x.png"]),
    ]


def test_the_module_s_exit_code_is_that_of_the_command():
    ended = subprocess.run(
        [sys.executable, "-m", "gdviz", "train", "--epochs", "-1"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "gdviz: error: the number of epochs must be from 0 to 100,000, not -1\n"
    )
