"""The checksum of gdviz's own files: any changed byte is noticed, former files open."""

import dataclasses
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, safe_open
from session_samples import fingerprint, session_of_runs

from gdviz.bundled import resources_folder
from gdviz.storage.checkpoint import checkpoint_bytes, save_checkpoint, weights_bytes
from gdviz.storage.readers import NetworkFileError, read_network
from gdviz.storage.readers.checksum import sealed
from gdviz.storage.sessions import is_session, read_session, session_bytes, session_of
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state

CONFIG = TrainingConfig(layer_sizes=(16, 2, 3), mini_batch=16, learning_rate=0.02, epochs=3)
STATE = initial_state(CONFIG)
SAMPLES = Path(__file__).parent / "samples"
NOTICED = "damaged, or changed by another program"


@pytest.fixture(scope="module")
def session(blobs):
    return session_of_runs(CONFIG, blobs)


def test_session_of_a_byte_overwritten_in_the_middle_is_refused(session):
    """Of a weight: it would open, and go on from other numbers."""
    content = bytearray(session_bytes(session))
    content[len(content) // 2] ^= 0x01
    with pytest.raises(NetworkFileError, match=f"the file: {NOTICED}"):
        session_of(bytes(content), "the file")


@pytest.mark.parametrize("is_whole", [True, False], ids=["checkpoint", "weights"])
def test_read_network_of_a_changed_weight_is_refused(tmp_path, is_whole):
    path = tmp_path / "a.safetensors"
    weights = weights_bytes(CONFIG.architecture, STATE.parameters)
    content = bytearray(checkpoint_bytes(CONFIG, STATE) if is_whole else weights)
    content[-1] ^= 0x80
    path.write_bytes(content)
    with pytest.raises(NetworkFileError, match=NOTICED):
        read_network(path)


@given(place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_session_of_any_changed_byte_is_refused_or_changes_nothing(session, place, bits):
    """Nothing is changed by a letter of the checksum's own name alone."""
    content = bytearray(session_bytes(session))
    content[int(place * len(content))] ^= bits
    try:
        found = session_of(bytes(content), "a")
    except NetworkFileError:
        return
    assert fingerprint(found) == fingerprint(session)


def test_the_checksum_is_that_of_the_file_with_zeros_in_its_place(session):
    content = session_bytes(session)
    (said,) = re.findall(rb'\{\\"checksum\\": \\"([0-9a-f]{64})\\"', content)
    assert hashlib.sha256(content.replace(said, b"0" * 64)).hexdigest().encode() == said
    assert sealed(content) == content


def test_a_title_like_a_checksum_is_no_checksum(session):
    """What stands in a text is escaped once more."""
    title = '{"checksum": "' + "1" * 64 + '"'
    named = dataclasses.replace(session, title=title)
    assert session_of(session_bytes(named), "a").title == title


def test_the_library_opens_what_is_sealed(tmp_path, session):
    tensors = load(session_bytes(session))
    assert {"layer_1/weights", "layer_2/biases"} <= tensors.keys()
    save_checkpoint(tmp_path / "a.safetensors", CONFIG, STATE)
    with safe_open(tmp_path / "a.safetensors", "np") as file:
        assert list(file.metadata()) == ["gdviz"]


def test_files_of_before_there_was_a_checksum_open():
    former = SAMPLES / "session_1.gdviz"
    assert b"checksum" not in former.read_bytes()
    assert is_session(former)
    assert read_session(former).title == "three ways"
    bundled = resources_folder() / "networks" / "lesson_untrained.safetensors"
    assert read_network(bundled).architecture.layer_sizes == (784, 16, 16, 10)


def test_sealed_without_a_place_is_refused():
    with pytest.raises(ValueError, match="does not begin with a checksum"):
        sealed((SAMPLES / "session_1.gdviz").read_bytes())
