"""What run.py does: set up, find the display, start gdviz. Standard library only.

Without a display the main job still happens: the same arguments go to ``gdviz record``, which
trains and leaves pictures. Commands that show no window are passed straight on.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from display import Display, find_display, probe_qt
from environment import Environment
from pip_install import child_environment
from setup_environment import prepare
from setup_errors import (
    FAILED,
    INTERRUPTED,
    LIBRARIES_MISSING,
    WRONG_USAGE,
    SetupError,
    code_for,
)
from system_libraries import require_libraries

PROGRAM = "run.py"
ROOT = Path(__file__).resolve().parent.parent
SUBCOMMANDS = {"train", "inspect", "convert", "surface", "record", "experiment", "script"}
WINDOWLESS_OPTIONS = {"-h", "--help", "--version", "--install-desktop", "--uninstall-desktop"}
VERSIONS = """\
import platform, sys
from importlib.metadata import version
from PySide6 import QtCore, QtGui, QtWidgets
import gdviz, numba, numpy, pyqtgraph
QtGui.QGuiApplication(["gdviz", "-platform", "offscreen"])
print("Python     " + platform.python_version())
print("PySide6    " + version("PySide6-Essentials"))
print("Qt         " + QtCore.qVersion())
print("pyqtgraph  " + pyqtgraph.__version__)
print("NumPy      " + numpy.__version__)
print("Numba      " + numba.__version__)
print("gdviz      " + gdviz.__version__)
"""


def say(line: str) -> None:
    """Print one line of progress on stderr."""
    sys.stderr.write(f"{PROGRAM}: {line}\n")
    sys.stderr.flush()


def subcommand(arguments: list[str]) -> str:
    """Give gdviz's subcommand among the arguments; empty if the window is meant."""
    for argument in arguments:
        if not argument.startswith("-"):
            return argument if argument in SUBCOMMANDS else ""
    return ""


def wants_window(arguments: list[str]) -> bool:
    """Say whether gdviz would open its window with these arguments."""
    return not subcommand(arguments) and WINDOWLESS_OPTIONS.isdisjoint(arguments)


def session_folder(here: Path) -> Path:
    """Give a new name for the pictures: here, else in the temporary folder."""
    place = here if os.access(here, os.W_OK) else Path(tempfile.gettempdir())
    number = 1
    while (place / f"gdviz-session-{number}").exists():
        number += 1
    return place / f"gdviz-session-{number}"


def recording_arguments(arguments: list[str], here: Path) -> list[str]:
    """Give the arguments that record what the window would have shown.

    Parameters
    ----------
    arguments : list of str
        As typed for the window.
    here : Path
        The current folder.
    """
    if any(word == "--output" or word.startswith("--output=") for word in arguments):
        return ["record", *arguments]
    return ["record", "--output", str(session_folder(here)), *arguments]


def wait_for(child: "subprocess.Popen[bytes]") -> int:
    """Give a child's exit code; Ctrl+C reaches it too, and it saves what can be saved."""
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def launch(command: list[str], environment: dict[str, str]) -> int:
    """Run gdviz in this process's place, so that signals and the exit code are its own.

    Returns
    -------
    int
        The exit code; only Windows, which cannot replace a process, comes back with one.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        with subprocess.Popen(command, env=environment) as child:
            return wait_for(child)
    return os.execve(command[0], command, environment)  # noqa: S606 -- no shell is the point


def print_versions(
    environment: Environment, run: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    """Print what was installed, each package really imported.

    Raises
    ------
    SetupError
        A package cannot be imported.
    """
    done = run(
        [str(environment.python), "-P", "-c", VERSIONS],
        env={**child_environment(), "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        missing = "cannot open shared object file" in done.stderr
        tail = "\n".join(done.stderr.strip().splitlines()[-5:])
        code = LIBRARIES_MISSING if missing else FAILED
        raise SetupError(code, "the installed packages cannot be used; remove .venv, or:", tail)
    sys.stdout.write(done.stdout)


def start(
    arguments: list[str],
    *,
    prepare: Callable[..., Environment] = prepare,
    find: Callable[[], Display] = find_display,
    probe: Callable[..., bool] = probe_qt,
    require: Callable[..., None] = require_libraries,
    launch: Callable[[list[str], dict[str, str]], int] = launch,
    run: Callable[..., "subprocess.CompletedProcess[str]"] = subprocess.run,
) -> int:
    """Set up and start; every step can be replaced in tests.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    SetupError
        The set-up cannot go on.
    """
    check = arguments[:1] == ["--check"]
    if check and len(arguments) > 1:
        raise SetupError(WRONG_USAGE, f"--check takes no arguments, got {arguments[1]!r}")
    window = check or wants_window(arguments)
    shown = find() if window else Display("offscreen")
    if sys.platform.startswith("linux") and (window or subcommand(arguments) == "record"):
        require(shown.platform, say)  # before the download: nobody likes to wait for a refusal
    environment = prepare(ROOT, "run", say)
    variables = child_environment()
    if window and not shown.sure and not probe(environment.python, variables):
        shown = Display("offscreen", f"DISPLAY={variables.get('DISPLAY')} refuses us")
    if check:
        print_versions(environment, run)
        print("display    " + (shown.platform if shown.visible else f"none: {shown.reason}"))
        return 0
    if window and not shown.visible:
        arguments = recording_arguments(arguments, Path.cwd())
        variables["QT_QPA_PLATFORM"] = "offscreen"
        say(f"no display ({shown.reason}); running instead: gdviz {' '.join(arguments)}")
    # -P: a numpy.py in the current folder must not come before the installed one.
    return launch([str(environment.python), "-P", "-m", "gdviz", *arguments], variables)


def main(arguments: list[str]) -> int:
    """Start gdviz; gives the exit code and prints one sentence if it cannot."""
    try:
        return start(arguments)
    except SetupError as error:
        sys.stderr.write(error.report(PROGRAM))
        return error.code
    except KeyboardInterrupt:
        sys.stderr.write(f"{PROGRAM}: interrupted\n")
        return INTERRUPTED
    except OSError as error:
        sys.stderr.write(f"{PROGRAM}: error: {error}\n")
        return code_for(error)
