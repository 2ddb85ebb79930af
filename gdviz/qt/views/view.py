"""What a view is: a widget that shows frames, and the line in the table that makes it.

A view never computes what a pure function of `gdviz.analysis` could, never writes to an array
it is given, and never imports another view. All of it runs on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from gdviz.analysis.history import CurveHistory
from gdviz.data.dataset import Dataset
from gdviz.qt.branch_book import BranchBook
from gdviz.qt.docks import Dock
from gdviz.qt.inspecting import InspectControl, Inspection
from gdviz.qt.lab.values import LabState
from gdviz.qt.lab_control import LabControl
from gdviz.qt.time_control import TimeControl
from gdviz.qt.weight_picker import WeightPicker
from gdviz.runtime.commands import Command
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.evaluation import Evaluation


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """What is shown at one tick of the frame clock.

    Parameters
    ----------
    snapshot : Snapshot
        The newest; `snapshot.surface` is the newest slice.
    history : CurveHistory
        All curves of the run so far, owned by the session, read by views.
    evaluation : Evaluation or None
        The newest.
    is_repeated : bool
        Whether this frame, or a newer one, is shown next as long as a view says
        ``is_unfinished``: what takes long may be done in parts.
    is_full : bool
        Whether there is no room for parts in this frame, since another view had its turn: a view
        that is shown each frame leaves its own for the next.
    histories : mapping of int to CurveHistory
        Of all branches of the run by their ids; `history` is the shown one's.
    inspection : Inspection or None
        What the Inspect workspace looks at; None while it is not in sight.
    lab : LabState or None
        What the Lab workspace shows; None while it is not in sight.
    """

    snapshot: Snapshot
    history: CurveHistory
    evaluation: Evaluation | None
    is_repeated: bool = False
    is_full: bool = False
    histories: Mapping[int, CurveHistory] = field(default_factory=dict)
    inspection: Inspection | None = None
    lab: LabState | None = None


@dataclass(frozen=True, eq=False, slots=True)
class ViewContext:
    """What a view is given when it is made.

    Parameters
    ----------
    dataset : Dataset
        Replaced by a new view `reset` if the data change.
    send : callable
        Sends a command to the worker; the session gives it its id.
    dock : Dock
        The dock the view stands in: header, subtitle, tools, menu.
    picker : WeightPicker
        Gets every click on a weight first; the views of a window share it.
    undo_stack : QUndoStack
        For what a view does to the network.
    book : BranchBook
        What the run's branches are called, and how they are drawn.
    time_control : TimeControl
        For what a view does to the step that is shown.
    inspect : InspectControl
        For what a view of the Inspect workspace chooses, changes and asks.
    lab : LabControl
        For what a view of the Lab workspace chooses, sets and runs.
    """

    dataset: Dataset
    send: Callable[[Command], None]
    dock: Dock
    picker: WeightPicker
    undo_stack: QUndoStack
    book: BranchBook
    time_control: TimeControl
    inspect: InspectControl
    lab: LabControl


class View(Protocol):
    """A widget in a dock.

    One that shows a frame in parts has an attribute ``is_unfinished`` besides: see
    `Frame.is_repeated`. One whose picture can be told has ``describe() -> Description``: its
    dock's menu then shows it as a table and copies it.
    """

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""

    def show_frame(self, frame: Frame) -> None:
        """Show a frame; at most once a frame, only while visible, in under 4 ms. May raise."""

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""

    def state(self) -> dict[str, Any]:
        """What should be remembered: choices of the user, as plain values."""

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave; unknown or bad entries are ignored."""


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """One line of the table of views.

    Parameters
    ----------
    key : str
        The dock is called ``dock_<key>``.
    title : str
    needs : frozenset of str
        What snapshots must carry while the view is visible: see `SetDetail`.
    area : str
        Where the dock stands at first: ``center_top``, ``center_bottom``, ``right_top``,
        ``right_bottom``, ``left``, ``bottom``, or ``below`` all others.
    make : callable
    workspaces : tuple of str
        Where it can stand: ``hill``, ``train``, ``inspect``, ``lab``.
    every : int
        While training runs the view is shown every so many frames; 1 is each. What the eye
        cannot follow at 60 Hz anyway need not be painted at 60 Hz; nothing is lost, since
        curves are history, and a run that stands still is shown at once.
    """

    key: str
    title: str
    needs: frozenset[str]
    area: str
    make: Callable[[ViewContext], View]
    every: int = 1
    workspaces: tuple[str, ...] = ("train",)
