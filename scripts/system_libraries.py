"""The Linux libraries that Qt needs and that no Python package brings: found by loading them.

The names are what the PySide6-Essentials 6.11 wheels ask for (``readelf -d`` over QtGui,
QtWidgets and the platform plug-ins offscreen, xcb and wayland), less what the wheels carry
themselves. Qt aborts when one is missing and then often names another, so this is asked
first. Standard library only; nothing here runs on macOS or Windows.
"""

import ctypes
import os
import shlex
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from setup_errors import LIBRARIES_MISSING, SetupError

# library: (Debian and Ubuntu package, Fedora package). Later Debians and Ubuntus rename
# libglib2.0-0 to libglib2.0-0t64, which provides the old name, so the old one serves all.
ALWAYS = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libX11.so.6": ("libx11-6", "libX11"),  # the offscreen plug-in too
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libz.so.1": ("zlib1g", "zlib"),
    "libzstd.so.1": ("libzstd1", "libzstd"),
}
X11 = {
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
WAYLAND = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
}
# What a platform plug-in needs beyond ALWAYS, by the plug-in's name.
BY_PLATFORM = {"offscreen": {}, "xcb": X11, "wayland": WAYLAND}
PACKAGES = {**ALWAYS, **X11, **WAYLAND}


def load_library(name: str) -> bool:
    """Say whether the dynamic linker finds and loads a library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_libraries(platform: str, load: Callable[[str], bool] = load_library) -> list[str]:
    """Give the libraries that are missing for one of Qt's platform plug-ins.

    Parameters
    ----------
    platform : str
        A key of ``BY_PLATFORM``; any other plug-in is asked only for what all need.
    load : callable, default: the dynamic linker
        Says whether a library can be loaded.

    Returns
    -------
    list of str
        Sonames in the table's order; empty if all is there.
    """
    wanted = {**ALWAYS, **BY_PLATFORM.get(platform, {})}
    return [name for name in wanted if not load(name)]


def parse_os_release(text: str) -> dict[str, str]:
    """Give the fields of an os-release file; lines that are none are passed over."""
    fields = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if not equals or key.startswith("#"):
            continue
        try:
            words = shlex.split(value)
        except ValueError:  # an unclosed quotation mark
            continue
        fields[key] = " ".join(words)
    return fields


def read_os_release(
    places: Iterable[Path] = (Path("/etc/os-release"), Path("/usr/lib/os-release")),
) -> dict[str, str]:
    """Give the fields of the first os-release file that can be read, else an empty dict."""
    for place in places:
        try:
            return parse_os_release(place.read_text("utf-8", "replace"))
        except OSError:
            continue
    return {}


def distribution_family(os_release: dict[str, str]) -> str:
    """Give ``debian`` (Ubuntu and what follows them too), ``fedora`` or ``other``."""
    names = [os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()]
    for name in names:
        if name in {"debian", "ubuntu"}:
            return "debian"
        if name in {"fedora", "rhel", "centos"}:
            return "fedora"
    return "other"


def packages_for(libraries: Iterable[str], family: str) -> list[str]:
    """Give the sorted package names that hold the libraries, none twice.

    Parameters
    ----------
    libraries : iterable of str
        Sonames out of ``PACKAGES``.
    family : str
        ``debian`` or ``fedora``.
    """
    column = {"debian": 0, "fedora": 1}[family]
    return sorted({PACKAGES[library][column] for library in libraries})


def install_line(packages: list[str], family: str, *, root: bool) -> str:
    """Give the one line that a person types to install packages."""
    prefix = "" if root else "sudo "
    names = " ".join(packages)
    if family == "debian":
        return f"{prefix}apt-get update && {prefix}apt-get install -y {names}"
    return f"{prefix}dnf install -y {names}"


def advice(libraries: list[str], family: str, *, root: bool) -> str:
    """Give the sentence that says which libraries are missing and the line that installs them."""
    what = "Qt needs system libraries that are missing: " + ", ".join(libraries)
    if family == "other":
        return what + "\nInstall the packages of your distribution that hold them."
    return (
        what
        + "\nInstall them with: "
        + install_line(packages_for(libraries, family), family, root=root)
    )


def is_root() -> bool:
    """Say whether this process may install system packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(
    packages: list[str],
    run: Callable[..., "subprocess.CompletedProcess[str]"] = subprocess.run,
) -> str:
    """Install packages on Debian or Ubuntu, as root.

    Parameters
    ----------
    packages : list of str
        Package names.
    run : callable, default: subprocess.run
        Runs a command.

    Returns
    -------
    str
        Empty on success, else the last lines of what apt-get said.
    """
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    said = ""
    for command in (["apt-get", "update"], install):
        try:
            done = run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            return str(error)
        said = "\n".join(done.stdout.strip().splitlines()[-5:])
        failed = done.returncode != 0
    # A list that cannot be refreshed is no failure if the packages could be installed all the same.
    return said if failed else ""


def require_libraries(
    platform: str,
    say: Callable[[str], None],
    *,
    load: Callable[[str], bool] = load_library,
    os_release: dict[str, str] | None = None,
    root: bool | None = None,
    install: Callable[[list[str]], str] = apt_install,
) -> None:
    """See to it that Qt's platform plug-in can be loaded.

    Parameters
    ----------
    platform : str
        The plug-in's name, as for ``missing_libraries``.
    say : callable
        Prints one line of progress.
    load, os_release, root, install
        The linker, the distribution, whether we are root and the installer; replaced in tests.

    Raises
    ------
    SetupError
        Libraries are missing and were not installed; the line to type is in the sentence.
    """
    missing = missing_libraries(platform, load)
    if not missing:
        return
    family = distribution_family(read_os_release() if os_release is None else os_release)
    root = is_root() if root is None else root
    said = ""
    if root and family == "debian":
        packages = packages_for(missing, family)
        say("installing the system packages " + " ".join(packages))
        said = install(packages)
        missing = missing_libraries(platform, load)
    if missing:
        raise SetupError(LIBRARIES_MISSING, advice(missing, family, root=root), said)
