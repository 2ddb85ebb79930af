"""The mailbox: the newest snapshot, and all of the news, however seldom it is read."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.runtime.mailbox import Mailbox
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.records import record_dtype
from gdviz.training.state import initial_state

CONFIG = TrainingConfig(layer_sizes=(2, 2))
PARAMETERS = initial_state(CONFIG).parameters


def rows(steps, branch=0):
    records = np.zeros(len(steps), record_dtype(1))
    records["step"], records["cost"] = steps, branch
    return records


def scored(step):
    return Evaluation(step, 0.0, 1.0, 1, 2, 1.0, 1, 2)


def snapshot(steps=(), rewound_to=None, run_id=1, evaluations=(), branch=0):
    return Snapshot(
        run_id=run_id, state=RunState.RUNNING, acknowledged=0, config=CONFIG, step=0, epoch=0.0,
        parameters=PARAMETERS, records=rows(steps, branch), rewound_to=rewound_to,
        evaluations=tuple(scored(step) for step in evaluations),
    )  # fmt: skip


def test_take_gives_each_snapshot_once():
    mailbox = Mailbox()
    assert mailbox.wanted
    assert mailbox.take() is None
    first = snapshot([1])
    mailbox.put(first)
    assert not mailbox.wanted
    assert mailbox.take() is first
    assert mailbox.wanted
    assert mailbox.take() is None


def test_untaken_records_and_evaluations_are_gathered_and_the_rest_is_newest():
    mailbox = Mailbox()
    mailbox.put(snapshot([1, 2], evaluations=[1]))
    mailbox.put(dataclasses.replace(snapshot([3], evaluations=[3]), message="new"))
    taken = mailbox.take()
    assert taken.records["step"].tolist() == [1, 2, 3]
    assert [e.step for e in taken.evaluations] == [1, 3]
    assert taken.message == "new"
    assert not taken.records.flags.writeable


@pytest.mark.parametrize("run_id", [2, 9])
def test_another_run_begins_empty(run_id):
    mailbox = Mailbox()
    mailbox.put(snapshot([1, 2], rewound_to=0, evaluations=[1]))
    mailbox.put(snapshot([1], run_id=run_id))
    taken = mailbox.take()
    assert (taken.records["step"].tolist(), taken.rewound_to, taken.evaluations) == ([1], None, ())


def test_rewinding_drops_what_is_void_and_keeps_the_earliest_step():
    mailbox = Mailbox()
    mailbox.put(snapshot([5, 6, 7], rewound_to=4, evaluations=[5, 7]))
    mailbox.put(snapshot([6], rewound_to=5, evaluations=[6], branch=1))
    taken = mailbox.take()
    assert taken.records["step"].tolist() == [5, 6]
    assert taken.records["cost"].tolist() == [0, 1]
    assert [e.step for e in taken.evaluations] == [5, 6]
    assert taken.rewound_to == 4


@settings(max_examples=200, deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.integers(-3, 5), st.booleans(), st.integers(1, 9)), min_size=1, max_size=20
    )
)
def test_a_reader_ends_with_the_worker_s_history_whatever_its_rate(acts):
    """Negative: so many steps back; else forward. The flag says whether the reader looks."""
    mailbox = Mailbox()
    truth, seen = [], []

    def look():
        nonlocal seen
        taken = mailbox.take()
        if taken is None:
            return
        if taken.rewound_to is not None:
            seen = [row for row in seen if row[0] <= taken.rewound_to]
        seen += zip(taken.records["step"].tolist(), taken.records["cost"].tolist(), strict=True)

    for amount, reads, branch in acts:
        if amount < 0:
            step = max(0, len(truth) + amount)
            truth = truth[:step]
            mailbox.put(snapshot([], rewound_to=step))
        else:
            steps = range(len(truth) + 1, len(truth) + amount + 1)
            truth += [(step, branch) for step in steps]
            mailbox.put(snapshot(list(steps), branch=branch))
        if reads:
            look()
    look()
    assert seen == truth
