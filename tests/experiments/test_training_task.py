"""What a training task's settings change."""

import dataclasses

import numpy as np

from gdviz.data.corruption import shuffle_labels
from gdviz.experiments.training_task import TrainingTask, dataset_of, train
from gdviz.training.config import TrainingConfig
from gdviz.training.trainer import Trainer


class _Silent:
    def look(self):
        pass

    def tell(self, share, part):
        pass


def test_damage_seed_alone_says_how_labels_are_shuffled():
    """Two starts can learn the same shuffled labels; by default each has labels of its own."""
    config = TrainingConfig(epochs=0, n_examples=300, shuffle_labels=1.0)
    task = TrainingTask(config, damage_seed=5, n_test=10)
    outcomes = [
        train(dataclasses.replace(task, damage_seed=damage_seed), _Silent())
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
    outcome = train(TrainingTask(config, n_test=10), _Silent())
    np.testing.assert_array_equal(outcome.vector, trainer.parameters.vector)
