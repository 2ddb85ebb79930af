"""Pictures of the window as files, whole or not at all."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QWidget


def png_of(widget: QWidget) -> bytes:
    """Render a widget as it is now; on the GUI thread only.

    Returns
    -------
    bytes
        A PNG, to be written by `gdviz.storage.atomic.write_atomically`.

    Raises
    ------
    OSError
        If Qt cannot encode it.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # PySide's stub wants bytes for the format, PySide itself a text.
    if not widget.grab().toImage().save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError("the window could not be made into a picture")
    return bytes(buffer.data().data())
