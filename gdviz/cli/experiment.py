"""``gdviz experiment NAME``: tries one claim of the lesson and prints its verdict."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from gdviz.cli.experiment_help import described, list_experiments, settings_text
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
from gdviz.experiments.export import export_result
from gdviz.experiments.kept_outcomes import KeptOutcomes, kept_folder
from gdviz.experiments.runner import Report
from gdviz.experiments.settings import Settings, SettingSpec, specs_of
from gdviz.experiments.training_task import dataset_of
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.executors import EXECUTORS, Executor, give_up, open_executor
from gdviz.runtime.far_executors import cluster_address
from gdviz.runtime.tasks import TaskError

DESCRIPTION = """\
Runs one experiment of the lesson and prints its verdict with its figures.

--list names the experiments, --list NAME says what one claims and what can be set of it.
A run that is interrupted goes on where it was when the same command is given again."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "experiment",
        help="try one claim of the lesson",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="one of --list")
    parser.add_argument("-h", "--help", action="store_true", help="show this, and about NAME")
    parser.add_argument(
        "--list", action="store_true", help="name the experiments, one a line; explain NAME"
    )
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
    parser.add_argument(
        "--anew", action="store_true", help="do not go on from a run that was interrupted"
    )
    parser.add_argument(
        "--export",
        type=Path,
        metavar="FOLDER",
        help="write figures (JSON), charts and tables (CSV), images (PNG, NPZ), settings (TOML) "
        "and networks (.safetensors)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run, help_text=parser.format_help)


def run(arguments: argparse.Namespace) -> int:
    """Run an experiment, explain it, or list all; give the exit code."""
    if arguments.help:
        sys.stdout.write(arguments.help_text())
        if arguments.name is not None:
            sys.stdout.write(f"\n{settings_text(_chosen(arguments.name))}\n")
        return 0
    if arguments.list:
        chosen = None if arguments.name is None else _chosen(arguments.name)
        _list(chosen, as_json=arguments.json)
        return 0
    experiment = _chosen(arguments.name)
    settings = _settings(experiment, arguments)
    _check_data(settings.data)
    _check_export(arguments.export)
    keeper = KeptOutcomes(
        kept_folder(), experiment, settings, anew=arguments.anew, on_found=_say_found
    )
    finished = _finished(experiment, settings, keeper, arguments.executor)
    paths = [] if arguments.export is None else export_result(arguments.export, finished)
    keeper.forget()
    if arguments.json:
        about = {"resumed": keeper.n_found, "saved": [str(path) for path in paths]}
        print_json(finished.as_json() | about)
    else:
        _print(experiment, finished, is_resumed=keeper.n_found > 0)
        if paths:
            print_text(f"{len(paths)} files are in {arguments.export}")
    return 0


def _check_data(source: str) -> None:
    """Refuse data that cannot be used, before each task would."""
    try:
        dataset_of(source)
    except DataError as error:
        raise CommandError(str(error), EXIT_FAILED) from None


def _finished(
    experiment: Experiment, settings: Settings, keeper: KeptOutcomes, where: str
) -> Finished:
    """Run the experiment; what stops it says what is kept."""
    executor = _opened(where)
    is_shown = sys.stderr.isatty()
    try:
        with interruptible() as interruption:
            return run_experiment(
                experiment,
                settings,
                executor,
                _show if is_shown else lambda _report: None,
                lambda: interruption.signal_number is not None,
                keeper,
                is_result_wanted=False,
            )
    except Cancelled:
        raise CommandError(f"interrupted; {_kept(keeper)}", EXIT_INTERRUPTED) from None
    except TaskError as error:
        raise CommandError(f"{error}; {_kept(keeper)}") from error
    finally:
        # Whatever is still under way is of a run that has failed or was interrupted.
        give_up(executor)
        if is_shown:
            _show(None)


def _kept(keeper: KeptOutcomes) -> str:
    if keeper.problem:
        return f"nothing more could be kept: {keeper.problem}"
    count = keeper.n_kept
    if not count:
        return "no part of it was done yet"
    parts = "1 part of it is" if count == 1 else f"{count:,} parts of it are"
    return f"{parts} kept, and the same command goes on from there"


def _say_found(stage: str, n_known: int, n_tasks: int) -> None:
    print_text(
        f"going on where it was stopped: {n_known:,} of {n_tasks:,} parts of {stage} are known "
        "(--anew begins afresh)"
    )


def _opened(where: str) -> Executor:
    if where not in EXECUTORS[:2] and cluster_address(where) is None:
        raise CommandError(f"--executor {where!r} is none of {', '.join(EXECUTORS)}", EXIT_USAGE)
    try:
        return open_executor(where)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _check_export(folder: Path | None) -> None:
    """Refuse a file before minutes of work rather than after them."""
    if folder is not None and folder.exists() and not folder.is_dir():
        raise CommandError(f"--export {folder}: there is a file of this name, not a folder")


def _list(chosen: Experiment | None, *, as_json: bool) -> None:
    if as_json:
        about = [described(one) for one in EXPERIMENTS.values()]
        print_json({"experiments": about} if chosen is None else described(chosen))
    elif chosen is None:
        sys.stdout.write(f"{list_experiments(EXPERIMENTS.values())}\n")
    else:
        sys.stdout.write(f"{settings_text(chosen)}\n")


def _chosen(name: str | None) -> Experiment:
    if name is None or name not in EXPERIMENTS:
        what = "no experiment was named" if name is None else f"unknown experiment {name!r}"
        raise CommandError(f"{what}; one of {', '.join(EXPERIMENTS)}", EXIT_USAGE)
    return EXPERIMENTS[name]


def _settings(experiment: Experiment, arguments: argparse.Namespace) -> Settings:
    """Give the settings: those of the file, changed by those of the options."""
    specs = {spec.key: spec for spec in specs_of(experiment.settings)}
    values: dict[str, Any] = dict(experiment.small) if arguments.small else {}
    if arguments.settings is not None:
        values |= _settings_of_file(experiment, arguments.settings)
    try:
        shared = (("seed", arguments.seed), ("data", chosen_source(arguments)))
        given = [*arguments.set, *(f"{key}={value}" for key, value in shared if value is not None)]
        values |= dict(_parsed(pair, specs) for pair in given)
        return experiment.settings.from_plain(values)
    except ValueError as error:
        raise CommandError(str(error), EXIT_USAGE) from None


def _settings_of_file(experiment: Experiment, path: Path) -> dict[str, Any]:
    text = path.read_bytes()
    try:
        return experiment.settings.from_toml(text.decode("utf-8")).plain()
    except ValueError as error:
        raise CommandError(f"{path}: {error}", EXIT_USAGE) from None


def _parsed(pair: str, specs: dict[str, SettingSpec]) -> tuple[str, Any]:
    """Give key and value of ``KEY=VALUE``."""
    key, is_pair, text = pair.partition("=")
    key = key.strip().replace("-", "_")
    if not is_pair or key not in specs:
        raise ValueError(f"--set {pair}: not KEY=VALUE with one of the keys {', '.join(specs)}")
    return key, specs[key].parsed(text)


def _print(experiment: Experiment, finished: Finished, *, is_resumed: bool) -> None:
    print_text(f"{experiment.title}\n{experiment.claim}\n")
    for claim in finished.result.claims:
        word = {True: "holds", False: "does not hold", None: "cannot be told"}[claim.holds]
        print_text(f"{word}: {claim.claim}\n    {claim.verdict}")
    before = " beside what was kept before" if is_resumed else ""
    print_text(f"\nseed {finished.settings.seed}, {finished.seconds:.1f} s{before}")
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
