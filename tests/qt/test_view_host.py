"""Views that come after their window: it is in sight and can be used before."""

from pathlib import Path

import pytest

from gdviz.cli.main import window_parser
from gdviz.qt import view_host
from gdviz.qt.app import window_of
from gdviz.qt.view_table import VIEWS
from gdviz.runtime.commands import Step

SMALL = ("--hidden", "8", "--mini-batch", "16")
KEYS = [spec.key for spec in VIEWS if "train" in spec.workspaces]
BEHIND = {
    "all_components", "ruler", "branches", "gradient_noise", "four_beats", "race_of_gradients",
    "smoothness",
}  # fmt: skip
IN_SIGHT = [key for key in KEYS if key not in BEHIND]
"""At first: the others are behind the tabs of the gradient and of the cost surface."""


@pytest.fixture
def bare(blobs_file: Path, qapp, close_now):
    """A window without views, ticked by hand."""
    window = window_of(window_parser().parse_args(["--data", str(blobs_file), *SMALL]))
    yield window
    close_now(window)


def test_a_window_that_nobody_has_seen_makes_no_views(bare):
    bare.tick()
    assert bare.views.views == {}
    assert [dock.body() for dock in bare.views.docks.values()] == [None] * len(VIEWS)


def test_once_it_is_seen_each_frame_makes_one(bare, qtbot):
    bare.show()
    qtbot.waitUntil(lambda: bare.is_seen)
    # What the run is comes first.
    qtbot.waitUntil(lambda: (bare.tick(), bare.session.snapshot is not None)[1], timeout=60_000)
    assert bare.views.views == {}
    made = []
    while not bare.views.is_complete:
        bare.tick()
        made.append(list(bare.views.views))
    assert made == [KEYS[: k + 1] for k in range(len(KEYS))]
    qtbot.waitUntil(lambda: bare.views.visible_keys() == IN_SIGHT)


def test_a_view_behind_a_tab_is_not_shown_until_its_tab_is_chosen(bare, qtbot):
    bare.show()
    qtbot.waitUntil(lambda: bare.is_seen)
    bare.views.make_all()
    bare.send(Step(5))
    qtbot.waitUntil(lambda: (bare.tick(), bare.session.snapshot.step == 5)[1])
    shown = set()
    for key in ("gradient_magnitudes", "branches"):
        bare.views.views[key].show_frame = lambda _frame, key=key: shown.add(key)
    bare.views.docks["branches"].raise_()
    qtbot.waitUntil(lambda: "gradient_magnitudes" not in bare.views.visible_keys())
    assert shown >= {"branches"}
    shown.clear()
    bare.views.docks["gradient_magnitudes"].raise_()
    qtbot.waitUntil(lambda: "branches" not in bare.views.visible_keys())
    assert shown >= {"gradient_magnitudes"}
    shown.clear()
    bare.views.show_noted(at_once=True)
    assert "branches" not in shown


def test_a_view_that_comes_late_shows_the_newest_frame(bare, qtbot):
    bare.show()
    qtbot.waitUntil(lambda: bare.is_seen)
    bare.send(Step(5))

    def has_trained() -> bool:
        bare.tick()
        snapshot = bare.session.snapshot
        return snapshot is not None and snapshot.step == 5

    qtbot.waitUntil(has_trained)
    bare.views.make_all()
    curves = bare.views.views["cost_curves"]
    qtbot.waitUntil(curves.widget.isVisible)
    bare.tick()
    assert len(bare.views.meters["cost_curves"].show_ms)


def test_what_a_missing_view_was_left_as_is_kept_until_it_is_made(bare):
    left = {"cost_curves": {"logarithmic": True}, "nobody": {"a": 1}}
    bare.views.restore(left)
    assert bare.views.states() == {"cost_curves": {"logarithmic": True}}
    bare.views.make_all()
    assert bare.views.states()["cost_curves"]["logarithmic"] is True


def test_a_view_that_cannot_be_made_says_so_and_may_be_tried_again(bare, monkeypatch, expect_log):
    spec = bare.views._specs["example"]
    broken = []

    def make(context):
        if not broken:
            broken.append(True)
            raise OSError("no picture")
        return spec.make(context)

    monkeypatch.setitem(
        bare.views._specs,
        "example",
        view_host.ViewSpec(spec.key, spec.title, spec.needs, spec.area, make, spec.every),
    )
    bare.views.make_all()
    dock = bare.views.docks["example"]
    assert dock.error() == "This view could not be made: OSError: no picture"
    assert list(bare.views.views) == [key for key in KEYS if key != "example"]
    dock.retry_button().click()
    assert dock.error() is None
    assert sorted(bare.views.views) == sorted(KEYS)
    assert dock.body() is bare.views.views["example"].widget
