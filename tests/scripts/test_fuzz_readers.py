"""Made-up files for the readers: none does anything else, and the watch would notice."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import fuzz_readers
import pytest
from fuzz_files import GOOD, make_file, random_of
from fuzz_readers import Progress, read_range
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.storage.readers import NetworkFileError, read_network

SCRIPTS = Path(fuzz_readers.__file__).parent


def _run(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=SCRIPTS,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS.parent)},
    )


def test_two_thousand_files_open_or_are_refused_and_nothing_else_happens(tmp_path):
    ended = _run("fuzz_readers.py", "--json", "--keep", str(tmp_path / "kept"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(ended.stdout)
    assert found["faults"] == []
    assert sum(found["counts"].values()) == 2_000
    assert found["counts"]["opened"] >= 20, "without files that open only the doors are tried"
    assert not (tmp_path / "kept").exists()


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(random=st.randoms(use_true_random=False))
def test_make_file_whatever_it_makes_opens_or_gives_one_sentence(tmp_path, random):
    """The same files, made by hypothesis, which looks for the smallest that fails."""
    _, content = make_file(random, GOOD)
    (tmp_path / "network").write_bytes(content)
    sentence = ""
    try:
        network = read_network(tmp_path / "network")
        assert network.parameters.vector.size == network.architecture.n_parameters
    except NetworkFileError as error:
        sentence = str(error)
    assert "\n" not in sentence


def test_make_file_same_numbers_make_the_same_file_and_every_way_is_taken(monkeypatch):
    made = [make_file(random_of(3, index), GOOD) for index in range(200)]
    # An archive keeps when it was made, unless it is told not to.
    monkeypatch.setattr(time, "localtime", lambda _=None: time.gmtime(2_000_000_000))
    assert made == [make_file(random_of(3, index), GOOD) for index in range(200)]
    assert made != [make_file(random_of(4, index), GOOD) for index in range(200)]
    assert len({way for way, _ in made}) == 10


_WATCHED = """
import fuzz_reading
from pathlib import Path
from gdviz.storage.readers import NetworkFileError

path = Path("{path}")
watch = fuzz_reading.Watch()
kept = []

def refuse(sentence):
    error = NetworkFileError("")
    error.args = (sentence,)  # past what makes one line of it
    raise error

def count_long(path):
    fuzz_reading.SECONDS = 0.001
    sum(range(1_000_000))

def keep_much(path):
    fuzz_reading.SECONDS, fuzz_reading.MEMORY_BYTES = 10, 30 << 20
    kept.append(b"x" * (200 << 20))

for read in (
    lambda path: path.read_bytes(),
    lambda path: refuse("one sentence"),
    lambda path: refuse("two" + chr(10) + "lines"),
    lambda path: {{}}["x"],
    lambda path: (path.parent / "other").read_bytes(),
    lambda path: path.write_bytes(b""),
    lambda path: __import__("colorsys"),
    lambda path: eval("1"),
    lambda path: __import__("os").system("true"),
    count_long,
    keep_much,
):
    print(*reversed(watch.fault_of(read, path)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say what a process held")
def test_watch_notices_whatever_else_a_reader_could_do(tmp_path):
    (tmp_path / "network").write_bytes(b"x")
    (tmp_path / "other").write_bytes(b"x")
    ended = _run("-c", _WATCHED.format(path=tmp_path / "network"))
    lines = ended.stdout.splitlines()
    beginnings = [
        "opened ",
        "refused ",
        "refused not one sentence: 'two\\nlines'",
        "failed KeyError: \"'x'\"",
        "opened did more than read: open",
        "opened did more than read: open",
        "opened did more than read: import",
        "opened did more than read: compile",
        "opened did more than read: os.system",
        "opened took 0.",
        "opened took ",
    ]
    assert len(lines) == len(beginnings), ended.stderr
    assert lines[-1].endswith(" MiB")
    for line, beginning in zip(lines, beginnings, strict=True):
        assert line.startswith(beginning)


def test_read_range_process_that_dies_is_told_and_followed_by_another(tmp_path, monkeypatch):
    """Every third file ends the process."""
    reading = tmp_path / "reading.py"
    reading.write_text(
        "import json, os, sys\n"
        "from pathlib import Path\n"
        "words = sys.argv\n"
        "first, count = int(words[words.index('--first') + 1]), int(words[-1])\n"
        "folder = Path(words[words.index('--folder') + 1])\n"
        "for index in range(first, first + count):\n"
        "    (folder / 'at').write_text(str(index))\n"
        "    if index % 3 == 2:\n"
        "        sys.exit('dead')\n"
        "    print(json.dumps({'counts': {'opened': 1}, 'memory_bytes': index}), flush=True)\n"
    )
    monkeypatch.setattr(fuzz_readers, "READING", reading)
    tried = read_range(1, range(1, 8), Progress(7, is_silent=True))
    assert [fault["index"] for fault in tried.faults] == [2, 5]
    assert all(fault["fault"] == "the process ended with 1: dead" for fault in tried.faults)
    assert tried.counts == {"opened": 5}
    assert tried.memory_bytes == 7


def test_read_range_process_that_does_not_start_is_no_fault_of_a_file(tmp_path, monkeypatch):
    (tmp_path / "reading.py").write_text("raise SystemExit('no such module')")
    monkeypatch.setattr(fuzz_readers, "READING", tmp_path / "reading.py")
    with pytest.raises(RuntimeError, match="did not start: no such module"):
        read_range(1, range(3), Progress(3, is_silent=True))


def test_main_keeps_the_file_of_a_fault(tmp_path, monkeypatch, capsys):
    def read_one(seed, numbers, progress):
        fault = {"index": 5, "way": "damaged", "fault": "took 11.0 s"}
        return fuzz_readers.Tried({"opened": 10}, [fault], 1 << 20)

    monkeypatch.setattr(fuzz_readers, "read_range", read_one)
    arguments = ["--files", "10", "--seed", "3", "--processes", "1"]
    assert fuzz_readers.main([*arguments, "--keep", str(tmp_path / "kept")]) == 1
    assert (tmp_path / "kept" / "3_5").read_bytes() == make_file(random_of(3, 5), GOOD)[1]
    told = capsys.readouterr().out
    assert "file 5: took 11.0 s" in told
    assert "1 did something else, kept in" in told
