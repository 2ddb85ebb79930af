"""`gdviz train`: the promised JSON, exact resuming, refusals before the work, interruption."""

import csv
import gzip
import hashlib
import json
import math
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from gdviz.__main__ import main
from gdviz.analysis.interval import wilson_interval
from gdviz.data.sources import load_dataset
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.checkpoint import load_checkpoint, weights_bytes
from gdviz.storage.readers import NetworkFile
from gdviz.storage.writers import write_network
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.marks import STARTING, UNMARKED
from gdviz.training.records import record_dtype
from gdviz.training.trainer import Trainer

PROMISED = {
    "preset", "architecture", "parameters", "cost", "optimizer", "seed", "epochs", "steps",
    "train_cost", "test_cost", "test_accuracy", "test_correct", "test_total", "interval",
    "examples_per_second", "seconds", "parameters_sha256", "saved", "mini_batch",
    "activation", "output_activation", "learning_rate", "schedule", "schedule_epochs", "steepness",
    "l1", "l2", "dropout", "augment_shift", "augment_rotation", "augment_noise", "engine",
}  # fmt: skip


@pytest.fixture
def data(blobs, tmp_path):
    """The path of an NPZ of `blobs`, which trains in no time."""
    path = tmp_path / "blobs.npz"
    np.savez(
        path, x_train=blobs.train.images.reshape(-1, 4, 4), y_train=blobs.train.labels,
        x_test=blobs.test.images.reshape(-1, 4, 4), y_test=blobs.test.labels,
    )  # fmt: skip
    return str(path)


@pytest.fixture
def train(capsys):
    """Give ``train(*arguments) -> dict``, which must end well."""

    def run(*arguments, exit_code=0):
        assert main(["train", *map(str, arguments), "--json"]) == exit_code
        captured = capsys.readouterr()
        assert captured.out.count("\n") == 1
        run.err = captured.err
        return json.loads(captured.out, parse_constant=pytest.fail)

    return run


@pytest.fixture
def refused(capsys):
    """Give ``refused(exit_code, *arguments) -> str``: the one line, and nothing else."""

    def run(exit_code, *arguments):
        assert main(["train", *map(str, arguments)]) == exit_code
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1, captured.err
        assert captured.err.startswith("gdviz: error: ")
        return captured.err.strip()

    return run


@pytest.fixture
def no_training(monkeypatch):
    """Any step of training fails the test."""
    monkeypatch.setattr(Trainer, "advance", lambda *_: pytest.fail("trained before refusing"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--preset best", "best"), ("--hidden 0", "0"), ("--hidden -3", "-3"),
        ("--hidden 16 x", "'x' is not a whole number"), ("--hidden 70000", "50,000,000"),
        ("--activation swish", "swish"), ("--output-activation step", "step"),
        ("--cost hinge", "hinge"), ("--optimizer sgd2", "sgd2"),
        ("--cost cross_entropy --output-activation tanh", "tanh"),
        ("--learning-rate 0", "above 0"), ("--learning-rate -1", "above 0"),
        ("--learning-rate nan", "finite"), ("--learning-rate 1e10", "1e9"),
        ("--schedule steep", "steep"), ("--schedule-epochs 0", "schedule's length"),
        ("--mini-batch 0", "at least one"), ("--mini-batch some", "'some'"),
        ("--initializer ones", "ones"), ("--epochs -1", "-1"), ("--epochs 1000000", "100,000"),
        ("--epochs 1.5", "'1.5'"), ("--seed -1", "-1"), ("--seed 9223372036854775808", "seed"),
        ("--n-examples 0", "at least one"), ("--n-examples 60001", "60,000"),
        ("--shuffle-labels 1.1", "0 to 1"), ("--shuffle-labels -0.1", "0 to 1"),
        ("--steps -1", "--steps"), ("--engine gpu", "gpu"), ("--seed", "expected one argument"),
    ],
)  # fmt: skip
def test_an_option_out_of_range_is_refused_with_code_2(arguments, says, refused, no_training):
    assert says in refused(2, *arguments.split())


def test_json_keeps_every_promise(train, data, tmp_path):
    saved = tmp_path / "a.safetensors"
    found = train("--data", data, "--hidden", 8, "--epochs", 5, "--seed", 0, "--save", saved)
    assert set(found) >= PROMISED
    assert (found["architecture"], found["parameters"]) == ("16-8-3", 16 * 8 + 8 + 24 + 3)
    assert (found["seed"], found["epochs"], found["steps"]) == (0, 5.0, 50)
    assert (found["mini_batch"], found["n_examples"]) == (32, 300)
    assert (found["test_total"], found["saved"]) == (90, str(saved))
    assert found["test_accuracy"] == found["test_correct"] / 90
    assert found["interval"] == list(wilson_interval(found["test_correct"], 90))
    assert found["examples_per_second"] * found["seconds"] == pytest.approx(1500)
    config, state = load_checkpoint(saved)
    assert (config.seed, state.step, state.epoch) == (0, 50, 5)
    assert train.err == ""
    again = train("--data", data, "--hidden", 8, "--epochs", 5, "--seed", 0)
    assert again["parameters_sha256"] == found["parameters_sha256"]
    other = train("--data", data, "--hidden", 8, "--epochs", 5, "--seed", 7)
    assert other["parameters_sha256"] != found["parameters_sha256"]


def test_text_for_people_goes_to_stderr(data, capsys):
    assert main(["train", "--data", data, "--epochs", "1"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "of 90" in captured.err
    assert "steepness" not in captured.err


def test_what_differs_from_the_defaults_is_said(train, data, capsys):
    given = {"steepness": 2.0, "l1": 1e-5, "l2": 1e-4, "dropout": 0.25, "augment_shift": 1.5,
             "augment_rotation": 10.0, "augment_noise": 0.1}  # fmt: skip
    options = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
    found = train("--data", data, "--steps", 1, *options)
    assert {name: found[name] for name in given} == given
    assert main(["train", "--data", data, "--steps", "1", "--schedule", "cosine", *options]) == 0
    said = capsys.readouterr().err
    assert "schedule cosine over 25 epochs, steepness 2, L1 1e-05, L2 0.0001, dropout 0.25" in said
    assert "shift 1.5 px, rotation 10°, noise 0.1\n" in said


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_and_two_epochs_equal_four_for_every_optimizer(optimizer, train, data, tmp_path):
    half = tmp_path / "half.safetensors"
    given = ["--data", data, "--hidden", 8, "--optimizer", optimizer, "--learning-rate", 0.01,
             "--schedule", "cosine", "--mini-batch", 7]  # fmt: skip
    four = train(*given, "--epochs", 4)
    two = train(*given, "--epochs", 2, "--save", half)
    resumed = train("--resume", half, "--epochs", 4)
    assert two["parameters_sha256"] != four["parameters_sha256"]
    for key in ("parameters_sha256", "steps", "epochs", "train_cost", "test_correct"):
        assert resumed[key] == four[key]


@pytest.mark.parametrize("preset", PRESETS)
def test_two_and_two_epochs_equal_four_for_every_preset(preset, train, tmp_path):
    half = tmp_path / "half.safetensors"
    given = ["--preset", preset, "--n-examples", 2000]
    four = train(*given, "--epochs", 4)
    train(*given, "--epochs", 2, "--save", half)
    resumed = train("--resume", half, "--epochs", 4)
    assert resumed["parameters_sha256"] == four["parameters_sha256"]
    assert (resumed["preset"], resumed["n_examples"]) == (preset, 2000)


def test_steps_end_in_the_middle_and_resume_to_the_bit(train, data, tmp_path):
    part = tmp_path / "part.safetensors"
    given = ["--data", data, "--shuffle-labels", 0.3, "--mini-batch", 16, "--epochs", 3]
    assert train(*given, "--steps", 23, "--save", part)["steps"] == 23
    whole, resumed = train(*given), train("--resume", part)
    assert resumed["parameters_sha256"] == whole["parameters_sha256"]
    assert train(*given, "--steps", 0)["steps"] == 0


def test_a_resumed_run_takes_a_new_learning_rate_and_marks_it(train, data, tmp_path):
    first, second = tmp_path / "1.safetensors", tmp_path / "2.safetensors"
    train("--data", data, "--epochs", 1, "--save", first)
    train("--resume", first, "--epochs", 2, "--learning-rate", 0.125, "--save", second)
    config, state = load_checkpoint(second)
    assert config.learning_rate == 0.125
    assert [(mark.step, mark.after) for mark in state.marks] == [(10, 0.125)]


LIVE = {
    "hidden_activation": "relu", "output_activation": "softmax", "cost": "cross_entropy",
    "optimizer": "adam", "learning_rate": 0.01, "schedule": "cosine", "schedule_epochs": 6.0,
    "mini_batch": 16, "steepness": 1.5, "l1": 1e-6, "l2": 1e-4, "dropout": 0.1,
    "augment_shift": 1.0, "augment_rotation": 5.0, "augment_noise": 0.05,
}  # fmt: skip


def option(setting):
    """The option of a setting: all but one are named as it is."""
    return f"--{setting.removeprefix('hidden_').replace('_', '-')}"


@pytest.mark.parametrize("settings", [*({name: LIVE[name]} for name in LIVE), LIVE], ids=str)
def test_a_change_on_resuming_is_that_of_one_process(settings, train, data, tmp_path):
    """Two epochs, a change and two more are the same bytes by `Trainer.change` in one run."""
    half, end = tmp_path / "half.safetensors", tmp_path / "end.safetensors"
    train("--data", data, "--hidden", 8, "--epochs", 2, "--save", half)
    config, _ = load_checkpoint(half)
    trainer = Trainer(config, load_dataset(data))
    for change in ({}, settings):
        trainer.change(trainer.config.replace(**change))
        last = trainer.epoch + 2
        while trainer.epoch < last:
            trainer.advance(1000)
    given = [word for name, value in settings.items() for word in (option(name), value)]
    found = train("--resume", half, "--epochs", 4, *given, "--save", end)
    expected = hashlib.sha256(trainer.parameters.vector.tobytes()).hexdigest()
    assert found["parameters_sha256"] == expected
    config, state = load_checkpoint(end)
    assert {name: getattr(config, name) for name in settings} == settings
    assert state.marks == trainer.marks
    assert {mark.setting for mark in state.marks} == set(settings)
    assert {mark.step for mark in state.marks} == {20}


def test_every_live_setting_is_tried():
    assert set(LIVE) == set(TrainingConfig.__slots__) - STARTING - UNMARKED


def test_a_resumed_sweep_goes_by_the_settings_given(train, data, tmp_path):
    saved = tmp_path / "a.safetensors"
    train("--data", data, "--hidden", 8, "--epochs", 1, "--save", saved)
    sweep = ("--resume", saved, "--find-learning-rate")
    plain, adam = train(*sweep), train(*sweep, "--optimizer", "adam")
    assert plain["step"] == adam["step"] == 10
    assert plain["costs"] != adam["costs"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--seed 3", "--seed cannot be changed"), ("--hidden 9", "--hidden cannot be changed"),
        ("--preset lesson", "--preset cannot be changed"),
        ("--preset lesson --hidden 9", "--hidden cannot be changed"),
        ("--initializer he", "--initializer cannot be changed"),
        ("--n-examples 9", "--n-examples cannot be changed"),
        ("--shuffle-labels 0.1", "--shuffle-labels cannot be changed"),
        ("--epochs -1", "number of epochs"), ("--learning-rate 0", "learning rate"),
        ("--dropout 1", "below 1"), ("--output-activation softmax --cost hinge", "hinge"),
    ],
)  # fmt: skip
def test_what_a_resumed_run_has_fixed_is_refused(arguments, says, train, refused, data, tmp_path):
    saved = tmp_path / "a.safetensors"
    train("--data", data, "--epochs", 1, "--save", saved)
    assert says in refused(2, "--resume", saved, *arguments.split())


def weights_file(path, scaling="0-1", value=None):
    architecture = Architecture((784, 5, 10), "tanh", "sigmoid")
    vector = np.random.default_rng(3).normal(0, 0.1, architecture.n_parameters).astype(np.float32)
    if value is not None:
        vector[0] = value
    network = NetworkFile("test", architecture, Parameters(vector, architecture.layout), scaling)
    write_network(path, network)
    return network


def test_weights_alone_begin_a_new_run_scaled_for_its_inputs(train, tmp_path):
    """A network for standardised inputs must say of each image what it said before."""
    network = weights_file(tmp_path / "w.npz", "standardised")
    found = train("--resume", tmp_path / "w.npz", "--steps", 0, "--n-examples", 100)
    expected = hashlib.sha256(
        np.ascontiguousarray(network.parameters_for_unit_inputs().vector).tobytes()
    ).hexdigest()
    assert found["parameters_sha256"] == expected
    assert (found["architecture"], found["activation"]) == ("784-5-10", "tanh")


@pytest.mark.parametrize("option", ["--hidden 5", "--activation relu", "--steepness 2"])
def test_weights_alone_fix_the_shape(option, refused, tmp_path):
    weights_file(tmp_path / "w.npz")
    assert "cannot be changed" in refused(2, "--resume", tmp_path / "w.npz", *option.split())


def test_weights_that_are_not_finite_are_no_start(refused, tmp_path):
    weights_file(tmp_path / "w.npz", value=math.nan)
    assert "1 parameters are not finite" in refused(1, "--resume", tmp_path / "w.npz")


@pytest.mark.parametrize("name", ["", "folder", "text.safetensors", "missing.safetensors"])
def test_what_is_no_network_is_refused(name, refused, no_training, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.safetensors").write_text("hello\n")
    assert (name or ".") in refused(1, "--resume", name)


@pytest.mark.parametrize("option", ["--save", "--curves"])
def test_a_file_that_cannot_be_written_is_refused_before_training(
    option, refused, no_training, tmp_path, monkeypatch
):
    assert "no such folder" in refused(1, option, tmp_path / "none" / "a")
    assert "is a folder" in refused(1, option, tmp_path)
    assert "is a device" in refused(1, option, os.devnull)
    assert "is a folder" in refused(1, option, "")
    # To the superuser no folder is read-only; what the system would say is given instead.
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert "read-only" in refused(1, option, tmp_path / "a")


def test_two_outputs_in_one_file_are_refused(refused, no_training, tmp_path):
    assert "same file" in refused(2, "--save", tmp_path / "a", "--curves", tmp_path / "a")


def test_curves_hold_every_step_and_the_score(train, data, tmp_path):
    path = tmp_path / "curves.csv"
    found = train("--data", data, "--epochs", 2, "--curves", path, "--learning-rate", 0.5)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(1, 21))
    assert float(rows[9]["epoch"]) == 1.0
    assert {row["learning_rate"] for row in rows} == {"0.5"}
    assert float(rows[0]["mini_batch_cost"]) == pytest.approx(float(rows[0]["smoothed_cost"]))
    assert [row["test_total"] for row in rows] == [""] * 19 + ["90"]
    assert int(rows[-1]["test_correct"]) == found["test_correct"]


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
def test_divergence_names_the_step_and_saves_the_last_finite_network(engine, train, data, tmp_path):
    saved = tmp_path / "a.safetensors"
    found = train(
        "--data", data, "--activation", "relu", "--output-activation", "identity",
        "--learning-rate", 1e9, "--engine", engine, "--save", saved, exit_code=1,
    )  # fmt: skip
    assert found["diverged_at"] == found["steps"] + 1
    assert f"stopped being finite at step {found['diverged_at']:,};" in train.err
    assert train.err.count("\n") == 1
    _, state = load_checkpoint(saved)
    assert state.step == found["steps"]
    assert np.isfinite(state.parameters.vector).all()


@pytest.mark.parametrize("kept", [0, 3, 20, 2000])
def test_truncated_idx_files_are_refused(kept, refused, tmp_path, no_training):
    images = np.zeros((300, 28, 28), np.uint8)
    whole = (2051).to_bytes(4, "big") + b"".join(n.to_bytes(4, "big") for n in images.shape)
    for part in ("train", "t10k"):
        name = f"{part}-images-idx3-ubyte"
        (tmp_path / name).write_bytes((whole + images.tobytes())[:kept])
        labels = (2049).to_bytes(4, "big") + (300).to_bytes(4, "big") + bytes(300)
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels)[:-9])
    assert "idx" in refused(1, "--data", tmp_path)


@pytest.mark.parametrize("kept", [0, 10, 500, 3000])
def test_a_truncated_npz_is_refused(kept, data, refused, tmp_path, no_training):
    path = tmp_path / "part.npz"
    with open(data, "rb") as file:  # noqa: PTH123  # a few bytes of it
        path.write_bytes(file.read(kept))
    assert "part.npz" in refused(1, "--data", path)


def test_missing_data_and_missing_arrays_are_named(refused, tmp_path, no_training):
    assert "no such file or folder" in refused(1, "--data", tmp_path / "none")
    np.savez(tmp_path / "a.npz", x_train=np.zeros((2, 2, 2), np.uint8))
    assert "y_train" in refused(1, "--data", tmp_path / "a.npz")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_saves_what_it_has(number, data, tmp_path):
    """The signal is sent when the first step is done, as a marker file says."""
    saved, program = tmp_path / "a.safetensors", tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        "from gdviz.__main__ import main\n"
        "from gdviz.training.trainer import Trainer\n"
        "advance = Trainer.advance\n"
        "def told(*arguments):\n"
        "    records = advance(*arguments)\n"
        "    print('step', flush=True)\n"
        "    return records\n"
        "Trainer.advance = told\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    arguments = ["train", "--data", data, "--epochs", "100000", "--save", str(saved)]
    with subprocess.Popen(
        [sys.executable, str(program), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "step\n"
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    last = errors.splitlines()[-1]
    assert last.startswith("gdviz: error: interrupted at step ")
    assert last.endswith(f"saved to {saved}")
    _, state = load_checkpoint(saved)
    assert f"at step {state.step:,};" in last


def test_an_interruption_leaves_a_large_step_at_once(train, data, monkeypatch):
    """Between two chunks of a full batch too; the handlers are put back afterwards."""
    before = signal.getsignal(signal.SIGINT)
    asked = []

    def advance(_self, _steps, should_stop):
        signal.raise_signal(signal.SIGINT)
        asked.append(should_stop())
        return np.empty(0, record_dtype(3))

    monkeypatch.setattr(Trainer, "advance", advance)
    found = train("--data", data, exit_code=130)
    assert (asked, found["steps"], found["examples_per_second"]) == ([True], 0, None)
    assert signal.getsignal(signal.SIGINT) is before


def test_steps_alone_say_how_long_whatever_the_preset(capsys):
    """`--steps` goes beyond the preset's epochs; with `--epochs` what comes first ends the run."""
    base = ["train", "--n-examples", "320", "--hidden", "4", "--json"]
    for options, expected in ((["--steps", "300"], 300), (["--steps", "300", "--epochs", "2"], 20)):
        assert main([*base, *options]) == 0
        assert json.loads(capsys.readouterr().out)["steps"] == expected


def test_weights_alone_keep_their_steepness(train, tmp_path):
    architecture = Architecture((784, 5, 10), "tanh", "sigmoid", steepness=2.5)
    parameters = Parameters(np.zeros(architecture.n_parameters, np.float32), architecture.layout)
    (tmp_path / "w.safetensors").write_bytes(weights_bytes(architecture, parameters))
    saved = tmp_path / "run.safetensors"
    train(
        "--resume", tmp_path / "w.safetensors", "--n-examples", 100, "--steps", 1, "--save", saved
    )
    config, _ = load_checkpoint(saved)
    assert config.steepness == 2.5


def test_a_preset_beside_hidden_layers_does_not_hide_them(refused, tmp_path):
    """`--preset` once made `--hidden` go unnoticed where weights alone are gone on from."""
    weights_file(tmp_path / "w.npz")
    arguments = ("--resume", tmp_path / "w.npz", "--preset", "lesson", "--hidden", "32")
    assert "--hidden cannot be changed" in refused(2, *arguments)
