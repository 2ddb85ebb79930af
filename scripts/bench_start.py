"""A start of the program: how soon the window and a falling curve are there, and its memory.

``python bench_start.py`` is the start itself, as a process of its own (bench_process.py): it
tells when it was shown and when its views were, then trains on when it is asked to and tells
what memory that took.
"""

import sys
import tempfile
import time
from functools import partial

from bench_process import SCRIPTS, Answer, MeasuringProcess, Request, serve
from bench_report import Findings, row
from bench_training import CONFIG, Extent

MEMORY_STEPS = 100_000
WARM_UPS = 1
"""Starts that are not counted: they bring files into memory."""


def memory_mb() -> tuple[float, float] | None:
    """Give this process's memory now and at its peak, or None where no system tells both."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123  # no path of ours
            fields = dict(line.split(":", 1) for line in file)
    except OSError:
        return None
    now, peak = (int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
    return now, peak


def start(extent: Extent) -> Findings:
    """Start the program several times; the last goes on to 100,000 steps."""
    findings = Findings()
    windows, complete, curves = [], [], []
    command = [sys.executable, str(SCRIPTS / "bench_start.py")]
    # Only the first start of all has to compile gdviz's own modules.
    with tempfile.TemporaryDirectory(prefix="gdviz-bench-") as folder:
        variables = {"PYTHONDONTWRITEBYTECODE": None, "PYTHONPYCACHEPREFIX": folder}
        for k in range(WARM_UPS + extent.rounds):
            began = time.time()
            with MeasuringProcess([*command, repr(began)], 1, variables=variables) as process:
                if k >= WARM_UPS:
                    windows.append(process.greeting["window_s"])
                    complete.append(process.greeting["complete_s"])
                    curves.append(process.greeting["curve_s"])
                if k == WARM_UPS + extent.rounds - 1:
                    _add_memory(findings, process.ask(steps=MEMORY_STEPS))
    first = "process started, until the window was painted and could be used; views follow"
    whole = "process started, until every view of it was painted too"
    falling = "process started, until a smoothed cost below its first was painted"
    findings.rows[:0] = [
        row("first_window", windows, first),
        row("whole_window", complete, whole),
        row("first_curve", curves, falling),
    ]
    return findings


def _add_memory(findings: Findings, answer: Answer) -> None:
    if answer["memory_mb"] is None:
        findings.not_measured["memory"] = "this system does not tell a process's memory"
        return
    now, peak = answer["memory_mb"]
    note = f"the window with all views, {answer['steps']:,} steps with their history"
    findings.rows += [row("memory", [peak], note), row("memory_after", [now])]


def main(began: float) -> int:
    """Start the program as its user does, and serve until standard input ends.

    Parameters
    ----------
    began : float
        When the process was asked for, by `time.time`.
    """
    # Qt is imported here, in the process that is timed, not in the one that starts it; and as
    # the program itself does, the data are loaded meanwhile.
    from gdviz.runtime.loading import load_dataset_ahead  # noqa: PLC0415

    ahead = load_dataset_ahead("mnist")
    from bench_window import is_running, own_home, seen, wait  # noqa: PLC0415
    from PySide6.QtCore import QCoreApplication  # noqa: PLC0415

    from gdviz.cli.main import window_parser  # noqa: PLC0415
    from gdviz.qt.app import first_turn, make_application, window_of  # noqa: PLC0415
    from gdviz.qt.main_window import MainWindow  # noqa: PLC0415
    from gdviz.runtime.commands import Pause, Restart, Run  # noqa: PLC0415

    made: list[MainWindow] = []

    def begin() -> Answer:
        make_application()
        window = window_of(window_parser().parse_args([]), ahead, keeps=True)
        window.remembers = False
        made.append(window)
        window.show()
        window.start()

        def is_shown() -> bool:
            handle = window.windowHandle()
            is_exposed = handle is not None and handle.isExposed()
            return is_exposed and window.is_seen and window.session.snapshot is not None

        wait(is_shown, "the window")
        window_s = time.time() - began
        # As its user may do who does not wait for the views.
        window.send(Run())
        answer = {"window_s": window_s}

        def falls() -> bool:
            smoothed = window.session.history.smoothed
            is_drawn = "cost_curves" in window.views.views
            return is_drawn and len(smoothed) > 1 and bool(smoothed[-1] < smoothed[0])

        awaited = {"complete_s": lambda: window.views.is_complete, "curve_s": falls}

        def has_all() -> bool:
            for name in [name for name, is_there in awaited.items() if is_there()]:
                QCoreApplication.processEvents()  # What the last frame has changed is painted.
                answer[name] = time.time() - began
                del awaited[name]
            return not awaited

        wait(has_all, "the views and a falling curve")
        return answer

    def has_taken(window: MainWindow, steps: int) -> bool:
        return is_running(window) and seen(window).step >= steps

    def answer(request: Request) -> Answer:
        window = made[0]
        window.send(Restart(CONFIG))
        identity = window.send(Run())
        wait(lambda: seen(window).acknowledged >= identity, "the new run")
        # Longer than the usual limit: this many steps take a while on a slow machine.
        for part in range(1, 11):
            goal = part * request["steps"] // 10
            wait(partial(has_taken, window, goal), "training")
        window.send(Pause())
        wait(lambda: not is_running(window), "the pause")
        return {"steps": seen(window).step, "memory_mb": memory_mb()}

    with own_home(), first_turn():
        code = serve(begin, answer)
        for window in made:
            window.keeping.ending.may_ask = False
            window.close()
    return code


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
