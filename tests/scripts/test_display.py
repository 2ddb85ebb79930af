"""Where a window would appear."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import display
import pytest
from display import Display, ask_x11, find_display, probe_qt, wayland_answers, x11_address


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (":0", ("", 0)),
        (":1.0", ("", 1)),
        ("unix:2", ("", 2)),
        ("localhost:10.0", ("localhost", 10)),
        ("[::1]:3", ("::1", 3)),
        ("", None),
        ("nonsense", None),
        (":x", None),
        ("/private/tmp/launchd/org.x:0", None),
    ],
)
def test_x11_address_of_display(name, expected):
    assert x11_address(name) == expected


@pytest.mark.parametrize(
    ("environment", "system", "x11", "wayland", "platform", "visible"),
    [
        ({}, "linux", "open", True, "offscreen", False),
        ({"DISPLAY": ":0"}, "linux", "open", True, "xcb", True),
        ({"DISPLAY": ":0"}, "linux", "closed", True, "offscreen", False),
        ({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, "linux", "open", True, "offscreen", False),
        ({"WAYLAND_DISPLAY": "w"}, "linux", "closed", True, "wayland", True),
        ({"WAYLAND_DISPLAY": "w"}, "linux", "closed", False, "offscreen", False),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", "open", False, "xcb", True),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", "open", True, "wayland", True),
        (
            {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"},
            "linux",
            "open",
            True,
            "xcb",
            True,
        ),
        (
            {"DISPLAY": ":0", "QT_QPA_PLATFORM": "wayland"},
            "linux",
            "open",
            True,
            "offscreen",
            False,
        ),
        (
            {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"},
            "linux",
            "open",
            True,
            "offscreen",
            False,
        ),
        ({"QT_QPA_PLATFORM": "minimal:x"}, "linux", "open", True, "offscreen", False),
        ({"QT_QPA_PLATFORM": "eglfs"}, "linux", "closed", False, "eglfs", True),
        ({}, "darwin", "closed", False, "native", True),
        ({}, "win32", "closed", False, "native", True),
    ],
)
def test_find_display_decides(environment, system, x11, wayland, platform, visible):
    found = find_display(environment, system, x11=lambda _: x11, wayland=lambda _: wayland)
    assert (found.platform, found.visible, found.sure) == (platform, visible, True)


def test_find_display_that_wants_a_cookie_is_not_sure():
    found = find_display({"DISPLAY": ":0"}, "linux", x11=lambda _: "unsure")
    assert found == Display("xcb", "", sure=False)


def test_find_display_closed_names_what_was_tried():
    found = find_display({"DISPLAY": ":77"}, "linux", x11=lambda _: "closed")
    assert found.reason == "DISPLAY=:77 cannot be opened"


@pytest.mark.parametrize(
    ("answer", "expected"), [(b"\x01", "open"), (b"\x00", "unsure"), (b"\x02", "unsure")]
)
def test_ask_x11_reads_the_servers_answer(monkeypatch, answer, expected):
    ours, servers = socket.socketpair()
    servers.sendall(answer)
    monkeypatch.setattr(display, "connect_x11", lambda *_: ours)
    with servers:
        assert ask_x11(":0") == expected
        assert servers.recv(64) == display.X11_HELLO


def test_ask_x11_without_a_server_is_closed():
    assert ask_x11(":64123") == "closed"
    assert ask_x11("nonsense") == "closed"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="abstract sockets")
def test_connect_x11_finds_the_abstract_socket():
    number = 50_000 + os.getpid() % 10_000
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0/tmp/.X11-unix/X{number}")
        server.listen()
        with display.connect_x11("", number) as connection:
            assert connection.gettimeout() == display.CONNECT_LIMIT_S


def test_wayland_answers_if_its_socket_listens(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    environment = {"XDG_RUNTIME_DIR": ".", "WAYLAND_DISPLAY": "wayland-0"}
    assert not wayland_answers(environment)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-0")
        server.listen()
        assert wayland_answers(environment)


@pytest.mark.parametrize(("code", "expected"), [(0, True), (1, False), (-6, False)])
def test_probe_qt_takes_an_abort_for_no(monkeypatch, code, expected):
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, code)
    )
    assert probe_qt(Path("python"), {}) is expected


def test_probe_qt_without_an_interpreter_is_no(tmp_path):
    assert not probe_qt(tmp_path / "python", {})
