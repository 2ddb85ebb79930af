"""Sessions: every branch to the bit, equal bytes for equal sessions, each fault one sentence."""

import contextlib
import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, safe_open, save
from session_samples import evaluation_at, fingerprint, session_of_runs

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.history_arrays import history_arrays
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Parameters
from gdviz.storage.atomic import SaveError
from gdviz.storage.checkpoint import load_checkpoint, save_checkpoint
from gdviz.storage.readers import Limits, NetworkFileError, read_network
from gdviz.storage.readers.checksum import sealed
from gdviz.storage.sessions import (
    KeptAs,
    SavedBranch,
    SavedSession,
    is_session,
    read_session,
    read_summary,
    save_session,
    session_bytes,
    session_of,
)
from gdviz.training.branches import BranchState
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import ENGINE, Mark
from gdviz.training.state import Keyframe, TrainingState, initial_state
from gdviz.training.trainer import Trainer

CONFIG = TrainingConfig(
    layer_sizes=(16, 8, 3), mini_batch=16, learning_rate=0.02, epochs=3, optimizer="adam"
)


@pytest.fixture(scope="module")
def session(blobs):
    return session_of_runs(CONFIG, blobs)


def head_of(config, step=5):
    return Keyframe(dataclasses.replace(initial_state(config), step=step), config, "numpy")


def small_session(config, **changes):
    """One branch that no run has taken."""
    head = head_of(config)
    state = BranchState(1, None, 0, head, (head_of(config, 0),))
    return SavedSession((SavedBranch(dataclasses.replace(state, **changes)),), 1)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_read_session_gives_every_branch_to_the_bit(tmp_path, small_config, blobs, optimizer):
    config = small_config.replace(
        optimizer=optimizer, learning_rate=0.02, dropout=0.2, augment_noise=0.1, data="ünï\0"
    )
    session = session_of_runs(config, blobs)
    path = tmp_path / "a.gdviz"
    save_session(path, session)
    again = read_session(path)
    assert fingerprint(again) == fingerprint(session)
    assert session_bytes(again) == path.read_bytes()
    assert again.live_branch.state.id == again.run.live == 4


def test_read_session_shares_what_the_branches_shared(session):
    """The same object again, so that nothing is kept in memory twice."""
    first, second, third = session_of(session_bytes(session), "a").branches
    assert first.state.keyframes[0] is second.state.keyframes[0] is third.state.keyframes[0]
    assert not first.state.head.parameters.vector.flags.writeable
    assert not first.state.head.state.optimizer_state.flags.writeable
    assert first.state.head.parameters.vector.base is None, "not a view of the file"


def test_session_bytes_shared_keyframes_and_curves_stand_once(small_config, blobs):
    """By content: a branch that was read elsewhere has other objects."""
    session = session_of_runs(small_config, blobs)
    one = dataclasses.replace(session.branches[0], name="", is_hidden=False)
    twins = [
        dataclasses.replace(
            one, state=dataclasses.replace(one.state, id=identity, parent=identity - 1 or None)
        )
        for identity in (1, 2, 3)
    ]
    twins[1] = session_of(session_bytes(SavedSession((twins[1],), 2)), "a").branches[0]
    single, many = (session_bytes(SavedSession(tuple(b), 1)) for b in (twins[:1], twins))
    tensors = [
        {key: array.shape for key, array in load(content).items() if "evaluation" not in key}
        for content in (single, many)
    ]
    assert tensors[0] == tensors[1]


def test_session_bytes_curves_without_their_parent_share_with_the_siblings(session):
    """A branch that was deleted leaves its children, which share its past."""
    second, third = session.branches[1:]
    sibling = dataclasses.replace(second, state=dataclasses.replace(second.state, id=7, parent=2))
    orphans = SavedSession((third, sibling), 7)
    content = session_bytes(orphans)
    assert fingerprint(session_of(content, "a")) == fingerprint(orphans)
    n_rows = len(third.history.records) + len(sibling.history.records) - 30
    assert len(load(content)["session/steps"]) == n_rows


ANY_FLOAT = st.floats(width=32, allow_nan=True, allow_infinity=True)


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_session_of_any_values_come_back_to_the_bit(data):
    """Numbers that are not finite, texts of any characters, marks of any setting."""
    optimizer = data.draw(st.sampled_from(sorted(OPTIMIZERS)))
    config = TrainingConfig(
        layer_sizes=(3, 2, 2), optimizer=optimizer, data=data.draw(st.text(max_size=9))
    )
    n_arrays, size = len(OPTIMIZERS[optimizer].arrays), config.architecture.n_parameters
    mark = st.one_of(
        st.builds(Mark, st.integers(0, 9), st.just("l2"), st.floats(0, 1), st.floats(0, 1)),
        st.builds(Mark, st.integers(0, 9), st.just("mini_batch"), st.just("all"), st.integers(1)),
        st.builds(Mark, st.integers(0, 9), st.just(ENGINE), st.just("numpy"), st.just("compiled")),
    )

    def keyframe(step):
        floats = st.lists(ANY_FLOAT, min_size=size, max_size=size)
        vector = np.array(data.draw(floats), np.float32)
        memory = np.array([data.draw(floats) for _ in range(n_arrays)], np.float32)
        counters = [step, *(data.draw(st.integers(0, 2**60)) for _ in range(3))]
        state = TrainingState(
            Parameters(vector, config.architecture.layout),
            memory.reshape(n_arrays, size),
            counters[1],
            counters[0],
            *counters[2:],
            tuple(data.draw(st.lists(mark, max_size=3))),
        )
        return Keyframe(state, config, data.draw(st.sampled_from(["numpy", "compiled"])))

    branches = []
    for identity in data.draw(st.lists(st.integers(1, 9), unique=True, min_size=1, max_size=3)):
        steps = sorted(data.draw(st.lists(st.integers(0, 99), min_size=1, max_size=4)))
        keyframes = tuple(keyframe(step) for step in steps)
        state = BranchState(identity, None, steps[0], keyframe(100), keyframes, tuple({*steps}))
        branches.append(SavedBranch(state, None, data.draw(st.text(max_size=9)), 3, identity > 4))
    branches.sort(key=lambda branch: branch.state.id)
    session = SavedSession(
        tuple(branches), branches[-1].state.id, data.draw(st.text(max_size=9)),
        layout=data.draw(st.binary(max_size=99)),
    )  # fmt: skip
    content = session_bytes(session)
    assert fingerprint(session_of(content, "a")) == fingerprint(session)


def test_session_of_says_where_its_run_stands_in_the_library(session):
    assert session_of(session_bytes(session), "a").kept_as is None
    kept = dataclasses.replace(session, kept_as=KeptAs("three ways.gdviz", "ab" * 32))
    assert session_of(session_bytes(kept), "a").kept_as == kept.kept_as


def test_session_bytes_equal_sessions_give_equal_bytes(session):
    states = dict(reversed(session.view_states.items()))
    assert session_bytes(dataclasses.replace(session, view_states=states)) == session_bytes(session)


def test_read_network_opens_the_newest_state_of_the_trained_branch(tmp_path, session):
    path = tmp_path / "a.gdviz"
    save_session(path, session)
    head = session.live_branch.state.head
    network = read_network(path)
    assert network.format == "gdviz session"
    np.testing.assert_array_equal(network.parameters.vector, head.parameters.vector)
    config, state = load_checkpoint(path)
    assert (config, state.step, state.marks) == (head.config, 60, head.state.marks)
    with safe_open(path, "np") as file:
        np.testing.assert_array_equal(
            file.get_tensor("layer_1/weights"), head.parameters.weights[0]
        )


def test_read_session_what_is_none_says_what_it_is(tmp_path, session, small_config):
    head = session.live_branch.state.head
    save_checkpoint(tmp_path / "a", head.config, head.state)
    with pytest.raises(NetworkFileError, match="holds a network and no session"):
        read_session(tmp_path / "a")
    (tmp_path / "b").write_bytes(save({"w": np.ones((3, 2), np.float32)}))
    with pytest.raises(NetworkFileError, match="a network of another program"):
        read_session(tmp_path / "b")
    (tmp_path / "c").write_bytes(b"PK\3\4" * 100)
    (tmp_path / "d").write_bytes(b"")
    for name, match in (
        ("c", "no session of gdviz"), ("d", "is empty"), ("e", "no such file"), (".", "a folder"),
    ):  # fmt: skip
        for read in (read_session, read_summary):
            with pytest.raises(NetworkFileError, match=match):
                read(tmp_path / name)
    assert not any(is_session(tmp_path / name) for name in ("a", "b", "c", "d", "e", "."))
    save_session(tmp_path / "f", session)
    assert is_session(tmp_path / "f")


# --- the head that a list reads ---------------------------------------------------------------


def test_read_summary_says_what_the_session_holds(tmp_path, session):
    path = tmp_path / "a.gdviz"
    save_session(path, session)
    summary = read_summary(path)
    history = session.live_branch.history
    assert (summary.path, summary.title) == (path, "three ways")
    assert summary.saved_at == session.saved_at
    assert summary.config == session.live_branch.state.head.config
    assert (summary.step, summary.n_branches) == (60, 3)
    assert summary.epoch == history.records["epoch"][-1]
    newest = evaluation_at(60)
    assert (summary.cost, summary.correct, summary.total) == (newest.test_cost, 70, 90)
    np.testing.assert_array_equal(summary.curve, [history.records["step"], history.smoothed])
    assert summary.picture.shape == (8, 16), "eight pictures of four by four in rows of four"


def test_read_summary_reads_the_head_alone(tmp_path, session):
    """What is behind it may be anything, but the file has to be as long as it is."""
    path = tmp_path / "a.gdviz"
    save_session(path, session)
    expected = read_summary(path)
    content = bytearray(path.read_bytes())
    n_head = 8 + int.from_bytes(content[:8], "little")
    content[n_head:] = b"\xff" * (len(content) - n_head)
    path.write_bytes(content)
    found = read_summary(path)
    assert found.picture.tobytes() == expected.picture.tobytes()
    assert found.curve.tobytes() == expected.curve.tobytes()


def test_read_summary_of_a_long_run_is_bounded_and_even_in_steps(tmp_path, small_config):
    config = small_config.replace(layer_sizes=(784, 50, 10))
    history = CurveHistory(2, 1024)
    records = np.zeros(20_000, history.records.dtype)
    records["step"] = np.arange(1, 20_001)
    records["cost"] = 1.0
    history.append(records)
    session = small_session(config)
    branch = dataclasses.replace(session.branches[0], history=history_arrays(history))
    save_session(tmp_path / "a", dataclasses.replace(session, branches=(branch,)))
    summary = read_summary(tmp_path / "a")
    assert summary.curve.shape[1] <= 64
    assert np.diff(summary.curve[0]).max() < 2 * 20_000 / 63
    assert summary.curve[0, [0, -1]].tolist() == [1, 20_000]
    assert summary.picture.shape == (4 * 28, 4 * 28), "the first sixteen of fifty"
    assert (summary.cost, summary.correct, summary.total) == (None, None, None)


def test_read_summary_shades_are_of_the_weights(tmp_path, small_config):
    config = small_config.replace(layer_sizes=(4, 3, 2))
    head = head_of(config)
    parameters = head.parameters.copy()
    parameters.weights[0][:] = [[0, 1, -1, 0.5], [np.nan, np.inf, -np.inf, 0], [0, 0, 0, 0]]
    head = dataclasses.replace(head, state=dataclasses.replace(head.state, parameters=parameters))
    save_session(tmp_path / "a", small_session(config, head=head))
    expected = [[128, 255, 128, 255, 128, 128], [1, 192, 1, 128, 128, 128]]
    np.testing.assert_array_equal(read_summary(tmp_path / "a").picture, expected)


@pytest.mark.parametrize(("sizes", "shape"), [((5, 3, 2), (3, 5)), ((99_999, 1, 2), (0, 0))])
def test_read_summary_inputs_that_are_no_picture(tmp_path, small_config, sizes, shape):
    save_session(tmp_path / "a", small_session(small_config.replace(layer_sizes=sizes)))
    assert read_summary(tmp_path / "a").picture.shape == shape


# --- damage -----------------------------------------------------------------------------------


def changed(content, change, said=None):
    """Give a session's file as if it had been written so: changed by a function, and sealed."""
    n_header = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + n_header])
    metadata = json.loads(header["__metadata__"]["gdviz"])
    tensors = load(content)
    change(metadata["session"], tensors)
    metadata |= said or {}
    return sealed(save(tensors, metadata={"gdviz": json.dumps(metadata)}))


def _set(*path_and_value):
    *path, last, value = path_and_value

    def change(said, _tensors):
        for key in path:
            said = said[key]
        said[last] = value

    return change


def _tensor(key, change):
    def act(_said, tensors):
        tensors[key] = np.ascontiguousarray(change(tensors[key]))

    return act


def _without(key):
    return lambda _said, tensors: tensors.pop(key)


DAMAGE = [
    (_set("format_version", 2), "saved by a newer gdviz .format 2"),
    (_set("format_version", "1"), "names no format version"),
    (_set("live", 3), "branch 3 that is trained is not among"),
    (_set("live", 1), "first keyframe is not that of the trained branch"),
    (_set("live", -1), "live is '-1', not a whole number"),
    (_set("title", 5), "title is no text"),
    (_set("branches", []), "curves of 0 branches"),
    (_set("branches", 0, 5), "other things than objects"),
    (_set("branches", 0, "id", 2), "not numbered by rising ids"),
    (_set("branches", 1, "parent", 2), "branch 2 cannot have left branch 2"),
    (_set("branches", 1, "fork_step", 99), "branch 2 ends at step 45, before 99"),
    (_set("branches", 1, "head", 999), "the keyframe '999' is not among"),
    (_set("branches", 1, "head", True), "the keyframe 'True' is not among"),
    (_set("branches", 1, "keyframes", []), "keyframes of branch 2 do not rise"),
    (_set("branches", 1, "keyframes", None), "keyframes is 'None', not a list"),
    (_set("branches", 2, "pinned", [31]), "branch 4 was moved at a step of which there is no"),
    (_set("branches", 1, "is_hidden", 1), "is hidden is '1', not true or false"),
    (_set("branches", 1, "planned", 5), "list of settings to be changed is damaged"),
    (_set("branches", 1, "planned", [[5]]), "list of settings to be changed is damaged"),
    (_set("branches", 1, "planned", [[5, [["seed", 3]]]]), "settings to be changed is damaged"),
    (_set("branches", 1, "planned", [[5, [["l2", "x"]]]]), "settings to be changed is damaged"),
    (_set("branches", 1, "planned", [[-5, [["l2", 1]]]]), "settings to be changed is damaged"),
    (_set("branches", 1, "planned", [[[], [[[], 1]]]]), "settings to be changed is damaged"),
    (_set("branches", 1, "planned", [[5, []], [3, []]]), "settings to be changed is damaged"),
    (_set("branches", 1, "diverged_at", "x"), "diverged at is 'x', not a whole number"),
    (_set("branches", 1, "is_finished", 1), "is finished is '1', not true or false"),
    (_set("branches", 1, "color", 1.5), "color is '1.5'"),
    (_set("branches", 1, "name", ["x"]), "name is no text"),
    (_set("configs", 0, "learning_rate = -1"), "configuration cannot be used"),
    (_set("configs", 1, "layer_sizes = [16, 9, 3]"), "is of 16-9-3, the rest of the file of"),
    (_set("configs", 0, 'optimizer = "sgd"'), "configuration cannot be used"),
    (_set("configs", 1, "layer_sizes = [16, 8, 3]"), "arrays of a keyframe are not those of grad"),
    (_set("marks", 0, [0, [[3, "colour", 1, 2]]]), "'colour' changed, which is not known"),
    (_set("marks", 0, [0, [[3, "seed", 1, 2]]]), "'seed' changed, which is not known"),
    (_set("marks", 0, [0, [[3, "mini_batch", 1, "some"]]]), "mini_batch changed to 'some'"),
    (_set("marks", 0, [0, [[-3, "l1", 0.0, 0.1]]]), "after step -3, which cannot be"),
    (_set("marks", 0, [0, [[3, "cost", "quadratic", 5]]]), "cost changed to '5'"),
    (_set("marks", 0, [5, []]), "list of changed settings is damaged"),
    (_set("marks", 0, [0, [[3, "l1"]]]), "list of changed settings is damaged"),
    (_set("keyframes", 1, 2, "auto"), "engine 'auto', not known"),
    (_set("keyframes", 1, 2, ["numpy"]), "engine .*, not known"),
    (_set("keyframes", 1, 3, 1e300), "keyframe's step .* cannot be used"),
    (_set("keyframes", 2, 3, 50), "do not rise to its newest step"),
    (_set("keyframes", 0, 3, 61), "first keyframe is not the state that it goes on from"),
    (_set("keyframes", 1, [1]), "entry of a keyframe is damaged"),
    (_set("keyframes", []), "first keyframe is not"),
    (_set("memory_rows", 1, 10**9), "list of optimizer arrays is damaged"),
    (_set("memory_rows", 1, 1), "session/memory has shape"),
    (_set("memory_rows", []), "no state to go on from"),
    (_set("curves", 0, 7), "entry of a branch's curves is damaged"),
    (_set("curves", 0, "rows", 39), "session/steps has shape"),
    (_set("curves", 1, "shared", 41), "shares more of its curves than there is"),
    (_set("curves", 1, "shared", 10**9), "bytes of curves are more than the limit"),
    (_set("curves", 1, "elder", 1), "the curves shared with '1' is not among"),
    (_set("curves", 1, "most_rows", 3), "rows do not fit a history of 3"),
    (_set("curves", 1, "most_rows", "x"), "entry of a branch's curves is damaged"),
    (_set("curves", 1, "smoothing_sums", [1.0]), "entry of a branch's curves is damaged"),
    (_set("curves", 1, "stretches", [[1]]), "entry of a branch's curves is damaged"),
    (_set("curves", 1, "stretches", [[99, 1]]), "99 merged rows do not fit"),
    (_set("view_states", {"a": 5}), "views want to find again is damaged"),
    (_set("layout", "not base64!"), "its layout is damaged"),
    (_set("layout", None), "its layout is damaged"),
    (_set("kept_as", 5), "where its run stands in the library is damaged"),
    (_set("kept_as", ["a.gdviz", 5]), "where its run stands in the library is damaged"),
    (_without("session/steps"), "session/steps is missing"),
    (_without("session/parameters"), "session/parameters is missing"),
    (_tensor("session/parameters", lambda a: a[:, :-1]), "session/parameters has shape"),
    (_tensor("session/costs", lambda a: a.astype(np.float64)), "session/costs has .* float64"),
    (_tensor("session/steps", lambda a: a[::-1]), "steps of a history do not rise"),
    (_tensor("session/evaluation_counts", lambda a: a[:, ::-1]), "an evaluation says"),
    (_tensor("optimizer/mean_of_gradients", lambda a: a[:-1]), "mean_of_gradients has"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "match"), DAMAGE)
def test_session_of_damaged_file_gives_one_sentence(session, change, match):
    with pytest.raises(NetworkFileError, match=match) as caught:
        session_of(changed(session_bytes(session), change), "the file")
    assert str(caught.value).startswith("the file: ")
    assert "\n" not in str(caught.value)


def test_session_of_metadata_that_is_no_session_is_refused(session):
    content = changed(session_bytes(session), lambda *_: None, {"session": 5})
    with pytest.raises(NetworkFileError, match="its session names no format version"):
        session_of(content, "a")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (_set("summary", 5), "summary is missing"),
        (_set("summary", "epoch", None), "summary is damaged"),
        (_set("summary", "cost", "low"), "summary is damaged"),
        (_set("summary", "correct", None), "correct is 'None'"),
        (_set("summary", "curve", "AAAA"), "its curve has 3 bytes"),
        (_set("summary", "curve", "A" * 800), "its curve has 600 bytes"),
        (_set("summary", "curve", 5), "its curve is damaged"),
        (_set("summary", "picture_shape", [8, 17]), "its picture has 128 bytes"),
        (_set("summary", "picture_shape", [-8, -16]), "its picture has 128 bytes"),
        (_set("summary", "picture_shape", 128), "its picture has 128 bytes"),
        (_set("saved_at", None), "saved at is no text"),
        (_set("branches", 5), "branches is '5', not a list"),
    ],
)
def test_read_summary_of_a_damaged_head_gives_one_sentence(tmp_path, session, change, match):
    path = tmp_path / "a"
    path.write_bytes(changed(session_bytes(session), change))
    with pytest.raises(NetworkFileError, match=match):
        read_summary(path)


def test_read_session_cut_short_anywhere_is_refused(tmp_path, session):
    content = session_bytes(session)
    path = tmp_path / "a"
    for length in [*range(1, 40), *np.linspace(40, len(content) - 1, 60).astype(int).tolist()]:
        path.write_bytes(content[:length])
        with pytest.raises(NetworkFileError):
            read_session(path)
        assert not is_session(path) or length > int.from_bytes(content[:8], "little")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_read_session_changed_bytes_open_or_give_one_sentence(tmp_path, session, changes):
    """Most of the places are in the head, where there is something to break.

    With a checksum that fits: what was written so by somebody, not damaged on the way.
    """
    content = bytearray(session_bytes(session))
    n_head = 8 + int.from_bytes(content[:8], "little")
    for place, value in changes:
        content[int(place * min(n_head + 999, len(content) - 1))] = value
    path = tmp_path / "a"
    with contextlib.suppress(ValueError):
        content = sealed(bytes(content))
    path.write_bytes(content)
    for read in (read_session, read_summary, is_session):
        with contextlib.suppress(NetworkFileError):
            read(path)


@pytest.mark.parametrize(
    ("limits", "match"),
    [
        (Limits(file_bytes=1000), "bytes are more than the limit of 1,000"),
        (Limits(header_bytes=1000), "header of .* more than the limit of 1,000"),
        (Limits(parameters=100), "more than the limit of 100"),
        (Limits(tensors=5), "tensors are more than the limit of 5"),
        (Limits(array_bytes=1000), "bytes of curves are more than the limit of 1,000"),
    ],
)
def test_read_session_limit_is_named(tmp_path, session, limits, match):
    save_session(tmp_path / "a", session)
    with pytest.raises(NetworkFileError, match=match):
        read_session(tmp_path / "a", limits)


def test_session_of_marks_that_multiply_are_refused(session):
    """A few bytes for each list, all of which share what the first has."""
    many = [[3, "l1", 0.0, 0.1]] * 10_000

    def change(said, _tensors):
        said["marks"] = [[0, many], *[[10_000, []]] * 2000]

    with pytest.raises(NetworkFileError, match="more than the limit of 10,000,000"):
        session_of(changed(session_bytes(session), change), "a")


def test_read_session_not_finite_is_accepted(session):
    """What a run has come to is not refused when it is to be kept."""
    head = session.live_branch.state.head
    parameters = head.parameters.copy()
    parameters.vector[[0, 5]] = np.nan, np.inf
    broken = dataclasses.replace(head, state=dataclasses.replace(head.state, parameters=parameters))
    live = session.live_branch
    branch = dataclasses.replace(live, state=dataclasses.replace(live.state, head=broken))
    session = dataclasses.replace(session, branches=(*session.branches[:-1], branch))
    assert session.n_not_finite == 2
    assert session_of(session_bytes(session), "a").n_not_finite == 2


def test_saved_session_that_is_no_run_is_refused(session, small_config):
    first, second, _ = session.branches
    for branches, live, match in (
        ((), 1, "not numbered"),
        ((second, first), 1, "not numbered"),
        ((first,), 2, "not among the branches"),
    ):
        with pytest.raises(ValueError, match=match):
            SavedSession(branches, live)
    other = small_session(small_config.replace(layer_sizes=(16, 9, 3))).branches[0]
    other = dataclasses.replace(other, state=dataclasses.replace(other.state, id=2))
    with pytest.raises(ValueError, match="branch 2 is of another network"):
        SavedSession((first, other), 1)
    curves = history_arrays(CurveHistory(5))
    with pytest.raises(ValueError, match="curves of branch 1 are of another network"):
        SavedSession((dataclasses.replace(first, history=curves),), 1)
    mixed_up = dataclasses.replace(first.history, restarts=(9, 3))
    with pytest.raises(ValueError, match="begins afresh do not rise"):
        SavedSession((dataclasses.replace(first, history=mixed_up),), 1)


def test_session_bytes_other_precision_is_refused(small_config):
    head = head_of(small_config)
    doubled = Parameters(head.parameters.vector.astype(float), head.parameters.layout)
    head = dataclasses.replace(head, state=dataclasses.replace(head.state, parameters=doubled))
    with pytest.raises(SaveError, match="float64 cannot be saved"):
        session_bytes(small_session(small_config, head=head))


def test_session_bytes_what_could_not_be_opened_is_refused(small_config):
    session = dataclasses.replace(small_session(small_config), layout=bytes(5 << 20))
    with pytest.raises(SaveError, match="characters of metadata are more than"):
        session_bytes(session)
    head = head_of(small_config)
    marks = (Mark(3, "momentum", 0.9, 0.8),)
    marked = dataclasses.replace(head, state=dataclasses.replace(head.state, marks=marks))
    with pytest.raises(SaveError, match="the session: it says that 'momentum' changed, which is"):
        session_bytes(small_session(small_config, head=marked))
    with pytest.raises(ValueError, match="more than 100,000 characters"):
        dataclasses.replace(session, title="x" * 100_001)
    with pytest.raises(ValueError, match="branch 1 has the color -1"):
        SavedSession((dataclasses.replace(session.branches[0], color=-1),), 1)


def test_a_session_goes_on_as_the_run_would_have(small_config, blobs, session):
    """From the head, and from a keyframe."""
    again = session_of(session_bytes(session), "a")
    for one, other in zip(session.branches, again.branches, strict=True):
        ends = []
        for branch in (one, other):
            head = branch.state.head
            trainer = Trainer(head.config, blobs, head.state, head.engine)
            for _ in range(3):
                trainer.advance(9)
            ends.append(trainer.parameters.vector.tobytes())
        assert ends[0] == ends[1]


def _digest_of_numbers(session):
    """Of all numbers that a session holds: it must not change when a setting is added."""
    digest = hashlib.sha256()
    for branch in session.branches:
        for keyframe in (branch.state.head, *branch.state.keyframes):
            state = keyframe.state
            digest.update(state.parameters.vector.tobytes() + state.optimizer_state.tobytes())
            counters = (state.step, state.epoch, state.position, state.optimizer_step)
            marks = [(m.step, m.setting, m.before, m.after) for m in state.marks]
            digest.update(repr((counters, marks, keyframe.engine)).encode())
        history = branch.history
        digest.update(history.records.tobytes() + history.smoothed.tobytes())
    return digest.hexdigest()


def test_read_session_of_format_1():
    """A file that was kept when the format was new: `session_of_runs`, with two hidden neurons."""
    path = Path(__file__).parent / "samples" / "session_1.gdviz"
    session = read_session(path)
    assert _digest_of_numbers(session) == (
        "9aee13ce5dc5c6e519cba20e46b9519309089b88345d5e2d2f3a136eae143b61"
    )
    config = CONFIG.replace(layer_sizes=(16, 2, 3), optimizer="momentum", schedule_epochs=3.0)
    assert session.branches[0].state.head.config == config
    assert session.live_branch.state.head.config == config.replace(learning_rate=0.05)
    assert [b.state.id for b in session.branches] == [1, 2, 4]
    assert [b.name for b in session.branches] == ["main", "η ÷ 10", "moved by hand"]
    assert [b.is_hidden for b in session.branches] == [False, True, False]
    assert session.live_branch.state.pinned == (30,)
    assert (session.title, session.data, session.layout) == (
        "three ways",
        "blobs",
        bytes(range(256)),
    )
    summary = read_summary(path)
    assert (summary.step, summary.n_branches, summary.correct, summary.total) == (60, 3, 70, 90)
