"""The cost surface: an exact slice of the real cost, the ball, its trail, and instruments.

The slice is computed by the worker and comes with a snapshot now and then. In between the
ball moves on: each frame the newest parameters are projected on the slice's plane, so that
ball and trail are the true path as the plane sees it.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Parameters
from gdviz.qt import number_text
from gdviz.qt.ball_drop import BallDrop
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.surfaces.ways_paint import WayLook
from gdviz.qt.theme import DARK
from gdviz.qt.views.cost_surface.controls import SurfaceControls
from gdviz.qt.views.cost_surface.faces import Faces
from gdviz.qt.views.cost_surface.instruments import Instruments
from gdviz.qt.views.cost_surface.map import CostMap
from gdviz.qt.views.cost_surface.readings import readings_of
from gdviz.qt.views.cost_surface.surroundings import ShownSurroundings
from gdviz.qt.views.cost_surface.trail import LiveTrail
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.apart import Apart
from gdviz.runtime.commands import SetSurface, SurfaceSettings
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.training.branches import FIRST_BRANCH

TEXT_FRAMES = 6
"""Running numbers are written every so many frames, ten times a second at 60 Hz."""


class CostSurfaceView(QObject):
    """Shows `Snapshot.surface` and asks for other planes."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock = context.dock
        self._send = context.send
        self._undo_stack = context.undo_stack
        self.trail = LiveTrail()
        self._surface: CostSurface | None = None
        self._parameters: Parameters | None = None
        self._run_id: int | None = None
        self._coming: SurfacePicture | None = None
        self._is_ready = False
        self._recentring = False
        self._n_moves = 0
        self._book, self._branch = context.book, FIRST_BRANCH
        self._branches: tuple[int, ...] = ()
        self._was_past = False
        context.book.changed.connect(self._show_ways)
        self._left_behind: CostSurface | None = None
        self.is_unfinished = False
        """Whether a slice is still being painted, or a newer one waits for it."""
        self._picture: SurfacePicture | None = None
        self._frames = 0
        self.faces = Faces()
        self.instruments = Instruments()
        self._widget = QWidget()
        row = QHBoxLayout(self._widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.faces, 1)
        row.addWidget(Apart(self.instruments, Qt.Orientation.Vertical))
        self.instruments.hide()
        self.surroundings = ShownSurroundings(
            self.instruments.gauge, self.faces, self.instruments.planes
        )
        self.faces.aspect_changed.connect(self._aspect_changed)
        self.map.dropped.connect(self._drop)
        self.controls = SurfaceControls(context, self._n_parameters)
        self.controls.changed.connect(self._settings_changed)
        self.controls.recentred.connect(self.recentre_plane)
        self.controls.colors_changed.connect(self._recolor)
        self.controls.told.connect(self.faces.tell)
        self.controls.mode_changed.connect(self._mode_changed)
        self.instruments.gauge.slice_asked.connect(partial(self.controls.set_mode, "lines"))
        self.instruments.planes.chosen.connect(self._random_plane_chosen)
        context.dock.set_body_margins(8, 0, 16, 8)

    @property
    def map(self) -> CostMap:
        """The slice as a map."""
        return self.faces.map

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._widget

    @property
    def settings(self) -> SurfaceSettings:
        """What the worker is asked for."""
        return self.controls.settings

    def _n_parameters(self) -> int | None:
        return None if self._parameters is None else self._parameters.vector.size

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        snapshot = frame.snapshot
        if snapshot.run_id != self._run_id:
            self._run_id = snapshot.run_id
            self._forget()
        if snapshot.n_moves != self._n_moves:
            self._n_moves = snapshot.n_moves
            self._begin_path(snapshot.surface)
        self._follow_branch(snapshot)
        moved = snapshot.parameters is not self._parameters
        if moved:
            self._parameters = snapshot.parameters
        # A diverged network is nowhere on the plane: the ball stays where it last was.
        if moved and np.isfinite(snapshot.parameters.vector).all():
            self.trail.see(snapshot.step, snapshot.parameters.vector)
        in_parts = snapshot.state is RunState.RUNNING or frame.is_repeated
        is_new = snapshot.surface not in (self._surface, self._left_behind)
        renewed, self.is_unfinished = False, is_new and in_parts and frame.is_full
        if is_new and not self.is_unfinished:
            renewed = self._take(snapshot.surface_picture, at_once=not in_parts)
        self.surroundings.show(snapshot.surroundings)
        self._ask_for_extras()
        if self._surface is None:
            self.faces.show_progress(snapshot.surface_progress)
            return
        if moved or renewed:
            self.faces.show_live(self.trail.live, self.trail.dots, self.trail.begins_at_start)
            self._frames += 1
        # What was skipped while it ran is written when it stands.
        still = snapshot.training_state is not None
        if renewed or still or (moved and self._frames % TEXT_FRAMES == 0):
            self._show_readings()

    def _follow_branch(self, snapshot: Snapshot) -> None:
        """Another branch is shown, or its past: no steps lead from where the ball was to here."""
        branches = tuple(info.id for info in snapshot.branches)
        is_other = snapshot.branch != self._branch
        is_fork = is_other and snapshot.branch not in self._branches
        if is_other or branches != self._branches:
            self._branch, self._branches = snapshot.branch, branches
            self._show_ways()
        if is_other and not is_fork:
            self._begin_path(snapshot.surface)
        elif snapshot.is_past or self._was_past:
            self.trail.jump()
        self._was_past = snapshot.is_past

    def _show_ways(self) -> None:
        """Draw the ways of all branches that are not hidden; on the live one's what is ahead."""
        book = self._book
        # The map is dark in every theme.
        self.faces.show_ways(
            tuple(
                WayLook(
                    branch,
                    "what came next" if branch == self._branch else book.name(branch),
                    book.color(branch, DARK),
                    book.dash(branch),
                )
                for branch in self._branches
                if branch == self._branch or not book.is_hidden(branch)
            )
        )

    def _begin_path(self, surface: CostSurface | None) -> None:
        """The network was moved: another path begins, and slices of the former one are over."""
        self.trail.begin_anew()
        self._coming = None
        if surface is not self._surface:
            self._left_behind = surface
        if self._picture is not None:
            # The former path and its slope are no longer the ball's.
            bare = dataclasses.replace(
                self._picture.surface, trail=np.empty((0, 2)), trail_steps=np.empty(0, np.int64)
            )
            self.faces.show_picture(dataclasses.replace(self._picture, surface=bare, descent=None))

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
            was_ready = self._is_ready
            self._is_ready = self.faces.prepare(picture, limits, picture.surface.true_cost)
            # To take it is a part by itself.
            if not (was_ready and self._is_ready):
                return False
        self._coming, self._is_ready = None, False
        self._adopt(picture)
        self.is_unfinished = not at_once and newest is not picture
        return True

    def _limits_of(self, surface: CostSurface) -> ColorRange:
        """Give the colours under which a slice will be shown."""
        limits, before = dataclasses.replace(self.faces.range), self._surface
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
        self.instruments.setVisible(picture is not None)
        if picture is None:
            self._surface = self._picture = None
            self.faces.show_picture(None)
            return
        surface = picture.surface
        limits = self._limits_of(surface)
        if self._is_recentred_by(surface):
            self._recentring = False
            if self._surface is not None:
                step = number_text.whole(surface.plane.step)
                self.faces.tell_for_a_moment(f"The terrain moved: another plane, of step {step}")
            if not self.settings.follow:
                self._send(SetSurface(self.settings))
        self._surface, self._picture = surface, picture
        self.trail.adopt(surface)
        self.faces.show_picture(picture, limits)
        rows, columns = surface.cost.shape
        self._dock.set_subtitle(
            f"{columns} × {rows}, {number_text.whole(surface.n_examples)} images"
        )

    def _show_readings(self) -> None:
        if self._picture is not None:
            readings = readings_of(self._picture, self.settings, self.trail.off_plane)
            self.instruments.show_readings(readings)

    # What the user does

    def recentre_plane(self) -> None:
        """Lay a new plane through the ball, also while the plane is held."""
        self._recentring = True
        self._send(SetSurface(dataclasses.replace(self.settings, follow=True)))

    def _settings_changed(self, anew: bool) -> None:
        self._recentring = self._recentring or anew
        self._send(SetSurface(self.settings))
        self._show_readings()

    def _ask_for_extras(self) -> None:
        """Have computed what is in sight besides the map, and nothing else."""
        shown = {
            "lines": self.controls.mode.current() == "lines",
            "curvature": self.instruments.shows_gauge or self.controls.mode.current() == "lines",
            "random_planes": self.instruments.shows_planes,
            "race": self.settings.race > 0,
        }
        wanted = frozenset(key for key, is_wanted in shown.items() if is_wanted)
        self.controls.change(extras=wanted)

    def _mode_changed(self, mode: str) -> None:
        self.faces.set_mode(mode)
        self._ask_for_extras()

    def _random_plane_chosen(self, index: int) -> None:
        self.controls.change(kind="random", draw=index, anew=True)

    def _drop(self, u: float, v: float) -> None:
        """Put the ball at a point of the plane, which stays in sight."""
        if self._surface is not None:
            plane = self._surface.plane
            self.controls.hold(plane.kind)
            vector = plane.at(u, v).astype(np.float32)
            self._undo_stack.push(BallDrop(self._send, vector))

    def _aspect_changed(self) -> None:
        room = self.faces.room
        # To one twentieth: a dock that is being dragged shall not flood the worker.
        aspect = min(max(round(room.width() / room.height() * 20) / 20, 0.3), 4.0)
        self.controls.change(aspect=aspect)

    def _recolor(self) -> None:
        controls = self.controls
        self.faces.recolor(locked=controls.is_locked, logarithmic=controls.logarithmic)

    # What is remembered

    def _forget(self) -> None:
        self.trail.clear()
        self._branch, self._branches, self._was_past = FIRST_BRANCH, (), False
        self._surface, self._picture, self._parameters = None, None, None
        self._recentring = False
        self._coming = self._left_behind = None
        self.faces.forget()
        self._dock.set_subtitle("")
        self.instruments.hide()
        self.surroundings.forget()
        self.controls.forget_run()

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._run_id = None
        self._forget()

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return self.controls.state() | {"camera": self.faces.relief.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if isinstance(state.get("camera"), dict):
            self.faces.relief.restore(state["camera"])
        self.controls.restore(state)
