"""``gdviz train``: trains without a window and says how well."""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.interval import wilson_interval
from gdviz.cli.options import add_training_options, config_of, given_settings, whole_number
from gdviz.cli.output import CommandError, print_json, print_text
from gdviz.data.corruption import shuffle_labels
from gdviz.data.dataset import DataError, Dataset
from gdviz.data.sources import load_dataset
from gdviz.storage.atomic import write_atomically
from gdviz.storage.checkpoint import save_checkpoint
from gdviz.storage.curves import curves_csv
from gdviz.storage.readers import read_network
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.evaluation import Evaluation, evaluate, score
from gdviz.training.state import TrainingState, state_of
from gdviz.training.trainer import Trainer

_BURST_STEPS = 64
_RESUMED = {"epochs", "learning_rate", "data"}
"""Settings that may be given together with --resume."""
_SHAPE = {"hidden", "hidden_activation", "output_activation"}
"""Settings that a file of weights alone has fixed."""
_OPTIONS = {"hidden_activation": "activation"}
"""Options whose name is not that of their setting."""


@dataclass
class _Interruption:
    """Set by a signal; looked at between two bursts, where everything can be saved."""

    signal_number: int | None = None


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = subparsers.add_parser(
        "train",
        help="train without a window",
        description="Trains a network without a window and scores it on the test images.",
    )
    add_training_options(parser)
    parser.add_argument(
        "--steps", type=whole_number, metavar="N", help="stop at this step, whatever the epoch"
    )
    parser.add_argument("--resume", metavar="FILE", help="go on from a saved network")
    parser.add_argument("--save", metavar="FILE", help="write the network (.safetensors)")
    parser.add_argument("--curves", metavar="FILE", help="write every step's cost as CSV")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Train as told.

    Returns
    -------
    int
        0; 1 if the run diverged; 130 if it was interrupted, after saving.
    """
    if arguments.steps is not None and arguments.steps < 0:
        raise CommandError(f"--steps must be at least 0, not {arguments.steps}", 2)
    outputs = [Path(path) for path in (arguments.save, arguments.curves) if path is not None]
    for path in outputs:
        check_writable(path)
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise CommandError(f"--save and --curves are the same file, {outputs[0]}", 2)
    config, state, dataset = _prepared(arguments)
    try:
        trainer = Trainer(config, dataset, state, arguments.engine)
    except ValueError as error:
        raise CommandError(str(error), 2) from None
    history = CurveHistory(config.architecture.layout.n_layers)
    # A second Ctrl+C is held off too, until everything is saved.
    with _interruption() as interruption:
        try:
            if state is not None and arguments.learning_rate is not None:
                trainer.set_learning_rate(arguments.learning_rate)
        except ValueError as error:
            raise CommandError(str(error), 2) from None
        # A number of steps alone says how long; together with --epochs, what comes first ends it.
        steps_alone = arguments.steps is not None and arguments.epochs is None
        last_epoch = math.inf if steps_alone else trainer.config.epochs
        seconds, examples = _train(trainer, arguments.steps, last_epoch, history, interruption)
        if arguments.save is not None:
            save_checkpoint(Path(arguments.save), trainer.config, trainer.state())
        result = evaluate(
            config.architecture, trainer.parameters, dataset, config.cost, trainer.step,
            trainer.epoch_progress,
        )  # fmt: skip
        if arguments.curves is not None:
            history.add_evaluation(result)
            write_atomically(Path(arguments.curves), curves_csv(history).encode())
    report = _report(trainer, dataset, seconds, examples, result, arguments.save)
    if arguments.json:
        print_json(report)
    else:
        _print_report(report)
    if trainer.diverged_at is not None:
        raise CommandError(
            f"the cost stopped being finite at step {trainer.diverged_at + 1:,}; the last finite "
            "network is kept, try a smaller --learning-rate",
            1,
        )
    if interruption.signal_number is not None:
        where = f"; saved to {arguments.save}" if arguments.save else ""
        raise CommandError(f"interrupted at step {trainer.step:,}{where}", 130)
    return 0


def check_writable(path: Path) -> None:
    """Refuse a path that cannot be written, before any work is done for it.

    Raises
    ------
    CommandError
    """
    if path.is_dir():
        raise CommandError(f"{path}: is a folder, not a file", 1)
    if path.exists() and not path.is_file():
        raise CommandError(f"{path}: is a device or a pipe, not a file", 1)
    folder = path.resolve().parent  # of what a link points to: that is what is written
    if not folder.is_dir():
        raise CommandError(f"{folder}: no such folder", 1)
    if not os.access(folder, os.W_OK):
        raise CommandError(f"{folder}: the folder is read-only", 1)


def _prepared(
    arguments: argparse.Namespace,
) -> tuple[TrainingConfig, TrainingState | None, Dataset]:
    """Give what is to be trained, from where, on what."""
    if arguments.resume is not None:
        config, state = resumed(arguments)
        return config, state, prepared_dataset(config)
    config = config_of(arguments)
    if config.data == "mnist":
        return config, None, prepared_dataset(config)
    dataset = prepared_dataset(config)
    return config_of(arguments, dataset.n_inputs, dataset.n_classes), None, dataset


def prepared_dataset(config: TrainingConfig) -> Dataset:
    """Load a configuration's dataset and damage its labels as it says.

    Raises
    ------
    CommandError
        If the data cannot be used.
    """
    try:
        dataset = load_dataset(config.data)
        return shuffle_labels(dataset, config.shuffle_labels, config.seed)
    except DataError as error:
        raise CommandError(str(error), 1) from None


def resumed(arguments: argparse.Namespace) -> tuple[TrainingConfig, TrainingState]:
    """Give the configuration and state of a saved network, to go on from.

    Raises
    ------
    CommandError
        If a setting is given that the saved run has fixed.
    """
    given = given_settings(arguments)
    fixed = sorted(set(given) - _RESUMED)
    if arguments.preset or arguments.hidden is not None:
        fixed.insert(0, "preset" if arguments.preset else "hidden")
    network = read_network(Path(arguments.resume))
    weights_only = network.config is None or network.state is None
    if weights_only:
        fixed = [name for name in fixed if name in _SHAPE]
    if fixed:
        raise CommandError(
            f"--{_OPTIONS.get(fixed[0], fixed[0].replace('_', '-'))} cannot be changed with "
            f"--resume: {arguments.resume} has its own",
            2,
        )
    try:
        if network.config is not None and network.state is not None:
            given.pop("learning_rate", None)
            return network.config.replace(**given), network.state
        # Weights only: a new run that starts where they are.
        architecture = network.architecture
        config = PRESETS[arguments.preset or "lesson"].replace(
            layer_sizes=architecture.layer_sizes,
            hidden_activation=architecture.hidden_activation,
            output_activation=architecture.output_activation,
            **given,
        )
    except ValueError as error:
        raise CommandError(str(error), 2) from None
    if not network.is_finite:
        raise CommandError(
            f"{arguments.resume}: {network.n_not_finite:,} parameters are not finite; nothing "
            "can be learned from there",
            1,
        )
    return config, state_of(config, network.parameters_for_unit_inputs())


def _train(
    trainer: Trainer,
    last_step: int | None,
    last_epoch: float,
    history: CurveHistory,
    interruption: _Interruption,
) -> tuple[float, int]:
    """Train to the end; give the seconds it took and the examples seen."""
    first = trainer.epoch_progress
    started = shown = time.perf_counter()
    while trainer.epoch < last_epoch:
        steps = _BURST_STEPS if last_step is None else min(_BURST_STEPS, last_step - trainer.step)
        stopping = interruption.signal_number is not None or trainer.diverged_at is not None
        if steps <= 0 or stopping:
            break
        history.append(trainer.advance(steps, lambda: interruption.signal_number is not None))
        now = time.perf_counter()
        if sys.stderr.isatty() and now - shown > 0.1:
            shown = now
            _show_line(_progress(trainer, history))
    if sys.stderr.isatty():
        _show_line(" " * 79)
    examples = round((trainer.epoch_progress - first) * trainer.n_examples)
    return time.perf_counter() - started, examples


def _show_line(text: str) -> None:
    """Write over the present line of the terminal."""
    sys.stderr.write(f"{text}\r")
    sys.stderr.flush()


def _progress(trainer: Trainer, history: CurveHistory) -> str:
    share = trainer.epoch_progress / max(trainer.config.epochs, 1)
    bar = "█" * int(24 * share) + "░" * (24 - int(24 * share))
    cost = f"{history.smoothed[-1]:.4f}" if len(history) else "-"
    return f"{bar} epoch {trainer.epoch_progress:.2f} · step {trainer.step:,} · cost {cost}   "


def _report(
    trainer: Trainer,
    dataset: Dataset,
    seconds: float,
    examples: int,
    result: Evaluation,
    saved: str | None,
) -> dict[str, Any]:
    config = trainer.config
    train_cost, _ = score(
        config.architecture,
        trainer.parameters,
        dataset.train.first(trainer.n_examples),
        config.cost,
    )
    return {
        "preset": config.preset,
        "architecture": config.architecture.name,
        "parameters": config.architecture.n_parameters,
        "activation": config.hidden_activation,
        "output_activation": config.output_activation,
        "cost": config.cost,
        "optimizer": config.optimizer,
        "learning_rate": config.learning_rate,
        "schedule": config.schedule,
        "mini_batch": trainer.mini_batch,
        "seed": config.seed,
        "n_examples": trainer.n_examples,
        "epochs": round(trainer.epoch_progress, 6),
        "steps": trainer.step,
        "train_cost": train_cost,
        "test_cost": result.test_cost,
        "test_accuracy": result.test_accuracy,
        "test_correct": result.test_correct,
        "test_total": result.test_total,
        "interval": list(wilson_interval(result.test_correct, result.test_total)),
        "examples_per_second": examples / seconds if examples else None,
        "seconds": seconds,
        "engine": trainer.engine_name,
        "diverged_at": None if trainer.diverged_at is None else trainer.diverged_at + 1,
        "parameters_sha256": hashlib.sha256(trainer.parameters.vector.tobytes()).hexdigest(),
        "saved": saved,
    }


def _print_report(report: dict[str, Any]) -> None:
    low, high = report["interval"]
    speed = report["examples_per_second"]
    print_text(
        f"{report['architecture']}, {report['parameters']:,} parameters, {report['activation']}, "
        f"{report['cost']}, {report['optimizer']}, seed {report['seed']}"
    )
    print_text(
        f"{report['epochs']:g} epochs, {report['steps']:,} steps of {report['mini_batch']:,} in "
        f"{report['seconds']:.1f} s" + (f", {speed:,.0f} examples/s" if speed else "")
    )
    print_text(f"train cost {report['train_cost']:.4f} on {report['n_examples']:,}")
    print_text(
        f"test cost {report['test_cost']:.4f}, accuracy {100 * report['test_accuracy']:.2f} % "
        f"[{100 * low:.2f}, {100 * high:.2f}], {report['test_correct']:,} of "
        f"{report['test_total']:,}"
    )
    if report["saved"]:
        print_text(f"saved to {report['saved']}")


@contextmanager
def _interruption() -> Iterator[_Interruption]:
    """Turn Ctrl+C and SIGTERM into a flag while training, so that the state stays whole."""
    interruption = _Interruption()

    def remember(signal_number: int, _frame: FrameType | None) -> None:
        interruption.signal_number = signal_number

    numbers = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, remember) for number in numbers}
    try:
        yield interruption
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
