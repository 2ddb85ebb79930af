"""The shelf: cards of experiments, by pointer and keyboard."""

import pytest
from lab_experiments import TABLE, experiment
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gdviz.experiments.experiment import Finished
from gdviz.qt.lab.values import Tried
from gdviz.qt.lab_control import LabControl
from gdviz.qt.views.lab_shelf.view import LabShelfView


@pytest.fixture
def shelf(show, run):
    lab = LabControl(run.dataset, table=lambda: TABLE)
    shown = show(LabShelfView, (256, 600), lab=lab)
    yield shown
    lab.close()


def refresh(view):
    view._show(view._lab.state)


def test_arrows_choose_and_enter_runs(shelf, qtbot):
    view = shelf.view
    lab = view._lab
    ran = []
    view.list.entered.connect(lambda: ran.append(lab.state.chosen.name))
    view.list.setFocus()
    assert lab.state.chosen.name == "every-kind"
    qtbot.keyClick(view.list, Qt.Key.Key_Down)
    qtbot.keyClick(view.list, Qt.Key.Key_Down)
    assert lab.state.chosen.name == "failing"
    qtbot.keyClick(view.list, Qt.Key.Key_Up)
    qtbot.keyClick(view.list, Qt.Key.Key_Return)
    assert ran == ["slow"]
    assert lab.state.is_under_way(TABLE["slow"])
    qtbot.keyClick(view.list, Qt.Key.Key_Escape)
    assert lab.state.under_way is None


def test_cards_say_claim_duration_and_what_came_of_it(shelf, run):
    view = shelf.view
    first = view.list.cards[0]
    assert (first.title, first.right) == ("Every kind of picture", "3 s")
    assert first.text == "The claim of every kind of picture."
    assert first.mark == first.words == ""
    from lab_experiments import KindSettings, every_kind

    one = TABLE["every-kind"]
    settings = KindSettings()
    finished = Finished(one.name, settings, every_kind(settings, [1]), 2.0)
    lab = view._lab
    lab._change(tried=(Tried(1, one, finished),), problems={"failing": "No."})
    refresh(view)
    assert (view.list.cards[0].mark, view.list.cards[0].words) == (
        "does not hold",
        "1 of 3 holds, 1 cannot be told",
    )
    assert view.list.cards[2].words == "stopped with an error"
    assert shelf.dock.subtitle() == "1 of 4 tried"
    assert view.describe().rows[0][3] == "1 of 3 holds, 1 cannot be told"
    assert view.describe().rows[1][3] == "not tried"


def test_long_shelf_can_be_searched(show, run, qtbot):
    many = {f"one-{k}": experiment(f"one-{k}", None, f"Title {k}") for k in range(12)}
    lab = LabControl(run.dataset, table=lambda: many)
    view = show(LabShelfView, (256, 600), lab=lab).view
    assert view.search.isVisible()
    qtbot.keyClicks(view.search, "title 11")
    assert [card.key for card in view.list.cards] == ["one-11"]
    view.search.clear()
    assert len(view.list.cards) == 12
    lab.close()


def test_choice_is_found_again(shelf, show, run):
    shelf.view._lab.choose("failing")
    kept = shelf.view.state()
    lab = LabControl(run.dataset, table=lambda: TABLE)
    other = show(LabShelfView, (256, 600), lab=lab)
    for bad in ({}, {"experiment": 7}, {"experiment": "gone"}):
        other.view.restore(bad)
        assert lab.state.chosen.name == "every-kind"
    other.view.restore(kept)
    assert lab.state.chosen.name == "failing"
    refresh(other.view)
    QApplication.processEvents()
    assert other.view.list.keys == ("failing",)
    lab.close()
