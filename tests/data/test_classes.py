"""A choice of classes: one text with the source, labels as they were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.data.classes import choose_classes, numbered, split_source, with_classes
from gdviz.data.dataset import DataError, checked_dataset


def _dataset(digits, names=()):
    images, labels = digits
    return checked_dataset("d", "d.npz", (images, labels), (images[:10], labels[:10]), names)


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool), unique=True, max_size=5))
def test_with_classes_reads_back_whatever_they_are_called(names):
    assert split_source(with_classes("some/where.csv", names)) == ("some/where.csv", tuple(names))


def test_split_source_a_file_that_is_called_so_is_taken_as_it_is(tmp_path):
    path = tmp_path / "a?classes=1"
    path.write_text("x")
    assert split_source(str(path)) == (str(path), ())
    assert split_source(f"{path}?classes=2") == (str(path), ("2",))


def test_choose_classes_keeps_labels_outputs_and_order(digits):
    chosen = choose_classes(_dataset(digits), ("4", "1"))
    images, labels = digits
    rows = np.isin(labels, [1, 4])
    np.testing.assert_array_equal(chosen.train.images, images[rows].reshape(-1, 16))
    np.testing.assert_array_equal(chosen.train.labels, labels[rows])
    assert set(chosen.test.labels.tolist()) == {1, 4}
    assert (chosen.n_classes, chosen.source, chosen.name) == (5, "d.npz?classes=1,4", "d (1, 4)")
    assert not chosen.train.images.flags.writeable


def test_choose_classes_by_name_and_all_of_them(digits):
    dataset = _dataset(digits, ("ant", "bee", "cat", "dog", "elk"))
    assert set(choose_classes(dataset, ("cat", "ant")).train.labels.tolist()) == {0, 2}
    assert choose_classes(dataset, ()) is dataset
    assert choose_classes(dataset, dataset.class_names) is dataset


@pytest.mark.parametrize(
    ("names", "match"),
    [(("1", "9"), "no class is called '9'; there are 0, 1"), (("3",), "least 2")],
)
def test_choose_classes_what_cannot_be_chosen_is_named(digits, names, match):
    with pytest.raises(DataError, match=match):
        choose_classes(_dataset(digits), names)


def test_numbered_whole_numbers_are_their_own_labels_and_words_are_not():
    labels, names = numbered(["3", "8.0", "0"], "x")
    assert (labels.tolist(), names) == ([3, 8, 0], ())
    labels, names = numbered(["10", "-1", "b", "A"], "x")
    assert (labels.tolist(), names) == ([1, 0, 3, 2], ("-1", "10", "A", "b"))
