"""Written programs: each entry of every table once, run by themselves, to the same cost."""

import dataclasses
import re
import struct
import subprocess
import sys

import numpy as np
import pytest

from gdviz.data.corruption import shuffle_labels
from gdviz.data.dataset import Split
from gdviz.data.idx_files import load_idx_files
from gdviz.data.mnist import FILES
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.initializers import INITIALIZERS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.schedules import SCHEDULES
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.evaluation import score
from gdviz.training.marks import BALL, STARTING, UNMARKED, Mark
from gdviz.training.program.writing import NoProgramError, check_start, program_text
from gdviz.training.trainer import Trainer

TOLERANCE = 1e-6
"""How far the cost may be off."""
MOST_LINES = 200
PLAIN_LINES = 105
"""Lines with something on them that a run may take, and that the lesson's may."""


@pytest.fixture(scope="module")
def folder(blobs, tmp_path_factory):
    """The small data as IDX files, half of them compressed by nobody."""
    path = tmp_path_factory.mktemp("idx")
    splits = (blobs.train, blobs.test)
    arrays = [a for split in splits for a in (split.images.reshape(-1, 4, 4), split.labels)]
    for name, array in zip(FILES, arrays, strict=True):
        head = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
        (path / name).write_bytes(head + array.tobytes())
    return path


def small(**settings):
    """A 16-8-3 network with the last mini-batch of an epoch smaller than the others."""
    given = {"layer_sizes": (16, 8, 3), "mini_batch": 16, "learning_rate": 0.1,
             "schedule_epochs": 4.0, "epochs": 5} | settings  # fmt: skip
    return TrainingConfig(**given)


SOFTMAX = {"output_activation": "softmax"}
TABLE = [
    small(),
    small(hidden_activation="tanh", optimizer="momentum", initializer="xavier",
          schedule="step", learning_rate=0.02),
    small(hidden_activation="relu", optimizer="adam", initializer="he", cost="cross_entropy",
          schedule="one_cycle", learning_rate=0.01, **SOFTMAX),
    small(hidden_activation="leaky_relu", optimizer="nesterov", output_activation="identity",
          schedule="exponential", learning_rate=0.005),
    small(hidden_activation="silu", optimizer="adagrad", cost="cross_entropy", schedule="cosine"),
    small(hidden_activation="gelu", optimizer="rmsprop", learning_rate=0.003, l1=1e-4, **SOFTMAX),
    small(hidden_activation="softplus", optimizer="adamw", learning_rate=0.01, l2=0.01, l1=1e-5),
    small(hidden_activation="step", initializer="normal", l2=1e-3, steepness=2.5),
    small(hidden_activation="identity", initializer="zeros", l1=1e-4, l2=1e-3,
          cost="cross_entropy", **SOFTMAX),
    small(steepness=1.5, layer_sizes=(16, 8, 6, 3), dropout=0.25, shuffle_labels=0.3),
    small(augment_shift=1.0, augment_rotation=20.0, augment_noise=0.1, n_examples=250),
    small(augment_noise=0.2, dropout=0.5, optimizer="momentum", steepness=0.5,
          hidden_activation="relu", learning_rate=0.02),
    small(augment_rotation=45.0, mini_batch="all", learning_rate=0.5),
    small(layer_sizes=(16, 3), mini_batch=1000, learning_rate=0.5, seed=2**60),
]  # fmt: skip


def trained(config, folder, changes=(), n_steps=85, engine="numpy"):
    """Take a run and give its trainer and its final cost."""
    dataset = shuffle_labels(
        load_idx_files(folder, str(folder)), config.shuffle_labels, config.seed
    )
    trainer = Trainer(config, dataset, engine=engine)
    for step, settings in (*changes, (n_steps, {})):
        while trainer.step < step:
            trainer.advance(step - trainer.step)
        trainer.change(trainer.config.replace(**settings))
    now = trainer.config
    cost, _ = score(
        now.architecture, trainer.parameters, dataset.train, now.cost, n_examples=now.n_examples
    )
    assert np.isfinite(cost)
    return trainer, cost


def printed(text, folder, tmp_path):
    """Run a program by itself and give the cost that it prints."""
    program = tmp_path / "run.py"
    program.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", program, folder], capture_output=True,
        text=True, check=False, timeout=60, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = re.fullmatch(r"cost (\d+\.\d{8}) after ([\d,]+) steps(?:; .*)?\n", done.stdout)
    assert found, done.stdout
    return float(found[1])


def n_lines(text):
    return sum(bool(line.strip()) for line in text.splitlines())


@pytest.mark.parametrize("config", TABLE, ids=range(len(TABLE)))
def test_a_program_comes_to_the_cost_of_both_engines(config, folder, tmp_path):
    trainer, cost = trained(config, folder)
    _, compiled_cost = trained(config, folder, engine="compiled")
    text = program_text(trainer.config, trainer.marks, trainer.step, cost)
    found = printed(text, folder, tmp_path)
    assert found == pytest.approx(cost, abs=TOLERANCE)
    assert found == pytest.approx(compiled_cost, abs=TOLERANCE)
    assert n_lines(text) <= MOST_LINES
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("setting", "table"),
    [
        ("hidden_activation", ACTIVATIONS), ("output_activation", OUTPUT_ACTIVATIONS),
        ("cost", COSTS), ("optimizer", OPTIMIZERS), ("schedule", SCHEDULES),
        ("initializer", INITIALIZERS),
    ],
)  # fmt: skip
def test_every_entry_of_every_table_is_tried(setting, table):
    assert {getattr(config, setting) for config in TABLE} == set(table)


def test_every_cost_is_tried_with_every_output_it_takes():
    tried = {(config.cost, config.output_activation) for config in TABLE}
    assert tried == {(cost.key, output) for cost in COSTS.values() for output in cost.outputs}


def test_every_other_setting_is_tried():
    first = TABLE[0]
    names = set(TrainingConfig.__slots__) - {"preset", "data", "epochs", "schedule_epochs"}
    assert {n for n in names for c in TABLE if getattr(c, n) != getattr(first, n)} == names


CHANGES = [
    (7, {"learning_rate": 0.05, "mini_batch": 10}),
    (20, {"optimizer": "adam", "learning_rate": 0.003}),
    (30, {"hidden_activation": "relu", "output_activation": "softmax"}),
    (41, {"cost": "cross_entropy", "schedule": "cosine", "schedule_epochs": 6.0}),
    (50, {"dropout": 0.2, "l2": 1e-3, "steepness": 2.0}),
    (58, {"optimizer": "adamw", "augment_noise": 0.1, "l1": 1e-4}),
    (66, {"optimizer": "gradient_descent", "augment_shift": 1.0, "augment_rotation": 9.0}),
    (72, {"hidden_activation": "sigmoid", "dropout": 0.0, "mini_batch": "all"}),
    (85, {"cost": "quadratic", "learning_rate": 0.001}),
]


@pytest.mark.parametrize("start", [0, 1, 2, 6, 9], ids=str)
def test_what_was_changed_on_the_way_is_changed_in_the_program(start, folder, tmp_path):
    trainer, cost = trained(TABLE[start], folder, CHANGES)
    text = program_text(trainer.config, trainer.marks, trainer.step)
    assert printed(text, folder, tmp_path) == pytest.approx(cost, abs=TOLERANCE)


def test_every_live_setting_is_changed():
    changed = {name for _, settings in CHANGES for name in settings}
    assert changed == set(TrainingConfig.__slots__) - STARTING - UNMARKED


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: "-".join(change[1]))
def test_one_change_alone_is_enough(change, folder, tmp_path):
    step, settings = change
    settings = {k: v for k, v in settings.items() if k != "cost" or v == "quadratic"}
    trainer, cost = trained(TABLE[0], folder, [(min(step, 40), settings)])
    text = program_text(trainer.config, trainer.marks, trainer.step)
    assert printed(text, folder, tmp_path) == pytest.approx(cost, abs=TOLERANCE)


def test_large_mini_batches_are_taken_in_parts(folder, tmp_path):
    """MNIST has more examples than fit one pass; here a thousand and a half are all."""
    generator = np.random.default_rng(2)
    (tmp_path / "data").mkdir()
    for name, array in (
        (FILES[0], generator.integers(0, 256, (1500, 4, 4))),
        (FILES[1], generator.integers(0, 3, 1500)),
        (FILES[2], generator.integers(0, 256, (9, 4, 4))), (FILES[3], generator.integers(0, 3, 9)),
    ):  # fmt: skip
        head = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
        (tmp_path / "data" / name).write_bytes(head + array.astype(np.uint8).tobytes())
    config = small(mini_batch="all", optimizer="adam", dropout=0.1)
    trainer, cost = trained(config, tmp_path / "data", n_steps=12)
    text = program_text(config, (), trainer.step)
    assert printed(text, tmp_path / "data", tmp_path) == pytest.approx(cost, abs=TOLERANCE)


def test_no_steps_are_the_start(folder, tmp_path):
    trainer, cost = trained(TABLE[0], folder, n_steps=0)
    text = program_text(trainer.config, trainer.marks, 0)
    assert printed(text, folder, tmp_path) == pytest.approx(cost, abs=1e-8)


def test_the_lesson_takes_about_a_hundred_lines():
    assert n_lines(program_text(PRESETS["lesson"], (), 1000)) <= PLAIN_LINES


@pytest.mark.parametrize("number", [*range(len(TABLE)), "changes"])
def test_no_name_is_undefined_or_unused(number, tmp_path):
    """By the linter, with the rules that it begins with."""
    if number == "changes":
        config, marks = TABLE[0], []
        for step, settings in CHANGES:
            marks += [Mark(step, name, getattr(config, name), v) for name, v in settings.items()]
            config = config.replace(**settings)
    else:
        config, marks = TABLE[number], ()
    program = tmp_path / "run.py"
    program.write_text(program_text(config, marks, 100, 0.5), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    rules = ["--line-length", "100", "--select", "E,F,I,W,UP,PLE", "--ignore", "E741"]
    done = subprocess.run([*ruff, *rules, program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_data_that_are_not_there_are_said_to_be(folder, tmp_path):
    program = tmp_path / "run.py"
    program.write_text(program_text(TABLE[0], (), 1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program, tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("train-images-idx3-ubyte (plain or .gz) is not in ")
    assert done.stderr.count("\n") == 1


def test_a_network_that_was_moved_by_hand_is_refused():
    with pytest.raises(NoProgramError, match="moved by hand after step 1,234"):
        program_text(TABLE[0], [Mark(1234, BALL, "", "moved by 0.3")], 2000)


def test_damaged_marks_are_refused():
    for mark in (
        Mark(3, "seed", 1, 2), Mark(3, "optimizer", "none", "adam"),
        Mark(3, "learning_rate", "print(1)", 0.5), Mark(3, "mini_batch", 1, "print(1)"),
    ):  # fmt: skip
        with pytest.raises(NoProgramError, match="changes on the way are damaged"):
            program_text(TABLE[0], [mark], 2000)


def test_a_run_that_began_elsewhere_is_seen_by_pixels_that_are_never_lit(blobs, small_config):
    images = blobs.train.images.copy()
    images[:, 3] = 0
    dataset = dataclasses.replace(blobs, train=Split(images, blobs.train.labels))
    trainer = Trainer(small_config, dataset, engine="numpy")
    trainer.advance(5)
    check_start(trainer.config, trainer.state(), dataset)
    with pytest.raises(NoProgramError, match="began with weights given to it"):
        check_start(trainer.config.replace(seed=8), trainer.state(), dataset)
    # What pulls at all weights leaves nothing to be seen.
    check_start(trainer.config.replace(seed=8, l2=0.1), trainer.state(), dataset)
