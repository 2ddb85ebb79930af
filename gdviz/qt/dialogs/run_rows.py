"""How a run looks in the library: its first layer, its settings, its curve, its figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gdviz.qt.dialogs import run_texts
from gdviz.qt.fonts import font, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import paint_focus_ring, paint_text
from gdviz.storage.library import BrokenEntry
from gdviz.storage.sessions import RunSummary

ENTRY_ROLE = Qt.ItemDataRole.UserRole
PICTURE_ROLE = Qt.ItemDataRole.UserRole + 1
HEIGHT = 76
PICTURE = 60
CURVE_WIDTH, CURVE_HEIGHT = 108, 40
_RIGHT = Qt.AlignmentFlag.AlignRight


def picture_of(summary: RunSummary) -> QImage:
    """Give the picture of a summary as an image that owns its bytes."""
    height, width = summary.picture.shape
    if not height or not width:
        return QImage()
    content = summary.picture.tobytes()
    return QImage(content, width, height, width, QImage.Format.Format_Grayscale8).copy()


class RunRows(QStyledItemDelegate):
    """Paints the rows of the library."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Qt override: all rows are alike."""
        del option, index
        return QSize(480, HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Qt override: one row."""
        theme = current_theme()
        entry = index.data(ENTRY_ROLE)
        rect = QRectF(option.rect).adjusted(2, 2, -2, -2)
        state = option.state
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.chosen if theme.is_dark else theme.well))
            painter.drawRoundedRect(rect, 6, 6)
            if state & QStyle.StateFlag.State_HasFocus:
                paint_focus_ring(painter, rect, theme)
        inner = rect.adjusted(8, 6, -12, -6)
        if isinstance(entry, RunSummary):
            _paint_run(painter, inner, entry, index.data(PICTURE_ROLE), theme)
        elif isinstance(entry, BrokenEntry):
            paint_text(painter, inner, run_texts.whole_text(entry), theme.muted)
        painter.restore()


def _paint_run(
    painter: QPainter, rect: QRectF, run: RunSummary, picture: QImage | None, theme: Theme
) -> None:
    if picture is not None and not picture.isNull():
        side = QRectF(rect.left(), rect.top(), PICTURE, PICTURE)
        size = QRectF(picture.rect()).size()
        size.scale(side.size(), Qt.AspectRatioMode.KeepAspectRatio)
        whole = QRectF(side.topLeft(), size)
        whole.moveCenter(side.center())
        painter.drawImage(whole, picture)
    score, figures = run_texts.score(run), run_texts.figures(run)
    right_width = max(text_width(score, 12, 500), text_width(figures, 12, 400)) + 4
    right = QRectF(rect.right() - right_width, rect.top(), right_width, rect.height())
    curve = QRectF(
        right.left() - 16 - CURVE_WIDTH, rect.center().y() - CURVE_HEIGHT / 2,
        CURVE_WIDTH, CURVE_HEIGHT,
    )  # fmt: skip
    left = QRectF(rect.left() + PICTURE + 12, rect.top(), 0, rect.height())
    left.setRight(curve.left() - 16)
    _paint_curve(painter, curve, run, theme)
    third = rect.height() / 3
    lines = (
        (run.title, theme.text, 13, 600),
        (run_texts.when(run.saved_at), theme.muted, 12, 400),
        (run_texts.differences(run.config), theme.muted, 12, 400),
    )
    for k, (text, color, size_px, weight) in enumerate(lines):
        _paint_elided(
            painter, QRectF(left.left(), left.top() + k * third, left.width(), third),
            text, color, size_px, weight,
        )  # fmt: skip
    half = QRectF(right.left(), right.top() + third / 2, right.width(), third)
    paint_text(painter, half, score, theme.text, 12, 500, _RIGHT)
    paint_text(painter, half.translated(0, third), figures, theme.muted, 12, 400, _RIGHT)


def _paint_elided(
    painter: QPainter, rect: QRectF, text: str, color: str, size_px: int, weight: int
) -> None:
    painter.setFont(font(size_px, weight))
    shown = painter.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideRight, max(int(rect.width()), 0)
    )
    paint_text(painter, rect, shown, color, size_px, weight)


def _paint_curve(painter: QPainter, rect: QRectF, run: RunSummary, theme: Theme) -> None:
    """Paint the cost over the steps, from 0 at the bottom, without figures: they stand beside."""
    painter.setPen(QPen(QColor(theme.base_line), 1))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    steps, costs = run.curve
    if len(steps) < 2 or not costs.max() > 0 or steps[-1] <= steps[0]:
        return
    x = rect.left() + rect.width() * (steps - steps[0]) / (steps[-1] - steps[0])
    y = rect.bottom() - rect.height() * costs / costs.max()
    painter.setPen(QPen(QColor(theme.curve_1), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(
        QPolygonF([QPointF(float(a), float(b)) for a, b in zip(x, y, strict=True)])
    )
