"""Commands on their way to the worker: in order, and a last look at a run before it goes.

A restart or an opened file takes the place of the present run, and what the worker was told
before and after it must not overtake it. So whatever follows a replacing command waits with it,
for some milliseconds, until the worker has shown the run that goes. All of it runs on the GUI
thread.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable

from gdviz.runtime.commands import Command, LoadRun, LoadState, RequestRun, Restart
from gdviz.runtime.snapshot import Snapshot

REPLACING = (Restart, LoadState, LoadRun)
"""What takes the place of the present run."""


class CommandOrder:
    """Numbers commands and hands them over, each in its turn.

    Parameters
    ----------
    hand_over : callable
        Given a command that has its id; it must return at once.
    """

    def __init__(self, hand_over: Callable[[Command], None]) -> None:
        self._hand_over = hand_over
        self._held: deque[Command] = deque()
        self._last_looks: set[int] = set()
        self._awaited: int | None = None
        self.last_sent = 0
        """Id of the command sent last, whether it waits or not."""
        self.is_last_look = False
        """Whether the snapshot seen last is that of a run which another replaces now."""
        self.last_look: Callable[[], RequestRun | None] = lambda: None
        """Gives how the present run shall be shown before another takes its place, if at all."""

    @property
    def is_waiting(self) -> bool:
        """Whether commands wait for the last look at a run."""
        return self._awaited is not None

    def send(self, command: Command) -> int:
        """Hand a command over in its turn; give the id that its acknowledgement will carry."""
        request = self.last_look() if isinstance(command, REPLACING) else None
        if request is not None:
            self._last_looks.add(self._queue(request))
        identity = self._queue(command)
        self._go_on()
        return identity

    def see(self, snapshot: Snapshot) -> None:
        """Let what has waited go, if this snapshot is the answer."""
        self.is_last_look = self._awaited is not None and snapshot.acknowledged >= self._awaited
        if self.is_last_look:
            self._awaited = None
            self._go_on()

    def _queue(self, command: Command) -> int:
        self.last_sent += 1
        self._held.append(dataclasses.replace(command, id=self.last_sent))
        return self.last_sent

    def _go_on(self) -> None:
        """Hand over what waits, up to the next last look."""
        while self._held and self._awaited is None:
            command = self._held.popleft()
            if command.id in self._last_looks:
                self._last_looks.remove(command.id)
                self._awaited = command.id
            self._hand_over(command)
