"""The bundled MNIST: complete, and damage is named."""

import gzip
import shutil
import struct

import numpy as np
import pytest

from gdviz.bundled import resources_folder
from gdviz.data.dataset import DataError
from gdviz.data.idx_files import load_idx_files
from gdviz.data.mnist import FILES, load_mnist


@pytest.fixture
def damaged(tmp_path):
    """A copy of the bundled files that may be damaged; the large one is linked."""
    source = resources_folder() / "mnist"
    for name in ("SHA256SUMS", *(f"{name}.gz" for name in FILES)):
        if name.startswith("train-images"):
            (tmp_path / name).symlink_to(source / name)
        else:
            shutil.copyfile(source / name, tmp_path / name)
    return tmp_path


def test_load_mnist_takes_all_70000(mnist):
    assert mnist.train.images.shape == (60_000, 784)
    assert mnist.test.images.shape == (10_000, 784)
    assert mnist.n_classes == 10
    assert mnist.train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    # Counts published with the data set.
    assert np.bincount(mnist.test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip


def test_load_mnist_67_pixels_are_never_lit(mnist):
    assert mnist.never_lit.sum() == 67


def test_load_mnist_arrays_cannot_be_written(mnist):
    with pytest.raises(ValueError, match="read-only"):
        mnist.train.images[0, 0] = 1


def test_load_mnist_mean_and_deviation_are_the_usual_ones(mnist):
    """What networks of standardised inputs were trained with: 0.1307 and 0.3081."""
    pixels = mnist.train.images[::7] / 255
    assert pixels.mean() == pytest.approx(0.1307, abs=0.001)
    assert pixels.std() == pytest.approx(0.3081, abs=0.001)


@pytest.mark.parametrize("name", ["train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"])
def test_load_mnist_truncated_file_is_named(damaged, name):
    content = (damaged / name).read_bytes()
    (damaged / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=f"{name}: the file is damaged"):
        load_mnist(damaged)


def test_load_mnist_one_changed_value_is_named(damaged):
    """A file that unpacks well and holds one other label."""
    path = damaged / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[-1] ^= 1
    path.write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte\.gz: the file is damaged"):
        load_mnist(damaged)


def test_load_mnist_missing_file_is_named(damaged):
    (damaged / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.gz: the file is missing"):
        load_mnist(damaged)


def _write_idx(path, array):
    header = b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(header + array.tobytes())


def test_load_idx_files_of_other_sizes_is_read(tmp_path):
    generator = np.random.default_rng(2)
    for name, count in zip(FILES, (6, 6, 4, 4), strict=True):
        shape = (count, 3, 5) if "images" in name else (count,)
        high = 256 if "images" in name else 3
        _write_idx(tmp_path / name, generator.integers(0, high, shape, dtype=np.uint8))
    dataset = load_idx_files(tmp_path, str(tmp_path))
    assert (len(dataset.train), len(dataset.test), dataset.n_inputs) == (6, 4, 15)


def test_load_idx_files_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="no IDX files such as train-images-idx3-ubyte"):
        load_idx_files(tmp_path, str(tmp_path))
