import dataclasses

import numpy as np
import pytest

from gdviz.engine import example_results
from gdviz.training.evaluation import EXAMPLES_AT_ONCE, evaluate, examples_at_once, score
from gdviz.training.state import initial_state


def test_a_score_in_parts_is_that_of_all_examples_to_the_bit(small_config, mnist):
    config = small_config.replace(layer_sizes=(784, 96, 10))
    parameters = initial_state(config).parameters
    split = mnist.train.first(2 * EXAMPLES_AT_ONCE + 700)
    costs, said = example_results(
        config.architecture, parameters, split.images, split.labels, "quadratic"
    )
    found = score(config.architecture, parameters, split, "quadratic")
    assert found == (float(costs.mean()), int((said == split.labels).sum()))


def test_a_small_network_is_scored_without_many_looks_and_a_large_one_with(small_config):
    def at_once(*sizes):
        return examples_at_once(small_config.replace(layer_sizes=sizes).architecture)

    assert at_once(784, 16, 16, 10) >= 10_000, "all test images of MNIST"
    assert at_once(784, 128, 64, 10) == EXAMPLES_AT_ONCE == at_once(784, 512, 256, 10)
    assert at_once(784, 16, 16, 10) % EXAMPLES_AT_ONCE == 0


@pytest.mark.parametrize("allowed", [0, 1, 4])
def test_what_the_look_raises_ends_the_work(small_config, mnist, allowed):
    config = small_config.replace(layer_sizes=(784, 96, 10))
    parameters = initial_state(config).parameters
    dataset = dataclasses.replace(
        mnist, test=mnist.test.first(3 * EXAMPLES_AT_ONCE), train=mnist.train.first(100)
    )
    looks = []

    def look():
        looks.append(1)
        if len(looks) > allowed:
            raise InterruptedError

    if allowed == 4:
        found = evaluate(config.architecture, parameters, dataset, "quadratic", 3, 0.5, look)
        assert (found.test_total, found.train_total) == (3 * EXAMPLES_AT_ONCE, 100)
        assert np.isfinite(found.test_cost)
        assert len(looks) == 4, "three times in the test images, once in the training images"
        return
    with pytest.raises(InterruptedError):
        evaluate(config.architecture, parameters, dataset, "quadratic", 3, 0.5, look)
    assert len(looks) == allowed + 1
