"""Where gdviz keeps what it remembers: the folders that each system sets aside for it.

`GDVIZ_HOME` in the environment puts them all under one folder, for tests and for a USB stick.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from gdviz.storage.atomic import SaveError, reason

_NAME = "gdviz"


def config_folder() -> Path:
    """Where settings are; not made until something is saved."""
    return _folder("config", platformdirs.user_config_path(_NAME, appauthor=False))


def state_folder() -> Path:
    """Where autosaved sessions, crash reports and logs are."""
    return _folder("state", platformdirs.user_state_path(_NAME, appauthor=False))


def data_folder() -> Path:
    """Where the runs of the library are."""
    return _folder("data", platformdirs.user_data_path(_NAME, appauthor=False))


def cache_folder() -> Path:
    """Where what can be computed again is."""
    return _folder("cache", platformdirs.user_cache_path(_NAME, appauthor=False))


def settings_path() -> Path:
    """Give the file of the user's settings."""
    return config_folder() / "settings.json"


def make_folder(folder: Path) -> Path:
    """Make a folder that may be there already, and give it back.

    Raises
    ------
    SaveError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"the folder {folder} cannot be made: {reason(error)}") from error
    return folder


def _folder(kind: str, usual: Path) -> Path:
    home = os.environ.get("GDVIZ_HOME", "")
    return Path(home).expanduser() / kind if home else usual
