"""Where datasets come from: a name, a folder or an NPZ."""

import numpy as np
import pytest

from gdviz.data.dataset import DataError
from gdviz.data.sources import load_dataset


def _arrays():
    generator = np.random.default_rng(0)
    return {
        "x_train": generator.integers(0, 256, (6, 2, 2), dtype=np.uint8),
        "y_train": np.array([0, 1, 2, 0, 1, 2]),
        "x_test": generator.integers(0, 256, (3, 2, 2), dtype=np.uint8),
        "y_test": np.array([0, 1, 2]),
    }


def test_load_dataset_npz_gives_its_arrays(tmp_path):
    arrays = _arrays()
    np.savez(tmp_path / "own.npz", **arrays)
    dataset = load_dataset(str(tmp_path / "own.npz"))
    np.testing.assert_array_equal(dataset.train.images, arrays["x_train"].reshape(6, 4))
    np.testing.assert_array_equal(dataset.test.labels, arrays["y_test"])
    assert (dataset.name, dataset.n_classes) == ("own", 3)


def test_load_dataset_npz_without_an_array_names_it(tmp_path):
    arrays = _arrays()
    del arrays["y_test"]
    np.savez(tmp_path / "own.npz", **arrays)
    with pytest.raises(DataError, match="y_test missing"):
        load_dataset(str(tmp_path / "own.npz"))


def test_load_dataset_bad_paths_are_named(tmp_path):
    with pytest.raises(DataError, match="nowhere: no such file"):
        load_dataset(str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="is missing"):
        load_dataset(str(tmp_path))
    (tmp_path / "text.npz").write_text("no archive")
    with pytest.raises(DataError, match="neither an"):
        load_dataset(str(tmp_path / "text.npz"))
