"""Autosave: the newest whole slot of every process that died, whatever else there is."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.storage import autosave
from gdviz.storage.atomic import SaveError
from gdviz.storage.autosave import Autosave, abandoned, newest_slot
from gdviz.storage.readers import NetworkFileError

ROOT = Path(__file__).parents[2]


def written(folder, *contents):
    """Write contents one after the other, and leave them as a process does that dies."""
    saved = Autosave(folder)
    for content in contents:
        saved.write(content)
    path = saved._own.path
    saved.close()
    return path


def release(sessions):
    for session in sessions:
        session.release()


def test_abandoned_gives_the_newest_that_was_written(tmp_path):
    before = datetime.now(UTC).replace(microsecond=0)
    for contents in ([b"one"], [b"one", b"two"], [b"one", b"two", b"three"], [b""]):
        written(tmp_path, *contents)
        (session,) = abandoned(tmp_path)
        assert session.read() == contents[-1]
        assert before <= datetime.fromisoformat(session.saved_at) <= datetime.now(UTC)
        session.discard()
        assert list(tmp_path.iterdir()) == []


def test_abandoned_leaves_those_who_live_and_those_whom_another_has_found(tmp_path):
    living = Autosave(tmp_path)
    living.write(b"mine")
    written(tmp_path, b"left")
    found = abandoned(tmp_path)
    assert [session.read() for session in found] == [b"left"]
    assert abandoned(tmp_path) == [], "two windows do not offer the same"
    release(found)
    found = abandoned(tmp_path)
    assert [session.read() for session in found] == [b"left"]
    living.write(b"again")
    living.discard()
    living.close()
    found[0].discard()
    assert list(tmp_path.iterdir()) == []


def test_autosave_keeps_two_slots_and_never_writes_to_the_newer(tmp_path):
    saved = Autosave(tmp_path)
    for number in range(5):
        before = saved._own and newest_slot(saved._own.path)
        saved.write(b"%d" % number)
        if before:
            assert before.path.read_bytes().endswith(b"%d" % (number - 1))
    slots = sorted(path.name for path in saved._own.path.iterdir())
    assert slots == ["lock", "slot-0", "slot-1"]
    saved.discard()
    saved.write(b"after")
    assert newest_slot(saved._own.path).path.read_bytes().endswith(b"after")
    saved.discard()
    saved.close()
    saved.close()
    assert list(tmp_path.iterdir()) == []


def test_autosave_discarded_leaves_nothing_and_closed_leaves_what_is_there(tmp_path):
    saved = Autosave(tmp_path / "a")
    saved.discard()
    saved.close()
    assert not (tmp_path / "a").exists(), "nothing is made before something is written"
    written(tmp_path / "a", b"x")
    assert len(abandoned(tmp_path / "a")) == 1


def test_autosave_folder_that_vanished_is_made_again(tmp_path):
    """And is then still that of a living process."""
    saved = Autosave(tmp_path / "a")
    saved.write(b"one")
    for path in saved._own.path.iterdir():
        path.unlink()
    saved._own.path.rmdir()
    (tmp_path / "a").rmdir()
    saved.write(b"two")
    assert abandoned(tmp_path / "a") == []
    saved.close()
    (session,) = abandoned(tmp_path / "a")
    assert session.read() == b"two"
    session.release()


def test_autosave_that_cannot_be_written_says_so_and_goes_on(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SaveError, match="cannot be made"):
        Autosave(tmp_path / "file").write(b"x")
    saved = Autosave(tmp_path / "a")
    saved.write(b"one")
    with monkeypatch.context() as patched:

        def full(_descriptor):
            raise OSError(28, "No space left on device")

        patched.setattr(os, "fsync", full)
        for _ in range(3):
            with pytest.raises(SaveError, match="no space left"):
                saved.write(b"two")
    assert newest_slot(saved._own.path).path.read_bytes().endswith(b"one")
    saved.write(b"three")
    saved.close()
    (session,) = abandoned(tmp_path / "a")
    assert session.read() == b"three"
    session.discard()


@pytest.mark.parametrize("cut", [0, 5, 63, 64, -1])
def test_abandoned_damaged_newest_slot_gives_the_one_before(tmp_path, cut):
    path = written(tmp_path, b"one" * 30, b"two" * 30)
    newest = newest_slot(path).path
    newest.write_bytes(newest.read_bytes()[:cut])
    (session,) = abandoned(tmp_path)
    assert session.read() == b"one" * 30
    session.discard()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 63 + 300), bit=st.integers(0, 7))
def test_newest_slot_one_wrong_bit_anywhere_is_told(tmp_path, place, bit):
    if not (tmp_path / "1-a").exists():
        written(tmp_path, b"old" * 100, b"new" * 100).rename(tmp_path / "1-a")
    path = tmp_path / "1-a" / "slot-0"
    whole = path.read_bytes()
    broken = bytearray(whole)
    broken[place] ^= 1 << bit
    path.write_bytes(broken)
    slot = newest_slot(tmp_path / "1-a")
    path.write_bytes(whole)
    assert (slot.path.name, slot.generation) == ("slot-1", 1)
    assert newest_slot(tmp_path / "1-a").path == path


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), has_magic=st.booleans())
def test_abandoned_garbage_is_never_raised_nor_deleted(tmp_path, content, has_magic):
    folder = tmp_path / "7-b"
    folder.mkdir(exist_ok=True)
    (folder / "slot-1").write_bytes(b"gdvizas1" * has_magic + content)
    assert abandoned(tmp_path) == []
    assert (folder / "slot-1").exists()


def test_abandoned_slot_that_is_a_folder_is_left_out(tmp_path):
    (tmp_path / "7-b" / "slot-1").mkdir(parents=True)
    assert abandoned(tmp_path) == []


def test_abandoned_read_what_was_damaged_since_is_refused(tmp_path):
    path = written(tmp_path, b"one")
    (session,) = abandoned(tmp_path)
    (path / "slot-1").write_bytes((path / "slot-1").read_bytes() + b"x")
    with pytest.raises(NetworkFileError, match="autosaved session is damaged"):
        session.read()
    (path / "slot-1").unlink()
    with pytest.raises(NetworkFileError, match="cannot be read"):
        session.read()
    session.release()


def test_abandoned_are_bounded_and_the_newest_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(autosave, "MOST_ABANDONED", 3)
    clock = iter(range(10**18, 10**18 + 9))
    monkeypatch.setattr("time.time_ns", lambda: next(clock))
    for number in range(5):
        written(tmp_path, b"%d" % number)
    found = abandoned(tmp_path)
    assert [session.read() for session in found] == [b"4", b"3", b"2"]
    assert len(list(tmp_path.iterdir())) == 3
    release(found)


_DIES = """
import os, signal, sys
from pathlib import Path
from gdviz.storage.autosave import Autosave
saved = Autosave(Path(sys.argv[1]))
saved.write(b"of the child")
print("written", flush=True)
sys.stdin.read()
"""


def test_abandoned_a_killed_process_leaves_its_session_and_a_living_one_does_not(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", _DIES, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with child:
        assert child.stdout.readline().strip() == b"written"
        assert abandoned(tmp_path) == []
        child.kill()
        child.wait()
    (session,) = abandoned(tmp_path)
    assert session.read() == b"of the child"
    session.discard()
