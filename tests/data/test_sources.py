"""Where datasets come from: a name, a folder or an NPZ."""

import gzip
import struct

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
    with pytest.raises(DataError, match="no data that can be read"):
        load_dataset(str(tmp_path))
    (tmp_path / "text.npz").write_text("no archive")
    with pytest.raises(DataError, match="neither an"):
        load_dataset(str(tmp_path / "text.npz"))


@pytest.mark.parametrize(
    "names", [("x", "y"), ("images", "labels"), ("X", "Y"), ("data", "target"), ("arr_0", "arr_1")]
)
def test_load_dataset_npz_of_one_split_holds_some_out(tmp_path, digits, names):
    np.savez(tmp_path / "own.npz", **dict(zip(names, digits, strict=True)))
    dataset = load_dataset(str(tmp_path / "own.npz"))
    assert (len(dataset.train), len(dataset.test)) == (30, 10)
    assert "10 of the 40" in dataset.notes[0]


def test_load_dataset_npz_of_colours_words_and_columns(tmp_path, digits):
    images, labels = digits
    colors = np.repeat(images[..., None], 3, axis=3)
    words = np.array(["d", "a", "c", "b", "e"])[labels]
    np.savez(tmp_path / "own.npz", train_images=colors, train_labels=words,
             test_images=colors[:5], test_labels=words[:5])  # fmt: skip
    dataset = load_dataset(str(tmp_path / "own.npz"))
    np.testing.assert_allclose(dataset.train.images, images.reshape(40, 16), atol=1)
    assert dataset.class_names[dataset.test.labels[0]] == "d"
    np.savez(tmp_path / "own.npz", x=images, y=labels[:, None])
    assert load_dataset(str(tmp_path / "own.npz")).n_classes == 5


def test_load_dataset_npz_other_names_are_told(tmp_path, digits):
    np.savez(tmp_path / "own.npz", pictures=digits[0])
    with pytest.raises(DataError, match="it has pictures"):
        load_dataset(str(tmp_path / "own.npz"))


def _write_idx(path, array):
    header = b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    content = header + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def test_load_dataset_idx_by_any_prefix(tmp_path, digits):
    images, labels = digits
    _write_idx(tmp_path / "emnist-letters-train-images-idx3-ubyte.gz", images)
    with pytest.raises(DataError, match=r"the labels to emnist-letters-train-images.* are missing"):
        load_dataset(str(tmp_path))
    _write_idx(tmp_path / "emnist-letters-train-labels-idx1-ubyte", labels)
    dataset = load_dataset(str(tmp_path))
    assert (dataset.name, len(dataset.test)) == ("emnist-letters", 10)
    _write_idx(tmp_path / "other-train-images-idx3-ubyte", images[:20])
    _write_idx(tmp_path / "other-train-labels-idx1-ubyte", labels[:20])
    with pytest.raises(DataError, match=r"several datasets .*emnist-letters, other"):
        load_dataset(str(tmp_path))
    path = tmp_path / "other-train-labels-idx1-ubyte"
    assert load_dataset(str(path)).name == "other"


def test_load_dataset_folder_with_one_table(tmp_path, digits):
    images, labels = digits
    rows = np.column_stack([labels, images.reshape(40, 16)])
    np.savetxt(tmp_path / "digits.csv", rows, "%d", delimiter=",")
    assert load_dataset(str(tmp_path)).n_inputs == 16
    chosen = load_dataset(f"{tmp_path / 'digits.csv'}?classes=1,3")
    assert set(chosen.train.labels.tolist()) == {1, 3}
    assert chosen.source == f"{tmp_path / 'digits.csv'}?classes=1,3"


def test_load_dataset_paths_that_cannot_be_are_one_sentence():
    for source in ("\0", "x" * 9999, ""):
        with pytest.raises(DataError):
            load_dataset(source)
