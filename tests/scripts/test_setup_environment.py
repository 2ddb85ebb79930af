"""Stamps, repairs and the lock, with a venv maker and a pip that only leave traces."""

import errno
import os
import shutil
import sys
from pathlib import Path

import environment
import pip_install
import pytest
import setup_environment
from environment import Environment, is_whole, read_stamp, setup_key
from setup_environment import cache_folder, make_path_ascii, prepare
from setup_errors import SetupError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake .venv has bin/python")


class FakeTools:
    """Stands for venv and pip; remembers what was done."""

    def __init__(self, root: Path):
        self.done = []
        self.fails = ""
        self.target = Environment(root, root)

    def make_venv(self, venv, *_):
        self.done.append("venv")
        self.target = Environment(self.target.root, venv.parent)
        (venv / "bin").mkdir()
        (venv / "pyvenv.cfg").write_text("fake")
        (venv / "bin" / "python").symlink_to(sys.executable)
        (self.target.packages / "pip").mkdir(parents=True)

    def install_lock(self, _pip, lock, _log):
        self.done.append(lock.name)
        if self.fails:
            raise SetupError(5, self.fails)
        (self.target.packages / "numpy").mkdir(exist_ok=True)

    def install_project(self, *_):
        self.done.append("gdviz")

    def run_logged(self, command, *_):
        self.done.append(command[-1])


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project in a folder with a space and an umlaut, and a cache folder beside it."""
    project = tmp_path / "a project ü"
    project.mkdir()
    for name in ("pyproject.toml", "requirements.lock", "requirements-test.lock"):
        (project / name).write_text(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(setup_environment, "check_space", lambda *_: None)
    return project


@pytest.fixture
def tools(root, monkeypatch):
    fake = FakeTools(root)
    for name in ("make_venv", "install_lock", "install_project", "run_logged"):
        monkeypatch.setattr(pip_install, name, getattr(fake, name))
    return fake


ALL = ["venv", "requirements.lock", "gdviz", "gdviz.engine"]


def quiet(line):
    """Take a line of progress and drop it."""


def test_prepare_first_time_makes_everything(root, tools):
    made = prepare(root, "run", quiet)
    assert tools.done == ALL
    assert made.folder == root
    assert not made.marker.exists()
    assert read_stamp(made).keys == {"run": setup_key(root, "run")}
    assert read_stamp(made).packages == ["numpy", "pip"]


def test_prepare_second_time_does_nothing(root, tools, monkeypatch):
    prepare(root, "run", quiet)
    tools.done.clear()
    monkeypatch.setattr(setup_environment, "one_at_a_time", pytest.fail)
    prepare(root, "run", pytest.fail)
    assert tools.done == []


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock"])
def test_prepare_after_a_change_installs_again_but_keeps_the_venv(root, tools, name):
    prepare(root, "run", quiet)
    tools.done.clear()
    (root / name).write_text("changed")
    prepare(root, "run", quiet)
    assert tools.done == ALL[1:]


def dangling(whole):
    whole.python.unlink()
    whole.python.symlink_to("/nowhere/python")


def other_python(whole):
    whole.python.unlink()
    whole.python.write_text("#!/bin/sh\nprintf 2.7\n")
    whole.python.chmod(0o755)


def a_file_instead(whole):
    shutil.rmtree(whole.venv)
    whole.venv.write_text("not a folder")


def a_link_instead(whole):
    shutil.rmtree(whole.venv)
    whole.venv.symlink_to("elsewhere")


BREAKAGES = {
    "missing interpreter": lambda whole: whole.python.unlink(),
    "dangling interpreter": dangling,
    "other Python": other_python,
    "missing package": lambda whole: (whole.packages / "numpy").rmdir(),
    "no pyvenv.cfg": lambda whole: (whole.venv / "pyvenv.cfg").unlink(),
    "unfinished": lambda whole: whole.marker.touch(),
    "a file": a_file_instead,
    "a dangling link": a_link_instead,
    "emptied": lambda whole: shutil.rmtree(whole.packages),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_prepare_broken_is_made_anew(root, tools, breakage):
    whole = prepare(root, "run", quiet)
    assert is_whole(whole)
    BREAKAGES[breakage](whole)
    tools.done.clear()
    prepare(root, "run", quiet)
    assert tools.done == ALL
    assert is_whole(whole)


@pytest.mark.parametrize("damage", ["", "no json", "[]", '{"keys": 3, "packages": 4}', "{}"])
def test_prepare_damaged_stamp_installs_again(root, tools, damage):
    whole = prepare(root, "run", quiet)
    whole.stamp.write_text(damage)
    tools.done.clear()
    prepare(root, "run", quiet)
    assert tools.done == ALL[1:]


def test_prepare_after_a_failure_starts_anew(root, tools):
    tools.fails = "no network"
    with pytest.raises(SetupError, match="no network"):
        prepare(root, "run", quiet)
    assert not tools.target.stamp.exists()
    tools.fails = ""
    tools.done.clear()
    prepare(root, "run", quiet)
    assert tools.done == ALL


def test_prepare_test_serves_run_too_and_run_alone_does_not_serve_test(root, tools):
    prepare(root, "run", quiet)
    prepare(root, "test", quiet)
    assert tools.done[4:] == ["requirements-test.lock", "gdviz", "gdviz.engine"]
    tools.done.clear()
    prepare(root, "run", quiet)
    prepare(root, "test", quiet)
    assert tools.done == []


def test_prepare_moved_project_is_installed_again(root, tools):
    """The editable install and the commands in the environment name the old folder."""
    prepare(root, "run", quiet)
    moved = root.rename(root.parent / "moved")
    tools.target = Environment(moved, moved)
    tools.done.clear()
    assert prepare(moved, "run", quiet).folder == moved
    assert tools.done == ALL


def test_prepare_finished_by_another_start_while_waiting_does_nothing(root, tools, monkeypatch):
    ready = iter([False, False, True])
    monkeypatch.setattr(setup_environment, "is_ready", lambda *_: next(ready))
    prepare(root, "run", quiet)
    assert tools.done == []


def test_prepare_read_only_project_uses_the_cache(root, tools, monkeypatch):
    real = Path.write_bytes

    def write_bytes(path, data):
        if path.is_relative_to(root):
            raise OSError(errno.EROFS, "Read-only file system")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    said = []
    made = prepare(root, "run", said.append)
    assert made.folder == cache_folder(root)
    assert "Read-only file system" in said[0]
    assert prepare(root, "run", pytest.fail) == made


def test_prepare_nowhere_to_write_is_a_disk_error(root, tools, monkeypatch):
    def write_bytes(path, data):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(SetupError, match="folder of your own") as caught:
        prepare(root, "run", quiet)
    assert caught.value.code == 6


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, 6), (errno.EIO, 1)])
def test_prepare_operating_system_errors_have_their_code(root, tools, monkeypatch, number, code):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(pip_install, "install_lock", fail)
    with pytest.raises(SetupError) as caught:
        prepare(root, "run", quiet)
    assert caught.value.code == code


def test_prepare_engine_that_does_not_compile_is_no_failure(root, tools, monkeypatch):
    def fail(*_):
        raise SetupError(1, "compiling failed", "first\nthe reason")

    monkeypatch.setattr(pip_install, "run_logged", fail)
    said = []
    assert is_whole(prepare(root, "run", said.append))
    assert "the reason" in said[-1]


def test_setup_key_missing_lock_names_it(root):
    (root / "requirements.lock").unlink()
    with pytest.raises(SetupError, match=r"requirements\.lock cannot be read"):
        setup_key(root, "run")


def test_one_at_a_time_second_waits(root, monkeypatch):
    """The second start says that it waits, and goes on once the first has let go."""
    place = Environment(root, root)
    place.work.mkdir()
    real = setup_environment.try_lock
    said = []
    with setup_environment.one_at_a_time(place, pytest.fail):
        monkeypatch.setattr(
            setup_environment,
            "try_lock",
            lambda file, wait: True if wait else real(file, wait=False),
        )
        with setup_environment.one_at_a_time(place, said.append):
            pass
    assert said == ["another set-up is under way; waiting for it"]
    with setup_environment.one_at_a_time(place, pytest.fail):
        pass


def test_check_space_full_disk_names_the_numbers(root, monkeypatch):
    monkeypatch.undo()
    usage = shutil._ntuple_diskusage(10**9, 10**9, 5 * 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(SetupError, match="5 MB free") as caught:
        setup_environment.check_space(Environment(root, root), "run")
    assert caught.value.code == 6


def test_make_path_ascii_line_gives_the_path_back(root):
    place = Environment(root, root)
    place.packages.mkdir(parents=True)
    pth = place.packages / "_gdviz.pth"
    pth.write_text(str(root), "utf-8")
    make_path_ascii(place)
    line = pth.read_bytes().decode("ascii")
    before = list(sys.path)
    try:
        exec(line)
        assert sys.path[-1] == str(root)
    finally:
        sys.path[:] = before


def test_remove_link_keeps_its_target(tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    setup_environment.remove(link)
    assert target.is_dir()
    assert not link.is_symlink()


def test_python_answers_needs_this_version(tmp_path, tools):
    assert not environment.python_answers(Environment(tmp_path, tmp_path))
