"""Chooses the command and turns every failure into one line and an exit code."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gdviz
from gdviz.cli.options import Parser, add_training_options, whole_number
from gdviz.cli.output import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, CommandError

COMMANDS = ("train", "inspect", "convert", "surface", "experiment", "script")
_NEEDS_QT = "record"

DESCRIPTION = (
    "A neural network learns handwritten digits in front of you. Without a command the window "
    "opens; with FILE it shows that network."
)


def run(arguments: list[str], show: Callable[[str, list[str]], int]) -> int:
    """Run a command or, through `show`, what needs Qt.

    Parameters
    ----------
    arguments : list of str
        Without the program's name.
    show : callable
        ``show("window" or "record", arguments) -> exit code``: passed in, so that the command
        line works where Qt is not installed.

    Returns
    -------
    int
        The exit code. Nothing is raised; with ``--debug`` the traceback stands above the line.
    """
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        command = arguments[0] if arguments else ""
        if command in COMMANDS:
            return int(_modules()[command].run(command_parser().parse_args(arguments)))
        if command == _NEEDS_QT:
            return show("record", arguments[1:])
        _check_files(window_parser().parse_args(arguments).files)
        return show("window", arguments)
    except SystemExit as ended:  # argparse, after --help and --version
        return ended.code if isinstance(ended.code, int) else 0
    except KeyboardInterrupt:
        return _failed("interrupted", EXIT_INTERRUPTED)
    except Exception as error:  # noqa: BLE001  # the last place where it can become one line
        if debug:
            traceback.print_exc()
        return _failed(
            _sentence(error), error.exit_code if isinstance(error, CommandError) else EXIT_FAILED
        )


def _check_files(files: list[str]) -> None:
    """Refuse a mistyped command or file before a window opens for it."""
    for name in files:
        if Path(name).exists():
            continue
        if len(files) > 1 or Path(name).suffix or Path(name).name != name:
            raise CommandError(f"{name}: no such file", EXIT_FAILED)
        known = ", ".join([*COMMANDS, _NEEDS_QT])
        raise CommandError(
            f"{name!r} is neither a file nor one of the commands {known}", EXIT_USAGE
        )


def command_parser() -> Parser:
    """The arguments of the commands that need no window."""
    parser = Parser(prog="gdviz")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for module in _modules().values():
        module.add_parser(subparsers)
    return parser


def _modules() -> dict[str, Any]:
    """Give the commands' modules, which the window need not wait for."""
    from gdviz.cli import (  # noqa: PLC0415  # see above
        convert,
        experiment,
        inspect,
        script,
        surface,
        train,
    )

    modules = (train, inspect, convert, surface, experiment, script)
    return dict(zip(COMMANDS, modules, strict=True))


def window_parser() -> Parser:
    """The arguments of the window: files, and how a new run begins."""
    parser = Parser(
        prog="gdviz",
        description=DESCRIPTION,
        epilog="commands: "
        + ", ".join([*COMMANDS, _NEEDS_QT])
        + "; gdviz COMMAND --help explains each",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="a saved network or session to inspect"
    )
    parser.add_argument("--version", action="version", version=f"gdviz {gdviz.__version__}")
    parser.add_argument("--theme", choices=["dark", "light", "high_contrast"])
    add_training_options(parser)
    return parser


def record_parser() -> Parser:
    """The arguments of a recording: those of the window, and what to write."""
    parser = Parser(
        prog="gdviz record",
        description="Renders the window while it trains, without a display: to one PNG, or to "
        "a folder of PNG with the curves as CSV and the network.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="a saved network to go on from")
    parser.add_argument("--output", required=True, metavar="FILE", help="a .png, or a folder")
    parser.add_argument("--theme", choices=["dark", "light", "high_contrast"])
    parser.add_argument("--frames", type=whole_number, metavar="N", help="pictures in a folder")
    parser.add_argument(
        "--steps", type=whole_number, metavar="N", help="train so far (default: three epochs)"
    )
    parser.add_argument("--size", default="1440x900", metavar="WxH", help="default: 1440x900")
    parser.add_argument("--scale", type=whole_number, default=1, metavar="N", help="pixel ratio")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    add_training_options(parser)
    return parser


def _sentence(error: Exception) -> str:
    """Give an error's text on one line; an OSError names its file."""
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}"
    if isinstance(error, ImportError):
        return f"a needed package is missing: {error}"
    text = " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return f"there is not enough memory{f': {text}' if text else ''}; use fewer neurons"
    if isinstance(error, CommandError | ValueError | OSError) and text:
        return text
    return f"unexpected {type(error).__name__}: {text}; --debug shows where"


def _failed(message: str, exit_code: int) -> int:
    print(f"gdviz: error: {message}", file=sys.stderr, flush=True)
    return exit_code
