"""Why pip or venv failed, and what is done about a missing venv module."""

import sys
from pathlib import Path

import pip_install
import pytest
from pip_install import (
    child_environment,
    failure_code,
    install_lock,
    install_project,
    obtain_ensurepip,
    pip_command,
    run_logged,
)
from setup_errors import SetupError


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("ERROR: [Errno 28] No space left on device", 6),
        ("WARNING: Retrying (Retry(total=4)) ...\nNo matching distribution", 5),
        ("Temporary failure in name resolution", 5),
        ("ERROR: Could not find a version (from versions: none)", 5),
        ("Retrying (Retry(total=4))\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES", 1),
        ("ERROR: Could not find a version (from versions: 1.0, 2.0)", 1),
        ("", 1),
    ],
)
def test_failure_code_of_output(output, code):
    assert failure_code(output) == code


def test_run_logged_failure_gives_code_and_last_lines(tmp_path):
    program = "import sys\nfor i in range(40): print('line', i)\nsys.exit('Connection refused')"
    with pytest.raises(SetupError, match="package index cannot be reached") as caught:
        run_logged([sys.executable, "-c", program], "installing", tmp_path / "log", {})
    assert caught.value.code == 5
    assert len(caught.value.details.splitlines()) == pip_install.TAIL_LINES
    assert "line 39" in caught.value.details


def test_run_logged_missing_program_is_a_failure(tmp_path):
    with pytest.raises(SetupError, match="installing failed"):
        run_logged([str(tmp_path / "none")], "installing", tmp_path / "log", {})


def test_child_environment_drops_what_leads_elsewhere():
    outer = {"PYTHONPATH": "x", "PYTHONHOME": "y", "PIP_TARGET": "z", "HOME": "h", "DISPLAY": ":0"}
    assert child_environment(outer) == {"HOME": "h", "DISPLAY": ":0"}


def test_install_commands_are_pinned_and_offline_for_the_project(monkeypatch, tmp_path):
    commands = []
    monkeypatch.setattr(pip_install, "run_logged", lambda command, *_: commands.append(command))
    lock = tmp_path / "requirements.lock"
    install_lock(["pip"], lock, tmp_path / "log")
    install_project(["pip"], tmp_path, tmp_path / "log")
    assert {"--require-hashes", "--only-binary", str(lock)} <= set(commands[0])
    assert {"--no-deps", "--no-build-isolation", "--no-index", "--editable"} <= set(commands[1])


def test_pip_command_uses_this_pythons_pip_if_there_is_none():
    python = Path("venv") / "bin" / "python"
    assert pip_command(python, own_pip=True) == [str(python), "-m", "pip"]
    assert pip_command(python, own_pip=False)[1:] == ["-m", "pip", "--python", str(python)]


def finder(*names):
    return set(names).__contains__


def test_obtain_ensurepip_there_installs_nothing():
    assert obtain_ensurepip(pytest.fail, has=finder("venv", "ensurepip"), install=pytest.fail)


def test_obtain_ensurepip_as_root_on_debian_installs_the_package():
    there, installed = {"venv"}, []

    def install(packages):
        installed.extend(packages)
        there.add("ensurepip")
        return ""

    assert obtain_ensurepip(
        lambda _: None, has=there.__contains__, root=True, family="debian", install=install
    )
    assert installed == [f"python3.{sys.version_info[1]}-venv"]


def test_obtain_ensurepip_falls_back_on_this_pythons_pip():
    assert not obtain_ensurepip(
        pytest.fail, has=finder("venv", "pip"), root=False, family="debian", install=pytest.fail
    )


@pytest.mark.parametrize(
    ("family", "root", "words"),
    [
        ("debian", False, "sudo apt-get update && sudo apt-get install -y python3"),
        ("debian", True, "with: apt-get update"),
        ("other", False, "your distribution's package"),
    ],
)
def test_obtain_ensurepip_impossible_gives_the_line(family, root, words):
    with pytest.raises(SetupError) as caught:
        obtain_ensurepip(
            lambda _: None,
            has=finder("venv"),
            root=root,
            family=family,
            install=lambda _: "E: unable to locate",
        )
    assert caught.value.code == 3
    assert words in caught.value.sentence
