"""Starting and stopping at its default size (R9), and that a bad end is noticed."""

import json

import pytest
import start_stop


def test_every_way_to_end_ends_cleanly_and_keeps_the_run(capsys):
    code = start_stop.main(["--json"])
    cycles = json.loads(capsys.readouterr().out)
    assert [(cycle["kind"], cycle["trouble"]) for cycle in cycles] == [
        (kind, "") for kind in start_stop.KINDS
    ]
    assert code == 0


@pytest.mark.parametrize(
    ("kind", "code", "said", "is_kept", "trouble"),
    [
        ("training", 0, "", True, ""),
        ("training", 0, "This plugin does not support raise()", True, ""),
        ("training", 0, "", False, "the run is not in the library"),
        ("training", 1, "", True, "exit code 1"),
        ("atexit", 0, "Traceback\nRuntimeError: x", True, "it says Traceback / RuntimeError: x"),
        ("picture", 0, "", True, "window.png is missing"),
        ("at_once", 0, "", True, "a run was kept"),
        ("recording", 130, "gdviz: error: interrupted at step 5; what", False, ""),
        ("recording", 0, "", False, "exit code 0"),
    ],
)
def test_a_bad_end_is_noticed(tmp_path, kind, code, said, is_kept, trouble):
    if is_kept:
        runs = tmp_path / "data" / "gdviz" / "runs"
        runs.mkdir(parents=True)
        (runs / "a.gdviz").touch()
    assert start_stop.trouble_of(kind, code, said, tmp_path) == trouble


def test_what_is_left_half_written_is_noticed(tmp_path):
    (tmp_path / ".gdviz-x.tmp").touch()
    assert start_stop.trouble_of("at_once", 0, "", tmp_path) == ".gdviz-x.tmp was left"


def test_each_cycle_has_folders_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("GDVIZ_HOME", "/elsewhere")
    environment = start_stop.environment(tmp_path)
    assert "GDVIZ_HOME" not in environment
    assert environment["XDG_DATA_HOME"] == str(tmp_path / "data")
