"""The arguments of bench.py, its order and its output, with measurements that take no time."""

import argparse
import json
import os

import bench
import pytest
from bench_report import Findings, row


@pytest.fixture
def groups(monkeypatch):
    """Every group finds one thing, and is noted; no data are loaded."""
    called = []

    def measured(name):
        def act():
            called.append((name, os.environ["GDVIZ_HOME"]))
            return Findings(rows=[row("starts", [1.9])], not_compared={name: "fake"})

        return act

    monkeypatch.setattr(bench, "load_mnist", lambda: None)
    monkeypatch.setattr(
        bench, "table_of_groups", lambda *_: {name: measured(name) for name in bench.GROUPS}
    )
    monkeypatch.setenv("GDVIZ_HOME", os.environ["GDVIZ_HOME"])  # Put back: main changes it.
    return called


def test_main_json_is_one_object_and_nothing_else(groups, capsys):
    assert bench.main(["--json"]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert captured.out.count("\n") == 1
    assert {"machine", "rows", "not_compared", "not_measured"} <= set(told)
    assert len(told["rows"]) == len(bench.GROUPS)
    assert "floor" in captured.err
    assert [name for name, _ in groups] == list(bench.GROUPS)


def test_main_text_says_what_it_was_measured_on_first(groups, capsys):
    assert bench.main(["--only", "floor"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("gdviz ")
    assert "met" in out
    assert [name for name, _ in groups] == ["floor"]


def test_main_measures_away_from_the_users_settings(groups):
    before = os.environ["GDVIZ_HOME"]
    bench.main(["--only", "window", "--json"])
    assert groups[0][1] != before


def test_measure_a_group_that_fails_leaves_the_others():
    def fail():
        raise OSError("no display")

    findings, whole = bench.measure(
        ["window", "floor"], {"window": fail, "floor": lambda: Findings(remarks=["there"])}
    )
    assert not whole
    assert findings.not_measured["window"] == "OSError: no display"
    assert findings.remarks == ["there"]


def test_group_names_come_in_the_order_of_measuring():
    assert bench.group_names("window,floor") == ["floor", "window"]
    with pytest.raises(argparse.ArgumentTypeError, match="'speed' is not one of floor"):
        bench.group_names("speed")


@pytest.mark.parametrize("arguments", [["--rounds", "0"], ["--seconds", "0"], ["--seconds", "nan"]])
def test_parser_refuses_numbers_that_measure_nothing(arguments, capsys):
    with pytest.raises(SystemExit):
        bench.parser().parse_args(arguments)
    assert arguments[0] in capsys.readouterr().err


def test_options_full_watches_for_a_minute(monkeypatch):
    extents = []
    monkeypatch.setattr(bench, "start", extents.append)
    for arguments in ([], ["--full"], ["--full", "--stall-seconds", "3"]):
        bench.table_of_groups(bench.parser().parse_args(arguments), None)["start"]()
    assert [extent.stall_seconds for extent in extents] == [10, 60, 3]


def test_every_group_has_its_measurement():
    assert set(bench.table_of_groups(bench.parser().parse_args([]), None)) == set(bench.GROUPS)
