"""Which libraries, which packages, which line to type."""

import subprocess

import pytest
import setup_errors
import system_libraries
from hypothesis import given
from hypothesis import strategies as st
from system_libraries import (
    ALWAYS,
    PACKAGES,
    WAYLAND,
    X11,
    advice,
    apt_install,
    distribution_family,
    missing_libraries,
    packages_for,
    parse_os_release,
    read_os_release,
    require_libraries,
)

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'


@pytest.mark.parametrize(
    ("libraries", "family", "expected"),
    [
        (["libEGL.so.1"], "debian", ["libegl1"]),
        (["libEGL.so.1"], "fedora", ["libglvnd-egl"]),
        (["libglib-2.0.so.0", "libgthread-2.0.so.0"], "debian", ["libglib2.0-0"]),
        (
            ["libxcb-randr.so.0", "libxcb.so.1", "libxcb-icccm.so.4"],
            "fedora",
            ["libxcb", "xcb-util-wm"],
        ),
        (["libxcb-cursor.so.0", "libGL.so.1"], "debian", ["libgl1", "libxcb-cursor0"]),
        ([], "debian", []),
    ],
)
def test_packages_for_libraries(libraries, family, expected):
    assert packages_for(libraries, family) == expected


@pytest.mark.parametrize("library", sorted(PACKAGES))
def test_missing_libraries_one_at_a_time_is_found_where_it_is_needed(library):
    found = {
        platform: missing_libraries(platform, lambda name: name != library)
        for platform in ("offscreen", "xcb", "wayland", "eglfs")
    }
    assert found["offscreen"] == found["eglfs"] == [library] * (library in ALWAYS)
    assert found["xcb"] == [library] * (library in ALWAYS or library in X11)
    assert found["wayland"] == [library] * (library in ALWAYS or library in WAYLAND)


@pytest.mark.parametrize(
    ("text", "family"),
    [
        (DEBIAN, "debian"),
        ("ID=ubuntu\nID_LIKE=debian\n", "debian"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "debian"),
        ("ID=fedora\n", "fedora"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"),
        ("ID=arch\n", "other"),
        ("", "other"),
    ],
)
def test_distribution_family_of_os_release(text, family):
    assert distribution_family(parse_os_release(text)) == family


def test_parse_os_release_quotes_comments_and_damage():
    text = "# ID=no\nID='de bian'\nBROKEN=\"open\nnonsense\n  NAME=x=y  \nEMPTY=\n"
    assert parse_os_release(text) == {"ID": "de bian", "NAME": "x=y", "EMPTY": ""}


@given(st.text())
def test_parse_os_release_any_text_gives_strings(text):
    assert all(isinstance(value, str) for value in parse_os_release(text).values())


def test_read_os_release_takes_the_first_that_exists(tmp_path):
    second = tmp_path / "second"
    second.write_text(DEBIAN)
    assert read_os_release([tmp_path / "first", second])["ID"] == "debian"
    assert read_os_release([tmp_path / "first"]) == {}


def test_advice_gives_the_one_line_to_type():
    line = "sudo apt-get update && sudo apt-get install -y libegl1 libxcb-cursor0"
    libraries = ["libxcb-cursor.so.0", "libEGL.so.1"]
    assert line in advice(libraries, "debian", root=False)
    assert "sudo" not in advice(libraries, "debian", root=True)
    fedora = advice(libraries, "fedora", root=False)
    assert fedora.endswith("sudo dnf install -y libglvnd-egl xcb-util-cursor")
    other = advice(libraries, "other", root=False)
    assert "libEGL.so.1" in other
    assert "install -y" not in other


def test_require_libraries_all_there_installs_nothing():
    require_libraries("xcb", pytest.fail, load=lambda _: True, install=pytest.fail)


def test_require_libraries_as_root_on_debian_installs_them():
    there = set(PACKAGES) - {"libEGL.so.1"}
    said, installed = [], []

    def install(packages):
        installed.extend(packages)
        there.add("libEGL.so.1")
        return ""

    require_libraries(
        "offscreen",
        said.append,
        load=there.__contains__,
        os_release={"ID": "debian"},
        root=True,
        install=install,
    )
    assert installed == ["libegl1"]
    assert said == ["installing the system packages libegl1"]


@pytest.mark.parametrize(("name", "root"), [("debian", False), ("fedora", True), ("arch", True)])
def test_require_libraries_otherwise_fails_with_the_line(name, root):
    with pytest.raises(setup_errors.SetupError, match=r"libEGL\.so\.1") as caught:
        require_libraries(
            "offscreen",
            pytest.fail,
            load=lambda library: library != "libEGL.so.1",
            os_release={"ID": name},
            root=root,
            install=pytest.fail,
        )
    assert caught.value.code == 3
    assert ("install -y" in caught.value.sentence) is (name != "arch")


def test_require_libraries_failed_installation_says_what_apt_said():
    with pytest.raises(setup_errors.SetupError) as caught:
        require_libraries(
            "offscreen",
            lambda _: None,
            load=lambda library: library != "libEGL.so.1",
            os_release={"ID": "ubuntu"},
            root=True,
            install=lambda _: "E: no network",
        )
    assert caught.value.code == 3
    assert caught.value.report("run.py").endswith("E: no network\n")


@pytest.mark.parametrize(
    ("codes", "expected"), [((0, 0), ""), ((100, 0), ""), ((0, 100), "last line")]
)
def test_apt_install_counts_only_the_installation(codes, expected):
    commands = []

    def run(command, **options):
        commands.append(command)
        assert options["env"]["DEBIAN_FRONTEND"] == "noninteractive"
        return subprocess.CompletedProcess(command, codes[len(commands) - 1], "last line\n")

    assert apt_install(["libegl1"], run) == expected
    assert [command[:2] for command in commands] == [["apt-get", "update"], ["apt-get", "install"]]
    assert commands[1][-1] == "libegl1"


def test_apt_install_without_apt_says_so():
    def run(*_, **__):
        raise FileNotFoundError("apt-get is not here")

    assert "apt-get is not here" in apt_install(["libegl1"], run)


def test_load_library_tells_there_from_missing():
    assert not system_libraries.load_library("libgdviz-no-such-library.so.0")
