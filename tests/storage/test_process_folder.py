"""Folders of processes: nobody takes those of the living, everybody finds those of the dead."""

import importlib.util
import os
import sys
import types

import pytest

from gdviz.storage import process_folder
from gdviz.storage.atomic import SaveError
from gdviz.storage.process_folder import abandoned_folders, own_folder


def test_own_folder_is_not_abandoned_until_it_is_released(tmp_path):
    one, other = own_folder(tmp_path / "a"), own_folder(tmp_path / "a")
    assert one.path != other.path
    assert abandoned_folders(tmp_path / "a") == []
    (one.path / "kept").write_bytes(b"x")
    one.release()
    (found,) = abandoned_folders(tmp_path / "a")
    assert found.path == one.path
    assert abandoned_folders(tmp_path / "a") == [], "whoever found it first has it"
    found.release()
    (again,) = abandoned_folders(tmp_path / "a")
    again.remove()
    assert not again.path.exists()
    other.remove()
    assert list((tmp_path / "a").iterdir()) == []


def test_own_folder_that_vanished_is_not_held(tmp_path):
    own = own_folder(tmp_path)
    assert own.is_held
    (own.path / "lock").unlink()
    assert not own.is_held
    (own.path / "lock").write_bytes(b"")
    assert not own.is_held, "another file of the name"
    own.remove()
    own.remove()
    assert not own.is_held


def test_own_folder_taken_for_abandoned_as_it_is_made_is_made_again(tmp_path, monkeypatch):
    """Another window looks just between two steps: it removes the folder, or holds its lock."""
    claim, others = process_folder._claimed, []

    def meddled(path):
        if len(others) == 0:
            others.append(claim(path))
            others[0].remove()
        elif len(others) == 1:
            others.append(claim(path))
        return claim(path)

    monkeypatch.setattr(process_folder, "_claimed", meddled)
    own = own_folder(tmp_path)
    monkeypatch.undo()
    assert own.is_held
    assert own.path not in (others[0].path, others[1].path)
    own.remove()
    others[1].remove()


def test_own_folder_lock_that_was_replaced_meanwhile_is_not_taken(tmp_path, monkeypatch):
    lock = process_folder._lock

    def meddled(descriptor):
        (path / "lock").unlink()
        lock(descriptor)

    path = tmp_path / "1-a"
    path.mkdir()
    monkeypatch.setattr(process_folder, "_lock", meddled)
    with pytest.raises(FileNotFoundError):
        process_folder._claimed(path)
    assert abandoned_folders(tmp_path) == []


def test_own_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SaveError, match="cannot be made"):
        own_folder(tmp_path / "file")

    def no_locks(_descriptor):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(process_folder, "_lock", no_locks)
    with pytest.raises(SaveError, match=r"nothing can be kept in .*: operation not supported"):
        own_folder(tmp_path / "a")
    assert abandoned_folders(tmp_path / "a") == []
    monkeypatch.setattr(process_folder, "_claimed", lambda _path: None)
    with pytest.raises(SaveError, match="vanish as they are made"):
        own_folder(tmp_path / "b")


def test_abandoned_folders_of_no_folder_or_strange_things(tmp_path):
    assert abandoned_folders(tmp_path / "none") == []
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "1-a" / "lock").mkdir(parents=True)
    assert abandoned_folders(tmp_path) == []
    assert abandoned_folders(tmp_path / "file") == []


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_abandoned_folders_follows_no_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "elsewhere")
    assert abandoned_folders(tmp_path / "folder") == []
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_windows_locks_the_first_byte_at_once_or_not_at_all(tmp_path, monkeypatch):
    """The other system's branch of the module, with a lock that one process has."""
    calls, held = [], set()

    def locking(descriptor, mode, n_bytes):
        calls.append((os.lseek(descriptor, 0, os.SEEK_CUR), mode, n_bytes))
        identity = os.fstat(descriptor).st_ino
        if identity in held:
            raise PermissionError(13, "Permission denied")
        held.add(identity)

    fake = types.SimpleNamespace(LK_NBLCK=2, locking=locking)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(sys, "platform", "win32")
    spec = importlib.util.spec_from_file_location("on_windows", process_folder.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.undo()
    own = module.own_folder(tmp_path)
    assert module.abandoned_folders(tmp_path) == []
    assert calls == [(0, 2, 1)] * 2
    own.remove()
    assert list(tmp_path.iterdir()) == []
