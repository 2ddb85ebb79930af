"""Crash reports: where a process was when it died, and nothing of one that ended."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gdviz.storage import crash_report
from gdviz.storage.atomic import SaveError
from gdviz.storage.crash_report import leftover

ROOT = Path(__file__).parents[2]


def run(folder, *lines):
    """Run a program that watches itself, to its end."""
    start = (
        "import ctypes, os, signal, sys\nfrom pathlib import Path\n"
        "from gdviz.storage.crash_report import begin, leftover\n"
        "folder = Path(sys.argv[1])\nwatch = begin(folder)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", start + "\n".join(lines), str(folder)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGSEGV"), reason="needs the signal")
def test_leftover_of_a_fault_says_where_each_thread_was(tmp_path):
    ended = run(
        tmp_path, "def walks_off_the_edge():", "    os.kill(os.getpid(), signal.SIGSEGV)", "",
        "walks_off_the_edge()",
    )  # fmt: skip
    assert ended.returncode != 0
    (report,) = leftover(tmp_path)
    assert report.has_trace
    assert report.text.startswith("gdviz ")
    assert "Fatal Python error: Segmentation fault" in report.text
    assert "walks_off_the_edge" in report.text
    assert report.ended_at.endswith("+00:00")
    report.discard()
    assert list(tmp_path.iterdir()) == []


def test_leftover_of_a_killed_process_has_no_trace(tmp_path):
    run(tmp_path, "os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))")
    (report,) = leftover(tmp_path)
    assert not report.has_trace
    assert leftover(tmp_path) == [], "another window does not show it too"
    report.release()
    assert len(leftover(tmp_path)) == 1


def test_leftover_what_was_noted_is_there(tmp_path):
    run(tmp_path, "watch.note('ValueError: caught by nobody\\n\\n')", "os._exit(3)")
    (report,) = leftover(tmp_path)
    assert report.text.endswith("\nValueError: caught by nobody\n\n")
    assert report.has_trace
    report.discard()


def test_leftover_of_a_process_that_ended_or_lives_is_nothing(tmp_path):
    ended = run(
        tmp_path, "print(leftover(folder), len(list(folder.iterdir())))", "watch.end()",
        "watch.end()", "watch.note('too late')",
    )  # fmt: skip
    assert (ended.stdout, ended.stderr) == ("[] 1\n", "")
    assert list(tmp_path.iterdir()) == []


def test_begin_in_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SaveError, match="cannot be made"):
        crash_report.begin(tmp_path / "file")


def test_leftover_garbage_is_shown_or_removed_and_reports_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(crash_report, "MOST_REPORTS", 3)
    assert leftover(tmp_path / "none") == []
    (tmp_path / "1-empty").mkdir()
    for number in range(5):
        (tmp_path / f"2-{number}").mkdir()
        (tmp_path / f"2-{number}" / "report.txt").write_bytes(b"\xff\0" * 200_000)
    reports = leftover(tmp_path)
    assert len(reports) == 3
    assert all(len(report.text) == 256 << 10 for report in reports)
    assert len(list(tmp_path.iterdir())) == 3
    for report in reports:
        report.discard()
