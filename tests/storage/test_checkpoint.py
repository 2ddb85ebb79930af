"""Checkpoints: bit-exact for every optimizer, equal bytes for equal states."""

import dataclasses
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors import safe_open

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Parameters
from gdviz.storage.atomic import SaveError
from gdviz.storage.checkpoint import (
    checkpoint_bytes,
    load_checkpoint,
    save_checkpoint,
    weights_bytes,
)
from gdviz.storage.readers import NetworkFileError, read_network
from gdviz.storage.readers.checksum import sealed
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.state import Mark, TrainingState, initial_state

CONFIG = TrainingConfig(layer_sizes=(3, 2, 2), epochs=41, mini_batch=32)
ANY_FLOAT = st.floats(width=32, allow_nan=True, allow_infinity=True)
COUNTER = st.integers(0, 2**60)


def assert_same_bits(one, other):
    assert one.parameters.vector.tobytes() == other.parameters.vector.tobytes()
    assert one.optimizer_state.tobytes() == other.optimizer_state.tobytes()
    assert one.optimizer_state.shape == other.optimizer_state.shape
    names = ("optimizer_step", "step", "epoch", "position", "marks")
    assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]


@st.composite
def states(draw):
    optimizer = draw(st.sampled_from(sorted(OPTIMIZERS)))
    config = CONFIG.replace(optimizer=optimizer, data=draw(st.text(max_size=20)))
    size = config.architecture.n_parameters
    vector = draw(arrays(np.float32, size, elements=ANY_FLOAT))
    memory = draw(arrays(np.float32, (len(OPTIMIZERS[optimizer].arrays), size), elements=ANY_FLOAT))
    number = st.floats(allow_nan=False)
    marks = draw(
        st.lists(st.builds(Mark, COUNTER, st.text(max_size=9), number, number), max_size=3)
    )
    counters = [draw(COUNTER) for _ in range(4)]
    parameters = Parameters(vector, config.architecture.layout)
    return config, TrainingState(parameters, memory, *counters, tuple(marks))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(run=states())
def test_load_checkpoint_any_state_comes_back_to_the_bit(tmp_path, run):
    """NaN, infinities, negative zeros and denormals included."""
    save_checkpoint(tmp_path / "a.safetensors", *run)
    config, state = load_checkpoint(tmp_path / "a.safetensors")
    assert config == run[0]
    assert_same_bits(state, run[1])


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_load_checkpoint_every_preset_and_optimizer(tmp_path, state_for, preset, optimizer):
    config = PRESETS[preset].replace(optimizer=optimizer)
    state = state_for(config)
    save_checkpoint(tmp_path / "a.safetensors", config, state)
    found, again = load_checkpoint(tmp_path / "a.safetensors")
    assert found == config
    assert_same_bits(again, state)
    assert not again.parameters.vector.flags.writeable
    assert not again.optimizer_state.flags.writeable


def test_save_checkpoint_opens_in_the_library_with_the_layers_by_name(tmp_path, state_for):
    config = CONFIG.replace(optimizer="adam")
    state = state_for(config)
    save_checkpoint(tmp_path / "a.safetensors", config, state)
    with safe_open(tmp_path / "a.safetensors", "np") as file:
        assert sorted(file.keys()) == [
            "layer_1/biases",
            "layer_1/weights",
            "layer_2/biases",
            "layer_2/weights",
            "optimizer/mean_of_gradients",
            "optimizer/mean_of_squared_gradients",
        ]
        np.testing.assert_array_equal(
            file.get_tensor("layer_1/weights"), state.parameters.weights[0]
        )


def test_checkpoint_bytes_are_equal_in_another_process(state_for):
    """The library writes several metadata in a random order for each process."""
    program = (
        "import hashlib;"
        "from gdviz.storage.checkpoint import checkpoint_bytes;"
        "from gdviz.training.config import PRESETS;"
        "from gdviz.training.state import initial_state;"
        "c = PRESETS['sixteen'];"
        "print(hashlib.sha256(checkpoint_bytes(c, initial_state(c))).hexdigest())"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": "1"},
    )
    config = PRESETS["sixteen"]
    here = hashlib.sha256(checkpoint_bytes(config, initial_state(config))).hexdigest()
    assert result.stdout.strip() == here


def test_load_checkpoint_weights_only_is_refused_and_opens_for_inspection(tmp_path, state_for):
    config = PRESETS["sixteen"]
    parameters = state_for(config).parameters
    path = tmp_path / "a.safetensors"
    path.write_bytes(weights_bytes(config.architecture, parameters))
    with pytest.raises(NetworkFileError, match="no state of training"):
        load_checkpoint(path)
    network = read_network(path)
    assert network.architecture == config.architecture
    assert network.guessed == {}
    assert (network.config, network.state) == (None, None)
    np.testing.assert_array_equal(network.parameters.vector, parameters.vector)


def test_load_checkpoint_without_an_optimizer_array_is_refused(tmp_path, state_for):
    config = CONFIG.replace(optimizer="momentum")
    save_checkpoint(tmp_path / "a.safetensors", config, state_for(config))
    content = (tmp_path / "a.safetensors").read_bytes()
    content = sealed(content.replace(b"optimizer/", b"optimiser/"))
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(
        NetworkFileError, match=r"optimizer/.* of the momentum optimizer is missing"
    ):
        load_checkpoint(tmp_path / "a.safetensors")


def _with(content, old, new):
    """Change the header's text, keeping its length, as if it had been written so."""
    assert content.count(old) == 1
    return sealed(content.replace(old, new.ljust(len(old))))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        (rb"\"format_version\": 1", rb"\"format_version\": 2", "saved by a newer gdviz"),
        (rb"\"format_version\"", rb"\"format_varsion\"", "names no format version"),
        (rb"\"step\": 5", rb"\"step\":-5", "step is '-5'"),
        (rb"\"epoch\": 0", rb"\"epoch\":[]", "epoch is"),
        (b"layer_1/weights", b"layer_9/weights", "layer_1/weights or layer_1/biases is missing"),
        (b"layer_sizes = [3, 2, 2]", b"layer_sizes = [3, 2, 1]", "configuration says 3-2-1"),
        (b"epochs = 41", b"epochs = -4", "cannot be used .*number of epochs"),
        (b"mini_batch = 32", b"mini_batch = []", "cannot be used"),
        (b"optimizer = ", b"optimiser = ", "unknown settings: optimiser"),
        (rb"\"steepness\": 1.0", rb"\"steepness\": 0.0", "steepness must be above 0"),
        (rb"\"steepness\": 1.0", rb"\"steepness\": NaN", "steepness must be above 0"),
        (rb"\"steepness\": 1.0", rb"\"steepness\": [1]", "its steepness is .*, not a number"),
        (rb"\"steepness\": 1.0", rb"\"steepness\": 2.0", "says 3-2-2, .* of steepness 1, the"),
        (rb"\"marks\": []", rb"\"marks\": 10", "changed settings is damaged"),
        (b"[3, 2, 2]", b"[[[[[[[[[", "cannot be used"),
    ],
)
def test_load_checkpoint_damaged_metadata_is_named(tmp_path, old, new, match):
    state = dataclasses.replace(initial_state(CONFIG), step=5)
    content = _with(checkpoint_bytes(CONFIG, state), old, new)
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(NetworkFileError, match=match):
        load_checkpoint(tmp_path / "a.safetensors")


def test_load_checkpoint_of_before_there_was_a_steepness(tmp_path):
    """Neither the configuration nor the rest of the file says one: it is 1."""
    state = initial_state(CONFIG)
    content = checkpoint_bytes(CONFIG, state)
    for name in (b"steepness", b"l1", b"l2", b"dropout"):
        # Made a comment of, at the length it had.
        start = content.index(b"\\n" + name + b" = ") + 2
        content = content[:start] + b"#" + content[start + 1 :]
    content = _with(content, rb"\"steepness\"", rb"\"steepnoss\"")
    (tmp_path / "a.safetensors").write_bytes(content)
    config, again = load_checkpoint(tmp_path / "a.safetensors")
    assert config == CONFIG
    assert_same_bits(again, state)


@pytest.mark.parametrize("is_whole", [True, False], ids=["checkpoint", "weights"])
def test_the_steepness_comes_back(tmp_path, is_whole):
    config = CONFIG.replace(steepness=2.5)
    state = initial_state(config)
    content = (
        checkpoint_bytes(config, state)
        if is_whole
        else weights_bytes(config.architecture, state.parameters)
    )
    (tmp_path / "a.safetensors").write_bytes(content)
    network = read_network(tmp_path / "a.safetensors")
    assert network.architecture == config.architecture
    assert network.config == (config if is_whole else None)


def test_save_checkpoint_other_precision_is_refused():
    """It would come back as other numbers."""
    state = initial_state(CONFIG)
    doubled = Parameters(state.parameters.vector.astype(np.float64), state.parameters.layout)
    with pytest.raises(SaveError, match="float64 cannot be saved"):
        checkpoint_bytes(CONFIG, TrainingState(doubled, state.optimizer_state))
