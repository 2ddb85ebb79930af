"""The promises of reliability at their default size, and that the trials notice what is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

if not hasattr(os, "fork"):
    pytest.skip("Windows has no fork", allow_module_level=True)

import faults
from fault_calls import ERRORS
from fault_report import Tried, as_text
from fault_resumes import OPTIMIZERS

SCRIPTS = Path(faults.__file__).parent


def run(*arguments):
    """Run in a process of its own, which has one thread and may be forked."""
    ended = subprocess.run(
        [sys.executable, *arguments], check=False, capture_output=True, text=True, cwd=SCRIPTS
    )
    assert ended.stdout, ended.stderr
    return ended


def rows_of(group):
    ended = run("faults.py", "--only", group, "--json")
    rows = [Tried(**row) for row in json.loads(ended.stdout)["rows"]]
    assert [failure for row in rows for failure in row.failures] == []
    assert ended.returncode == 0
    return rows


def test_a_hundred_kills_and_one_at_every_call_lose_nothing_saved():
    rows = rows_of("kills")
    assert [row.promise for row in rows] == ["R1"] * 4
    assert sum(row.count for row in rows[:2]) == 100
    assert all(row.count >= 25 for row in rows[2:]), "of each call that reaches the system"


def test_every_system_call_may_fail_and_be_the_last():
    rows = rows_of("calls")
    if rows[0].not_tried:
        pytest.skip(rows[0].not_tried)
    kills, faults_ = rows[::2], rows[1::2]
    assert all(row.count >= 15 for row in kills)
    # Opened, written, flushed, renamed, and the folder opened and flushed: with each error.
    assert all(row.count >= 6 * len(ERRORS) for row in faults_)


def test_a_file_that_may_not_grow_is_refused_wherever_it_ends():
    assert [row.count for row in rows_of("disk")] == [10, 10]


def test_twenty_runs_go_on_from_what_was_saved_to_the_bit():
    rows = rows_of("resumes")
    assert sum(row.count for row in rows) == 20
    assert len(rows) == len(OPTIMIZERS)
    assert all(row.count >= 2 for row in rows)


_IN_PLACE = """
import sys
sys.path.insert(0, ".")
import fault_saves
fault_saves.write_atomically = lambda path, content: path.write_bytes(content)
from fault_kills import kills_at_every_call
row = kills_at_every_call()[0]
print(len(row.failures), row.failures[0])
"""
_FORGETFUL = """
import sys
sys.path.insert(0, ".")
from gdviz.training.state import TrainingState
from gdviz.storage import sessions
opened = sessions.session_of
def forget(content, name):
    session = opened(content, name)
    state = session.live_branch.state.head.state
    object.__setattr__(state, "position", 0)
    return session
import fault_resumes
fault_resumes.session_of = forget
print(sum(len(row.failures) for row in fault_resumes.resumes(7, 1)), "other steps")
"""


@pytest.mark.parametrize(
    ("program", "told"),
    [(_IN_PLACE, "cut short|is empty|Expecting|header"), (_FORGETFUL, "other steps")],
    ids=["written in place", "position forgotten"],
)
def test_what_is_not_right_is_noticed(program, told):
    count, sentence = run("-c", program).stdout.split(" ", 1)
    assert int(count) > 0
    assert any(part in sentence for part in told.split("|")), sentence


def test_main_tries_only_what_is_asked_for(monkeypatch, capsys):
    asked = []

    def groups(options):
        def tried(name):
            asked.append((name, options.kills, options.resumes, options.seed))
            return [Tried("R1", name, 3), Tried("R2", name, 1, ["it was gone"])]

        return {name: lambda name=name: tried(name) for name in faults.GROUPS}

    monkeypatch.setattr(faults, "_groups", groups)
    assert (
        faults.main(["--kills", "5000", "--resumes", "1000", "--seed", "7", "--only", "disk"]) == 1
    )
    assert asked == [("disk", 5000, 1000, 7)]
    out = capsys.readouterr().out
    assert "1 tried, 1 FAILED\n     it was gone" in out
    assert out.endswith("4 tried in 0 s, 1 did not survive\n")
    asked.clear()
    assert faults.main([]) == 1
    assert asked == [(name, 100, 20, 1) for name in faults.GROUPS]


@pytest.mark.parametrize("arguments", [["--kills", "0"], ["--only", "x"], ["--resumes", "many"]])
def test_main_refuses_what_cannot_be(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        faults.main(arguments)
    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_as_text_says_what_was_not_tried():
    row = Tried("R1", "kills", not_tried="there is no strace")
    assert " ".join(as_text([row]).split()) == "R1 kills not tried: there is no strace"
