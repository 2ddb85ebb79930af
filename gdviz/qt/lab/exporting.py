"""The one place that knows how a result is written into a folder."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gdviz.experiments.experiment import Finished


def exported(folder: Path, finished: Finished) -> list[Path]:
    """Write figures, charts, tables, settings and networks of a result; any thread may call.

    Parameters
    ----------
    folder : Path
        The files stand in a new folder in it: an earlier result stays.
    finished : Finished

    Raises
    ------
    OSError
        If it cannot be written.
    """
    # Start-up does not wait for experiments, of which this is a part.
    from gdviz.experiments.export import export_result  # noqa: PLC0415  # see above

    return list(export_result(free_folder(folder, finished.name), finished))


def free_folder(folder: Path, name: str) -> Path:
    """Give a folder that is not there yet: ``name``, ``name-2``, ``name-3`` and so on."""
    names = (name if k == 1 else f"{name}-{k}" for k in count(1))
    return next(folder / one for one in names if not (folder / one).exists())
