"""The one way by which a run is replaced by another, so that the former one can be had back.

Opening a file, a restart, another start and a pasted run all come through here. The worker is
asked for the whole run first, and only when it has come is it replaced: undo then goes back to it
with its branches, its curves and whatever it had learned. All of it runs on the GUI thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from gdviz.analysis.history import CurveHistory
from gdviz.runtime.commands import Command, LoadState, Pause, RequestRun, Restart
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.branches import BranchedRun, BranchState
from gdviz.training.config import TrainingConfig

MOST_FORMER_RUNS = 3
"""Runs that undo can bring back; what was done before the oldest of them is forgotten with it."""

MOST_KEYFRAMES = 64
"""Of each branch of a former run: 3 MB of a network of 13,002 parameters, 10 MB with Adam."""


class Runs(Protocol):
    """What a session offers to who replaces its run."""

    @property
    def histories(self) -> dict[int, CurveHistory]:
        """The curves of the present run's branches."""

    def send(self, command: Command) -> int:
        """Send a command; give its id."""

    def load_run(self, run: BranchedRun, histories: dict[int, CurveHistory]) -> int:
        """Begin a whole run again with its curves; give the id of the command."""


@dataclass(frozen=True, eq=False, slots=True)
class KeptRun:
    """A whole run with its curves.

    Parameters
    ----------
    run : BranchedRun
    histories : dict
        By branch.
    """

    run: BranchedRun
    histories: dict[int, CurveHistory]


class Replacing(QObject):
    """Replaces the run of a session, and undoes it.

    Parameters
    ----------
    runs : Runs
        The session.
    undo_stack : QUndoStack
    say : callable
        Given one sentence.
    parent : QObject
    """

    about_to_replace = Signal(object)
    """The `BranchedRun` that the next command replaces; the session still has its curves."""

    replaced = Signal(int, object)
    """The id of the command that has been sent, and the `TrainingConfig` it begins with."""

    def __init__(
        self, runs: Runs, undo_stack: QUndoStack, say: Callable[[str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._runs, self._undo_stack, self._say = runs, undo_stack, say
        self._waiting: deque[Callable[[BranchedRun | None], None]] = deque()
        self._asked = 0
        self._unproved: tuple[int, int, _Replacement] | None = None
        self._run_id = 0

    @property
    def is_busy(self) -> bool:
        """True while a run is awaited that is to be replaced."""
        return bool(self._waiting)

    def replace(self, command: Restart | LoadState, text: str) -> None:
        """Replace the run, as soon as the worker has handed over the present one.

        Several in a row are obeyed in their order.

        Parameters
        ----------
        command : Restart or LoadState
        text : str
            What is undone, for example ``"restart"``.
        """

        def replace(former: BranchedRun | None) -> None:
            if former is None:
                # What could be undone was of a run that cannot be had back.
                self._undo_stack.clear()
                self._send(command)
            elif _begins_alike(former, command):
                self._send(command)
            else:
                kept = self._keep(former)
                self._undo_stack.push(_Replacement(self, command, text, kept))
                self._forget_oldest()

        self._ask(replace)

    def undo(self) -> None:
        """Undo what was done last, once the present run is where it will be."""
        if self.is_busy:
            self._ask(lambda _run: self.undo())
            return
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

    def redo(self) -> None:
        """Do again what was undone last, once the present run is where it will be."""
        if self.is_busy:
            self._ask(lambda _run: self.redo())
            return
        self._undo_stack.redo()

    def see(self, snapshot: Snapshot) -> None:
        """Go on with what has been waiting for this snapshot; every one is to be shown here."""
        self._run_id = snapshot.run_id
        self._look_for_refusal(snapshot)
        if not self._waiting or snapshot.acknowledged < self._asked:
            return
        replace = self._waiting.popleft()
        # What waits behind it asks anew: another run is there by then.
        behind, self._waiting = self._waiting, deque()
        replace(snapshot.branched_run)
        for next_one in behind:
            self._ask(next_one)

    # --- inside ---------------------------------------------------------------------------

    def _ask(self, replace: Callable[[BranchedRun | None], None]) -> None:
        """Have the whole run handed over, after all that is waiting already."""
        self._waiting.append(replace)
        if len(self._waiting) == 1:
            # Paused, so that its curves end where it does.
            self._runs.send(Pause())
            self._asked = self._runs.send(RequestRun(most_keyframes=MOST_KEYFRAMES))

    def _keep(self, run: BranchedRun) -> KeptRun:
        """Keep the present run, and tell everyone that it is about to go."""
        self.about_to_replace.emit(run)
        return KeptRun(run, dict(self._runs.histories))

    def _send(self, command: Restart | LoadState, by: _Replacement | None = None) -> None:
        identity = self._runs.send(command)
        if by is not None:
            self._unproved = identity, self._run_id, by
        self.replaced.emit(identity, command.config)

    def _exchange(self, replacement: _Replacement) -> None:
        """Bring back the run that a replacement keeps, and have it keep the present one."""

        def exchange(present: BranchedRun | None) -> None:
            kept, replacement.kept = replacement.kept, None
            if present is not None:
                replacement.kept = self._keep(present)
            if kept is None:
                self._say("This run is not kept any more, so that it cannot be had back.")
                return
            for branch in kept.run.branches:
                if branch.id in kept.histories:
                    kept.histories[branch.id].rewind(branch.head.step)
            identity = self._runs.load_run(kept.run, kept.histories)
            self.replaced.emit(identity, live_branch(kept.run).head.config)

        self._ask(exchange)

    def _forget_oldest(self) -> None:
        """Forget the oldest former runs beyond the limit, with all that was done before them."""
        stack = self._undo_stack
        commands = [stack.command(k) for k in range(stack.count())]
        kept = [
            k
            for k, command in enumerate(commands)
            if isinstance(command, _Replacement) and not command.isObsolete()
        ]
        if len(kept) <= MOST_FORMER_RUNS:
            return
        for command in commands[: kept[-MOST_FORMER_RUNS - 1] + 1]:
            command.setObsolete(True)
            if isinstance(command, _Replacement):
                command.kept = None

    def _look_for_refusal(self, snapshot: Snapshot) -> None:
        """Take a replacement from the stack that the worker has refused: its run goes on."""
        if self._unproved is None or snapshot.acknowledged < self._unproved[0]:
            return
        _, run_id, replacement = self._unproved
        self._unproved = None
        if snapshot.run_id != run_id:
            return
        replacement.kept = None
        replacement.setObsolete(True)
        stack = self._undo_stack
        if stack.index() and stack.command(stack.index() - 1) is replacement:
            stack.undo()


class _Replacement(QUndoCommand):
    """One run in the place of another; what is not the present one is kept."""

    def __init__(
        self, replacing: Replacing, command: Restart | LoadState, text: str, kept: KeptRun
    ) -> None:
        super().__init__(text)
        self._replacing = replacing
        self._command: Restart | LoadState | None = command
        self.kept: KeptRun | None = kept

    def redo(self) -> None:
        """Qt override: the first time replace the run, later bring the newer one back."""
        command, self._command = self._command, None
        if command is not None:
            self._replacing._send(command, self)  # noqa: SLF001  # its other half
        else:
            self._replacing._exchange(self)  # noqa: SLF001  # its other half

    def undo(self) -> None:
        """Qt override: bring the former run back."""
        self._replacing._exchange(self)  # noqa: SLF001  # its other half


def live_branch(run: BranchedRun) -> BranchState:
    """Give the branch of a run that is shown and trained."""
    return next(branch for branch in run.branches if branch.id == run.live)


def _begins_alike(run: BranchedRun, command: Restart | LoadState) -> bool:
    """Whether a restart gives the very run that is there: then there is nothing to be had back."""
    head = run.branches[0].head
    config: TrainingConfig = head.config
    return (
        isinstance(command, Restart)
        and not command.changes
        and command.config == config
        and len(run.branches) == 1
        and head.step == 0
        and not run.title
    )
