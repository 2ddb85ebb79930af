"""Names and colours of branches, with hand-made snapshots."""

import json
from dataclasses import dataclass, field

import pytest

from gdviz.qt.branch_book import COLORS, DASHES, BranchBook, default_name
from gdviz.qt.colors import contrast
from gdviz.qt.theme import DARK, THEMES
from gdviz.training.branches import BranchInfo
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import BALL, ENGINE, Mark

CONFIG = TrainingConfig()
MAIN = BranchInfo(1, None, 0, 900, CONFIG)


@dataclass
class Shown:
    """As much of a snapshot as the book reads."""

    branches: tuple[BranchInfo, ...] = (MAIN,)
    run_id: int = 1
    branch: int = 1


@dataclass
class Heard:
    count: int = field(default=0)

    def __call__(self) -> None:
        self.count += 1


def forked(branch: int, step: int, *marks: Mark, parent: int = 1) -> BranchInfo:
    return BranchInfo(branch, parent, step, step + 50, CONFIG, marks)


@pytest.fixture
def book(qapp) -> BranchBook:
    book = BranchBook()
    book.follow(Shown())
    return book


def test_first_branch_is_called_main(book):
    assert book.name(1) == "main"


def test_name_says_what_was_changed_at_the_fork_and_where():
    earlier = Mark(300, "momentum", 0.0, 0.5)
    parent = BranchInfo(1, None, 0, 900, CONFIG, (earlier, Mark(500, "l2", 0.0, 0.1)))
    child = forked(2, 1204, earlier, Mark(1204, "learning_rate", 0.5, 7.0))
    assert default_name(child, parent) == "learning rate 7 from step 1,204"


def test_name_leaves_out_what_both_changed_at_the_fork_step():
    shared = Mark(400, "momentum", 0.0, 0.5)
    parent = BranchInfo(1, None, 0, 900, CONFIG, (shared,))
    child = forked(2, 400, shared, Mark(400, "l2", 0.0, 0.001), Mark(400, ENGINE, "a", "b"))
    assert default_name(child, parent) == "L2 0.001 from step 400"
    assert default_name(forked(2, 400, shared), parent) == "the same from step 400"


def test_name_counts_what_it_has_no_room_for():
    marks = [Mark(10, name, 0.0, 1.0) for name in ("momentum", "l1", "l2", "dropout")]
    assert default_name(forked(2, 10, *marks), MAIN) == "momentum 1, L1 1 and 2 more from step 10"


def test_name_of_a_moved_ball_says_so():
    child = forked(2, 10, Mark(10, BALL, "", "moved by 3.2"))
    assert default_name(child, None) == "ball moved by 3.2 from step 10"


def test_equal_branches_have_names_of_their_own(book):
    book.follow(Shown((MAIN, forked(2, 10), forked(3, 10))))
    assert book.name(2) == "the same from step 10"
    assert book.name(3) == "the same from step 10 (2)"
    book.rename(3, "main")
    assert book.name(3) == "main (2)"


def test_name_follows_what_is_changed_at_the_fork_until_it_is_given_by_hand(book):
    book.follow(Shown((MAIN, forked(2, 10))))
    book.follow(Shown((MAIN, forked(2, 10, Mark(10, "learning_rate", 0.5, 5.0)))))
    assert book.name(2) == "learning rate 5 from step 10"
    book.rename(2, "  too   fast ")
    book.follow(Shown((MAIN, forked(2, 10, Mark(10, "learning_rate", 0.5, 6.0)))))
    assert book.name(2) == "too fast"
    book.rename(2, "")
    assert book.name(2) == "learning rate 6 from step 10"


def test_changed_is_told_once_and_only_if_something_did(book):
    heard = Heard()
    book.changed.connect(heard)
    grown = BranchInfo(1, None, 0, 901, CONFIG)
    book.follow(Shown((grown,)))
    book.rename(1, "main")
    book.set_hidden(1, is_hidden=False)
    assert heard.count == 0
    book.follow(Shown((grown, forked(2, 10))))
    book.set_hidden(2, is_hidden=True)
    book.rename(2, "other")
    book.follow(Shown((grown,)))
    assert heard.count == 4


def test_deleted_branch_that_comes_back_looks_as_before(book):
    both = Shown((MAIN, forked(2, 10)))
    book.follow(both)
    book.rename(2, "other")
    book.set_hidden(2, is_hidden=True)
    color = book.color(2, DARK)
    book.follow(Shown((MAIN,)))
    assert "2" not in book.state()
    book.follow(Shown((MAIN, forked(3, 20))))
    assert book.color(3, DARK) != color
    book.follow(both)
    assert (book.name(2), book.is_hidden(2), book.color(2, DARK)) == ("other", True, color)


def test_another_run_begins_with_fresh_names(book):
    book.rename(1, "mine")
    book.follow(Shown(run_id=2))
    assert book.name(1) == "main"


def test_state_comes_back_from_json(book):
    both = Shown((MAIN, forked(2, 10)))
    book.follow(both)
    book.rename(2, "other")
    book.set_hidden(2, is_hidden=True)
    state = json.loads(json.dumps(book.state()))
    again = BranchBook()
    again.follow(both)
    again.restore(state)
    assert again.state() == book.state()


def test_state_for_the_next_run_waits_for_it(book):
    book.restore({"1": {"name": "saved", "color": 4}}, is_of_next_run=True)
    assert book.name(1) == "main"
    book.follow(Shown((BranchInfo(1, None, 0, 901, CONFIG),)))
    assert book.name(1) == "main"
    book.follow(Shown(run_id=2))
    assert (book.name(1), book.color_index(1)) == ("saved", 4)
    book.follow(Shown(run_id=3))
    assert book.name(1) == "main"


@pytest.mark.parametrize(
    "state", [{"1": None}, {"x": {}}, {"1": {"name": 3, "color": -1, "is_hidden": "yes"}}]
)
def test_bad_state_is_ignored(book, state):
    before = book.state()
    book.restore(state)
    assert book.state() == before


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_colors_stand_out_from_the_panel(theme):
    assert all(contrast(color, theme.panel) >= 4.5 for color in COLORS[theme.name])


def test_first_branch_has_the_colour_of_the_curves(book):
    assert all(book.color(1, theme) == theme.curve_1 for theme in THEMES.values())


def test_first_dozen_branches_differ_in_colour_or_dash(book):
    infos = [MAIN, *(forked(k, 10 * k) for k in range(2, 13))]
    book.follow(Shown(tuple(infos)))
    looks = {(book.color(info.id, DARK), book.dash(info.id)) for info in infos}
    assert len(looks) == 12
    assert DASHES[0] == ()
