"""Forks in a whole window: tree, curves and surface follow, and what is deleted comes back."""

import numpy as np
import pytest

from gdviz.qt.theme import current_theme
from gdviz.runtime.commands import ChangeSettings, SeekTo, SwitchBranch

NAME = "learning rate 3 from step 20"


@pytest.fixture
def forked(shown):
    """A window with 60 steps of the first branch, and 40 of another from step 20 on."""
    shown.take(60)
    shown.send(SeekTo(20))
    shown.send(ChangeSettings((("learning_rate", 3.0),)))
    shown.take(40)
    shown.window.views.docks["branches"].raise_()
    shown.wait(lambda: view(shown, "branches").tree.current() == 1)
    return shown


def view(driver, key):
    return driver.window.views.views[key]


def ids(driver):
    return [row.info.id for row in view(driver, "branches").tree.rows]


def test_fork_is_in_the_tree_by_its_change(forked):
    assert ids(forked) == [1, 2]
    assert forked.window.book.name(2) == NAME
    assert view(forked, "branches").tree.row(2).is_live
    assert view(forked, "branches").comparison.step == 60


def test_fork_is_on_the_curves_from_where_it_parted(forked):
    curves = view(forked, "cost_curves")
    forked.wait(lambda: bool(curves.overlays.shown))
    (overlay,) = curves.overlays.shown
    x, y = overlay.smoothed.points()
    history = forked.window.session.histories[1]
    assert (overlay.branch, x[0], x[-1]) == (1, 20, 60)
    np.testing.assert_allclose(10**y, history.smoothed[x.astype(int) - 1], rtol=1e-6)


def test_fork_is_on_the_surface(forked):
    surface = view(forked, "cost_surface")
    forked.wait(lambda: surface._picture is not None and bool(surface._picture.ways))
    assert [way.branch for way in surface._picture.ways] == [1]
    assert [look.name for look in surface.map.looks] == ["main", "what came next"]


def test_switching_exchanges_live_and_other(forked):
    forked.send(SwitchBranch(1))
    curves = view(forked, "cost_curves")
    forked.wait(lambda: [o.branch for o in curves.overlays.shown] == [2])
    assert view(forked, "branches").tree.row(1).is_live
    assert curves.plot.live_color == forked.window.book.color(1, current_theme())


def test_deleted_branch_comes_back_by_undo_as_it_was(forked):
    window = forked.window
    window.book.rename(1, "first try")
    before = window.session.histories[1].costs.copy()
    view(forked, "branches").delete(1)
    forked.wait(lambda: ids(forked) == [2])
    assert view(forked, "cost_curves").overlays.shown == []
    window.undo_stack.undo()
    forked.wait(lambda: ids(forked) == [1, 2])
    assert window.book.name(1) == "first try"
    np.testing.assert_array_equal(window.session.histories[1].costs, before)
    window.undo_stack.redo()
    forked.wait(lambda: ids(forked) == [2])


def test_another_run_has_one_branch_again(forked):
    forked.window.actions_by_key["restart"].trigger()
    forked.wait(lambda: ids(forked) == [1])
    assert forked.window.book.name(1) == "main"
    assert view(forked, "branches").empty.isVisible()
