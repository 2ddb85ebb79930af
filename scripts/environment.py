"""What the project's ``.venv`` is and whether it is whole; changes nothing but the stamp.

The stamp ``.venv/gdviz-setup.json`` says what was installed for which files, Python and
folder, so a second start touches no network. A marker beside it tells a half-made
environment. Standard library only; setup_environment.py makes and repairs.
"""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from setup_errors import FAILED, SetupError

SETUP_VERSION = 1
LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock"}
VERSION_CODE = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"


@dataclass(frozen=True)
class Environment:
    """The project's folder and the folder that holds its ``.venv`` (usually the same)."""

    root: Path
    folder: Path

    @property
    def venv(self) -> Path:
        """The environment."""
        return self.folder / ".venv"

    @property
    def work(self) -> Path:
        """The set-up's own lock and log."""
        return self.folder / ".venv-setup"

    @property
    def stamp(self) -> Path:
        """What was installed."""
        return self.venv / "gdviz-setup.json"

    @property
    def marker(self) -> Path:
        """There while an installation is under way."""
        return self.venv / "gdviz-setup-unfinished"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.program("python")

    @property
    def packages(self) -> Path:
        """The environment's site-packages."""
        if sys.platform == "win32":
            return self.venv / "Lib" / "site-packages"
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        return self.venv / "lib" / version / "site-packages"

    def program(self, name: str) -> Path:
        """Give the path of a command in the environment."""
        if sys.platform == "win32":
            return self.venv / "Scripts" / f"{name}.exe"
        return self.venv / "bin" / name


def setup_key(root: Path, level: str) -> str:
    """Give the hash of everything that an installation depends on.

    Parameters
    ----------
    root : Path
        The project's folder.
    level : str
        ``run`` or ``test``.

    Raises
    ------
    SetupError
        A lock file or pyproject.toml cannot be read.
    """
    about = [str(SETUP_VERSION), sys.platform, repr(sys.version_info[:2]), str(root)]
    digest = hashlib.sha256("\0".join(about).encode("utf-8", "surrogateescape"))
    for name in ("pyproject.toml", LOCKS[level]):
        try:
            digest.update((root / name).read_bytes())
        except OSError as error:
            raise SetupError(
                FAILED, f"{root / name} cannot be read: {error.strerror}; get the project again"
            ) from error
    return digest.hexdigest()


class Stamp(NamedTuple):
    """What was installed.

    Attributes
    ----------
    keys : dict
        The ``setup_key`` of each level that is installed.
    packages : list of str
        What lay in site-packages afterwards.
    venv : str
        Where the environment was: its commands name that place.
    """

    keys: dict[str, str]
    packages: list[str]
    venv: str


def read_stamp(environment: Environment) -> Stamp | None:
    """Give the stamp, or None if there is none that can be read."""
    try:
        stamp = json.loads(environment.stamp.read_text("utf-8"))
        return Stamp(dict(stamp["keys"]), list(stamp["packages"]), str(stamp["venv"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def installed_names(environment: Environment) -> set[str]:
    """Give what lies in site-packages, by name; empty if there is no such folder."""
    try:
        return set(os.listdir(environment.packages)) - {"__pycache__"}  # noqa: PTH208 -- names only
    except OSError:
        return set()


def write_stamp(environment: Environment, keys: dict[str, str]) -> None:
    """Record a finished installation, in one step."""
    stamp = Stamp(keys, sorted(installed_names(environment)), str(environment.venv))
    draft = environment.stamp.with_suffix(".part")
    draft.write_text(json.dumps(stamp._asdict(), indent=1), "utf-8")
    draft.replace(environment.stamp)


def python_answers(environment: Environment) -> bool:
    """Say whether the environment's interpreter runs and is of this Python's version."""
    command = [str(environment.python), "-I", "-S", "-c", VERSION_CODE]
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout == b"%d.%d" % sys.version_info[:2]


def is_whole(environment: Environment) -> bool:
    """Say whether the environment works and nothing that was installed has gone since.

    One that was made by other means, without a stamp, must at least have pip.
    """
    stamp = read_stamp(environment) or Stamp({}, ["pip"], str(environment.venv))
    return (
        not environment.marker.exists()
        and stamp.venv == str(environment.venv)
        and (environment.venv / "pyvenv.cfg").is_file()
        and installed_names(environment).issuperset(stamp.packages)
        and python_answers(environment)
    )


def is_ready(environment: Environment, level: str, key: str) -> bool:
    """Say whether nothing need be done; the cheapest question comes first."""
    stamp = read_stamp(environment)
    return stamp is not None and stamp.keys.get(level) == key and is_whole(environment)
