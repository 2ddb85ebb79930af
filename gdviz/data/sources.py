"""Where datasets come from: one name or path, one dataset."""

from __future__ import annotations

from pathlib import Path

from gdviz.data.arrays import read_arrays
from gdviz.data.dataset import DataError, Dataset, checked_dataset
from gdviz.data.mnist import load_idx_folder, load_mnist

_NPZ_NAMES = (("x_train", "y_train"), ("x_test", "y_test"))


def load_dataset(source: str) -> Dataset:
    """Give the dataset that a name or path stands for.

    Parameters
    ----------
    source : str
        ``"mnist"``; a folder of the four IDX files; or an NPZ with ``x_train``, ``y_train``,
        ``x_test`` and ``y_test``.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        One sentence that names the file and what is wrong with it.
    """
    if source == "mnist":
        return load_mnist()
    path = Path(source)
    if path.is_dir():
        return load_idx_folder(path)
    if not path.exists():
        raise DataError(f"{source}: no such file or folder")
    try:
        arrays = read_arrays(path)
    except ValueError as error:
        raise DataError(str(error)) from None
    missing = [name for pair in _NPZ_NAMES for name in pair if name not in arrays]
    if missing:
        raise DataError(f"{source}: {', '.join(missing)} missing in the NPZ file")
    train, test = ((arrays[images], arrays[labels]) for images, labels in _NPZ_NAMES)
    return checked_dataset(path.stem, source, train, test)
