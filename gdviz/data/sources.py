"""Where datasets come from: one name or path, one dataset; and the table of what is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gdviz.data.archive import ZIP_MAGIC, damage_named
from gdviz.data.arrays import NPY_MAGIC
from gdviz.data.classes import choose_classes, split_source
from gdviz.data.csv_file import load_csv, training_file
from gdviz.data.dataset import DataError, Dataset, Look, no_look
from gdviz.data.idx_files import has_idx_files, is_idx_name, load_idx_files
from gdviz.data.image_folder import has_sub_folders, load_image_folder
from gdviz.data.mnist import load_mnist
from gdviz.data.npz_arrays import load_npz

MNIST = "mnist"
"""The source of the bundled digits."""


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of data.

    Parameters
    ----------
    key, title : str
    recognises : callable
        ``recognises(path)``: whether it is of this kind, by its name or its first bytes.
    load : callable
        ``load(path, source, look) -> Dataset``; raises `DataError`.
    """

    key: str
    title: str
    recognises: Callable[[Path], bool]
    load: Callable[[Path, str, Look], Dataset]


def _is_npz(path: Path) -> bool:
    return path.is_file() and (path.suffix.lower() in {".npz", ".npy"} or _begins_as_arrays(path))


def _begins_as_arrays(path: Path) -> bool:
    with damage_named(path), path.open("rb") as file:
        return file.read(len(NPY_MAGIC)).startswith((ZIP_MAGIC, NPY_MAGIC))


def _is_idx(path: Path) -> bool:
    return has_idx_files(path) if path.is_dir() else is_idx_name(path.name)


def _has_csv(path: Path) -> bool:
    return path.is_dir() and training_file(path) is not None


def _load_csv_of(folder: Path, source: str, look: Look) -> Dataset:
    path = training_file(folder)
    assert path is not None
    return dataclasses.replace(load_csv(path, source, look), name=folder.resolve().name)


SOURCES: tuple[SourceKind, ...] = (
    SourceKind("idx", "IDX files", _is_idx, load_idx_files),
    SourceKind("npz", "Arrays (NPZ)", _is_npz, load_npz),
    SourceKind("csv", "Table (CSV)", Path.is_file, load_csv),
    SourceKind("csv_folder", "Folder of tables", _has_csv, _load_csv_of),
    SourceKind("images", "Folder of pictures", has_sub_folders, load_image_folder),
)
"""What is read, in the order in which it is recognised."""


def load_dataset(source: str, look: Look = no_look) -> Dataset:
    """Give the dataset that a name or path stands for; any thread may call.

    Parameters
    ----------
    source : str
        ``"mnist"``, or the path of IDX files, an NPZ, a CSV file or a folder of pictures; with a
        choice of classes after it if only some are wanted, see `gdviz.data.classes`.
    look : Look, optional
        Told how much is done; what it raises ends the reading and is passed on.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        One sentence that names the file and what is wrong with it.
    """
    place, classes = split_source(source)
    dataset = load_mnist() if place == MNIST else _load(place, look)
    return choose_classes(dataset, classes)


def _load(place: str, look: Look) -> Dataset:
    path = Path(place)
    try:
        if not path.exists():
            raise DataError(f"{place}: no such file or folder")
        kind = next((kind for kind in SOURCES if kind.recognises(path)), None)
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{place[:200]}: cannot be read ({error})") from None
    if kind is None:
        raise DataError(
            f"{place}: no data that can be read; a folder holds IDX files, or a sub-folder of "
            "pictures for each class"
        )
    return kind.load(path, place, look)
