"""`gdviz experiment`: promised output, refusals, going on after Ctrl+C, and the exported files."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gdviz.__main__ import main
from gdviz.cli import experiment as command
from gdviz.experiments import EXPERIMENTS
from gdviz.experiments.kept_outcomes import KeptOutcomes, kept_folder
from gdviz.experiments.settings import specs_of
from gdviz.runtime.executors import make_executor
from gdviz.runtime.tasks import TaskError

NAME = "interpolation"
QUICK = ("--small", "--set", "n_examples=100")


@pytest.fixture
def experiment(capsys):
    """Give ``experiment(*arguments, exit_code=0) -> dict``, or the error's line."""

    def run(*arguments, exit_code=0):
        assert main(["experiment", *map(str, arguments), "--json"]) == exit_code
        captured = capsys.readouterr()
        run.err = captured.err
        if exit_code:
            assert captured.out == ""
            line = captured.err.splitlines()[-1]
            assert line.startswith("gdviz: error: ")
            return line
        assert captured.out.count("\n") == 1
        return json.loads(captured.out, parse_constant=pytest.fail)

    return run


@pytest.fixture
def data(blobs, tmp_path):
    """The path of an NPZ of `blobs`, which trains in no time."""
    path = tmp_path / "blobs.npz"
    np.savez(
        path, x_train=blobs.train.images.reshape(-1, 4, 4), y_train=blobs.train.labels,
        x_test=blobs.test.images.reshape(-1, 4, 4), y_test=blobs.test.labels,
    )  # fmt: skip
    return path


def without_time(told):
    about_the_run = ("seconds", "saved", "resumed")
    return {key: value for key, value in told.items() if key not in about_the_run}


# --- what there is ----------------------------------------------------------------------------


def test_list_has_the_name_first_on_each_line(capsys):
    assert main(["experiment", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(EXPERIMENTS)
    assert all(EXPERIMENTS[line.split()[0]].title in line for line in lines)


def test_list_json_says_all_that_a_script_needs(experiment):
    told = experiment("--list")["experiments"]
    assert [one["name"] for one in told] == list(EXPERIMENTS)
    for one in told:
        kind = EXPERIMENTS[one["name"]].settings
        assert kind.from_plain(one["settings"]) == kind()
        assert set(one["explanations"]) == set(one["settings"])
        kind.from_plain(one["small"])
        assert one["claim"]
        assert one["sources"]


def spec_of(key):
    return next(spec for spec in specs_of(EXPERIMENTS[NAME].settings) if spec.key == key)


@pytest.mark.parametrize("arguments", [("--list", NAME), (NAME, "--help"), (NAME, "-h")])
def test_one_experiment_is_explained_with_every_setting(arguments, capsys):
    assert main(["experiment", *arguments]) == 0
    out = capsys.readouterr().out
    for spec in specs_of(EXPERIMENTS[NAME].settings):
        assert f"  {spec.key}={spec.written(spec.default)}" in out
        assert spec.title in out
    assert f"from {spec_of('n_starts').low} to {spec_of('n_starts').high})" in out
    assert "arXiv" in out or "arxiv.org" in out
    assert max(map(len, out.splitlines())) < 100


def test_help_without_a_name_explains_the_command(capsys):
    assert main(["experiment", "--help"]) == 0
    out = capsys.readouterr().out
    for option in ("--list", "--set", "--export", "--anew", "--executor"):
        assert option in out


# --- running ------------------------------------------------------------------------------------


def test_json_is_what_is_promised(experiment):
    told = experiment(NAME, *QUICK, "--seed", 3)
    assert {"name", "seed", "claims", "seconds", "settings"} <= set(told)
    assert (told["name"], told["seed"]) == (NAME, 3)
    assert {"claim", "measured", "holds", "verdict", "interval"} <= set(told["claims"][0])
    assert len(told["highest_rise"]) == told["settings"]["n_starts"] == 2
    assert experiment.err == ""
    assert not kept_folder().exists(), "what was kept is forgotten"


def test_people_read_the_verdict_and_its_source(capsys):
    assert main(["experiment", NAME, *QUICK]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "holds: " in captured.err
    assert "On 2 of 2 lines" in captured.err
    assert "source: Goodfellow" in captured.err


def test_settings_come_from_a_file_and_options_change_them(experiment, tmp_path, data):
    path = tmp_path / "settings.toml"
    path.write_text("epochs = 2\nn_starts = 3\nn_points = 4\nn_examples = 50\nseed = 9\n")
    told = experiment(NAME, "--settings", path, "--data", data, "--set", "n-starts=1")
    assert told["settings"] | {"data": ""} == {
        "epochs": 2, "n_starts": 1, "n_points": 4, "n_examples": 50, "preset": "lesson",
        "seed": 9, "data": "",
    }  # fmt: skip
    assert len(told["costs"]) == 1


def test_what_is_exported_can_be_run_again_to_the_same(experiment, tmp_path):
    folder = tmp_path / "a" / "out"
    told = experiment(NAME, *QUICK, "--export", folder)
    assert sorted(told["saved"]) == sorted(str(path) for path in folder.iterdir())
    again = experiment(NAME, "--settings", folder / "settings.toml")
    assert without_time(again) == without_time(told)
    assert again["saved"] == []
    assert json.loads((folder / "result.json").read_text())["costs"] == told["costs"]


def test_progress_is_shown_on_a_terminal_alone(monkeypatch, capsys):
    monkeypatch.setattr(command, "print_text", lambda _text: None)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["experiment", NAME, *QUICK]) == 0
    err = capsys.readouterr().err
    assert "training and walking" in err
    assert err.endswith(f"{'':79}\r"), "the line is cleared"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "no experiment was named; one of"),
        (("nothing",), 2, "unknown experiment 'nothing'; one of"),
        (("--list", "nothing"), 2, "unknown experiment 'nothing'"),
        ((NAME, "--set", "n_starts"), 2, "not KEY=VALUE with one of the keys preset"),
        ((NAME, "--set", "speed=1"), 2, "not KEY=VALUE with one of the keys preset"),
        ((NAME, "--set", "n_starts=many"), 2, "Starts: 'many' is not a whole number"),
        ((NAME, "--set", "n_starts=0"), 2, "Starts: 0 is not from 1 to 100"),
        ((NAME, "--seed", "-1"), 2, "Seed: -1 is not from 0"),
        ((NAME, "--executor", "gpu"), 2, "'gpu' is none of threads, processes, dask://HOST:PORT"),
        ((NAME, "--speed"), 2, "unrecognized arguments: --speed"),
        ((NAME, "--settings", "missing.toml"), 1, "missing.toml: No such file"),
        ((NAME, "--data", "missing.npz"), 1, "missing.npz: no such file or folder"),
        ((NAME, "--export", __file__), 1, "there is a file of this name, not a folder"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments, code, says, experiment):
    assert says in experiment(*arguments, exit_code=code)
    assert experiment.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"epochs = ", b"speed = 3", b"epochs = 0", b"\xff"])
def test_a_settings_file_that_cannot_be_read_is_named(content, experiment, tmp_path):
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    assert str(path) in experiment(NAME, "--settings", path, exit_code=2)


def test_a_cluster_that_does_not_answer_is_a_failure_of_the_work(experiment, monkeypatch):
    def refuse(_where):
        raise ValueError("no cluster answers at localhost:1: is its scheduler running there?")

    monkeypatch.setattr(command, "open_executor", refuse)
    line = experiment(NAME, "--executor", "dask://localhost:1", exit_code=1)
    assert "no cluster answers" in line


# --- stopped, and gone on with ------------------------------------------------------------------


@pytest.fixture
def interrupted_after(monkeypatch):
    """Send Ctrl+C to the process when so many parts are kept."""
    keep = KeptOutcomes.keep
    monkeypatch.setattr(command, "open_executor", lambda _where: make_executor(1, "test"))

    def begin(count):
        def kept(self, *about):
            keep(self, *about)
            if self.n_kept == count:
                signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(KeptOutcomes, "keep", kept)

    yield begin
    monkeypatch.setattr(KeptOutcomes, "keep", keep)


def test_an_interrupted_run_goes_on_and_says_so(experiment, interrupted_after):
    few = (NAME, *QUICK, "--set", "n_starts=4")
    straight = experiment(*few)
    interrupted_after(1)
    line = experiment(*few, exit_code=130)
    assert "interrupted; 1 part of it is kept, and the same command goes on from there" in line
    interrupted_after(3)
    line = experiment(*few, exit_code=130)
    assert "3 parts of it are kept" in line
    interrupted_after(None)
    gone_on = experiment(*few)
    assert experiment.err == (
        "going on where it was stopped: 3 of 4 parts of training and walking are known "
        "(--anew begins afresh)\n"
    )
    assert without_time(gone_on) == without_time(straight)
    assert (straight["resumed"], gone_on["resumed"]) == (0, 3)
    assert not kept_folder().exists()


def test_anew_begins_afresh(experiment, interrupted_after):
    interrupted_after(1)
    experiment(NAME, *QUICK, exit_code=130)
    interrupted_after(None)
    experiment(NAME, *QUICK, "--anew")
    assert experiment.err == ""
    assert not kept_folder().exists()


def test_a_failure_says_what_is_kept(experiment, monkeypatch):
    def fail(*_about, **_options):
        raise TaskError("3 workers died under task 4")

    monkeypatch.setattr(command, "run_experiment", fail)
    line = experiment(NAME, exit_code=1)
    assert line == "gdviz: error: 3 workers died under task 4; no part of it was done yet"


def test_what_cannot_be_kept_is_said_when_it_matters(experiment, interrupted_after):
    kept_folder().parent.mkdir(parents=True, exist_ok=True)
    kept_folder().write_text("in the way")
    interrupted_after(0)
    line = experiment(NAME, *QUICK, exit_code=130)
    assert "interrupted; nothing more could be kept: " in line
    assert "cannot be made" in line


@pytest.mark.skipif(sys.platform != "linux", reason="children are told by /proc")
def test_ctrl_c_ends_processes_without_waiting_for_their_tasks():
    """A program of its own, as in a terminal; each of its tasks would take minutes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gdviz", "experiment", NAME, "--executor", "processes",
         "--set", "epochs=1000"],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip

    def children():
        pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return [pid for pid in pids if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]

    while not (workers := children()):
        assert process.poll() is None, process.stderr.read()
        signal.sigtimedwait([], 0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert err == "gdviz: error: interrupted; no part of it was done yet\n"
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
