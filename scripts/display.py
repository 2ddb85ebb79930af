"""Decides whether there is a screen to show a window on, and which plug-in Qt would use.

Only Linux has to be asked: Qt aborts the process when no platform plug-in works, so a window
is never tried blindly. The usual answer costs one local connection. Standard library only.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

# Plug-ins that draw into memory: a window there is seen by nobody.
INVISIBLE = {"offscreen", "minimal", "minimalegl"}
CONNECT_LIMIT_S = 3.0
PROBE_LIMIT_S = 30.0
PROBE = (
    "import sys; from PySide6.QtGui import QGuiApplication; "
    "sys.exit(QGuiApplication(['gdviz']).primaryScreen() is None)"
)
# X11's opening request: little-endian, protocol 11.0, no authorisation data.
X11_HELLO = b"l\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00"


class Display(NamedTuple):
    """Where a window would appear.

    Attributes
    ----------
    platform : str
        Qt's platform plug-in; ``offscreen`` if nothing can be seen.
    reason : str
        Why nothing can be seen; empty if a window can be shown.
    sure : bool
        False if only a real client (``probe_qt``) can settle whether a window can be shown.
    """

    platform: str
    reason: str = ""
    sure: bool = True

    @property
    def visible(self) -> bool:
        """Whether a window can be shown."""
        return not self.reason


def x11_address(name: str) -> tuple[str, int] | None:
    """Split ``DISPLAY`` into host (empty for this machine) and number; None if it is malformed."""
    if name.startswith("/"):  # macOS's launchd writes the socket's path
        return None
    host, colon, rest = name.rpartition(":")
    number = rest.partition(".")[0]
    if not colon or not number.isdecimal():
        return None
    return ("" if host in {"", "unix"} else host.strip("[]")), int(number)


def connect_x11(host: str, number: int) -> socket.socket:
    """Connect to an X server; raises OSError if there is none."""
    if host:
        return socket.create_connection((host, 6000 + number), CONNECT_LIMIT_S)
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 -- the place that X11 prescribes
    failure = OSError("no X server")
    for address in ("\0" + path, path):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_LIMIT_S)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def ask_x11(name: str) -> str:
    """Ask the X server named by ``DISPLAY`` whether it lets us in without a cookie.

    Returns
    -------
    str
        ``open``; ``closed`` if nothing answers; ``unsure`` if it wants a cookie, which only a
        real client can settle.
    """
    address = x11_address(name)
    if address is None:
        return "closed"
    try:
        with connect_x11(*address) as connection:
            connection.sendall(X11_HELLO)
            answer = connection.recv(1)
    except OSError:
        return "closed"
    return "open" if answer == b"\x01" else "unsure"


def wayland_answers(environment: Mapping[str, str]) -> bool:
    """Say whether a Wayland compositor listens on ``WAYLAND_DISPLAY``."""
    path = Path(environment.get("XDG_RUNTIME_DIR", "/"), environment["WAYLAND_DISPLAY"])
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(CONNECT_LIMIT_S)
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True


def probe_qt(python: Path, environment: Mapping[str, str]) -> bool:
    """Say whether Qt can open its display, tried in a child process that may abort.

    Parameters
    ----------
    python : Path
        Interpreter that has PySide6.
    environment : mapping
        The child's environment.
    """
    try:
        done = subprocess.run(
            [str(python), "-c", PROBE],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PROBE_LIMIT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def find_display(
    environment: Mapping[str, str] = os.environ,
    system: str = sys.platform,
    *,
    x11: Callable[[str], str] = ask_x11,
    wayland: Callable[[Mapping[str, str]], bool] = wayland_answers,
) -> Display:
    """Decide where a window would appear.

    Parameters
    ----------
    environment : mapping, default: os.environ
        ``QT_QPA_PLATFORM``, ``WAYLAND_DISPLAY`` and ``DISPLAY`` are read, in this order.
    system : str, default: sys.platform
        macOS and Windows always have a screen.
    x11, wayland : callable
        Ask the servers; replaced in tests.

    Returns
    -------
    Display
        The plug-in and, if nothing can be seen, why.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "").partition(";")[0].partition(":")[0]
    if chosen in INVISIBLE:
        return Display("offscreen", f"QT_QPA_PLATFORM={chosen} shows nothing")
    if not system.startswith("linux"):
        return Display(chosen or "native")
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return Display(chosen)  # eglfs, vnc: whoever names it knows why
    return ask_servers(environment, chosen, x11, wayland)


def ask_servers(
    environment: Mapping[str, str],
    chosen: str,
    x11: Callable[[str], str],
    wayland: Callable[[Mapping[str, str]], bool],
) -> Display:
    """Ask the display servers that the environment names; Wayland first, as Qt does."""
    tried = []
    if environment.get("WAYLAND_DISPLAY") and not chosen.startswith("xcb"):
        if wayland(environment):
            return Display("wayland")
        tried.append(f"WAYLAND_DISPLAY={environment['WAYLAND_DISPLAY']}")
    if environment.get("DISPLAY") and not chosen.startswith("wayland"):
        answer = x11(environment["DISPLAY"])
        if answer != "closed":
            return Display("xcb", sure=answer == "open")
        tried.append(f"DISPLAY={environment['DISPLAY']}")
    if tried:
        return Display("offscreen", " and ".join(tried) + " cannot be opened")
    return Display("offscreen", "neither DISPLAY nor WAYLAND_DISPLAY is set")
