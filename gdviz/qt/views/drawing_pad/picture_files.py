"""Reads pictures that were dropped, pasted or chosen; errors are sentences for people.

`read` and `convert` take their time and may be called from any thread.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QImage, QImageReader

from gdviz.analysis.inspection.pictures import PictureInk, grey_of, ink_of

FORMATS = ("png", "jpeg", "bmp")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")
MOST_BYTES = 50_000_000
MOST_PIXELS = 50_000_000


class PictureError(ValueError):
    """A sentence: why there is no picture."""


def offered_path(data: QMimeData) -> Path | None:
    """Give the one local picture file that is dragged or pasted, going by its name."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in SUFFIXES else None


def read(path: Path) -> PictureInk:
    """Read a picture file as ink.

    Raises
    ------
    PictureError
        If it is no picture of a known format, too large, damaged, or has one grey all over.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise PictureError(f"{path.name} was not opened: {reason}.") from error
    if size > MOST_BYTES:
        raise PictureError(
            f"{path.name} has {size / 1e6:,.0f} MB; "
            f"pictures up to {MOST_BYTES / 1e6:.0f} MB are read."
        )
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    kind = QByteArray(reader.format()).toStdString()
    if not reader.canRead() or kind not in FORMATS:
        raise PictureError(f"{path.name} is no picture that can be read: PNG, JPEG or BMP.")
    pixels = reader.size().width() * reader.size().height()
    if pixels > MOST_PIXELS:
        raise PictureError(
            f"{path.name} has {pixels / 1e6:,.0f} million pixels; "
            f"up to {MOST_PIXELS / 1e6:.0f} million are read."
        )
    image = reader.read()
    if image.isNull():
        raise PictureError(f"{path.name} is damaged: {reader.errorString().lower()}.")
    return convert(image, path.name)


def convert(image: QImage, name: str) -> PictureInk:
    """Give an image as ink; see `read` for what it raises."""
    if image.isNull():
        raise PictureError(f"{name} holds no picture.")
    if image.width() * image.height() > MOST_PIXELS:
        raise PictureError(f"{name} has more than {MOST_PIXELS / 1e6:.0f} million pixels.")
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    height, width = plain.height(), plain.width()
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(height, plain.bytesPerLine())
    colors = rows[:, : 4 * width].reshape(height, width, 4)
    try:
        return ink_of(grey_of(colors))
    except ValueError as error:
        raise PictureError(f"{name}: {error}.") from error
