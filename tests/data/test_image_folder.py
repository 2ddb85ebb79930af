"""Folders of pictures: classes by their names, all of one size and grey; damage is named."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gdviz.data import image_folder, pictures
from gdviz.data.dataset import DataError
from gdviz.data.image_folder import load_image_folder
from gdviz.data.pictures import grey_picture


def _save(path, array, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)


def _folder(root, digits, names="abcde", suffix=".png"):
    for row, (image, label) in enumerate(zip(*digits, strict=True)):
        _save(root / names[label] / f"{row:03}{suffix}", image)
    return root


@pytest.mark.parametrize("suffix", [".png", ".BMP"])
def test_load_image_folder_gives_pictures_by_the_names_of_their_folders(tmp_path, digits, suffix):
    dataset = load_image_folder(_folder(tmp_path / "own", digits, suffix=suffix), "own")
    images, labels = digits
    found = sorted(
        (tuple(image), int(label))
        for split in (dataset.train, dataset.test)
        for image, label in zip(split.images, split.labels, strict=True)
    )
    assert found == sorted((tuple(i.ravel()), int(k)) for i, k in zip(images, labels, strict=True))
    assert dataset.class_names == ("a", "b", "c", "d", "e")
    assert len(dataset.test) == 10
    assert len(set(dataset.train.labels[:8].tolist())) > 2  # not class by class


def test_load_image_folder_train_and_test_and_numbers(tmp_path, digits):
    images, labels = digits
    _folder(tmp_path / "train", digits, names="01379")
    _folder(tmp_path / "test", (images[:10], labels[:10]), names="01379")
    (tmp_path / "train" / "0" / "notes.txt").write_text("x")
    dataset = load_image_folder(tmp_path, "own")
    assert (dataset.class_names, dataset.n_classes, len(dataset.test)) == ((), 10, 10)
    assert set(dataset.train.labels.tolist()) == {0, 1, 3, 7, 9}
    assert any(note.startswith("1 files") for note in dataset.notes)


def test_load_image_folder_several_sizes_are_fitted_in_the_middle(tmp_path):
    for row in range(4):
        _save(tmp_path / "ab"[row % 2] / f"{row}.png", np.full((40, 20 + row), 200, np.uint8))
    dataset = load_image_folder(tmp_path, "own")
    picture = dataset.train.images[0].reshape(28, 28)
    assert picture[14, 14] == 200
    assert not picture[:, :6].any()
    assert not picture[:, -6:].any()
    assert "pictures of 4 sizes are fitted into 28×28 pixels" in dataset.notes


def test_grey_picture_of_any_mode_is_grey(tmp_path):
    colors = np.zeros((4, 4, 4), np.uint8)
    colors[..., 0], colors[..., 3] = 255, 255
    colors[0, 0, 3] = 0
    _save(tmp_path / "a.png", colors)
    picture = grey_picture(tmp_path / "a.png", 4)
    assert picture[1, 1] == 76  # 0.299 of red
    assert picture[0, 0] == 255  # white under what is transparent
    _save(tmp_path / "b.png", np.full((4, 4), 51_400, np.uint16))
    assert grey_picture(tmp_path / "b.png", 4).tolist() == [[200] * 4] * 4
    _save(tmp_path / "c.jpg", np.full((300, 300), 90, np.uint8))
    assert abs(int(grey_picture(tmp_path / "c.jpg", 28)[14, 14]) - 90) <= 2


def test_load_image_folder_what_cannot_be_read_is_named(tmp_path, digits, monkeypatch):
    (tmp_path / "a").mkdir()
    with pytest.raises(DataError, match="no PNG, JPEG or BMP files in its sub-folders"):
        load_image_folder(tmp_path, "own")
    root = _folder(tmp_path / "own", digits)
    with monkeypatch.context() as patched:
        patched.setattr(pictures, "MOST_PIXELS", 10)
        with pytest.raises(DataError, match=r"000\.png: more than 10 pixels"):
            load_image_folder(root, "own")
        patched.setattr(pictures, "MOST_FILE_BYTES", 10)
        with pytest.raises(DataError, match=r"000\.png: more than 0 MB"):
            load_image_folder(root, "own")
    with monkeypatch.context() as patched:
        patched.setattr(image_folder, "MOST_PICTURES", 12)
        with pytest.raises(DataError, match="more than 12 pictures"):
            load_image_folder(root, "own")
    (root / "a" / "000.png").write_bytes(b"GIF89a no picture")
    with pytest.raises(DataError, match=r"000\.png: not a PNG, JPEG or BMP picture"):
        load_image_folder(root, "own")


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(data=st.data())
def test_grey_picture_damaged_files_give_a_picture_or_one_sentence(tmp_path, digits, data):
    suffix = data.draw(st.sampled_from([".png", ".jpg", ".bmp"]))
    path = tmp_path / f"a{suffix}"
    _save(path, digits[0][0])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.integers(0, len(content) - 1))
        content[where : where + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    path.write_bytes(content)
    try:
        picture = grey_picture(path, 28)
    except DataError as error:
        sentence = str(error)
    else:
        sentence = str(path)
        assert picture.shape == (28, 28)
    assert str(path) in sentence
    assert "\n" not in sentence
