"""Whether there is a screen: asked before Qt, which ends the process where there is none."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping

_LIMIT_S = 2.0


def display_problem(environment: Mapping[str, str] = os.environ) -> str:
    """Say why no window can be shown, or give an empty text.

    Only Linux needs to be asked. A display of another machine is taken as it is.

    Parameters
    ----------
    environment : mapping
        ``DISPLAY``, ``WAYLAND_DISPLAY`` and ``QT_QPA_PLATFORM`` are looked at.
    """
    if sys.platform != "linux" or environment.get("QT_QPA_PLATFORM"):
        return ""
    if environment.get("WAYLAND_DISPLAY"):
        return ""
    display = environment.get("DISPLAY", "")
    if not display:
        return "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set"
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if local and not _answers(f"/tmp/.X11-unix/X{local[1]}"):  # noqa: S108  # X11's own place
        return f"the display {display} does not answer"
    return ""


def _answers(path: str) -> bool:
    """Try the socket in the file system and the one without a file."""
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_LIMIT_S)
            try:
                connection.connect(address)
            except OSError:
                continue
            return True
    return False
