"""A log beside the crash reports: what happened before. It stays on this machine."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from gdviz.storage.atomic import SaveError
from gdviz.storage.paths import make_folder

logger = logging.getLogger("gdviz")

MAXIMUM_BYTES = 1 << 18
N_OLDER = 3
TAIL_LINES = 60
_NAME = "gdviz.log"
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def log_of(folder: Path, process: str) -> str:
    """Give the last lines that a process wrote; nothing is raised.

    Parameters
    ----------
    folder : Path
    process : str
        Its number.
    """
    try:
        with (folder / _NAME).open("rb") as file:
            lines = file.read(2 * MAXIMUM_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join([line for line in lines if f" {process} " in line[:40]][-TAIL_LINES:])


class LogFile:
    """Writes what gdviz logs to a file of bounded size, as long as it is open.

    Parameters
    ----------
    folder : Path
        Made if need be. Where it cannot be, nothing is written: a log is no reason to stop.
    """

    def __init__(self, folder: Path) -> None:
        self._handler: logging.Handler | None = None
        self._level = logger.level
        try:
            make_folder(folder)
            handler = RotatingFileHandler(
                folder / _NAME,
                maxBytes=MAXIMUM_BYTES,
                backupCount=N_OLDER,
                encoding="utf-8",
                errors="backslashreplace",
            )
        except (OSError, SaveError) as error:
            logger.info("there is no log: %s", error)
            return
        handler.setFormatter(logging.Formatter(FORMAT))
        # A full disk must not be answered with a traceback for every line.
        handler.handleError = lambda record: None  # type: ignore[method-assign]  # noqa: ARG005
        self._handler = handler
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)

    def close(self) -> None:
        """Write no longer; may be called again."""
        handler, self._handler = self._handler, None
        if handler is not None:
            logger.removeHandler(handler)
            logger.setLevel(self._level)
            handler.close()
