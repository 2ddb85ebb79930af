"""The one place that knows how a result is written into a folder."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gdviz.experiments.experiment import Finished

EXPORTER = "gdviz.experiments.export"


def exported(folder: Path, finished: Finished) -> list[Path]:
    """Write figures, charts, tables, settings and networks of a result; any thread may call.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    # By name: start-up does not wait for experiments, of which this is a part.
    written: list[Path] = import_module(EXPORTER).export_result(folder, finished)
    return list(written)
