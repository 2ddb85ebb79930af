"""To delete a branch, as something that can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from gdviz.runtime.commands import Command, DeleteBranch, RestoreBranch


class BranchDeletion(QUndoCommand):
    """Puts a branch away; undone, it comes back with its name and its colour.

    Parameters
    ----------
    branch : int
    name : str
        What it is called, for the menu.
    run_id : int
        Of the run that it belongs to: in another run this does nothing.
    shown_run : callable
        Gives the id of the run that is shown now, or None.
    send : callable
        Sends a command to the worker.
    """

    def __init__(
        self,
        branch: int,
        name: str,
        run_id: int,
        shown_run: Callable[[], int | None],
        send: Callable[[Command], None],
    ) -> None:
        super().__init__(f"deleting the branch “{name}”")
        self._branch, self._run_id = branch, run_id
        self._shown_run, self._send = shown_run, send

    def redo(self) -> None:
        """Qt override: delete it."""
        self._tell(DeleteBranch(self._branch))

    def undo(self) -> None:
        """Qt override: bring it back."""
        self._tell(RestoreBranch(self._branch))

    def _tell(self, command: Command) -> None:
        if self._shown_run() == self._run_id:
            self._send(command)
        else:
            self.setObsolete(True)
