"""MNIST, bundled: 60,000 training and 10,000 test images, checked by their checksums.

No network, ever. MNIST is by LeCun, Cortes and Burges; see ``resources/mnist/README.md``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from gdviz.bundled import resources_folder
from gdviz.data.dataset import DataError, Dataset, checked_dataset
from gdviz.data.idx import parse_idx, read_bytes

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def load_mnist(folder: Path | None = None) -> Dataset:
    """Give the complete MNIST, in under a second.

    Parameters
    ----------
    folder : Path, optional
        Where the four files and ``SHA256SUMS`` are; the bundled folder by default.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        If a file is missing or its checksum differs; the message names the file.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner, *Gradient-based learning applied to document recognition*
    (1998).
    """
    folder = folder or resources_folder() / "mnist"
    sums = _checksums(folder / "SHA256SUMS")
    arrays = []
    for name in FILES:
        path = folder / f"{name}.gz"
        content = read_bytes(path)
        if hashlib.sha256(content).hexdigest() != sums.get(name):
            raise DataError(
                f"{path}: the file is damaged (its checksum differs); install gdviz again"
            )
        arrays.append(parse_idx(content, str(path)))
    return checked_dataset("MNIST", "mnist", (arrays[0], arrays[1]), (arrays[2], arrays[3]))


def _checksums(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error})") from None
    return {line.split()[1]: line.split()[0] for line in lines if line.strip()}
