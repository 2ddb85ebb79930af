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
    origin : int
        `Snapshot.origin` of the run that it belongs to, also when that was replaced and had back.
        The worker says so if another run is there: the view that asked may not be in sight.
    send : callable
        Sends a command to the worker.
    """

    def __init__(
        self, branch: int, name: str, origin: int, send: Callable[[Command], None]
    ) -> None:
        super().__init__(f"deleting the branch “{name}”")
        self._branch, self._origin, self._send = branch, origin, send

    def redo(self) -> None:
        """Qt override: delete it."""
        self._send(DeleteBranch(self._branch, self._origin))

    def undo(self) -> None:
        """Qt override: bring it back."""
        self._send(RestoreBranch(self._branch, self._origin))
