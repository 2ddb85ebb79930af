"""The four beats of a step: forward, cost, gradient, update, each with its numbers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gdviz.analysis.beat_diagrams import BEATS, Beat
from gdviz.analysis.beats import SCOPES, Beats, Scope
from gdviz.analysis.component_places import found_by
from gdviz.analysis.description import Description
from gdviz.data.dataset import Dataset
from gdviz.qt.ball_drop import BallDrop
from gdviz.qt.views.four_beats import words
from gdviz.qt.views.four_beats.asking import Asking, place_of, question_of
from gdviz.qt.views.four_beats.pane import BeatsPane
from gdviz.qt.views.four_beats.tables import listed, table_of
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.commands import Pause, Step
from gdviz.runtime.snapshot import RunState, Snapshot


class FourBeatsView(QObject):
    """Goes through one step; the update beat of a mini-batch is the run's own step.

    A step with the gradient over other examples is shown and not taken: the run is what its
    mini-batches make of it. The network can be put there as it can be put anywhere, which is
    marked and can be undone.
    """

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dataset, self._send, self._dock = context.dataset, context.send, context.dock
        self._picker, self._undo_stack = context.picker, context.undo_stack
        self._snapshot: Snapshot | None = None
        self._held: Beats | None = None
        """A step that was sent to be taken: shown until another beat is wanted."""
        self._n_equal: int | None = None
        self._taken_to: tuple[object, ...] = ()
        self.beat: Beat = "forward"
        self.asking = Asking(context.inspect, self._answered)
        self.pane = BeatsPane()
        self.scope = Segmented([(key, words.SCOPE_TITLES[key]) for key in SCOPES], "Step over")
        self.scope.set_current("mini_batch")
        self.scope.changed.connect(self._scope_chosen)
        self._dock.add_tool(self.scope)
        self.pane.beat_wanted.connect(self.go_to)
        self.pane.next_wanted.connect(self.go_on)
        self.pane.example_wanted.connect(self._other_example)
        self.pane.move_wanted.connect(self.move_there)
        self.pane.search.textChanged.connect(self._search_changed)
        self.pane.resized.connect(self._show_numbers)
        self.pane.numbers.chosen.connect(self._picker.select)
        self._picker.selection_changed.connect(self._selection_changed)
        self.motion_action = self._dock.add_action("Reduce motion", self._motion_toggled)
        self.motion_action.setCheckable(True)
        self._dock.set_body_margins(16, 0, 16, 8)
        self._position = 0
        self._show()

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.pane

    @property
    def beats(self) -> Beats | None:
        """The step that is gone through; None while it is not known."""
        if self._held is not None:
            return self._held
        found = self.asking.found
        if found is None or not found.question.is_same(self.asking.asked):
            return None
        return found.beats

    @property
    def _is_running(self) -> bool:
        snapshot = self._snapshot
        return snapshot is not None and snapshot.state is RunState.RUNNING

    # --- frames ---------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        before, self._snapshot = self._snapshot, frame.snapshot
        if self._held is not None and self._still_holds(frame.snapshot):
            return
        self._ask()
        if before is None or (before.state is RunState.RUNNING) != self._is_running:
            self._show()

    def _still_holds(self, snapshot: Snapshot) -> bool:
        """Compare what has come with what was foretold; False if something else has come."""
        found = self.asking.found
        assert self._held is not None
        if self._is_running:
            # It is being taken; a run that goes on beyond it is another matter.
            goes_on = self._n_equal is not None or snapshot.step > self._held.state.step + 1
            if goes_on:
                self._release()
            return not goes_on
        if found is None or place_of(snapshot) == found.question.place:
            return True
        if self._n_equal is not None:
            if place_of(snapshot) == self._taken_to:
                return True
            self._release()
            return False
        after = self._held.after
        assert after is not None
        if snapshot.parameters.vector.shape != after.vector.shape:
            self._release()
            return False
        self._n_equal = int((snapshot.parameters.vector == after.vector).sum())
        self._taken_to = place_of(snapshot)
        self._say()
        return True

    def _release(self) -> None:
        self._held, self._n_equal = None, None
        self.beat = "forward"

    def _ask(self) -> None:
        """Have the next step worked out if the run rests."""
        snapshot = self._snapshot
        if snapshot is None or self._is_running:
            self.asking.give_up()
            return
        question = question_of(snapshot, self._scope(), self._position)
        if question is None:
            return
        if not question.is_same(self.asking.asked):
            self.beat = "forward"
            self.asking.ask(question, self._dataset)
            self._show()

    def _scope(self) -> Scope:
        return next(scope for scope in SCOPES if scope == self.scope.current())

    def _answered(self) -> None:
        self._show()
        if self.beats is not None:
            self.pane.play(self.beat)

    # --- beats ----------------------------------------------------------------------------

    def go_to(self, beat: Beat) -> None:
        """Go to a beat; the update of a mini-batch takes the step."""
        if self._is_running:
            self._send(Pause())
            return
        if self._held is not None and beat != "update":
            # What was held is done: the beats are those of the step after it.
            self._release()
            self._ask()
            if self.beats is None:
                return
        beats = self.beats
        if beats is None:
            return
        is_taken = beat == "update" and beats.scope == "mini_batch" and beats.after is not None
        if is_taken and self._held is None:
            self._held = beats
            self._send(Step(1))
        self.beat = beat
        self._show()
        self.pane.play(beat)

    def go_on(self) -> None:
        """Go to the next beat; after the update, to the next step."""
        at = BEATS.index(self.beat)
        is_known = self.beats is not None and self._held is None
        self.go_to(BEATS[(at + 1) % len(BEATS)] if is_known else "forward")

    def move_there(self) -> None:
        """Put the network where a step that is not the run's own leads."""
        beats = self.beats
        can_be = self.beat == "update" and beats is not None and beats.scope != "mini_batch"
        if not can_be or beats is None or beats.after is None or self._held is not None:
            return
        self._held = beats
        self._undo_stack.push(BallDrop(self._send, beats.after.vector))
        self._say()

    def _other_example(self, by: int) -> None:
        beats = self.beats
        if beats is None or beats.scope != "example":
            return
        self._release()
        self._position = (beats.position + by) % beats.n_batch
        self._ask()

    def _scope_chosen(self, _key: str) -> None:
        self._release()
        self._ask()
        self._show()

    # --- what is shown --------------------------------------------------------------------

    def _show(self) -> None:
        beats, found = self.beats, self.asking.found
        self.pane.set_running(is_running=self._is_running)
        self.pane.show_example(beats if beats and beats.scope == "example" else None)
        if beats is None or found is None or self._is_running:
            text = words.PAUSE if self._is_running else self.asking.error or words.WAIT
            self.pane.show_nothing(text)
            self._dock.set_subtitle("")
            return
        step = number_of_step(beats)
        self._dock.set_subtitle(f"step {step}, {words.examples_of(beats)}")
        self.pane.show_beat(found.diagrams.get(self.beat), self.beat)
        self._show_numbers()
        self._say()

    def _say(self) -> None:
        beats = self.beats
        if beats is None:
            return
        text = words.sentence(beats, self.beat)
        if self.beat == "update":
            text += words.cost_change(beats)
        self.pane.say(text, words.outcome(beats, self._n_equal) if self.beat == "update" else "")
        can_move = self.beat == "update" and beats.scope != "mini_batch" and self._held is None
        self.pane.there.setVisible(can_move and beats.after is not None)

    def _show_numbers(self) -> None:
        beats = self.beats
        if beats is None or self._is_running:
            return
        n_rows = self.pane.numbers.n_rows()
        found = found_by(beats.before.layout, self.pane.good_search)
        rows, n_found = listed(beats, self.beat, found, self._picker.selected, n_rows)
        self.pane.numbers.show_table(table_of(beats, self.beat, rows, n_rows, n_found))

    def _search_changed(self, text: str) -> None:
        beats = self.beats
        if beats is None:
            return
        try:
            found_by(beats.before.layout, text)
        except ValueError as error:
            self.pane.say_search(str(error))
            return
        self.pane.say_search("")
        self.pane.good_search = text
        self._show_numbers()

    def _selection_changed(self) -> None:
        self.pane.numbers.select(self._picker.selected)
        self._show_numbers()

    def _motion_toggled(self) -> None:
        self.pane.reduces_motion = self.motion_action.isChecked()

    # --- what is remembered ---------------------------------------------------------------

    def describe(self) -> Description:
        """Give the beat as a sentence and its numbers as a table."""
        beats, table = self.beats, self.pane.numbers.table
        if beats is None or table is None:
            return Description(words.PAUSE if self._is_running else words.WAIT)
        text = f"{words.sentence(beats, self.beat)} {table.foot}."
        if table.sums:
            columns = ("weight", "W", "−η∇C", "step", "new W")
            return Description(
                text,
                columns,
                tuple(
                    (name, str(row.value), row.downhill, str(row.step), str(row.after))
                    for name, row in table.sums
                ),
            )
        rows = tuple((row.name, *row.cells) for row in table.bars)
        return Description(text, table.heads[:-1], rows)

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        self._dataset, self._snapshot = dataset, None
        self._release()
        self._position = 0
        self.asking.forget()
        self._show()

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"scope": self.scope.current(), "reduces_motion": self.motion_action.isChecked()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("scope") in SCOPES:
            self.scope.set_current(state["scope"])
            self._scope_chosen(state["scope"])
        if isinstance(state.get("reduces_motion"), bool):
            self.motion_action.setChecked(state["reduces_motion"])
            self._motion_toggled()


def number_of_step(beats: Beats) -> str:
    """Give which step it would be."""
    return f"{beats.state.step + 1:,}"
