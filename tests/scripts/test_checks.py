"""The stages of test.py and their exit code."""

import subprocess
from pathlib import Path

import checks
import pytest
from environment import Environment
from setup_errors import SetupError

PLACE = Environment(Path("/project"), Path("/project"))


def run_main(codes, *arguments):
    """Run test.py with fake stages; gives its exit code and the commands."""
    commands = []

    def run(command, **options):
        commands.append(command)
        assert options["env"]["QT_QPA_PLATFORM"] == "offscreen"
        return subprocess.CompletedProcess(command, codes[len(commands) - 1])

    code = checks.main(
        list(arguments),
        prepare=lambda _root, level, _say: PLACE if level == "test" else pytest.fail(level),
        require=lambda *_: None,
        run=run,
    )
    return code, commands


def test_main_runs_all_stages_in_order(capsys):
    code, commands = run_main([0] * 6)
    assert code == 0
    tools = [command[2] if len(command) > 1 else Path(command[0]).stem for command in commands]
    assert tools == ["ruff", "ruff", "mypy", "lint-imports", "gdviz.engine", "pytest"]
    assert capsys.readouterr().out.count(" ok ") == 6


@pytest.mark.parametrize("failing", range(6))
def test_main_one_failure_runs_the_rest_and_fails(failing, capsys):
    code, commands = run_main([int(stage == failing) for stage in range(6)])
    assert code == 1
    assert len(commands) == 6
    out = capsys.readouterr().out
    assert out.count("FAILED (1)") == 1
    assert out.count(" ok ") == 5


def test_main_passes_pytest_arguments_on_and_measures_no_coverage():
    _, commands = run_main([0] * 6, "-k", "gradient")
    assert commands[-1][2:] == ["pytest", "-k", "gradient"]


def test_main_measures_coverage_of_the_five_packages():
    _, commands = run_main([0] * 6)
    covered = {word.removeprefix("--cov=gdviz.") for word in commands[-1] if "--cov=" in word}
    assert covered == {"nn", "engine", "training", "runtime", "storage"}


def test_main_help_sets_nothing_up(capsys):
    assert checks.main(["--help"], prepare=pytest.fail, require=pytest.fail) == 0
    assert "PYTEST ARGUMENTS" in capsys.readouterr().out


def test_main_stage_that_cannot_start_fails():
    def run(*_, **__):
        raise FileNotFoundError("lint-imports")

    results = checks.run_stages([checks.Stage("contracts", ["x"])], {}, Path(), run)
    assert results[0].exit_code == 1


@pytest.mark.parametrize(
    ("error", "code"), [(SetupError(6, "full"), 6), (KeyboardInterrupt(), 130)]
)
def test_main_failed_set_up_has_its_code(error, code, capsys):
    def prepare(*_):
        raise error

    assert checks.main([], prepare=prepare, require=lambda *_: None) == code
    assert "test.py: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cores", "workers"), [(None, 1), (1, 1), (2, 2), (64, checks.MOST_WORKERS)]
)
def test_tests_are_shared_among_a_few_processes(cores, workers, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    _, commands = run_main([0] * 6)
    assert commands[-1][commands[-1].index("-n") + 1] == str(workers)
    assert commands[-1][-2:] == ["--dist", "loadfile"]
