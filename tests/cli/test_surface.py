"""`gdviz surface`: the promised file and JSON, every kind of plane, refusals, going on."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from gdviz.__main__ import main
from gdviz.analysis.directions import DIRECTIONS
from gdviz.analysis.tiles import TileError
from gdviz.cli import surface as command
from gdviz.cli.surface_plane import KINDS
from gdviz.nn.network import mean_cost, one_hot
from gdviz.nn.parameters import Parameters
from gdviz.storage.checkpoint import load_checkpoint, save_checkpoint
from gdviz.storage.readers import read_network
from gdviz.storage.surfaces import part_path
from gdviz.storage.writers import write_network
from gdviz.training.trainer import Trainer

PROMISED = {
    "directions", "resolution", "n_examples", "seconds", "cost_min", "cost_max", "cost_center",
    "saved",
}  # fmt: skip
ARRAYS = {
    "cost", "u", "v", "origin", "direction_u", "direction_v", "example_indices", "standard_error",
}  # fmt: skip
N_EXAMPLES = 200


@pytest.fixture(scope="module")
def run_files(tmp_path_factory, blobs):
    """A folder with a run of `blobs`: data.npz, a.safetensors on the way, b.safetensors at 40."""
    from gdviz.training.config import TrainingConfig

    folder = tmp_path_factory.mktemp("run")
    np.savez(
        folder / "data.npz",
        x_train=blobs.train.images.reshape(-1, 4, 4), y_train=blobs.train.labels,
        x_test=blobs.test.images.reshape(-1, 4, 4), y_test=blobs.test.labels,
    )  # fmt: skip
    config = TrainingConfig(
        layer_sizes=(16, 8, 3), mini_batch=16, learning_rate=0.5, epochs=3, schedule_epochs=3,
        data=str(folder / "data.npz"),
    )  # fmt: skip
    trainer = Trainer(config, blobs)
    for name, step in (("start", 0), ("a", 20), ("b", 40)):
        while trainer.step < step:
            trainer.advance(step - trainer.step)
        save_checkpoint(folder / f"{name}.safetensors", config, trainer.state())
    write_network(folder / "weights.json", read_network(folder / "b.safetensors"), "json")
    return folder


@pytest.fixture
def surface(run_files, tmp_path, capsys):
    """Give ``surface(*options, file=..., exit_code=0) -> (report or error line, arrays)``."""
    output = tmp_path / "out.npz"

    def run(*options, file="b.safetensors", exit_code=0):
        arguments = ["surface", str(run_files / file), "--output", str(output)]
        arguments += ["--json", *map(str, options)]
        if "--n-examples" not in arguments:
            arguments += ["--n-examples", str(N_EXAMPLES)]
        assert main(arguments) == exit_code
        captured = capsys.readouterr()
        run.err = captured.err
        if exit_code:
            assert captured.out == ""
            assert captured.err.splitlines()[-1].startswith("gdviz: error: ")
            return captured.err.splitlines()[-1], None
        with np.load(output) as arrays:
            return json.loads(captured.out, parse_constant=pytest.fail), dict(arrays)

    run.output, run.folder = output, run_files
    return run


def cost_at(arrays, blobs, row, column):
    """The readable reference at one point of a saved surface."""
    vector = (
        arrays["origin"].astype(np.float64)
        + arrays["u"][column] * arrays["direction_u"]
        + arrays["v"][row] * arrays["direction_v"]
    )
    from gdviz.nn.parameters import Architecture

    architecture = Architecture((16, 8, 3))
    which = arrays["example_indices"]
    inputs = blobs.train.inputs(which, np.float64)
    targets = one_hot(blobs.train.labels[which], 3, np.float64)
    parameters = Parameters(vector, architecture.layout)
    return mean_cost(architecture, parameters, inputs, targets, "quadratic")


OPTIONS = {
    "weights": ["--weights", "3", "140"],
    "networks": ["--other", "a.safetensors"],
}


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_kind_of_plane_gives_the_real_cost(kind, surface, blobs):
    name = DIRECTIONS[kind].name
    options = [
        str(surface.folder / o) if o.endswith("safetensors") else o for o in OPTIONS.get(name, [])
    ]
    report, arrays = surface("--directions", name, "--resolution", 7, 5, *options)
    assert set(report) >= PROMISED
    assert set(arrays) == ARRAYS
    assert (report["directions"], report["resolution"]) == (name, [7, 5])
    assert arrays["cost"].shape == (5, 7)
    assert (len(arrays["u"]), len(arrays["v"])) == (7, 5)
    for row, column in ((0, 0), (4, 1), (2, 6)):
        expected = cost_at(arrays, blobs, row, column)
        assert arrays["cost"][row, column] == pytest.approx(expected, rel=1e-5)
    assert report["cost_min"] == arrays["cost"].min()
    assert report["cost_max"] == arrays["cost"].max()
    own = read_network(surface.folder / "b.safetensors").parameters.vector
    np.testing.assert_array_equal(arrays["origin"], own)
    assert report["saved"] == str(surface.output)
    assert not part_path(surface.output).exists()
    assert surface.err == ""


def test_the_center_is_the_cost_of_the_network_itself(surface, blobs):
    report, arrays = surface("--span", 0.5, "--resolution", 5)
    assert report["resolution"] == 5
    assert (arrays["u"][0], arrays["v"][-1]) == (-0.5, 0.5)
    assert report["cost_center"] == pytest.approx(cost_at(arrays, blobs, 2, 2), rel=1e-5)
    assert report["cost_center"] == pytest.approx(arrays["cost"][2, 2], rel=1e-6)
    assert report["unit_shares"] == pytest.approx([1, 1], rel=1e-5), "neuron-normalised"


def test_examples_are_rows_of_the_training_set(surface):
    report, arrays = surface("--n-examples", 17, "--resolution", 3)
    assert (report["n_examples"], arrays["example_indices"].tolist()) == (17, list(range(17)))
    report, _ = surface("--n-examples", "all", "--resolution", 3)
    assert report["n_examples"] == 300


def test_seed_and_normalisation_choose_the_random_plane(surface):
    _, first = surface("--resolution", 3)
    _, again = surface("--resolution", 3, "--seed", 0)
    _, other = surface("--resolution", 3, "--seed", 1)
    _, plain = surface("--resolution", 3, "--normalize", "none")
    np.testing.assert_array_equal(first["direction_u"], again["direction_u"])
    assert not np.array_equal(first["direction_u"], other["direction_u"])
    assert np.std(plain["direction_u"]) == pytest.approx(1, abs=0.2)


def test_a_path_of_files_lays_the_plane_that_the_files_lie_on(surface):
    names = [str(surface.folder / f"{name}.safetensors") for name in ("start", "a", "b")]
    report, arrays = surface("--directions", "trajectory", "--path", *names, "--resolution", 3)
    assert sum(report["explained"]) == pytest.approx(1)
    basis = np.stack([arrays["direction_u"], arrays["direction_v"]])
    for name in names:
        away = read_network(name).parameters.vector - arrays["origin"].astype(np.float64)
        np.testing.assert_allclose(basis.T @ (basis @ away), away, atol=1e-6)


def test_the_last_steps_of_a_file_are_those_of_its_run(surface, blobs):
    _, arrays = surface("--directions", "steps", "--resolution", 3)
    config, _ = load_checkpoint(surface.folder / "b.safetensors")
    trainer = Trainer(config, blobs)
    while trainer.step < 39:
        trainer.advance(39 - trainer.step)
    step = arrays["origin"].astype(np.float64) - trainer.parameters.vector
    np.testing.assert_allclose(arrays["direction_u"], step / np.linalg.norm(step), atol=1e-6)


def test_the_cost_curves_most_along_the_curvature_directions(surface):
    def bends(directions):
        options = ["--span", 0.01, "--resolution", 3, "--n-examples", 200]
        _, arrays = surface("--directions", directions, *options)
        lengths = [np.linalg.norm(arrays[f"direction_{axis}"]) for axis in "uv"]
        cost = arrays["cost"]
        lines = cost[1], cost[:, 1]
        return [
            np.diff(line, 2)[0] / length**2 for line, length in zip(lines, lengths, strict=True)
        ]

    first, second = bends("curvature")
    assert first > second > 0
    assert max(bends("gradient")) <= first
    assert max(bends("steps")) <= first


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ("--directions north", 2, "north"),
        ("--resolution 1", 2, "from 2 to 2,001, not 1"),
        ("--resolution 3 4 5", 2, "one or two numbers"),
        ("--span 0", 2, "--span must be above 0"),
        ("--n-examples 301", 2, "1 to 300"),
        ("--n-examples none", 2, "'none'"),
        ("--seed -1", 2, "--seed"),
        ("--executor gpu", 2, "threads, processes, dask://HOST:PORT"),
        ("--executor dask://nowhere", 2, "dask://HOST:PORT"),
        ("--directions weights", 2, "--weights I J, two of the parameters 0 to 162"),
        ("--directions weights --weights 5 5", 2, "two different weights"),
        ("--directions weights --weights 5 163", 2, "no parameter 163"),
        ("--directions networks", 2, "--other FILE"),
        ("--directions random --weights 1 2", 2, "--weights does nothing"),
        ("--directions gradient --path x", 2, "--path does nothing"),
        ("--directions networks --other missing.npz", 1, "missing.npz"),
        ("--cost cross_entropy --data missing", 1, "missing"),
        ("--data mnist", 1, "784"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(options, code, says, surface):
    line, _ = surface(*options.split(), exit_code=code)
    assert says in line
    assert surface.err.count("\n") == 1
    assert not surface.output.exists()


@pytest.mark.parametrize("directions", ["trajectory", "steps", "gradients"])
def test_without_a_run_a_path_is_asked_for(directions, surface):
    data = str(surface.folder / "data.npz")
    line, _ = surface("--directions", directions, "--data", data, file="weights.json", exit_code=2)
    assert "holds no run and so no path; give networks saved on the way" in line
    assert "--path FILE" in line
    line, _ = surface("--directions", directions, file="start.safetensors", exit_code=1)
    assert "no step has been taken yet" in line


def test_an_output_that_cannot_be_written_is_refused_before_the_work(surface, monkeypatch):
    monkeypatch.setattr(command, "compute_surface", lambda *_, **__: pytest.fail("computed"))
    surface.output.mkdir()
    line, _ = surface(exit_code=1)
    assert "is a folder" in line


def test_people_read_what_the_axes_are(run_files, tmp_path, capsys):
    arguments = ["surface", str(run_files / "b.safetensors"), "--output", str(tmp_path / "o.npz")]
    assert main([*arguments, "--directions", "gradient", "--n-examples", "50"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "41 × 41 points on 50 images" in captured.err
    assert "u along −∇C" in captured.err
    assert "of |θ|" in captured.err


def test_what_is_guessed_and_what_is_not_orthogonal_is_said(run_files, tmp_path, capsys):
    network = read_network(run_files / "b.safetensors").parameters
    names = ("w1", "w2"), ("b1", "b2")
    arrays = dict(zip(names[0], network.weights, strict=True))
    np.savez(tmp_path / "plain.npz", **arrays, **dict(zip(names[1], network.biases, strict=True)))
    arguments = ["surface", str(tmp_path / "plain.npz"), "--output", str(tmp_path / "o.npz")]
    arguments += ["--data", str(run_files / "data.npz"), "--n-examples", "50"]
    assert main([*arguments, "--normalize", "layer", "--resolution", "3"]) == 0
    said = capsys.readouterr().err
    assert "not exactly orthogonal" in said
    assert "guessed, since the file does not say" in said
    assert main([*arguments, "--directions", "gradient", "--resolution", "3"]) == 0
    assert "orthogonal" not in capsys.readouterr().err


def test_an_interrupted_surface_is_kept_and_gone_on_with(surface, monkeypatch):
    """Ctrl+C at the first news; afterwards only what is missing is computed."""
    expected = surface("--resolution", 31)[1]["cost"]
    surface.output.unlink()
    keeper = command.Keeper.see

    def interrupted(self, share):
        keeper(self, share)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(command.Keeper, "see", interrupted)
    monkeypatch.setattr(
        command.SliceTask, "points_per_chunk", property(lambda _task: 40), raising=True
    )
    line, _ = surface("--resolution", 31, exit_code=130)
    assert "interrupted; " in line
    assert f"is kept in {part_path(surface.output)}" in line
    assert not surface.output.exists()
    monkeypatch.setattr(command.Keeper, "see", keeper)
    computed = []
    through = command.compute_surface

    def counted(task, *arguments, **options):
        computed.append(task.n_points)
        return through(task, *arguments, **options)

    monkeypatch.setattr(command, "compute_surface", counted)
    report, arrays = surface("--resolution", 31)
    assert "going on from" in surface.err
    assert 0 < computed[0] < 31 * 31
    assert report["resumed"] == pytest.approx(1 - computed[0] / 31**2)
    np.testing.assert_array_equal(arrays["cost"], expected)
    assert not part_path(surface.output).exists()


def test_a_part_of_another_request_is_not_gone_on_with(surface, monkeypatch):
    def fail(task, *_, **__):
        task.compute(0, 5)
        raise TileError("3 workers died under one part of the surface")

    with monkeypatch.context() as patched:
        patched.setattr(command, "compute_surface", fail)
        line, _ = surface("--resolution", 9, exit_code=1)
    assert line.startswith("gdviz: error: 3 workers died under one part of the surface; 6% is kept")
    report, _ = surface("--resolution", 9, "--seed", 3)
    assert report["resumed"] == 0


def test_what_is_known_is_kept_now_and_then(surface, monkeypatch):
    kept = []
    keep = command.Keeper.keep
    monkeypatch.setattr(command.Keeper, "keep", lambda self: kept.append(keep(self)))
    monkeypatch.setattr(command, "_KEEP_EVERY_S", 0.0)
    monkeypatch.setattr(command.SliceTask, "points_per_chunk", property(lambda _task: 40))
    surface("--resolution", 31)
    assert len(kept) > 5


def test_processes_give_the_same_file(run_files, tmp_path):
    """As a program of its own: what it starts imports its main module again."""
    files = []
    for where in ("threads", "processes"):
        output = tmp_path / f"{where}.npz"
        arguments = ["surface", str(run_files / "b.safetensors"), "--output", str(output)]
        arguments += ["--resolution", "21", "--n-examples", "200", "--executor", where, "--json"]
        finished = subprocess.run(
            [sys.executable, "-m", "gdviz", *arguments],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert finished.returncode == 0, finished.stderr
        assert finished.stderr == ""
        files.append(output.read_bytes())
    assert files[0] == files[1]
