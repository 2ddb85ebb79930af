"""The one way by which a run is replaced by another, so that the former one can be had back.

Opening a file, a restart, another start and a pasted run all come through here. The run that goes
is shown whole once more (`gdviz.qt.keeping.command_order`), and undo goes back to it with its
branches, its curves and whatever it had learned. All of it runs on the GUI thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from gdviz.analysis.history import CurveHistory
from gdviz.data.dataset import Dataset
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.qt.former_run import Book, KeptRun, Runs, bounded, live_branch
from gdviz.runtime.commands import LoadState, RequestRun, Restart
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.branches import BranchedRun
from gdviz.training.config import TrainingConfig

MOST_FORMER_RUNS = 3
"""Runs that undo can bring back; what was done before the oldest of them is forgotten with it."""

MOST_KEYFRAMES = 64
"""Of each branch of a former run, as far as `KEYFRAME_BYTES` has room for them."""
KEYFRAME_BYTES = 16 << 20
SHOWN_LIMIT_MS = 5_000
"""How long undo waits for a run that begins to be shown; some milliseconds, unless a step takes
seconds."""


class Replacing(QObject):
    """Replaces the run of a session, and undoes it.

    Parameters
    ----------
    session : Runs
    book : Book
    undo_stack : QUndoStack
        What is undone through it has to be undone by `undo` and `redo` of this class.
    say : callable
        Given one sentence.
    wait : callable
        Waits until what it is given is so, at most so many milliseconds, see
        `gdviz.qt.held_input.wait_holding_input`.
    parent : QObject
    """

    replaced = Signal(int, object)
    """The id of the command that has been sent, and the `TrainingConfig` it begins with."""

    def __init__(
        self,
        session: Runs,
        book: Book,
        undo_stack: QUndoStack,
        say: Callable[[str], None],
        wait: Callable[[Callable[[], bool], int], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._wait = wait
        self._session, self._book = session, book
        self._undo_stack, self._say = undo_stack, say
        self._asked: deque[tuple[int, Replacement]] = deque()
        self._unproved: deque[tuple[int, int, Replacement]] = deque()

    @property
    def is_busy(self) -> bool:
        """True while a run that takes the place of another has not been seen yet."""
        return bool(self._asked or self._unproved)

    @property
    def n_bytes(self) -> int:
        """Memory of the former runs; counted anew at every call."""
        commands = (self._undo_stack.command(k) for k in range(self._undo_stack.count()))
        found = (command.kept for command in commands if isinstance(command, Replacement))
        kept = [run for run in found if run is not None]
        present = self._session.snapshot
        datasets = {run.dataset for run in kept} - {None, present.dataset if present else None}
        return sum(run.n_bytes for run in kept) + sum(d.n_bytes for d in datasets if d is not None)

    def replace(self, command: Restart | LoadState, text: str) -> int:
        """Replace the run; what is sent from now on is obeyed by the next one.

        Parameters
        ----------
        command : Restart or LoadState
        text : str
            What is undone, for example ``"restart"``.

        Returns
        -------
        int
            The command's id.
        """
        if self._begins_alike(command):
            identity = self._session.send(command)
            self.replaced.emit(identity, command.config)
            return identity
        return self._push(
            Replacement(self, lambda: self._session.send(command), command.config, text)
        )

    def replace_by_run(
        self,
        run: BranchedRun,
        histories: dict[int, CurveHistory],
        text: str,
        dataset: Dataset | None = None,
    ) -> int:
        """Replace the run by a whole one, at its live branch; see `replace`."""
        config = live_branch(run).head.config
        return self._push(
            Replacement(self, lambda: self._session.load_run(run, histories, dataset), config, text)
        )

    def undo(self) -> None:
        """Undo what was done last, once the run that is there has been seen.

        Input is held back until then: what is asked for after it is asked of the run that comes
        back, and not of one that is there for a moment.
        """
        if self._is_seen():
            self._undo()

    def redo(self) -> None:
        """Do again what was undone last, likewise."""
        if self._is_seen():
            self._undo_stack.redo()

    def see(self, snapshot: Snapshot) -> None:
        """Take over the run that goes; to be given every snapshot before the next is polled."""
        if (
            self._asked
            and self._session.order.is_last_look
            and snapshot.acknowledged >= self._asked[0][0]
        ):
            identity, replacement = self._asked.popleft()
            run = snapshot.branched_run
            if run is not None and not replacement.is_forgotten:
                replacement.kept = self._kept(run, snapshot.dataset)
            # The command itself follows the look at the run.
            self._unproved.append((identity + 1, snapshot.run_id, replacement))
        while self._unproved and snapshot.acknowledged >= self._unproved[0][0]:
            _, run_id, replacement = self._unproved.popleft()
            if snapshot.run_id == run_id:
                self._take_from_stack(replacement)

    # --- inside ---------------------------------------------------------------------------

    def _push(self, replacement: Replacement) -> int:
        """Replace the run now, and have that undone; give the command's id."""
        self._undo_stack.push(replacement)
        self._forget_oldest()
        return replacement.identity

    def send(
        self, replacement: Replacement, begin: Callable[[], int], config: TrainingConfig
    ) -> None:
        """Send what replaces the run, and have the present one kept by a replacement."""
        with self._shown_whole():
            identity = begin()
        replacement.identity = identity
        # The look at the run was queued right before.
        self._asked.append((identity - 1, replacement))
        self.replaced.emit(identity, config)

    def exchange(self, replacement: Replacement) -> None:
        """Bring back the run that a replacement keeps, and have it keep the present one."""
        kept, replacement.kept = replacement.kept, None
        if kept is None:
            self._say("That run was not kept, so that it cannot be had back.")
            return
        for branch in kept.run.branches:
            if branch.id in kept.histories:
                # It may have been trained on until the other one began.
                kept.histories[branch.id].rewind(branch.head.step)
        self.send(
            replacement,
            lambda: self._session.load_run(kept.run, kept.histories, kept.dataset),
            live_branch(kept.run).head.config,
        )
        self._book.restore(kept.book, is_of_next_run=True)

    @contextmanager
    def _shown_whole(self) -> Iterator[None]:
        """Have the run that goes shown with enough keyframes to be looked through again."""
        order = self._session.order
        others, order.last_look = order.last_look, lambda: RequestRun(self._n_keyframes())
        try:
            yield
        finally:
            order.last_look = others

    def _n_keyframes(self) -> int:
        snapshot = self._session.snapshot
        if snapshot is None:
            return 1
        n_arrays = 1 + len(OPTIMIZERS[snapshot.config.optimizer].arrays)
        each = n_arrays * snapshot.parameters.vector.nbytes
        return max(1, min(MOST_KEYFRAMES, KEYFRAME_BYTES // each))

    def _kept(self, run: BranchedRun, dataset: Dataset | None) -> KeptRun:
        histories = {branch: bounded(h) for branch, h in self._session.histories.items()}
        return KeptRun(run, histories, self._book.state(with_deleted=True), dataset)

    def _begins_alike(self, command: Restart | LoadState) -> bool:
        """Whether it gives the very run that is there: there is nothing to be had back then."""
        snapshot = self._session.snapshot
        return (
            snapshot is not None
            and snapshot.acknowledged >= self._session.last_sent
            and isinstance(command, Restart)
            and not command.changes
            and command.dataset in {None, snapshot.dataset}
            and command.config == snapshot.config
            and snapshot.step == snapshot.head_step == 0
            and len(snapshot.branches) <= 1
            and not snapshot.title
        )

    def _is_seen(self) -> bool:
        """Wait for a run that begins; say so if that takes too long."""
        if self._wait(lambda: not self.is_busy, SHOWN_LIMIT_MS):
            return True
        self._say("The run that begins has not been shown yet: undo it when it is there.")
        return False

    def _undo(self) -> None:
        stack = self._undo_stack
        has_forgotten = False
        while stack.index() and stack.command(stack.index() - 1).isObsolete():
            has_forgotten = True
            stack.undo()
        if stack.index():
            stack.undo()
        elif has_forgotten:
            self._say(
                f"Only the last {MOST_FORMER_RUNS} runs can be had back: "
                "what was done before them cannot be undone."
            )

    def _forget_oldest(self) -> None:
        """Forget the oldest former runs beyond the limit, with all that was done before them."""
        commands = [self._undo_stack.command(k) for k in range(self._undo_stack.count())]
        kept = [
            k
            for k, command in enumerate(commands)
            if isinstance(command, Replacement) and not command.isObsolete()
        ]
        if len(kept) <= MOST_FORMER_RUNS:
            return
        for command in commands[: kept[-MOST_FORMER_RUNS - 1] + 1]:
            command.setObsolete(True)
            if isinstance(command, Replacement):
                command.forget()

    def _take_from_stack(self, replacement: Replacement) -> None:
        """Forget a replacement that the worker has refused: the run before it goes on."""
        replacement.forget()
        stack = self._undo_stack
        places = [k for k in range(stack.count()) if stack.command(k) is replacement]
        if places:
            replacement.setObsolete(True)
            if places[0] == stack.index() - 1:
                stack.undo()


class Replacement(QUndoCommand):
    """One run in the place of another; the one of them that is not present is kept.

    Parameters
    ----------
    replacing : Replacing
    begin : callable
        Sends what begins the newer run; gives its id.
    config : TrainingConfig
        What it begins with.
    text : str
    """

    def __init__(
        self, replacing: Replacing, begin: Callable[[], int], config: TrainingConfig, text: str
    ) -> None:
        super().__init__(text)
        self._replacing = replacing
        self._begin: Callable[[], int] | None = begin
        self._config = config
        self.kept: KeptRun | None = None
        """None while the run that goes has not been shown, and if it could not be."""
        self.is_forgotten = False
        self.identity = 0
        """Of the command that was sent last for it."""

    def forget(self) -> None:
        """Keep nothing any more."""
        self.is_forgotten, self.kept = True, None

    def redo(self) -> None:
        """Qt override: the first time replace the run, later bring the newer one back."""
        begin, self._begin = self._begin, None
        if begin is not None:
            self._replacing.send(self, begin, self._config)
        else:
            self._replacing.exchange(self)

    def undo(self) -> None:
        """Qt override: bring the former run back."""
        self._replacing.exchange(self)
