"""Fixtures for all tests: isolation, leak detection, and small data that are quick to learn."""

import gc
import logging
import os
import threading

# Before NumPy is imported: one BLAS thread, no window on a real display, no user's settings.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import pytest
from hypothesis import settings

from gdviz.data.dataset import Dataset, checked_dataset
from gdviz.data.mnist import load_mnist
from gdviz.training.config import TrainingConfig

# How long an example takes says more about what else runs on the machine than about the code.
# A run says the same each time; with --hypothesis-profile=explore it looks elsewhere.
settings.register_profile("gdviz", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("gdviz")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    """Settings, recent files and layouts of one test are seen by no other, and by no user."""
    monkeypatch.setenv("GDVIZ_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def _no_thread_left():
    """A test that leaves a thread behind fails and names it."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    for thread in left:
        thread.join(2)
    left = [thread.name for thread in left if thread.is_alive()]
    assert not left, f"threads left behind: {left}"


@pytest.fixture(autouse=True)
def _no_unexpected_log(caplog):
    """A warning in gdviz's log that the test did not expect fails it; see `expect_log`."""
    caplog.set_level(logging.WARNING, "gdviz")
    yield
    if getattr(caplog, "expected", False):
        return
    for when in ("setup", "call"):
        unexpected = [
            record.getMessage()
            for record in caplog.get_records(when)
            if record.levelno >= logging.WARNING and record.name.startswith("gdviz")
        ]
        assert not unexpected, f"unexpected log records: {unexpected}"


@pytest.fixture
def expect_log(caplog):
    """Declare that the test provokes warnings in the log, and give them."""
    caplog.expected = True
    return caplog


@pytest.fixture(scope="session", autouse=True)
def _compiled():
    """What changed since the last time is compiled now and not in the middle of a test."""
    from gdviz.engine.warm_up import warm_up

    warm_up()


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    """The complete MNIST, loaded once."""
    return load_mnist()


@pytest.fixture(scope="session")
def blobs() -> Dataset:
    """Three kinds of 4x4 images that a small network learns within a second."""
    generator = np.random.default_rng(5)
    centers = generator.integers(0, 256, (3, 16))

    def draw(count):
        labels = generator.integers(0, 3, count)
        noise = generator.normal(0, 40, (count, 16))
        return np.clip(centers[labels] + noise, 0, 255).astype(np.uint8), labels

    return checked_dataset("blobs", "blobs", draw(300), draw(90))


@pytest.fixture
def small_config() -> TrainingConfig:
    """A 16-8-3 network for `blobs`: mini-batches of 16, the last of an epoch of 12."""
    return TrainingConfig(
        layer_sizes=(16, 8, 3), mini_batch=16, learning_rate=0.5, epochs=3, schedule_epochs=3
    )


@pytest.fixture(autouse=True)
def _no_window_or_timer_left(request):
    """A test that leaves a window or a running timer behind fails and names it."""
    yield
    if "qapp" not in request.fixturenames:
        return
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    if application is None:
        return
    application.processEvents()
    left = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    if left:
        # Perhaps only garbage. Not collected after every test: that takes longer than most do.
        left.clear()
        gc.collect()
        left = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert not left, f"windows left behind: {left}"
    from PySide6.QtCore import QTimer

    running = [
        (widget, timer)
        for widget in QApplication.topLevelWidgets()
        for timer in widget.findChildren(QTimer)
        if timer.isActive()
    ]
    assert not running, f"timers left running: {running}"
