"""The library of runs: newest first, bounded, nothing that is broken in the way."""

import os

import numpy as np
import pytest

from gdviz.storage.atomic import SaveError
from gdviz.storage.library import BrokenEntry, Library
from gdviz.storage.sessions import SavedBranch, SavedSession, read_session, session_bytes
from gdviz.training.branches import BranchState
from gdviz.training.config import TrainingConfig
from gdviz.training.state import Keyframe, initial_state

CONFIG = TrainingConfig(layer_sizes=(4, 3, 2))


def content_of(title, saved_at):
    head = Keyframe(initial_state(CONFIG), CONFIG, "numpy")
    branch = SavedBranch(BranchState(1, None, 0, head, (head,)))
    return session_bytes(SavedSession((branch,), 1, title=title, saved_at=saved_at))


def titles(library):
    return [getattr(entry, "title", entry.path.name) for entry in library.entries()]


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "runs")


def test_library_lists_the_newest_first_whatever_order_they_came_in(library):
    assert library.entries() == []
    for title, saved_at in (
        ("b", "2026-01-02T00:00:00+00:00"),
        ("c", "2026-01-02T00:30:00+00:00"),
        ("a", "2026-01-02T01:00:00+02:00"),
    ):
        path = library.add(content_of(title, saved_at), "a run")
        assert read_session(path).title == title
    assert titles(library) == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("784-16-16-10, η 0.7", "784-16-16-10-0-7.gdviz"),
        ("../../etc/passwd", "etc-passwd.gdviz"),
        ("Ünïcode \0 name", "Unicode-name.gdviz"),
        ("…", "run.gdviz"),
        ("", "run.gdviz"),
        ("x" * 500, "x" * 60 + ".gdviz"),
    ],
)
def test_library_add_names_are_fit_for_files_and_never_used_twice(library, name, expected):
    first = library.add(content_of("a", ""), name)
    assert first == library.folder / expected
    second = library.add(content_of("b", ""), name)
    assert second.name == expected.replace(".gdviz", "-2.gdviz")
    library.remove(first)
    assert library.add(content_of("c", ""), name).name == expected.replace(".gdviz", "-3.gdviz")


def test_library_removed_run_comes_back(library):
    path = library.add(content_of("a", ""), "a")
    content = path.read_bytes()
    library.remove(path)
    assert library.entries() == []
    library.restore(path)
    assert path.read_bytes() == content
    with pytest.raises(SaveError, match="cannot be moved"):
        library.restore(path)
    library.remove(path)
    with pytest.raises(SaveError, match="cannot be moved"):
        library.remove(path)


def test_library_later_state_takes_the_place_of_the_earlier_one(library, monkeypatch):
    path = library.add(content_of("earlier", ""), "a")
    library.replace(path, content_of("later", ""))
    assert titles(library) == ["later"]

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SaveError, match="no space left"):
        library.replace(path, content_of("latest", ""))
    assert titles(library) == ["later"]


def test_library_restore_does_not_replace_another(library):
    path = library.add(content_of("a", ""), "a")
    library.remove(path)
    path.write_bytes(b"another")
    with pytest.raises(SaveError, match="is there already"):
        library.restore(path)
    assert path.read_bytes() == b"another"


def test_library_broken_file_is_an_entry_with_a_sentence(library):
    library.add(content_of("a", ""), "whole")
    (library.folder / "broken.gdviz").write_bytes(b"\x01" * 100)
    (library.folder / "taken.gdviz").write_bytes(b"")
    (library.folder / "notes.txt").write_bytes(b"x")
    (library.folder / "folder.gdviz").mkdir()
    entries = {entry.path.name: entry for entry in library.entries()}
    assert set(entries) == {"whole.gdviz", "broken.gdviz", "folder.gdviz"}
    assert isinstance(entries["broken.gdviz"], BrokenEntry)
    assert "no session of gdviz" in entries["broken.gdviz"].reason
    assert "a folder" in entries["folder.gdviz"].reason


def test_library_time_that_is_none_is_the_files(library):
    old = library.add(content_of("old", "2020-01-01T00:00:00+00:00"), "a")
    new = library.add(content_of("new", "yesterday"), "b")
    os.utime(new, (1.7e9, 1.7e9))
    os.utime(old, (1.8e9, 1.8e9))
    assert titles(library) == ["new", "old"]


def test_library_beyond_its_bounds_the_oldest_go_and_what_was_removed_first(tmp_path):
    library = Library(tmp_path, most_runs=4)
    paths = []
    for number in range(4):
        paths.append(library.add(content_of(str(number), f"2026-01-0{number + 1}"), "a"))
        os.utime(paths[-1], (1e9 + number, 1e9 + number))
    library.remove(paths[3])
    newest = library.add(content_of("4", "2026-01-05"), "a")
    assert titles(library) == ["4", "2", "1", "0"]
    with pytest.raises(SaveError):
        library.restore(paths[3])
    os.utime(newest, (1e9 + 9, 1e9 + 9))
    library.add(content_of("5", "2026-01-06"), "a")
    assert titles(library) == ["5", "4", "2", "1"]


def test_library_bytes_are_bounded_and_the_newest_stays(tmp_path):
    content = content_of("a", "")
    library = Library(tmp_path, most_bytes=int(2.5 * len(content)))
    paths = [library.add(content, "a") for _ in range(2)]
    os.utime(paths[0], (1e9, 1e9))
    # An older clock: it is the newest all the same, because it is what was added.
    paths.append(library.add(content, "a"))
    assert [path.exists() for path in paths] == [False, True, True]
    with pytest.raises(SaveError, match=r"more than the .* of the library"):
        library.add(content * 3, "a")
    assert [path.exists() for path in paths] == [False, True, True]


def test_library_add_that_fails_leaves_nothing(library, monkeypatch):
    library.add(content_of("a", ""), "a")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SaveError, match="no space left"):
        library.add(content_of("b", ""), "a")
    assert [path.name for path in library.folder.iterdir()] == ["a.gdviz"]


def test_library_folder_that_cannot_be_made_or_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    library = Library(tmp_path / "file")
    assert library.entries() == []
    with pytest.raises(SaveError, match="cannot be made"):
        library.add(content_of("a", ""), "a")

    def read_only(*_arguments):
        raise OSError(30, "Read-only file system")

    library = Library(tmp_path / "runs")
    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(SaveError, match="read-only"):
        library.add(content_of("a", ""), "a")


def test_library_summaries_are_those_of_the_files(library):
    library.add(content_of("a", ""), "a")
    (summary,) = library.entries()
    assert summary.config == CONFIG
    assert summary.picture.dtype == np.uint8
