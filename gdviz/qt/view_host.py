"""Docks with their views: gives frames to what is visible and keeps errors to their dock.

A window has all its docks from the start; the views come one by one, so that it is seen early.

Measures what each view takes; while training runs, `gdviz.qt.pacing` says which are shown.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication, QMainWindow

from gdviz.analysis.description import Description
from gdviz.data.dataset import Dataset
from gdviz.nn import network
from gdviz.qt.branch_book import BranchBook
from gdviz.qt.docks import Dock
from gdviz.qt.inspecting import InspectControl
from gdviz.qt.lab_control import LabControl
from gdviz.qt.pacing import FRAME_ROOM_MS, PART_ROOM_MS, Pacer
from gdviz.qt.time_control import TimeControl
from gdviz.qt.view_meter import ViewMeter
from gdviz.qt.view_table import VIEWS
from gdviz.qt.views.view import Frame, View, ViewContext, ViewSpec
from gdviz.qt.weight_picker import WeightPicker
from gdviz.runtime.commands import Command, LoadCompiler, SetDetail, SetProbe
from gdviz.runtime.snapshot import RunState, Snapshot

logger = logging.getLogger(__name__)

ALWAYS = frozenset({"evaluation"})
"""What the read-outs want, whatever views are open."""
SEARCHED = 50
"""Test images among which the first mistake is looked for."""


class ViewHost:
    """The views of a window, by key.

    Parameters
    ----------
    window : QMainWindow
    dataset : Dataset
    send : callable
        Sends a command to the worker.
    undo_stack : QUndoStack
    book : BranchBook
    time_control : TimeControl
    inspect : InspectControl
    lab : LabControl
    """

    def __init__(
        self,
        window: QMainWindow,
        dataset: Dataset,
        send: Callable[[Command], object],
        undo_stack: QUndoStack,
        book: BranchBook,
        time_control: TimeControl,
        inspect: InspectControl,
        lab: LabControl,
    ) -> None:
        self._time_control = time_control
        self._inspect = inspect
        self._lab = lab
        self._dataset = dataset
        self._send = send
        self._specs: dict[str, ViewSpec] = {spec.key: spec for spec in VIEWS}
        self.docks: dict[str, Dock] = {}
        self.views: dict[str, View] = {}
        self.meters: dict[str, ViewMeter] = {}
        self.pacer = Pacer({spec.key: spec.every for spec in VIEWS})
        self._needs: frozenset[str] | None = None
        self._last: Frame | None = None
        self._behind: set[str] = set()
        self._noted: list[str] = []
        self._unfinished: list[str] = []
        self.picker = WeightPicker(window)
        self._undo_stack = undo_stack
        self._book = book
        self._missing = list(self._specs)
        self._workspace = VIEWS[0].workspaces[0]
        self._needs_compiler = True
        self.show_table: Callable[[str, Description], None] = _nowhere
        """Shows the numbers of a picture; whoever owns the dialogs sets it."""
        self._states: dict[str, dict[str, Any]] = {}
        for spec in VIEWS:
            dock = Dock(spec.key, spec.title, parent=window)
            dock.retried.connect(partial(self._retry, spec.key))
            dock.visibilityChanged.connect(partial(self._sight_changed, spec.key))
            self.docks[spec.key] = dock
            self.meters[spec.key] = ViewMeter(dock)

    def set_workspace(self, key: str) -> None:
        """Say which workspace is in sight: only its views are made and shown."""
        self._workspace = key

    def make_all(self) -> None:
        """Make every view of the workspace that is missing."""
        while self.make_next():
            pass

    def make_next(self) -> bool:
        """Make one view of the workspace that is missing, as it was left, and show it a frame.

        Returns
        -------
        bool
            False if there was none.
        """
        here = self._missing_here()
        if not here:
            return False
        key = here[0]
        self._missing.remove(key)
        if len(here) == 1 and self._needs_compiler:
            self._needs_compiler = False
            self._send(LoadCompiler())
        dock = self.docks[key]
        send = self._send
        context = ViewContext(
            self._dataset,
            lambda c: void(send(c)),
            dock,
            self.picker,
            self._undo_stack,
            self._book,
            self._time_control,
            self._inspect,
            self._lab,
        )
        try:
            view = self._specs[key].make(context)
        except Exception as error:  # a broken view must not take the window along
            logger.exception("the view %s could not be made", key)
            dock.show_error(f"This view could not be made: {type(error).__name__}: {error}")
            return True
        self.views[key] = view
        dock.set_body(view.widget)
        self.meters[key].watch(dock)
        if hasattr(view, "describe"):
            dock.add_action("Show as table…", partial(self._show_table, key))
            dock.add_action("Copy as text", partial(self._copy_text, key))
        if key in self._states:
            self._restore(key, self._states.pop(key))
        if self._last is not None and key in self.visible_keys():
            self._show(key, self._last)
        return True

    @property
    def is_complete(self) -> bool:
        """Whether every view of the workspace is made."""
        return not self._missing_here()

    def _missing_here(self) -> list[str]:
        return [key for key in self._missing if self._workspace in self._specs[key].workspaces]

    def visible_keys(self) -> list[str]:
        """Keys of the views that can be seen now."""
        return [key for key in self.views if self._is_in_sight(key)]

    def _is_in_sight(self, key: str) -> bool:
        # Asked of every view at each frame: what costs nothing is asked first.
        if key not in self._behind and self.views[key].widget.isVisible():
            return True
        dock = self.docks[key]
        return dock.error() is not None and dock.isVisible()

    def ask_for_detail(self) -> None:
        """Tell the worker what the visible views want, if that has changed."""
        needs = ALWAYS.union(*(self._specs[key].needs for key in self.visible_keys()))
        if needs != self._needs:
            self._needs = needs
            self._send(SetDetail(needs))

    def show_frame(self, frame: Frame) -> None:
        """Note a frame for the visible views; while running, each at its own rate.

        `show_noted` shows it.
        """
        self._last = frame = self._with_workspace(frame)
        visible = self.visible_keys()
        is_running = frame.snapshot.state is RunState.RUNNING
        self._noted = self.pacer.choose(visible, self._unfinished) if is_running else visible

    def show_news(self, workspace: str) -> None:
        """What a workspace looks at has changed, perhaps beside a run that rests: note it."""
        if self._last is None:
            return
        self._last = self._with_workspace(self._last)
        if self._last.snapshot.state is RunState.RUNNING:
            return  # The next frame shows it, each view at its own rate.
        here = [key for key in self.visible_keys() if workspace in self._specs[key].workspaces]
        self._noted = list(dict.fromkeys([*self._noted, *here]))

    def _with_workspace(self, frame: Frame) -> Frame:
        inspection = self._inspect.inspection if self._inspect.is_on else None
        lab = self._lab.state if self._workspace == "lab" else None
        return dataclasses.replace(frame, inspection=inspection, lab=lab)

    def show_noted(self, *, at_once: bool) -> None:
        """Show the newest frame in the views that it was noted for; those with parts take turns.

        Parameters
        ----------
        at_once : bool
            False: no more than there is room for in one frame, the rest the next time: a run
            that comes to rest is to be shown in every view, which takes longer than a frame.
        """
        frame, started = self._last, time.perf_counter()
        if frame is None:
            return

        def has_taken(room_ms: float) -> bool:
            return 1000 * (time.perf_counter() - started) > room_ms

        turn = None if at_once else next(iter(self._unfinished), None)
        frames = {
            is_full: dataclasses.replace(frame, is_repeated=not at_once, is_full=is_full)
            for is_full in (False, True)
        }
        before = self._unfinished
        noted, unfinished, left = list(dict.fromkeys([*before, *self._noted])), [], []
        while noted:
            key = noted.pop(0)
            is_full = turn is not None and key != turn and has_taken(PART_ROOM_MS)
            if is_full and key in before and not self.pacer.is_shown_each_frame(key):
                unfinished.append(key)
                if key in self._noted:
                    left.append(key)
                continue
            if self._is_in_sight(key):
                self._show(key, frames[is_full])
                if getattr(self.views[key], "is_unfinished", False):
                    unfinished.append(key)
            if not at_once and has_taken(FRAME_ROOM_MS):
                break
        # The next turn is another's.
        self._unfinished = sorted(unfinished, key=lambda key: key == turn)
        self._noted = [*left, *noted]

    @property
    def is_up_to_date(self) -> bool:
        """Whether the newest frame is shown wherever it was noted for."""
        return not (self._noted or self._unfinished)

    def settle(self, frame_ms: float | None) -> None:
        """End a frame, with its painting: learn what it has taken.

        Parameters
        ----------
        frame_ms : float or None
            What all of the window took together on the GUI thread, if that is known.
        """
        for key, meter in self.meters.items():
            cost = meter.settle()
            if cost is not None:
                self.pacer.add_view(key, cost)
        is_running = self._last is not None and self._last.snapshot.state is RunState.RUNNING
        if frame_ms is not None and is_running:
            self.pacer.add_frame(frame_ms, self.visible_keys)

    def reset(self, dataset: Dataset) -> None:
        """Another run begins."""
        self._dataset = dataset
        self._last = None
        self._noted, self._unfinished = [], []
        self.picker.give_up()
        for key, view in self.views.items():
            self.docks[key].clear_error()
            self._guarded(key, partial(view.reset, dataset))
            # A view may have made widgets since.
            self.meters[key].watch(self.docks[key])

    def choose_mistake(self, snapshot: Snapshot) -> None:
        """Show the first test image that this network gets wrong, if there is one nearby."""
        split = self._dataset.test.first(SEARCHED)
        config = snapshot.config
        # By the reference: the compiled engine may still be loading, on another thread.
        with np.errstate(over="ignore", invalid="ignore"):
            passed = network.forward(
                config.architecture, snapshot.parameters, split.inputs(slice(None))
            )
        wrong = np.flatnonzero(network.predictions(passed.outputs) != split.labels)
        self._send(SetProbe(int(wrong[0]) if len(wrong) else 0))

    def toggle_log(self) -> None:
        """Switch the cost curves between a logarithmic and a linear axis."""
        toggle = getattr(self.views.get("cost_curves"), "toggle_log", None)
        if toggle is not None:
            toggle()

    def states(self) -> dict[str, dict[str, Any]]:
        """What each view wants to find again."""
        found = dict(self._states)
        for key, view in self.views.items():
            try:
                found[key] = view.state()
            except Exception:  # a broken view must not keep the window from closing
                logger.exception("the view %s did not tell its state", key)
        return found

    def restore(self, states: dict[str, dict[str, Any]]) -> None:
        """Give each view what it wanted to find again; one that is missing gets it when made."""
        for key, state in states.items():
            if key in self.views:
                self._restore(key, state)
            elif key in self._missing:
                self._states[key] = state

    def _show_table(self, key: str, _checked: bool = False) -> None:
        self._guarded(key, lambda: self.show_table(self._specs[key].title, self._described(key)))

    def _copy_text(self, key: str, _checked: bool = False) -> None:
        self._guarded(key, lambda: QApplication.clipboard().setText(self._described(key).as_text()))

    def _described(self, key: str) -> Description:
        described: Description = self.views[key].describe()  # type: ignore[attr-defined]  # asked
        return described

    def _restore(self, key: str, state: dict[str, Any]) -> None:
        try:
            self.views[key].restore(state)
        except Exception:  # a view begins afresh rather than not at all
            logger.exception("the view %s did not take its state back", key)

    def _sight_changed(self, key: str, is_in_sight: bool) -> None:  # a slot
        """A dock came into sight or went; one behind another's tab counts as visible to Qt."""
        if is_in_sight:
            self._behind.discard(key)
        else:
            self._behind.add(key)
        self._refresh()

    def _refresh(self) -> None:
        """A dock came into sight: show it the newest frame, since a paused run sends none."""
        if self._last is not None:
            for key in self.visible_keys():
                self._show(key, self._last)

    def _show(self, key: str, frame: Frame) -> None:
        dock = self.docks[key]
        if dock.error() is not None:
            return
        work = partial(self.views[key].show_frame, frame)
        self._guarded(key, partial(self.meters[key].timed, work))

    def _retry(self, key: str) -> None:
        """Try again was pressed: a paused run sends no frame, so the newest is shown anew."""
        self.docks[key].clear_error()
        if key not in self.views:
            self._missing.insert(0, key)
            self.make_next()
        self._refresh()

    def _guarded(self, key: str, work: Callable[[], None]) -> None:
        """Do a view's work; if it raises, its dock says so."""
        try:
            work()
        except Exception as error:  # a broken view must not take the others along
            logger.exception("the view %s failed", key)
            self.docks[key].show_error(f"This view stopped: {type(error).__name__}: {error}")


def _nowhere(_title: str, _description: Description) -> None:
    """Nobody has a dialog for tables yet."""


def void(_value: object) -> None:
    """Drop a value, for callbacks that give none."""
