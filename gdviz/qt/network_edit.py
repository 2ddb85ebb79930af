"""Changes of the inspected network as entries of the undo stack."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from gdviz.analysis.inspection.subject import InspectedNetwork


class NetworkEdit(QUndoCommand):
    """A change of the inspected network.

    Parameters
    ----------
    show : callable
        Looks at a network, without an entry of its own.
    before, after : InspectedNetwork
    words : str
        What is undone, for example ``pruning``.
    merge : str
        Changes of one name that follow each other are one; empty for one of its own.
    """

    def __init__(
        self,
        show: Callable[[InspectedNetwork], None],
        before: InspectedNetwork,
        after: InspectedNetwork,
        words: str,
        merge: str,
    ) -> None:
        super().__init__(words)
        self._show, self.before, self.after, self.merge = show, before, after, merge

    def redo(self) -> None:
        """Qt override."""
        self._show(self.after)

    def undo(self) -> None:
        """Qt override."""
        self._show(self.before)

    def id(self) -> int:
        """Qt override: commands of one id may be merged."""
        return 7 if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Qt override."""
        if not isinstance(other, NetworkEdit) or other.merge != self.merge:
            return False
        # Another network may have been chosen in between: undoing both would lead past it.
        if other.before is not self.after:
            return False
        self.after = other.after
        return True
