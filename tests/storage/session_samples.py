"""Sessions with branches, for the tests of files: runs that a trainer has really taken."""

import dataclasses

import numpy as np

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.history_arrays import history_arrays
from gdviz.storage.sessions import SavedBranch, SavedSession
from gdviz.training.branches import BranchState
from gdviz.training.evaluation import Evaluation
from gdviz.training.trainer import Trainer


def evaluation_at(step):
    return Evaluation(step, step / 19, 0.3 / (step + 1), 70, 90, 0.2 / 3, 250, 300)


def trained_branch(identity, parent, trainer, until, keyframes, history, **window):
    """Take steps up to one, with a keyframe now and then, and give the branch."""
    fork_step = trainer.step if parent is not None else keyframes[0].step
    keyframes = list(keyframes)
    while trainer.step < until:
        history.append(trainer.advance(min(7, until - trainer.step)))
        keyframes.append(trainer.keyframe())
    history.add_evaluation(evaluation_at(trainer.step))
    state = BranchState(identity, parent, fork_step, trainer.keyframe(), tuple(keyframes))
    return SavedBranch(state, history_arrays(history), **window), keyframes


def session_of_runs(config, dataset, **settings):
    """Three branches: one, one that left it at step 14, and one that left that at step 30."""
    trainer = Trainer(config, dataset)
    history = CurveHistory(len(config.layer_sizes) - 1, 4096)
    first, keyframes = trained_branch(
        1, None, trainer, 40, [trainer.keyframe()], history, name="main", color=0
    )
    trainer.rewind(keyframes[2], 14)
    history.rewind(14)
    trainer.change(trainer.config.replace(learning_rate=0.05))
    history.restart_smoothing(14)
    second, keyframes = trained_branch(
        2, 1, trainer, 45, keyframes[:3], history, name="η ÷ 10", color=1, is_hidden=True
    )
    trainer.rewind(keyframes[2], 30)
    history.rewind(30)
    trainer.move_to(trainer.parameters.vector * np.float32(0.9))
    moved = trainer.keyframe()
    kept = [k for k in keyframes if k.step < 30]
    third, _ = trained_branch(
        4, 2, trainer, 60, [*kept, moved], history, name="moved by hand", color=7
    )
    third = dataclasses.replace(third, state=dataclasses.replace(third.state, pinned=(30,)))
    given = {
        "live": 4,
        "title": "three ways",
        "saved_at": "2026-01-02T03:04:05+00:00",
        "data": "blobs",
        "view_states": {"curves": {"is_logarithmic": True, "range": [0.5, None]}, "a": {}},
        "layout": bytes(range(256)),
    }
    return SavedSession((first, second, third), **(given | settings))


def fingerprint(session):
    """Give everything that a session holds, as values that can be compared."""
    return (
        [_branch(branch) for branch in session.branches],
        session.live,
        (session.title, session.saved_at, session.data),
        session.view_states,
        session.layout,
    )


def _branch(branch):
    state = branch.state
    return (
        (state.id, state.parent, state.fork_step, state.pinned),
        _keyframe(state.head),
        [_keyframe(keyframe) for keyframe in state.keyframes],
        None if branch.history is None else _history(branch.history),
        (branch.name, branch.color, branch.is_hidden),
    )


def _keyframe(keyframe):
    state = keyframe.state
    return (
        state.parameters.vector.tobytes(),
        (state.optimizer_state.shape, state.optimizer_state.tobytes()),
        (state.step, state.epoch, state.position, state.optimizer_step),
        state.marks,
        keyframe.config,
        keyframe.engine,
    )


def _history(history):
    return (
        history.records.tobytes(),
        history.smoothed.tobytes(),
        history.evaluations,
        (history.restarts, history.stretches, history.smoothing_sums, history.most_rows),
    )
