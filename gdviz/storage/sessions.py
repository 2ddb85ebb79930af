"""A whole session as one file: all branches to the bit, their curves, names and how it looked.

The file is a checkpoint with more in it (`gdviz.storage.checkpoint`): whatever opens a checkpoint
opens the branch that is trained. The rest stands under ``session/`` and in the metadata. Next:
`saved_session`, the value; `keyframe_table` and `history_tensors`, which lay it out; `run_summary`,
which a list shows.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from gdviz.analysis.history_arrays import HistoryArrays
from gdviz.storage.atomic import SaveError, write_atomically
from gdviz.storage.checkpoint import checkpoint_parts, joined_bytes
from gdviz.storage.history_tensors import histories_of, history_tensors
from gdviz.storage.keyframe_table import KeyframeTable, keyframes_of, normal
from gdviz.storage.readers import DEFAULT_LIMITS, Limits, NetworkFileError, read_head
from gdviz.storage.readers.gdviz_tensors import (
    METADATA_KEY,
    SESSION_KEY,
    own_network,
    parsed_config,
    parsed_metadata,
)
from gdviz.storage.readers.safetensors_file import parsed, read_metadata, recognises
from gdviz.storage.run_summary import RunSummary, bytes_of_text, summary_entry, summary_of
from gdviz.storage.saved_session import KeptAs, SavedBranch, SavedSession, elders
from gdviz.storage.session_checks import flag, index_in, listed, objects, planned_of, text, whole
from gdviz.training.branches import BranchState
from gdviz.training.state import Keyframe

__all__ = [
    "SESSION_SUFFIX",
    "KeptAs",
    "RunSummary",
    "SavedBranch",
    "SavedSession",
    "is_session",
    "read_session",
    "read_summary",
    "save_session",
    "session_bytes",
    "session_of",
]

SESSION_SUFFIX = ".gdviz"
SESSION_VERSION = 1


def session_bytes(session: SavedSession) -> bytes:
    """Give the content of a session's file; equal sessions give equal bytes.

    Any thread may call.

    Raises
    ------
    SaveError
        If it could not be opened again.
    TypeError
        If a view's state holds what JSON does not know.
    """
    try:
        return _content(session)
    except NetworkFileError as error:
        # What would be refused when it is opened.
        raise SaveError(str(error)) from None


def save_session(path: Path, session: SavedSession) -> None:
    """Save a session; any thread may call.

    Raises
    ------
    SaveError
        If it cannot be written; an older file of the name is then as it was.
    """
    write_atomically(path, session_bytes(session))


def read_session(path: Path, limits: Limits = DEFAULT_LIMITS) -> SavedSession:
    """Give back what `save_session` saved, to the bit. Any thread may call.

    Raises
    ------
    NetworkFileError
        One sentence that names the file and what is wrong with it.
    """
    try:
        _require_own(path, limits)
        return session_of(path.read_bytes(), str(path), limits)
    except OSError as error:
        raise NetworkFileError(f"{path}: cannot be read ({error.strerror or error})") from None


def session_of(content: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> SavedSession:
    """Give the session that the content of a file says.

    Parameters
    ----------
    content : bytes
    name : str
        Named in an error.
    limits : Limits

    Raises
    ------
    NetworkFileError
        If it is damaged or beyond a limit.
    """
    try:
        tensors, texts = parsed(content, name, limits)
        said = _session_entry(_metadata_of(texts, name, limits), name)
        network = own_network(tensors, texts[METADATA_KEY], name, limits)
        keyframes = keyframes_of(said, tensors, network, name)
        entries, curves = objects(said, "branches", name), listed(said, "curves", name)
        if len(curves) != len(entries):
            raise NetworkFileError(f"{name}: {len(curves)} curves of {len(entries)} branches")
        n_layers = network.parameters.layout.n_layers
        histories = histories_of(curves, tensors, n_layers, name, limits)
        session = SavedSession(
            tuple(
                _branch_of(entry, history, keyframes, name)
                for entry, history in zip(entries, histories, strict=True)
            ),
            whole(said, "live", name),
            text(said, "title", name),
            text(said, "saved_at", name),
            text(said, "data", name),
            _view_states(said, name),
            bytes_of_text(said, "layout", name),
            _kept_as(said, name),
        )
    except (ValueError, MemoryError) as error:
        if isinstance(error, NetworkFileError):
            raise
        raise NetworkFileError(f"{name}: {error}") from None
    if session.live_branch.state.head is not keyframes[0]:
        raise NetworkFileError(f"{name}: its first keyframe is not that of the trained branch")
    return session


def is_session(path: Path) -> bool:
    """Say whether a file is meant as a session; whatever it is, nothing is raised."""
    try:
        _require_own(path, DEFAULT_LIMITS)
        return SESSION_KEY in _metadata_of(read_metadata(path, DEFAULT_LIMITS), str(path))
    except (OSError, ValueError, MemoryError):
        return False


def read_summary(path: Path, limits: Limits = DEFAULT_LIMITS) -> RunSummary:
    """Give what a list shows of a session; only the head of the file is read.

    Raises
    ------
    NetworkFileError
        If it is no session or its head is damaged.
    """
    name = str(path)
    try:
        _require_own(path, limits)
        texts = read_metadata(path, limits)
        metadata = _metadata_of(texts, name, limits)
        said = _session_entry(metadata, name)
        config = parsed_config(metadata.get("config"), name)
        n_branches = len(listed(said, "branches", name))
        return summary_of(path, said, config, whole(metadata, "step", name), n_branches)
    except OSError as error:
        raise NetworkFileError(f"{path}: cannot be read ({error.strerror or error})") from None


def _content(session: SavedSession) -> bytes:
    live = session.live_branch
    head = live.state.head
    table = KeyframeTable(head)
    entries = [_branch_entry(branch, table) for branch in session.branches]
    n_layers = head.parameters.layout.n_layers
    histories = [branch.history for branch in session.branches]
    curves, curve_entries = history_tensors(histories, elders(session.branches), n_layers)
    tensors, metadata = checkpoint_parts(normal(head.config), head.state)
    said = table.metadata() | {
        "format_version": SESSION_VERSION,
        "live": session.live,
        "title": session.title,
        "saved_at": session.saved_at,
        "data": session.data,
        "summary": summary_entry(head, live.history),
        "branches": entries,
        "curves": curve_entries,
        "view_states": {view: session.view_states[view] for view in sorted(session.view_states)},
        "layout": base64.b64encode(session.layout).decode("ascii"),
    }
    if session.kept_as is not None:
        said["kept_as"] = list(session.kept_as)
    metadata[SESSION_KEY] = said
    return joined_bytes(tensors | table.tensors() | curves, metadata)


def _branch_entry(branch: SavedBranch, table: KeyframeTable) -> dict[str, object]:
    state = branch.state
    entry: dict[str, object] = {
        "id": state.id,
        "parent": state.parent,
        "fork_step": state.fork_step,
        "head": table.add(state.head),
        "keyframes": [table.add(keyframe) for keyframe in state.keyframes],
        "pinned": list(state.pinned),
        "name": branch.name,
        "color": branch.color,
        "is_hidden": branch.is_hidden,
    }
    # What files from before it was kept do not say either.
    if state.planned:
        entry["planned"] = [[step, [list(pair) for pair in pairs]] for step, pairs in state.planned]
    if state.diverged_at is not None:
        entry["diverged_at"] = state.diverged_at
    if state.is_finished:
        entry["is_finished"] = True
    return entry


def _branch_of(
    entry: dict[str, Any], history: HistoryArrays | None, keyframes: list[Keyframe], name: str
) -> SavedBranch:
    def keyframe(index: object) -> Keyframe:
        return keyframes[index_in(keyframes, index, "keyframe", name)]

    state = BranchState(
        whole(entry, "id", name),
        None if entry.get("parent") is None else whole(entry, "parent", name),
        whole(entry, "fork_step", name),
        keyframe(entry.get("head")),
        tuple(keyframe(index) for index in listed(entry, "keyframes", name)),
        tuple(whole({"pinned": step}, "pinned", name) for step in listed(entry, "pinned", name)),
        planned_of(entry.get("planned", []), name),
        None if entry.get("diverged_at") is None else whole(entry, "diverged_at", name),
        flag(entry, "is_finished", name, default=False),
    )
    return SavedBranch(
        state,
        history,
        text(entry, "name", name),
        whole(entry, "color", name),
        flag(entry, "is_hidden", name),
    )


def _kept_as(said: dict[str, Any], name: str) -> KeptAs | None:
    entry = said.get("kept_as")
    if entry is None:
        return None
    if not isinstance(entry, list) or [type(part) for part in entry] != [str, str]:
        raise NetworkFileError(f"{name}: where its run stands in the library is damaged")
    return KeptAs(*entry)


def _view_states(said: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    states = said.get("view_states")
    if not isinstance(states, dict) or not all(isinstance(v, dict) for v in states.values()):
        raise NetworkFileError(f"{name}: what its views want to find again is damaged")
    return states


def _require_own(path: Path, limits: Limits) -> None:
    if not recognises(read_head(path, limits)):
        raise NetworkFileError(f"{path}: no session of gdviz")


def _metadata_of(
    texts: dict[str, str], name: str, limits: Limits = DEFAULT_LIMITS
) -> dict[str, Any]:
    if METADATA_KEY not in texts:
        raise NetworkFileError(f"{name}: no session of gdviz, but a network of another program")
    return parsed_metadata(texts[METADATA_KEY], name, limits)


def _session_entry(metadata: dict[str, Any], name: str) -> dict[str, Any]:
    said = metadata.get(SESSION_KEY)
    if said is None:
        raise NetworkFileError(f"{name}: holds a network and no session; open it as a network")
    version = said.get("format_version") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(version, int) or version < 1:
        raise NetworkFileError(f"{name}: its session names no format version")
    if version > SESSION_VERSION:
        raise NetworkFileError(
            f"{name}: a session saved by a newer gdviz (format {version}; this one reads up to "
            f"{SESSION_VERSION})"
        )
    return said
