"""Options to a configuration: what is typed, what is refused, and how."""

import argparse

import pytest

from gdviz.cli.options import (
    Parser,
    add_training_options,
    config_of,
    given_settings,
    mini_batch,
    number,
    whole_number,
)
from gdviz.cli.output import CommandError
from gdviz.training.config import PRESETS


def _parsed(*arguments):
    parser = Parser(prog="gdviz")
    add_training_options(parser)
    return parser.parse_args(arguments)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_alone_is_that_preset(preset):
    assert config_of(_parsed("--preset", preset)) == PRESETS[preset]


def test_no_option_is_the_lesson():
    assert config_of(_parsed()) == PRESETS["lesson"]
    assert given_settings(_parsed()) == {}


def test_each_option_sets_its_setting():
    config = config_of(
        _parsed(
            "--hidden", "30", "20", "--activation", "relu", "--output-activation", "softmax",
            "--cost", "cross_entropy", "--optimizer", "adam", "--learning-rate", "0.25",
            "--schedule", "cosine", "--schedule-epochs", "3.5", "--mini-batch", "all",
            "--initializer", "he", "--epochs", "4", "--seed", "0", "--data", "there",
            "--n-examples", "1,000", "--shuffle-labels", "0.5", "--steepness", "2",
            "--l1", "1e-4", "--l2", "1e-3", "--dropout", "0.2", "--augment-shift", "1.5",
            "--augment-rotation", "10", "--augment-noise", "0.1",
        ), 16, 3,
    )  # fmt: skip
    assert config.layer_sizes == (16, 30, 20, 3)
    assert (config.hidden_activation, config.output_activation) == ("relu", "softmax")
    assert (config.cost, config.optimizer, config.learning_rate) == ("cross_entropy", "adam", 0.25)
    assert (config.schedule, config.schedule_epochs) == ("cosine", 3.5)
    assert (config.mini_batch, config.initializer, config.epochs) == ("all", "he", 4)
    assert (config.seed, config.data) == (0, "there")
    assert (config.n_examples, config.shuffle_labels) == (1000, 0.5)
    assert (config.steepness, config.l1, config.l2, config.dropout) == (2, 1e-4, 1e-3, 0.2)
    assert (config.augment_shift, config.augment_rotation, config.augment_noise) == (1.5, 10, 0.1)


def test_every_setting_but_two_has_an_option_and_new_ones_say_what_they_are():
    """The layers have ``--hidden`` and the preset ``--preset``, which mean more than one value."""
    from dataclasses import fields

    from gdviz.cli.options import _HELP, _SETTINGS

    named = {field for _, field, _ in _SETTINGS}
    assert {field.name for field in fields(PRESETS["lesson"])} - named == {"preset", "layer_sizes"}
    assert {"steepness", "l1", "l2", "dropout"} < set(_HELP)


def test_hidden_without_numbers_is_a_network_without_hidden_layers():
    assert config_of(_parsed("--hidden")).layer_sizes == (784, 10)


@pytest.mark.parametrize("text", ["", "1.5", "1e3", "x", "9" * 5000])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="not a whole number"):
        whole_number(text)


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-inf", "1e999"])
def test_what_is_no_finite_number_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"is not a (finite )?number"):
        number(text)


def test_numbers_are_read():
    assert (whole_number("60_000"), whole_number("-3"), number("1e-3")) == (60000, -3, 0.001)
    assert (mini_batch("all"), mini_batch("7")) == ("all", 7)


def test_a_parser_s_error_is_one_sentence_with_exit_code_2():
    with pytest.raises(CommandError, match=r"unrecognized arguments: --no \(see gdviz") as caught:
        _parsed("--no")
    assert caught.value.exit_code == 2
