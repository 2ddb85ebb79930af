"""What was done to each network: the list survives undo, redo and changes in other panels."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.analysis.inspection.surgery import MadeElsewhere, Surgery
from gdviz.qt.inspecting import InspectControl


class Record:
    """Remembers which surgery gave which network, as long as somebody has the network.

    Parameters
    ----------
    control : InspectControl
        Knows of changes made in other panels.
    """

    def __init__(self, control: InspectControl) -> None:
        self._control = control
        # A network is never kept alive by what is noted of it: a surgery holds its start, and
        # a start is noted nowhere.
        self._known: WeakKeyDictionary[InspectedNetwork, Surgery] = WeakKeyDictionary()

    def of(self, network: InspectedNetwork) -> Surgery:
        """Give what led to a network; nothing if it was opened or comes from training."""
        later: list[tuple[str, InspectedNetwork]] = []
        here = network
        while here not in self._known:
            change = self._control.change_before(here)
            if change is None:
                break
            words, before = change
            later.append((words, here))
            here = before
        surgery = self._known.get(here) or Surgery(here)
        for words, after in reversed(later):
            elsewhere = MadeElsewhere(words, after.architecture, after.parameters)
            surgery = surgery.with_change(elsewhere)
            self._known[after] = surgery
        return surgery

    def note(self, network: InspectedNetwork, surgery: Surgery) -> None:
        """Note what led to a network."""
        if network is not surgery.start:
            self._known[network] = surgery
