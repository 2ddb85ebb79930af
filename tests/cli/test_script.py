"""`gdviz script`: a program on stdout or in a file, or one line that says why there is none."""

import re
import subprocess
import sys

import numpy as np
import pytest

from gdviz.__main__ import main
from gdviz.bundled import resources_folder
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.checkpoint import load_checkpoint, save_checkpoint, weights_bytes
from gdviz.storage.sessions import SavedBranch, SavedSession, save_session
from gdviz.training.branches import BranchState
from gdviz.training.config import PRESETS
from gdviz.training.evaluation import score
from gdviz.training.marks import BALL, Mark
from gdviz.training.state import Keyframe, initial_state
from gdviz.training.trainer import Trainer


@pytest.fixture
def saved(mnist, tmp_path):
    """A short run of the lesson on the first images."""
    trainer = Trainer(PRESETS["lesson"].replace(n_examples=600, seed=3), mnist)
    while trainer.epoch < 2:
        trainer.advance(100)
    path = tmp_path / "run.safetensors"
    save_checkpoint(path, trainer.config, trainer.state())
    return path


@pytest.fixture
def refused(capsys):
    """Give ``refused(*arguments) -> str``: the one line, and nothing else."""

    def run(*arguments):
        assert main(["script", *map(str, arguments)]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1, captured.err
        assert captured.err.startswith("gdviz: error: ")
        return captured.err.strip()

    return run


def test_the_program_of_a_saved_run_comes_to_its_cost(saved, mnist, tmp_path, capsys):
    config, state = load_checkpoint(saved)
    cost, _ = score(config.architecture, state.parameters, mnist.train.first(600), config.cost)
    program = tmp_path / "run.py"
    assert main(["script", str(saved), "--output", str(program)]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"{program} written, ")
    assert "for 38 steps; run it with python" in captured.err
    done = subprocess.run(
        [sys.executable, program, resources_folder() / "mnist"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = float(re.fullmatch(r"cost ([\d.]+) after 38 steps; .*\n", done.stdout)[1])
    assert found == pytest.approx(cost, abs=1e-6)
    assert done.stdout.endswith(f"; gdviz came to {cost:.8f}\n")


def test_the_program_of_the_bundled_adam_run_comes_to_its_cost(mnist, tmp_path):
    """Nine thousand steps of Adam make the last bit of a sum visible: none may differ."""
    saved, program = resources_folder() / "networks" / "sixteen.safetensors", tmp_path / "run.py"
    config, state = load_checkpoint(saved)
    cost, _ = score(config.architecture, state.parameters, mnist.train, config.cost)
    assert main(["script", str(saved), "--output", str(program)]) == 0
    done = subprocess.run(
        [sys.executable, program, resources_folder() / "mnist"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = float(re.match(r"cost ([\d.]+) after 9,000 steps; ", done.stdout)[1])
    assert found == pytest.approx(cost, abs=1e-6)


def test_without_a_file_it_is_printed_as_python_reads_it(saved, tmp_path, capfdbinary):
    assert main(["script", str(saved)]) == 0
    printed = capfdbinary.readouterr().out
    assert main(["script", str(saved), "--output", str(tmp_path / "run.py")]) == 0
    assert (tmp_path / "run.py").read_bytes() == printed
    assert "σ′(z)" in printed.decode("utf-8")


def test_the_live_branch_of_a_session_is_written(saved, tmp_path, capfdbinary):
    config, state = load_checkpoint(saved)
    first = Keyframe(initial_state(config), config, "numpy")
    head = Keyframe(state, config, "numpy")
    other = BranchState(1, None, 0, first, (first,))
    live = BranchState(2, 1, 0, head, (first,))
    session = SavedSession((SavedBranch(other), SavedBranch(live)), 2)
    save_session(tmp_path / "all.gdviz", session)
    printed = []
    for path in (saved, tmp_path / "all.gdviz"):
        assert main(["script", str(path)]) == 0
        printed.append(capfdbinary.readouterr().out)
    assert printed[0] == printed[1]


def test_weights_alone_are_refused(refused, tmp_path):
    architecture = Architecture((784, 4, 10))
    parameters = Parameters(np.zeros(architecture.n_parameters, np.float32), architecture.layout)
    (tmp_path / "w.safetensors").write_bytes(weights_bytes(architecture, parameters))
    assert "w.safetensors: holds weights alone" in refused(tmp_path / "w.safetensors")


def test_a_run_from_given_weights_is_refused(saved, refused, tmp_path):
    config, state = load_checkpoint(saved)
    other = tmp_path / "other.safetensors"
    save_checkpoint(other, config.replace(seed=4), state)
    assert "began with weights given to it" in refused(other)


def test_a_network_moved_by_hand_is_refused(saved, refused, tmp_path):
    config, state = load_checkpoint(saved)
    mark = Mark(7, BALL, "", "moved by 0.3")
    moved = type(state)(
        state.parameters, state.optimizer_state, state.optimizer_step, state.step, state.epoch,
        state.position, (mark,),
    )  # fmt: skip
    other = tmp_path / "other.safetensors"
    save_checkpoint(other, config, moved)
    said = refused(other)
    assert f"{other} cannot be written as a program: the network was moved by hand" in said


def test_data_that_a_program_cannot_read_are_refused(saved, refused, tmp_path):
    config, state = load_checkpoint(saved)
    other = tmp_path / "other.safetensors"
    np.savez(tmp_path / "data.npz", x=np.zeros(3))
    save_checkpoint(other, config.replace(data=str(tmp_path / "data.npz")), state)
    assert "a program reads a folder of IDX files only" in refused(other)
    save_checkpoint(other, config.replace(data=str(tmp_path / "none")), state)
    assert "none: no such file or folder" in refused(other)
    save_checkpoint(other, config.replace(n_examples=70_000), state)
    assert "70,000" in refused(other)


def test_what_is_no_network_is_refused(refused, tmp_path):
    (tmp_path / "text").write_text("hello")
    assert "this is a text file" in refused(tmp_path / "text")
    assert "no such file" in refused(tmp_path / "none")


def test_a_file_that_cannot_be_written_is_refused_before_the_work(saved, refused, tmp_path):
    assert "no such folder" in refused(saved, "--output", tmp_path / "none" / "run.py")
    assert "is a folder" in refused(saved, "--output", tmp_path)
