"""`gdviz script FILE`: a saved run as a plain NumPy program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gdviz.cli.output import CommandError, print_text
from gdviz.cli.starting import check_writable, prepared_dataset
from gdviz.data.classes import split_source
from gdviz.data.dataset import Dataset
from gdviz.data.mnist import FILES
from gdviz.storage.atomic import write_atomically
from gdviz.storage.readers import read_network
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import score
from gdviz.training.fit import check_fit
from gdviz.training.program.writing import NoProgramError, check_start, program_text
from gdviz.training.state import TrainingState


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "script",
        help="write a saved run as a plain NumPy program",
        description="Write a program of about a hundred lines that needs nothing but NumPy and "
        "the data as IDX files, repeats the run from its seed and prints its final cost.",
        epilog="Run it with `python3 PROGRAM FOLDER`, where FOLDER has the training images and "
        "labels of MNIST as IDX files, plain or .gz; without FOLDER it looks beside itself.",
    )
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a saved run, .safetensors or .gdviz"
    )
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="write it there instead of to stdout"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the run, write the program; give the exit code."""
    if arguments.output is not None:
        check_writable(arguments.output)
    config, state = saved_run(arguments.file)
    dataset = _idx_dataset(arguments.file, config)
    try:
        check_fit(config, dataset)
        check_start(config, state, dataset)
        cost, _ = score(
            config.architecture, state.parameters, dataset.train, config.cost,
            n_examples=config.n_examples,
        )  # fmt: skip
        text = program_text(config, state.marks, state.step, cost)
    except NoProgramError as error:
        raise CommandError(f"{arguments.file} cannot be written as a program: {error}") from None
    except ValueError as error:
        raise CommandError(f"{arguments.file}: {error}") from None
    if arguments.output is None:
        # As UTF-8 whatever the terminal's encoding is: that is what Python reads.
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return 0
    write_atomically(arguments.output, text.encode())
    print_text(
        f"{arguments.output} written, {text.count(chr(10)):,} lines for {state.step:,} steps; "
        f"run it with python {arguments.output} FOLDER"
    )
    return 0


def saved_run(path: Path) -> tuple[TrainingConfig, TrainingState]:
    """Give the configuration at the end of a saved run, and that end.

    A session reads as the network of its live branch.

    Raises
    ------
    CommandError
        If the file holds weights alone.
    """
    network = read_network(path)
    if network.config is None or network.state is None:
        raise CommandError(
            f"{path}: holds weights alone; a program needs a run with its settings, as gdviz saves "
            "it"
        )
    return network.config, network.state


def _idx_dataset(path: Path, config: TrainingConfig) -> Dataset:
    """Load what the run was trained on, if the program can read it too."""
    place, classes = split_source(config.data)
    if classes or (place != "mnist" and not _is_plain(Path(place))):
        raise CommandError(
            f"{path}: was trained on {config.data}, and a program reads a folder of IDX files only"
        )
    return prepared_dataset(config)


def _is_plain(folder: Path) -> bool:
    """Whether a folder has the files that a program opens; one that is gone is said to be later."""
    return not folder.exists() or any(
        (folder / name).is_file() for name in (FILES[0], f"{FILES[0]}.gz")
    )
