"""Saves networks, sessions, curves and pictures beside the window; training waits for no disk."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gdviz.analysis.history import CurveHistory
from gdviz.qt.file_work import CLOSING_LIMIT_MS, FileWork
from gdviz.qt.keeping.gathering import FAILURES, Gathered
from gdviz.runtime.background_job import BackgroundJob
from gdviz.runtime.snapshot import Snapshot
from gdviz.storage.atomic import write_atomically
from gdviz.storage.checkpoint import save_checkpoint
from gdviz.storage.curves import curves_csv
from gdviz.storage.sessions import save_session

logger = logging.getLogger(__name__)

Place = tuple[int, int]
"""A step, and the branch that it is of."""


class Saving:
    """Writes what it is given, one file after another; used from the GUI thread.

    Parameters
    ----------
    request_state : callable
        Asks the worker for its exact state; gives the command's id.
    on_saved : callable
        ``on_saved(path, sentence)``, from `poll`.
    on_refused : callable
        Given one sentence, from `poll`; an older file of the name is as it was.
    on_place_saved : callable, optional
        ``on_place_saved(step, branch)``, from `poll`: the network that was saved, alone or with
        its session, and where in the run it stood.
    """

    def __init__(
        self,
        request_state: Callable[[], int],
        on_saved: Callable[[Path, str], None],
        on_refused: Callable[[str], None],
        on_place_saved: Callable[[int, int], None] | None = None,
    ) -> None:
        self._on_place_saved = on_place_saved
        self._request_state = request_state
        self._on_saved, self._on_refused = on_saved, on_refused
        self._work = FileWork("gdviz-saving")
        self._asked: list[tuple[int, Path]] = []
        self._awaited: list[Path] = []
        self._jobs: list[tuple[Path, BackgroundJob[str], Place | None]] = []

    @property
    def work(self) -> str:
        """What is being saved, or an empty text."""
        paths = [path for path, _job, _place in self._jobs] + [path for _id, path in self._asked]
        paths += self._awaited
        return f"Saving {paths[0].name}" if paths else ""

    def save_network(self, path: Path) -> None:
        """Save the exact state between two steps, without a pause."""
        self._asked.append((self._request_state(), path))

    def await_session(self, path: Path) -> None:
        """Note that a session will be saved there once it is gathered."""
        self._awaited.append(path)

    def save_session(self, path: Path, gathered: Gathered | None) -> None:
        """Save a whole session that was awaited; None if the worker could not give it."""
        self._awaited.remove(path)
        place = None if gathered is None else gathered.place
        self._begin(path, partial(save_gathered, path, gathered), place)

    def save_curves(self, path: Path, history: CurveHistory) -> None:
        """Save every step's cost so far as CSV."""
        self._begin(path, partial(save_curves, path, copy.deepcopy(history)))

    def save_picture(self, path: Path, png: bytes) -> None:
        """Save a picture."""

        def write() -> str:
            write_atomically(path, png)
            return f"Saved {path.name}"

        self._begin(path, write)

    def see(self, snapshot: Snapshot) -> None:
        """Save what has been asked for, if this snapshot brings the state for it."""
        if snapshot.training_state is None:
            return
        answered = [path for identity, path in self._asked if identity <= snapshot.acknowledged]
        self._asked = [entry for entry in self._asked if entry[0] > snapshot.acknowledged]
        for path in answered:
            place = snapshot.step, snapshot.branch
            self._begin(path, partial(save_network, path, snapshot), place)

    def poll(self) -> None:
        """Say what has been saved; called at every tick of the frame clock."""
        while self._jobs and self._jobs[0][1].done:
            path, job, place = self._jobs.pop(0)
            try:
                sentence = job.result()
            except FAILURES as error:
                logger.info("not saved: %s", error)
                self._on_refused(f"Not saved: {error}.")
            else:
                self._on_saved(path, sentence or "")
                if place is not None and self._on_place_saved is not None:
                    self._on_place_saved(*place)

    def close(self, limit_ms: int = CLOSING_LIMIT_MS) -> bool:
        """Wait for what is being written, at most so long; False if it has not ended."""
        ended = self._work.close(limit_ms)
        if not ended:
            logger.warning("%s has not ended; the older file is as it was", self.work)
        self.poll()
        return ended

    def _begin(self, path: Path, write: Callable[[], str], place: Place | None = None) -> None:
        self._jobs.append((path, self._work.begin(write), place))


def save_network(path: Path, snapshot: Snapshot) -> str:
    """Save a snapshot's exact state; give a sentence. Any thread may call.

    Raises
    ------
    OSError
        If it cannot be written, the old file is then as it was; or if the snapshot was made
        while training ran and carries no state.
    """
    if snapshot.training_state is None:
        raise OSError("training is running, and its state was not asked for")
    save_checkpoint(path, snapshot.config, snapshot.training_state)
    return f"Saved {path.name} at step {snapshot.step:,}"


def save_gathered(path: Path, gathered: Gathered | None) -> str:
    """Save a whole session; give a sentence. Any thread may call.

    Raises
    ------
    OSError
        If it cannot be written, the old file is then as it was; or if there is nothing gathered.
    TypeError
        If a view's state cannot be written.
    """
    if gathered is None:
        raise OSError("the training thread could not give the run")
    save_session(path, gathered.session())
    n_branches = len(gathered.run.branches)
    branches = f" with {n_branches} branches" if n_branches > 1 else ""
    return f"Saved the session{branches} to {path.name}"


def save_curves(path: Path, history: CurveHistory) -> str:
    """Write every step's cost as CSV; give a sentence. Nobody may write the history meanwhile.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    write_atomically(path, curves_csv(history).encode())
    what = f"{len(history):,} steps"
    if history.is_thinned:
        what = f"{len(history):,} of {int(history.steps[-1]):,} steps, all of the newest,"
    return f"Saved {what} to {path.name}"
