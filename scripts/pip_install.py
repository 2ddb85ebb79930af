"""Runs venv and pip in child processes and says why they fail. Standard library only."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from setup_errors import FAILED, LIBRARIES_MISSING, NO_DISK, NO_NETWORK, SetupError
from system_libraries import apt_install, distribution_family, is_root, read_os_release

TAIL_LINES = 12
NO_DISK_SIGNS = ("No space left on device", "Disk quota exceeded", "Read-only file system")
WRONG_FILE_SIGNS = ("DO NOT MATCH THE HASHES",)
NO_NETWORK_SIGNS = (
    "Retrying (Retry(",
    "NewConnectionError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Connection refused",
    "Connection reset",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Read timed out",
    "ProxyError",
    "SSLError",
    "(from versions: none)",
)
# Settings of the surrounding shell that would lead packages into or out of the environment.
UNWANTED = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")


def base_python() -> str:
    """Give the interpreter below any environment that this process runs in."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


def child_environment(outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Give the environment variables that every child is started with.

    Parameters
    ----------
    outer : mapping, default: os.environ
        This process's variables.
    """
    return {key: value for key, value in outer.items() if key not in UNWANTED}


def pip_environment() -> dict[str, str]:
    """Give the variables for pip: asks nothing, installs nowhere but in the environment."""
    return {
        **child_environment(),
        "PIP_USER": "0",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def failure_code(output: str) -> int:
    """Give the exit code for what pip or venv printed before it failed."""
    for signs, code in (
        (NO_DISK_SIGNS, NO_DISK),
        (WRONG_FILE_SIGNS, FAILED),
        (NO_NETWORK_SIGNS, NO_NETWORK),
    ):
        if any(sign in output for sign in signs):
            return code
    return FAILED


def failure_sentence(code: int, doing: str) -> str:
    """Give the sentence that goes with an exit code."""
    return {
        NO_DISK: f"{doing} failed: the disk is full or read-only; make room and start again",
        NO_NETWORK: f"{doing} failed: the package index cannot be reached; "
        "check the network (or pip's proxy and index settings) and start again",
    }.get(code, f"{doing} failed; its last lines follow")


def run_logged(command: list[str], doing: str, log: Path, environment: dict[str, str]) -> None:
    """Run a program with its output in a file.

    Parameters
    ----------
    command : list of str
        The program and its arguments.
    doing : str
        What is being done, to begin a sentence with.
    log : Path
        Overwritten.
    environment : dict
        The child's environment.

    Raises
    ------
    SetupError
        The program could not be started or failed.
    """
    with log.open("wb") as file:
        try:
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
        except OSError as error:
            raise SetupError(FAILED, f"{doing} failed: {error}") from error
    if done.returncode:
        output = log.read_text("utf-8", "replace")
        code = failure_code(output)
        tail = "\n".join(output.strip().splitlines()[-TAIL_LINES:])
        raise SetupError(code, failure_sentence(code, doing), tail)


def has_module(name: str) -> bool:
    """Say whether this Python has a module; it is not imported."""
    return importlib.util.find_spec(name) is not None


def obtain_ensurepip(
    say: Callable[[str], None],
    *,
    has: Callable[[str], bool] = has_module,
    root: bool | None = None,
    family: str | None = None,
    install: Callable[[list[str]], str] = apt_install,
) -> bool:
    """See to it that an environment can be made; Debian keeps part of venv in another package.

    Parameters
    ----------
    say : callable
        Prints one line.
    has, root, family, install
        The module finder, whether we are root, the distribution and the installer; replaced
        in tests.

    Returns
    -------
    bool
        True if the environment can have its own pip, False if this Python's pip must serve it.

    Raises
    ------
    SetupError
        Neither is possible; the line to type is in the sentence.
    """
    if has("ensurepip") and has("venv"):
        return True
    family = distribution_family(read_os_release()) if family is None else family
    root = is_root() if root is None else root
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    said = ""
    if family == "debian" and root:
        say(f"installing the system package {package}")
        said = install([package])
        importlib.invalidate_caches()
        if not said and has("ensurepip") and has("venv"):
            return True
    if has("pip") and has("venv"):
        return False
    if family == "debian":
        sudo = "" if root else "sudo "
        what = f"install it with: {sudo}apt-get update && {sudo}apt-get install -y {package}"
    else:
        what = "install your distribution's package that holds venv and ensurepip"
    raise SetupError(LIBRARIES_MISSING, f"this Python has no venv module; {what}", said)


def make_venv(venv: Path, log: Path, say: Callable[[str], None]) -> None:
    """Make an empty environment where none is.

    Raises
    ------
    SetupError
        It cannot be made.
    """
    command = [base_python(), "-m", "venv"]
    if not obtain_ensurepip(say):
        command.append("--without-pip")
    say(f"making {venv} (Python {sys.version.split()[0]})")
    run_logged([*command, str(venv)], "making the environment", log, child_environment())


def pip_command(python: Path, *, own_pip: bool) -> list[str]:
    """Give the start of a pip command line for an environment.

    Parameters
    ----------
    python : Path
        The environment's interpreter.
    own_pip : bool
        Whether the environment has pip; if not, this Python's pip works on it.
    """
    if own_pip:
        return [str(python), "-m", "pip"]
    return [base_python(), "-m", "pip", "--python", str(python)]


def install_lock(pip: list[str], lock: Path, log: Path) -> None:
    """Install exactly what a lock file names, each file checked against its hash.

    Raises
    ------
    SetupError
        pip failed.
    """
    options = ["--require-hashes", "--only-binary", ":all:", "--progress-bar", "off"]
    command = [*pip, "install", *options, "--requirement", str(lock)]
    run_logged(command, f"installing {lock.name}", log, pip_environment())


def install_project(pip: list[str], root: Path, log: Path) -> None:
    """Install gdviz itself from its folder, so that edits take effect; fetches nothing.

    Raises
    ------
    SetupError
        pip failed.
    """
    options = ["--no-deps", "--no-index", "--no-build-isolation"]
    command = [*pip, "install", *options, "--editable", str(root)]
    run_logged(command, "installing gdviz", log, pip_environment())
