"""What the timeline asks of the book of branches, and what it does without one."""

from __future__ import annotations

from typing import Protocol

from gdviz.qt.theme import Theme


class BranchNames(Protocol):
    """Names, colours and hidden flags of the present run's branches."""

    def name(self, branch: int, /) -> str:
        """Give what a branch is called."""

    def color(self, branch: int, theme: Theme, /) -> str:
        """Give its colour, as ``#rrggbb``."""

    def is_hidden(self, branch: int, /) -> bool:
        """Whether it is not drawn."""
