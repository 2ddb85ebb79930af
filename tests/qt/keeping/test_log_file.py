"""The log beside the crash reports: bounded, and never a reason to stop."""

import logging
import os

import pytest

from gdviz.qt.keeping import log_file
from gdviz.qt.keeping.log_file import LogFile, log_of

logger = logging.getLogger("gdviz.test")


@pytest.fixture
def log(tmp_path):
    made = LogFile(tmp_path / "log")
    yield made
    made.close()


def test_what_is_logged_is_found_again_by_process(log, tmp_path):
    logger.info("a first line")
    logger.debug("too small to be kept")
    logger.info("a second line")
    log.close()
    logger.info("after the end")
    lines = log_of(tmp_path / "log", str(os.getpid())).splitlines()
    assert [line.partition(": ")[2] for line in lines] == ["a first line", "a second line"]
    assert log_of(tmp_path / "log", "1") == ""


def test_a_log_is_bounded(log, tmp_path, monkeypatch):
    log._handler.maxBytes = 2000
    for k in range(400):
        logger.info("line %d of many", k)
    sizes = [path.stat().st_size for path in (tmp_path / "log").iterdir()]
    assert len(sizes) == 1 + log_file.N_OLDER
    assert max(sizes) <= 2000


def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    log = LogFile(tmp_path / "file" / "log")
    logger.info("nowhere")
    log.close()
    assert log_of(tmp_path / "file" / "log", str(os.getpid())) == ""


def test_a_full_disk_is_no_reason_to_stop(log, monkeypatch, capsys):
    def full(_text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log._handler.stream, "write", full, raising=False)
    logger.info("lost")
    assert capsys.readouterr().err == ""
