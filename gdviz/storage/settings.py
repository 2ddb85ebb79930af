"""What the user chose, kept from one start to the next.

Only what differs from the defaults is saved, so that a better default reaches everybody who
never chose. A file that cannot be understood is set aside and never overwritten. Settings are
values: whoever owns them keeps one `Settings` and replaces it.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gdviz.storage.atomic import reason, write_atomically
from gdviz.storage.paths import make_folder, settings_path

MAXIMUM_RECENT_FILES = 10
MAXIMUM_BYTES = 4 << 20

AUTOSAVE_S = (1, 3_600)
"""From and to how many seconds there may be between two times that a session is saved by itself."""

_CHOICES = {"theme": ("system", "dark", "light", "high_contrast")}


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's settings.

    Parameters
    ----------
    theme : str
        ``"system"``, ``"dark"``, ``"light"`` or ``"high_contrast"``.
    recent_files : tuple of str
        Absolute paths, the latest first; see `with_recent_file`.
    last_folder : str
        Where the last file was opened or saved; empty for none yet.
    view_states : dict of str to dict
        What each view wants to find again, by its key; values as JSON knows them.
    autosave_s : float
        Seconds between two times that the session is saved by itself, within `AUTOSAVE_S`.
    others : dict
        What a newer gdviz saved and this one does not know: kept as it is.
    """

    theme: str = "system"
    recent_files: tuple[str, ...] = ()
    last_folder: str = ""
    view_states: dict[str, dict[str, Any]] = field(default_factory=dict)
    autosave_s: float = 5
    others: dict[str, Any] = field(default_factory=dict)

    def replace(self, **changes: Any) -> Settings:
        """The same settings with some changed."""
        return dataclasses.replace(self, **changes)

    def with_view_state(self, view: str, state: dict[str, Any]) -> Settings:
        """The same settings with what one view wants to find again."""
        return self.replace(view_states={**self.view_states, view: state})

    def with_recent_file(self, path: Path) -> Settings:
        """The same settings with a file as the latest, at most `MAXIMUM_RECENT_FILES`."""
        latest = str(path.absolute())
        before = tuple(other for other in self.recent_files if other != latest)
        return self.replace(recent_files=(latest, *before)[:MAXIMUM_RECENT_FILES])

    def existing_recent_files(self) -> list[Path]:
        """The recent files that are still there, the latest first.

        A disk that is away for a while does not lose its place: nothing is forgotten here.
        """
        return [path for path in map(Path, self.recent_files) if _is_file(path)]


def load_settings(path: Path | None = None) -> tuple[Settings, str]:
    """Give the saved settings and, if something was wrong with them, one sentence.

    Parameters
    ----------
    path : Path, optional
        `gdviz.storage.paths.settings_path` by default.

    Returns
    -------
    settings : Settings
        Defaults for whatever is missing or cannot be used.
    notice : str
        Empty if all is well. A broken file has been renamed to ``<name>.broken-<n>``.
    """
    path = path or settings_path()
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        return Settings(), f"the settings {path} cannot be read: {reason(error)}"
    try:
        saved = _parsed(content)
    except (ValueError, RecursionError) as error:
        return Settings(), _set_aside(path, str(error))
    settings, wrong = _understood(saved)
    return settings, _set_aside(path, f"{', '.join(wrong)} cannot be used") if wrong else ""


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Save what differs from the defaults, atomically.

    Raises
    ------
    SaveError
        If it cannot be written.
    TypeError
        If a view's state holds what JSON does not know.
    """
    path = path or settings_path()
    defaults = Settings()
    changed = {
        name: getattr(settings, name)
        for name in _names()
        if getattr(settings, name) != getattr(defaults, name)
    }
    text = json.dumps({**settings.others, **changed}, indent=2, ensure_ascii=False) + "\n"
    make_folder(path.parent)
    write_atomically(path, text.encode("utf-8", "surrogatepass"))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _names() -> list[str]:
    return [entry.name for entry in dataclasses.fields(Settings) if entry.name != "others"]


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > MAXIMUM_BYTES:
        raise ValueError(f"more than {MAXIMUM_BYTES:,} bytes")
    saved = json.loads(content.decode("utf-8", "surrogatepass"))
    if not isinstance(saved, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # the file's fault, not a caller's
    return saved


def _understood(saved: dict[str, Any]) -> tuple[Settings, list[str]]:
    """Give the settings that can be used and the names of those that cannot."""
    known: dict[str, Any] = {}
    wrong = []
    for name in _names():
        if name not in saved:
            continue
        value = saved[name]
        if not _fits(name, value):
            wrong.append(name)
        else:
            known[name] = tuple(value) if name == "recent_files" else value
    others = {name: value for name, value in saved.items() if name not in _names()}
    return Settings(**known, others=others), wrong


def _fits(name: str, value: object) -> bool:
    if name == "recent_files":
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if name == "view_states":
        return isinstance(value, dict) and all(isinstance(v, dict) for v in value.values())
    if name == "autosave_s":
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return AUTOSAVE_S[0] <= value <= AUTOSAVE_S[1]
    return isinstance(value, str) and value in _CHOICES.get(name, (value,))


def _set_aside(path: Path, why: str) -> str:
    """Rename a broken file so that it is never overwritten, and say so."""
    number = 1
    while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        return f"the settings {path} are broken ({why}) and cannot be set aside: {reason(error)}"
    return f"the settings were broken ({why}) and are now in {aside}"
