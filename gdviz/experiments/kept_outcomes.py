"""Outcomes of an experiment's parts on disk, so that it goes on where it was stopped.

Each part is a file of its own, written atomically when the part is done: a kill loses what was
under way and nothing else. Its name is a digest of all that the outcome depends on, so that
another experiment, task, version or data never finds it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import gdviz
from gdviz.engine import compiler_problem
from gdviz.experiments.experiment import Experiment
from gdviz.experiments.settings import Settings
from gdviz.storage.atomic import SaveError, write_atomically
from gdviz.storage.paths import make_folder, state_folder
from gdviz.storage.plain_values import digest_of, value_bytes, value_of

MOST_BYTES = 256 << 20
"""Of all unfinished experiments; beyond that the oldest parts go."""
SUFFIX = ".outcome"


def kept_folder() -> Path:
    """Where the parts of unfinished experiments are."""
    return state_folder() / "experiments"


class KeptOutcomes:
    """A `gdviz.experiments.runner.Keeper` on disk; used by the thread that runs the experiment.

    Parameters
    ----------
    folder : Path
        Made when something is kept; several processes may use it at once.
    experiment : Experiment
    settings : Settings
        Those of its run. Of them only the data count by themselves: a setting counts where a task
        holds it, so that a run with more tasks goes on from one with fewer.
    anew : bool
        True: what is kept is not used, and replaced.
    on_found : callable
        ``on_found(stage, n_known, n_tasks)``: called when outcomes from before are used.
    most_bytes : int
    """

    def __init__(
        self,
        folder: Path,
        experiment: Experiment,
        settings: Settings,
        *,
        anew: bool = False,
        on_found: Callable[[str, int, int], None] = lambda _stage, _n_known, _n_tasks: None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._folder, self._anew, self._on_found = folder, anew, on_found
        self._most_bytes, self._room = most_bytes, 0
        self._origin = (
            experiment.name,
            gdviz.__version__,
            _sources_digest(),
            compiler_problem() is None,
            _data_mark(settings.data),
        )
        self._paths: set[Path] = set()
        self.n_found = 0
        """Parts of this run that are from before."""
        self.problem = ""
        """Why nothing more can be kept, if so: one sentence."""

    @property
    def n_kept(self) -> int:
        """Parts of this run that are on disk."""
        return sum(path.exists() for path in self._paths)

    def known(self, stage: str, tasks: Sequence[Any]) -> dict[int, Any]:
        """Give what is kept of these tasks, by their places; what cannot be read is not known."""
        found: dict[int, Any] = {}
        for index, task in enumerate(tasks):
            path = self._path(stage, task)
            if path is None:
                return {}
            if self._anew:
                _forget(path)
                continue
            with contextlib.suppress(OSError, ValueError):
                found[index] = value_of(path.read_bytes())
                self._paths.add(path)
        self.n_found += len(found)
        if found:
            self._on_found(stage, len(found), len(tasks))
        return found

    def keep(self, stage: str, task: Any, outcome: Any) -> None:
        """Keep an outcome; if that cannot be, `problem` says why and the experiment goes on."""
        path = self._path(stage, task)
        if path is None:
            return
        try:
            content = value_bytes(outcome)
            if len(content) > self._most_bytes:
                return
            make_folder(self._folder)
            self._make_room(len(content))
            write_atomically(path, content)
        except (SaveError, TypeError) as error:
            self.problem = str(error)
            return
        self._paths.add(path)

    def forget(self) -> None:
        """Remove what is kept of this run: it has finished."""
        for path in self._paths:
            _forget(path)
        self._paths.clear()
        with contextlib.suppress(OSError):
            self._folder.rmdir()  # Only if nothing else is in it.

    def _path(self, stage: str, task: Any) -> Path | None:
        """Give the file of a task; None if nothing can be kept of it."""
        if self.problem:
            return None
        try:
            return self._folder / f"{digest_of((self._origin, stage, task))}{SUFFIX}"
        except TypeError as error:
            self.problem = f"the task cannot be told from others: {error}"
            return None

    def _make_room(self, n_bytes: int) -> None:
        """Remove the oldest parts, of whatever experiment, until so many bytes more have room.

        What a kill has left of a file that was being written counts, and goes, like a part. The
        folder is looked at again only when what was free then is used up.
        """
        if n_bytes <= self._room:
            self._room -= n_bytes
            return
        entries = []
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):
                status = path.stat()
                entries.append((status.st_mtime_ns, status.st_size, path))
        total = n_bytes + sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self._most_bytes:
                break
            _forget(path)
            total -= size
        self._room = self._most_bytes - total


@lru_cache(maxsize=1)
def _sources_digest() -> str:
    """Tell the experiments as they are written: who changes one begins anew."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _data_mark(data: str) -> Any:
    """Tell the files of the data as they are now: names, sizes and times of change."""
    path = Path(data)
    if data == "mnist" or not path.exists():
        return data
    paths = sorted(path.rglob("*")) if path.is_dir() else [path]
    marks = []
    for one in paths:
        with contextlib.suppress(OSError):
            status = one.stat()
            marks.append((str(one), status.st_size, status.st_mtime_ns))
    return (str(path.resolve()), marks)


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
