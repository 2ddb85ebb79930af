"""The four beats in their dock: what is shown is what was worked out, and what was sent."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Parameters
from gdviz.qt.views.four_beats import words
from gdviz.qt.views.four_beats.numbers import decimal_text
from gdviz.qt.views.four_beats.view import FourBeatsView
from gdviz.runtime.commands import MoveBall, Pause, Step, TakeBackMove
from gdviz.runtime.snapshot import RunState
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState, initial_state
from gdviz.training.trainer import Trainer

SIZE = (728, 404)


@pytest.fixture
def open_view(show, run):
    """Give a function that shows the view a network that rests, and waits for its beats."""

    def make(scope="mini_batch", config=None, n_steps=0):
        shown = show(FourBeatsView, SIZE)
        shown.view.restore({"reduces_motion": True, "scope": scope})
        config = config or run.config
        state = initial_state(config)
        if n_steps:
            trainer = Trainer(config, run.dataset, state, "numpy")
            trainer.advance(n_steps)
            state = trainer.state()
        shown.frame = frame_at(run, config, state)
        shown.view.show_frame(shown.frame)
        settle(shown)
        return shown

    return make


def frame_at(run, config, state, **changes):
    values = {
        "config": config,
        "step": state.step,
        "parameters": state.parameters,
        "training_state": state,
        "engine": "numpy",
    }
    frame = run.frame(0)
    return dataclasses.replace(
        frame, snapshot=dataclasses.replace(frame.snapshot, **(values | changes))
    )


def settle(shown):
    while shown.inspect.is_busy:
        assert shown.inspect.wait(60), "no beats in time"
        shown.inspect.tick()
        QApplication.processEvents()


def press(shown, key):
    QTest.keyClick(shown.view.pane, key)
    QApplication.processEvents()


def test_keys_go_through_the_beats_and_each_says_what_happened(open_view):
    shown = open_view()
    view, pane = shown.view, shown.view.pane
    assert view.beat == "forward"
    assert pane.sentence.text().startswith("The next mini-batch of 32 goes through the layers")
    cost = view.beats.forward.cost
    press(shown, Qt.Key.Key_C)
    assert pane.sentence.text().startswith(f"The cost is {cost:.2f}")
    assert pane.numbers.table.foot == f"sum of the 10 means over 32 images: C = {cost:.5f}"
    press(shown, Qt.Key.Key_G)
    assert "13,002 weights and biases" in pane.sentence.text()
    assert pane.canvas.beat == "gradient"
    assert not shown.sent_of(Step)
    press(shown, Qt.Key.Key_F)
    for beat in ("cost", "gradient"):
        press(shown, Qt.Key.Key_Right)
        assert view.beat == beat
    press(shown, Qt.Key.Key_Return)
    assert view.beat == "update"
    assert len(shown.sent_of(Step)) == 1


def test_keys_work_on_the_switch_of_the_beats_too(open_view):
    shown = open_view()
    segment = shown.view.pane.switch.segment("forward")
    QTest.keyClick(segment, Qt.Key.Key_G)
    assert shown.view.beat == "gradient"
    QTest.keyClick(segment, Qt.Key.Key_Return)
    assert shown.view.beat == "update"


def test_letters_are_the_panel_s_and_not_the_window_s(open_view):
    pane = open_view().view.pane
    for key, modifiers, ours in (
        (Qt.Key.Key_U, Qt.KeyboardModifier.NoModifier, True),
        (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier, False),
        (Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier, False),
    ):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
        event.ignore()
        QApplication.sendEvent(pane, event)
        assert event.isAccepted() == ours


def test_update_rows_add_up_and_are_the_new_weights(open_view):
    shown = open_view()
    press(shown, Qt.Key.Key_U)
    beats, table = shown.view.beats, shown.view.pane.numbers.table
    assert table.heads == ("weight", "W", "−η∇C", "new W")
    assert len(table.sums) > 5
    for _, row in table.sums:
        assert row.value + row.step == row.after
        exact = float(beats.before.vector[row.index]) - 0.7 * beats.gradient.vector[row.index]
        assert float(row.after) == pytest.approx(exact, abs=10.0**-row.decimals)
    steps = [abs(float(row.step)) for _, row in table.sums]
    assert steps[0] == pytest.approx(np.abs(beats.step).max(), abs=1e-4)
    assert "falls from" in shown.view.pane.sentence.text()


def test_what_the_run_has_come_to_is_compared_with_what_was_foretold(open_view, run):
    shown = open_view()
    press(shown, Qt.Key.Key_U)
    view, beats = shown.view, shown.view.beats
    assert view.pane.outcome.text() == "The run takes this step now."
    trainer = Trainer(run.config, run.dataset, beats.state, "numpy")
    trainer.advance(1)
    view.show_frame(frame_at(run, run.config, trainer.state()))
    assert "all 13,002 new weights" in view.pane.outcome.text()
    assert view.beat == "update"
    press(shown, Qt.Key.Key_Right)
    settle(shown)
    assert view.beat == "forward"
    assert view.beats.state.step == 1
    np.testing.assert_array_equal(view.beats.before.vector, beats.after.vector)


def test_a_step_that_came_otherwise_is_not_said_to_be_the_foretold_one(open_view, run):
    shown = open_view()
    press(shown, Qt.Key.Key_U)
    trainer = Trainer(run.config, run.dataset, shown.view.beats.state, "numpy")
    trainer.advance(1)
    state = trainer.state()
    vector = state.parameters.vector.copy()
    vector[:2] += 1
    other = Parameters(vector, state.parameters.layout)
    changed = TrainingState(other, state.optimizer_state, step=1)
    shown.view.show_frame(frame_at(run, run.config, changed))
    assert shown.view.pane.outcome.text() == (
        "Taken: 13,000 of 13,002 new weights are the foretold ones."
    )


@pytest.mark.parametrize("scope", ["example", "all"])
def test_other_examples_take_no_step_until_the_network_is_put_there(open_view, scope):
    shown = open_view(scope)
    press(shown, Qt.Key.Key_U)
    assert not shown.sent_of(Step)
    assert "Not taken: the run itself goes by mini-batches of 32" in shown.view.pane.outcome.text()
    press(shown, Qt.Key.Key_M)
    (moved,) = shown.sent_of(MoveBall)
    np.testing.assert_array_equal(moved.vector, shown.view.beats.after.vector)
    press(shown, Qt.Key.Key_M)
    assert len(shown.sent_of(MoveBall)) == 1
    shown.undo_stack.undo()
    assert shown.sent_of(TakeBackMove)[0].vector is moved.vector


def test_one_example_is_named_and_another_can_be_chosen(open_view, run):
    shown = open_view("example")
    view, first = shown.view, shown.view.beats
    order = np.random.default_rng([run.config.seed, 1, 0]).permutation(60_000)
    assert first.row == order[0]
    label = run.dataset.train.labels[order[0]]
    assert f"Training image {order[0]:,}, a {label}," in view.pane.sentence.text()
    view.pane.after.click()
    settle(shown)
    assert view.beats.row == order[1]
    assert view.pane.example.text() == "2 of 32"
    for _ in range(2):
        view.pane.before.click()
        settle(shown)
    assert view.pane.example.text() == "32 of 32"
    press(shown, Qt.Key.Key_C)
    cost = f"{view.beats.forward.cost:.2f}"
    assert view.pane.sentence.text().startswith(f"The cost of this example is {cost}")


@pytest.mark.parametrize("optimizer", [key for key in OPTIMIZERS if key != "gradient_descent"])
def test_other_optimizers_say_that_their_step_is_not_minus_eta_gradient(open_view, optimizer):
    config = TrainingConfig().replace(optimizer=optimizer, learning_rate=0.01)
    shown = open_view(config=config, n_steps=3)
    press(shown, Qt.Key.Key_U)
    assert "own step, not −η∇C" in shown.view.pane.sentence.text()
    assert "It remembers 3 steps." in shown.view.pane.sentence.text()
    table = shown.view.pane.numbers.table
    assert table.heads == ("weight", "W", "−η∇C", "step", "new W")
    row = table.sums[0][1]
    downhill = -0.01 * float(shown.view.beats.gradient.vector[row.index])
    assert row.downhill == pytest.approx(downhill)


def test_the_selected_weight_comes_first_and_a_click_selects(open_view):
    shown = open_view()
    press(shown, Qt.Key.Key_G)
    shown.picker.select(12_345)
    rows = shown.view.pane.numbers.table.bars
    assert rows[0].index == 12_345
    assert rows[0].name == "hidden 1, 15 ← 585"
    shown.view.pane.numbers.chosen.emit(rows[3].index)
    assert shown.picker.selected == rows[3].index


def test_weights_are_found_by_name(open_view):
    shown = open_view()
    press(shown, Qt.Key.Key_U)
    pane = shown.view.pane
    pane.search.setText("output 7 bias")
    pane.search.setText("output bias 7")
    assert [name for name, _ in pane.numbers.table.sums] == ["output, bias 7"]
    pane.search.setText("nonsense")
    assert pane.search.property("state") == "error"
    assert len(pane.numbers.table.sums) == 1


def test_while_training_it_offers_to_pause(open_view, run):
    shown = open_view()
    view = shown.view
    running = dataclasses.replace(
        shown.frame,
        snapshot=dataclasses.replace(
            shown.frame.snapshot, state=RunState.RUNNING, training_state=None
        ),
    )
    view.show_frame(running)
    assert view.pane.canvas.empty == words.PAUSE
    assert view.pane.next.text().startswith("Pause")
    press(shown, Qt.Key.Key_Return)
    assert len(shown.sent_of(Pause)) == 1
    view.show_frame(shown.frame)
    settle(shown)
    assert view.beats is not None
    assert view.pane.next.text().startswith("Next")


def test_motion_reveals_layer_by_layer_and_back(open_view):
    shown = open_view()
    canvas = shown.view.pane.canvas
    canvas.grab()
    middle = [float(place.x) for place in canvas.places.columns]
    canvas.set_progress(0.5)
    assert canvas.revealed().left() == 0
    assert middle[0] < canvas.revealed().right() < middle[-1]
    press(shown, Qt.Key.Key_G)
    canvas.set_progress(0.5)
    assert canvas.revealed().right() == canvas.width()
    assert middle[0] < canvas.revealed().left() < middle[-1]
    shown.view.pane.finish()
    assert canvas.revealed().width() == canvas.width()


def test_reduced_motion_shows_a_beat_at_once(open_view):
    shown = open_view()
    press(shown, Qt.Key.Key_G)
    assert shown.view.pane.canvas.progress == 1
    shown.view.restore({"reduces_motion": False})
    press(shown, Qt.Key.Key_F)
    assert shown.view.pane.canvas.progress < 1
    shown.view.pane.finish()


def test_describe_gives_the_rows_with_their_digits(open_view):
    shown = open_view()
    press(shown, Qt.Key.Key_U)
    described = shown.view.describe()
    assert described.columns == ("weight", "W", "−η∇C", "step", "new W")
    assert len(described.rows) == len(shown.view.pane.numbers.table.sums)
    assert decimal_text(shown.view.pane.numbers.table.sums[0][1].value)


def test_another_run_begins_empty(open_view, run):
    shown = open_view()
    shown.view.reset(run.dataset)
    assert shown.view.beats is None
    assert shown.view.pane.canvas.diagram is None
    assert shown.view.pane.canvas.empty == words.WAIT
