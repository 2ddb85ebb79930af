"""The thread boundary: commands in, snapshots out, and the numbers of a trainer without it."""

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gdviz.data.corruption import shuffle_labels
from gdviz.nn import network
from gdviz.runtime import observers, training_loop
from gdviz.runtime import run as run_module
from gdviz.runtime.commands import (
    ChangeSettings,
    Fork,
    LoadState,
    Pause,
    RequestState,
    Restart,
    Run,
    SeekTo,
    SetDetail,
    SetProbe,
    SetSpeed,
    Step,
    StepBack,
    StepEpoch,
)
from gdviz.runtime.training_loop import TrainingLoop
from gdviz.training.evaluation import evaluate
from gdviz.training.trainer import Trainer

LONG = {"epochs": 100_000}


def test_start_shows_the_start(drive, straight, state_bytes):
    snapshot = drive().snapshot
    assert (snapshot.state, snapshot.step, snapshot.run_id) == ("ready", 0, 1)
    assert len(snapshot.records) == 0
    assert state_bytes(snapshot.training_state) == state_bytes(straight(0)[0].state())


def test_pause_shows_the_exact_state_of_a_straight_run(drive, straight, small_config, state_bytes):
    config = small_config.replace(optimizer="adam", learning_rate=0.01, **LONG)
    driver = drive(config)
    driver.send(Run())
    driver.until(lambda s: s.step > 200)
    paused = driver.send(Pause())
    assert paused.state == "paused"
    trainer, records = straight(paused.step, config)
    assert state_bytes(paused.training_state) == state_bytes(trainer.state())
    assert paused.parameters.vector.tobytes() == trainer.parameters.vector.tobytes()
    assert driver.records.tobytes() == records.tobytes()


def test_running_snapshots_carry_no_state_to_save(drive, small_config):
    driver = drive(small_config.replace(**LONG))
    assert driver.send(Run()).training_state is None


@pytest.mark.parametrize("count", [1, 2, 19, 20, 55, 70])
def test_step_takes_exactly_so_many_even_beyond_the_configured_end(drive, count):
    """The run is configured for 57 steps; a Step is exact all the same."""
    snapshot = drive().rest(Step(count))
    assert snapshot.step == count
    assert snapshot.records["step"][-1:].tolist() == [count]


def test_steps_add_up_and_zero_counts_as_one(drive):
    driver = drive()
    for count, expected in ((3, 3), (1, 4), (0, 5), (20, 25)):
        snapshot = driver.rest(Step(count))
        assert (snapshot.step, snapshot.state) == (expected, "paused")
    assert driver.records["step"].tolist() == list(range(1, 26))


def test_steps_sent_while_steps_are_taken_add_up(drive):
    driver = drive()
    condition = driver.loop._condition
    with condition:  # All are obeyed in one turn.
        for _ in range(3):
            driver.post(Step(1))
        last = driver.post(Step(0))
    paused = driver.until(lambda s: s.acknowledged >= last and s.state != "running")
    assert (paused.step, paused.state) == (4, "paused")
    with condition:
        driver.post(Step(20))
        driver.post(StepEpoch())
        last = driver.post(StepEpoch())
    paused = driver.until(lambda s: s.acknowledged >= last and s.state != "running")
    assert (paused.step, paused.epoch) == (57, 3.0)
    with condition:
        driver.post(StepEpoch())
        last = driver.post(StepEpoch())
    paused = driver.until(lambda s: s.acknowledged >= last and s.state != "running")
    assert paused.epoch == 5.0


def test_a_step_that_is_asked_for_again_and_again_is_taken(drive, mnist, small_config, monkeypatch):
    """A full batch goes chunk by chunk; another Step meanwhile must not begin it anew."""
    config = small_config.replace(
        layer_sizes=(784, 8, 10), mini_batch="all", n_examples=3000, **LONG
    )
    driver = drive(config, mnist)
    engine = driver.loop._run.trainer._current.ready().engine
    large_gradient, sent = engine.large_gradient, []

    def pressed(examples, rows, should_stop, spread=map):
        def asked():
            if len(sent) < 6:
                sent.append(driver.post(Step(1)))
            return should_stop()

        return large_gradient(examples, rows, asked, spread)

    monkeypatch.setattr(engine, "large_gradient", pressed)
    driver.post(Step(1))
    last = driver.until(lambda s: s.acknowledged >= 7 and s.state != "running")
    assert (len(sent), last.step) == (6, 7)


def test_step_epoch_ends_at_the_end_of_the_epoch(drive):
    driver = drive()
    driver.rest(Step(5))
    assert driver.rest(StepEpoch()).epoch == 1.0
    again = driver.rest(StepEpoch())
    assert (again.epoch, again.step, again.state) == (2.0, 38, "paused")


def test_a_new_goal_replaces_an_old_one(drive, small_config):
    driver = drive(small_config.replace(**LONG))
    driver.post(Step(1_000_000))
    stopped = driver.send(Pause())
    assert driver.rest(Step(2)).step == stopped.step + 2


def test_step_back_is_exact_to_the_very_start(drive, straight, small_config, state_bytes):
    config = small_config.replace(optimizer="momentum", learning_rate=0.1, schedule="cosine")
    driver = drive(config)
    driver.rest(Step(23))
    for step in range(22, -1, -1):
        snapshot = driver.send(StepBack())
        assert (snapshot.step, snapshot.state) == (step, "paused")
        assert state_bytes(snapshot.training_state) == state_bytes(
            straight(step, config)[0].state()
        )
        assert driver.records["step"].tolist() == list(range(1, 24))
    refused = driver.send(StepBack())
    assert refused.step == 0
    assert refused.message == "This is where the run begins."
    assert driver.rest(Step(23)).message == ""
    assert driver.records.tobytes() == straight(23, config)[1].tobytes()


def test_step_back_after_a_change_of_learning_rate_drops_its_mark(drive, straight, state_bytes):
    driver = drive()
    driver.rest(Step(10))
    changed = driver.send(ChangeSettings((("learning_rate", 0.05),)))
    assert changed.config.learning_rate == 0.05
    assert [(m.step, m.before, m.after) for m in changed.marks] == [(10, 0.5, 0.05)]
    after = driver.rest(Step(5))
    expected = straight(15, changes=[(10, 0.05)])[0]
    assert state_bytes(after.training_state) == state_bytes(expected.state())
    assert driver.records["learning_rate"][9:11].tolist() == [0.5, np.float32(0.05)]
    for _ in range(6):
        driver.send(StepBack())
    assert (driver.snapshot.step, driver.snapshot.marks) == (9, ())
    assert driver.snapshot.config.learning_rate == 0.5


@pytest.mark.parametrize("value", [-1.0, 0.0, float("nan"), 1e10])
def test_a_learning_rate_out_of_range_is_refused_and_harms_nothing(drive, value):
    driver = drive()
    driver.rest(Step(2))
    refused = driver.send(ChangeSettings((("learning_rate", value),)))
    assert (refused.state, refused.config.learning_rate) == ("paused", 0.5)
    assert refused.message.startswith("The learning rate must be above 0")
    assert driver.rest(Step(1)).step == 3


def test_speed_limits_the_steps_and_never_the_numbers(drive, straight, small_config):
    driver = drive(small_config.replace(**LONG))
    driver.send(SetSpeed(0.001))
    driver.send(Run())
    first = driver.until(lambda s: s.step == 1)
    # Commands wake the thread before the next step is due: none of them may cause a step.
    for index in range(20):
        first = driver.send(SetProbe(index))
    assert first.step == 1
    driver.send(SetSpeed(None))
    driver.until(lambda s: s.step > 100)
    paused = driver.send(Pause())
    trainer, records = straight(paused.step, small_config.replace(**LONG))
    assert paused.parameters.vector.tobytes() == trainer.parameters.vector.tobytes()
    assert driver.records.tobytes() == records.tobytes()


@pytest.mark.parametrize("speed", [0.0, -3.0, float("nan")])
def test_a_speed_out_of_range_is_refused(drive, speed):
    refused = drive().send(SetSpeed(speed))
    assert refused.state == "ready"
    assert "must be above 0" in refused.message


def test_a_tiny_speed_does_not_end_the_thread(drive):
    driver = drive()
    driver.send(SetSpeed(1e-300))
    driver.send(Run())
    assert driver.until(lambda s: s.step == 1).state == "running"
    assert driver.send(Pause()).state == "paused"


def test_restart_repeats_to_the_bit_and_another_seed_differs(drive, small_config):
    driver = drive()
    start = driver.snapshot.parameters.vector.tobytes()
    first = driver.rest(Run()).parameters.vector.tobytes()
    again = driver.send(Restart(small_config))
    assert (again.run_id, again.state, again.step, again.epoch) == (2, "ready", 0, 0.0)
    assert again.parameters.vector.tobytes() == start
    assert driver.rest(Run()).parameters.vector.tobytes() == first
    assert driver.records["step"].tolist() == list(range(1, 58))
    other = driver.send(Restart(small_config.replace(seed=0)))
    assert other.parameters.vector.tobytes() != start


def test_restart_that_does_not_fit_leaves_the_run_and_says_why(drive, small_config):
    driver = drive()
    before = driver.rest(Step(4))
    refused = driver.send(Restart(small_config.replace(layer_sizes=(784, 3))))
    assert (refused.run_id, refused.step, refused.state) == (1, 4, "paused")
    assert "784 inputs" in refused.message
    assert refused.parameters.vector.tobytes() == before.parameters.vector.tobytes()
    assert driver.rest(Step(1)).message == ""


def test_load_state_goes_on_to_the_bit(drive, straight, small_config, state_bytes):
    config = small_config.replace(optimizer="adam", learning_rate=0.01)
    state = straight(25, config)[0].state()
    driver = drive()
    loaded = driver.send(LoadState(config, state, "a.safetensors"))
    assert (loaded.run_id, loaded.state, loaded.step) == (2, "ready", 25)
    assert loaded.title == "a.safetensors"
    assert state_bytes(loaded.training_state) == state_bytes(state)
    finished = driver.rest(Run())
    assert state_bytes(finished.training_state) == state_bytes(straight(57, config)[0].state())
    assert driver.records["step"].tolist() == list(range(26, 58))


def test_run_finishes_at_the_configured_epochs_and_can_go_on(drive, straight):
    driver = drive()
    finished = driver.rest(Run())
    assert (finished.state, finished.step, finished.epoch) == ("finished", 57, 3.0)
    assert finished.training_state is not None
    further = driver.rest(Run())
    assert (further.state, further.epoch) == ("finished", 6.0)
    assert driver.records.tobytes() == straight(114)[1].tobytes()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pattern=st.lists(
        st.tuples(st.sampled_from(["step", "back", "rate"]), st.integers(1, 9), st.booleans()),
        min_size=1, max_size=8,
    )
)  # fmt: skip
@example([("step", 3, True), *[("back", 1, False), ("rate", 1, False)] * 2])
def test_no_record_is_lost_whenever_the_reader_looks(drive, straight, pattern):
    """Some commands are followed by a look into the mailbox, others are not."""
    driver = drive()
    step, head, rate, changes = 0, 0, 0.5, []
    for what, amount, look in pattern:
        if what == "step":
            (driver.rest if look else driver.post)(Step(amount))
            if not look:
                driver.rest(Pause())  # A command ends a Step that is still under way.
            step = driver.snapshot.step
            head = max(head, step)
        elif what == "rate":
            driver.post(ChangeSettings((("learning_rate", 0.1 * amount),)))
            rate = ([0.5] + [value for at, value in changes if at <= step])[-1]
            if step < head and rate != 0.1 * amount:
                # Another future: a branch.
                head, changes = step, [c for c in changes if c[0] <= step]
            if rate != 0.1 * amount:
                changes = [c for c in changes if c[0] != step]
                changes.append((step, 0.1 * amount))
        else:
            driver.post(StepBack())
            step = max(0, step - 1)
    last = driver.send(Pause())
    assert (last.step, last.head_step) == (step, head)
    assert driver.records["step"].tolist() == list(range(1, head + 1))
    if head:
        assert driver.records.tobytes() == straight(head, changes=changes)[1].tobytes()
    trainer = straight(step, changes=[c for c in changes if c[0] < step])[0]
    assert last.parameters.vector.tobytes() == trainer.parameters.vector.tobytes()
    driver.loop.close()


def test_same_bytes_with_a_fast_reader_and_with_none(drive, small_config):
    config = small_config.replace(epochs=30)
    watched, alone = drive(config), drive(config)
    alone.post(Run())
    watched.send(SetDetail(frozenset({"gradient", "probe", "evaluation", "surface"})))
    seen = watched.rest(Run())
    end = alone.until(lambda s: s.state == "finished")
    assert end.parameters.vector.tobytes() == seen.parameters.vector.tobytes()
    assert alone.records.tobytes() == watched.records.tobytes()
    assert len(watched.records) == 570


def test_snapshots_are_read_only_and_never_change(drive, small_config):
    driver = drive(small_config.replace(**LONG))
    driver.send(SetDetail(frozenset({"gradient", "probe"})))
    driver.send(Run())
    early = driver.until(lambda s: s.step > 5 and s.gradient is not None)
    assert early.probe is not None
    arrays = [early.parameters.vector, early.gradient.vector, early.records]
    before = [array.tobytes() for array in arrays]
    driver.until(lambda s: s.step > early.step + 100)
    assert [array.tobytes() for array in arrays] == before
    for array in [*arrays, *early.probe.activations, early.probe.squared_differences]:
        assert not array.flags.writeable
    state = driver.send(Pause()).training_state
    assert not state.parameters.vector.flags.writeable
    assert not state.optimizer_state.flags.writeable


def test_the_gradient_says_of_what_it_is(drive, straight):
    driver = drive()
    start = driver.send(SetDetail(frozenset({"gradient"})))
    assert (start.gradient_is_next, start.gradient_examples, start.gradient_batch) == (True, 16, 16)
    first = driver.rest(Step(1))
    assert (first.gradient_is_next, first.gradient_examples) == (False, 16)
    np.testing.assert_allclose(first.gradient.vector, start.gradient.vector, atol=1e-7)
    driver.rest(Step(19))
    back = driver.send(StepBack())
    assert (back.step, back.gradient_examples, back.gradient_batch) == (19, 12, 12)
    assert back.gradient.vector.tobytes() == straight(19)[0].gradient.vector.tobytes()
    for _ in range(19):
        again = driver.send(StepBack())
    assert (again.step, again.gradient_is_next) == (0, True)
    assert again.gradient.vector.tobytes() == start.gradient.vector.tobytes()


def test_the_next_gradient_of_a_full_batch_is_of_its_first_examples(drive, mnist, small_config):
    config = small_config.replace(layer_sizes=(784, 8, 10), mini_batch="all", n_examples=2500)
    driver = drive(config, mnist)
    start = driver.send(SetDetail(frozenset({"gradient"})))
    found = (start.gradient_is_next, start.gradient_examples, start.gradient_batch)
    assert found == (True, 1000, 2500)
    first = driver.rest(Step(1))
    found = (first.gradient_is_next, first.gradient_examples, first.gradient_batch)
    assert found == (False, 2500, 2500)


def test_divergence_names_the_step_and_keeps_the_last_finite_network(drive, small_config):
    config = small_config.replace(
        hidden_activation="relu", output_activation="identity", learning_rate=1e9, **LONG
    )
    driver = drive(config)
    snapshot = driver.rest(Run())
    assert snapshot.state == "diverged"
    assert f"at step {snapshot.step + 1:,}:" in snapshot.message
    assert np.isfinite(snapshot.parameters.vector).all()
    assert driver.send(Run()).state == "diverged"
    assert driver.send(Restart(small_config)).message == ""
    assert driver.rest(Step(3)).step == 3


def test_an_error_in_the_worker_is_shown_and_restart_recovers(drive, small_config, monkeypatch):
    driver = drive()
    driver.rest(Step(3))

    def fail(*_):
        raise RuntimeError("no more ink")

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "advance", fail)
        failed = driver.rest(Run())
    assert failed.state == "failed"
    assert "RuntimeError: no more ink" in failed.message
    assert driver.loop.alive
    assert driver.send(Restart(small_config)).state == "ready"
    assert driver.rest(Run()).state == "finished"


def test_an_error_while_showing_is_shown(drive, monkeypatch):
    """A snapshot that cannot be made must not end the thread in silence."""
    driver = drive()

    def fail(*_):
        raise RuntimeError("no picture")

    monkeypatch.setattr(run_module, "probe_of", fail)
    failed = driver.send(SetDetail(frozenset({"probe"})))
    assert failed.state == "failed"
    assert "no picture" in failed.message


def test_the_state_is_given_while_running(drive, straight, small_config, state_bytes):
    config = small_config.replace(optimizer="adam", learning_rate=0.01, **LONG)
    driver = drive(config)
    driver.send(Run())
    driver.until(lambda s: s.step > 20)
    answer = driver.send(RequestState())
    assert answer.state == "running"
    assert state_bytes(answer.training_state) == state_bytes(
        straight(answer.step, config)[0].state()
    )
    later = driver.until(lambda s: s.step > answer.step)
    assert (later.state, later.training_state) == ("running", None)


def test_the_state_that_was_asked_for_is_not_lost_under_later_commands(drive, small_config):
    driver = drive(small_config.replace(**LONG))
    driver.send(Run())
    driver.post(RequestState())
    last = 0
    for index in range(30):
        last = driver.post(SetProbe(index))
        # Each is obeyed, and shown, before the next; nobody reads.
        driver.loop._wake()
        while driver.loop._acknowledged < last:
            threading.Event().wait(0.001)
    taken = driver.poll()
    assert taken.state == "running"
    assert taken.training_state.step == taken.step


def test_what_the_views_want_outlives_a_failure(drive, small_config, monkeypatch):
    driver = drive()
    driver.send(SetProbe(5))
    driver.send(SetDetail(frozenset({"gradient", "probe"})))

    def fail(*_):
        raise RuntimeError("no picture")

    with monkeypatch.context() as patch:
        patch.setattr(run_module, "probe_of", fail)
        assert driver.rest(Step(1)).state == "failed"
    again = driver.send(Restart(small_config))
    assert again.state == "ready"
    assert again.gradient is not None
    assert again.probe.index == 5


def test_a_command_that_fails_does_not_swallow_the_next(drive, monkeypatch):
    driver = drive()

    def fail(*_):
        raise RuntimeError("refused")

    monkeypatch.setattr(training_loop.BranchingRun, "step_back", fail)
    condition = driver.loop._condition
    with condition:  # Both are obeyed in one turn.
        driver.post(StepBack())
        last = driver.post(SetProbe(4))
    driver.until(lambda s: s.acknowledged >= last)
    assert driver.loop._probe_index == 4
    assert driver.loop.close()


def test_full_batch_is_interrupted_between_chunks_without_a_trace(
    drive, mnist, state_bytes, small_config, monkeypatch
):
    """60,000 images take 60 chunks; Pause is obeyed after the chunk at work."""
    config = small_config.replace(layer_sizes=(784, 8, 10), mini_batch="all", **LONG)
    driver = drive(config, mnist)
    engine = driver.loop._run.trainer._current.ready().engine
    large_gradient, chunks, begun = engine.large_gradient, [], threading.Event()

    def counted(examples, rows, should_stop, spread=map):
        def asked():
            chunks.append(1)
            if len(chunks) == 3:
                begun.set()
                driver.loop._interrupted.wait(60)
            return should_stop()

        return large_gradient(examples, rows, asked, spread)

    monkeypatch.setattr(engine, "large_gradient", counted)
    start = state_bytes(driver.snapshot.training_state)
    driver.post(Run())
    assert begun.wait(60)
    paused = driver.send(Pause())
    assert len(chunks) < 60
    assert (paused.state, paused.step) == ("paused", 0)
    assert state_bytes(paused.training_state) == start
    assert driver.rest(Step(1)).step == 1
    trainer = Trainer(config, mnist)
    trainer.advance(1)
    assert driver.snapshot.parameters.vector.tobytes() == trainer.parameters.vector.tobytes()


def test_evaluation_is_that_of_the_trainers_own_examples(drive, blobs, small_config):
    """Shuffled labels and the first examples only: what is scored is what is trained on."""
    config = small_config.replace(shuffle_labels=0.5, n_examples=200)
    driver = drive(config)
    driver.send(SetDetail(frozenset({"evaluation"})))
    driver.rest(Step(7))
    driver.until(lambda _: any(e.step == 7 for e in driver.evaluations))
    found = next(e for e in driver.evaluations if e.step == 7)
    shuffled = shuffle_labels(blobs, 0.5, config.seed)
    trainer = Trainer(config, shuffled)
    trainer.advance(7)
    assert driver.snapshot.parameters.vector.tobytes() == trainer.parameters.vector.tobytes()
    labels = shuffled.train.labels[:200]
    assert (labels != blobs.train.labels[:200]).sum() > 20
    expected = network.mean_cost(
        config.architecture, trainer.parameters, shuffled.train.inputs(slice(200)),
        network.one_hot(labels, 3), config.cost,
    )  # fmt: skip
    assert found.train_cost == pytest.approx(expected, rel=1e-5)
    assert found.train_total == 200
    whole = evaluate(config.architecture, trainer.parameters, blobs, config.cost, 7, 7 * 16 / 200)
    assert (found.test_cost, found.test_correct) == (whole.test_cost, whole.test_correct)
    assert found.epoch == whole.epoch


def test_an_evaluation_that_fails_is_a_sentence_and_training_goes_on(drive, monkeypatch):
    def fail(*_):
        raise RuntimeError("torn")

    monkeypatch.setattr(observers, "evaluate", fail)
    driver = drive()
    driver.send(SetDetail(frozenset({"evaluation"})))
    said = driver.until(lambda s: s.message)
    assert said.message == (
        "The evaluation could not be computed: RuntimeError: torn. Training is not affected."
    )
    assert said.state == "ready"
    assert driver.rest(Step(3)).step == 3
    monkeypatch.undo()
    driver.rest(Step(1))
    assert driver.until(lambda s: not s.message).state == "paused"


def test_a_hand_that_scrubs_has_seldom_anything_begun(drive, monkeypatch):
    """Once it rests, the step it has come to is scored without being asked for again."""
    monkeypatch.setattr(observers, "HAND_S", 1000.0)
    monkeypatch.setattr(observers, "EVALUATION_INTERVAL_S", 1000.0)
    scored = []

    def noted(*arguments):
        scored.append(arguments[4])
        return evaluate(*arguments)

    monkeypatch.setattr(observers, "evaluate", noted)
    driver = drive()
    driver.send(SetDetail(frozenset({"evaluation"})))
    driver.rest(Step(40))
    driver.until(lambda _: any(e.step == 40 for e in driver.evaluations))
    for step in (30, 20, 10):
        assert driver.send(SeekTo(step)).step == step
    assert not {10, 20, 30} & set(scored)
    monkeypatch.setattr(observers, "HAND_S", 0.001)
    driver.send(SeekTo(15))
    driver.until(lambda _: 15 in scored)


def test_an_evaluation_of_a_step_that_was_undone_is_dropped(drive, monkeypatch):
    gate, entered = threading.Event(), threading.Event()

    def slow(*arguments):
        entered.set()
        assert gate.wait(60)
        return evaluate(*arguments)

    driver = drive()
    driver.rest(Step(5))
    monkeypatch.setattr(observers, "evaluate", slow)
    driver.send(SetDetail(frozenset({"evaluation"})))
    assert entered.wait(60)
    driver.send(StepBack())
    driver.send(ChangeSettings((("learning_rate", 0.001),)))
    again = driver.rest(Step(1))
    gate.set()
    driver.until(lambda _: driver.evaluations)
    scored = driver.until(lambda _: any(e.step == 5 for e in driver.evaluations))
    expected = evaluate(
        scored.config.architecture, again.parameters, driver.loop._run.base, "quadratic"
    )
    costs = {e.test_cost for e in driver.evaluations if e.step == 5}
    assert costs == {expected.test_cost}


def test_a_keyframe_whose_evaluation_was_given_up_is_scored_again(drive, monkeypatch):
    gate, entered, scored = threading.Event(), threading.Event(), []

    def slow(*arguments):
        step = arguments[4]
        scored.append(step)
        if 0 < step < 50 and not gate.is_set():
            entered.set()
            assert gate.wait(60)
        return evaluate(*arguments)

    monkeypatch.setattr(observers, "evaluate", slow)
    driver = drive()
    driver.send(SetDetail(frozenset({"evaluation"})))
    driver.until(lambda _: driver.evaluations)
    driver.send(SetDetail(frozenset()))
    driver.rest(Step(50))
    driver.send(SetDetail(frozenset({"evaluation"})))
    assert entered.wait(60)
    given_up = scored[-1]
    driver.send(StepBack())
    driver.send(Fork())
    gate.set()
    driver.until(lambda _: any(e.step == given_up for e in driver.evaluations))
    assert scored.count(given_up) == 2


def test_an_evaluation_looks_whether_it_is_still_wanted(drive, monkeypatch):
    """Looked for at every part: with a large network each takes a second."""
    entered, left = threading.Event(), threading.Event()

    def endless(*arguments):
        entered.set()
        try:
            while True:
                arguments[-1]()
                threading.Event().wait(0.001)
        finally:
            left.set()

    monkeypatch.setattr(observers, "evaluate", endless)
    driver = drive()
    driver.send(SetDetail(frozenset({"evaluation"})))
    assert entered.wait(60)
    assert driver.loop.close()
    assert left.is_set()


def test_close_twice_and_before_the_start(blobs, small_config):
    loop = TrainingLoop(blobs, small_config)
    assert loop.close()
    assert loop.close()
    assert not loop.alive
    loop = TrainingLoop(blobs, small_config)
    loop.start()
    loop.send(Run())
    assert loop.close()
    assert loop.close()
    assert not loop.alive


def test_a_configuration_that_does_not_fit_leaves_no_thread(blobs, small_config):
    with pytest.raises(ValueError, match="784 inputs"):
        TrainingLoop(blobs, small_config.replace(layer_sizes=(784, 3)))


def test_a_diverged_run_goes_on_by_other_settings(drive, small_config):
    config = small_config.replace(output_activation="identity", learning_rate=1e6, epochs=10)
    driver = drive(config)
    diverged = driver.rest(Run())
    assert diverged.state == "diverged"
    # Its weights are large: with the identity the next cost is infinite whatever η is.
    changed = driver.send(
        ChangeSettings((("output_activation", "sigmoid"), ("learning_rate", 0.1)))
    )
    assert (changed.state, changed.message) == ("paused", "")
    assert driver.rest(Step(3)).step == diverged.step + 3


def test_a_large_step_is_shown_to_run_before_it_ends(drive, mnist, small_config, monkeypatch):
    config = small_config.replace(layer_sizes=(784, 8, 10), mini_batch="all", **LONG)
    driver = drive(config, mnist)
    engine = driver.loop._run.trainer._current.ready().engine
    large_gradient, shown = engine.large_gradient, threading.Event()

    def waits(examples, rows, should_stop, spread=map):
        shown.wait(60)
        return large_gradient(examples, rows, should_stop, spread)

    monkeypatch.setattr(engine, "large_gradient", waits)
    identity = driver.post(Run())
    running = driver.until(lambda s: s.acknowledged >= identity)
    assert (running.state, running.step) == ("running", 0)
    shown.set()
    driver.send(Pause())
