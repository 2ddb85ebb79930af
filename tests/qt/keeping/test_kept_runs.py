"""Runs on their way into the library, and what happens when that cannot be written."""

from dataclasses import dataclass

import pytest

from gdviz.qt.file_work import FileWork
from gdviz.qt.keeping.kept_runs import LEAST_STEPS, MOST_KNOWN, MOST_WAITING, KeptRuns
from gdviz.storage.atomic import SaveError
from gdviz.storage.library import Library

from .conftest import content_of


@dataclass
class Content:
    """Something gathered."""

    start: int
    token: object = 0
    n_steps: int = LEAST_STEPS
    title: str = "784-16-16-10"

    def content(self) -> bytes:
        return f"{self.start}: {self.token}".encode()


class Shelf(Library):
    """A library that may be full."""

    is_full = False

    def add(self, content: bytes, name: str):
        self._may_fail()
        return super().add(content, name)

    def replace(self, path, content: bytes) -> None:
        self._may_fail()
        super().replace(path, content)

    def _may_fail(self) -> None:
        if self.is_full:
            raise SaveError("there is no space left on the disk")

    @property
    def runs(self) -> list[str]:
        return sorted(path.read_text() for path in self.folder.glob("*.gdviz"))


class Desk:
    def __init__(self, qtbot, folder) -> None:
        self.shelf, self.said, self.n_changes = Shelf(folder), [], 0
        self.work = FileWork("test-runs")
        self.runs = KeptRuns(self.shelf, self.work, self.said.append, self._change)
        self.qtbot = qtbot

    def _change(self) -> None:
        self.n_changes += 1

    def keep(self, content: Content) -> bool:
        began = self.runs.keep(content)
        self.settle()
        return began

    def settle(self) -> None:
        def settled() -> bool:
            self.runs.poll()
            return not self.runs.is_under_way

        self.qtbot.waitUntil(settled)


@pytest.fixture
def desk(qtbot, tmp_path):
    made = Desk(qtbot, tmp_path / "runs")
    yield made
    made.work.close()


def test_a_run_is_kept_once_until_it_goes_on(desk):
    assert desk.keep(Content(1, "a"))
    assert not desk.keep(Content(1, "a"))
    assert desk.keep(Content(1, "b"))
    assert desk.shelf.runs == ["1: b"]
    assert desk.n_changes == 2


def test_another_run_has_another_place(desk):
    desk.keep(Content(1, "a"))
    desk.keep(Content(2, "a"))
    assert desk.shelf.runs == ["1: a", "2: a"]


def test_a_short_run_is_not_kept(desk):
    assert not desk.keep(Content(1, n_steps=LEAST_STEPS - 1))
    assert desk.shelf.runs == []
    assert desk.runs.is_all_kept


def test_a_run_that_was_opened_from_there_goes_on_in_its_place(desk):
    path = desk.shelf.add(b"as it was", "old")
    desk.runs.note(3, path, "as it was")
    assert not desk.keep(Content(3, "as it was"))
    assert desk.keep(Content(3, "further"))
    assert desk.shelf.runs == ["3: further"]
    assert path.read_text() == "3: further"


def test_what_another_window_has_made_of_a_run_is_not_overwritten(desk):
    path = desk.shelf.add(b"as it was", "old")
    desk.runs.note(3, path, "as it was")
    desk.work.begin(lambda: path.write_text("by another window"))
    desk.keep(Content(3, "further"))
    assert desk.shelf.runs == ["3: further", "by another window"]


def test_a_run_that_was_cut_short_goes_on_in_its_place(qtbot, keeper, tmp_path):
    """Another process knows of it by what was autosaved."""
    keeper.take(3)
    content = content_of(keeper)
    shelf = Library(tmp_path / "runs")
    path = shelf.add(content, "old")
    kept_as = shelf.place(path)
    desk = Desk(qtbot, shelf.folder)
    desk.runs.resume(3, kept_as)
    desk.keep(Content(3, "further"))
    desk.work.close()
    assert desk.shelf.runs == ["3: further"]


@pytest.mark.parametrize("what", ["gone on with", "removed", "elsewhere", "unknown"])
def test_a_run_that_was_cut_short_and_is_not_as_it_was_left_is_added_anew(
    qtbot, keeper, tmp_path, what
):
    keeper.take(3)
    shelf = Library(tmp_path / "runs")
    path = shelf.add(content_of(keeper), "old")
    kept_as = shelf.place(path)
    if what == "gone on with":
        keeper.take(3)
        shelf.replace(path, content_of(keeper))
    elif what == "removed":
        path.unlink()
    elif what == "elsewhere":
        (tmp_path / "other.gdviz").write_bytes(path.read_bytes())
        kept_as = kept_as._replace(file="../other.gdviz")
    else:
        kept_as = None
    before = {p: p.read_bytes() for p in tmp_path.glob("**/*.gdviz")}
    desk = Desk(qtbot, shelf.folder)
    desk.runs.resume(3, kept_as)
    desk.keep(Content(3, "further"))
    desk.work.close()
    assert {p: p.read_bytes() for p in before} == before
    assert len(list(tmp_path.glob("**/*.gdviz"))) == len(before) + 1


def test_a_run_that_was_removed_is_added_anew(desk):
    desk.keep(Content(1, "a"))
    (path,) = desk.shelf.folder.glob("*.gdviz")
    desk.shelf.remove(path)
    desk.keep(Content(1, "b"))
    assert desk.shelf.runs == ["1: b"]
    desk.shelf.restore(path)
    assert desk.shelf.runs == ["1: a", "1: b"]


def test_what_cannot_be_written_is_tried_again(desk):
    desk.shelf.is_full = True
    desk.keep(Content(1, "a"))
    desk.keep(Content(1, "b"))
    desk.keep(Content(2))
    assert len(desk.said) == 1
    assert "no space left" in desk.said[0]
    assert not desk.runs.is_all_kept
    desk.shelf.is_full = False
    desk.runs.try_again()
    desk.settle()
    assert desk.shelf.runs == ["1: b", "2: 0"]
    assert desk.runs.is_all_kept
    desk.shelf.is_full = True
    desk.keep(Content(3))
    assert len(desk.said) == 2, "it had worked since"


def test_what_waits_is_bounded(desk):
    desk.shelf.is_full = True
    for start in range(MOST_WAITING + 2):
        desk.keep(Content(start))
    desk.shelf.is_full = False
    desk.runs.try_again()
    desk.settle()
    assert desk.shelf.runs == [f"{k}: 0" for k in range(2, MOST_WAITING + 2)]


def test_what_is_known_of_runs_is_bounded(desk):
    for start in range(MOST_KNOWN + 3):
        desk.keep(Content(start))
    assert len(desk.runs._kept) == len(desk.runs._places) == MOST_KNOWN
    assert not desk.keep(Content(5))
    assert desk.keep(Content(0)), "it is so long ago that it is added anew"
