"""What test.py does: set up with the test tools, then lint, types, contracts and tests.

Every stage runs even if one before it failed. Standard library only.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from environment import Environment
from pip_install import child_environment
from setup_environment import prepare
from setup_errors import FAILED, INTERRUPTED, SetupError
from system_libraries import require_libraries

PROGRAM = "test.py"
ROOT = Path(__file__).resolve().parent.parent
MOST_WORKERS = 4
COVERED = ("nn", "engine", "training", "runtime", "storage")


class Stage(NamedTuple):
    """One check: its name and its command."""

    name: str
    command: list[str]


class Result(NamedTuple):
    """How a stage ended."""

    name: str
    exit_code: int
    seconds: float


def say(line: str) -> None:
    """Print one line of progress on stderr."""
    sys.stderr.write(f"{PROGRAM}: {line}\n")
    sys.stderr.flush()


def stages(environment: Environment, pytest_arguments: list[str]) -> list[Stage]:
    """Give the checks in their order.

    Parameters
    ----------
    environment : Environment
        Has the test tools.
    pytest_arguments : list of str
        Passed on; without any, all tests run, on several cores, and coverage is measured.
    """
    python = [str(environment.python), "-m"]
    coverage = [f"--cov=gdviz.{package}" for package in COVERED]
    everything = [*coverage, "--cov-report=term", "-n", str(n_workers()), "--dist", "loadfile"]
    tests = pytest_arguments or everything
    return [
        Stage("ruff check", [*python, "ruff", "check"]),
        Stage("ruff format", [*python, "ruff", "format", "--check"]),
        Stage("mypy", [*python, "mypy"]),
        Stage("import contracts", [str(environment.program("lint-imports"))]),
        # Once for all workers.
        Stage("compile engine", [*python, "gdviz.engine"]),
        Stage("pytest", [*python, "pytest", *tests]),
    ]


def n_workers() -> int:
    """Give how many processes share the tests: more than a few windows disturb each other."""
    return min(os.cpu_count() or 1, MOST_WORKERS)


def check_environment() -> dict[str, str]:
    """Give the variables for the checks: no window, one BLAS thread, so that runs compare."""
    return {
        **child_environment(),
        "QT_QPA_PLATFORM": "offscreen",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def run_stages(
    todo: list[Stage],
    variables: dict[str, str],
    root: Path,
    run: Callable[..., "subprocess.CompletedProcess[bytes]"] = subprocess.run,
) -> list[Result]:
    """Run every stage, each with its own output, whatever the others gave."""
    results = []
    for stage in todo:
        say(f"{stage.name} ...")
        begin = time.monotonic()
        try:
            code = run(
                stage.command, cwd=root, env=variables, stdin=subprocess.DEVNULL, check=False
            ).returncode
        except OSError as error:
            say(f"{stage.name} cannot be started: {error}")
            code = FAILED
        results.append(Result(stage.name, code, time.monotonic() - begin))
    return results


def summary(results: list[Result]) -> str:
    """Give one line for each stage."""
    lines = [
        f"{result.name:<18}{'ok' if result.exit_code == 0 else f'FAILED ({result.exit_code})':<12}"
        f"{result.seconds:7.1f} s"
        for result in results
    ]
    return "\n".join(lines)


def main(
    arguments: list[str],
    *,
    prepare: Callable[..., Environment] = prepare,
    require: Callable[..., None] = require_libraries,
    run: Callable[..., "subprocess.CompletedProcess[bytes]"] = subprocess.run,
) -> int:
    """Set up and run every check; gives the exit code."""
    if arguments[:1] in (["-h"], ["--help"]):
        print("usage: python3 scripts/test.py [PYTEST ARGUMENTS]")
        return 0
    try:
        if sys.platform.startswith("linux"):
            require("offscreen", say)
        environment = prepare(ROOT, "test", say)
        todo = stages(environment, arguments)
        results = run_stages(todo, check_environment(), ROOT, run)
    except SetupError as error:
        sys.stderr.write(error.report(PROGRAM))
        return error.code
    except KeyboardInterrupt:
        sys.stderr.write(f"{PROGRAM}: interrupted\n")
        return INTERRUPTED
    print(summary(results))
    return FAILED if any(result.exit_code for result in results) else 0
