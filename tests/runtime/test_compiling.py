"""The engine is compiled beside the training, which begins with NumPy."""

import threading

import pytest

from gdviz.engine import availability, slices
from gdviz.runtime import compiling
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.commands import Fork, LoadCompiler, Restart, Run, SetDetail, Step, StepBack
from gdviz.runtime.compiling import Compiling
from gdviz.training.marks import Mark
from gdviz.training.trainer import Trainer


class SlowCompiler:
    """Stands in for the process: ends when it is told to."""

    def __init__(self, succeeds=True):
        self.may_end = threading.Event()
        self.succeeds = succeeds
        self.cancelled = False

    def __call__(self, job):
        while not self.may_end.wait(0.01):
            if job.cancelled:
                self.cancelled = True
                raise Cancelled
        return self.succeeds


@pytest.fixture
def compiler(monkeypatch):
    stand_in = SlowCompiler()
    monkeypatch.setattr(compiling, "is_compiled_on_disk", lambda: False)
    monkeypatch.setattr(compiling, "_compile", stand_in)
    return stand_in


def test_numpy_trains_until_the_compiled_engine_is_ready(drive, compiler, small_config, blobs):
    driver = drive()
    assert (driver.snapshot.engine, driver.snapshot.is_compiling) == ("numpy", True)
    assert driver.rest(Step(7)).engine == "numpy"
    compiler.may_end.set()
    ready = driver.until(lambda s: not s.is_compiling)
    assert ready.engine == "compiled"
    assert ready.marks == (Mark(7, "engine", "numpy", "compiled"),)
    last = driver.rest(Step(5))
    by_hand = Trainer(small_config, blobs, engine="numpy")
    by_hand.advance(7)
    by_hand.use_engine("compiled")
    by_hand.advance(5)
    assert last.parameters.vector.tobytes() == by_hand.parameters.vector.tobytes()


def test_before_the_first_step_nothing_is_marked(drive, compiler):
    driver = drive()
    compiler.may_end.set()
    ready = driver.until(lambda s: not s.is_compiling)
    assert (ready.engine, ready.marks, ready.step) == ("compiled", (), 0)


def test_a_run_that_begins_meanwhile_begins_with_numpy(drive, compiler, small_config):
    driver = drive()
    assert driver.send(Restart(small_config.replace(seed=3))).engine == "numpy"
    compiler.may_end.set()
    assert driver.until(lambda s: not s.is_compiling).engine == "compiled"
    assert driver.send(Restart(small_config)).engine == "compiled"


def test_a_compiler_that_fails_leaves_numpy(drive, compiler):
    compiler.succeeds = False
    driver = drive()
    driver.post(Run())
    compiler.may_end.set()
    failed = driver.until(lambda s: not s.is_compiling)
    assert failed.engine == "numpy"
    assert failed.message == "The engine could not be compiled: NumPy goes on, more slowly."
    assert driver.send(Restart(driver.snapshot.config)).engine == "numpy"
    assert not availability.is_ready()
    assert driver.loop.close()
    assert availability.is_ready()


def test_nothing_else_is_compiled_meanwhile(drive, compiler, blobs, small_config):
    drive()
    assert not availability.is_ready()
    assert Trainer(small_config, blobs).engine_name == "numpy"
    assert slices.slice_kernel() is None
    assert Trainer(small_config, blobs, engine="compiled").engine_name == "compiled"


def test_a_branch_from_where_numpy_trained_goes_on_with_the_compiled_engine(drive, compiler):
    driver = drive()
    driver.rest(Step(7))
    compiler.may_end.set()
    driver.until(lambda s: not s.is_compiling)
    driver.rest(Step(2))
    for _ in range(4):
        back = driver.send(StepBack())
    assert (back.step, back.engine, back.marks) == (5, "numpy", ())
    driver.send(Fork())
    forked = driver.until(lambda s: s.engine == "compiled")
    assert forked.marks == (Mark(5, "engine", "numpy", "compiled"),)


def test_what_waits_is_loaded_when_it_is_told_to(drive, monkeypatch):
    monkeypatch.setattr(compiling, "is_known", lambda: False)
    driver = drive(compiler_waits=True)
    trained = driver.rest(Step(3))
    assert (trained.engine, trained.is_compiling) == ("numpy", True)
    driver.post(LoadCompiler())
    ready = driver.until(lambda s: not s.is_compiling)
    assert ready.marks == (Mark(3, "engine", "numpy", "compiled"),)


def test_closing_what_waits_leaves_the_compiler_to_others(drive, monkeypatch):
    monkeypatch.setattr(compiling, "is_known", lambda: False)
    driver = drive(compiler_waits=True)
    assert not availability.is_ready()
    assert driver.loop.close()
    assert availability.is_ready()


def test_a_slice_waits_for_what_is_soon_loaded(drive, monkeypatch):
    """By the reference it would take longer."""
    monkeypatch.setattr(compiling, "is_known", lambda: False)
    driver = drive(compiler_waits=True)
    waiting = driver.send(SetDetail(frozenset({"surface"})))
    assert waiting.surface_progress is None
    driver.post(LoadCompiler())
    assert driver.until(lambda s: s.surface is not None).engine == "compiled"


def test_closing_does_not_wait_for_the_compiler(drive, compiler):
    driver = drive()
    assert driver.loop.close()
    assert compiler.cancelled


def test_nothing_is_compiled_twice_or_unasked(monkeypatch):
    started = []
    monkeypatch.setattr(compiling, "_compile", started.append)
    for is_kept, is_wanted in ((True, True), (False, False)):
        monkeypatch.setattr(compiling, "is_compiled_on_disk", lambda kept=is_kept: kept)
        work = Compiling(lambda: None, is_wanted=is_wanted)
        assert not work.is_under_way
        assert work.take_end() is None
        work.close()
    assert started == []


class Job:
    """A job that is never cancelled."""

    cancelled = False


def test_the_process_is_ended_when_nobody_waits_for_it():
    class Given(Job):
        cancelled = True

    with pytest.raises(Cancelled):
        compiling._compile(Given())


def test_the_process_takes_its_modules_from_where_this_one_has_them(monkeypatch, tmp_path):
    """A numba.py in the folder the user stands in is none of ours."""
    (tmp_path / "numba.py").write_text("raise SystemExit(5)", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert compiling._compile(Job()) is True


def test_a_process_that_compiles_nothing_has_failed(monkeypatch, tmp_path):
    (tmp_path / "numba.py").write_text("raise ImportError('gone')", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert compiling._compile(Job()) is False


def test_a_compiler_nobody_has_asked_for_is_loaded_by_the_worker(monkeypatch, drive):
    """The window does not wait for Numba; neither does training."""
    monkeypatch.setattr(compiling, "is_known", lambda: False)
    driver = drive()
    ready = driver.until(lambda s: not s.is_compiling)
    assert (ready.engine, ready.marks) == ("compiled", ())
    assert driver.rest(Step(3)).marks == ()
