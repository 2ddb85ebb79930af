"""Options that several commands share, and the configuration that they mean."""

from __future__ import annotations

import argparse
import math
from typing import Any, Literal, NoReturn

from gdviz.cli.output import CommandError
from gdviz.data.classes import class_names, with_classes
from gdviz.engine import ENGINES
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.initializers import INITIALIZERS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.schedules import SCHEDULES
from gdviz.training.config import PRESETS, TrainingConfig


class Parser(argparse.ArgumentParser):
    """A parser whose error is one line, without the usage around it."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments with exit code 2."""
        raise CommandError(f"{message} (see {self.prog} --help)", 2)


def whole_number(text: str) -> int:
    """Read a whole number; thousands may be separated by a comma or an underscore."""
    try:
        return int(text.replace(",", "").replace("_", ""))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def number(text: str) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a finite number")
    return value


def mini_batch(text: str) -> int | Literal["all"]:
    """Read a number of examples, or the word ``all``."""
    return "all" if text == "all" else whole_number(text)


# Option, the field of TrainingConfig it sets, and how argparse reads it.
_SETTINGS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("--activation", "hidden_activation", {"choices": list(ACTIVATIONS)}),
    ("--output-activation", "output_activation", {"choices": list(OUTPUT_ACTIVATIONS)}),
    ("--cost", "cost", {"choices": list(COSTS)}),
    ("--optimizer", "optimizer", {"choices": list(OPTIMIZERS)}),
    ("--learning-rate", "learning_rate", {"type": number, "metavar": "X"}),
    ("--schedule", "schedule", {"choices": list(SCHEDULES)}),
    ("--schedule-epochs", "schedule_epochs", {"type": number, "metavar": "N"}),
    ("--mini-batch", "mini_batch", {"type": mini_batch, "metavar": "N|all"}),
    ("--initializer", "initializer", {"choices": list(INITIALIZERS)}),
    ("--epochs", "epochs", {"type": whole_number, "metavar": "N"}),
    ("--seed", "seed", {"type": whole_number, "metavar": "N"}),
    ("--data", "data", {"metavar": "PATH"}),
    ("--n-examples", "n_examples", {"type": whole_number, "metavar": "N"}),
    ("--shuffle-labels", "shuffle_labels", {"type": number, "metavar": "FRACTION"}),
    ("--steepness", "steepness", {"type": number, "metavar": "K"}),
    ("--l1", "l1", {"type": number, "metavar": "X"}),
    ("--l2", "l2", {"type": number, "metavar": "X"}),
    ("--dropout", "dropout", {"type": number, "metavar": "FRACTION"}),
    ("--augment-shift", "augment_shift", {"type": number, "metavar": "PIXELS"}),
    ("--augment-rotation", "augment_rotation", {"type": number, "metavar": "DEGREES"}),
    ("--augment-noise", "augment_noise", {"type": number, "metavar": "X"}),
)

_HELP = {
    "schedule_epochs": "epochs over which the schedule is laid out (default: the preset's); "
    "independent of --epochs, so that 2 + 2 epochs equal 4",
    "mini_batch": "examples per step, or all for the lesson's full-batch descent",
    "epochs": "passes over the training examples; with --resume the total",
    "seed": "of the start and of the order of the examples",
    "data": "IDX files, an NPZ, a CSV file or a folder with a sub-folder of pictures for each "
    "class (default: the bundled MNIST)",
    "n_examples": "only the first so many training examples",
    "shuffle_labels": "share of the training labels that is shuffled, 0 to 1",
    "learning_rate": "η, above 0",
    "steepness": "k of σ(kz) in every sigmoid layer, above 0 (default: 1)",
    "l1": "pull of every weight towards 0 by the same amount, 0 to 1",
    "l2": "pull of every weight towards 0 in proportion to it, 0 to 1; with adamw it is the "
    "decoupled weight decay",
    "dropout": "share of the hidden neurons that is switched off in each step, 0 to below 1",
    "augment_shift": "shift each training image by up to so many pixels, 0 to 14",
    "augment_rotation": "turn each training image by up to so many degrees, 0 to 180",
    "augment_noise": "standard deviation of noise on the pixels, in units of their range, 0 to 1",
}


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that make a configuration; one that is not given stays None."""
    group = parser.add_argument_group("training")
    group.add_argument(
        "--preset",
        choices=list(PRESETS),
        help="start from these settings (default: lesson); the other options change them",
    )
    group.add_argument(
        "--hidden",
        nargs="*",
        type=whole_number,
        metavar="N",
        help="neurons in each hidden layer, for example --hidden 16 16",
    )
    for option, field, how in _SETTINGS:
        group.add_argument(option, dest=field, help=_HELP.get(field), **how)
    group.add_argument(
        "--classes",
        metavar="NAMES",
        help="only the examples of these classes, for example 3,8; the outputs stay as they are",
    )
    group.add_argument("--engine", choices=ENGINES, default="auto", help="default: auto")


def given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """Give the configuration's fields that were typed, with their values."""
    given = {
        field: getattr(arguments, field)
        for _, field, _ in _SETTINGS
        if getattr(arguments, field) is not None
    }
    source = chosen_source(arguments)
    return given if source is None else given | {"data": source}


def chosen_source(arguments: argparse.Namespace) -> str | None:
    """Give what ``--data`` and ``--classes`` mean together; None if neither was given."""
    data: str | None = arguments.data
    if arguments.classes is None:
        return data
    return with_classes("mnist" if data is None else data, class_names(arguments.classes))


def config_of(
    arguments: argparse.Namespace, n_inputs: int = 784, n_outputs: int = 10
) -> TrainingConfig:
    """Give the configuration that the options mean.

    Parameters
    ----------
    arguments : argparse.Namespace
        Of a parser with `add_training_options`.
    n_inputs, n_outputs : int
        Of the dataset.

    Raises
    ------
    CommandError
        Exit code 2, with the sentence of the setting that is out of range.
    """
    preset = PRESETS[arguments.preset or "lesson"]
    hidden = preset.layer_sizes[1:-1] if arguments.hidden is None else arguments.hidden
    settings = given_settings(arguments)
    try:
        return preset.replace(layer_sizes=(n_inputs, *hidden, n_outputs), **settings)
    except ValueError as error:
        raise CommandError(str(error), 2) from None
