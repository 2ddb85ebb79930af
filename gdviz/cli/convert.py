"""`gdviz convert FILE OUT`: a network in another format."""

from __future__ import annotations

import argparse
from pathlib import Path

from gdviz.cli.output import EXIT_USAGE, CommandError, print_json, print_text
from gdviz.storage.readers import read_network
from gdviz.storage.writers import WRITERS, format_of, write_network


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "convert",
        help="write a network as .safetensors, .npz or .json (Nielsen's layout)",
        description="Read a network in any supported format and write it in another.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a saved network")
    parser.add_argument("out", metavar="OUT", type=Path, help="ends in .safetensors, .npz or .json")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the one file, write the other, print; give the exit code."""
    try:
        format_key = format_of(arguments.out)
    except ValueError as error:
        raise CommandError(str(error), EXIT_USAGE) from None
    network = read_network(arguments.file)
    write_network(arguments.out, network, format_key)
    # What is only guessed in the source stands in the new file as if it had been known.
    guessed = [key.replace("_", " ") for key in network.guessed]
    if arguments.json:
        print_json({"format": format_key, "saved": str(arguments.out), "guessed": network.guessed})
        return 0
    print_text(
        f"{arguments.out} saved as {WRITERS[format_key].title}: {network.architecture.name}, "
        f"{network.architecture.n_parameters:,} parameters"
    )
    if guessed:
        print_text(f"guessed, since {arguments.file} does not say: {', '.join(guessed)}")
    return 0
