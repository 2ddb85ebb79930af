"""Makes and repairs the project's ``.venv``; when its stamp is valid this costs milliseconds.

``.venv-setup`` beside it holds the lock between two starts and the log. If the project cannot
be written, both lie in the user's cache folder. Standard library only; run.py and test.py both
come through ``prepare``.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pip_install
from environment import (
    LOCKS,
    Environment,
    is_ready,
    is_whole,
    read_stamp,
    setup_key,
    write_stamp,
)
from setup_errors import NO_DISK, SetupError, code_for

NEEDED_MEGABYTES = {"run": 1000, "test": 1200}  # measured 700 and 890, and pip's own copies
Say = Callable[[str], None]


def cache_folder(root: Path) -> Path:
    """Give the folder for the environment of a project that lies in a read-only place."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return base / "gdviz" / f"environment-{name}"


def writable_environment(root: Path, say: Say) -> Environment:
    """Give where the environment can be made: in the project, else in the user's cache.

    Raises
    ------
    SetupError
        Neither place can be written.
    """
    here, elsewhere = Environment(root, root), Environment(root, cache_folder(root))
    failures = []
    for environment in (here, elsewhere):
        try:
            environment.work.mkdir(parents=True, exist_ok=True)
            (environment.work / "writable").write_bytes(b"yes\n")
            if environment.venv.is_dir() and not os.access(environment.venv, os.W_OK):
                raise PermissionError(errno.EACCES, "Permission denied")
        except OSError as error:
            failures.append(f"{environment.folder} ({error.strerror})")
        else:
            if environment is elsewhere:
                say(f"{failures[0]} cannot be written; using {environment.venv}")
            return environment
    raise SetupError(
        NO_DISK,
        f"neither {failures[0]} nor {failures[1]} can be written; make room, or copy the "
        "project to a folder of your own and start it there",
    )


def try_lock(file: IO[bytes], *, wait: bool) -> bool:
    """Take the lock on a file that lasts until it is closed; gives whether it was taken."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 -- exists on Windows only

        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 -- does not exist on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: two starts at once are then on their own
        return True
    return True


@contextlib.contextmanager
def one_at_a_time(environment: Environment, say: Say) -> Iterator[None]:
    """Keep a second set-up of the same environment waiting until the first is done."""
    with (environment.work / "lock").open("a+b") as file:
        if not try_lock(file, wait=False):
            say("another set-up is under way; waiting for it")
            while not try_lock(file, wait=True):  # Windows gives up after ten seconds
                pass
        yield


def remove(path: Path) -> None:
    """Remove a folder, a file or a link (never what the link points to)."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def check_space(environment: Environment, level: str) -> None:
    """Raise SetupError if a fresh environment will not fit on the disk."""
    free = shutil.disk_usage(environment.folder).free // 10**6
    if free < NEEDED_MEGABYTES[level]:
        raise SetupError(
            NO_DISK,
            f"{environment.folder} has {free} MB free, and the packages need about "
            f"{NEEDED_MEGABYTES[level]} MB; make room and start again",
        )


def install(environment: Environment, level: str, key: str, say: Say) -> None:
    """Make or repair the environment and stamp it; the caller holds the lock.

    Raises
    ------
    SetupError
        A stage failed.
    """
    log = environment.work / "pip.log"
    root = environment.root
    stamp = read_stamp(environment)
    keys = stamp.keys if stamp else {}
    if not is_whole(environment):
        if environment.venv.exists() or environment.venv.is_symlink():
            say(f"{environment.venv} is broken or for another Python; making it anew")
        remove(environment.venv)
        keys = {}
        check_space(environment, level)
        environment.venv.mkdir()
        environment.marker.touch()
        pip_install.make_venv(environment.venv, log, say)
    environment.stamp.unlink(missing_ok=True)
    environment.marker.touch()
    lock = root / LOCKS[level]
    say(f"installing the packages of {lock.name} (a minute or more the first time)")
    own_pip = (environment.packages / "pip").is_dir()
    pip = pip_install.pip_command(environment.python, own_pip=own_pip)
    pip_install.install_lock(pip, lock, log)
    say("installing gdviz")
    pip_install.install_project(pip, root, log)
    make_path_ascii(environment)
    warm_engine(environment, say)
    current = {level: key}
    if level == "test":  # its lock holds the other's packages in the same versions
        current["run"] = setup_key(root, "run")
    elif keys.get("test") == setup_key(root, "test"):
        current["test"] = keys["test"]
    write_stamp(environment, current)
    environment.marker.unlink()


def make_path_ascii(environment: Environment) -> None:
    """Write the path of an editable install so that every locale can read it.

    Python before 3.13 decodes ``.pth`` files with the locale's encoding and does not even start
    (``LC_ALL=C``, or a Windows code page) if the project's path is not in it. A line of code
    with escapes is ASCII.
    """
    root = str(environment.root)
    pth = environment.packages / "_gdviz.pth"
    if not root.isascii() and pth.is_file():
        pth.write_text(f"import sys; sys.path.append({root!a})\n", "ascii")


def warm_engine(environment: Environment, say: Say) -> None:
    """Compile the engine now, so that the first start need not wait; a failure is no error."""
    say("compiling the engine")
    log = environment.work / "engine.log"
    command = [str(environment.python), "-P", "-m", "gdviz.engine"]
    variables = pip_install.child_environment()
    try:
        pip_install.run_logged(command, "compiling the engine", log, variables)
    except SetupError as error:
        reason = (error.details.splitlines() or [error.sentence])[-1]
        say(f"the engine will be compiled at the first start instead ({reason})")


def prepare(root: Path, level: str, say: Say) -> Environment:
    """Give the finished environment, made or repaired if need be.

    Parameters
    ----------
    root : Path
        The project's folder.
    level : str
        ``run``, or ``test`` for the test tools as well.
    say : callable
        Prints one line of progress.

    Raises
    ------
    SetupError
        It cannot be made.
    """
    key = setup_key(root, level)
    for folder in (root, cache_folder(root)):
        environment = Environment(root, folder)
        if is_ready(environment, level, key):
            return environment
    environment = writable_environment(root, say)
    try:
        with one_at_a_time(environment, say):
            if not is_ready(environment, level, key):
                install(environment, level, key, say)
    except OSError as error:
        sentence = f"setting up {environment.venv} failed: {error}"
        raise SetupError(code_for(error), sentence) from error
    return environment
