"""The composition root: builds the objects and hands them to each other."""

from __future__ import annotations

import argparse
import atexit
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import gdviz
from gdviz.bundled import resources_folder
from gdviz.cli.main import window_parser
from gdviz.cli.options import config_of
from gdviz.cli.output import EXIT_NOTHING_TO_SHOW, CommandError
from gdviz.data.dataset import Dataset
from gdviz.data.sources import load_dataset
from gdviz.qt.display import display_problem
from gdviz.qt.errors import ErrorHandler
from gdviz.qt.keeping.log_file import LogFile
from gdviz.qt.keeping.recovery import CRASHES, LOGS
from gdviz.qt.main_window import MainWindow
from gdviz.qt.memory import return_large_blocks, set_aside
from gdviz.qt.session import Session
from gdviz.qt.system_theme import theme_named
from gdviz.qt.theme import apply_theme
from gdviz.runtime.thread_turns import take_short_turns
from gdviz.storage import crash_report
from gdviz.storage.paths import config_folder, state_folder
from gdviz.storage.settings import load_settings

logger = logging.getLogger(__name__)

SWITCH_INTERVAL_S = 0.0005
"""How long the interpreter's lock is kept from a thread that waits for it.

The training thread needs it for some microseconds after each burst; with Python's 5 ms it
waits as long as it trains (measured: 143,000 examples/s with all views open against 262,000).
"""

READY_LOOK_MS = 500
"""Between two looks whether everything is loaded."""


@contextmanager
def first_turn() -> Iterator[None]:
    """Have the calling thread, which paints, wait little for the lock and for a core."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    take_short_turns()
    try:
        yield
    finally:
        take_short_turns(0)
        sys.setswitchinterval(before)


def make_application() -> QApplication:
    """Give the process's application, made if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    return_large_blocks()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("gdviz")
    application.setOrganizationName("gdviz")
    application.setWindowIcon(
        QIcon(str(resources_folder() / "icons" / "application" / "gdviz.svg"))
    )
    return application


def create_window(
    arguments: list[str],
    ahead: Callable[[], Dataset] | None = None,
    *,
    keeps: bool = False,
) -> MainWindow:
    """Build the window on an existing `QApplication`, not yet shown.

    Its frame clock ticks whenever the event loop runs, shown or not; ``window.tick()`` asks
    for a frame at once.

    Parameters
    ----------
    arguments : list of str
        As on the command line, without the program's name.
    ahead : callable, optional
        Gives the data that the arguments name, if they are being loaded already.
    keeps : bool, default False
        Whether the session is saved by itself, runs go into the library, and what was cut short is
        offered. A script that drives the window finds it as it expects and leaves the user's runs
        alone.

    Returns
    -------
    MainWindow
        Close it, or call ``shut_down``: it owns threads.

    Raises
    ------
    CommandError
        If the arguments are wrong.
    DataError
        If the data cannot be used.
    """
    options = window_parser().parse_args(arguments)
    window = window_of(options, ahead, keeps=keeps)
    window.views.make_all()
    window.start()
    return window


def window_of(
    options: argparse.Namespace,
    ahead: Callable[[], Dataset] | None = None,
    *,
    keeps: bool = False,
    inspects: bool = True,
) -> MainWindow:
    """Build the window for parsed options; see `create_window`.

    Its views are still missing: once it is in sight each frame makes one, or ``make_all``. With
    `inspects`, files open ready to be inspected; a recording goes on from the first.
    """
    config = config_of(options)
    dataset = load_dataset(config.data) if ahead is None else ahead()
    if config.data != "mnist":
        config = config_of(options, dataset.n_inputs, dataset.n_classes)
        config = config.replace(data=dataset.source)
    settings, notice = load_settings()
    theme = options.theme or settings.theme
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise TypeError("a QApplication must exist before the window")
    apply_theme(application, theme_named(theme))
    # Its folder is made when something is saved; one that cannot be made is no reason to stop.
    store = QSettings(str(config_folder() / "layout.ini"), QSettings.Format.IniFormat)
    session = Session(dataset, config, engine=options.engine, compiler_waits=True)
    try:
        window = MainWindow(session, config, settings, store, keeps=keeps)
    except BaseException:
        session.close()
        raise
    if notice:
        window.status.show_notice(notice)
    if options.files:
        open_files(window, [Path(name) for name in options.files], inspects=inspects)
    return window


def open_files(window: MainWindow, files: list[Path], *, inspects: bool) -> None:
    """Open what was asked for on the command line: to be inspected, two of them beside each other.

    Without `inspects` the first is gone on with, as for a recording.
    """
    most, words = (2, "Two networks can be compared; the first two were taken.")
    if not inspects:
        most, words = (1, "One network can be open at a time; the first was taken.")
    window.open_path(files[0], words if len(files) > most else "")
    if inspects:
        window.show_workspace("inspect")
        if len(files) > 1:
            window.inspect.open_other(files[1])
            window.views.docks["compare"].raise_()


def set_aside_when_ready(window: MainWindow) -> None:
    """Have `set_aside` called once the window is shown and the engine is loaded."""
    timer = QTimer(window)
    timer.setInterval(READY_LOOK_MS)

    def look() -> None:
        snapshot = window.session.snapshot
        is_ready = snapshot is not None and not snapshot.is_compiling
        if is_ready and window.views.is_complete:
            timer.stop()
            set_aside()

    timer.timeout.connect(look)
    timer.start()


def run_window(arguments: list[str], ahead: Callable[[], Dataset] | None = None) -> int:
    """Open the window and run until it is closed.

    Parameters
    ----------
    arguments, ahead
        See `create_window`.

    Returns
    -------
    int
        0, or 128 and the number of the signal that closed it: 130 after Ctrl+C.
    """
    problem = display_problem()
    if problem:
        raise CommandError(
            f"{problem}; `gdviz record --output FOLDER` renders the window without one",
            EXIT_NOTHING_TO_SHOW,
        )
    application = make_application()
    handler = ErrorHandler()
    handler.install()
    # Before anything of ours may go wrong: reports of a crash and the log beside it.
    log, crash = LogFile(state_folder() / LOGS), begin_crash_report()
    logger.info("gdviz %s begins", gdviz.__version__)
    try:
        with first_turn():
            window = window_of(window_parser().parse_args(arguments), ahead, keeps=True)
            return _run(application, window)
    finally:
        handler.uninstall()
        if crash is not None:
            crash.end()
        log.close()


def begin_crash_report() -> crash_report.CrashWatch | None:
    """Have the interpreter write down where every thread is if the process dies."""
    try:
        return crash_report.begin(state_folder() / CRASHES)
    except OSError as error:
        logger.info("there will be no crash report: %s", error)
        return None


def _run(application: QApplication, window: MainWindow) -> int:
    """Show a window and run until it is closed, by the user or by a signal."""
    application.aboutToQuit.connect(window.shut_down)
    # The desktop's session ends: the process may be gone before the window has closed.
    application.commitDataRequest.connect(lambda _manager: window.keeping.save_before_end())
    application.saveStateRequest.connect(lambda _manager: window.keeping.save_before_end())
    atexit.register(end_window, window)
    with closing_signals(window) as received:
        try:
            window.show()
            window.start()
            set_aside_when_ready(window)
            code = application.exec()
        finally:
            atexit.unregister(end_window)
            window.keeping.ending.may_ask = False
            end_window(window)
    return 128 + received[0] if received else code


def end_window(window: MainWindow) -> None:
    """Close a window whose event loop has ended, and delete it; also from `atexit`.

    What is left for the end of the process is deleted in any order, and parts of plots still ask
    for others then.
    """
    window.shut_down()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


@contextmanager
def closing_signals(window: MainWindow) -> Iterator[list[int]]:
    """Close a window cleanly on Ctrl+C, SIGTERM and the end of its terminal.

    Gives a list of the signals' numbers, as they come. What nobody at the window chose to end is
    offered at the next start.
    """
    received: list[int] = []

    def close() -> None:
        window.keeping.stays_for_next_start = received[0] != signal.SIGINT
        window.keeping.ending.may_ask = False
        window.close()

    def interrupt(number: int, _frame: object) -> None:
        received.append(number)
        # Not from here: the signal may have come in the middle of a painting.
        QTimer.singleShot(0, window, close)

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    # Python looks at signals between bytecodes: the frame clock's ticks give it the chance.
    previous = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield received
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
