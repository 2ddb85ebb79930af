"""Atomic writing: after every fault the old file is whole and nothing is left behind."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gdviz.storage.atomic import SaveError, write_atomically

FAULTS = {
    errno.ENOSPC: "no space left",
    errno.EIO: "the disk reports an error",
    errno.EROFS: "read-only",
    errno.EACCES: "not permitted",
    errno.EDQUOT: "quota",
}


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def _failing(code):
    def call(*_arguments, **_options):
        raise OSError(code, os.strerror(code))

    return call


class _FullDisk:
    """A file to which some bytes can be written, then no more."""

    def __init__(self, file, code):
        self._file = file
        self._code = code

    def __enter__(self):
        self._file.__enter__()
        return self

    def __exit__(self, *reason):
        return self._file.__exit__(*reason)

    def write(self, content):
        self._file.write(content[:3])
        raise OSError(self._code, os.strerror(self._code))


@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename"])
def test_write_atomically_fault_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch, call, code
):
    path = tmp_path / "network.safetensors"
    path.write_bytes(b"old content")
    if call == "open":
        monkeypatch.setattr("tempfile.mkstemp", _failing(code))
    elif call == "write":
        fdopen = os.fdopen
        monkeypatch.setattr(os, "fdopen", lambda *given: _FullDisk(fdopen(*given), code))
    else:
        monkeypatch.setattr(os, {"fsync": "fsync", "rename": "replace"}[call], _failing(code))
    with pytest.raises(SaveError) as caught:
        write_atomically(path, b"new content")
    monkeypatch.undo()
    assert FAULTS[code] in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"old content"
    assert names_in(tmp_path) == [path.name]


def test_write_atomically_interrupt_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", b"new")
    assert names_in(tmp_path) == []


def test_write_atomically_flushes_file_before_rename_and_folder_after(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace

    def logged_fsync(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        order.append("folder" if is_folder else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", logged_fsync)
    monkeypatch.setattr(os, "replace", lambda *a: (order.append("rename"), replace(*a)))
    write_atomically(tmp_path / "a", b"new")
    assert order == ["file", "rename", "folder"]


def test_write_atomically_folder_that_cannot_be_flushed_is_no_failure(tmp_path, monkeypatch):
    """Windows and some network disks: the file is in place by then."""
    fsync = os.fsync

    def only_files(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_write_atomically_callback_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def write(file):
        file.write(b"half of it")
        raise RuntimeError("the source failed")

    with pytest.raises(RuntimeError, match="source"):
        write_atomically(path, write)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a"]
    write_atomically(path, lambda file: file.write(b"whole"))
    assert path.read_bytes() == b"whole"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_write_atomically_permissions_are_the_old_files_or_the_masks(tmp_path):
    old = tmp_path / "old"
    old.write_bytes(b"")
    old.chmod(0o640)
    write_atomically(old, b"new")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "fresh", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) in (0o640, 0o644)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_write_atomically_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_write_atomically_folder_or_missing_folder_is_named(tmp_path):
    with pytest.raises(SaveError, match="it is a folder"):
        write_atomically(tmp_path, b"")
    with pytest.raises(SaveError, match=r"the folder .*nowhere does not exist"):
        write_atomically(tmp_path / "nowhere" / "a", b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SaveError, match="does not exist"):
        write_atomically(tmp_path / "file" / "a", b"")
    with pytest.raises(SaveError, match="name is too long"):
        write_atomically(tmp_path / ("a" * 300), b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
@pytest.mark.parametrize("is_linked", [False, True])
def test_write_atomically_pipe_or_device_is_never_replaced(tmp_path, is_linked):
    """A pipe of our own stands for the devices in /dev, which a test has no business with."""
    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / "pipe"
    if is_linked:
        path = tmp_path / "link"
        path.symlink_to("pipe")
    with pytest.raises(SaveError, match="a device or a pipe"):
        write_atomically(path, b"x")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


_KILLED = """
import os, random, signal, sys
from pathlib import Path
from gdviz.storage.atomic import write_atomically
path, random = Path(sys.argv[1]), random.Random(1)
write_atomically(path, bytes([0]) * 300_000)
versions, killed = {0}, 0
for number in range(100):
    after_s = random.uniform(0.0002, 0.01)
    child = os.fork()
    if child == 0:
        # Not before it has saved once: on a busy machine that takes longer than the timer.
        write_atomically(path, bytes([number + 1]) * 300_000)
        signal.setitimer(signal.ITIMER_REAL, after_s)  # ends the process as a kill does
        while True:
            for value in range(101, 250):
                write_atomically(path, bytes([value]) * 300_000)
    _, status = os.waitpid(child, 0)
    killed += os.WIFSIGNALED(status)
    content = path.read_bytes()
    assert len(content) == 300_000 and len(set(content)) == 1, (number, len(content))
    versions.add(content[0])
print(killed, "killed,", "several" if len(versions) > 2 else "few", "versions")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_write_atomically_killed_a_hundred_times_the_file_is_always_whole(tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "a")],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "100 killed, several versions"
