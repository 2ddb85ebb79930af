"""A session that was cut short is offered at the next start."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from gdviz.storage.autosave import abandoned
from gdviz.storage.paths import state_folder

from .conftest import autosave_folder, content_of, cut_short, entries, library, settle

CRASHING = """
import faulthandler, sys
from pathlib import Path
from gdviz.storage.crash_report import begin
watch = begin(Path(sys.argv[1]))
faulthandler._sigsegv()
"""


@pytest.fixture
def crashed() -> None:
    """A process that has died of a fault."""
    folder = state_folder() / "crashes"
    ended = subprocess.run([sys.executable, "-c", CRASHING, str(folder)], check=False, timeout=120)
    assert ended.returncode != 0


@pytest.fixture
def vector(driver):
    """Parameters of a session that was cut short at step 45."""
    driver.take(45)
    cut_short(content_of(driver))
    return driver.snapshot.parameters.vector


def offered(driver) -> str:
    """Wait for the offer and give its sentence."""
    driver.wait(lambda: driver.window.offer.text)
    return driver.window.offer.text


def press(driver, key: str) -> None:
    # Buttons of what was offered before go when an event loop is left, and here is none.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    driver.named(QPushButton, f"button_{key}").click()


def put_away(driver) -> None:
    driver.wait(lambda: not driver.window.keeping.recovery._putting_away)


def test_without_anything_cut_short_nothing_is_offered(keeper):
    keeper.wait(lambda: keeper.window.keeping.recovery._looking is None)
    assert keeper.window.offer.isHidden()


def test_a_window_that_keeps_nothing_offers_nothing(vector, make_window):
    other = make_window()
    for _ in range(5):
        other.acknowledge()
    assert other.window.offer.isHidden()


def test_a_session_that_was_cut_short_goes_on_bit_for_bit(vector, driver, make_window):
    other = make_window(keeps=True)
    assert "cut short" in offered(other)
    assert "step 45" in offered(other)
    press(other, "go_on")
    other.wait(lambda: other.step == 45)
    np.testing.assert_array_equal(other.snapshot.parameters.vector, vector)
    np.testing.assert_array_equal(
        other.window.session.history.costs, driver.window.session.history.costs
    )
    assert other.window.offer.isHidden()
    driver.take(20)
    other.take(20)
    np.testing.assert_array_equal(
        other.snapshot.parameters.vector, driver.snapshot.parameters.vector
    )


def test_it_stays_until_it_is_saved_anew(vector, make_window):
    other = make_window(keeps=True)
    offered(other)
    press(other, "go_on")
    other.wait(lambda: other.step == 45)
    other.wait(lambda: other.window.keeping.autosaving.n_written)
    put_away(other)
    assert abandoned(autosave_folder()) == [], "the slots of a living window are nobody's"


def test_what_is_saved_of_another_run_does_not_put_it_away(vector, make_window):
    """A save that was under way when it was gone on with is of the run before."""
    driver = make_window(keeps=True)
    recovery = driver.window.keeping.recovery
    driver.wait(lambda: recovery._offered is not None)
    recovery.go_on()
    recovery.note_saved(0)
    assert recovery._adopted
    driver.wait(lambda: not recovery._adopted)
    driver.wait(lambda: not recovery._putting_away)


@pytest.mark.parametrize("is_gone_on_with", [True, False])
def test_a_run_that_is_gone_on_with_has_one_place_in_the_library(
    keeper, make_window, close_now, is_gone_on_with
):
    """Ended from outside it was kept and is offered: that is one run, however it goes on."""
    keeper.take(120)
    keeper.window.keeping.stays_for_next_start = True
    close_now(keeper.window)
    assert [entry.step for entry in entries()] == [120]
    other = make_window(keeps=True)
    offered(other)
    press(other, "go_on")
    other.wait(lambda: other.step == 120)
    if is_gone_on_with:
        other.take(30)
    close_now(other.window)
    assert [entry.step for entry in entries()] == [150 if is_gone_on_with else 120]


def test_the_present_run_is_kept_when_another_goes_on(vector, make_window):
    other = make_window(keeps=True)
    offered(other)
    other.take(130)
    press(other, "go_on")
    other.wait(lambda: other.step == 45)
    settle(other)
    assert [entry.step for entry in entries()] == [130]


def test_discarded_it_lies_among_the_deleted_runs(vector, make_window):
    other = make_window(keeps=True)
    offered(other)
    press(other, "discard")
    put_away(other)
    assert abandoned(autosave_folder()) == []
    assert entries() == []
    assert other.window.offer.isHidden()
    (deleted,) = library().folder.glob("*/*.gdviz")
    library().restore(library().folder / deleted.name)
    assert [entry.step for entry in entries()] == [45]


def test_not_now_leaves_it_for_the_next_start(vector, make_window, close_now):
    other = make_window(keeps=True)
    offered(other)
    press(other, "dismiss_offer")
    assert other.window.offer.isHidden()
    close_now(other.window)
    assert "step 45" in offered(make_window(keeps=True))


def test_one_after_another_is_offered(vector, driver, make_window):
    driver.take(5)
    cut_short(content_of(driver))
    other = make_window(keeps=True)
    assert "step 50" in offered(other)
    press(other, "discard")
    put_away(other)
    assert "step 45" in offered(other)


def test_after_one_is_gone_on_with_the_next_is_offered(vector, driver, make_window):
    driver.take(5)
    cut_short(content_of(driver))
    other = make_window(keeps=True)
    assert "step 50" in offered(other)
    press(other, "go_on")
    other.wait(lambda: other.step == 50)
    assert "step 45" in offered(other)
    other.wait(lambda: other.window.keeping.autosaving.n_written)
    press(other, "go_on")
    other.wait(lambda: other.step == 45)
    other.wait(lambda: not other.window.keeping.recovery._adopted)
    put_away(other)
    assert other.window.offer.isHidden()
    assert abandoned(autosave_folder()) == []
    other.named(QAction, "action_undo").trigger()
    other.wait(lambda: other.step == 50)


def test_what_was_gone_on_with_and_replaced_before_it_was_saved_is_offered_again(
    vector, driver, make_window, close_now
):
    """It is too short for the library, and was in memory alone."""
    driver.take(5)
    cut_short(content_of(driver))
    other = make_window(keeps=True)
    offered(other)
    saving = other.window.keeping.autosaving
    saving.poll = lambda: None
    press(other, "go_on")
    other.wait(lambda: other.step == 50)
    assert "step 45" in offered(other)
    press(other, "go_on")
    other.wait(lambda: other.step == 45)
    assert (saving.n_written, len(other.window.keeping.recovery._adopted)) == (0, 2)
    close_now(other.window)
    left = abandoned(autosave_folder())
    assert len(left) == 2
    for slots in left:
        slots.release()


def test_what_is_said_meanwhile_does_not_hide_the_offer(vector, make_window, tmp_path):
    other = make_window(keeps=True)
    offered(other)
    other.open(tmp_path / "missing.safetensors")
    assert "missing" in other.message
    assert "cut short" in other.window.offer.text


def test_a_damaged_session_can_only_be_put_away(make_window):
    cut_short(b"damaged")
    other = make_window(keeps=True)
    assert "cannot be gone on with" in offered(other)
    assert other.window.findChildren(QPushButton, "button_go_on") == []
    press(other, "discard")
    put_away(other)
    assert abandoned(autosave_folder()) == []
    assert other.message == ""


def test_a_session_on_other_data_goes_on_with_them(vector, make_window):
    other = make_window(data=None, keeps=True)
    offered(other)
    press(other, "go_on")
    other.wait(lambda: other.step == 45)
    assert other.window.session.dataset.n_inputs == 16
    np.testing.assert_array_equal(other.snapshot.parameters.vector, vector)


def test_the_offer_is_answered_by_keys(vector, make_window):
    other = make_window(keeps=True)
    other.show()
    offered(other)
    button = other.named(QPushButton, "button_go_on")
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus()
    other.qtbot.keyClick(button, Qt.Key.Key_Return)
    other.wait(lambda: other.step == 45)


def test_a_crash_report_is_shown_and_can_be_copied(make_window, crashed, qapp, close_now):
    (folder,) = (state_folder() / "crashes").iterdir()
    (state_folder() / "log").mkdir()
    line = f"2026-01-01 00:00:00,000 {folder.name.partition('-')[0]} INFO gdviz: the last line"
    (state_folder() / "log" / "gdviz.log").write_text(f"{line}\n", "utf-8")
    other = make_window(keeps=True)
    assert "ended unexpectedly" in offered(other)
    press(other, "show_report")
    text = other.named(QPlainTextEdit, "crash_report_text")
    assert "Segmentation fault" in text.toPlainText()
    assert "the last line" in text.toPlainText()
    assert other.window.offer.text, "the offer stays"
    other.named(QPushButton, "button_copy_report").click()
    assert qapp.clipboard().text() == text.toPlainText()
    close_now(other.window)
    again = make_window(keeps=True)
    again.wait(lambda: again.window.keeping.recovery._looking is None)
    assert again.window.offer.isHidden(), "once seen it is not offered again"
