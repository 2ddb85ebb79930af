"""An experiment that was run as files for other programs: figures, charts, pictures, networks.

Headless: the command and the Lab write the same files.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import gdviz
from gdviz.experiments.experiment import Finished
from gdviz.experiments.result import Chart, ImageRow, KeptNetwork, Series, Table
from gdviz.nn.parameters import Parameters
from gdviz.storage.atomic import write_atomically
from gdviz.storage.checkpoint import weights_bytes
from gdviz.storage.paths import make_folder
from gdviz.storage.png import grey_png

SETTINGS_FILE, RESULT_FILE = "settings.toml", "result.json"

_NAME_LENGTH = 60
_GAP = 2
"""Pixels between two images of a row."""
_PAPER = 0.5
"""Grey of the gap: neither a black nor a white image runs into it."""


def export_result(folder: Path, finished: Finished) -> list[Path]:
    """Write all that has come of an experiment into a folder; any thread may call.

    Parameters
    ----------
    folder : Path
        Made if it is not there. Files of the same names are replaced, each as a whole; others
        stay.
    finished : Finished

    Returns
    -------
    list of Path
        What was written. ``settings.toml``, from which it can be run again;
        ``chart-<key>.csv`` for each chart and ``table-<key>.csv`` for each table;
        ``images-<key>.png`` to be looked at and ``images-<key>.npz`` with exact values for each
        row of images; ``network-<name>.safetensors``; and last ``result.json`` with figures and
        verdicts, and what the other files are: where it is, all of them are.

    Raises
    ------
    gdviz.storage.atomic.SaveError
        If one cannot be written; those before it are there.
    """
    make_folder(folder)
    result, names = finished.result, _Names()
    contents: list[tuple[str, bytes]] = [(SETTINGS_FILE, finished.settings.to_toml().encode())]
    described: list[dict[str, Any]] = []

    def add(name: str, content: bytes, **about: Any) -> None:
        contents.append((name, content))
        described.append({"file": name, **about})

    for chart in result.charts:
        add(names.new("chart", chart.key, ".csv"), _chart_csv(chart), **_about_chart(chart))
    for table in result.tables:
        add(names.new("table", table.key, ".csv"), _table_csv(table), title=table.title)
    for row in result.images:
        about = {"title": row.title, "captions": list(row.captions)}
        add(names.new("images", row.key, ".npz"), _images_npz(row), **about)
        if row.images.size:
            add(names.new("images", row.key, ".png"), grey_png(_side_by_side(row)), **about)
    for network in result.networks:
        name = names.new("network", network.name, ".safetensors")
        add(name, _network_bytes(network), title=network.name, config=network.config.to_toml())
    contents.append((RESULT_FILE, _result_json(finished, described)))
    paths = []
    for name, content in contents:
        write_atomically(folder / name, content)
        paths.append(folder / name)
    return paths


class _Names:
    """File names that every system takes, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, kind: str, key: str, suffix: str) -> str:
        plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
        plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_NAME_LENGTH].strip("-") or "unnamed"
        name, number = f"{kind}-{plain}{suffix}", 1
        while name in self._taken:
            number += 1
            name = f"{kind}-{plain}-{number}{suffix}"
        self._taken.add(name)
        return name


def _result_json(finished: Finished, described: list[dict[str, Any]]) -> bytes:
    told = finished.as_json() | {"gdviz_version": gdviz.__version__, "files": described}
    return (json.dumps(_finite(told), indent=1, allow_nan=False) + "\n").encode("ascii")


def _finite(value: Any) -> Any:
    """Give a value as JSON knows it: numbers that are not finite become null."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return value


def _about_chart(chart: Chart) -> dict[str, Any]:
    return {
        "title": chart.title,
        "x": chart.x_label,
        "y": chart.y_label,
        "note": chart.note,
        "references": [
            {"label": line.label, "axis": line.axis, "value": line.value}
            for line in chart.references
        ],
    }


def _chart_csv(chart: Chart) -> bytes:
    """One row a point; only the columns that some series of the chart has."""
    is_interval = any(one.low is not None or one.high is not None for one in chart.series)
    is_histogram = any(len(one.x) == len(one.y) + 1 for one in chart.series)
    head = ["series", "x", "y"]
    head[2:2] = ["x_end"] if is_histogram else []
    head[1:1] = ["category"] if chart.categories else []
    head += ["low", "high"] if is_interval else []
    rows = (row for series in chart.series for row in _points(series, chart.categories))
    return _csv(head, ([point.get(column, "") for column in head] for point in rows))


def _points(series: Series, categories: Sequence[str]) -> Iterable[dict[str, str]]:
    """Give each point of a series by the names of its columns."""
    is_histogram = len(series.x) == len(series.y) + 1
    for k, y in enumerate(series.y):
        point = {"series": series.label, "x": _number(series.x[k]), "y": _number(y)}
        if is_histogram:
            point["x_end"] = _number(series.x[k + 1])
        if float(series.x[k]) in range(len(categories)):
            point["category"] = categories[int(series.x[k])]
        for column, edge in (("low", series.low), ("high", series.high)):
            if edge is not None:
                point[column] = _number(edge[k])
        yield point


def _number(value: Any) -> str:
    """Write a number so that it is read as the same; nothing for one that is missing."""
    plain = np.asarray(value).item()
    return "" if isinstance(plain, float) and math.isnan(plain) else repr(plain)


def _table_csv(table: Table) -> bytes:
    return _csv(table.columns, table.rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()


def _images_npz(row: ImageRow) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, images=row.images, captions=np.array(row.captions, dtype=np.str_))
    return stream.getvalue()


def _side_by_side(row: ImageRow) -> npt.NDArray[np.float64]:
    """Put the images of a row into one picture, with gaps between and around them."""
    n_images, height, width = row.images.shape
    picture = np.full((height + 2 * _GAP, n_images * (width + _GAP) + _GAP), _PAPER)
    for k, image in enumerate(row.images):
        left = _GAP + k * (width + _GAP)
        picture[_GAP : _GAP + height, left : left + width] = image
    return picture


def _network_bytes(network: KeptNetwork) -> bytes:
    architecture = network.config.architecture
    return weights_bytes(architecture, Parameters(network.vector, architecture.layout))
