"""The curves of the branches that are not live, from where each parted.

They do not change while the live one is trained: their points are chosen once for each range of
steps that is in sight.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QGraphicsItem

from gdviz.analysis.branch_comparison import fork_step
from gdviz.analysis.history import CurveHistory
from gdviz.qt import number_text
from gdviz.qt.branch_book import BranchBook
from gdviz.qt.colors import mix
from gdviz.qt.theme import Theme
from gdviz.qt.views.cost_curves import curves
from gdviz.qt.views.view import Frame
from gdviz.qt.widgets.dashed_curve import DashedCurve
from gdviz.training.branches import BranchInfo

MOST = 8
"""Branches that are drawn: more lines cannot be told apart."""
COLUMNS = 3
"""Pixels from one point of a curve to the next: its dashes are as long as several."""


@dataclass(eq=False)
class Overlay:
    """One branch: its items, and what they show.

    Parameters
    ----------
    branch : int
    history : CurveHistory
    start : int
        Step from which it is drawn.
    """

    branch: int
    history: CurveHistory
    start: int
    smoothed: DashedCurve = field(default_factory=lambda: DashedCurve("solid"))
    test: DashedCurve = field(default_factory=lambda: DashedCurve("dash"))
    drawn: tuple[object, ...] = ()
    size: tuple[object, ...] = ()
    tests: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))

    def __post_init__(self) -> None:
        for item in (self.smoothed, self.test):
            # It changes seldom: Qt keeps its pixels instead of drawing it with every frame.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    @property
    def end(self) -> int:
        """Its newest step."""
        return int(self.history.steps[-1]) if len(self.history) else self.start

    def draw(self, ends: tuple[float, float], n_columns: int, *, logarithmic: bool) -> None:
        """Choose the points between two steps, unless they are chosen."""
        history = self.history
        size = history, self.start, len(history), history.revision, len(history.evaluations)
        if size != self.size:
            self.size = size
            entries = [entry for entry in history.evaluations if entry.step >= self.start]
            pairs = np.array([(entry.step, entry.test_cost) for entry in entries], float)
            self.tests = pairs.reshape(-1, 2)
        steps = history.steps
        rows = curves.visible_rows(steps, max(ends[0], self.start), ends[1])
        # What is visible begins a row early; before the fork it is another branch's.
        first = max(rows.start, bisect.bisect_left(steps, self.start))
        rows = slice(first, max(rows.stop, first))
        tested = curves.visible_rows(self.tests[:, 0], *ends)
        # A branch that is in sight as a whole looks the same while the range grows.
        state = size, rows, tested, n_columns, logarithmic
        if state == self.drawn:
            return
        self.drawn = state
        x, y = curves.one_per_column(steps[rows], history.smoothed[rows], n_columns // COLUMNS)
        self.smoothed.set_points(x, curves.scaled(y, logarithmic))
        x, y = self.tests.T
        chosen = curves.rows_to_draw(x, y, *ends, n_columns)
        self.test.set_points(x[chosen], curves.scaled(y[chosen], logarithmic))


class BranchOverlays:
    """All of them over one plot.

    Parameters
    ----------
    view_box : pyqtgraph.ViewBox
        Of the costs.
    book : BranchBook
    """

    def __init__(self, view_box: Any, book: BranchBook) -> None:
        self._view_box, self._book = view_box, book
        self._by_branch: dict[int, Overlay] = {}
        self.n_left_out = 0
        """Branches that are not hidden and not drawn, since there are too many."""

    @property
    def shown(self) -> list[Overlay]:
        """What is drawn, by rising id."""
        return [self._by_branch[branch] for branch in sorted(self._by_branch)]

    @property
    def end(self) -> int:
        """The newest step of all, 0 without any."""
        return max((overlay.end for overlay in self.shown), default=0)

    def show_frame(self, frame: Frame, theme: Theme) -> bool:
        """Take the branches of a frame; say whether others are drawn than before."""
        snapshot = frame.snapshot
        infos = [
            info
            for info in snapshot.branches
            if info.id != snapshot.branch
            and info.id in frame.histories
            and not self._book.is_hidden(info.id)
        ]
        self.n_left_out = max(len(infos) - MOST, 0)
        live = next((info for info in snapshot.branches if info.id == snapshot.branch), None)
        before = set(self._by_branch)
        kept: dict[int, Overlay] = {}
        for info in infos[self.n_left_out :]:
            kept[info.id] = self._overlay(info, live, frame)
        for branch in before - set(kept):
            self._remove(self._by_branch[branch])
        self._by_branch = kept
        if before != set(kept):
            self.restyle(theme)
        return before != set(kept)

    def clear(self) -> None:
        """Draw none."""
        for overlay in self.shown:
            self._remove(overlay)
        self._by_branch, self.n_left_out = {}, 0

    def draw(self, ends: tuple[float, float], n_columns: int, *, logarithmic: bool) -> None:
        """Draw what is between two steps."""
        for overlay in self.shown:
            overlay.draw(ends, n_columns, logarithmic=logarithmic)

    def restyle(self, theme: Theme) -> None:
        """Take colours and dashes from the book; a test cost is paler and has its usual dash."""
        for overlay in self.shown:
            color = self._book.color(overlay.branch, theme)
            overlay.smoothed.set_pen(color, 1.5)
            overlay.smoothed.set_dash(self._book.dash(overlay.branch))
            overlay.test.set_pen(mix(theme.panel, color, 0.7), 1.25)

    def cost_range(self) -> tuple[float, float] | None:
        """Give the lowest and the highest smoothed cost, as it is drawn; None without any."""
        heights = [o.smoothed.points()[1] for o in self.shown]
        known = np.concatenate([*heights, np.empty(0)])
        known = known[np.isfinite(known)]
        return (float(known.min()), float(known.max())) if known.size else None

    def hover_lines(self, step: int) -> list[tuple[str, str]]:
        """Give name and smoothed cost of each branch that has taken a step on its own."""
        lines = []
        for overlay in self.shown:
            if overlay.start <= step <= overlay.end:
                found = curves.read_out(overlay.history, step)
                if found is not None:
                    lines.append((self._book.name(overlay.branch), number_text.cost(found[2])))
        return lines

    def _overlay(self, info: BranchInfo, live: BranchInfo | None, frame: Frame) -> Overlay:
        # An older branch shares the live one's past: it is drawn from where the two parted.
        parted = info.fork_step if live is None else fork_step(info, live, frame.snapshot.branches)
        start, history = max(info.fork_step, parted), frame.histories[info.id]
        overlay = self._by_branch.get(info.id)
        if overlay is None:
            overlay = Overlay(info.id, history, start)
            for height, item in ((0.5, overlay.test), (0.6, overlay.smoothed)):
                item.setZValue(height)
                self._view_box.addItem(item, ignoreBounds=True)
        overlay.history, overlay.start = history, start
        return overlay

    def _remove(self, overlay: Overlay) -> None:
        for item in (overlay.smoothed, overlay.test):
            self._view_box.removeItem(item)
