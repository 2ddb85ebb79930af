"""Putting the ball somewhere else, as something that can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from gdviz.nn.parameters import FloatArray
from gdviz.runtime.commands import Command, MoveBall, TakeBackMove


class BallDrop(QUndoCommand):
    """Moves the network; taken back, it and what it has learned since are as before.

    Parameters
    ----------
    send : callable
        Sends a command to the worker.
    vector : ndarray of shape (P,)
        Where to.
    """

    def __init__(self, send: Callable[[Command], object], vector: FloatArray) -> None:
        super().__init__("moving the ball")
        self._send, self._vector = send, vector

    def redo(self) -> None:
        """Qt override: move it."""
        self._send(MoveBall(vector=self._vector))

    def undo(self) -> None:
        """Qt override: take it back."""
        self._send(TakeBackMove(vector=self._vector))
