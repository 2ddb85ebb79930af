"""Icons of our own, drawn as plain SVG in one colour and recoloured by the theme.

The files are in ``resources/icons``; each draws with ``currentColor`` on a field of 16 x 16.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from gdviz.bundled import resources_folder

SCALES = (1, 2, 3)


def icon(name: str, color: str, disabled_color: str | None = None, size_px: int = 16) -> QIcon:
    """Give an icon in a colour, sharp on ordinary and on dense screens.

    Parameters
    ----------
    name : str
        A file of ``resources/icons`` without its ``.svg``.
    color : str
        As ``#rrggbb``.
    disabled_color : str, optional
        The colour while the button is disabled; without it, Qt greys the picture itself.
    size_px : int, default 16
        Width and height in device-independent pixels.

    Returns
    -------
    QIcon
        With pixmaps for device pixel ratios 1, 2 and 3.

    Raises
    ------
    ValueError
        If there is no such icon.

    Notes
    -----
    Only the thread of the window may call.
    """
    result = QIcon()
    for scale in SCALES:
        result.addPixmap(pixmap(name, color, size_px, scale))
        if disabled_color is not None:
            shaded = pixmap(name, disabled_color, size_px, scale)
            result.addPixmap(shaded, QIcon.Mode.Disabled)
    return result


def pixmap(name: str, color: str, size_px: int = 16, scale: float = 1.0) -> QPixmap:
    """Give one picture of an icon, ``size_px`` wide at the device pixel ratio ``scale``."""
    # Qt's own cache, which is emptied with the application.
    key = f"gdviz icon {name} {color} {size_px} {scale}"
    result = QPixmap()
    if QPixmapCache.find(key, result):
        return result
    source = _source(name).replace("currentColor", QColor(color).name())
    side = round(size_px * scale)
    result = QPixmap(side, side)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    result.setDevicePixelRatio(scale)
    QPixmapCache.insert(key, result)
    return result


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    """Give an icon's SVG text."""
    path = resources_folder() / "icons" / f"{name}.svg"
    if not path.is_file():
        raise ValueError(f"no icon is called {name!r}: there is no file {path}")
    return path.read_text(encoding="utf-8")
