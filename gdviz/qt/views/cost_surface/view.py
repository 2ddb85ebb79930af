"""The cost surface: an exact slice of the real cost, the ball, its trail, and instruments.

The slice is computed by the worker and comes with a snapshot now and then. In between the
ball moves on: each frame the newest parameters are projected on the slice's plane, so that
ball and trail are the true path as the plane sees it.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Parameters
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.views.cost_surface.ball_drop import BallDrop
from gdviz.qt.views.cost_surface.colors import ColorRange
from gdviz.qt.views.cost_surface.instruments import Instruments
from gdviz.qt.views.cost_surface.map import CostMap
from gdviz.qt.views.cost_surface.readings import readings_of
from gdviz.qt.views.cost_surface.trail import LiveTrail
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.commands import PLANE_KINDS, SetSurface, SurfaceSettings
from gdviz.runtime.snapshot import RunState

TEXT_FRAMES = 6
"""Running numbers are written every so many frames, ten times a second at 60 Hz."""


class CostSurfaceView(QObject):
    """Shows `Snapshot.surface` and asks for other planes."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock = context.dock
        self._send = context.send
        self._undo_stack = context.undo_stack
        self.settings = SurfaceSettings()
        self.trail = LiveTrail()
        self._surface: CostSurface | None = None
        self._parameters: Parameters | None = None
        self._run_id: int | None = None
        self._coming: SurfacePicture | None = None
        self._recentring = False
        self._n_moves = 0
        self._left_behind: CostSurface | None = None
        self.is_unfinished = False
        """Whether a slice is still being painted, or a newer one waits for it."""
        self._frames = 0
        self.map = CostMap()
        self.instruments = Instruments()
        self.instruments.hide()
        self._widget = QWidget()
        row = QHBoxLayout(self._widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.map, 1)
        row.addWidget(self.instruments)
        self.map.aspect_changed.connect(self._aspect_changed)
        self.map.dropped.connect(self._drop)
        self._build_header()
        self._build_menu()
        context.dock.set_body_margins(8, 0, 16, 8)

    def _build_header(self) -> None:
        self.kinds = QComboBox()
        self.kinds.setAccessibleName("Axes of the plane")
        self.kinds.setToolTip("Directions in the space of all weights and biases")
        self.kinds.setFixedHeight(28)
        for key, title in PLANE_KINDS.items():
            self.kinds.addItem(title, key)
        self.kinds.activated.connect(self._kind_chosen)
        self.follow = Segmented([("follow", "Follow"), ("hold", "Hold")], "Plane")
        self.follow.segment("hold").setToolTip("Keep the plane where it is while the ball moves")
        self.follow.segment("follow").setToolTip("Choose the plane anew at each refresh")
        self.follow.changed.connect(self._follow_chosen)
        self.recentre = QPushButton("Recentre")
        self.recentre.setFont(font(12, 500))
        self.recentre.setFixedHeight(24)
        self.recentre.setFlat(True)
        self.recentre.setAccessibleName("Recentre the plane on the ball")
        self.recentre.setToolTip("Lay a new plane through the ball; the colours start afresh")
        self.recentre.clicked.connect(self.recentre_plane)
        for tool in (self.kinds, self.follow, self.recentre):
            self._dock.add_tool(tool)

    def _build_menu(self) -> None:
        add = self._dock.add_action
        add("Another random draw", self.draw_again)
        self.lock_action = add("Lock the colour range", self._lock_toggled)
        self.lock_action.setCheckable(True)
        self.lock_action.setChecked(True)
        self._colors = QActionGroup(self)
        self.color_actions = {}
        for key, title in (
            (None, "Colours: by range"),
            (True, "Colours: logarithmic"),
            (False, "Colours: linear"),
        ):
            action = add(title, self._colors_chosen)
            action.setCheckable(True)
            action.setChecked(key is None)
            self._colors.addAction(action)
            self.color_actions[key] = action

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._widget

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        snapshot = frame.snapshot
        if snapshot.run_id != self._run_id:
            self._run_id = snapshot.run_id
            self._forget()
        if snapshot.n_moves != self._n_moves:
            self._n_moves = snapshot.n_moves
            self._begin_path(snapshot.surface)
        moved = snapshot.parameters is not self._parameters
        if moved:
            self._parameters = snapshot.parameters
        # A diverged network is nowhere on the plane: the ball stays where it last was.
        if moved and np.isfinite(snapshot.parameters.vector).all():
            self.trail.see(snapshot.step, snapshot.parameters.vector)
        in_parts = snapshot.state is RunState.RUNNING or frame.is_repeated
        self.is_unfinished = False
        is_new = snapshot.surface not in (self._surface, self._left_behind)
        renewed = is_new and self._take(snapshot.surface_picture, at_once=not in_parts)
        if self._surface is None:
            self.map.show_progress(snapshot.surface_progress)
            return
        if moved or renewed:
            self.map.show_live(self.trail.live, self.trail.dots, self.trail.begins_at_start)
            self._frames += 1
        # What was skipped while it ran is written when it stands.
        still = snapshot.training_state is not None
        if renewed or still or (moved and self._frames % TEXT_FRAMES == 0):
            self._show_readings(self._surface)

    def _begin_path(self, surface: CostSurface | None) -> None:
        """The network was moved: another path begins, and slices of the former one are over."""
        self.trail.begin_anew()
        self._coming = None
        if surface is not self._surface:
            self._left_behind = surface

    def _take(self, picture: SurfacePicture | None, *, at_once: bool) -> bool:
        """Take a new slice when its ground is painted, a part in each frame, or at once.

        A slice whose ground is begun is finished before a newer one's turn comes: else slices
        that come quickly would never be seen.

        Returns
        -------
        bool
            Whether another slice is in sight now.
        """
        newest = picture
        if not at_once and self._coming is not None:
            picture = self._coming
        if picture is not None and not np.isfinite(picture.surface.cost).any():
            return False
        if picture is not None and not at_once:
            self._coming, self.is_unfinished = picture, True
            limits = self._limits_of(picture.surface)
            if not self.map.prepare(picture, limits, picture.surface.true_cost):
                return False
        self._coming = None
        self._adopt(picture)
        self.is_unfinished = not at_once and newest is not picture
        return True

    def _limits_of(self, surface: CostSurface) -> ColorRange:
        """Give the colours under which a slice will be shown."""
        limits, before = dataclasses.replace(self.map.range), self._surface
        if self._is_recentred_by(surface):
            limits.forget()
        if before is not None and surface.plane.kind != before.plane.kind:
            limits.forget()
        limits.include(surface.cost, surface.true_cost)
        return limits

    def _is_recentred_by(self, surface: CostSurface) -> bool:
        before = self._surface
        return self._recentring and (before is None or surface.plane is not before.plane)

    def _adopt(self, picture: SurfacePicture | None) -> None:
        """Show a new slice: colours, path, words."""
        surface = picture.surface if picture else None
        self.instruments.setVisible(surface is not None)
        if surface is None:
            self._surface = None
            self.map.show_picture(None)
            return
        self.map.range = self._limits_of(surface)
        if self._is_recentred_by(surface):
            self._recentring = False
            if not self.settings.follow:
                self._send(SetSurface(self.settings))
        self._surface = surface
        self.trail.adopt(surface)
        self.map.true_cost = surface.true_cost
        self.map.show_picture(picture)
        rows, columns = surface.cost.shape
        self._dock.set_subtitle(
            f"{columns} × {rows}, {number_text.whole(surface.n_examples)} images"
        )

    def _show_readings(self, surface: CostSurface) -> None:
        self.instruments.show_readings(readings_of(surface, self.settings, self.trail.off_plane))

    # What the user does

    def recentre_plane(self) -> None:
        """Lay a new plane through the ball, also while the plane is held."""
        self._recentring = True
        self._send(SetSurface(dataclasses.replace(self.settings, follow=True)))

    def draw_again(self) -> None:
        """Draw other random directions."""
        self._recentring = True
        self._change(draw=self.settings.draw + 1)

    def _drop(self, u: float, v: float) -> None:
        """Put the ball at a point of the plane, which stays in sight."""
        if self._surface is None:
            return
        plane = self._surface.plane
        self.follow.set_current("hold")
        kind = plane.kind if plane.kind in PLANE_KINDS else self.settings.kind
        self._change(follow=False, kind=kind)
        self.kinds.setCurrentIndex(list(PLANE_KINDS).index(kind))
        self._undo_stack.push(BallDrop(self._send, plane.at(u, v).astype(np.float32)))

    def _kind_chosen(self, index: int) -> None:
        kind = self.kinds.itemData(index)
        if kind != self.settings.kind:
            self._recentring = True
            self._change(kind=kind)

    def _follow_chosen(self, key: str) -> None:
        self._change(follow=key == "follow")
        if self._surface is not None:
            self._show_readings(self._surface)

    def _change(self, **changes: Any) -> None:
        self.settings = dataclasses.replace(self.settings, **changes)
        self._send(SetSurface(self.settings))

    def _aspect_changed(self) -> None:
        room = self.map.room
        # To one twentieth: a dock that is being dragged shall not flood the worker.
        aspect = min(max(round(room.width() / room.height() * 20) / 20, 0.3), 4.0)
        if aspect != self.settings.aspect:
            self._change(aspect=aspect)

    def _lock_toggled(self) -> None:
        self.map.range.locked = self.lock_action.isChecked()
        self._recolor()

    def _colors_chosen(self) -> None:
        self.map.range.logarithmic = next(
            key for key, action in self.color_actions.items() if action.isChecked()
        )
        self._recolor()

    def _recolor(self) -> None:
        if self._surface is not None:
            self.map.range.include(self._surface.cost, self.map.true_cost)
        self.map.redraw()

    # What is remembered

    def _forget(self) -> None:
        self.trail.clear()
        self._surface, self._parameters, self._recentring = None, None, False
        self._coming = self._left_behind = None
        self.map.range.forget()
        self.map.show_picture(None)
        self.instruments.hide()

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._run_id = None
        self._forget()

    def state(self) -> dict[str, Any]:
        """What should be remembered; a plane that is held belongs to its run."""
        return {
            "kind": self.settings.kind,
            "locked": self.map.range.locked,
            "logarithmic": self.map.range.logarithmic,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        kind = state.get("kind")
        changes: dict[str, Any] = {}
        if kind in PLANE_KINDS:
            changes["kind"] = kind
            self.kinds.setCurrentIndex(list(PLANE_KINDS).index(kind))
        if isinstance(state.get("locked"), bool):
            self.lock_action.setChecked(state["locked"])
            self.map.range.locked = state["locked"]
        logarithmic = state.get("logarithmic")
        if logarithmic is None or isinstance(logarithmic, bool):
            self.color_actions[logarithmic].setChecked(True)
            self.map.range.logarithmic = logarithmic
        if changes:
            self._change(**changes)
        self.map.redraw()
