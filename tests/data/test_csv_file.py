"""CSV files: where the label is, what is for testing, on which scale; and damage, named by line."""

import gzip

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.data.csv_file import load_csv
from gdviz.data.dataset import DataError


def _write(path, images, labels, *, header="", delimiter=",", first=True, last=()):
    """Write rows; `last` are texts of one more column."""
    lines = [header] if header else []
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        fields = [str(value) for value in np.ravel(image)]
        fields = [str(label), *fields] if first else [*fields, str(label)]
        lines.append(delimiter.join([*fields, *(texts[row] for texts in last)]))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _rows(dataset):
    """Give every example as (image, label), sorted: files are shared out and mixed."""
    return sorted(
        (tuple(image), int(label))
        for split in (dataset.train, dataset.test)
        for image, label in zip(np.rint(split.inputs(slice(None)) * 255), split.labels, strict=True)
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("is_named", [True, False])
def test_load_csv_finds_the_labels_at_either_end(tmp_path, digits, delimiter, first, is_named):
    images, labels = digits
    names = [f"pixel{k}" for k in range(16)]
    names = ["label", *names] if first else [*names, "label"]
    header = delimiter.join(names) if is_named else ""
    path = _write(tmp_path / "a.csv", images, labels, header=header, delimiter=delimiter,
                  first=first)  # fmt: skip
    dataset = load_csv(path, str(path))
    expected = sorted((tuple(i.ravel()), int(k)) for i, k in zip(images, labels, strict=True))
    assert _rows(dataset) == expected
    assert (dataset.name, dataset.n_inputs, dataset.n_classes) == ("a", 16, 5)
    assert np.bincount(dataset.test.labels).tolist() == [2] * 5  # a fifth of each class
    assert "10 of the 40" in dataset.notes[0]


def test_load_csv_twice_gives_the_same_bytes(tmp_path, digits):
    path = _write(tmp_path / "a.csv", *digits)
    one, other = (load_csv(path, str(path)) for _ in range(2))
    assert one.train.images.tobytes() == other.train.images.tobytes()
    assert one.test.labels.tobytes() == other.test.labels.tobytes()


def test_load_csv_split_column_says_what_is_for_testing(tmp_path, digits):
    images, labels = digits
    splits = ["Test" if k % 4 == 0 else "train" for k in range(40)]
    header = ",".join(["label", *(f"p{k}" for k in range(16)), "split"])
    path = _write(tmp_path / "a.csv", images, labels, header=header, last=(splits,))
    dataset = load_csv(path, str(path))
    np.testing.assert_array_equal(dataset.test.images, images[::4].reshape(10, 16))
    assert len(dataset.train) == 30
    path.write_text(path.read_text("utf-8").replace("Test", "later"), "utf-8")
    with pytest.raises(DataError, match="column split says 'later'"):
        load_csv(path, str(path))


@pytest.mark.parametrize(
    ("train", "test"),
    [("d_train.csv", "d_test.csv"), ("optdigits.tra", "optdigits.tes"), ("Train.csv", "Test.csv")],
)
def test_load_csv_second_file_is_for_testing(tmp_path, digits, train, test):
    images, labels = digits
    path = _write(tmp_path / train, images[:30], labels[:30])
    _write(tmp_path / test, images[30:], labels[30:])
    dataset = load_csv(path, str(path))
    np.testing.assert_array_equal(dataset.test.labels, labels[30:])
    assert dataset.notes == (f"the test images are those of {test}",)


def test_load_csv_names_become_classes_in_order(tmp_path, digits):
    images, labels = digits
    words = np.array(["dog", "ant", "cat", "bee", "elk"])[labels]
    path = _write(tmp_path / "a.csv", images, words, first=False)
    dataset = load_csv(path, str(path))
    assert dataset.class_names == ("ant", "bee", "cat", "dog", "elk")
    found = _rows(dataset)
    assert found == sorted(
        (tuple(i.ravel()), dataset.class_names.index(w)) for i, w in zip(images, words, strict=True)
    )


@pytest.mark.parametrize(("high", "divided"), [(1.0, False), (16, True), (255, False)])
def test_load_csv_any_usual_range_becomes_0_to_1(tmp_path, high, divided):
    generator = np.random.default_rng(3)
    images = generator.integers(0, 17, (20, 9)) / 16 * high
    images[0, 0] = high
    path = _write(tmp_path / "a.csv", images, np.arange(20) % 3, header="label" + ",x" * 9)
    dataset = load_csv(path, str(path))
    read = np.concatenate([s.inputs(slice(None)) for s in (dataset.train, dataset.test)])
    np.testing.assert_allclose(np.sort(read.ravel()), np.sort(images.ravel()) / high, atol=1e-6)
    assert any("divided" in note for note in dataset.notes) is divided


def test_load_csv_compressed_quoted_and_of_windows_is_read(tmp_path, digits):
    path = _write(tmp_path / "a.csv", *digits)
    text = path.read_text("utf-8").replace("\n", "\r\n").replace("0,", '"0",', 1)
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + text.encode()))
    one, other = (load_csv(tmp_path / name, "x") for name in ("a.csv", "b.csv.gz"))
    assert one.train.images.tobytes() == other.train.images.tobytes()


def test_load_csv_numbers_of_lines_are_left_out(tmp_path, digits):
    images, labels = digits
    header = ",".join(["id", *(f"p{k}" for k in range(16)), "class"])
    rows = np.column_stack([np.arange(1000, 1040), images.reshape(40, 16)])
    path = _write(tmp_path / "a.csv", rows, labels, header=header, first=False)
    dataset = load_csv(path, str(path))
    assert dataset.n_inputs == 16
    assert "the column id was left out" in dataset.notes


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "the file is empty"),
        ("label,a,b\n", "a header and no lines"),
        ("label,a,b\n1,2,3\n0,4\n", "line 3 has 2 values, the first line 3"),
        ("label,a,b\n\n1,2,3\n0,4,x1\n", "line 4 has 'x1' in column 3"),
        ("label,a,b\n1,2,\n0,4,5\n", "line 2 has '' in column 3"),
        ("label,a,b\n1,2,nan\n0,4,5\n", "not finite"),
        ("label,a,b\n1,2,-3\n0,4,5\n", "reach from -3 to 5"),
        ("label,a,b\n1,2,1e30\n0,4,5\n", r"reach from 2 to 1e\+30"),
        ("label,class,b\n1,2,3\n0,4,5\n", "two columns, 'label' and 'class'"),
        ("1,7,8,0\n0,7,8,1\n", "both the first and the last"),
        ("0.5,7,8.5\n0.25,7,1.5\n", "neither end could"),
        ("just words\nand more\n", "its first line is not a label .* it has 1"),
        ("label\n1\n2\n", "its first line is not a label .* it has 1"),
        ("label,a\n1,5\n", "cannot be shared out"),
        ("label,a\n" + "".join(f"c{k},5\n" for k in range(101)), "101 different labels"),
        ("label,a,\xff\n1,2,3\n0,2,3\n", "not UTF-8"),
        ("label,a\n1,\0\n", "neither IDX nor NPZ"),
    ],
)
def test_load_csv_what_cannot_be_understood_is_one_sentence(tmp_path, text, match):
    path = tmp_path / "bad.csv"
    path.write_bytes(text.encode("latin-1"))
    if "UTF-8" in match:  # the header is only words; the lines are what counts
        path.write_bytes(b"label,a,b\n1,2,3\n0,2,\xff\n")
        match = "not UTF-8"
    with pytest.raises(DataError, match=match) as raised:
        load_csv(path, str(path))
    assert "bad.csv" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_load_csv_looks_and_is_given_up(tmp_path, digits):
    class GivenUpError(Exception):
        pass

    def look(share):
        shares.append(share)
        if len(shares) > 1:
            raise GivenUpError

    shares = []
    with pytest.raises(GivenUpError):
        load_csv(_write(tmp_path / "a.csv", *digits), "a", look)
    assert all(0 <= share <= 1 for share in shares)


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(data=st.data())
def test_load_csv_damaged_files_give_a_dataset_or_one_sentence(tmp_path, digits, data):
    images, labels = digits
    path = _write(tmp_path / "a.csv", images[:6], labels[:6], header="label" + ",p" * 16)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"\n", b",", b'"', b"nan", b"_"])
        )
        content[where : where + data.draw(st.integers(0, 6))] = piece
    path.write_bytes(content)
    try:
        dataset = load_csv(path, str(path))
    except DataError as error:
        sentence = str(error)
    else:
        sentence = "a.csv"
        inputs = dataset.train.inputs(slice(None))
        assert np.isfinite(inputs).all()
        assert inputs.min() >= 0
        assert inputs.max() <= 1
        assert len(dataset.test)
    assert "a.csv" in sentence
    assert "\n" not in sentence
