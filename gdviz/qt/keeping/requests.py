"""Asks the worker for the whole run, and hands the frame that carries it to who asked."""

from __future__ import annotations

import sys
from collections.abc import Callable

from gdviz.qt.views.view import Frame
from gdviz.runtime.commands import Command, RequestRun


class RunRequests:
    """Requests that have not been answered yet. Used on the GUI thread.

    Parameters
    ----------
    send : callable
        Sends a command; gives its id.
    """

    def __init__(self, send: Callable[[Command], int]) -> None:
        self._send = send
        self._asked: list[tuple[int, Callable[[Frame | None], None]]] = []

    def ask(self, then: Callable[[Frame | None], None], most_keyframes: int) -> None:
        """Ask for the run.

        Parameters
        ----------
        then : callable
            Given the frame that carries it, or None if the worker could not give it.
        most_keyframes : int
            Of each branch.
        """
        self._asked.append((self._send(RequestRun(most_keyframes)), then))

    def see(self, frame: Frame) -> None:
        """Answer those whom this frame answers."""
        self._answer(frame, frame.snapshot.acknowledged)

    def finish(self, frame: Frame) -> None:
        """Answer all: there will be no other frame."""
        self._answer(frame, sys.maxsize)

    def _answer(self, frame: Frame, acknowledged: int) -> None:
        answered = [then for identity, then in self._asked if identity <= acknowledged]
        if answered:
            self._asked = [entry for entry in self._asked if entry[0] > acknowledged]
            for then in answered:
                then(frame if frame.snapshot.branched_run is not None else None)
