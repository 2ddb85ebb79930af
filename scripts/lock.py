"""Make requirements.lock and requirements-test.lock from pyproject.toml.

Needs the resolver ``uv`` and the network: ``python -m pip install uv`` first. Pins that still
satisfy pyproject.toml are kept; ``--upgrade`` takes the newest of everything instead. The
build backend is locked as well, so that installing gdviz itself fetches nothing unpinned.

    .venv/bin/python scripts/lock.py [--upgrade]
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.lock": (), "requirements-test.lock": ("--group", "test")}
HEADER = """\
# Made by scripts/lock.py from pyproject.toml; do not edit by hand. {what}
# One file for every system and for Python 3.11 and newer; scripts/{user} installs from it.
"""


def build_requirements() -> str:
    """Give the packages that building gdviz needs, one a line, as in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return "\n".join(tomllib.load(file)["build-system"]["requires"]) + "\n"


def compile_lock(name: str, extra: tuple[str, ...]) -> None:
    """Resolve one lock file in place.

    Parameters
    ----------
    name : str
        File name in the project's folder.
    extra : tuple of str
        More arguments for the resolver.

    Raises
    ------
    subprocess.CalledProcessError
        The resolver failed; it has said why.
    """
    command = ["uv", "pip", "compile", "pyproject.toml", "-", "--universal", "--generate-hashes"]
    command += ["--python-version", "3.11", "--no-header", "--no-annotate", "--quiet"]
    # pip looks for the newest coverage[toml] where only a bare coverage is pinned, and then
    # refuses it, since it has no hash: a lock without the extras breaks at the next release.
    command += ["--no-strip-extras"]
    if name != "requirements.lock":
        command += ["--constraint", "requirements.lock"]  # the same versions with and without tests
    command += [*extra, *sys.argv[1:], "--output-file", name]
    subprocess.run(command, cwd=ROOT, input=build_requirements(), text=True, check=True)
    user = "test.py" if "test" in name else "run.py"
    what = "With the test tools." if "test" in name else "What gdviz needs to run."
    lock = ROOT / name
    lock.write_text(HEADER.format(what=what, user=user) + lock.read_text("utf-8"), "utf-8")


def main() -> int:
    """Make both lock files; gives the exit code."""
    if sys.argv[1:] not in ([], ["--upgrade"]):
        sys.stderr.write("lock.py: error: the only argument is --upgrade\n")
        return 2
    try:
        for name, extra in LOCKS.items():
            compile_lock(name, extra)
    except FileNotFoundError:
        sys.stderr.write("lock.py: error: uv is not installed; python -m pip install uv\n")
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
