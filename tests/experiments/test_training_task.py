"""The training of one network as a task: the same however it is cut, and soon stopped."""

import dataclasses

import numpy as np
import pytest

from gdviz.data.corruption import shuffle_labels
from gdviz.data.sources import load_dataset
from gdviz.experiments import training_task as module
from gdviz.experiments.training_task import TrainingTask, dataset_of, train
from gdviz.nn.parameters import Parameters
from gdviz.runtime.background_job import Cancelled
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import score
from gdviz.training.trainer import Trainer


class Listening:
    """A channel that notes all, and may stop the task at its n-th look."""

    def __init__(self, last_look=None):
        self.n_looks, self.told, self._last_look = 0, [], last_look

    def look(self):
        self.n_looks += 1
        if self.n_looks == self._last_look:
            raise Cancelled

    def tell(self, share, part):
        self.told.append((share, part))


@pytest.fixture
def config(blobs, tmp_path, small_config):
    path = tmp_path / "blobs.npz"
    np.savez(
        path, x_train=blobs.train.images.reshape(-1, 4, 4), y_train=blobs.train.labels,
        x_test=blobs.test.images.reshape(-1, 4, 4), y_test=blobs.test.labels,
    )  # fmt: skip
    return small_config.replace(data=str(path))


def biggest(moment):
    """A measure of the top level."""
    return {"biggest": float(np.abs(moment.parameters.vector).max())}


def same(one, other):
    assert one.vector.tobytes() == other.vector.tobytes()
    for name in ("epochs", "train_cost", "test_cost", "train_correct", "test_correct"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.measured.keys() == other.measured.keys()


@pytest.mark.parametrize("mini_batch", [1, 16, 300, "all"])
def test_how_long_a_burst_is_changes_nothing(config, mini_batch, monkeypatch):
    task = TrainingTask(
        config.replace(mini_batch=mini_batch), score_at=(0.5, 2), measures=(biggest,)
    )
    outcomes = []
    for seconds in (1e-9, 0.03, 1e9):
        monkeypatch.setattr(module, "BURST_S", seconds)
        outcomes.append(train(task, Listening()))
    for other in outcomes[1:]:
        same(outcomes[0], other)


def test_an_outcome_is_what_a_trainer_alone_gives(config):
    outcome = train(TrainingTask(config, score_at=(1,)), Listening())
    dataset = load_dataset(config.data)
    trainer = Trainer(config, dataset)
    costs, right = [], []
    for epochs in (0, 1, 3):
        while trainer.epoch_progress < epochs:
            trainer.advance(1)
        parameters = Parameters(trainer.parameters.vector, config.architecture.layout)
        cost, count = score(config.architecture, parameters, dataset.test, config.cost)
        costs.append(cost)
        right.append(count)
    assert outcome.epochs.tolist() == [0, 1, 3]
    assert outcome.test_cost.tolist() == costs
    assert outcome.test_correct.tolist() == right
    assert outcome.n_test == len(dataset.test)
    np.testing.assert_array_equal(outcome.vector, trainer.parameters.vector)


def test_parts_are_told_with_growing_shares_and_never_written_again(config):
    channel = Listening()
    outcome = train(TrainingTask(config, score_at=(1, 2)), channel)
    assert [share for share, _ in channel.told] == pytest.approx([1 / 3, 2 / 3, 1])
    assert [len(part.epochs) for _, part in channel.told] == [2, 3, 4]
    same(channel.told[-1][1], outcome)
    assert channel.told[0][1].vector.tobytes() != outcome.vector.tobytes()


@pytest.mark.parametrize("mini_batch", [16, "all"])
def test_a_task_stops_at_whatever_look_it_is_told_to(config, mini_batch, monkeypatch):
    monkeypatch.setattr(module, "BURST_S", 1e-9)  # The looks are always the same ones then.
    task = TrainingTask(config.replace(mini_batch=mini_batch))
    channel = Listening()
    train(task, channel)
    for look in range(1, channel.n_looks + 1):
        with pytest.raises(Cancelled):
            train(task, stopped := Listening(look))
        assert stopped.n_looks == look


def test_bursts_become_as_long_as_they_should_be(monkeypatch):
    """A trainer whose steps take 2 ms by a clock of their own."""
    now, asked = [0.0], []
    monkeypatch.setattr(module.time, "thread_time", lambda: now[0])

    class Slow:
        def advance(self, n_steps, _should_stop):
            asked.append(n_steps)
            now[0] += 0.002 * n_steps
            return [None] * n_steps

    bursts = module._Bursts(Slow(), Listening())
    for _ in range(4):
        bursts.advance(10_000)
    assert asked == [20, 15, 15, 15]
    bursts.advance(3)
    assert asked[-1] == 3, "no more than there are"


def test_a_network_that_diverges_ends_there_and_says_when(config):
    wild = TrainingConfig(
        layer_sizes=(16, 8, 3), hidden_activation="relu", output_activation="identity",
        learning_rate=1e6, mini_batch=16, epochs=3, data=config.data,
    )  # fmt: skip
    outcome = train(TrainingTask(wild), Listening())
    assert outcome.diverged_at is not None
    assert np.isfinite(outcome.vector).all()
    assert outcome.epochs[-1] < 3


def test_damage_seed_alone_says_how_labels_are_shuffled():
    """Two starts can learn the same shuffled labels; by default each has labels of its own."""
    config = TrainingConfig(epochs=0, n_examples=300, shuffle_labels=1.0)
    task = TrainingTask(config, damage_seed=5, n_test=10)
    outcomes = [
        train(dataclasses.replace(task, damage_seed=damage_seed), Listening())
        for damage_seed in (5, 6, config.seed, None)
    ]
    costs = [outcome.train_cost[0] for outcome in outcomes]
    assert costs[0] != costs[1]
    assert costs[2] == costs[3]
    for outcome in outcomes[1:]:
        np.testing.assert_array_equal(outcome.vector, outcomes[0].vector)


def test_few_examples_have_the_labels_that_the_same_run_has_elsewhere():
    """Labels are shuffled among all examples, then the first are taken: as in Train."""
    config = TrainingConfig(epochs=1, n_examples=300, shuffle_labels=1.0)
    whole = shuffle_labels(dataset_of("mnist"), 1.0, config.seed)
    trainer = Trainer(config, whole)
    trainer.advance(trainer.steps_per_epoch)
    outcome = train(TrainingTask(config, n_test=10), Listening())
    np.testing.assert_array_equal(outcome.vector, trainer.parameters.vector)
