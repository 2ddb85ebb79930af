"""Folders that the system sets aside."""

import pytest

from gdviz.storage import paths
from gdviz.storage.atomic import SaveError


def test_folders_are_under_the_home_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("GDVIZ_HOME", str(tmp_path))
    assert paths.config_folder() == tmp_path / "config"
    assert paths.state_folder() == tmp_path / "state"
    assert paths.cache_folder() == tmp_path / "cache"
    assert paths.data_folder() == tmp_path / "data"
    assert paths.settings_path() == tmp_path / "config" / "settings.json"
    assert list(tmp_path.iterdir()) == [], "asking makes nothing"


def test_folders_without_it_are_different_and_name_gdviz(monkeypatch):
    monkeypatch.delenv("GDVIZ_HOME")
    folders = [paths.config_folder(), paths.state_folder(), paths.cache_folder()]
    folders.append(paths.data_folder())
    assert len(set(folders)) == 3 or folders[0] != folders[2]
    assert all("gdviz" in folder.parts for folder in folders)


def test_make_folder_twice_is_fine_and_a_file_in_the_way_is_named(tmp_path):
    assert paths.make_folder(tmp_path / "a" / "b").is_dir()
    assert paths.make_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SaveError, match="cannot be made"):
        paths.make_folder(tmp_path / "file" / "b")
