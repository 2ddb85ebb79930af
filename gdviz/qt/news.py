"""What the worker has to say, said once: it may be dismissed, and other news follow."""

from __future__ import annotations

from gdviz.qt.actions import Actions
from gdviz.qt.message_strip import MessageStrip
from gdviz.qt.status import StatusBar
from gdviz.runtime.snapshot import RunState, Snapshot


class News:
    """Takes the worker's sentences to the message strip or to the status bar.

    Parameters
    ----------
    message : MessageStrip
        For what must not be missed.
    status : StatusBar
        For all else.
    actions : Actions
    """

    def __init__(self, message: MessageStrip, status: StatusBar, actions: Actions) -> None:
        self._message, self._status, self._actions = message, status, actions
        self._told = ""

    def show(self, snapshot: Snapshot) -> None:
        """Say what is new in a snapshot."""
        sentence = snapshot.message
        if sentence == self._told:
            return
        self.forget()
        self._told = sentence
        if snapshot.state in {RunState.DIVERGED, RunState.FAILED}:
            self._message.say(sentence, (self._actions["step_back"], self._actions["restart"]))
        elif snapshot.is_goal_reached:
            self._message.say(sentence, is_error=False)
        elif sentence:
            self._status.show_notice(sentence)

    def forget(self) -> None:
        """Take back what the worker said: it holds no longer."""
        if self._told and self._message.text == self._told:
            self._message.clear()
        if self._told and self._status.notice.whole_text() == self._told:
            self._status.show_notice("")
        self._told = ""

    def clear_refusals(self) -> None:
        """Take back what was refused to the user; what the worker said stays."""
        if self._message.text != self._told:
            self._message.clear()
