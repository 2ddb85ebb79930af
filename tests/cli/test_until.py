"""`gdviz train --until-...`: ends at the exact step, and says what ended it."""

import json

import numpy as np
import pytest

from gdviz.__main__ import main
from gdviz.analysis.goal_tracker import GoalTracker
from gdviz.cli.until import GuidedRun
from gdviz.training.evaluation import evaluate
from gdviz.training.goal import Goal
from gdviz.training.trainer import Trainer

SMALL = ("--hidden", "8", "--mini-batch", "16", "--learning-rate", "0.5", "--seed", "3")


@pytest.fixture
def data(blobs, tmp_path):
    path = tmp_path / "blobs.npz"
    np.savez(
        path, x_train=blobs.train.images.reshape(-1, 4, 4), y_train=blobs.train.labels,
        x_test=blobs.test.images.reshape(-1, 4, 4), y_test=blobs.test.labels,
    )  # fmt: skip
    return str(path)


@pytest.fixture
def train(capsys, data):
    def run(*arguments):
        assert main(["train", "--data", data, *SMALL, *map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_what_comes_first_ends_the_run_and_is_named(train):
    assert train("--epochs", 2)["stopped_by"] == "epochs"
    assert train("--steps", 30)["stopped_by"] == "steps"
    assert train("--epochs", 100, "--until-cost", 0.3)["stopped_by"] == "cost"
    assert train("--epochs", 1, "--until-cost", 0.0001)["stopped_by"] == "epochs"
    assert train("--epochs", 1000, "--until-plateau", 2)["stopped_by"] == "plateau"
    assert train("--epochs", 100_000, "--until-minutes", 0.002)["stopped_by"] == "minutes"


def test_accuracy_ends_the_run_at_the_end_of_an_epoch(train):
    found = train("--epochs", 100, "--until-accuracy", 90)
    assert found["stopped_by"] == "accuracy"
    assert found["test_accuracy"] >= 0.9
    assert found["epochs"] == round(found["epochs"]) < 100
    shorter = train("--epochs", round(found["epochs"]) - 1)
    assert shorter["test_accuracy"] < 0.9


def test_the_sentence_is_told_to_people(data, capsys):
    arguments = ["train", "--data", data, *SMALL, "--until-cost", "0.3", "--epochs", "99"]
    assert main(arguments) == 0
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("Reached a smoothed cost of 0.")
    assert last.endswith("; the goal was cost 0.3.")


def test_the_curves_hold_an_evaluation_an_epoch(train, tmp_path):
    path = tmp_path / "curves.csv"
    found = train("--epochs", 100, "--until-accuracy", 90, "--curves", path)
    scored = [line for line in path.read_text().splitlines()[1:] if not line.endswith(",,")]
    # The start is scored too, but has no row: rows are of steps.
    assert len(scored) == found["epochs"]


@pytest.mark.parametrize(
    ("option", "value", "limit"),
    [
        ("--until-cost", "0", ""),
        ("--until-accuracy", "101", " and at most 100"),
        ("--until-plateau", "-1", ""),
        ("--until-minutes", "0", ""),
    ],
)
def test_a_goal_out_of_range_is_refused_before_the_work(capsys, option, value, limit):
    assert main(["train", f"{option}={value}"]) == 2
    assert capsys.readouterr().err == (
        f"gdviz: error: {option} must be above 0{limit}, not {value}\n"
    )


@pytest.mark.parametrize("burst", [1, 7, 64])
def test_the_step_that_ends_a_run_does_not_depend_on_the_bursts(blobs, small_config, burst):
    config = small_config.replace(optimizer="adam", learning_rate=0.01)
    goal = Goal(cost=0.4)
    trainer = Trainer(config, blobs)
    guided = GuidedRun(trainer, goal, lambda: evaluate(None, None, blobs, "quadratic"))
    pieces = []
    while guided.reached is None:
        pieces.append(guided.advance(burst, lambda: False))
    straight, rows = Trainer(config, blobs), []
    while straight.step < 400:
        rows.append(straight.advance(1))
    tracker = GoalTracker(goal, 0, 0.0, straight.steps_per_epoch)
    tracker.see(np.concatenate(rows))
    assert trainer.step == tracker.reached.step
    assert np.concatenate(pieces).tobytes() == np.concatenate(rows[: trainer.step]).tobytes()
    again = Trainer(config, blobs)
    while again.step < trainer.step:
        again.advance(trainer.step - again.step)
    assert trainer.parameters.vector.tobytes() == again.parameters.vector.tobytes()
