import socket
import sys

import pytest

from gdviz.qt import display
from gdviz.qt.display import display_problem

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has to be asked")


def test_no_display_is_a_sentence():
    assert "neither DISPLAY nor WAYLAND_DISPLAY" in display_problem({})


def test_a_dead_display_is_a_sentence():
    assert display_problem({"DISPLAY": ":987"}) == "the display :987 does not answer"


@pytest.mark.parametrize(
    "environment",
    [
        {"QT_QPA_PLATFORM": "offscreen"},
        {"WAYLAND_DISPLAY": "wayland-0"},
        {"DISPLAY": "other.machine:0"},
    ],
)
def test_what_cannot_be_asked_is_left_to_qt(environment):
    assert display_problem(environment) == ""


def test_a_display_that_answers_is_fine(tmp_path, monkeypatch):
    path = str(tmp_path / "X5")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(path)
        server.listen()
        answers = display._answers
        monkeypatch.setattr(display, "_answers", lambda _path: answers(path))
        assert display_problem({"DISPLAY": ":5.0"}) == ""


def test_run_window_without_a_display_ends_with_4(monkeypatch, capsys):
    from gdviz.__main__ import main

    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 4
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("gdviz: error: there is no display")
    assert "gdviz record" in last
