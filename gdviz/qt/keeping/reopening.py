"""A saved session made ready to go on: checked against the data, its curves grown again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.history_arrays import history_of
from gdviz.data.classes import split_source
from gdviz.data.dataset import DataError, Dataset
from gdviz.data.sources import MNIST, load_dataset
from gdviz.qt.keeping.gathering import BOOK_KEY, run_start, run_token
from gdviz.storage.sessions import KeptAs, SavedSession
from gdviz.training.branches import BranchedRun
from gdviz.training.state import TrainingState
from gdviz.training.trainer import check_fit

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow


@dataclass(frozen=True, eq=False, slots=True)
class Reopened:
    """A session that can be gone on with.

    Parameters
    ----------
    run : BranchedRun
    histories : dict of CurveHistory
        By branch; nobody else has them.
    book : dict
        Names, colours and hidden flags, see `BranchBook.state`.
    view_states : dict
    layout : bytes
    kept_as : KeptAs or None
        Where the run stands in the library, if it was autosaved.
    dataset : Dataset or None
        What it was trained on.
    """

    run: BranchedRun
    histories: dict[int, CurveHistory]
    book: dict[str, dict[str, Any]]
    view_states: dict[str, dict[str, Any]]
    layout: bytes
    kept_as: KeptAs | None = None
    dataset: Dataset | None = None

    @property
    def start(self) -> TrainingState:
        """What the run began with, see `run_start`."""
        return run_start(self.run)

    @property
    def token(self) -> object:
        """What `Gathered.token` is as long as nothing is changed."""
        return run_token(self.run, self.book)


def reopened(session: SavedSession, dataset: Dataset, name: str) -> Reopened:
    """Make a session ready to go on with, on the data that it was trained on; any thread may call.

    Parameters
    ----------
    session : SavedSession
    dataset : Dataset
        The data at hand; if it was trained on others, those are read.
    name : str
        Of the file, for an error's sentence.

    Raises
    ------
    ValueError
        If its data cannot be read or do not fit: what it has passed could not be computed again.
    """
    if not _is_same_source(session.data, dataset.source):
        dataset = own_data(session.data, name)
    for branch in session.branches:
        try:
            check_fit(branch.state.head.config, dataset)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    states = dict(session.view_states)
    states.pop(BOOK_KEY, None)
    return Reopened(
        run=session.run,
        histories={
            branch.state.id: history_of(branch.history)
            for branch in session.branches
            if branch.history is not None
        },
        book=_book(session),
        view_states=states,
        layout=session.layout,
        kept_as=session.kept_as,
        dataset=dataset,
    )


def own_data(source: str, name: str) -> Dataset:
    """Read the data that a file says it was trained on; any thread may call.

    Raises
    ------
    ValueError
        If they cannot be read; or if they are on another machine, which a stranger's file is not
        to have asked.
    """
    if source.startswith(("\\\\", "//")):
        raise ValueError(
            f"{name}: it was trained on {source}, which is on another machine; choose these data "
            "first, then open it"
        )
    try:
        return load_dataset(source)
    except DataError as error:
        raise ValueError(
            f"{name}: the data that it was trained on cannot be read: {error}"
        ) from None


def reopen(window: MainWindow, session: Reopened, *, title: str = "", with_layout: bool) -> int:
    """Let a window go on with a session; the present run is kept first.

    Parameters
    ----------
    window : MainWindow
    session : Reopened
    title : str, optional
        What the run is called now.
    with_layout : bool
        Whether views and docks become as they were, too.

    Returns
    -------
    int
        Id of the command that begins it.
    """
    run = replace(session.run, title=title or session.run.title)
    identity = window.replacing.replace_by_run(
        run, session.histories, f"opening of {run.title or 'a session'}", session.dataset
    )
    window.book.restore(session.book, is_of_next_run=True)
    window.message.clear()
    if with_layout:
        window.views.restore(session.view_states)
        window.dock_layout.restore_docks(session.layout)
    return identity


def _book(session: SavedSession) -> dict[str, dict[str, Any]]:
    """Give names, colours and flags; from the branches where the book does not know them."""
    saved = session.view_states.get(BOOK_KEY, {})
    said: dict[str, dict[str, Any]] = {}
    for branch in session.branches:
        key = str(branch.state.id)
        known = saved.get(key)
        said[key] = (
            known
            if isinstance(known, dict)
            else {"name": branch.name, "color": branch.color, "is_hidden": branch.is_hidden}
        )
    return said


def _is_same_source(one: str, other: str) -> bool:
    if one == other:
        return True
    (place, classes), (other_place, other_classes) = split_source(one), split_source(other)
    if MNIST in {place, other_place} or set(classes) != set(other_classes):
        return False
    try:
        return Path(place).resolve() == Path(other_place).resolve()
    except (OSError, ValueError):
        return False
