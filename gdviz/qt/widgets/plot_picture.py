"""The items of a plot as pieces of a picture; see `gdviz.qt.widgets.parted_picture`."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QStyleOptionGraphicsItem

from gdviz.qt.widgets.parted_picture import Piece


def pieces_of(view: QGraphicsView, left_out: Collection[QGraphicsItem]) -> list[Piece]:
    """Give what paints each item of a view's scene, the lowest first.

    Parameters
    ----------
    view : QGraphicsView
    left_out : collection of QGraphicsItem
        What is painted over the picture at each painting, since it moves by itself.
    """
    items = view.scene().items(Qt.SortOrder.AscendingOrder)
    return [
        partial(paint_item, item=item, view=view)
        for item in items
        if item.isVisible() and item not in left_out
    ]


def paint_item(painter: QPainter, item: QGraphicsItem, view: QGraphicsView) -> None:
    """Paint an item of a view's scene where it stands, as the scene does."""
    painter.save()
    clip = _clip_of(item, view)
    if clip is not None:
        painter.setClipRect(clip)
    painter.setTransform(item.deviceTransform(view.viewportTransform()), combine=True)
    painter.setRenderHints(painter.renderHints(), on=False)
    painter.setRenderHints(view.renderHints())
    option = QStyleOptionGraphicsItem()
    option.exposedRect = item.boundingRect()
    item.paint(painter, option, view.viewport())
    painter.restore()


def _clip_of(item: QGraphicsItem, view: QGraphicsView) -> QRectF | None:
    """Give what of the viewport an item may paint on; None if that is all."""
    room: QRectF | None = None
    above: Any = item.parentItem()
    while above is not None:
        if above.flags() & QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape:
            to_viewport = above.deviceTransform(view.viewportTransform())
            own = to_viewport.map(above.shape()).boundingRect()
            room = own if room is None else room.intersected(own)
        above = above.parentItem()
    return room
