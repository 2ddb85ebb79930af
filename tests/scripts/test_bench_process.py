"""The line between who measures and who asks, with a process that is a few lines long."""

import sys
import textwrap
from pathlib import Path

import bench_process
import pytest
from bench_process import BLAS_VARIABLES, MeasurementError, MeasuringProcess, child_variables


@pytest.fixture
def start(tmp_path):
    """Start a process whose `begin` and `answer` are given as text."""
    processes = []

    def make(begin, answer, **options):
        script = tmp_path / "measuring.py"
        script.write_text(
            "import os, sys\n"
            f"sys.path.append({str(Path(bench_process.__file__).parent)!r})\n"
            "from bench_process import serve\n"
            f"def begin():\n{textwrap.indent(begin, '    ')}\n"
            f"def answer(request):\n{textwrap.indent(answer, '    ')}\n"
            "sys.exit(serve(begin, answer))\n",
            "utf-8",
        )
        processes.append(MeasuringProcess([sys.executable, str(script)], **options))
        return processes[-1]

    yield make
    for process in processes:
        process.close()


def test_process_greets_and_answers_each_request(start):
    process = start("return {'version': '1'}", "return {'twice': 2 * request['value']}")
    assert process.greeting == {"version": "1"}
    assert [process.ask(value=n)["twice"] for n in (1, 2)] == [2, 4]


def test_process_own_output_does_not_reach_the_line(start):
    """What a stranger prints, from Python or from C, is none of the answers."""
    noise = "print('hello')\nos.write(1, b'from below\\n')\n"
    process = start(f"{noise}return {{}}", f"{noise}return {{'value': 1}}")
    assert process.ask() == {"value": 1}


def test_process_error_is_its_reason_and_the_next_request_is_answered(start):
    process = start("return {}", "return {'half': 1 / request['by']}")
    with pytest.raises(MeasurementError, match="ZeroDivisionError: division by zero"):
        process.ask(by=0)
    assert process.ask(by=2) == {"half": 0.5}


def test_process_that_cannot_begin_says_why(start):
    with pytest.raises(MeasurementError, match="ModuleNotFoundError: No module named 'no_such'"):
        start("import no_such", "return {}")


def test_process_that_ends_is_an_error_not_a_wait(start):
    process = start("return {}", "os._exit(3)")
    with pytest.raises(MeasurementError, match="ended without an answer"):
        process.ask()
    with pytest.raises(MeasurementError):
        process.ask()


def test_process_that_does_not_answer_is_ended(start):
    process = start("return {}", "sys.stdin.read()", longest_answer_s=0.5)
    with pytest.raises(MeasurementError, match="took too long"):
        process.ask()


def test_process_that_cannot_be_started_says_why(tmp_path):
    with pytest.raises(MeasurementError, match="cannot be started: No such file"):
        MeasuringProcess([str(tmp_path / "python")])


def test_child_variables_set_or_free_the_threads(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    assert not set(BLAS_VARIABLES) & set(child_variables(None))
    assert {child_variables(2)[name] for name in BLAS_VARIABLES} == {"2"}
