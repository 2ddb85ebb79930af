"""The results: one or two of them, and what is done with them."""

import tomllib

import pytest
from lab_experiments import TABLE, KindSettings, every_kind
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication

from gdviz.experiments.experiment import Finished
from gdviz.qt.lab.values import Tried
from gdviz.qt.lab_control import LabControl
from gdviz.qt.views.lab_results.view import EMPTY, LabResultsView

ONE = TABLE["every-kind"]


def tried(number, **changes):
    settings = KindSettings(**changes)
    result = every_kind(settings, [1])
    return Tried(number, ONE, Finished(ONE.name, settings, result, 1.5 * number))


@pytest.fixture
def results(show, run):
    lab = LabControl(run.dataset, table=lambda: TABLE)
    shown = show(LabResultsView, (344, 700), lab=lab)
    yield shown
    lab.close()


def give(shown, *runs):
    lab = shown.view._lab
    lab._change(tried=runs)
    lab.look_at(*runs[-1:])
    refresh(shown)


def refresh(shown):
    shown.view._show(shown.view._lab.state)
    QApplication.processEvents()


def test_empty_says_what_will_appear(results):
    assert results.view.hint.text() == EMPTY
    assert not results.view._actions.isVisible()


def test_cards_have_changed_settings_duration_and_verdict_newest_first(results):
    give(results, tried(1), tried(2, n_points=9, kind="shuffled"))
    newest, oldest = results.view.list.cards
    assert (newest.title, newest.right, newest.text) == (
        "Run 2", "3.0 s", "Points 9, Labels shuffled",
    )  # fmt: skip
    assert oldest.text == "settings as given"
    assert newest.mark == "does not hold"
    assert [row[0] for row in results.view.describe().rows] == [1, 2]


def test_second_run_is_chosen_with_shift_and_the_third_takes_its_place(results, qtbot):
    give(results, tried(1), tried(2), tried(3))
    view, lab = results.view, results.view._lab
    view.list.setFocus()
    assert lab.state.shown == (lab.state.tried[2],)
    qtbot.keyClick(view.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [one.number for one in lab.state.shown] == [3, 2]
    refresh(results)
    index = view.list.model().index(2)
    view.list.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    assert [one.number for one in lab.state.shown] == [2, 1]
    refresh(results)
    assert {view.list.cards[i.row()].key for i in view.list.selectedIndexes()} == {"1", "2"}
    view.list.selectionModel().clearSelection()  # a click on nothing
    assert [one.number for one in lab.state.shown] == [2, 1]


def test_settings_are_copied_as_text_and_as_a_command(results):
    give(results, tried(1, n_points=9, widths=(3, 4)))
    view = results.view
    view.copy_settings.click()
    copied = tomllib.loads(QApplication.clipboard().text())
    assert KindSettings.from_plain(copied) == KindSettings(n_points=9, widths=(3, 4))
    view.copy_command.click()
    assert QApplication.clipboard().text() == (
        "gdviz experiment every-kind --set n-points=9 --set widths=3,4"
    )
    view.again.click()
    assert view._lab.state.draft.settings == KindSettings(n_points=9, widths=(3, 4))


def test_network_and_result_are_handed_on(results):
    give(results, tried(1))
    view, lab = results.view, results.view._lab
    asked = []
    lab.inspect_asked.connect(lambda network, title: asked.append(("inspect", network, title)))
    lab.train_asked.connect(lambda network, title: asked.append(("train", network, title)))
    lab.export_asked.connect(lambda finished: asked.append(("export", finished, "")))
    view.inspect.click()
    view.train.click()
    view.export.click()
    (network,) = lab.state.tried[0].finished.result.networks
    assert asked == [
        ("inspect", network, "Every kind of picture, start"),
        ("train", network, "Every kind of picture, start"),
        ("export", lab.state.tried[0].finished, ""),
    ]
    view.drop.click()
    refresh(results)
    assert view.list.cards == ()
