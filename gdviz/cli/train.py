"""``gdviz train``: trains without a window and says how well."""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path

from gdviz.analysis.history import CurveHistory
from gdviz.cli.interruption import Interruption, interruptible
from gdviz.cli.options import add_training_options, whole_number
from gdviz.cli.output import CommandError, print_json, print_text
from gdviz.cli.rate_range import run_sweep
from gdviz.cli.starting import check_writable, live_settings, prepared
from gdviz.cli.train_report import print_report, report_of
from gdviz.cli.until import GuidedRun, add_until_options, goal_of
from gdviz.data.dataset import Dataset
from gdviz.engine.engine import Spread
from gdviz.runtime.executors import make_executor, n_cores
from gdviz.storage.atomic import write_atomically
from gdviz.storage.checkpoint import save_checkpoint
from gdviz.storage.curves import curves_csv
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation, evaluate
from gdviz.training.goal import Goal
from gdviz.training.state import TrainingState
from gdviz.training.trainer import Trainer

_BURST_STEPS = 64


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = subparsers.add_parser(
        "train",
        help="train without a window",
        description="Trains a network without a window and scores it on the test images.",
    )
    add_training_options(parser)
    add_until_options(parser)
    parser.add_argument(
        "--steps", type=whole_number, metavar="N", help="stop at this step, whatever the epoch"
    )
    parser.add_argument(
        "--resume",
        metavar="FILE",
        help="go on from a saved network; settings that may change on the way are changed there",
    )
    parser.add_argument("--save", metavar="FILE", help="write the network (.safetensors)")
    parser.add_argument("--curves", metavar="FILE", help="write every step's cost as CSV")
    parser.add_argument(
        "--find-learning-rate",
        action="store_true",
        help="do not train: sweep the learning rate and say which would do",
    )
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
    goal = goal_of(arguments)
    _check_outputs(arguments)
    config, state, dataset = prepared(arguments)
    with make_executor(n_cores(), "gdviz-step") as cores:
        trainer = _trainer(arguments, config, state, dataset, cores.map)
        if arguments.find_learning_rate:
            begun = None if state is None else trainer.state()
            return run_sweep(arguments, trainer.config, begun, dataset)
        return _run(arguments, goal, trainer)


def _trainer(
    arguments: argparse.Namespace,
    config: TrainingConfig,
    state: TrainingState | None,
    dataset: Dataset,
    spread: Spread,
) -> Trainer:
    """Give what trains; settings that a saved run takes otherwise from here on are marked."""
    try:
        trainer = Trainer(config, dataset, state, arguments.engine, spread)
        if state is not None:
            trainer.change(config.replace(**live_settings(arguments)))
    except ValueError as error:
        raise CommandError(str(error), 2) from None
    return trainer


def _run(arguments: argparse.Namespace, goal: Goal | None, trainer: Trainer) -> int:
    """Train, save, score and report; give the exit code."""
    config, dataset = trainer.config, trainer.dataset
    history = CurveHistory(config.architecture.layout.n_layers)

    def scored() -> Evaluation:
        return evaluate(
            config.architecture, trainer.parameters, dataset, config.cost, trainer.step,
            trainer.epoch_progress,
        )  # fmt: skip

    guided = GuidedRun(trainer, goal, scored)
    # A second Ctrl+C is held off too, until everything is saved.
    with interruptible() as interruption:
        # A number of steps alone says how long; together with --epochs, what comes first ends it.
        steps_alone = arguments.steps is not None and arguments.epochs is None
        last_epoch = math.inf if steps_alone else config.epochs
        seconds, examples = _train(
            trainer, guided, arguments.steps, last_epoch, history, interruption
        )
        if arguments.save is not None:
            save_checkpoint(Path(arguments.save), trainer.config, trainer.state())
        result = scored()
        if arguments.curves is not None:
            for evaluation in (*guided.evaluations, result):
                history.add_evaluation(evaluation)
            write_atomically(Path(arguments.curves), curves_csv(history).encode())
    report = report_of(trainer, dataset, seconds, examples, result, arguments.save)
    report["stopped_by"] = _stopped_by(trainer, guided, arguments.steps, interruption)
    if arguments.json:
        print_json(report)
    else:
        print_report(report)
        if guided.reached:
            print_text(guided.reached.sentence)
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


def _check_outputs(arguments: argparse.Namespace) -> None:
    """Refuse what cannot be written, before the work."""
    outputs = [Path(path) for path in (arguments.save, arguments.curves) if path is not None]
    for path in outputs:
        check_writable(path)
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise CommandError(f"--save and --curves are the same file, {outputs[0]}", 2)


def _train(
    trainer: Trainer,
    guided: GuidedRun,
    last_step: int | None,
    last_epoch: float,
    history: CurveHistory,
    interruption: Interruption,
) -> tuple[float, int]:
    """Train to the end; give the seconds it took, without scoring, and the examples seen."""
    first = trainer.epoch_progress
    seconds, shown = 0.0, time.perf_counter()
    guided.look(seconds)
    while trainer.epoch < last_epoch and guided.reached is None:
        steps = _BURST_STEPS if last_step is None else min(_BURST_STEPS, last_step - trainer.step)
        stopping = interruption.signal_number is not None or trainer.diverged_at is not None
        if steps <= 0 or stopping:
            break
        begun = time.perf_counter()
        history.append(guided.advance(steps, lambda: interruption.signal_number is not None))
        now = time.perf_counter()
        seconds += now - begun
        guided.look(seconds)
        if sys.stderr.isatty() and now - shown > 0.1:
            shown = now
            _show_line(_progress(trainer, last_step, last_epoch, history))
    if sys.stderr.isatty():
        _show_line(" " * 79)
    examples = round((trainer.epoch_progress - first) * trainer.n_examples)
    return seconds, examples


def _stopped_by(
    trainer: Trainer, guided: GuidedRun, last_step: int | None, interruption: Interruption
) -> str:
    """Give what ended the run, in one word."""
    if trainer.diverged_at is not None:
        return "divergence"
    if guided.reached is not None:
        return guided.reached.condition
    if interruption.signal_number is not None:
        return "interruption"
    return "steps" if last_step is not None and trainer.step >= last_step else "epochs"


def _show_line(text: str) -> None:
    """Write over the present line of the terminal."""
    sys.stderr.write(f"{text}\r")
    sys.stderr.flush()


def _progress(
    trainer: Trainer, last_step: int | None, last_epoch: float, history: CurveHistory
) -> str:
    share = trainer.epoch_progress / max(last_epoch, 1)
    if last_step is not None:
        share = max(share, trainer.step / max(last_step, 1))
    bar = "█" * int(24 * share) + "░" * (24 - int(24 * share))
    cost = f"{history.smoothed[-1]:.4f}" if len(history) else "-"
    return f"{bar} epoch {trainer.epoch_progress:.2f} · step {trainer.step:,} · cost {cost}   "
