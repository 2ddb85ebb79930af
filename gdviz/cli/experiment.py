"""``gdviz experiment NAME``: tries one claim of the lesson and prints its verdict."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from gdviz.cli.interruption import interruptible
from gdviz.cli.options import chosen_source
from gdviz.cli.output import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    CommandError,
    print_json,
    print_text,
)
from gdviz.data.dataset import DataError
from gdviz.experiments import EXPERIMENTS, Experiment
from gdviz.experiments.experiment import Finished, run_experiment
from gdviz.experiments.runner import Report
from gdviz.experiments.settings import Settings, SettingSpec, specs_of
from gdviz.experiments.training_task import dataset_of
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.executors import EXECUTORS, open_executor


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "experiment",
        help="try one claim of the lesson",
        description="Runs one experiment of the lesson and prints its verdict with its figures. "
        "--list names them.",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="one of --list")
    parser.add_argument("--list", action="store_true", help="name the experiments, one a line")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting"
    )
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings as TOML")
    parser.add_argument("--seed", metavar="N", help="as --set seed=N")
    parser.add_argument("--data", metavar="PATH", help="as --set data=PATH")
    parser.add_argument("--classes", metavar="NAMES", help="only these classes of the data")
    parser.add_argument("--small", action="store_true", help="a run of a second or two")
    parser.add_argument(
        "--executor", default="threads", metavar="WHERE", help=f"one of {', '.join(EXECUTORS)}"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run an experiment, or list them; give the exit code."""
    if arguments.list:
        _list(as_json=arguments.json)
        return 0
    experiment = _chosen(arguments.name)
    settings = _settings(experiment, arguments)
    try:
        dataset_of(settings.data)  # else each of its tasks would refuse it
    except DataError as error:
        raise CommandError(str(error), EXIT_FAILED) from None
    try:
        executor = open_executor(arguments.executor)
    except ValueError as error:
        raise CommandError(str(error), EXIT_USAGE) from None
    is_shown = sys.stderr.isatty()
    with interruptible() as interruption:
        try:
            finished = run_experiment(
                experiment,
                settings,
                executor,
                _show if is_shown else lambda _report: None,
                lambda: interruption.signal_number is not None,
            )
        except Cancelled:
            raise CommandError("interrupted", EXIT_INTERRUPTED) from None
        finally:
            executor.shutdown(cancel_futures=True)
            if is_shown:
                _show(None)
    if arguments.json:
        print_json(finished.as_json())
    else:
        _print(experiment, finished)
    return 0


def _list(*, as_json: bool) -> None:
    if as_json:
        print_json({"experiments": [_described(one) for one in EXPERIMENTS.values()]})
        return
    width = max(map(len, EXPERIMENTS))
    for experiment in EXPERIMENTS.values():
        sys.stdout.write(
            f"{experiment.name.ljust(width)}  about {experiment.seconds:g} s  {experiment.title}\n"
        )


def _described(experiment: Experiment) -> dict[str, Any]:
    return {
        "name": experiment.name,
        "title": experiment.title,
        "claim": experiment.claim,
        "sources": [source.text for source in experiment.sources],
        "seconds": experiment.seconds,
        "settings": {
            spec.key: list(spec.default) if spec.is_list else spec.default
            for spec in specs_of(experiment.settings)
        },
    }


def _chosen(name: str | None) -> Experiment:
    if name is None or name not in EXPERIMENTS:
        what = "no experiment was named" if name is None else f"unknown experiment {name!r}"
        raise CommandError(f"{what}; one of {', '.join(EXPERIMENTS)}", EXIT_USAGE)
    return EXPERIMENTS[name]


def _settings(experiment: Experiment, arguments: argparse.Namespace) -> Settings:
    """Give the settings: those of the file, changed by those of the options."""
    specs = {spec.key: spec for spec in specs_of(experiment.settings)}
    values: dict[str, Any] = dict(experiment.small) if arguments.small else {}
    try:
        if arguments.settings is not None:
            saved = experiment.settings.from_toml(arguments.settings.read_text("utf-8"))
            values = saved.plain()
        given = [*arguments.set]
        given += [
            f"{key}={value}"
            for key, value in (("seed", arguments.seed), ("data", chosen_source(arguments)))
            if value is not None
        ]
        values |= dict(_parsed(pair, specs) for pair in given)
        return experiment.settings.from_plain(values)
    except ValueError as error:
        raise CommandError(str(error), EXIT_USAGE) from None


def _parsed(pair: str, specs: dict[str, SettingSpec]) -> tuple[str, Any]:
    """Give key and value of ``KEY=VALUE``."""
    key, is_pair, text = pair.partition("=")
    key = key.strip().replace("-", "_")
    if not is_pair or key not in specs:
        raise ValueError(f"--set {pair}: not KEY=VALUE with one of the keys {', '.join(specs)}")
    return key, specs[key].parsed(text)


def _print(experiment: Experiment, finished: Finished) -> None:
    print_text(f"{experiment.title}\n{experiment.claim}\n")
    for claim in finished.result.claims:
        word = {True: "holds", False: "does not hold", None: "cannot be told"}[claim.holds]
        print_text(f"{word}: {claim.claim}\n    {claim.verdict}")
    print_text(f"\nseed {finished.settings.seed}, {finished.seconds:.1f} s")
    for source in experiment.sources:
        print_text(f"source: {source.text} {source.address}".rstrip())


def _show(report: Report | None) -> None:
    """Say how far it is, over the present line of the terminal; None clears it."""
    text = ""
    if report is not None:
        bar = "█" * int(24 * report.share) + "░" * (24 - int(24 * report.share))
        text = f"{bar} {report.share:4.0%} {report.doing}"
    sys.stderr.write(f"{text:79}\r")
    sys.stderr.flush()
