"""The pictures of the block that are kept: the one in sight, one in the making, one with dots.

A rough picture is painted at once, a fine one in parts, so that the window goes on meanwhile.
Only the thread of the window may call.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage, QPainter

from gdviz.analysis.relief import Relief
from gdviz.qt.surfaces.relief_ground import Key, ReliefGround, relief_of
from gdviz.qt.surfaces.relief_paint import paint_dots

CROWDED = 0.15
"""The start and the ball stand in each other's way if they are so near, in half-sides."""
CLEAR_OF_DOT, CLEAR_OF_BALL = 13.0, 22.0
"""From the start up to the middle of its word, in pixels."""


class ReliefPictures:
    """Grounds of one widget; what is asked for by the same key is painted once."""

    def __init__(self) -> None:
        self._relief: tuple[Key, Relief] | None = None
        self._ground: ReliefGround | None = None
        self._next: ReliefGround | None = None
        self._dotted: (
            tuple[ReliefGround, npt.NDArray[np.float64], tuple[bool, bool], QImage] | None
        ) = None

    def forget(self) -> None:
        """Forget everything: another slice, other colours or another theme."""
        self._relief = self._ground = self._next = self._dotted = None

    def is_fine(self, key: Key | None) -> bool:
        """Whether the picture in sight is the fine one of a key."""
        ground = self._ground
        return key is not None and ground is not None and ground.is_fine and key.is_same(ground.key)

    def at_once(self, key: Key, true_cost: float) -> ReliefGround:
        """Give a picture of a key: the one in sight, or else a rough one."""
        if self._ground is None or not key.is_same(self._ground.key):
            self._ground = self._new(key, true_cost, is_fine=False)
            self._ground.finish()
        return self._ground

    def prepare(self, key: Key, true_cost: float) -> bool:
        """Paint the next part of a key's fine picture; True if it is complete.

        What is in sight stays until `take` is called.
        """
        if self._next is None or not key.is_same(self._next.key):
            self._next = self._new(key, true_cost, is_fine=True)
        self._next.advance()
        return self._next.is_complete

    def take(self, key: Key) -> bool:
        """Bring the prepared picture in sight if it is a key's, and whole; say whether it was."""
        prepared, self._next = self._next, None
        if prepared is None or not prepared.is_complete or not key.is_same(prepared.key):
            return False
        self._ground = prepared
        self._relief = (prepared.key, prepared.relief)
        return True

    def finish(self, key: Key, true_cost: float) -> None:
        """Paint the fine picture of a key at once, and bring it in sight."""
        if not self.is_fine(key):
            while not self.prepare(key, true_cost):
                pass
            self.take(key)

    def with_dots(
        self,
        ground: ReliefGround,
        dots: npt.NDArray[np.float64],
        live: npt.NDArray[np.float64],
        begins_at_start: bool,
    ) -> QImage:
        """Give a ground with the trail's dots, which change seldom and whose words take long.

        Parameters
        ----------
        ground : ReliefGround
        dots : ndarray (n, 2)
            Coordinates u and v.
        live : ndarray (m, 2)
            The live trail, whose last point is the ball: the word at the start stays clear of it.
        begins_at_start : bool
            Whether the first dot is where the run began.
        """
        kept, box = self._dotted, ground.relief.box
        ends = box.place(np.concatenate([dots[:1], live[-1:]]))
        is_crowded = len(ends) == 2 and float(np.hypot(*(ends[1] - ends[0]))) < CROWDED
        how = begins_at_start, is_crowded
        if (
            kept is None
            or kept[0] is not ground
            or kept[2] != how
            or not np.array_equal(kept[1], dots, equal_nan=True)
        ):
            image = ground.image.copy()
            pixels = ground.to_pixels(ground.relief.on_surface(dots))
            with QPainter(image) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                hidden = ground.is_hidden(pixels)
                lift = (CLEAR_OF_BALL if is_crowded else CLEAR_OF_DOT) if begins_at_start else None
                paint_dots(painter, pixels, hidden, lift)
            kept = self._dotted = (ground, dots, how, image)
        return kept[3]

    def relief(self, key: Key) -> Relief:
        """Give the relief of a key's slice and colours."""
        kept = self._relief
        if kept is None or not kept[0].has_same_relief(key):
            kept = self._relief = (_own(key), relief_of(key.picture, key.limits))
        return kept[1]

    def _new(self, key: Key, true_cost: float, *, is_fine: bool) -> ReliefGround:
        if self._next is not None and self._next.key.has_same_relief(key):
            relief = self._next.relief
        elif self._relief is None or self._relief[0].has_same_relief(key):
            relief = self.relief(key)
        else:
            # Of the next slice: the present one's stays kept.
            relief = relief_of(key.picture, key.limits)
        return ReliefGround(_own(key), relief, true_cost, is_fine=is_fine)


def _own(key: Key) -> Key:
    """Give a key whose range of colours nobody changes afterwards."""
    return key._replace(limits=dataclasses.replace(key.limits))
