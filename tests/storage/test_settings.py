"""Settings: only what differs is saved, a broken file is set aside."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.storage.atomic import SaveError
from gdviz.storage.paths import settings_path
from gdviz.storage.settings import Settings, load_settings, save_settings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def test_load_settings_nothing_saved_gives_defaults():
    assert load_settings() == (Settings(), "")
    assert not settings_path().exists()


def test_save_settings_only_what_differs():
    save_settings(Settings(theme="dark"))
    assert json.loads(settings_path().read_text("utf-8")) == {"theme": "dark"}
    save_settings(Settings())
    assert json.loads(settings_path().read_text("utf-8")) == {}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    saved=st.builds(
        Settings,
        theme=st.sampled_from(["system", "dark", "light", "high_contrast"]),
        recent_files=st.lists(st.text(), max_size=10).map(tuple),
        last_folder=st.text(),
        view_states=st.dictionaries(st.text(), st.dictionaries(st.text(), JSON), max_size=3),
        others=st.dictionaries(st.just("from_a_newer_version"), JSON),
    )
)
def test_load_settings_gives_back_what_was_saved(saved):
    save_settings(saved)
    assert load_settings() == (saved, "")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 100_000, b'{"theme": 1e']
)
def test_load_settings_broken_file_is_set_aside_with_its_content(content):
    path = settings_path()
    path.parent.mkdir(parents=True)
    for number in (1, 2):
        path.write_bytes(content)
        found, notice = load_settings()
        assert found == Settings()
        assert f"settings.json.broken-{number}" in notice
        assert path.with_name(f"settings.json.broken-{number}").read_bytes() == content
        assert not path.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("theme", "pink"), ("theme", 3), ("recent_files", "a"), ("view_states", {"a": 1})],
)
def test_load_settings_one_wrong_value_keeps_the_others(name, value):
    path = settings_path()
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"last_folder": "here", name: value}), "utf-8")
    found, notice = load_settings()
    assert found == Settings(last_folder="here")
    assert name in notice
    assert path.with_name("settings.json.broken-1").exists()


def test_load_settings_unreadable_file_is_left_alone():
    settings_path().mkdir(parents=True)
    found, notice = load_settings()
    assert found == Settings()
    assert "cannot be read" in notice
    assert settings_path().is_dir()


def test_save_settings_fault_keeps_the_old_ones(monkeypatch):
    save_settings(Settings(theme="dark"))

    def failing(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(SaveError, match="no space left"):
        save_settings(Settings(theme="light"))
    assert load_settings()[0].theme == "dark"


def test_with_recent_file_latest_first_once_and_at_most_ten(tmp_path):
    found = Settings()
    for number in [*range(12), 5]:
        found = found.with_recent_file(tmp_path / f"{number}.npz")
    names = [Path(path).stem for path in found.recent_files]
    assert names == ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]


def test_existing_recent_files_lists_only_what_is_there(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"")
    found = Settings().with_recent_file(tmp_path / "a.npz").with_recent_file(tmp_path / "gone")
    found = found.replace(recent_files=(*found.recent_files, "with\0zero"))
    assert found.existing_recent_files() == [tmp_path / "a.npz"]
    assert len(found.recent_files) == 3, "a disk that is away keeps its place"


def test_with_view_state_changes_one_view():
    found = Settings().with_view_state("a", {"x": 1}).with_view_state("b", {"y": 2})
    assert found.with_view_state("a", {}).view_states == {"a": {}, "b": {"y": 2}}


@pytest.mark.parametrize("value", ["5", True, 0, -1, 1e9, None, [5]])
def test_an_interval_that_cannot_be_used_is_set_aside(tmp_path, value):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"autosave_s": value, "theme": "light"}), encoding="utf-8")
    found, notice = load_settings(path)
    assert found == Settings(theme="light")
    assert "autosave_s" in notice


def test_an_interval_is_kept(tmp_path):
    path = tmp_path / "settings.json"
    save_settings(Settings(autosave_s=20), path)
    assert load_settings(path) == (Settings(autosave_s=20), "")
