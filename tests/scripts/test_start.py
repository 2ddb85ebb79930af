"""What run.py does with its arguments, and its exit codes."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import start
from display import Display
from environment import Environment
from setup_errors import SetupError

SCRIPTS = Path(start.__file__).parent


class FakeSystem:
    """A machine on which nothing is really set up or started."""

    def __init__(self, shown):
        self.shown = shown
        self.launched = []
        self.variables = {}
        self.required = []
        self.cookie_fits = True

    def launch(self, command, variables):
        self.launched.append(command)
        self.variables = variables
        return 42

    def start(self, *arguments, **more):
        options = {
            "prepare": lambda root, *_: Environment(root, root),
            "find": lambda: self.shown,
            "probe": lambda *_: self.cookie_fits,
            "require": lambda platform, _: self.required.append(platform),
            "launch": self.launch,
            **more,
        }
        return start.start(list(arguments), **options)

    @property
    def arguments(self):
        return self.launched[0][4:]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ([], True),
        (["network.npz"], True),
        (["--preset", "lesson"], True),
        (["train", "--epochs", "2"], False),
        (["--debug", "train"], False),
        (["record", "--output", "x"], False),
        (["experiment", "--list"], False),
        (["--help"], False),
        (["--version"], False),
        (["--install-desktop"], False),
        (["a.npz", "train"], True),
    ],
)
def test_wants_window_only_without_a_subcommand(arguments, window):
    assert start.wants_window(arguments) is window


def test_start_with_a_display_passes_everything_on(here):
    system = FakeSystem(Display("xcb"))
    assert system.start("--preset", "lesson", "a file.npz") == 42
    assert system.launched[0][1:4] == ["-P", "-m", "gdviz"]
    assert system.arguments == ["--preset", "lesson", "a file.npz"]
    assert system.required == ["xcb"]


def test_start_without_a_display_records(here, capsys):
    system = FakeSystem(Display("offscreen", "neither is set"))
    assert system.start("--preset", "lesson") == 42
    folder = str(here / "gdviz-session-1")
    assert system.arguments == ["record", "--output", folder, "--preset", "lesson"]
    assert system.variables["QT_QPA_PLATFORM"] == "offscreen"
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "no display (neither is set)" in said.err


def test_start_without_a_display_keeps_the_users_output(here):
    system = FakeSystem(Display("offscreen", "none"))
    system.start("--output", "x.png")
    assert system.arguments == ["record", "--output", "x.png"]


def test_start_a_subcommand_asks_for_no_display(here):
    system = FakeSystem(Display("offscreen", "none"))
    system.start("train", "--epochs", "2", find=pytest.fail)
    assert system.arguments == ["train", "--epochs", "2"]
    assert system.required == []


def test_start_record_needs_the_libraries(here):
    system = FakeSystem(Display("offscreen", "none"))
    system.start("record", "--output", "x", find=pytest.fail)
    assert system.required == ["offscreen"]


@pytest.mark.parametrize("fits", [True, False])
def test_start_display_that_wants_a_cookie_is_tried(here, fits):
    system = FakeSystem(Display("xcb", "", sure=False))
    system.cookie_fits = fits
    system.start()
    assert (system.arguments[:1] == ["record"]) is not fits


def test_start_check_prints_versions_and_starts_nothing(here, capsys):
    system = FakeSystem(Display("offscreen", "none"))

    def run(command, **_):
        return subprocess.CompletedProcess(command, 0, "Python     3.11.7\n", "")

    assert system.start("--check", run=run) == 0
    assert system.launched == []
    assert capsys.readouterr().out == "Python     3.11.7\ndisplay    none: none\n"


@pytest.mark.parametrize(
    ("said", "code"),
    [("ImportError: libEGL.so.1: cannot open shared object file: No such file", 3), ("odd", 1)],
)
def test_start_check_with_unusable_packages_fails(here, said, code):
    system = FakeSystem(Display("xcb"))

    def run(command, **_):
        return subprocess.CompletedProcess(command, 1, "", said)

    with pytest.raises(SetupError) as caught:
        system.start("--check", run=run)
    assert caught.value.code == code


def test_start_check_with_more_arguments_is_wrong_usage(here):
    with pytest.raises(SetupError, match="'train'") as caught:
        FakeSystem(Display("xcb")).start("--check", "train")
    assert caught.value.code == 2


def test_session_folder_takes_the_next_number(tmp_path):
    (tmp_path / "gdviz-session-1").mkdir()
    assert start.session_folder(tmp_path) == tmp_path / "gdviz-session-2"


def test_session_folder_read_only_here_goes_to_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(start.os, "access", lambda *_: False)
    monkeypatch.setattr(start.tempfile, "gettempdir", lambda: str(tmp_path))
    assert start.session_folder(Path("/")).parent == tmp_path


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (SetupError(5, "no index", "last line"), 5, "run.py: error: no index\nlast line\n"),
        (KeyboardInterrupt(), 130, "run.py: interrupted\n"),
        (PermissionError(13, "Permission denied"), 6, "Permission denied"),
        (BrokenPipeError(32, "Broken pipe"), 1, "Broken pipe"),
    ],
)
def test_main_failures_have_their_exit_code_and_one_sentence(
    monkeypatch, capsys, error, code, words
):
    def fail(arguments):
        raise error

    monkeypatch.setattr(start, "start", fail)
    assert start.main([]) == code
    assert words in capsys.readouterr().err


def test_wait_for_child_goes_on_after_an_interrupt():
    answers = [KeyboardInterrupt(), KeyboardInterrupt(), 130]

    class Child:
        def wait(self):
            answer = answers.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer

    assert start.wait_for(Child()) == 130


@pytest.mark.parametrize("name", ["run.py", "test.py"])
def test_entry_files_can_be_read_by_old_pythons(name):
    ast.parse((SCRIPTS / name).read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("name", ["run.py", "test.py"])
def test_entry_files_refuse_an_old_python(name, capsys, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    monkeypatch.setattr(sys, "version", "3.10.1 (main)")
    code = compile((SCRIPTS / name).read_text("utf-8"), name, "exec")
    with pytest.raises(SystemExit) as caught:
        exec(code, {"__name__": "__main__"})
    assert caught.value.code == 2
    assert "this is Python 3.10.1" in capsys.readouterr().err


def test_scripts_of_the_set_up_import_the_standard_library_alone():
    own = {path.stem for path in SCRIPTS.glob("*.py")}
    for name in (
        "start",
        "checks",
        "display",
        "environment",
        "pip_install",
        "setup_environment",
        "setup_errors",
        "system_libraries",
    ):
        for node in ast.walk(ast.parse((SCRIPTS / f"{name}.py").read_text("utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                assert module.partition(".")[0] in sys.stdlib_module_names | own
