import numpy as np
import pytest

from gdviz.data.dataset import DataError
from gdviz.runtime.loading import load_dataset_ahead


def test_data_loaded_ahead_are_those_of_the_file(tmp_path):
    arrays = {
        "x_train": np.eye(4, dtype=np.uint8),
        "y_train": np.arange(4) % 2,
        "x_test": np.eye(4, dtype=np.uint8)[:2],
        "y_test": np.arange(2),
    }
    np.savez(tmp_path / "own.npz", **arrays)
    dataset = load_dataset_ahead(str(tmp_path / "own.npz"))()
    np.testing.assert_array_equal(dataset.train.images, arrays["x_train"])


def test_data_that_cannot_be_loaded_say_so_when_they_are_asked_for(tmp_path):
    ahead = load_dataset_ahead(str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="nowhere"):
        ahead()
